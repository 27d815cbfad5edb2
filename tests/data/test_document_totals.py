"""The documents' own totals are held against the shipped editions by lint: a line lost, doubled or worth something else is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evalbook.errors import Refused
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]

#: id → (edition, period, what stands there, what is put in its place, code, words of the fault)
SPOILT = {
    "anyang-30-15-40-15": ("anyang/2020", "2021Q1", "reserve: 30, ", "reserve: 31, ", "totals.differ", "“reserve”为31分，这里为30分"),
    "anyang-20-lines": ("anyang/2020", "2021Q1", ", joint_approval]", "]", "lines.differ", "“total”下有20项指标，这里有19项"),
    "city-50-40-10": ("zhejiang_city/2020", "2023", "main: 50", "main: 52", "totals.differ", "“main”为52分，这里为50分"),
    "city-17-lines": ("zhejiang_city/2020", "2023", ", innovation]", "]", "lines.differ", "“total”下有17项指标，这里有16项"),
    "county-13-lines": ("zhejiang_county/2020", "2023", "      - contracting\n", "", "lines.differ", "“total”下有13项指标，这里有12项"),
    "zones-30-lines": ("etdz/2021", "2023", ", coordination_4]", "]", "lines.differ", "“coordination”下有4项指标，这里有3项"),
}  # fmt: skip


@pytest.mark.parametrize("case", SPOILT.values(), ids=SPOILT)
def test_totals_of_the_documents(tmp_path: Path, case: tuple[str, str, str, str, str, str]) -> None:
    """30+15+40+15, 50+40+10, and 20, 17, 13 and 30 lines: each spoilt edition is refused in the document's terms."""
    edition, period, old, new, code, words = case
    scheme = edition.partition("/")[0]
    shutil.copytree(ROOT / "params" / scheme, tmp_path / "params" / scheme)
    path = tmp_path / "params" / f"{edition}.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8", newline="\n")
    with pytest.raises(Refused) as refused:
        Workbook(tmp_path).scheme(scheme, period)
    told = [fault.message for fault in refused.value.faults if fault.code == code]
    assert any(words in message for message in told), refused.value.faults

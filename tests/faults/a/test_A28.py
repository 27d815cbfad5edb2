"""A28: rare characters outside GBK."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from nbformat import v4

from evalbook.cli import main
from evalbook.publish.audit import audit_notebook
from evalbook.publish.font import lacking

ROOT = Path(__file__).resolve().parents[3]
#: Of a village, of two personal names: the first beyond the first plane, all three in the state's list of 8,105 hanzi.
RARE = "𬱖㛃䶮"


@pytest.mark.parametrize("character", RARE)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_rare_name_survives(kit: Any, dirty: Any, value: Any, encoding: str, character: str) -> None:
    """A unit is found by its rare name in both encodings of csv, and the name is written as it came: no character is dropped."""
    assert character.encode("gbk", "ignore") == b""
    units = kit.root / f"data/{dirty.SCHEME}/{dirty.PERIOD}/units.csv"
    units.write_text(units.read_text("utf-8").replace("𬱖村", f"{character}村"), "utf-8")
    kit.csv(kit.text(A2="", B2=f"{character}村").encode(encoding))
    assert value("440114100201") == "1000.5"
    rows = (kit.root / f"data/{dirty.SCHEME}/{dirty.PERIOD}/values.csv").read_text("utf-8-sig")
    assert f"440114100201,{character}村,trade,2023,reported,1000.5" in rows


def test_a_name_without_its_rare_character_is_another(kit: Any, refused: Any) -> None:
    """36村 is what decoding as GBK leaves of 𬱖村: it is no unit here and matched with none."""
    assert "𬱖村".encode("gb18030").decode("gbk", "ignore") == "36村"
    refused(kit.csv(kit.text(A2="", B2="36村")), "unit.unknown", "36村")


@pytest.mark.slow
def test_a_report_shows_the_rare_name(kit: Any, dirty: Any) -> None:
    """A roster with 𬱖村 gets its report: the figures' font has the glyphs, or the run would be refused."""
    assert lacking(RARE) == ""
    shutil.copy(ROOT / "notebooks/evaluation.ipynb", kit.root / "notebooks")
    assert main(["run", dirty.SCHEME, dirty.PERIOD, "--root", str(kit.root)]) == 0
    (report,) = (kit.root / "outputs" / dirty.SCHEME / dirty.PERIOD).glob("2*/report.html")
    page = report.read_text("utf-8")
    assert "𬱖村" in page
    assert "36村" not in page


def test_a_character_without_a_glyph_is_named() -> None:
    """What the font lacks is told as the character itself with what to do, not as a warning of the program that draws."""
    assert lacking("𬪩") == "𬪩"
    said = "style.py:74: UserWarning: Glyph 183977 (\\N{CJK UNIFIED IDEOGRAPH-2CEA9}) missing from font(s) Evalbook Sans SC.\n  figure"
    output = v4.new_output("stream", name="stderr", text=said + said)
    (fault,) = audit_notebook(v4.new_notebook(cells=[v4.new_code_cell("1", outputs=[output])]))
    assert (fault.code, fault.value) == ("notebook.glyph", chr(183977))
    assert "extra_characters.txt" in fault.remedy

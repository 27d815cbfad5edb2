"""The guide's page on results of other periods: its fragment is an edition that lint accepts for quarters and years."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from evalbook.scheme.lint import lint_edition

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "scheme-authors.md"
_FENCE = re.compile(r"^```yml\n(.*?)^```$", re.M | re.S)
HEAD = """
schema: 1
edition: {title: 样例, issued: 2020-01-01, governs: {from: 2020}}
tables: {units: {label: 对象, columns: {score: {label: 评定分, uom: 分}}}}
rankings: {place: {of: total, clause: 五}, from_end: {of: total, clause: 五, order: asc}}
"""


@pytest.mark.parametrize("period", ["2021", "2021Q3"])
def test_the_fragment_is_a_scheme(tmp_path: Path, period: str) -> None:
    """Whoever copies the fragment has trees for quarters and years and every window of the page."""
    (fragment,) = _FENCE.findall(GUIDE.read_text("utf-8"))
    (tmp_path / "params/s/periods").mkdir(parents=True)
    (tmp_path / "params/s/2020.yaml").write_text(HEAD + fragment, "utf-8")
    (tmp_path / f"params/s/periods/{period}.yaml").write_text(f"schema: 1\nperiod: {period}\n", "utf-8")
    assert lint_edition(tmp_path, "s", period) == []

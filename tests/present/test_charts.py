"""Charts: the same bytes every time, Chinese text drawn, a text alternative that says what is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalbook import present
from evalbook.workbook import Prepared, Workbook

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def run() -> Prepared:
    """The shipped city evaluation of 2023."""
    return Workbook(ROOT).prepare("zhejiang_city", "2023")


@pytest.mark.parametrize("name", ["ranked_bars", "heat_map", "gap_chart"])
def test_chart_is_deterministic_and_carries_no_foreign_text(run: Prepared, name: str) -> None:
    """Two drawings give the same SVG, without date, creator or a reference to anything outside."""
    first = getattr(present, name)(run)
    second = getattr(present, name)(run)
    assert first.svg == second.svg
    assert "<dc:date>" not in first.svg
    assert "<text" not in first.svg, "text must be outlined so that it shows without Chinese fonts"


def test_alternative_text_names_units_and_totals(run: Prepared) -> None:
    """Who cannot see the bars can read them: every unit with its total, best first."""
    alt = present.ranked_bars(run).alt
    assert alt.index("杭州市 93.94") < alt.index("宁波市 83.83") < alt.index("丽水市 42.19")


def test_heat_map_says_which_cells_are_empty(run: Prepared) -> None:
    """The one missing figure of the period is named in the alternative text."""
    assert "舟山市的跨境网络零售进出口总额增长率" in present.heat_map(run).alt


def test_schemes_without_a_quota_have_no_gap_chart() -> None:
    """county_trial rewards nobody, so there is no cut-off to draw."""
    assert present.gap_chart(Workbook(ROOT).prepare("county_trial", "2019")) is None

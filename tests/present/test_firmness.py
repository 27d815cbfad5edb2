"""How firm a result is, on a page: nothing is left out in silence, and whatever comes from data is escaped."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalbook import present
from evalbook.analysis.firmness import Firmness
from evalbook.analysis.robustness import Study
from evalbook.present.study_tables import firmness_tables
from evalbook.run.sides import sides_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def found() -> Firmness:
    return Firmness(sides_of(["county_trial/2024"], ROOT)[0], Study(draws=200))


def test_each_other_reading_is_a_row(found: Firmness) -> None:
    """One row per alternative, in the words of the edition."""
    page = present.reading_effects(found)

    for one in found.single:
        assert "；".join(one.words) in page
    assert f"逐条换一种读法（{len(found.single)}种" in page


def test_what_is_drawn_is_said(found: Firmness) -> None:
    """Bounds, number of draws and seed stand beside the intervals."""
    page = present.rank_intervals(found)

    assert "上下20%" in page
    assert "200次，种子20200326" in page
    assert all(name in page for name in found.evaluation.unit_names)


def test_the_tables_have_what_the_page_has(found: Firmness) -> None:
    """Distances and turns are all in the tables, with their numbers."""
    tables = firmness_tables(found)

    assert set(tables) == {"readings", "distances", "turns"}
    assert len(tables["distances"]) == len(found.distances)
    assert len(tables["turns"]) == len(found.flips)


def test_the_same_study_is_the_same_record(found: Firmness) -> None:
    """A second study from the same figures gives the same mapping, to the last digit."""
    again = Firmness(sides_of(["county_trial/2024"], ROOT)[0], Study(draws=200))

    assert again.as_dict() == found.as_dict()


def test_a_scheme_without_points_says_so() -> None:
    """Targets and lists only: there is nothing to draw, and the page says it."""
    found = Firmness(sides_of(["county_opening/2024Q1"], ROOT)[0])

    assert found.drawn is None
    assert "没有可以抽样的总分" in present.rank_intervals(found)

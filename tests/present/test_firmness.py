"""How firm a result is, on a page: nothing is left out in silence, and whatever comes from data is escaped."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

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

    assert "权重±20%，抽样200次，种子20200326" in page
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


# --- experts, what is left out, what weighs -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def city() -> Firmness:
    return Firmness(sides_of(["zhejiang_city/2023"], ROOT)[0], Study(draws=200))


def table(page: str, caption: str) -> list[list[str]]:
    """Cells of the table whose caption begins so."""
    soup = BeautifulSoup(page, "html.parser")
    (found,) = [one for one in soup.select("table") if one.caption and one.caption.get_text().startswith(caption)]
    return [[cell.get_text() for cell in row.select("td")] for row in found.select("tbody tr")]


def test_bounds_stated_by_nobody_are_the_default() -> None:
    """A page on the bounds of the files says so."""
    found = Firmness(sides_of(["county_trial/2024"], ROOT)[0])
    assert found.study == Study()
    assert found.bounds_from == "默认"


def test_experts_alone_are_drawn_again(city: Firmness) -> None:
    """Weights and figures stay: whoever moves does so by other experts, within the places of the page."""
    assert city.panels is not None
    assert city.panels.study == Study(weights=0.0, experts=True, draws=200)
    assert [row[0] for row in table(present.expert_intervals(city), "重抽专家时")] == [one.unit for one in city.panels.intervals["place"]]


def test_without_experts_the_page_says_so(found: Firmness) -> None:
    """The county trial has no expert scores."""
    assert "没有由多名专家评分" in present.expert_intervals(found)


def test_each_indicator_is_left_out_once(city: Firmness) -> None:
    """One row per indicator; a roster fixed by the document cannot lose a unit, and the page says why."""
    page = present.left_out(city)
    assert [row[0] for row in table(page, "逐一去掉一个指标")] == [city.label(name) for name in city.evaluation.leaves]
    assert "去掉一个考核对象不能计算：" in page


def test_each_unit_is_left_out_once(found: Firmness) -> None:
    """The county trial's bands are cut anew for any number of units."""
    assert [row[0] for row in table(present.left_out(found), "逐一去掉一个考核对象")] == list(found.evaluation.unit_names)


def test_indices_of_all_weights(found: Firmness) -> None:
    """Main and total effect of each indicator, the largest total first."""
    pytest.importorskip("SALib")
    rows = table(present.sensitivity_indices(found), "权重对名次平均变动的敏感度")
    totals = [float(row[2]) for row in rows]
    assert {row[0] for row in rows} == {index.name for index in found.indices[0]}
    assert totals == sorted(totals, reverse=True)


def test_without_salib_the_page_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """An optional extra that is not installed is a sentence, no error."""
    monkeypatch.setitem(sys.modules, "SALib.sample", None)
    found = Firmness(sides_of(["county_trial/2024"], ROOT)[0], Study(draws=50))
    assert "SALib，尚未安装；请运行 python bootstrap.py setup --extras" in present.sensitivity_indices(found)


def test_what_cannot_be_drawn_says_why() -> None:
    """Bounds that vary nothing are told on the page, not passed over as a scheme without points."""
    found = Firmness(sides_of(["county_trial/2024"], ROOT)[0], Study(weights=0.0))
    assert "没有任何变动，无从分析" in present.rank_intervals(found)

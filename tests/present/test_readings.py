"""解读的影响 in the report: what another reading changes is told whole, in the codes that one would write, or why it is not told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from evalbook.present import readings as section
from evalbook.workbook import Prepared, Workbook

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def run() -> Prepared:
    return Workbook(ROOT).prepare("zhejiang_city", "2023")


@pytest.fixture(scope="module")
def page(run: Prepared) -> Any:
    return BeautifulSoup(section(run), "html.parser")


def rows(page: Any) -> dict[str, list[str]]:
    return {
        cells[0]: cells[1:]
        for cells in ([cell.get_text() for cell in row.select("td")] for row in page.select("table")[-1].select("tbody tr"))
    }


def test_every_other_reading_is_told(run: Prepared, page: Any) -> None:
    """Each alternative stands either in the table or among those that change nothing, by the code a period file would name."""
    expected = {f"{a.name}={code}" for a in run.definition.assumptions for code in a.alternatives}
    (same,) = [p.get_text() for p in page.select("p") if "什么也不改变" in p.get_text()]
    silent = set(same.partition("：")[2].rstrip("。").split("、"))
    assert set(rows(page)) | silent == expected
    assert not set(rows(page)) & silent


def test_what_a_shorter_list_changes(page: Any) -> None:
    """3 × (1 + 1/3) is 4 places on the shortlist instead of 5: 嘉兴市, fifth, goes, and nothing else."""
    words, totals, places, verdicts = rows(page)["shortlist_margin=third"][:4]
    assert words.startswith("差额比例是多少：")
    assert (totals, places, verdicts) == ("0", "—", "差额推荐名单：嘉兴市 入选→未入选")


def test_a_reading_that_cannot_be_scored_says_why(page: Any) -> None:
    """缺数即拒绝, while 舟山市 has no figure."""
    assert "舟山市" in rows(page)["missing=refuse"][3]


def test_lists_that_hold_stand_first(page: Any) -> None:
    """Before all details: whose award hangs on no reading."""
    (row,) = [row for row in page.select("table")[0].select("tbody tr") if row.td.get_text() == "拟激励名单"]
    cells = [cell.get_text() for cell in row.select("td")]
    assert cells[1:3] == ["3", "杭州市、宁波市、金华市"]


def test_foremost_places_come_first() -> None:
    """Of many moves the first ones told are those at the head of the ranking: 91 counties, one cell."""
    page = BeautifulSoup(section(Workbook(ROOT).prepare("zhejiang_county", "2023")), "html.parser")
    moved = rows(page)["ties=dense"][2].removeprefix("综合排名：").partition("等")[0].split("、")
    heads = [min(int(place) for place in move.translate({ord(c): " " for c in move if not c.isdigit()}).split()) for move in moved]
    assert len(heads) == 12
    assert heads == sorted(heads)


def test_a_large_scheme_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, run: Prepared) -> None:
    """Above the limit nothing is scored: size, limit and the command to type stand on the page. 11 × 24 results × 22 readings = 5808."""
    monkeypatch.setitem(section.__globals__, "MOST_IN_REPORT", 5807)
    monkeypatch.setattr("evalbook.analysis.readings.Readings.read", None)
    text = BeautifulSoup(section(run), "html.parser").get_text()
    assert "考核对象数×结果数×读法数为5808，超过随报告计算的上限5807" in text
    assert "evalbook robustness zhejiang_city 2023 --report" in text


def test_a_text_without_silent_clauses(run: Prepared) -> None:
    """Where there is one reading only, the report says so."""
    evaluation = replace(run.evaluation, scheme=replace(run.definition, assumptions=()))
    assert "只有一种读法" in section(replace(run, evaluation=evaluation))

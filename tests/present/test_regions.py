"""Rankings by group, lists drawn from results, who takes part how, and the matrix of points."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from evalbook import present
from evalbook.present.html import Html
from evalbook.workbook import Prepared, Workbook

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def first() -> Prepared:
    """Zones in data year 2021: thirteen only file, no candidates yet."""
    return Workbook(ROOT).prepare("etdz", "2021")


@pytest.fixture(scope="module")
def second() -> Prepared:
    """Zones in data year 2022: six candidates."""
    return Workbook(ROOT).prepare("etdz", "2022")


def tables(html: Html) -> list[Tag]:
    """Tables of a section."""
    return list(BeautifulSoup(str(html), "html.parser").select("table"))


def cells(row: Tag) -> list[str]:
    """Texts of a row's cells."""
    return [cell.get_text() for cell in row.select("td")]


def test_few_groups_have_a_table_each(first: Prepared) -> None:
    """Three regions, three tables: 107, 63 and 47 ranked, each from place 1, without those who only file."""
    shown = tables(present.group_rankings(first))
    assert [table.caption.get_text() for table in shown[:3] if table.caption] == ["东部（107个）", "中部（63个）", "西部（47个）"]
    for table in shown[:3]:
        assert cells(table.select("tbody tr")[0])[0] == "1"
    assert "张家口" not in str(shown[0])


def test_many_groups_share_a_table(first: Prepared) -> None:
    """Thirty provinces and three fictitious ones in one table that names the province in each row."""
    shown = tables(present.group_rankings(first))[3:]
    assert len(shown) == 1
    rows = [cells(row) for row in shown[0].select("tbody tr")]
    assert len(rows) == 217
    assert [row[1] for row in rows if row[0] == "河北省"] == ["1", "2", "3", "4", "5", "6"]


def test_the_national_place_stands_beside_that_of_the_region(first: Prepared) -> None:
    """Last column: the main ranking's place, so that the first of the three regions hold place 1 among them."""
    shown = tables(present.group_rankings(first))[:3]
    heads = [cell.get_text() for cell in shown[0].select("th")]
    assert (heads[0], heads[-1]) == ("名次", "全国排名")
    assert "1" in [cells(table.select("tbody tr")[0])[-1] for table in shown]


def test_lists_drawn_from_results_name_candidates_only(first: Prepared, second: Prepared) -> None:
    """2022: two candidates in each region in the order of their means; 2021: nobody, and the report says so."""
    rows = [[cells(row)[:2] for row in table.select("tbody tr")] for table in tables(present.result_rankings(second))]
    assert [[place for place, _ in group] for group in rows] == [["1", "2"], ["1", "2"], ["1", "2"]]
    assert [name for group in rows for _, name in group] == [
        "示例开发区001", "示例开发区005", "示例开发区009", "示例开发区010", "示例开发区017", "示例开发区018",
    ]  # fmt: skip
    assert "没有参加排序的对象" in str(present.result_rankings(first))


def test_who_takes_part_by_which_decision(first: Prepared, second: Prepared) -> None:
    """Thirteen by name with authority and time; when all are ranked one sentence is enough."""
    rows = [cells(row) for row in tables(present.participation(first))[0].select("tbody tr")]
    assert rows[0] == ["参评", "—", "—", "—", "是", "217", "—"]
    assert rows[1][:6] == ["只报数据不排名", "商资函〔2021〕523号第七条", "2021", "2022", "否", "13"]
    assert rows[1][6].count("、") == 12
    assert "230个国家级经开区都参评并参与排名" in str(present.participation(second))


def test_schemes_without_groups_say_so() -> None:
    """A scheme with one ranking has neither group nor result rankings."""
    run = Workbook(ROOT).prepare("zhejiang_city", "2023")
    assert "本办法不分组排名" in str(present.group_rankings(run))
    assert "本期没有按往期结果排出的名单" in str(present.result_rankings(run))


def test_matrix_has_every_unit_and_indicator(first: Prepared) -> None:
    """Per dimension a table of indicators and one of points: 230 zones, 30 indicators; a gap says why."""
    shown = tables(present.score_matrix(first))
    assert len(shown) == 10
    assert [len(table.select("tbody tr")) for table in shown[::2]] == [7, 8, 6, 5, 4]
    assert {len(table.select("tbody tr")) for table in shown[1::2]} == {230}
    gap = next(row for row in shown[5].select("tbody tr") if "示例开发区008" in row.get_text())
    assert (gap["class"], "缺失" in gap.get_text()) == (["gap"], True)

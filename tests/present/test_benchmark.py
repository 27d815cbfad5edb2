"""对标: units side by side on each day of a list, as the report prints them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from evalbook import present
from evalbook.workbook import Prepared, Workbook

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def page() -> str:
    """The section for Haizhou's mid-year node."""
    return str(present.benchmarks(Workbook(ROOT).prepare("haizhou", "2019H1")))


def cells(table: str) -> list[list[str]]:
    """Texts of a table, row by row."""
    return [
        [re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
        for row in re.findall(r"<tr.*?</tr>", table, re.S)
    ]


def test_last_day_first_then_day_by_day(page: str) -> None:
    """One table of the last day with a row per unit, then one per measure with a row per half month."""
    tables = [cells(text) for text in re.findall(r"<table.*?</table>", page, re.S)]
    last, *by_day = tables
    assert last[0] == [
        "考核对象",
        "重点项目数量（项）",
        "平均投资规模（亿元）",
        "累计完成投资（万元）",
        "计划完成投资（万元）",
        "进度（完成÷计划）",
    ]
    assert len(by_day) == 5
    assert [len(table) - 1 for table in by_day] == [12] * 5
    assert (by_day[0][1][0], by_day[0][-1][0]) == ("2019-01-15", "2019-06-30")


def test_the_last_day_stands_in_both(page: str) -> None:
    """What the first table says of a unit is the last row of each of the others."""
    last, *by_day = [cells(text) for text in re.findall(r"<table.*?</table>", page, re.S)]
    for column, table in enumerate(by_day, 1):
        shown = {unit: text for unit, text in zip(table[0][1:], table[-1][1:], strict=True) if text != "—"}
        assert shown == {row[0]: row[column] for row in last[1:]}


def test_a_scheme_without_such_a_list_says_so() -> None:
    """Nothing is left blank."""
    run: Prepared = Workbook(ROOT).prepare("zhejiang_city", "2023")
    assert "没有逐期对标的清单" in str(present.benchmarks(run))

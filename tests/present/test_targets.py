"""Targets, bulletins, series and funds as a reader finds them in the report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from evalbook import present
from evalbook.exact import exact
from evalbook.present.html import Html
from evalbook.present.sections import unit_sheet
from evalbook.present.targets import percent
from evalbook.workbook import Prepared, Workbook

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("targets", "progress", "inspection", "rewards", "sanctions")


@pytest.fixture(scope="module")
def year() -> Prepared:
    """The shipped year of the county."""
    return Workbook(ROOT).prepare("county_opening", "2024")


@pytest.fixture(scope="module")
def quarter() -> Prepared:
    """The shipped third quarter of the county."""
    return Workbook(ROOT).prepare("county_opening", "2024Q3")


def tables(html: Html) -> list[list[list[str]]]:
    """Every table as rows of cell texts, the heading first."""
    soup = BeautifulSoup(str(html), "html.parser")
    return [[[cell.get_text() for cell in row.select("th, td")] for row in table.select("tr")] for table in soup.select("table")]


def row_of(table: list[list[str]], name: str) -> list[str]:
    """The row that begins with a name."""
    return next(row for row in table if row[0] == name)


# --- 任务目标 --------------------------------------------------------------------------------------------------------------


def test_the_county_stands_first(year: Prepared) -> None:
    """Target, sum of the units' targets, sum done and rate: 277451 ÷ 250000 = 110.98%, 5000 of 5000 assigned."""
    found = tables(present.targets(year))[0]
    assert found[0] == ["任务", "计量单位", "总目标", "各单位任务合计", "各单位完成合计", "完成率（%）"]
    domestic = row_of(found, "国内招商引资")
    assert domestic[1:4] == ["万元", "250000", "252000"]
    assert domestic[5] == percent(exact(domestic[4]) / 250000 * 100)
    assert row_of(found, "合同利用外资")[2:4] == ["5000", "5000"]
    assert [row[0] for row in found[1:]] == [
        "国内招商引资",
        "合同利用外资",
        "实际利用外资",
        "外贸出口",
        "国际劳务输出",
        "引进“123”工程项目",
    ]


def test_rates_at_a_glance(year: Prepared) -> None:
    """One row per unit and one column per target; what a unit was not set is a dash; 239.99 of 240 is not printed as 100."""
    found = tables(present.targets(year))[1]
    assert len(found) == 1 + 29
    assert row_of(found, "示例甲镇") == ["示例甲镇", "110.00", "100.00", "107.32", "99.9958", "100.00", "111.11"]
    assert row_of(found, "示例县直部门03") == ["示例县直部门03", "122.50", "—", "99.98", "—", "—", "—"]
    assert row_of(found, "示例企事业单位03") == ["示例企事业单位03", "125.00", "—", "—", "—", "—", "—"]


def test_each_target_with_its_units_and_their_sum(year: Prepared) -> None:
    """Actual FDI: 28 units have the target (one has not), then the sum; figures in the unit of measure of the column."""
    found = tables(present.targets(year))[4]
    assert found[0] == ["考核对象", "任务（万美元）", "完成（万美元）", "完成率（%）"]
    assert len(found) == 1 + 28 + 1
    assert row_of(found, "示例乙镇") == ["示例乙镇", "250", "250.00", "100.00"]
    assert row_of(found, "合计")[1] == "3920"


def test_a_gap_is_told(situation: Callable[[str], Any]) -> None:
    """A unit whose figure is missing is told as such, not as zero; targets that fall short of the whole mark their row."""
    text = """
units: [甲, 乙]
figures: {done: [5, null], goal: [10, 20]}
edition:
  measures:
    county: {constant: 40}
    goals: {statistic: $goal, how: sum}
    all: {statistic: $done, how: sum}
    whole: {completion: all, to: county}
    rate: {completion: $done, to: $goal, label: 招商完成率}
"""
    run = Prepared("case", "2023", situation(text).evaluate(), (), (), ())
    html = present.targets(run)
    county, units = tables(html)
    assert county[1] == ["招商", "40", "30", "5", "12.50"]
    assert units == [
        ["考核对象", "任务", "完成", "完成率（%）"],
        ["甲", "10", "5", "50.00"],
        ["乙", "20", "—", "缺失"],
        ["合计", "30", "5", "—"],
    ]
    assert 'class="gap"><td class="text">招商' in str(html)


def test_the_first_screen_tells_the_county(year: Prepared) -> None:
    """Six targets with their rates, how many there are, and what is paid."""
    text = BeautifulSoup(str(present.summary(year)), "html.parser").get_text()
    assert "总目标完成率：国内招商引资 110.98%；合同利用外资 " in text
    assert "6项（不设分值，按任务完成情况奖惩）" in text
    assert "净支出3758531.79元" in text


# --- 进度 ------------------------------------------------------------------------------------------------------------------


def test_a_bulletin_for_each_month(year: Prepared, quarter: Prepared) -> None:
    """Twelve in the year, three in a quarter, each with the 15 townships; the last one of the quarter ends on 27 September."""
    assert len(tables(present.progress(year))) == 12
    found = tables(present.progress(quarter))
    assert [len(table) for table in found] == [16, 16, 16]
    assert "2024年9月通报（截至9月27日）" in str(present.progress(quarter))


def test_a_bulletin_uses_the_last_report_and_says_so(quarter: Prepared) -> None:
    """示例乙镇 did not file on 27 September: its figures are those of 20 September. 示例丙乡 stays at 40 of 200: 20%."""
    september = tables(present.progress(quarter))[2]
    assert september[0][:3] == ["考核对象", "国内招商引资累计（万元）", "占任务%"]
    assert row_of(september, "示例乙镇")[-1] == "9月20日"
    assert row_of(september, "示例丙乡")[5:7] == ["40.00", "20.00"]
    assert row_of(september, "南旺镇")[-1] == "—"


def test_every_report_is_in_the_series(quarter: Prepared) -> None:
    """Six tables of 13 Fridays and 15 townships; what was not filed says so."""
    found = tables(present.series(quarter))
    assert [(len(table), len(table[0])) for table in found] == [(14, 16)] * 6
    days = [row[0] for row in found[0][1:]]
    assert (days[0], days[-1]) == ("2024-07-05", "2024-09-27")
    assert row_of(found[0], "2024-09-27")[found[0][0].index("示例乙镇")] == "未报"
    assert row_of(found[0], "2024-07-26")[found[0][0].index("示例丙乡")] == "未报"
    assert sum(cell == "未报" for table in found for row in table for cell in row) == 2 * 6


def test_many_units_go_into_several_tables(situation: Callable[[Any], Any]) -> None:
    """Sixteen units: fifteen abreast, the last in a table of its own."""
    names = [f"单位{n:02d}" for n in range(1, 17)]
    columns = {"week": {"label": "周五", "type": "date"}, "total": {"label": "累计"}}
    edition = {
        "tables": {"weekly": {"label": "周报", "belongs_to": "units", "columns": columns}},
        "measures": {"latest": {"fold": "$weekly.total", "how": "last", "sequence": "$weekly.week"}},
    }
    items = {"weekly": [{"unit": name, "id": name, "week": "2024-01-05", "total": "1"} for name in names]}
    raw = {"units": names, "figures": {"a": ["1 x 16"]}, "edition": edition, "items": items}
    run = Prepared("case", "2023", situation(raw).evaluate(), (), (), ())
    assert [len(table[0]) for table in tables(present.series(run))] == [16, 2]
    assert [len(table) for table in tables(present.progress(run))] == [17]


# --- 奖惩各章 --------------------------------------------------------------------------------------------------------------


def test_every_outcome_stands_in_one_chapter(year: Prepared, quarter: Prepared) -> None:
    """The chapters together show what the whole shows, each outcome once."""
    for run in (year, quarter):
        labels = [run.definition.label(name) for name in run.definition.outcomes]
        heads = [h.get_text() for part in PARTS for h in BeautifulSoup(str(present.awards(run, part=part)), "html.parser").select("h3")]
        assert sorted(heads) == sorted(labels)


def test_a_chapter_without_outcomes_says_so(quarter: Prepared) -> None:
    """A quarter rewards nobody and vetoes nobody."""
    assert "本考核期没有奖励方面的事项。" in present.awards(quarter, part="rewards")
    assert "本考核期没有否决和批评方面的事项。" in present.awards(quarter, part="sanctions")


def test_the_head_of_a_vetoed_unit_is_shown_as_barred(year: Prepared) -> None:
    """Who was nominated and is not eligible is not simply left out."""
    found = tables(present.awards(year, part="rewards"))[-1]
    assert ["示例丙乡", "示例人员05", "GR05", "无入选资格"] in [row[:4] for row in found]


def test_only_ranked_units_stand_in_a_list_for_some(year: Prepared) -> None:
    """A ranking among those who met the target: twelve rows, the others counted."""
    text = str(present.awards(year, part="rewards"))
    found = next(table for table in tables(present.awards(year, part="rewards")) if table[0][0] == "名次")
    assert len(found) == 1 + 12
    assert "其余17个不参与排名。" in text


def test_the_fund_stands_beside_the_payments(year: Prepared) -> None:
    """CO-2.3: 200万元 with its three uses; no payment comes out of it."""
    (found,) = tables(present.funds(year))
    uses = "专业招商活动；招商机构及中介组织日常费用；企业开拓国际市场、招商和贸易展览活动补贴"
    assert found[1][:5] == ["外经贸发展专项基金", "200万元", "县财政", uses, "二（三）"]
    assert "外经贸发展专项基金" not in present.payments(year)


def test_a_unit_sees_what_concerns_it(year: Prepared) -> None:
    """A department's sheet has its two targets and no county sums, no weekly reports and no list it cannot be on."""
    html = unit_sheet(year, year.evaluation.row("示例县直部门03"))
    labels = [cells[0] for cells in tables(html)[0][1:]]
    assert labels == ["国内招商引资完成率", "实际利用外资完成率"]
    text = BeautifulSoup(str(html), "html.parser").get_text("\n")
    assert "招商引资奖金（县直部门等）：20000.00元（第2名）" in text
    assert "未完成实际利用外资任务（实际利用外资完成率 99.98%，实际利用外资完成数 49.99万美元，实际利用外资任务 50万美元）" in text
    assert "单项奖（乡镇）" not in text


def test_what_does_not_apply_is_not_missing(year: Prepared) -> None:
    """14 units have no target for exports: they are counted and printed as 不适用, and nothing is missing. No list was verified."""
    found, lists = tables(present.verification(year))
    assert [row[:4] for row in lists[1:]] == [
        ["周报", "780", "0", "780"],
        ["招商引资项目", "12", "0", "12"],
        ["先进个人推荐人选", "6", "0", "6"],
    ]
    assert found[0][2:] == ["个数", "已核实", "未核实", "核实有调整", "缺失", "不适用", "模拟"]
    assert row_of(found, "外贸出口完成数")[2:] == ["29", "29", "0", "1", "0", "14", "29"]
    assert row_of(found, "国内招商引资完成数")[6:] == ["0", "—", "29"]
    figures = tables(present.figures(year))[0]
    own = next(row for row in figures if row[:2] == ["示例县直部门01", "外贸出口任务"])
    assert own[3:7] == ["—", "不适用", "—", "万美元"]


def test_schemes_without_targets_say_so() -> None:
    """In a report on another scheme the sections are there and empty."""
    run = Workbook(ROOT).prepare("county_trial", "2024")
    assert "本办法没有设定任务目标。" in present.targets(run)
    assert "本办法没有按期报送的累计数。" in present.progress(run)
    assert "本办法没有按期报送的累计数。" in present.series(run)
    assert "本办法没有设立专项资金。" in present.funds(run)

"""What a report shows of outcomes: every kind, schemes with and without a tree, ties with their consequence, the payment sheet."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from evalbook import present
from evalbook.analysis.explain import explain
from evalbook.present.tables import published_tables, table_title
from evalbook.publish.report import score_sheets
from evalbook.publish.xlsx import write_workbook
from evalbook.scoring.evaluation import Evaluation
from evalbook.workbook import Prepared

#: 安阳市“四比四看” 五（三）: three counties tied for first, the two districts tied for first and last.
ANYANG = """
period: 2021Q1
units:
  林州市: {group: 县（市）, office: 林州市发展改革委}
  滑县: {group: 县（市）, office: 滑县发展改革委}
  内黄县: {group: 县（市）, office: 内黄县发展改革委}
  汤阴县: {group: 县（市）, office: 汤阴县发展改革委}
  文峰区: {group: 区, office: 文峰区发展改革委}
  北关区: {group: 区, office: 北关区发展改革委}
figures: {points: [90, 90, 90, 60, 75, 75]}
edition:
  tree: {total: {label: 综合得分, marks: 100, measure: {value: $points}, rule: {judged: marks}}}
  rankings:
    place: {of: total, label: 全市排名}
    inside: {of: total, within: $group, label: 组内排名}
  outcomes:
    prize:
      {label: 季度考评奖惩, money: {first: 200000, last: -200000}, by: inside, payer: 市财政, recipient: $office, purpose: 重点项目建设}
    grade: {label: 等次, ladder: [{grade: 优秀, share: 50%}, {grade: 良好}], by: place, across_tie: all_in}
"""
#: 县级扩大开放意见: targets, lists and money, no marks.
COUNTY = """
period: 2024
units: {城关镇: {kind: 乡镇}, 东河镇: {kind: 乡镇}, 西山乡: {kind: 乡镇}, 发改局: {kind: 部门}, 农业局: {kind: 部门}, 工商联: {kind: 部门}}
edition:
  tables:
    units:
      columns:
        fdi: {label: 实际利用外资, uom: 万美元}
        fdi_target: {label: 实际利用外资任务, uom: 万美元}
        inv: {label: 国内招商引资, uom: 万元}
        inv_target: {label: 国内招商引资任务, uom: 万元}
    projects: {label: 引进项目, columns: {assets: {label: 固定资产实际到位, uom: 万元}, treasury: {label: 受益财政}}}
    nominees: {label: 先进个人提名, columns: {approved: {label: 审定}}}
  measures:
    fdi_short: {gap: $fdi_target, against: $fdi, label: 外资缺口, clause: 一（二）}
    fdi_sum: {statistic: $fdi_target, how: sum, label: 外资任务合计, clause: 一（一）}
  rankings: {inv_place: {label: 招商引资排名, of: $inv, among: {all: [{eq: [$kind, "部门"]}, {ge: [$inv, $inv_target]}]}}}
  outcomes:
    targets: {label: 任务分解核对, check: {ge: [fdi_sum, 3900]}, per: field, ask: 请核对附表}
    slow: {label: 进展核对, check: {gt: [$inv, 2000]}, severity: note}
    town_prize:
      {label: 外资奖, list: {ge: [$fdi, $fdi_target]}, among: {not: {missing: $fdi_target}}, word: 授予称号, amount: 30000, payer: 县财政}
    dept_prize: {label: 招商引资奖, money: {1-5: 20000}, by: inv_place, payer: 县财政}
    best: {label: 招商引资前列, quota: 1, by: inv_place, benefits: [优先推荐项目]}
    agents: {label: 中介人奖励, percentage: 1, of: $projects.assets, recipient: $agent, payer: $treasury, purpose: 引进项目奖励}
    heroes: {label: 先进个人, list: {is: $approved}, table: nominees, word: 授予荣誉称号}
    missed:
      label: 一票否决
      word: 一票否决
      consequences: [不能评为先进单位]
      list:
        - {when: {lt: [$fdi, $fdi_target]}, cause: 未完成实际利用外资任务, among: {not: {missing: $fdi_target}}, show: [fdi_short]}
        - {when: {lt: [$inv, $inv_target]}, cause: 未完成国内招商引资任务}
    advanced: {label: 先进单位, list: {not: {listed: missed}}, official: false, note: 按绩效考核规定}
figures:
  fdi: [1200, 800, 600, null, null, null]
  fdi_target: [1000, 1000, 500, null, null, null]
  inv: [5000, 6000, 3000, 9000, 8000, 2000]
  inv_target: [4000, 5000, 4000, 8000, 7000, 3000]
items:
  projects:
    - {unit: 城关镇, id: P1, name: 产业园, assets: 1200, agent: 王某, treasury: 县财政}
    - {unit: 东河镇, id: P2, name: 物流港, assets: 33.33335, agent: 李某, treasury: 东河镇财政}
  nominees: [{unit: 城关镇, id: N1, name: 张某, approved: 是}, {unit: 发改局, id: N2, name: 赵某, approved: 否}]
"""
#: Nothing but a list.
BARE = "units: [甲, 乙]\nfigures: {a: [1, 0]}\nedition: {outcomes: {card: {label: 黄牌警告, list: {eq: [$a, 0]}, word: 黄牌}}}"
#: Nothing at all but a roster and its figures.
EMPTY = "units: [甲, 乙]\nfigures: {a: [1, 0]}\nedition: {}"


@pytest.fixture(scope="session")
def opened(situation: Callable[[Any], Any]) -> Callable[[str], Prepared]:
    """A situation as a notebook has it: scored, with the findings of its checks among the notes."""

    def make(text: str) -> Prepared:
        evaluation: Evaluation = situation(text).evaluate()
        return Prepared("case", str(evaluation.scheme.period), evaluation, (), (), ())

    return make


def texts(html: Any, selector: str = "p, li, caption, h3, h4") -> list[str]:
    """Texts of the elements of a section."""
    return [element.get_text() for element in BeautifulSoup(str(html), "html.parser").select(selector)]


def rows(html: Any) -> list[list[str]]:
    """Cells of every row of every table of a section."""
    return [[cell.get_text() for cell in row.select("td")] for row in BeautifulSoup(str(html), "html.parser").select("tbody tr")]


def under(html: Any, label: str) -> list[str]:
    """Every text between the heading ``label`` and the next heading of its level, cells included."""
    start = next(h for h in BeautifulSoup(str(html), "html.parser").select("h3") if h.get_text() == label)
    found: list[str] = []
    for element in start.next_siblings:
        if getattr(element, "name", None) == "h3":
            break
        found += list(element.stripped_strings)  # type: ignore[attr-defined]
    return found


# --- 兑付表 ----------------------------------------------------------------------------------------------------------------


def test_payment_sheet_balances(opened: Callable[[str], Prepared]) -> None:
    """AY-5.3: 20万元 among three is 66666.66 each and 0.02 apart; with the deduction of 20万元 the city pays nothing net."""
    found = rows(present.payments(opened(ANYANG)))
    share = ["66666.66", "市财政"]
    assert [row[1:4] for row in found[:5]] == [
        ["林州市", *share],
        ["滑县", *share],
        ["内黄县", *share],
        ["—", "0.02", "市财政"],
        ["汤阴县", "-200000.00", "汤阴县"],
    ]
    assert [row[4] for row in found[:5]] == ["林州市发展改革委", "滑县发展改革委", "内黄县发展改革委", "—", "市财政"]
    assert found[0][5:] == ["重点项目建设", "并列第1—3名，平均分配200000.00元", "手工算例"]
    assert found[5] == ["市财政", "199999.98", "-200000.00", "0.02", "0.00"]


def test_payment_sheet_tells_what_waits(opened: Callable[[str], Prepared]) -> None:
    """The districts wait for a ruling: the sheet says so and pays them nothing."""
    html = present.payments(opened(ANYANG))
    assert any("文峰区、北关区并列第1—2名" in text and "确定之前不列入兑付" in text for text in texts(html))
    assert all(row[1] not in ("文峰区", "北关区") for row in rows(html))


def test_payment_sheet_by_treasury(opened: Callable[[str], Prepared]) -> None:
    """CO-3.3, CO-3.6: each treasury has its sum, two of them a common one: 60000 + 40000 + 120000 and 3333.34."""
    found = rows(present.payments(opened(COUNTY)))
    assert found[-3:] == [
        ["县财政", "220000.00", "0.00", "0.00", "220000.00"],
        ["东河镇财政", "3333.34", "0.00", "0.00", "3333.34"],
        ["合计", "223333.34", "0.00", "0.00", "223333.34"],
    ]
    assert ["中介人奖励", "东河镇", "3333.34", "东河镇财政", "李某"] in [row[:5] for row in found]


def test_payment_sheet_without_money(opened: Callable[[str], Prepared]) -> None:
    """A scheme that pays nothing says so."""
    assert texts(present.payments(opened(BARE))) == ["本期没有奖金和扣款。"]


# --- 结果运用 --------------------------------------------------------------------------------------------------------------


def test_awards_tell_the_consequence_of_a_tie(opened: Callable[[str], Prepared]) -> None:
    """Under money by place stand group, place, value and amount of each unit, how ties were settled and what waits."""
    found = under(present.awards(opened(ANYANG)), "季度考评奖惩")
    assert found[found.index("林州市") - 2 : found.index("林州市") + 3] == ["县（市）", "1", "林州市", "90", "66666.66元"]
    assert "林州市、滑县、内黄县并列第1—3名，所占名次金额合计200000.00元，平均分配，每个66666.66元，余数0.02元单列" in found
    assert "文峰区、北关区并列第1—2名，既在受奖名次又在受罚名次，须在考核期文件 rulings 中裁定" in found
    assert found.count("待裁定") == 2


def test_awards_tell_grades(opened: Callable[[str], Prepared]) -> None:
    """Grades stand with the number of seats that the share comes to: 50% of 6 is 3."""
    found = under(present.awards(opened(ANYANG)), "等次")
    assert "参评6个，“优秀”50%为3个（舍去小数）" in found
    assert [found.count(grade) for grade in ("优秀", "良好")] == [3, 3]


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        pytest.param("任务分解核对", ["不符；不符合“外资任务合计 ≥ 3900”（外资任务合计 2500万美元）"], id="check-field"),
        pytest.param("进展核对", ["工商联", "不符合“国内招商引资 ＞ 2000”（国内招商引资 2000万元）", "其余5个符合。"], id="check-row"),
        pytest.param("外资奖", ["授予称号", "30000.00", "其余1个未列入、3个不适用。"], id="list-paid"),
        pytest.param("招商引资奖", ["9000", "20000.00元", "其余4个不参与排名。"], id="money"),
        pytest.param("招商引资前列", ["入选", "+1000", "对入选对象的支持：", "优先推荐项目"], id="quota"),
        pytest.param("中介人奖励", ["引进项目（共2项，列出2项）", "产业园", "120000.00元", "3333.34元"], id="percentage"),
        pytest.param("先进个人", ["先进个人提名（共2项，列出1项）", "张某", "N1", "授予荣誉称号"], id="items"),
        pytest.param(
            "一票否决",
            [
                "未完成实际利用外资任务（实际利用外资 800万美元，实际利用外资任务 1000万美元，外资缺口 200万美元）",
                "列入者受影响的：奖惩（先进单位）。",
                "对列入对象的处理：",
                "不能评为先进单位",
            ],
            id="veto",
        ),
        pytest.param("先进单位", ["手工算例；符合条件的：列入；按绩效考核规定；自定或未公开", "未列入“一票否决”"], id="unofficial"),
    ],
)
def test_awards_tell_every_kind(opened: Callable[[str], Prepared], label: str, expected: Sequence[str]) -> None:
    """Each outcome stands under its heading with its rule, its verdicts, causes, amounts and what follows."""
    found = under(present.awards(opened(COUNTY)), label)
    assert [text for text in expected if text not in found] == []


def test_rows_against_a_unit_are_marked_so(opened: Callable[[str], Prepared]) -> None:
    """A veto, a finding and a deduction are not marked like an award."""
    soup = BeautifulSoup(str(present.awards(opened(COUNTY))) + str(present.awards(opened(ANYANG))), "html.parser")
    adverse = {row.select("td")[0].get_text() for row in soup.select("tr.adverse")}
    assert adverse == {"东河镇", "西山乡", "工商联", "县（市）"}
    assert [row.select("td")[2].get_text() for row in soup.select("tr.adverse") if len(row.select("td")) > 4] == ["汤阴县"]


# --- first screen, unit sheets, findings --------------------------------------------------------------------------------------


def test_first_screen_without_marks(opened: Callable[[str], Prepared]) -> None:
    """A scheme of targets, lists and money leads with who is listed and what is paid."""
    html = present.summary(opened(COUNTY))
    assert "2项（不设分值，按任务完成情况奖惩）" in str(html)
    assert texts(html, "p.result") == [
        "任务分解核对：1处须说明",
        "进展核对：1处须说明",
        "外资奖：城关镇、西山乡",
        "招商引资奖：发改局 20000.00元、农业局 20000.00元",
        "招商引资前列：发改局（第1名）",
        "中介人奖励：2项，合计123333.34元",
        "先进个人：1项",
        "一票否决：东河镇、西山乡、工商联",
        "先进单位：城关镇、发改局、农业局",
        "兑付合计：奖励223333.34元，净支出223333.34元",
    ]


def test_first_screen_with_marks(opened: Callable[[str], Prepared]) -> None:
    """The first places, amounts, grades, the balance and what waits stand on the first screen."""
    html = present.summary(opened(ANYANG))
    assert texts(html, "p.result") == [
        "全市排名前三名：林州市（第1名）、滑县（第1名）、内黄县（第1名）",
        "季度考评奖惩：林州市 66666.66元、滑县 66666.66元、内黄县 66666.66元、汤阴县 -200000.00元",
        "等次：优秀：林州市、滑县、内黄县；良好：文峰区、北关区、汤阴县",
        "兑付合计：奖励199999.98元，扣减200000.00元，平分余数0.02元，净支出0.00元",
    ]
    assert any("文峰区、北关区" in text for text in texts(html, ".pending li"))


def test_unit_sheet_tells_what_concerns_the_unit(opened: Callable[[str], Prepared]) -> None:
    """A township's sheet: its prize, payments, items, and nothing of lists that do not apply to it."""
    run = opened(COUNTY)
    found = texts(present.sections.unit_sheet(run, 0))
    assert "外资奖：授予称号" in found
    assert "县财政支付120000.00元给王某，用于引进项目奖励（产业园：固定资产实际到位 1200万元 × 1%）" in found
    assert "张某：授予荣誉称号；审定为“是”" in found
    assert "县财政支付30000.00元给城关镇" in found
    assert "一票否决：未列入" in found
    assert not any("任务分解核对" in text for text in found)
    other = texts(present.sections.unit_sheet(run, 3))
    assert "招商引资奖：20000.00元（第1名）" in other
    assert not any("外资奖" in text for text in other)


def test_unit_sheet_tells_veto_and_tie(opened: Callable[[str], Prepared]) -> None:
    """The cause of a veto and what follows; the deduction; how a tie was settled for this unit and not for others."""
    vetoed = texts(present.sections.unit_sheet(opened(COUNTY), 1))
    assert "未完成实际利用外资任务（实际利用外资 800万美元，实际利用外资任务 1000万美元，外资缺口 200万美元）" in vetoed
    assert "不能评为先进单位" in vetoed
    last = texts(present.sections.unit_sheet(opened(ANYANG), 3))
    assert "扣减200000.00元，缴市财政（第4名（共4名））" in last
    assert not any("余数" in text for text in last)
    waiting = texts(present.sections.unit_sheet(opened(ANYANG), 4))
    assert "季度考评奖惩：待裁定" in waiting
    assert any("须在考核期文件 rulings 中裁定" in text for text in waiting)


def test_unit_sheet_traces_the_figures_of_outcomes(opened: Callable[[str], Prepared]) -> None:
    """Without a tree the figures behind the outcomes are listed with their place, in the order in which outcomes first read them."""
    html = present.sections.unit_sheet(opened(COUNTY), 1)
    traced = [row[0] for row in rows(html) if row[-1].startswith(("values.csv", "items.csv"))]
    assert traced == ["实际利用外资任务", "国内招商引资", "实际利用外资", "国内招商引资任务", "引进项目"]


def test_totals_show_places_within_groups(opened: Callable[[str], Prepared]) -> None:
    """City-wide place and place within the group stand side by side."""
    found = rows(present.totals(opened(ANYANG)))
    assert [[row[0], row[1], row[4]] for row in found] == [
        ["1", "林州市", "1"],
        ["1", "滑县", "1"],
        ["1", "内黄县", "1"],
        ["4", "文峰区", "1"],
        ["4", "北关区", "1"],
        ["6", "汤阴县", "4"],
    ]


def test_findings_hold_what_checks_found(opened: Callable[[str], Prepared]) -> None:
    """A failed check is a finding with what to ask; one that only notes stands apart."""
    html = present.findings(opened(COUNTY))
    assert texts(html, "caption")[:2] == ["问题记录（1条）", "核对记录（1条）"]
    assert rows(html)[0][1:] == ["任务分解核对：不符合“外资任务合计 ≥ 3900”（外资任务合计 2500万美元）", "请核对附表"]


# --- schemes without a tree everywhere -----------------------------------------------------------------------------------------


#: Sections of an evaluation take a run; those of studies are in test_studies.py and test_firmness.py.
OF_A_RUN = [name for name in present.__all__ if "run" in inspect.signature(getattr(present, name)).parameters]


@pytest.mark.parametrize("name", [name for name in OF_A_RUN if name != "seal"])
@pytest.mark.parametrize("text", [COUNTY, BARE, EMPTY], ids=["county", "bare", "empty"])
def test_every_section_without_a_tree(opened: Callable[[str], Prepared], name: str, text: str) -> None:
    """Each section is whole HTML, or nothing where it would be a figure of totals."""
    found = getattr(present, name)(opened(text))
    if name in ("ranked_bars", "heat_map"):
        assert found is None
    elif name == "gap_chart":
        assert (found is not None) == (text == COUNTY)
    else:
        shown = BeautifulSoup(str(found), "html.parser").get_text(" ")
        assert shown.strip()
        assert "None" not in shown
        assert "NaN" not in shown


def test_gap_chart_names_what_is_ranked(opened: Callable[[str], Prepared]) -> None:
    """Where the ranking is not by points the distance is called by its figure."""
    picture = present.gap_chart(opened(COUNTY))
    assert picture is not None
    assert "国内招商引资差距：发改局 +1000.00，农业局 -1000.00" in picture.alt


def test_published_tables_without_a_tree(opened: Callable[[str], Prepared]) -> None:
    """Measures take the place of totals and scores; items, payments and accounts have tables of their own."""
    run = opened(COUNTY)
    tables = published_tables(run)
    assert [name for name in tables if not name.startswith(("outcome_", "items_"))] == [
        *("measures", "figures", "assumptions", "payments", "accounts")
    ]
    assert [name for name in tables if name.startswith("items_")] == ["items_agents", "items_heroes"]
    assert table_title(run, "items_heroes") == "先进个人·明细"
    assert list(tables["outcome_dept_prize"].columns) == ["单位代码", "考核对象", "排名", "国内招商引资", "结果"]
    assert tables["outcome_dept_prize"]["结果"].iloc[0] == Decimal("20000.00")
    assert str(tables["outcome_town_prize"]["金额（元）"].iloc[0]) == "30000.00"
    assert list(tables["accounts"]["净支出（元）"].map(str)) == ["220000.00", "3333.34", "223333.34"]


@pytest.mark.parametrize("text", [COUNTY, BARE, EMPTY, ANYANG], ids=["county", "bare", "empty", "anyang"])
def test_workbook_of_any_scheme(opened: Callable[[str], Prepared], text: str, tmp_path: Path) -> None:
    """scores.xlsx has a sheet for every published table, whatever the scheme has."""
    import openpyxl

    run = opened(text)
    write_workbook(tmp_path / "scores.xlsx", score_sheets(run, published_tables(run)))
    names = openpyxl.load_workbook(tmp_path / "scores.xlsx").sheetnames
    assert [n for n in names if n != "得分汇总"] == [table_title(run, name) for name in published_tables(run)]


def test_explain_an_outcome(opened: Callable[[str], Prepared]) -> None:
    """An outcome is explained like a number: verdict, rule, cause, and what it read."""
    evaluation = opened(COUNTY).evaluation
    found = explain(evaluation, "东河镇", "missed")
    assert (found.points, found.marks, found.label) == ("一票否决", "", "一票否决")
    assert found.steps[1].startswith("未完成实际利用外资任务（")
    assert [child.name for child in found.children] == ["fdi_short"]
    assert found.children[0].points == "200万美元"
    assert explain(evaluation, "发改局", "dept_prize").children[0].points == "第1名"

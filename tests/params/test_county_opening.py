"""The county's opinion says what the document says, and each reading of its silent clauses does what it promises.

Readings are tried on the shipped figures, whose results under the defaults are worked by hand in tests/data/test_county_opening.py;
what another reading changes is worked here with pencil and paper.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from evalbook.analysis.targets import targets_of
from evalbook.errors import Refused
from evalbook.exact import exact, plain
from evalbook.periods import Period
from evalbook.scheme.lint import lint_edition, lint_scheme
from evalbook.scheme.scheme import build_scheme, edition_sources, load_scheme
from evalbook.scheme.source import Source, load_yaml
from evalbook.scoring.evaluation import Evaluation, evaluate
from evalbook.scoring.payments import accounts
from evalbook.workbook import Prepared, Workbook

ROOT = Path(__file__).resolve().parents[2]
PERIODS = ("2024Q1", "2024Q2", "2024Q3", "2024Q4", "2024")
TOWN_PRIZES = ("town_fdi", "town_domestic", "town_exports", "town_labour")


@cache
def shipped(period: str) -> Prepared:
    """The shipped period under the defaults."""
    return Workbook(ROOT).prepare("county_opening", period)


def judge(period: str, changes: dict[str, Any] | None = None, **readings: str) -> Evaluation:
    """The shipped figures under other readings, or with edits of the edition."""
    edition = edition_sources(ROOT, "county_opening")[0]
    file = f"params/county_opening/periods/{period}.yaml"
    settings = {**load_yaml(ROOT / file, file).data, "assumptions": readings}
    scheme = build_scheme("county_opening", Period.parse(period), edition, Source(settings, file), overrides=changes)
    return evaluate(scheme, shipped(period).evaluation.dataset, shipped(period).evaluation.others)


def listed(evaluation: Evaluation, outcome: str) -> list[str]:
    """Units listed, in roster order."""
    return [evaluation.unit_names[row] for row in sorted(evaluation.decision(outcome).listed)]


def paid(evaluation: Evaluation, *outcomes: str) -> dict[str, str]:
    """Unit → what some outcomes pay it, in yuan."""
    found: dict[str, Any] = {}
    for outcome in outcomes:
        for row, amount in evaluation.paid(outcome).items():
            name = evaluation.unit_names[row]
            found[name] = found.get(name, exact(0)) + amount
    return {name: plain(amount) for name, amount in found.items()}


def total(evaluation: Evaluation, *outcomes: str) -> str:
    """What some outcomes pay together, in yuan."""
    return plain(sum((p.amount for outcome in outcomes for p in evaluation.decision(outcome).payments), start=exact(0)))


# ------------------------------------------------------------------------------------------------------------ the document


@pytest.mark.parametrize("period", PERIODS)
def test_every_reading_can_be_used(period: str) -> None:
    """Neither the edition nor any reading of any silent clause has a fault."""
    assert lint_scheme(load_scheme(ROOT, "county_opening", period)) == []
    assert lint_edition(ROOT, "county_opening", period) == []


@pytest.mark.parametrize("period", PERIODS)
def test_nothing_is_left_before_a_final_run(period: str) -> None:
    """The shipped periods accept what is not public by name, and their open points are ruled on."""
    assert shipped(period).blockers == ()
    assert set(shipped(period).flags) == {"synthetic", "unofficial"}


def test_the_countys_targets_are_those_of_the_document() -> None:
    """一（一）: 25亿元, 5000, 3900 and 2800万美元, 150 persons, 100 projects, in the document's order."""
    scheme = load_scheme(ROOT, "county_opening", "2024")
    found = {t.rate.removesuffix("_rate"): (t.whole.target.name, t.assigned) for t in targets_of(scheme) if t.whole}
    names = ["domestic", "contracted", "fdi", "exports", "labour", "projects"]
    assert found == {name: (f"{name}_county", f"{name}_assigned") for name in names}
    stated = [(plain(m.constant), m.in_) for m in (scheme.measures[f"{name}_county"].main for name in names)]
    assert stated == [("250000", "万元"), ("5000", "万美元"), ("3900", "万美元"), ("2800", "万美元"), ("150", "人"), ("100", "个")]
    assert list(found) == names


def test_money_and_payers_are_those_of_the_document() -> None:
    """三: 3万元 three times and 2万元 for townships, 2万元 for FDI, 2 and 1万元 by place, 1% for intermediaries; the fund is 200万元."""
    scheme = load_scheme(ROOT, "county_opening", "2024")
    stated = {name: int(scheme.outcomes[name].main.amount) for name in (*TOWN_PRIZES, "unit_fdi")}
    assert stated == {"town_fdi": 30000, "town_domestic": 30000, "town_exports": 30000, "town_labour": 20000, "unit_fdi": 20000}
    bands = [(band.key, int(band.amount)) for band in scheme.outcomes["investment_prize"].main.money]
    assert bands == [("1-5", 20000), ("6-10", 10000)]
    assert scheme.outcomes["intermediaries"].main.percentage == 1
    assert {scheme.outcomes[n].main.payer for n in (*stated, "investment_prize")} == {"县财政"}
    assert str(scheme.outcomes["intermediaries"].main.payer) == "$treasury"
    (fund,) = scheme.meta.funds
    assert (fund.amount, fund.uom, fund.clause, len(fund.uses)) == (200, "万元", "二（三）", 3)


def test_quarters_have_cards_and_the_year_has_prizes() -> None:
    """季核查: cards and visits belong to quarters; prizes, veto and the treasury's money to the year; checks and filings to both."""
    quarter, year = (set(load_scheme(ROOT, "county_opening", period).outcomes) for period in ("2024Q1", "2024"))
    assert quarter - year == {"yellow_card", "site_visits"}
    assert quarter & year == {"targets_add_up", "weekly_complete", "late_filing", "weekly_overstated"}
    assert {"veto", "criticism", "investment_prize", "intermediaries", "individuals", "yellow_history"} <= year - quarter


def test_what_is_not_public_is_marked() -> None:
    """The rules of recognition and the scope of the “123” projects are not public: a final run has to accept both by name."""
    scheme = load_scheme(ROOT, "county_opening", "2024")
    marked = [name for (_, name), model in scheme.blocks() if getattr(model, "official", True) is False]
    assert marked == ["projects_rate", "recognition"]
    assert "目标管理绩效考核规定" in scheme.outcomes["recognition"].main.note


# ------------------------------------------------------------------------------------------------------------- the readings


def test_only_townships_make_up_the_county() -> None:
    """Then domestic targets are 210000 < 250000 and FDI 3400 < 3900; the other four are the townships' own anyway and still suffice."""
    found = judge("2024", county_sum="towns")
    (finding,) = found.decision("targets_add_up").findings
    assert "国内招商引资任务合计 210000万元" in finding.text
    assert "实际利用外资任务合计 3400万美元" in finding.text
    assert not any(word in finding.text for word in ("合同利用外资", "外贸出口", "国际劳务输出", "123"))
    everyone = judge("2024").walk.results["domestic_total"].column.at(0)
    towns = found.walk.results["domestic_total"].column.at(0)
    assert everyone - towns == 5800 + 5200 + 4900 + 4600 + 4300 + 4000 + 4000 + 3400 + 3800 + 3000 + 2500 + 3600 + 3000 + 1900


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2024Q1", ["示例驻县单位03"]),
        ("2024Q2", ["示例乙镇", "示例丙乡"]),
        ("2024Q3", ["示例丙乡", "示例县直部门06"]),
        ("2024Q4", ["示例县直部门08", "示例企事业单位03"]),
    ],
)
def test_one_indicator_without_progress_is_enough(period: str, expected: list[str]) -> None:
    """任何一项: a unit that adds nothing to one of its figures has a card, whatever it adds to the others."""
    assert listed(judge(period, zero_progress="some"), "yellow_card") == expected


def test_a_fall_is_not_zero() -> None:
    """只有恰为零: 示例丙乡, whose investment fell by 100, gets no card in the third quarter; in the second it added exactly nothing."""
    assert listed(judge("2024Q3", falling="some"), "yellow_card") == []
    assert listed(judge("2024Q2", falling="some"), "yellow_card") == ["示例丙乡"]


def test_all_ranked_first_then_filtered() -> None:
    """示例县直部门01 (5800 of 6000) holds the first place and gets nothing; everybody moves down one: 06 and 07 to place 6, E02 and S02
    to place 11, out of the money."""
    found = judge("2024", investment_rank="everyone")
    places = {name: found.place("investment_place", found.row(name)) for name in ("示例县直部门01", "示例县直部门06", "示例县直部门07")}
    assert places == {"示例县直部门01": 1, "示例县直部门06": 6, "示例县直部门07": 6}
    assert paid(found, "investment_prize") == {
        "示例县直部门02": "20000", "示例县直部门03": "20000", "示例县直部门04": "20000", "示例县直部门05": "20000",
        "示例县直部门06": "10000", "示例县直部门07": "10000", "示例企事业单位01": "10000", "示例驻县单位01": "10000",
        "示例县直部门08": "10000",
    }  # fmt: skip
    assert len(listed(found, "investment_title")) == 9
    assert "示例县直部门01" not in listed(found, "investment_title")


def test_tied_units_share() -> None:
    """平均分配: (20000 + 10000) ÷ 2 on places 5 and 6, (10000 + 0) ÷ 2 on places 10 and 11; ten places are worth 150000 in all."""
    found = judge("2024", prize_tie="shared")
    amounts = paid(found, "investment_prize")
    assert [amounts[f"示例县直部门0{n}"] for n in (6, 7)] == ["15000", "15000"]
    assert [amounts[name] for name in ("示例企事业单位02", "示例驻县单位02")] == ["5000", "5000"]
    assert total(found, "investment_prize") == "150000"
    assert total(judge("2024"), "investment_prize") == "170000"


def test_tied_units_wait() -> None:
    """待裁定: both ties wait, for the money and, across place 10, for the title."""
    found = judge("2024", prize_tie="pending")
    assert len(found.decision("investment_prize").pending) == 2
    assert len(found.decision("investment_title").pending) == 1
    assert total(found, "investment_prize") == "110000"  # four times 20000 and three times 10000


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        ({"missed": "every"}, ["示例丙乡", "示例驻县单位03"]),
        ({"missed_units": "literal"}, ["示例甲镇", "示例乙镇", "示例丙乡", "示例县直部门01", "示例县直部门03"]),
        ({"missed": "every", "missed_units": "literal"}, ["示例丙乡"]),
    ],
    ids=["every", "literal", "both"],
)
def test_who_misses_the_targets(readings: dict[str, str], expected: list[str]) -> None:
    """各项都没有完成: only those who met none; 乡镇和县直部门: the stationed unit is spared. The readings combine."""
    found = judge("2024", **readings)
    assert listed(found, "veto") == expected
    assert listed(found, "criticism") == expected


def test_only_rewarded_targets_count() -> None:
    """设奖的四项: 示例乙镇 misses domestic investment only, contracted FDI and projects no longer count; the units are the same."""
    found = judge("2024", missed_targets="four")
    assert listed(found, "veto") == listed(judge("2024"), "veto")
    causes = found.decision("veto").causes[found.row("示例乙镇")]
    assert [cause.partition("（")[0] for cause in causes] == ["未完成国内招商引资任务"]


def test_a_veto_that_takes_the_prizes_too() -> None:
    """Barred: 示例甲镇 (80000), 示例乙镇 (30000 + 30000 + 20000), 示例县直部门01 (20000) and 03 (20000), whose place nobody takes."""
    strict, mild = judge("2024", veto_reach="prizes_too"), judge("2024")
    prizes = (*TOWN_PRIZES, "unit_fdi", "investment_prize")
    lost = {name: amount for name, amount in paid(mild, *prizes).items() if name not in paid(strict, *prizes)}
    assert lost == {"示例甲镇": "80000", "示例乙镇": "80000", "示例县直部门01": "20000", "示例县直部门03": "20000"}
    assert exact(total(mild, *prizes)) - exact(total(strict, *prizes)) == 200000
    assert "示例县直部门03" not in listed(strict, "investment_title")


def test_readings_of_rank_and_veto_combine() -> None:
    """Everybody ranked and the veto strict: 示例县直部门01 (veto) and 03 (veto) hold places 1 and 3 without money."""
    found = judge("2024", investment_rank="everyone", veto_reach="prizes_too")
    amounts = paid(found, "investment_prize")
    assert {"示例县直部门01", "示例县直部门03"} & set(amounts) == set()
    assert total(found, "investment_prize") == "110000"  # places 2, 4, 5; 6, 6, 8, 9, 10


def test_who_pays_the_others_is_left_open() -> None:
    """另行确定: four FDI prizes and four investment prizes of units that are no county departments: 80000 + 40000."""
    found = judge("2024", payer="later")
    rows = {record["payer"]: str(record["rewards"]) for record in accounts(found).to_dict("records")}
    assert rows == {"县财政": "3240050.00", "另行确定": "120000.00", "示例甲镇财政": "398481.79", "合计": "3758531.79"}


@pytest.mark.parametrize("period", PERIODS)
def test_every_alternative_is_tried_above(period: str) -> None:
    """Each alternative of each silent clause has its test in this module."""
    tried = {
        "county_sum": {"towns"},
        "zero_progress": {"some"},
        "falling": {"some"},
        "investment_rank": {"everyone"},
        "prize_tie": {"shared", "pending"},
        "missed": {"every"},
        "missed_targets": {"four"},
        "missed_units": {"literal"},
        "veto_reach": {"prizes_too"},
        "payer": {"later"},
    }
    raw = load_scheme(ROOT, "county_opening", period)
    for assumption in raw.assumptions:
        assert len(assumption.alternatives) == len(tried[assumption.name])


# ---------------------------------------------------------------------------------------------------------------- bad input


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the scheme and its figures to spoil."""
    for folder in ("params/county_opening", "data/county_opening"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def spoil(path: Path, old: str, new: str) -> None:
    """Replace what stands exactly once in a file."""
    text = path.read_bytes().decode("utf-8")
    assert text.count(old) == 1, (old, text.count(old))
    path.write_bytes(text.replace(old, new).encode("utf-8"))


Refusal = Callable[[str], list[str]]


@pytest.fixture
def refused(project: Path) -> Refusal:
    """Codes of the faults with which a period is refused."""

    def codes(period: str) -> list[str]:
        with pytest.raises(Refused) as caught:
            Workbook(project).prepare("county_opening", period)
        return [fault.code for fault in caught.value.faults]

    return codes


def test_an_indicator_that_does_not_exist() -> None:
    """An outcome that reads an unknown rate is refused with the nearest name."""
    with pytest.raises(Refused, match="最接近的名称是“fdi_rate”"):
        judge("2024", {"outcomes.unit_fdi.list": {"ge": ["fdi_rat", "100"]}})


def test_another_year_has_no_edition(project: Path, refused: Refusal) -> None:
    """The opinion is for one year: the year after is refused."""
    spoil(project / "params/county_opening/periods/2024Q1.yaml", "period: 2024Q1", "period: 2025Q1")
    (project / "params/county_opening/periods/2024Q1.yaml").rename(project / "params/county_opening/periods/2025Q1.yaml")
    assert refused("2025Q1") == ["edition.dates"]


def test_a_year_without_one_of_its_quarters(project: Path, refused: Refusal) -> None:
    """Cards of the year cannot be counted while a quarter is not there."""
    (project / "params/county_opening/periods/2024Q2.yaml").unlink()
    assert refused("2024") == ["history.absent"]


def test_targets_that_do_not_add_up(project: Path) -> None:
    """One ten thousand dollars less for one township: 4999 < 5000, a finding that names the sum and blocks a final run."""
    values = project / "data/county_opening/2024Q1/values.csv"
    spoil(values, "370830102,南旺镇,contracted_target,2024Q1,verified,400,", "370830102,南旺镇,contracted_target,2024Q1,verified,399,")
    prepared = Workbook(project).prepare("county_opening", "2024Q1")
    (finding,) = prepared.evaluation.findings
    assert "合同利用外资任务合计 4999万美元，全县合同利用外资目标 5000万美元" in finding.message
    assert [fault.code for fault in prepared.blockers] == ["final.findings"]


def test_a_figure_that_is_negative(project: Path, refused: Refusal) -> None:
    """No unit can have done less than nothing."""
    values = project / "data/county_opening/2024Q1/values.csv"
    spoil(values, "示例驻县单位03,domestic_done,2024Q1,verified,0,", "示例驻县单位03,domestic_done,2024Q1,verified,-5,")
    assert refused("2024Q1") == ["number.low"]


def test_a_base_that_was_changed(project: Path) -> None:
    """A quarter that counts from another figure than the quarter before ended with: a finding (基数修订)."""
    values = project / "data/county_opening/2024Q3/values.csv"
    spoil(values, "示例丙乡,labour_done,2024Q2,verified,2,", "示例丙乡,labour_done,2024Q2,verified,1,")
    prepared = Workbook(project).prepare("county_opening", "2024Q3")
    assert "figure.base_revised" in [note.code for note in prepared.notes]
    assert listed(prepared.evaluation, "yellow_card") == []  # 2 − 1 is progress


def test_a_figure_that_nobody_filed(project: Path) -> None:
    """A unit without its figure waits on every list that depends on it."""
    values = project / "data/county_opening/2024/values.csv"
    spoil(values, "示例县直部门02,fdi_done,2024,reported,50.00,", "示例县直部门02,fdi_done,2024,reported,,")
    spoil(values, "示例县直部门02,fdi_done,2024,verified,50.00,", "示例县直部门02,fdi_done,2024,verified,缺失,")
    found = Workbook(project).prepare("county_opening", "2024").evaluation
    for outcome in ("unit_fdi", "veto", "criticism"):
        assert ["示例县直部门02" in text for text in found.decision(outcome).pending] == [True]


def test_a_week_that_is_not_on_the_list(project: Path) -> None:
    """A township with a row less than the others is asked about: an unfiled week is a row without a date, not no row."""
    items = project / "data/county_opening/2024Q1/items.csv"
    lines = items.read_bytes().split(b"\r\n")
    gone = next(line for line in lines if line.startswith(b"weekly,W03,370830903,"))
    items.write_bytes(b"\r\n".join(line for line in lines if line != gone))
    (finding,) = Workbook(project).prepare("county_opening", "2024Q1").evaluation.findings
    assert "示例丙乡：不符合“周报次数 ＝ 周报次数最多的”（周报次数 12项，周报次数最多的 13项）" in finding.message


def test_a_project_counted_for_two_units(project: Path, refused: Refusal) -> None:
    """A project under two units would be paid for twice: refused."""
    items = project / "data/county_opening/2024/items.csv"
    spoil(items, "projects,XM02,370830106,", "projects,XM01,370830106,")
    assert refused("2024") == ["item.two_units"]


def test_an_intermediary_whom_nobody_pays(project: Path) -> None:
    """A project with an intermediary names the treasury that benefits."""
    items = project / "data/county_opening/2024/items.csv"
    spoil(items, "示例中介人丁,县财政,", "示例中介人丁,,")
    (finding,) = Workbook(project).prepare("county_opening", "2024").evaluation.findings
    assert "模拟项目11（示例县直部门02）：不符合“有受益财政”" in finding.message


def test_a_nomination_without_decision(project: Path) -> None:
    """A blank under 审定 waits; it is neither honoured nor refused."""
    items = project / "data/county_opening/2024/items.csv"
    spoil(items, "牵头招商,是,是,", "牵头招商,是,,")
    spoil(items, "组织劳务输出培训,否,是,", "组织劳务输出培训,否,,")
    found = Workbook(project).prepare("county_opening", "2024").evaluation
    assert found.decision("individuals").pending == ("示例人员04缺少判定所需的数据",)
    lines = {r["item_id"]: r["verdict"] for r in found.outcome_lines("individuals").to_dict("records")}
    assert (lines["GR04"], lines["GR05"]) == ("待裁定", "无入选资格")  # whose head is barred anyway need not wait

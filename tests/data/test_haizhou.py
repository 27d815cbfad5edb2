"""Haizhou's shipped figures hold what SOURCE.md promises, and what the edition makes of them is what was worked out by hand.

Facts are read from the csv files with the standard library alone; targets, prizes and lists follow 海州区“2019项目年”实施方案.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from evalbook.analysis.benchmark import benchmarks_of, compared
from evalbook.analysis.explain import explain
from evalbook.errors import Refused
from evalbook.exact import exact
from evalbook.scheme.scheme import build_scheme, find, load_sources
from evalbook.scheme.source import Source
from evalbook.scoring.evaluation import Evaluation, evaluate
from evalbook.scoring.payments import payment_sheet
from evalbook.terms import State
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data" / "haizhou"
PERIODS = ("2019H1", "2019")
each_period = pytest.mark.parametrize("period", PERIODS)

#: Codes and names by hand from the statistics bureau's list of 2019 (national statistical division codes), 阜新市海州区.
LIST = """
210902101韩家店镇 210902002新兴街道 210902003和平街道 210902004西山街道 210902005河北街道 210902006站前街道 210902007西阜新街道
210902008五龙街道 210902009平安西部街道 210902010工人村街道 210902011东梁街道
"""
DIVISIONS = LIST.split()
#: Departments that the document names.
DEPARTMENTS = ["区发改局", "区财政局", "区商务局", "区统计局", "区项目与招商服务中心", "区营商局"]
#: 一（二）, in 万元 and numbers of projects.
DISTRICT = {
    "fixed_target": 220000, "starts_target": 20, "large_target": 6, "reserve_target": 30, "completed_target": 10, "enclave_target": 58000,
    "tax_target": 36870, "funds_target": 162000,
}  # fmt: skip


def rows(period: str, name: str) -> list[dict[str, str]]:
    """Rows of one shipped file."""
    with (DATA / period / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def used(period: str) -> dict[tuple[str, str, str], str]:
    """(unit, quantity, period) → the text of the last stage."""
    ordered = sorted(rows(period, "values"), key=lambda row: ["reported", "verified"].index(row["stage"]))
    return {(row["unit_name"], row["indicator"], row["period"]): row["value"] for row in ordered}


@pytest.fixture(scope="module")
def judged() -> Callable[..., Evaluation]:
    """The shipped figures under the shipped edition, with other readings where they are named."""
    datasets = {period: Workbook(ROOT).prepare("haizhou", period).evaluation.dataset for period in PERIODS}

    def judge(period: str, **readings: str) -> Evaluation:
        when = find(ROOT, "haizhou", period)
        _, edition, settings = load_sources(ROOT, "haizhou", when)
        chosen = Source({**settings.data, "assumptions": readings, "accept": []}, settings.file, settings.places)
        return evaluate(build_scheme("haizhou", when, edition, chosen), datasets[period])

    return judge


def listed(evaluation: Evaluation, name: str) -> list[str]:
    """Names of the units that an outcome lists, in list order."""
    return [evaluation.unit_names[row] for row in evaluation.decision(name).listed]


def waiting(evaluation: Evaluation, name: str) -> set[str]:
    """Names of the units that wait for a ruling."""
    return {unit for unit, word in zip(evaluation.unit_names, evaluation.decision(name).verdicts, strict=True) if word == "待裁定"}


# ---------------------------------------------------------------------------------------------------------- roster and honesty


def test_a_rebuild_gives_the_same_bytes(tmp_path: Path) -> None:
    """Running the committed script again reproduces every shipped file, byte for byte."""
    subprocess.run([sys.executable, str(ROOT / "data" / "_scripts" / "build_haizhou.py"), "--out", str(tmp_path)], check=True)
    shipped = {p.relative_to(DATA.parent).as_posix(): p.read_bytes() for p in DATA.rglob("*") if p.is_file()}
    rebuilt = {p.relative_to(tmp_path).as_posix(): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert sorted(rebuilt) == sorted(shipped)
    assert [name for name in shipped if rebuilt[name] != shipped[name]] == []


@each_period
def test_roster(period: str) -> None:
    """The town, the ten subdistricts and one fiction; six departments that the document names and four fictions, one without a task."""
    units = rows(period, "units")
    towns = [row["unit_code"] + row["unit_name"] for row in units if row["group"] == "镇街"]
    departments = [row["unit_name"] for row in units if row["group"] == "部门"]
    assert towns == [*DIVISIONS, "210902999示例街道"]
    assert departments == [*DEPARTMENTS, "示例一局", "示例二局", "示例三局", "示例四局"]
    assert [row["unit_name"] for row in units if row["participation"] == "no_task"] == ["示例四局"]


@each_period
def test_everything_is_synthetic_and_says_so(period: str) -> None:
    """Every row of figures and lists is marked in three columns."""
    for row in rows(period, "values") + rows(period, "items"):
        assert (row["origin"], row["source"]) == ("synthetic", "模拟数据")
        assert "模拟" in row["note"]


@each_period
def test_nothing_bad_is_said_of_a_real_unit(judged: Callable[..., Evaluation], period: str) -> None:
    """Whoever is behind, has an integrity case or keeps a finished project in the library is fictitious."""
    evaluation = judged(period)
    named = {unit for name in ("behind", "accountability", "not_advanced", "left_library") for unit in listed(evaluation, name)}
    assert named
    assert {unit[:2] for unit in named} == {"示例"}
    codes = {row["unit_code"]: row["unit_name"] for row in rows(period, "units")}
    assert {codes[row["unit_code"]][:2] for row in rows(period, "items") if row["table"] == "integrity"} == {"示例"}


# ------------------------------------------------------------------------------------------------------------------ targets


@pytest.mark.parametrize("quantity", DISTRICT)
def test_tasks_add_up_to_the_document(quantity: str) -> None:
    """The units' tasks of the year are the district's own totals; of large projects one more was handed out than needed."""
    texts = [value for (_, name, period), value in used("2019").items() if (name, period) == (quantity, "2019") and value != "不适用"]
    assert sum(map(int, texts)) == DISTRICT[quantity] + (quantity == "large_target")


@pytest.mark.parametrize(("period", "short"), [("2019H1", ["targets_reserve"]), ("2019", [])], ids=PERIODS)
def test_targets_that_fall_short_are_found(judged: Callable[..., Evaluation], period: str, short: list[str]) -> None:
    """At mid-year 28 reserve projects are handed out of 30: one finding; by the end of the year nothing is short."""
    evaluation = judged(period)
    names = [name for name in evaluation.scheme.outcomes if name.startswith("targets_")]
    assert len(names) == 10
    assert [name for name in names if evaluation.decision(name).findings] == short


def test_district_completion(judged: Callable[..., Evaluation]) -> None:
    """The district's fixed assets: the sum of every unit's figure, the one without a task included, against 22亿元."""
    evaluation = judged("2019")
    figures = [value for (_, name, _), value in used("2019").items() if name == "fixed_assets" and value]
    total = sum(map(int, figures))
    column = evaluation.walk.results["whole_fixed"].column
    assert column.at(0) == exact(total) / 2200


def test_separate_tasks_are_set_by_the_period_file(judged: Callable[..., Evaluation]) -> None:
    """Domestic and foreign capital are handed down apart: the period file says how much, with its reason."""
    evaluation = judged("2019")
    assert [evaluation.walk.results[name].column.at(0) for name in ("district_domestic", "district_fdi")] == [96000, 600]
    assert [change.path for change in evaluation.scheme.settings.changes] == [
        "measures.district_domestic.constant",
        "measures.district_fdi.constant",
    ]


# ----------------------------------------------------------------------------------------------------------------- mid-year

#: Unit → what it lacks to half of the year's task, in percentage points.
HALF = {
    "示例街道": {
        "固定资产投资": "2个百分点",  # 50 − 4800 ÷ 10000 × 100
        "新开工项目": "50个百分点",
        "新开工亿元以上项目": "50个百分点",
        "竣工项目": "50个百分点",
        "协税护税": "≈0.038462个百分点",  # 50 − 1299 ÷ 2600 × 100
    },
    "示例二局": {"新开工项目": "50个百分点", "储备项目": "50个百分点"},
}


def causes(evaluation: Evaluation, name: str) -> dict[str, dict[str, str]]:
    """Unit → indicator → the shortfall at the end of its cause."""
    found = evaluation.decision(name).causes
    return {
        evaluation.unit_names[row]: {text.partition("（")[0]: text.rpartition(" ")[2].rstrip("）") for text in found[row]}
        for row in evaluation.decision(name).listed
    }


def test_who_is_behind_at_mid_year(judged: Callable[..., Evaluation]) -> None:
    """Two fictitious units, each with indicator and gap; who did exactly half (韩家店镇, 示例一局 throughout) is not behind."""
    evaluation = judged("2019H1")
    assert causes(evaluation, "behind") == HALF
    half = used("2019H1")
    assert [half["韩家店镇", q, "2019H1"] for q in ("fixed_assets", "fixed_target")] == ["12000", "24000"]
    assert [half["示例街道", q, "2019H1"] for q in ("enclave", "enclave_target")] == ["1500", "3000"]
    assert evaluation.decision("behind").verdicts[evaluation.row("示例一局")] == "未列入"
    assert evaluation.walk.results["fixed_done"].column.at(evaluation.row("韩家店镇")) == 50


def test_mid_year_has_neither_points_nor_prizes(judged: Callable[..., Evaluation]) -> None:
    """The node looks at completion only: no tree, no ranking, no payment."""
    evaluation = judged("2019H1")
    assert (evaluation.scheme.tree, evaluation.scheme.rankings) == ({}, {})
    assert payment_sheet(evaluation).empty
    assert not [name for name in evaluation.scheme.outcomes if name.endswith("_award")]


# ----------------------------------------------------------------------------------------------------------------- the year

#: Points by hand. 示例街道: 9900÷10000×25, one start, weight 1.0 for 1.2亿元, …, 90÷60 capped at 120 %.
POINTS = {
    "示例街道": {
        "fixed_investment": "24.75", "new_starts": "15", "large_projects": "10", "reserve_projects": "10", "completed_projects": "10",
        "enclave_economy": "11.55", "domestic_capital": "5.78", "foreign_capital": "6", "tax_assistance": "11.35",
        "tasks": "104.43", "total": "104.43",
    },
    # 62.33 of 60 marks, × 85 ÷ 60 = 88.30; exempt from 15 marks, × 100 ÷ 85 = 103.88
    "区财政局": {
        "fixed_investment": "21.7", "new_starts": "15", "reserve_projects": "10", "enclave_economy": "10.42", "domestic_capital": "5.21",
        "tasks": "88.3", "total": "103.88",
    },
    # 21亿元 weighs 3.0 against a task of 1: capped at 120 %; 85.41 of 80 marks, × 85 ÷ 80 = 90.75, × 100 ÷ 85 = 106.76
    "区发改局": {
        "fixed_investment": "22.16", "new_starts": "15", "large_projects": "12", "reserve_projects": "10", "completed_projects": "10",
        "enclave_economy": "10.83", "domestic_capital": "5.42", "tasks": "90.75", "total": "106.76",
    },
}  # fmt: skip


@pytest.mark.parametrize("unit", POINTS, ids=["street", "finance", "planning"])
def test_points_by_hand(judged: Callable[..., Evaluation], unit: str) -> None:
    """Every indicator and the totals of three units, exactly; what was not assigned, or is exempt, has no points."""
    evaluation = judged("2019")
    row = evaluation.row(unit)
    found = {name: evaluation.points(name, row) for name, _ in evaluation.nodes if evaluation.points(name, row) is not None}
    assert found == {name: Fraction(text) for name, text in POINTS[unit].items()}


def test_assessors_are_exempt(judged: Callable[..., Evaluation]) -> None:
    """The two that assess funds obtained do not take part in it, and in nothing else are they exempt."""
    evaluation = judged("2019")
    exempt = {
        (evaluation.unit_names[row], name)
        for name, _ in evaluation.nodes
        for row in range(len(evaluation.unit_names))
        if evaluation.state(name, row) == State.EXEMPT
    }
    assert exempt == {("区发改局", "funds_obtained"), ("区财政局", "funds_obtained")}
    assert not {"区发改局", "区财政局"} & {*listed(evaluation, "funds_award")}


WINNERS = {
    "comprehensive_award": [
        "东梁街道", "韩家店镇", "新兴街道", "河北街道", "区项目与招商服务中心", "区发改局", "区商务局", "区营商局", "区财政局",
    ],
    "fixed_award": ["韩家店镇", "示例四局", "东梁街道"],
    "scale_award": ["区发改局", "示例四局", "东梁街道"],  # 21.8, 21.05 and 10.95亿元
    "technology_award": ["韩家店镇", "河北街道", "区发改局"],  # two projects each
    "effect_award": ["韩家店镇", "东梁街道", "区项目与招商服务中心"],  # 5200, 4100, 3300万元
    "enclave_award": ["韩家店镇", "东梁街道", "示例四局"],
    "tax_award": ["韩家店镇", "新兴街道", "和平街道"],
    "domestic_award": ["韩家店镇", "区商务局", "新兴街道"],
    "start_rate_award": ["区项目与招商服务中心"],  # 10 of 10, then three with 7 of 8 for two seats
    "fdi_award": ["韩家店镇", "区商务局", "示例街道"],
    "fdi_growth_award": ["示例街道", "区商务局", "韩家店镇"],  # 100 %, …
    "funds_award": ["示例四局", "区项目与招商服务中心", "区商务局"],
}  # fmt: skip


def test_winners(judged: Callable[..., Evaluation]) -> None:
    """The comprehensive award and eleven single ones; test_haizhou_winners.py finds the same ones without the library."""
    evaluation = judged("2019")
    awards = [name for name in evaluation.scheme.outcomes if name.endswith("_award")]
    assert {name: listed(evaluation, name) for name in awards} == WINNERS
    assert {name: waiting(evaluation, name) for name in awards if waiting(evaluation, name)} == {
        "comprehensive_award": {"平安西部街道", "工人村街道"},
        "start_rate_award": {"韩家店镇", "区商务局", "东梁街道"},
    }


def test_payments(judged: Callable[..., Evaluation]) -> None:
    """Nine comprehensive winners at 50 000 and 31 single ones at 20 000 yuan, all from the district treasury: 1 070 000."""
    frame = payment_sheet(judged("2019"))
    assert Counter(map(int, frame["amount"])) == {50000: 9, 20000: 31}
    assert set(frame["payer"]) == {"区财政"}
    assert sum(frame["amount"]) == 1070000


def test_a_unit_without_a_task_is_rewarded_and_not_checked(judged: Callable[..., Evaluation]) -> None:
    """示例四局 wins in fixed assets, projects, enclave economy and funds; it has no total, no place, and is not behind in anything."""
    evaluation = judged("2019")
    row = evaluation.row("示例四局")
    assert evaluation.place("place", row) is None
    assert (evaluation.points("total", row), evaluation.decision("behind").verdicts[row]) == (None, "不适用")
    won = {name for name, units in WINNERS.items() if "示例四局" in units}
    assert won == {"fixed_award", "scale_award", "enclave_award", "funds_award"}


def test_who_missed_what_by_how_much(judged: Callable[..., Evaluation]) -> None:
    """Each indicator with its shortfall; 示例一局 did exactly all of it."""
    assert causes(judged("2019"), "behind") == {
        "示例街道": {"固定资产投资": "100万元"},
        "示例二局": {
            "固定资产投资": "320万元", "新开工项目": "1个", "储备项目": "1个", "“飞地经济”": "54万元", "争取资金": "684万元",
            "引进国内资金": "68万元",
        },
        "示例三局": {"争取资金": "400万元"},
    }  # fmt: skip


def test_integrity_bars_only_from_advanced(judged: Callable[..., Evaluation]) -> None:
    """A confirmed case calls those responsible to account and bars 先进; one that was not confirmed does neither; prizes stay."""
    evaluation = judged("2019")
    assert listed(evaluation, "accountability") == ["示例街道"]
    assert listed(evaluation, "not_advanced") == ["示例街道"]
    assert "示例街道" in listed(evaluation, "fdi_growth_award")
    strict = judged("2019", veto="prizes_too")
    assert listed(strict, "fdi_growth_award") == ["区商务局", "韩家店镇", "河北街道"]  # 22.9 %, 22.7 %, 20 %
    assert "示例街道" not in {unit for name in WINNERS for unit in listed(strict, name)}


@pytest.mark.parametrize(("period", "found"), [("2019H1", {"示例一局": 2}), ("2019", {"示例一局": 2, "示例四局": 1})], ids=PERIODS)
def test_finished_projects_in_the_library(judged: Callable[..., Evaluation], period: str, found: dict[str, int]) -> None:
    """Each dispatch at which a completed project still stands in the library is a finding."""
    kept = [
        row["unit_code"] for row in rows(period, "items") if (row["table"], row["state"], row["in_library"]) == ("dispatches", "竣工", "是")
    ]
    codes = {row["unit_code"]: row["unit_name"] for row in rows(period, "units")}
    assert Counter(codes[code] for code in kept) == found
    assert len(judged(period).decision("left_library").findings) == sum(found.values())


@pytest.mark.parametrize(("period", "days"), [("2019H1", 12), ("2019", 24)], ids=PERIODS)
def test_benchmarks_per_unit_and_day(judged: Callable[..., Evaluation], period: str, days: int) -> None:
    """One comparison per half month; number, mean size and progress of each are those of that day's rows alone."""
    evaluation = judged(period)
    (benchmark,) = benchmarks_of(evaluation.scheme)
    assert benchmark.measures == ("key_projects", "key_size", "key_invested", "key_planned", "key_progress")
    found = compared(evaluation, benchmark)
    assert len(found) == days
    assert (found[0].day, found[-1].day) == (date(2019, 1, 15), date(2019, 6, 30) if period == "2019H1" else date(2019, 12, 31))
    dispatches = [row for row in rows(period, "items") if row["table"] == "dispatches"]
    for one in found:
        by_hand: dict[int, list[dict[str, str]]] = {}
        for row in (row for row in dispatches if row["half_month"] == one.day.isoformat()):
            by_hand.setdefault(evaluation.unit_codes.index(row["unit_code"]), []).append(row)
        sums = {unit: [sum(Fraction(r[c]) for r in mine) for c in ("size", "invested", "planned")] for unit, mine in by_hand.items()}
        assert one.values == {
            unit: (len(by_hand[unit]), size / len(by_hand[unit]), invested, planned, invested / planned)
            for unit, (size, invested, planned) in sums.items()
        }


# ------------------------------------------------------------------------------------------------------------- silent points


@pytest.mark.parametrize(("reading", "number", "singles"), [("eleven", 11, 31), ("fourteen", 14, 34), ("eight", 8, 24)])
def test_number_of_single_awards(judged: Callable[..., Evaluation], reading: str, number: int, singles: int) -> None:
    """11 lists by default, 14 with starts and completions apart, 8 with one list per prize; what the payment sheet then holds.

    14: seven lists of three and the start rate with one; starts 3 + 0 (six units with one project each) + 3, completions 3 + 1 + 2.
    """
    evaluation = judged("2019", list_count=reading)
    awards = [name for name in evaluation.scheme.outcomes if name.endswith("_award")]
    assert len(awards) == number + 1
    assert Counter(map(int, payment_sheet(evaluation)["amount"]))[20000] == singles


def test_eight_lists_compare_one_thing_after_the_other(judged: Callable[..., Evaluation]) -> None:
    """Starts by size of investment: 21, 20 and 10亿元; completions: 5.75, 2.1 and 1.1亿元."""
    evaluation = judged("2019", list_count="eight")
    assert listed(evaluation, "scale_award") == ["区发改局", "示例四局", "东梁街道"]
    assert listed(evaluation, "technology_award") == ["区项目与招商服务中心", "河北街道", "示例一局"]


def test_starts_and_completions_apart(judged: Callable[..., Evaluation]) -> None:
    """Started and completed in one year, with output: only 河北街道 and 区项目与招商服务中心, fewer than three, all listed and noted."""
    evaluation = judged("2019", list_count="fourteen")
    assert listed(evaluation, "completed_effect_award") == ["区项目与招商服务中心", "河北街道"]
    assert any("多于可列入对象2个" in note for note in evaluation.decision("completed_effect_award").notes)


def test_two_winners_each(judged: Callable[..., Evaluation]) -> None:
    """A quota of two for single awards leaves the comprehensive one at five per group."""
    evaluation = judged("2019", single_quota="two")
    assert listed(evaluation, "fixed_award") == ["韩家店镇", "示例四局"]
    assert listed(evaluation, "comprehensive_award") == WINNERS["comprehensive_award"]
    both = judged("2019", single_quota="two", list_count="fourteen")
    assert len(listed(both, "completed_scale_award")) == 2


@pytest.mark.parametrize(
    ("assumption", "reading", "unit", "node", "expected"),
    [
        ("exemption", "fewer", "区财政局", "total", "88.3"),
        ("not_assigned", "fewer", "区财政局", "total", "62.33"),
        ("size_tiers", "none", "区发改局", "large_projects", "10"),
        ("size_tiers", "none", "区发改局", "total", "104.26"),  # 83.41 × 85 ÷ 80 = 88.62, × 100 ÷ 85
        ("overfulfilled", "to_100", "示例街道", "foreign_capital", "5"),
        ("overfulfilled", "unlimited", "示例街道", "foreign_capital", "7.5"),
        ("missing", "rescale", "示例三局", "tasks", None),  # fixed assets are its only task of these
        ("rounding", "one", "示例街道", "enclave_economy", "11.6"),
    ],
)
def test_readings_that_change_points(
    judged: Callable[..., Evaluation], assumption: str, reading: str, unit: str, node: str, expected: str | None
) -> None:
    """Each reading gives what was worked out by hand, and the default something else."""
    plain, other = judged("2019"), judged("2019", **{assumption: reading})
    row = plain.row(unit)
    wanted = None if expected is None else Fraction(expected)
    assert other.points(node, row) == wanted
    assert plain.points(node, row) != wanted


@pytest.mark.parametrize(
    ("assumption", "reading", "award", "expected"),
    [
        ("completion_order", "rate", "tax_award", ["东梁街道", "示例街道", "新兴街道"]),  # 114.7 %, 113.5 %, 111.7 %
        ("completion_order", "rate", "fixed_award", ["东梁街道", "新兴街道", "韩家店镇"]),  # 114.7 %, 114.4 %, 111.9 %; no task: 100 %
        ("scale", "largest", "scale_award", ["区发改局", "示例四局", "东梁街道"]),
        ("technology", "investment", "technology_award", ["区发改局", "韩家店镇", "河北街道"]),  # 21.8, 7.2 and 2.1亿元
        ("effect", "number", "effect_award", []),  # one project each of five units
        ("fdi_base", "best", "fdi_growth_award", ["示例街道", "区项目与招商服务中心", "区商务局"]),
        ("award_tie", "all_in", "start_rate_award", ["区项目与招商服务中心", "韩家店镇", "东梁街道", "区商务局"]),
        ("award_tie", "none_in", "start_rate_award", ["区项目与招商服务中心"]),
        ("award_tie", "fixed_decides", "start_rate_award", ["区项目与招商服务中心", "韩家店镇", "东梁街道"]),
    ],
)
def test_readings_that_change_lists(
    judged: Callable[..., Evaluation], assumption: str, reading: str, award: str, expected: list[str]
) -> None:
    """Who is on a list under another reading."""
    assert listed(judged("2019", **{assumption: reading}), award) == expected


def test_missing_figures_can_be_refused(judged: Callable[..., Evaluation]) -> None:
    """The one unit that did not file is named."""
    with pytest.raises(Refused) as refused:
        judged("2019", missing="refuse")
    assert {fault.code for fault in refused.value.faults} == {"branch.missing"}
    assert "示例三局" in str(refused.value)


def test_all_tasks_missed(judged: Callable[..., Evaluation]) -> None:
    """Under the other reading only who missed every task is listed; who has not filed one waits."""
    evaluation = judged("2019", missed="all")
    assert listed(evaluation, "behind") == ["示例二局"]
    assert waiting(evaluation, "behind") == {"示例三局"}


def test_dense_places(judged: Callable[..., Evaluation]) -> None:
    """After the two that share place 5 comes place 6, by default place 7."""
    plain, dense = judged("2019"), judged("2019", ties="dense")
    row = plain.row("站前街道")
    assert (plain.place("place", row), dense.place("place", row)) == (7, 6)


# -------------------------------------------------------------------------------------------------------- input at fault


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project folder with this scheme alone, to be damaged."""
    for part in ("params", "data"):
        shutil.copytree(ROOT / part / "haizhou", tmp_path / part / "haizhou")
    (tmp_path / "notebooks").mkdir()
    return tmp_path


def refused_by(project: Path, period: str = "2019") -> list[Any]:
    """What is wrong with the project."""
    with pytest.raises(Refused) as refused:
        Workbook(project).prepare("haizhou", period)
    return refused.value.faults


def replaced(path: Path, old: str, new: str) -> None:
    """Edit a file of the project; what is to be replaced must be there."""
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode())


def test_a_project_of_two_units_is_a_fault(project: Path) -> None:
    """One project under two units counts twice: refused, with the id."""
    replaced(project / "data/haizhou/2019/items.csv", "projects,XM-BM02-01,BM02", "projects,XM-BM01-01,BM02")
    assert any("XM-BM01-01" in str(fault) for fault in refused_by(project))


def test_an_outcome_of_an_unknown_ranking(project: Path) -> None:
    """A list ordered by a ranking that is not there: the nearest name is offered."""
    replaced(project / "params/haizhou/2019.yaml", "quota: 3, least: 2, by: by_fixed", "quota: 3, least: 2, by: by_fixd")
    assert any("by_fixd" in str(fault) and "by_fixed" in str(fault) for fault in refused_by(project))


def test_a_year_that_the_document_does_not_govern(project: Path) -> None:
    """The plan is for 2019 alone."""
    text = (project / "params/haizhou/periods/2019.yaml").read_text("utf-8").replace("period: 2019\n", "period: 2020\n")
    (project / "params/haizhou/periods/2020.yaml").write_text(text, "utf-8")
    assert any("没有适用于2020年的版本" in str(fault) for fault in refused_by(project, "2020"))


def test_more_seats_than_units_are_noted(project: Path) -> None:
    """A quota above the size of a group lists all of it and says so."""
    replaced(project / "params/haizhou/2019.yaml", "quota: 5, by: place", "quota: 10, by: place")
    evaluation = Workbook(project).prepare("haizhou", "2019").evaluation
    assert any("名额10个多于可列入对象9个" in note for note in evaluation.decision("comprehensive_award").notes)


def test_more_seats_than_a_group_has_are_found(project: Path) -> None:
    """A quota that the group could never fill, whatever its results, is a finding of ``check`` and keeps a run from being final."""
    replaced(project / "params/haizhou/2019.yaml", "quota: 5, by: place", "quota: 50, by: place")
    notes = [str(note) for note in Workbook(project).prepare("haizhou", "2019").notes if note.code == "check.comprehensive_award"]
    assert notes == [
        "params/haizhou/2019.yaml outcomes.comprehensive_award：综合奖：名额50个多于“镇街”的全部对象（12个）；请核对名额和名单",
        "params/haizhou/2019.yaml outcomes.comprehensive_award：综合奖：名额50个多于“部门”的全部对象（10个）；请核对名额和名单",
    ]


def test_days_must_be_the_key_of_what_is_compared(project: Path) -> None:
    """compared_by names a date that is part of the key."""
    replaced(project / "params/haizhou/2019.yaml", "compared_by: half_month", "compared_by: state")
    assert any("compared_by" in str(fault) for fault in refused_by(project))


def sentences(evaluation: Evaluation) -> Iterator[str]:
    """How the points of some nodes are told."""
    for unit, node in (("区财政局", "funds_obtained"), ("区发改局", "large_projects")):
        yield explain(evaluation, unit, node).sentence


def test_sentences(judged: Callable[..., Evaluation]) -> None:
    """An exemption and a weighted count read as the clause does."""
    exempt, weighted = sentences(judged("2019"))
    assert "免评" in exempt
    assert "300%" in weighted
    assert "取120%" in weighted

"""One county's opening-up opinion, worked from the csv files and the document without the library; then compared with it.

Facts are read with the standard library alone. Prizes, cards, lists and money follow the opinion paragraph by paragraph, under the
readings that the edition names as defaults.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from evalbook.scoring.evaluation import Evaluation
from evalbook.scoring.payments import accounts, payment_sheet
from evalbook.terms import Standing
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data" / "county_opening"
QUARTERS = ("2024Q1", "2024Q2", "2024Q3", "2024Q4")
PERIODS = (*QUARTERS, "2024")
INDICATORS = ("domestic", "contracted", "fdi", "exports", "labour", "projects")
#: 一（一）, in the units of measure of the files: 25亿元 is 250000万元.
COUNTY = {"domestic": 250000, "contracted": 5000, "fdi": 3900, "exports": 2800, "labour": 150, "projects": 100}
#: Codes and names of the townships by hand from the national statistics' list of divisions of 2023 (汶上县, 乡 and 镇).
NATIONAL_LIST = """
370830102南旺镇 370830103次邱镇 370830104寅寺镇 370830105郭楼镇 370830106康驿镇 370830107苑庄镇 370830108义桥镇 370830109郭仓镇
370830110白石镇 370830111杨店镇 370830112刘楼镇 370830205军屯乡
"""
TOWNSHIPS = NATIONAL_LIST.split()
REAL = {entry[9:] for entry in TOWNSHIPS}
STAGES = ["reported", "verified", "spot_check"]
each_period = pytest.mark.parametrize("period", PERIODS)
each_quarter = pytest.mark.parametrize("period", QUARTERS)


@cache
def read(period: str, name: str) -> tuple[dict[str, str], ...]:
    """Rows of a csv file."""
    with (DATA / period / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return tuple(csv.DictReader(stream))


@cache
def used(period: str) -> dict[tuple[str, str, str], str]:
    """(unit, quantity, period) → text of the last stage."""
    rows = sorted(read(period, "values"), key=lambda row: STAGES.index(row["stage"]))
    return {(row["unit_name"], row["indicator"], row["period"]): row["value"] for row in rows}


def kinds() -> dict[str, str]:
    """Unit → kind, in roster order."""
    return {row["unit_name"]: row["kind"] for row in read("2024", "units")}


def number(period: str, unit: str, quantity: str, when: str = "") -> Fraction | None:
    """A figure; None where it is 不适用 or 缺失."""
    text = used(period)[unit, quantity, when or period]
    return None if text in ("不适用", "缺失") else Fraction(text)


def met(unit: str, indicator: str) -> bool | None:
    """Whether a unit met a target of the year; None where it has none."""
    target = number("2024", unit, f"{indicator}_target")
    done = number("2024", unit, f"{indicator}_done")
    return None if target is None or done is None else done >= target


def added(period: str, unit: str, indicator: str) -> Fraction | None:
    """What a quarter added to the cumulative figure; the first one counts from zero."""
    done = number(period, unit, f"{indicator}_done")
    if period == "2024Q1" or done is None:
        return done
    base = number(period, unit, f"{indicator}_done", QUARTERS[QUARTERS.index(period) - 1])
    assert base is not None
    return done - base


def assigned(unit: str) -> list[str]:
    """Indicators for which a unit has a target."""
    return [i for i in INDICATORS if used("2024")[unit, f"{i}_target", "2024"] != "不适用"]


@cache
def evaluation(period: str) -> Evaluation:
    """The shipped evaluation."""
    return Workbook(ROOT).prepare("county_opening", period).evaluation


def listed(period: str, outcome: str) -> list[str]:
    """Units that the library lists, in roster order."""
    found = evaluation(period)
    return [found.unit_names[row] for row in sorted(found.decision(outcome).listed)]


# ------------------------------------------------------------------------------------------------------------------- the files


def test_a_rebuild_gives_the_same_bytes(tmp_path: Path) -> None:
    """Running the committed script again reproduces every shipped file, byte for byte."""
    subprocess.run([sys.executable, str(ROOT / "data/_scripts/build_county_opening.py"), "--out", str(tmp_path)], check=True)
    shipped = {p.relative_to(DATA).as_posix(): p.read_bytes() for p in DATA.rglob("*") if p.is_file()}
    rebuilt = {p.relative_to(tmp_path / "county_opening").as_posix(): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert sorted(rebuilt) == sorted(shipped)
    assert [name for name in shipped if rebuilt[name] != shipped[name]] == []


@each_period
def test_files_open_in_excel(period: str) -> None:
    """Every csv has a byte order mark, CRLF line ends, and as many cells in each row as in the heading."""
    files = sorted((DATA / period).glob("*.csv"))
    assert [path.name for path in files] == ["evidence.csv", "items.csv", "units.csv", "values.csv"]
    for path in files:
        content = path.read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        assert content.count(b"\n") == content.count(b"\r\n")
        with path.open(encoding="utf-8-sig", newline="") as stream:
            assert len({len(row) for row in csv.reader(stream)}) == 1


@each_period
def test_roster(period: str) -> None:
    """Twelve townships with their codes, then fictitious units only: three townships, eight departments, three and three others."""
    rows = read(period, "units")
    assert [row["unit_code"] + row["unit_name"] for row in rows[:12]] == TOWNSHIPS
    assert {row["unit_name"][:2] for row in rows[12:]} == {"示例"}
    assert Counter(row["kind"] for row in rows) == {"乡镇": 15, "县直部门": 8, "企事业单位": 3, "省市驻县单位": 3}


@each_period
def test_everything_is_synthetic_and_says_so(period: str) -> None:
    """Every figure, report, project and nomination is marked in three columns."""
    rows = [*read(period, "values"), *read(period, "items")]
    assert {(row["origin"], row["source"]) for row in rows} == {("synthetic", "模拟数据")}
    assert [row for row in rows if "模拟" not in row["note"]] == []


def test_real_townships_do_everything() -> None:
    """Real names meet every target, add to every figure in every quarter, file every week in time; nothing of theirs is taken off."""
    for unit in REAL:
        assert assigned(unit) == list(INDICATORS)
        assert all(met(unit, indicator) for indicator in INDICATORS)
        assert all(added(quarter, unit, indicator) > 0 for quarter in QUARTERS for indicator in INDICATORS)  # type: ignore[operator]
    codes = {entry[:9] for entry in TOWNSHIPS}
    weekly = [row for row in read("2024", "items") if row["unit_code"] in codes and row["table"] == "weekly"]
    assert len(weekly) == 12 * 52
    assert [row for row in weekly if not row["filed"] or row["filed"] > row["due"]] == []
    stages: dict[tuple[str, ...], set[Fraction]] = {}
    for period in PERIODS:
        for row in read(period, "values"):
            if row["unit_code"] in codes:
                stages.setdefault((period, row["unit_code"], row["indicator"], row["period"]), set()).add(Fraction(row["value"]))
    assert [key for key, values in stages.items() if len(values) > 1] == []


# --------------------------------------------------------------------------------------------------------- targets and progress


@each_period
def test_targets_add_up_to_those_of_the_county(period: str) -> None:
    """CO-1: 252000 ≥ 250000, 5000 = 5000, 3920 ≥ 3900, 2810 ≥ 2800, 156 ≥ 150, 104 ≥ 100; the library sums them alike."""
    sums = {i: sum(number(period, unit, f"{i}_target") or 0 for unit in kinds()) for i in INDICATORS}
    assert sums == {"domestic": 252000, "contracted": 5000, "fdi": 3920, "exports": 2810, "labour": 156, "projects": 104}
    assert all(sums[i] >= COUNTY[i] for i in INDICATORS)
    results = evaluation(period).walk.results
    assert {i: Fraction(results[f"{i}_assigned"].column.at(0)) for i in INDICATORS} == sums
    assert {i: Fraction(results[f"{i}_county"].column.at(0)) for i in INDICATORS} == COUNTY
    assert evaluation(period).decision("targets_add_up").findings == ()


@each_period
def test_completion_of_every_unit_and_of_the_county(period: str) -> None:
    """Rate = done ÷ target × 100 for each unit with a target; the county's is the sum of all that is done against its own target."""
    found = evaluation(period)
    for indicator in INDICATORS:
        for row, unit in enumerate(found.unit_names):
            target, done = (number(period, unit, f"{indicator}_{part}") for part in ("target", "done"))
            expected = None if target is None or done is None else done / target * 100
            rate = found.walk.results[f"{indicator}_rate"].column.at(row)
            assert (None if rate is None else Fraction(rate)) == expected
        total = sum(number(period, unit, f"{indicator}_done") or 0 for unit in found.unit_names)
        assert Fraction(found.walk.results[f"{indicator}_county_rate"].column.at(0)) == Fraction(total, 1) / COUNTY[indicator] * 100


@each_period
def test_weekly_reports(period: str) -> None:
    """CO-2.2a: a row for each of the 15 townships and each Friday of the period; figures never fall from week to week in a quarter."""
    first = date(2024, 1, 5)
    fridays = [first + timedelta(weeks=n) for n in range(52)]
    assert {day.weekday() for day in fridays} == {4}
    own = [str(day) for n, day in enumerate(fridays) if period == "2024" or QUARTERS[n // 13] == period]
    rows = [row for row in read(period, "items") if row["table"] == "weekly"]
    towns = [row["unit_code"] for row in read(period, "units") if row["kind"] == "乡镇"]
    assert sorted((row["unit_code"], row["week"]) for row in rows) == sorted((code, day) for code in towns for day in own)
    for code in towns:
        for start in range(0, len(own), 13):
            weeks = [row for row in rows if row["unit_code"] == code and row["week"] in own[start : start + 13] and row["filed"]]
            for indicator in INDICATORS:
                series = [Fraction(row[indicator]) for row in weeks]
                assert series == sorted(series)


LATE = {
    "2024Q1": {("示例甲镇", "2024-02-16", "2024-02-19")},
    "2024Q2": {("示例乙镇", "2024-04-05", "2024-04-08"), ("示例丙乡", "2024-05-24", "")},
    "2024Q3": {("示例丙乡", "2024-07-26", ""), ("示例乙镇", "2024-09-27", "")},
    "2024Q4": {("示例甲镇", "2024-12-20", "2024-12-23")},
}


@each_period
def test_late_filings(period: str) -> None:
    """CO-2.2a: filed after the day due, or not at all; filed on the day announced for a holiday (4 October → 8 October) is in time."""
    names = {row["unit_code"]: row["unit_name"] for row in read(period, "units")}
    rows = [row for row in read(period, "items") if row["table"] == "weekly"]
    late = {(names[row["unit_code"]], row["week"], row["filed"]) for row in rows if not row["filed"] or row["filed"] > row["due"]}
    expected = set().union(*LATE.values()) if period == "2024" else LATE[period]
    assert late == expected
    ids = {(row["unit_code"], row["item_id"]): row["week"] for row in rows}
    lines = evaluation(period).outcome_lines("late_filing")
    found = {(r["unit_name"], ids[r["unit_code"], r["item_id"]]) for r in lines.to_dict("records") if r["verdict"] == "逾期或未报"}
    assert found == {(unit, week) for unit, week, _ in expected}
    if period == "2024Q4":
        holiday = next(r for r in rows if (names[r["unit_code"]], r["week"]) == ("示例丙乡", "2024-10-04"))
        assert (holiday["due"], holiday["filed"]) == ("2024-10-08", "2024-10-08")


#: CO-2.2b by hand: the quarter's card, and what else would get one if one indicator without progress were enough.
CARDS = {
    "2024Q1": (["示例驻县单位03"], ["示例驻县单位03"]),
    "2024Q2": (["示例丙乡"], ["示例乙镇", "示例丙乡"]),
    "2024Q3": (["示例丙乡"], ["示例丙乡", "示例县直部门06"]),
    "2024Q4": (["示例企事业单位03"], ["示例县直部门08", "示例企事业单位03"]),
}


@each_quarter
def test_yellow_cards(period: str) -> None:
    """No progress on any indicator that the unit has a target for; a fall (3000 → 2900) is no progress either."""
    every, some = [], []
    for unit in kinds():
        gains = [added(period, unit, indicator) for indicator in assigned(unit)]
        if all(gain is not None and gain <= 0 for gain in gains):
            every.append(unit)
        if any(gain is not None and gain <= 0 for gain in gains):
            some.append(unit)
    assert (every, some) == CARDS[period]
    assert listed(period, "yellow_card") == every


def test_the_cases_behind_the_cards() -> None:
    """示例丙乡 falls by 100 in the third quarter; 示例县直部门08 has one gap and one zero, which the office ruled on; one unit has met
    its only target and still adds nothing."""
    assert added("2024Q3", "示例丙乡", "domestic") == -100
    assert (added("2024Q4", "示例县直部门08", "domestic"), added("2024Q4", "示例县直部门08", "fdi")) == (None, 0)
    assert (assigned("示例企事业单位03"), met("示例企事业单位03", "domestic")) == (["domestic"], True)
    decision = evaluation("2024Q4").decision("yellow_card")
    assert decision.pending == ()
    assert [note for note in decision.notes if "示例县直部门08" in note and "裁定" in note]


def test_cards_of_the_year() -> None:
    """The year lists who had a card in some quarter: 示例丙乡 twice, two others once."""
    cards = Counter(unit for quarter in QUARTERS for unit in CARDS[quarter][0])
    assert cards == {"示例丙乡": 2, "示例驻县单位03": 1, "示例企事业单位03": 1}
    found = evaluation("2024")
    counted = found.walk.results["yellow_cards"].column
    assert {unit: int(counted.at(row)) for row, unit in enumerate(found.unit_names) if counted.at(row)} == cards
    assert set(listed("2024", "yellow_history")) == set(cards)


@each_period
def test_weekly_reports_above_what_was_verified(period: str) -> None:
    """示例丙乡 (3000 > 2900) and 示例甲镇 (246 > 239.99) had reported more; both are explained, so that no finding is open."""
    latest: dict[tuple[str, str], Fraction] = {}
    for row in sorted((r for r in read(period, "items") if r["table"] == "weekly" and r["filed"]), key=lambda r: r["week"]):
        latest |= {(row["unit_code"], indicator): Fraction(row[indicator]) for indicator in INDICATORS}
    names = {row["unit_code"]: row["unit_name"] for row in read(period, "units")}
    over = {
        (names[code], indicator)
        for (code, indicator), value in latest.items()
        if value > (number(period, names[code], f"{indicator}_done") or 0)
    }
    expected = {"2024Q3": {("示例丙乡", "domestic")}, "2024Q4": {("示例甲镇", "exports")}, "2024": {("示例甲镇", "exports")}}
    assert over == expected.get(period, set())
    assert listed(period, "weekly_overstated") == [unit for unit, _ in over]
    assert evaluation(period).findings == ()


# ------------------------------------------------------------------------------------------------------- the year: prizes, lists


@pytest.mark.parametrize(
    ("outcome", "indicator", "towns", "amount", "winners"),
    [
        ("town_fdi", "fdi", True, 30000, 14),
        ("town_domestic", "domestic", True, 30000, 13),
        ("town_exports", "exports", True, 30000, 13),
        ("town_labour", "labour", True, 20000, 14),
        ("unit_fdi", "fdi", False, 20000, 11),
    ],
)
def test_all_who_meet_a_target_are_rewarded(outcome: str, indicator: str, towns: bool, amount: int, winners: int) -> None:
    """CO-3.1 and CO-3.2a: whoever meets the target, and nobody else, each the same amount from the county's treasury."""
    expected = [unit for unit, kind in kinds().items() if (kind == "乡镇") == towns and met(unit, indicator)]
    assert len(expected) == winners
    assert listed("2024", outcome) == expected
    payments = evaluation("2024").decision(outcome).payments
    assert {(p.amount, p.account) for p in payments} == {(amount, "县财政")}
    assert len(payments) == winners


@pytest.mark.parametrize(
    ("unit", "indicator", "done", "target", "expected"),
    [
        ("郭仓镇", "exports", "160", "160", True),
        ("示例乙镇", "fdi", "250", "250", True),
        ("示例县直部门02", "fdi", "50", "50", True),
        ("示例甲镇", "exports", "239.99", "240", False),
        ("示例县直部门03", "fdi", "49.99", "50", False),
    ],
)
def test_a_target_met_or_missed_by_a_hair(unit: str, indicator: str, done: str, target: str, expected: bool) -> None:
    """Exactly the target is enough; 0.01 less is not, and the report does not print 100.00 for it."""
    assert number("2024", unit, f"{indicator}_done") == Fraction(done)
    assert number("2024", unit, f"{indicator}_target") == Fraction(target)
    assert met(unit, indicator) is expected


#: 三（二）2 by hand: those outside the townships that met their target, by amount. The best of all, with 5800 of 6000, did not.
PLACES = [
    (1, "示例县直部门02", 5200, 20000), (2, "示例县直部门03", 4900, 20000), (3, "示例县直部门04", 4600, 20000),
    (4, "示例县直部门05", 4300, 20000), (5, "示例县直部门06", 4000, 20000), (5, "示例县直部门07", 4000, 20000),
    (7, "示例企事业单位01", 3800, 10000), (8, "示例驻县单位01", 3600, 10000), (9, "示例县直部门08", 3400, 10000),
    (10, "示例企事业单位02", 3000, 10000), (10, "示例驻县单位02", 3000, 10000), (12, "示例企事业单位03", 2500, 0),
]  # fmt: skip


def test_prizes_for_domestic_investment() -> None:
    """CO-3.2b: target met and among the first ten; those tied on place 5 and on place 10 get what the place gets."""
    done = {unit: number("2024", unit, "domestic_done") for unit, kind in kinds().items() if kind != "乡镇" and met(unit, "domestic")}
    by_hand = sorted((1 + sum(other > own for other in done.values()), unit, own) for unit, own in done.items())  # type: ignore[operator]
    assert by_hand == sorted((place, unit, amount) for place, unit, amount, _ in PLACES)
    found = evaluation("2024")
    assert {unit: found.place("investment_place", found.row(unit)) for _, unit, _, _ in PLACES} == {u: place for place, u, _, _ in PLACES}
    paid = found.paid("investment_prize")
    assert {found.unit_names[row]: int(amount) for row, amount in paid.items()} == {unit: money for _, unit, _, money in PLACES if money}
    assert listed("2024", "investment_title") == sorted((u for _, u, _, m in PLACES if m), key=list(kinds()).index)
    assert met("示例县直部门01", "domestic") is False
    assert number("2024", "示例县直部门01", "domestic_done") == 5800


#: 三（未完成任务）by hand: unit → indicators missed.
MISSED = {
    "示例甲镇": ["exports"],
    "示例乙镇": ["domestic", "contracted", "projects"],
    "示例丙乡": list(INDICATORS),
    "示例县直部门01": ["domestic"],
    "示例县直部门03": ["fdi"],
    "示例驻县单位03": ["domestic", "fdi"],
}
WORDS = {"domestic": "国内招商引资", "contracted": "合同利用外资", "fdi": "实际利用外资", "exports": "外贸出口", "labour": "国际劳务输出",
         "projects": "引进“123”工程项目"}  # fmt: skip


def test_veto_and_criticism_name_the_targets_missed() -> None:
    """CO-3.5: six fictitious units miss targets; the list says which, one cause per target; the same are criticised."""
    assert {u: missed for u in kinds() if (missed := [i for i in assigned(u) if not met(u, i)])} == MISSED
    found = evaluation("2024")
    decision = found.decision("veto")
    told = {found.unit_names[row]: [cause.partition("（")[0] for cause in decision.causes[row]] for row in decision.listed}
    assert told == {unit: [f"未完成{WORDS[i]}任务" for i in missed] for unit, missed in MISSED.items()}
    assert listed("2024", "criticism") == listed("2024", "veto")


def test_who_misses_one_target_keeps_the_prizes_for_others() -> None:
    """By default a veto costs the title of an advanced unit only: 示例县直部门03 is paid 20000, 示例甲镇 30000 + 30000 + 20000."""
    sheet = payment_sheet(evaluation("2024"))
    paid = {unit: sum(sheet.loc[sheet["unit_name"] == unit, "amount"]) for unit in ("示例县直部门03", "示例驻县单位03", "示例丙乡")}
    own = sheet[(sheet["unit_name"] == "示例甲镇") & (sheet["recipient"] == "示例甲镇")]
    assert paid == {"示例县直部门03": 20000, "示例驻县单位03": 0, "示例丙乡": 0}
    assert sum(own["amount"]) == 80000


def test_intermediaries() -> None:
    """CO-3.3: 1% of fixed assets in place, to the cent, of recognised projects with an intermediary; the treasury that benefits pays.

    5600.5万元 → 560050; 1234.56785 → 123456.785, half up …79; 4100 → 410000; 2750.25 → 275025; 5200 → 520000; nothing in place, nothing
    paid; 示例丙乡's project is not recognised.
    """
    sheet = payment_sheet(evaluation("2024"))
    rows = sheet[sheet["outcome"] == "中介人奖励"]
    assert [(str(r["amount"]), r["payer"], r["recipient"]) for r in rows.to_dict("records")] == [
        ("560050.00", "县财政", "示例咨询公司甲"),
        ("123456.79", "示例甲镇财政", "示例咨询公司甲"),
        ("410000.00", "县财政", "示例中介人乙"),
        ("275025.00", "示例甲镇财政", "示例商会丙"),
        ("520000.00", "县财政", "示例中介人丁"),
    ]
    lines = {r["item_id"]: str(r["verdict"]) for r in evaluation("2024").outcome_lines("intermediaries").to_dict("records")}
    assert (lines["XM06"], lines["XM09"], lines["XM01"]) == ("0.00", "未列入", "未列入")


def test_money_balances() -> None:
    """The county pays 420000 + 390000 + 390000 + 280000 + 220000 + 170000 + 1490050, 示例甲镇's treasury 398481.79; nothing is deducted."""
    expected = {"县财政": "3360050.00", "示例甲镇财政": "398481.79", "合计": "3758531.79"}
    assert 420000 + 390000 + 390000 + 280000 + 220000 + 170000 + 560050 + 410000 + 520000 == 3360050
    found = {r["payer"]: (str(r["rewards"]), str(r["deductions"]), str(r["net"])) for r in accounts(evaluation("2024")).to_dict("records")}
    assert found == {payer: (amount, "0.00", amount) for payer, amount in expected.items()}
    assert str(sum(payment_sheet(evaluation("2024"))["amount"])) == expected["合计"]


def test_individuals() -> None:
    """CO-3.4: approved nominations are honoured; the head of a unit under a veto is not, another person of such a unit is; no money."""
    lines = {r["item_id"]: (r["unit_name"], r["verdict"]) for r in evaluation("2024").outcome_lines("individuals").to_dict("records")}
    honour = "授予荣誉称号，通报表彰"
    assert lines == {
        "GR01": ("南旺镇", honour),
        "GR02": ("康驿镇", honour),
        "GR03": ("示例县直部门04", honour),
        "GR04": ("示例乙镇", honour),
        "GR05": ("示例丙乡", "无入选资格"),
        "GR06": ("示例企事业单位03", "未列入"),
    }
    assert evaluation("2024").decision("individuals").payments == ()
    evidence = {row["evidence_id"] for row in read("2024", "evidence")}
    assert {f"GR{n:02d}" for n in range(1, 7)} <= evidence


@each_quarter
def test_projects_seen_on_site(period: str) -> None:
    """CO-2.2b: the quarter's visits are listed with what was found; three in each quarter."""
    rows = [row for row in read(period, "items") if row["table"] == "projects"]
    assert len(rows) == 3
    lines = evaluation(period).outcome_lines("site_visits").to_dict("records")
    assert [line["item_id"] for line in lines if line["verdict"] == "已核查"] == [row["item_id"] for row in rows]
    assert all(row["progress"] in line["cause"] for row, line in zip(rows, lines, strict=True))


# -------------------------------------------------------------------------------------------------------------- the figures


def test_a_quarter_continues_the_one_before() -> None:
    """The base of each quarter is what the quarter before used, and the library finds no revision."""
    for before, period in pairwise(QUARTERS):
        own, last = used(period), used(before)
        shared = [key for key in own if key[2] == before]
        assert len(shared) == 29 * 6
        assert [key for key in shared if own[key] != last[key]] == []


def test_stages() -> None:
    """Verified down (246 → 239.99, 3000 → 2900), up (58 → 60), once more by spot check (50 → 49.99), and one gap that was confirmed."""
    changed = set()
    for period in PERIODS:
        trail: dict[tuple[str, str], dict[str, str]] = {}
        for row in read(period, "values"):
            if row["period"] == period:
                trail.setdefault((row["unit_name"], row["indicator"]), {})[row["stage"]] = row["value"]
        changed |= {(period, *key, *stages.values()) for key, stages in trail.items() if len(set(stages.values())) > 1}
    assert changed == {
        ("2024Q1", "示例乙镇", "fdi_done", "58", "60.00"),
        ("2024Q3", "示例丙乡", "domestic_done", "3000", "2900"),
        ("2024Q4", "示例甲镇", "exports_done", "246", "239.99"),
        ("2024Q4", "示例县直部门08", "domestic_done", "", "缺失"),
        ("2024", "示例甲镇", "exports_done", "246", "239.99"),
        ("2024", "示例县直部门03", "fdi_done", "50", "50", "49.99"),
    }


@each_period
def test_every_unit_is_in_exactly_one_state(period: str) -> None:
    """Under every outcome each unit is listed, not listed, barred, unranked or not concerned; nothing waits in the shipped periods."""
    found = evaluation(period)
    for name in found.scheme.outcomes:
        decision = found.decision(name)
        assert len(decision.standings) == len(found.unit_names) == 29
        assert Standing.PENDING not in decision.standings
        assert decision.pending == ()

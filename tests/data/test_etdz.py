"""The shipped zones: rosters, planned situations, totals and outcomes worked out from the csv files with the standard library alone.

Points follow the declared assumptions: each indicator's worst in the region of those ranked is worth 60 %, the best 100 %, between them
in proportion; two decimals half up; a dimension is the mean of its indicators, two decimals half up; the total is their sum.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from evalbook.scoring.evaluation import Evaluation
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data" / "etdz"
PERIODS = ["2020", "2021", "2022", "2023"]
each_period = pytest.mark.parametrize("period", PERIODS)

#: Dimension → (marks, indicators), by hand from the briefing of 2021-11-02 (2021) and the edition's own division (2016).
METHOD_2021 = {
    "opening": (30, ["fdi_actual", "trade_total", *(f"opening_{n}" for n in range(3, 8))]),
    "quality": (30, [f"quality_{n}" for n in range(1, 9)]),
    "innovation": (15, ["rd_intensity", "hightech_firms", *(f"innovation_{n}" for n in range(3, 7))]),
    "green": (15, ["energy_use", *(f"green_{n}" for n in range(2, 6))]),
    "coordination": (10, [f"coordination_{n}" for n in range(1, 5)]),
}
METHOD_2016 = {
    "industry": (30, ["fdi_actual", "trade_total", *(f"industry_{n}" for n in range(3, 16))]),
    "innovation": (20, ["rd_intensity", "hightech_firms", *(f"innovation_{n}" for n in range(3, 12))]),
    "lead": (20, [f"lead_{n}" for n in range(1, 10)]),
    "environment": (15, ["energy_use", *(f"environment_{n}" for n in range(2, 10))]),
    "efficiency": (15, [f"efficiency_{n}" for n in range(1, 10)]),
}


def rows(period: str, name: str) -> list[dict[str, str]]:
    """Rows of one csv file."""
    with (DATA / period / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def zone(number: int) -> str:
    """Code of a fictitious zone."""
    return f"KFQ9{number:02d}"


def zones(*numbers: int) -> set[str]:
    """Codes of fictitious zones."""
    return {zone(number) for number in numbers}


@cache
def figures(period: str) -> dict[tuple[str, str, str], str]:
    """(zone, indicator, boundary) → text of the last stage."""
    ordered = sorted(rows(period, "values"), key=lambda row: ["reported", "verified"].index(row["stage"]))
    return {(row["unit_code"], row["indicator"], row.get("calibre", "")): row["value"] for row in ordered}


#: Zones out of the field: filing only (round 2022, data year 2021), and one disqualified in 2023.
def in_field(period: str) -> set[str]:
    """Zones that are ranked: all but the newcomers in data year 2021 and the one whose fraud is confirmed in 2023."""
    listed = {row["unit_code"] for row in rows(period, "units")}
    if period == "2021":
        return listed - {row["unit_code"] for row in rows(period, "units") if row["participation"] == "files_only"}
    return listed - zones(5) if period == "2023" else listed


def by_hand(period: str, unit: str) -> Decimal:
    """Total of one zone."""
    region = {row["unit_code"]: row["region"] for row in rows(period, "units")}
    #: 007 counts by its wider boundary from 2023 on, its third year; until then, and 024 throughout, by the old one.
    boundary = {zone(7): "after" if period == "2023" else "before", zone(24): "before"}
    found = figures(period)

    def value(code: str, quantity: str) -> Fraction | None:
        text = found.get((code, quantity, ""), found.get((code, quantity, boundary.get(code, "")), ""))
        return None if text == "缺失" else Fraction(text)

    total = Decimal(0)
    for marks, quantities in (METHOD_2016 if period == "2020" else METHOD_2021).values():
        points = []
        for quantity in quantities:
            own = value(unit, quantity)
            field = [v for code in in_field(period) if region[code] == region[unit] and (v := value(code, quantity)) is not None]
            worst, best = (max(field), min(field)) if quantity == "energy_use" else (min(field), max(field))
            level = Fraction(0) if own is None else (own - worst) / (best - worst) * 40 + 60
            points.append(cents(min(level, Fraction(100)) * marks / 100))
        total += cents(sum(map(Fraction, points), Fraction(0)) / len(points))
    return total


def cents(value: Fraction) -> Decimal:
    """Two decimals, half up."""
    exact = Decimal(value.numerator * 1000 // value.denominator) / 1000
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.fixture(scope="module")
def evaluated() -> Callable[[str], Evaluation]:
    """The evaluation of a period."""
    book = Workbook(ROOT)
    return cache(lambda period: book.prepare("etdz", period).evaluation)


def listed(evaluation: Evaluation, outcome: str) -> set[str]:
    """Codes on the list of an outcome."""
    return {evaluation.unit_codes[row] for row in evaluation.decision(outcome).listed}


# ------------------------------------------------------------------------------------------------------------ roster and honesty


@pytest.mark.parametrize(
    ("period", "regions"),
    [("2020", {"东部": 107, "中部": 63, "西部": 48}), *((p, {"东部": 112, "中部": 68, "西部": 50}) for p in ("2021", "2022", "2023"))],
)
def test_rosters(period: str, regions: dict[str, int]) -> None:
    """218 zones for 2020 and 230 from 2021 on; codes and names are unique; a quarter of a hundred at most is fictitious."""
    units = rows(period, "units")
    assert Counter(row["region"] for row in units) == regions
    assert len({row["unit_name"] for row in units}) == len({row["unit_code"] for row in units}) == sum(regions.values())
    fictitious = [row["unit_name"].startswith("示例开发区") for row in units]
    assert sum(fictitious) == (25 if period == "2020" else 24)
    assert [row["unit_name"] for row in units if row["province"].startswith("示例省") != row["unit_name"].startswith("示例开发区")] == []


@each_period
def test_everything_is_synthetic_and_complete(period: str) -> None:
    """Each zone has a row per indicator (53 or 30, and the threshold), and every row says that it is made up."""
    values = rows(period, "values")
    assert {(row["origin"], row["source"]) for row in values} == {("synthetic", "模拟数据")}
    per_zone = Counter(code for code, _ in {(row["unit_code"], row["indicator"]) for row in values})
    assert set(per_zone.values()) == {53 if period == "2020" else 31}
    assert (DATA / period / "values.csv").stat().st_size < 2_000_000


@each_period
def test_nothing_bad_is_said_of_a_real_zone(evaluated: Callable[[str], Evaluation], period: str) -> None:
    """Last places, exits, talks, thresholds, findings, corrections and moved boundaries concern fictitious zones only."""
    evaluation = evaluated(period)
    against = [name for name in evaluation.scheme.outcomes if name != "publicity"]
    concerned = set().union(*(listed(evaluation, name) for name in against))
    concerned |= {row["unit_code"] for row in rows(period, "items")}
    concerned |= {row["unit_code"] for row in rows(period, "units") if row.get("boundary_changed") or row.get("last_five_before") == "是"}
    concerned |= {row["unit_code"] for row in rows(period, "values") if row["stage"] == "reported"}
    assert {code[:4] for code in concerned} == {"KFQ9"}


def test_rebuilding_gives_the_same_bytes(tmp_path: Path) -> None:
    """The seeded script writes what is committed, file by file."""
    subprocess.run([sys.executable, str(ROOT / "data/_scripts/build_etdz.py"), "--out", str(tmp_path)], check=True)
    built = {path.relative_to(tmp_path / "etdz"): path.read_bytes() for path in (tmp_path / "etdz").rglob("*.*")}
    shipped = {path.relative_to(DATA): path.read_bytes() for path in DATA.rglob("*.*")}
    assert built == shipped


# ------------------------------------------------------------------------------------------------------------------ worked by hand


@pytest.mark.parametrize(
    ("period", "unit"),
    [
        *(("2020", unit) for unit in ("KFQ001", zone(10))),
        *(("2021", unit) for unit in ("KFQ001", zone(7), "KFQ014")),
        *(("2022", unit) for unit in ("KFQ014", zone(19), zone(24))),
        *(("2023", unit) for unit in ("KFQ200", zone(7), zone(5), zone(23))),
    ],
)
def test_two_totals_by_hand(evaluated: Callable[[str], Evaluation], period: str, unit: str) -> None:
    """Totals of zones that are plain, without a figure, filing only, on two boundaries, disqualified."""
    evaluation = evaluated(period)
    assert Fraction(by_hand(period, unit)) == Fraction(str(evaluation.points("total", evaluation.row(unit))))


def test_one_indicator_with_pencil_and_paper(evaluated: Callable[[str], Evaluation]) -> None:
    """2023, foreign investment of 北京: the range of the east is read off the file with a spreadsheet."""
    evaluation = evaluated("2023")
    east = {row["unit_code"] for row in rows("2023", "units") if row["region"] == "东部"} - zones(5)
    own = [Decimal(row["value"]) for row in rows("2023", "values") if row["indicator"] == "fdi_actual" and row["unit_code"] in east]
    assert (min(own), max(own), figures("2023")["KFQ001", "fdi_actual", ""]) == (Decimal("22.2"), Decimal("85"), "30.7")
    # (30.7 − 22.2) ÷ (85 − 22.2) × 40 + 60 = 65.4140…; of 30 points 19.624…
    assert Fraction(str(evaluation.points("fdi_actual", evaluation.row("KFQ001")))) == Fraction("19.62")


# ------------------------------------------------------------------------------------------------------------------------ outcomes

#: Period → zones among the last five (of the nation, then of each region).
LAST = {
    "2020": zones(1, 9, 17, 18, 25),
    "2021": zones(*range(1, 6), *range(9, 14), *range(17, 22)),
    "2022": zones(1, 5, 6, 7, 8, 9, 10, 14, 15, 16, 17, 18, 22, 23, 24),
    "2023": zones(1, 2, 3, 4, 6, 12, 13, 14, 15, 16, 19, 20, 21, 22, 23),
}


@pytest.mark.parametrize("period", ["2021", "2022", "2023"])
def test_last_five_and_candidates(evaluated: Callable[[str], Evaluation], period: str) -> None:
    """Five of each region; whoever was there twice since 2021 is a candidate."""
    evaluation = evaluated(period)
    assert listed(evaluation, "last_five") == LAST[period]
    times = Counter(code for year in PERIODS[1:] if year <= period for code in LAST[year])
    assert listed(evaluation, "exit_candidates") == {code for code, count in times.items() if count >= 2}


def test_exit_under_the_method_of_2016(evaluated: Callable[[str], Evaluation]) -> None:
    """Last five of the nation in both years running: 018 and 025."""
    evaluation = evaluated("2020")
    assert listed(evaluation, "last_five") == LAST["2020"]
    assert listed(evaluation, "exit") == zones(18, 25)


def test_a_tie_across_the_last_five_is_ruled_on(evaluated: Callable[[str], Evaluation]) -> None:
    """2022: 010 and 011 are alike in all thirty indicators and share the fifth place from the end; the period file names 010."""
    evaluation = evaluated("2022")
    alike = [[figures("2022")[zone(n), q, ""] for _, names in METHOD_2021.values() for q in names] for n in (10, 11)]
    assert alike[0] == alike[1]
    assert evaluation.points("total", evaluation.row(zone(10))) == evaluation.points("total", evaluation.row(zone(11)))
    assert zone(11) not in listed(evaluation, "last_five")
    assert "并列跨越名额线，依裁定" in "".join(evaluation.decision("last_five").notes)


def test_region_list_is_drawn_from_the_mean(evaluated: Callable[[str], Evaluation]) -> None:
    """2022: each candidate's mean of its two scores among the last, the lowest first, region by region."""
    evaluation = evaluated("2022")
    means = {code: (by_hand("2021", code) + by_hand("2022", code)) / 2 for code in zones(1, 5, 9, 10, 17, 18)}
    for members in (zones(1, 5), zones(9, 10), zones(17, 18)):
        order = sorted(members, key=lambda code: means[code])
        assert [evaluation.place("exit_order", evaluation.row(code)) for code in order] == [1, 2]
    ranked = [row for row in range(230) if evaluation.place("exit_order", row) is not None]
    assert {evaluation.unit_codes[row] for row in ranked} == set(means)
    for code, mean in means.items():
        assert Fraction(str(evaluation.walk.results["exit_score"].column.at(evaluation.row(code)))) == Fraction(mean)


@pytest.mark.parametrize(("period", "ranked"), [("2021", 217), ("2022", 230), ("2023", 229)])
def test_newcomers_file_only(evaluated: Callable[[str], Evaluation], period: str, ranked: int) -> None:
    """Thirteen file in the round of 2022 and have points, but no place; in the round of 2023 they are ranked."""
    evaluation = evaluated(period)
    new = [row["unit_code"] for row in rows(period, "units") if row["participation"] == "files_only"]
    assert len(new) == 13
    assert all(evaluation.points("total", evaluation.row(code)) is not None for code in new)
    places = [evaluation.place("national_place", evaluation.row(code)) for code in new]
    assert [place is None for place in places] == [period == "2021"] * 13
    assert sum(evaluation.place("place_in_region", row) is not None for row in range(230)) == ranked


def test_a_confirmed_fraud_takes_no_place(evaluated: Callable[[str], Evaluation]) -> None:
    """2023: 005 is shown without a place and talked to; in 2022 an unfounded report leaves 012 where it is."""
    later, before = evaluated("2023"), evaluated("2022")
    row = later.row(zone(5))
    assert (later.place("national_place", row), later.walk.participation[row].label) == (None, "取消资格")
    assert later.points("total", row) is not None
    assert listed(later, "warning_talk") == LAST["2023"] | zones(5)
    assert before.place("national_place", before.row(zone(12))) is not None
    assert later.place("exit_order", row) is not None  # last in 2021 and 2022: a candidate stays one


@pytest.mark.parametrize(("period", "below"), [("2021", [1]), ("2022", [17]), ("2023", [2])])
def test_thresholds_by_region(evaluated: Callable[[str], Evaluation], period: str, below: list[int]) -> None:
    """Below 30 in the east, below 15 elsewhere; exactly on the threshold is not below (001 in 2022, 022 in 2023)."""
    region = {row["unit_code"]: row["region"] for row in rows(period, "units")}
    values = {
        code: Decimal(text) for (code, name, side), text in figures(period).items() if name == "mfg_revenue" and side in ("", "before")
    }
    found = {code for code, value in values.items() if value < (30 if region[code] == "东部" else 15)}
    assert found == zones(*below)
    assert listed(evaluated(period), "below_threshold") == found


@each_period
def test_talks_and_publicity(evaluated: Callable[[str], Evaluation], period: str) -> None:
    """Talks with the last five (and a confirmed fraud); publicity for the first ten of the nation."""
    evaluation = evaluated(period)
    assert listed(evaluation, "warning_talk") >= LAST[period]
    first = [row for row in range(len(evaluation.unit_codes)) if (evaluation.place("national_place", row) or 99) <= 10]
    assert set(evaluation.decision("publicity").listed) == set(first)


def test_figures_far_from_last_year(evaluated: Callable[[str], Evaluation]) -> None:
    """Trade or foreign investment that moved by more than half: 019 in 2022, nobody else and in no other year."""
    assert [listed(evaluated(period), "jumps") for period in ("2021", "2022", "2023")] == [set(), zones(19), set()]
    own, before = (Decimal(figures(period)[zone(19), "trade_total", ""]) for period in ("2022", "2021"))
    assert own > before * Decimal("1.5")


def test_boundaries(evaluated: Callable[[str], Evaluation]) -> None:
    """007 moved in June 2021: old boundary for 2021 and 2022, new one for 2023; 024 moved in May 2022: old one in 2022 and 2023."""
    used = {(p, code): told.used for p in PERIODS[1:] for code, told in evaluated(p).dataset.calibres.items()}
    assert used == {
        ("2021", zone(7)): "before",
        ("2022", zone(7)): "before",
        ("2022", zone(24)): "before",
        ("2023", zone(7)): "after",
        ("2023", zone(24)): "before",
    }


def test_places_in_a_province(evaluated: Callable[[str], Evaluation]) -> None:
    """2023, 北京 alone is first of one; the zones of 河北 are ranked 1–7 by their totals."""
    evaluation = evaluated("2023")
    province = {row["unit_code"]: row["province"] for row in rows("2023", "units")}
    hebei = sorted((code for code in province if province[code] == "河北省"), key=lambda code: by_hand("2023", code), reverse=True)
    assert [evaluation.place("place_in_province", evaluation.row(code)) for code in hebei] == [1, 2, 3, 4, 5, 6, 7]
    assert evaluation.place("place_in_province", evaluation.row("KFQ001")) == 1


@each_period
def test_every_zone_is_in_exactly_one_state(evaluated: Callable[[str], Evaluation], period: str) -> None:
    """Ranked everywhere or nowhere; the places of each region run from 1 to its number of ranked zones."""
    evaluation = evaluated(period)
    national = {row for row in range(len(evaluation.unit_codes)) if evaluation.place("national_place", row) is not None}
    regional = {row for row in range(len(evaluation.unit_codes)) if evaluation.place("place_in_region", row) is not None}
    assert national == regional
    assert {evaluation.unit_codes[row] for row in national} == in_field(period)

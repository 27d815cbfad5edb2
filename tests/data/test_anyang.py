"""Anyang: quarters, observations and years worked from the csv files and the document, without the library; then compared with it."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import defaultdict
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from evalbook.errors import Refused
from evalbook.exact import exact
from evalbook.scoring.evaluation import Evaluation
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data" / "anyang"
QUARTERS = ("2020Q3", "2020Q4", "2021Q1", "2021Q2", "2021Q3", "2021Q4")
#: Highest scores in the order of the document, chapter 四 （一）—（四）.
MARKS = ((3, 10, 5, 5, 7), (3, 5, 2, 5), (5, 5, 3, 5, 7, 5, 5, 5), (2, 3, 10))


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def evaluation(period: str) -> Evaluation:
    return Workbook(ROOT).prepare("anyang", period).evaluation


def totals(period: str) -> dict[str, Fraction]:
    """Sum of the scores in the file, per unit."""
    found: dict[str, Fraction] = defaultdict(Fraction)
    for row in read(DATA / period / "values.csv"):
        found[row["unit_name"]] += Fraction(row["value"])
    return dict(found)


def groups(period: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in read(DATA / period / "units.csv"):
        found[row["group"]].append(row["unit_name"])
    found.pop("部门", None)
    return dict(found)


def money(scores: dict[str, Fraction], amount: int, period: str) -> dict[str, Fraction]:
    """First and last of each group by the document, shared equally when tied (none of the shipped ties leaves a remainder)."""
    found: dict[str, Fraction] = defaultdict(Fraction)
    for names in groups(period).values():
        best, worst = max(scores[n] for n in names), min(scores[n] for n in names)
        first, last = [n for n in names if scores[n] == best], [n for n in names if scores[n] == worst]
        for name in first:
            found[name] += Fraction(amount, len(first))
        for name in last:
            found[name] -= Fraction(amount, len(last))
    return {name: found[name] for names in groups(period).values() for name in names}


def paid(period: str) -> dict[str, Fraction]:
    result = evaluation(period)
    verdicts = dict(zip(result.unit_names, result.decision("prize").verdicts, strict=True))
    return {n: Fraction(str(exact(v))) for n, v in verdicts.items() if not isinstance(v, str)}


def test_the_twenty_items_are_those_of_the_document() -> None:
    """Twenty judged items with the marks of chapter 四: 30 + 15 + 40 + 15 = 100."""
    scheme = evaluation("2021Q1").scheme
    dimensions = ("reserve", "investment", "progress", "service")
    actual = tuple(tuple(int(scheme.tree[leaf].main.marks) for leaf in scheme.leaves(d)) for d in dimensions)
    assert actual == MARKS
    assert [sum(marks) for marks in MARKS] == [30, 15, 40, 15]


@pytest.mark.parametrize("period", QUARTERS)
def test_quarter_is_the_sum_of_its_scores(period: str) -> None:
    """Every total is the sum of the unit's twenty scores in values.csv; nobody scores above an item's marks."""
    expected = totals(period)
    actual = {n: evaluation(period).points("total", evaluation(period).row(n)) for n in expected}
    assert actual == {n: exact(v) for n, v in expected.items()}


@pytest.mark.parametrize("period", QUARTERS)
def test_quarterly_money_balances(period: str) -> None:
    """The first of each group gets 200 000, the last pays as much; shared when tied; in all nothing is left."""
    expected = money(totals(period), 200_000, period)
    assert paid(period) == expected
    assert sum(expected.values()) == 0


def test_two_totals_by_hand() -> None:
    """2021Q1, copied from the file by hand: 北关区 and 龙安区 tie at 93.2; the prize of their group is halved."""
    scores = totals("2021Q1")
    assert (scores["北关区"], scores["龙安区"]) == (Fraction("93.2"), Fraction("93.2"))
    assert paid("2021Q1")["北关区"] == paid("2021Q1")["龙安区"] == 100_000
    assert paid("2021Q1")["示例区"] == -200_000


def test_year_is_the_mean_of_its_quarters() -> None:
    """2021: the mean of four quarters, rounded half up to 0.01, with the money of the year."""
    quarters = [totals(f"2021Q{n}") for n in (1, 2, 3, 4)]
    means = {name: sum(q[name] for q in quarters) / 4 for name in quarters[0]}
    rounded = {name: Fraction(int(value * 100 + Fraction(1, 2)), 100) for name, value in means.items()}
    result = evaluation("2021")
    assert {n: result.points("total", result.row(n)) for n in means} == {n: exact(v) for n, v in rounded.items()}
    assert paid("2021") == money(rounded, 500_000, "2021")


def test_year_with_two_quarters_missing() -> None:
    """2020 has two quarters: refused by default, the mean of two where the period file says so, which the shipped one does."""
    quarters = [totals("2020Q3"), totals("2020Q4")]
    expected = {name: sum(q[name] for q in quarters) / 2 for name in quarters[0]}
    result = evaluation("2020")
    assert {n: result.points("total", result.row(n)) for n in expected} == {n: exact(v) for n, v in expected.items()}
    with pytest.raises(Refused) as refused:
        Workbook(ROOT).prepare("anyang", "2020", overrides={"periods.year.year_score.absent": "refuse"})
    told = str(refused.value)
    assert "2020Q1" in told or "2020年第一季度" in told
    assert "2020Q2" in told or "2020年第二季度" in told


def test_observation_stands_beside_and_is_not_counted() -> None:
    """AY-5.4: the mean of both half-years is shown with the year and changes it only where a reading says so: 90 % and 10 %."""
    halves = [totals("2021H1"), totals("2021H2")]
    observed = {name: (halves[0][name] + halves[1][name]) / 2 for name in halves[0]}
    quarters = [totals(f"2021Q{n}") for n in (1, 2, 3, 4)]
    name = "文峰区"
    result = evaluation("2021")
    assert result.walk.column("observed").at(result.row(name)) == exact(observed[name])
    overrides = {"tree.year.total.measure": {"mix": {"year_score": "90%", "observed": "10%"}}}
    mixed = Workbook(ROOT).prepare("anyang", "2021", overrides=overrides).evaluation
    expected = sum(q[name] for q in quarters) / 4 * Fraction(9, 10) + observed[name] / 10
    assert mixed.points("total", mixed.row(name)) == exact(Fraction(int(expected * 100 + Fraction(1, 2)), 100))


@pytest.mark.parametrize(
    ("period", "outcome", "listed"),
    [
        ("2021Q2", "no_joint_start", {"示例县"}),
        ("2021Q2", "no_report", {"示例部门乙"}),
        ("2021Q4", "no_report", {"示例县"}),
        ("2021Q2", "slow_approval", {"示例区"}),
        ("2021Q3", "sham_start", {"示例区"}),
        ("2021Q1", "no_joint_start", set()),
    ],
)
def test_lists_name_whom_they_should(period: str, outcome: str, listed: set[str]) -> None:
    """AY-3.3, 3.4, 6.2, 6.3: units without a joint start, without a report, with a slow approval, with a start that saw no investment."""
    result = evaluation(period)
    verdicts = dict(zip(result.unit_names, result.decision(outcome).verdicts, strict=True))
    quiet = {"未列入", "符合", "不适用", "不参与排名"}
    assert {name for name, verdict in verdicts.items() if str(verdict) not in quiet} == listed


def test_what_speaks_against_a_unit_is_fictitious() -> None:
    """Deductions, missing reports, sham starts and slow approvals fall on units named 示例 only."""
    for period in (*QUARTERS, "2020", "2021"):
        against = {name for name, amount in paid(period).items() if amount < 0}
        result = evaluation(period)
        for outcome in ("no_joint_start", "no_report", "slow_approval", "sham_start") if period in QUARTERS else ():
            words = dict(zip(result.unit_names, result.decision(outcome).verdicts, strict=True))
            against |= {n for n, w in words.items() if str(w) not in ("未列入", "符合", "不适用", "不参与排名")}
        assert {name for name in against if not name.startswith("示例")} == set(), period


def test_a_score_outside_its_range_is_refused(tmp_path: Path) -> None:
    """3.1 of 3 points is refused with file and row, before anything is computed."""
    import shutil

    shutil.copytree(ROOT / "params" / "anyang", tmp_path / "params" / "anyang")
    shutil.copytree(DATA / "2021Q1", tmp_path / "data" / "anyang" / "2021Q1")
    path = tmp_path / "data/anyang/2021Q1/values.csv"
    lines = path.read_text("utf-8-sig").splitlines()
    number = next(n for n, line in enumerate(lines) if "s_planning" in line)
    cells = lines[number].split(",")
    lines[number] = ",".join([*cells[:5], "3.1", *cells[6:]])
    path.write_text("\r\n".join(lines), "utf-8-sig", newline="")
    with pytest.raises(Refused) as refused:
        Workbook(tmp_path).prepare("anyang", "2021Q1")
    assert [fault.row for fault in refused.value.faults] == [number + 1]


def test_a_rebuild_gives_the_same_bytes(tmp_path: Path) -> None:
    """The committed script reproduces every shipped file."""
    subprocess.run([sys.executable, str(ROOT / "data/_scripts/build_anyang.py"), "--out", str(tmp_path)], check=True)
    shipped = {p.relative_to(DATA).as_posix(): p.read_bytes() for p in DATA.rglob("*") if p.is_file()}
    rebuilt = {p.relative_to(tmp_path / "anyang").as_posix(): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert rebuilt == shipped

"""Targets and series are found from what an edition measures, whatever it calls them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from evalbook.analysis.series import bulletins, filed_on, series_of
from evalbook.analysis.targets import is_whole, progress_of, targets_of
from evalbook.exact import exact
from evalbook.terms import State

UNITS = """
units: [甲, 乙, 丙, 丁]
figures:
  invested: [120, 40, null, 7]
  goal: [100, 50, 80, null]
  jobs: [3, 4, 5, 6]
  jobs_goal: [3, 3, 10, 6]
edition:
  measures:
    county: {constant: 300, in: 万元}
    goals: {statistic: $goal, how: sum}
    all_invested: {statistic: $invested, how: sum}
    most: {statistic: $invested, how: max}
    whole: {completion: all_invested, to: county}
    done: {completion: $invested, to: $goal}
    again: {completion: $invested, to: $goal, round: 0}
    to_last_year: {completion: $jobs, to: previous}
"""
TREE = "\n  tree: {score: {marks: 100, measure: {completion: $jobs, to: $jobs_goal}, rule: {percent: marks}}}"


def test_a_target_is_what_a_rate_is_measured_against(situation: Callable[[str], Any]) -> None:
    """The first rate against each target, in the tree too; a level of last year is no target, nor is the county's own."""
    scheme = situation(UNITS + TREE).scheme
    found = targets_of(scheme)
    assert [(t.rate, str(t.done), str(t.target)) for t in found] == [("done", "$invested", "$goal"), ("score", "$jobs", "$jobs_goal")]
    assert found[0].assigned == "goals"
    assert found[0].whole is not None
    assert (found[0].whole.total, found[0].whole.rate, str(found[0].whole.target)) == ("all_invested", "whole", "county")
    assert (found[1].assigned, found[1].whole) == ("", None)


def test_progress_of_every_unit_with_a_target(situation: Callable[[str], Any]) -> None:
    """120 ÷ 100 = 120%, 40 ÷ 50 = 80%; a figure or a target that is missing leaves no rate, and the state says so."""
    evaluation = situation(UNITS + TREE).evaluate()
    done, score = targets_of(evaluation.scheme)
    assert [(p.row, p.target, p.done, p.rate, p.state) for p in progress_of(evaluation, done)] == [
        (0, 100, 120, 120, State.OK),
        (1, 50, 40, 80, State.OK),
        (2, 80, None, None, State.MISSING),
        (3, None, 7, None, State.MISSING),
    ]
    assert [p.rate for p in progress_of(evaluation, score)] == [100, exact("400/3"), 50, 100]


def test_what_speaks_of_all_units_together(situation: Callable[[str], Any]) -> None:
    """Sums, stated numbers and what is made of nothing else; not what reads a unit's own figure."""
    scheme = situation(UNITS).scheme
    whole = {name for name, variants in scheme.measures.items() if is_whole(scheme, variants.main)}
    assert whole == {"county", "goals", "all_invested", "most", "whole"}


def test_no_targets(situation: Callable[[str], Any]) -> None:
    """An edition that measures against nothing has no targets and no series."""
    scheme = situation("{units: [甲], figures: {a: [1]}, edition: {measures: {x: {value: $a}}}}").scheme
    assert targets_of(scheme) == ()
    assert series_of(scheme) == ()


WEEKS = """
period: 2024Q1
units: [甲, 乙, 丙]
figures: {goal: [200, 0, 10]}
edition:
  tables:
    weekly:
      {label: 周报, belongs_to: units, columns: {week: {label: 周五, type: date}, total: {label: 累计, uom: 万元}, number: {label: 期数}}}
  measures:
    latest: {fold: $weekly.total, how: last, sequence: $weekly.week, where: {not: {missing: $total}}, empty: not_applicable}
    rate: {completion: latest, to: $goal}
    by_number: {fold: $weekly.total, how: last, sequence: $weekly.number}
items:
  weekly:
    - {unit: 甲, id: W1, week: 2024-01-19, total: 10, number: 1}
    - {unit: 甲, id: W2, week: 2024-01-26, total: 30, number: 2}
    - {unit: 甲, id: W3, week: 2024-02-02, total: 50, number: 3}
    - {unit: 乙, id: W1, week: 2024-01-19, total: 5, number: 1}
    - {unit: 乙, id: W2, week: 2024-01-26, total: null, number: 2}
    - {unit: 乙, id: W3, week: 2024-02-02, total: null, number: 3}
"""


def test_a_series_is_what_the_latest_is_taken_of(situation: Callable[[str], Any]) -> None:
    """A fold of the latest by date, with the target that its own completion names; one by number is no series of days."""
    (series,) = series_of(situation(WEEKS).scheme)
    assert (series.name, series.table, str(series.column), str(series.sequence), str(series.target)) == (
        "latest",
        "weekly",
        "$total",
        "$week",
        "$goal",
    )


def test_reports_by_unit_and_day(situation: Callable[[str], Any]) -> None:
    """Every report is there, the blank ones too; a unit that owes none has none."""
    evaluation = situation(WEEKS).evaluate()
    (series,) = series_of(evaluation.scheme)
    found = filed_on(evaluation, series)
    assert len(found) == 6
    assert (found[0, date(2024, 1, 26)], found[1, date(2024, 1, 26)]) == (30, None)
    assert {row for row, _ in found} == {0, 1}


def test_a_month_takes_the_last_report_that_holds_a_figure(situation: Callable[[str], Any]) -> None:
    """January ends on the 26th: 甲 30 = 15% of 200; 乙's blank report does not hide the one before (5, and no rate: its target is zero).
    In February 乙 filed nothing at all."""
    evaluation = situation(WEEKS).evaluate()
    january, february = bulletins(evaluation, series_of(evaluation.scheme))
    assert (str(january.month), january.day, february.day) == ("2024-01", date(2024, 1, 26), date(2024, 2, 2))
    assert [(f.row, f.day, f.values, f.rates) for f in january.filed] == [
        (0, date(2024, 1, 26), (30,), (15,)),
        (1, date(2024, 1, 19), (5,), (None,)),
    ]
    assert [(f.row, f.day, f.values, f.rates) for f in february.filed] == [
        (0, date(2024, 2, 2), (50,), (25,)),
        (1, None, (None,), (None,)),
    ]

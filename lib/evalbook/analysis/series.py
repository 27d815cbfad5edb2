"""Cumulative series (周报、旬报、月报): what units filed in the course of a period, by date and by month.

A series is what a measure takes the latest of: ``{fold: $weekly.fdi, how: last, sequence: $weekly.week}`` with dates as its sequence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ..exact import Exact, exact
from ..kinds.base import Ref
from ..kinds.measures.completion import Completion
from ..kinds.measures.fold import Fold
from ..periods import Period
from ..scheme.scheme import Scheme
from ..scoring.evaluation import Evaluation
from ..terms import State


@dataclass(frozen=True)
class Series:
    """A column of a child table that is filed again and again, each time the figure reached so far.

    ``name`` is the measure that takes its latest figure, ``target`` what a completion of that measure is against, if any.
    """

    name: str
    table: str
    column: Ref
    sequence: Ref
    target: Ref | None


@dataclass(frozen=True)
class Filed:
    """What one unit had filed by the end of a month: the day of its last report in that month (None: no figure at all), and per
    series the figure reached and what per cent of the target that is."""

    row: int
    day: date | None
    values: tuple[Exact | None, ...]
    rates: tuple[Exact | None, ...]


@dataclass(frozen=True)
class Bulletin:
    """A month (通报): the last day reported on, and what every unit had filed by then."""

    month: Period
    day: date
    filed: tuple[Filed, ...]


def series_of(scheme: Scheme) -> tuple[Series, ...]:
    """Every series of a scheme, in its order."""
    found = []
    for name, variants in scheme.measures.items():
        model = variants.main
        if isinstance(model, Fold) and model.sequence is not None and isinstance(model.fold, Ref):
            table, sequence = model.child_table(), model.sequence.local
            quantity = scheme.quantity(table, sequence.name)
            if quantity is not None and quantity.type == "date":
                found.append(Series(name, table, model.fold.local, sequence, _target(scheme, name)))
    return tuple(found)


def _target(scheme: Scheme, name: str) -> Ref | None:
    rates = (v.main for v in scheme.measures.values() if isinstance(v.main, Completion))
    return next((r.to for r in rates if r.completion == Ref("result", name) and isinstance(r.to, Ref)), None)


def filed_on(evaluation: Evaluation, series: Series) -> dict[tuple[int, date], Exact | None]:
    """(row of the unit, day) → the figure filed for that day, None where the report is blank; a report without a day is left out."""
    scope, units = evaluation.walk.scope().child(series.table)
    days, values = scope.texts(series.sequence), scope.column(series.column)
    return {(int(units[item]), date.fromisoformat(day)): values.at(item) for item, day in enumerate(days) if day}


def bulletins(evaluation: Evaluation, series: tuple[Series, ...]) -> tuple[Bulletin, ...]:
    """The months in which something was due, each with every unit of the table; ``series`` are of one table.

    Of a month a unit's last report that holds any figure counts: a week that was not filed does not hide the one before.
    """
    readings = [filed_on(evaluation, one) for one in series]
    due = {key for reading in readings for key in reading}
    months: dict[Period, list[date]] = {}
    for day in sorted({day for _, day in due}):
        months.setdefault(Period(day.year, "-", day.month), []).append(day)
    rows = sorted({row for row, _ in due})
    return tuple(
        Bulletin(month, days[-1], tuple(_filed(evaluation, series, readings, row, days) for row in rows)) for month, days in months.items()
    )


def _filed(
    evaluation: Evaluation, series: tuple[Series, ...], readings: list[dict[tuple[int, date], Exact | None]], row: int, days: list[date]
) -> Filed:
    day = next((day for day in reversed(days) if any(reading.get((row, day)) is not None for reading in readings)), None)
    values = tuple(None if day is None else reading.get((row, day)) for reading in readings)
    return Filed(row, day, values, tuple(_rate(evaluation, one.target, row, value) for one, value in zip(series, values, strict=True)))


def _rate(evaluation: Evaluation, target: Ref | None, row: int, value: Exact | None) -> Exact | None:
    """Per cent of the target; None without a figure, or a target above zero."""
    goals = None if target is None else evaluation.walk.scope().column(target)
    goal = goals.at(row) if goals is not None and goals.states[row] == State.OK else None
    return None if goal is None or value is None or goal <= 0 else value / goal * exact(100)

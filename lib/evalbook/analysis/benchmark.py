"""Benchmarking (对标): units side by side on each day for which a list was filed, by the measures that read the list.

A list is compared by day where its table says so (``compared_by``), and nothing names what is compared: every measure that reads
this list alone is taken once per day, over the rows of that day, by the very kinds that score it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from ..exact import Exact
from ..kinds.base import Ref, refs_in
from ..kinds.column import Column
from ..kinds.measures.count import Count
from ..kinds.measures.fold import Fold
from ..scheme.definition import column_refs
from ..scheme.scheme import Scheme
from ..scoring.dataset import Dataset, Table
from ..scoring.evaluate import Walk
from ..scoring.evaluation import Evaluation


@dataclass(frozen=True)
class Benchmark:
    """A list that is filed day by day: its table, the column of days, and the names of the measures that read it."""

    table: str
    day: str
    measures: tuple[str, ...]


@dataclass(frozen=True)
class Compared:
    """One day: per unit that has rows on it (by row of the roster) the value of each measure, None where there is none."""

    day: date
    values: dict[int, tuple[Exact | None, ...]]


def benchmarks_of(scheme: Scheme) -> tuple[Benchmark, ...]:
    """Every list of a scheme that is compared by day and read by some measure."""
    found = (Benchmark(name, spec.compared_by, _measures(scheme, name)) for name, spec in scheme.tables.items() if spec.compared_by)
    return tuple(benchmark for benchmark in found if benchmark.measures)


def _measures(scheme: Scheme, table: str) -> tuple[str, ...]:
    """Measures that read the list alone: those that count or fold it, and those made of such."""
    found: list[str] = []
    waiting = [name for name, variants in scheme.measures.items() if len(variants.models) == 1]
    while fresh := [name for name in waiting if _alone(scheme, name, table, found)]:
        found += fresh
        waiting = [name for name in waiting if name not in fresh]
    return tuple(name for name in scheme.measures if name in found)


def _alone(scheme: Scheme, name: str, table: str, found: list[str]) -> bool:
    model = scheme.measures[name].main
    results = [ref.name for ref in refs_in(model) if ref.kind == "result"]
    if isinstance(model, (Count, Fold)):
        return model.child_table() == table and not results
    columns = any(True for _ in column_refs(model))
    return bool(results) and not columns and all(result in found for result in results)


def compared(evaluation: Evaluation, benchmark: Benchmark) -> tuple[Compared, ...]:
    """The days in order, each with every unit that has rows on it."""
    scope, units = evaluation.walk.scope().child(benchmark.table)
    days = scope.texts(Ref("column", benchmark.day))
    return tuple(_day(evaluation, benchmark, day, np.flatnonzero(days == day), units) for day in sorted({*days} - {""}))


def _day(evaluation: Evaluation, benchmark: Benchmark, day: str, items: np.ndarray, units: np.ndarray) -> Compared:
    """The measures over the rows of one day."""
    dataset = evaluation.dataset
    table = _rows(dataset.tables[benchmark.table], items)
    only: Dataset = replace(dataset, tables={**dataset.tables, benchmark.table: table})
    walk = Walk(evaluation.scheme, only).compute(*benchmark.measures)
    columns: list[Column] = [walk.scope().column(Ref("result", name)) for name in benchmark.measures]
    there = sorted({int(row) for row in units[items]})
    return Compared(date.fromisoformat(day), {row: tuple(column.at(row) for column in columns) for row in there})


def _rows(table: Table, items: np.ndarray) -> Table:
    """Some rows of a child table."""
    assert table.parent is not None
    return replace(
        table,
        keys=tuple(table.keys[item] for item in items),
        columns={name: Column(column.values[items], column.states[items]) for name, column in table.columns.items()},
        parent=table.parent[items],
        labels=tuple(table.labels[item] for item in items) if table.labels else (),
        origin=tuple(table.origin[item] for item in items) if table.origin else (),
    )

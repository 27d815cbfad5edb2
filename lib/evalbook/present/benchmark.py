"""对标: units side by side on each day of a list that is filed again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..analysis.benchmark import Benchmark, Compared, benchmarks_of, compared
from ..exact import Exact
from ..kinds.base import Ref
from ..scoring.evaluation import SHOWN_DECIMALS, Evaluation, decimal
from ..terms import HEADINGS
from .html import DASH, Column, Html, heading, join, paragraph, table

if TYPE_CHECKING:
    from ..workbook import Prepared

#: Units side by side in one table; more go into a further one.
_ABREAST = 12


def benchmarks(run: Prepared) -> Html:
    """对标: the last day with every measure, then each measure day by day."""
    found = benchmarks_of(run.definition)
    return join(_one(run.evaluation, one) for one in found) if found else paragraph("本办法没有逐期对标的清单。")


def _one(evaluation: Evaluation, benchmark: Benchmark) -> Html:
    days = compared(evaluation, benchmark)
    label = evaluation.scheme.tables[benchmark.table].label
    if not days:
        return paragraph(f"本考核期没有{label}。")
    return join([heading(3, f"{label}对标"), _last(evaluation, benchmark, days[-1]), *_by_day(evaluation, benchmark, days)])


def _head(evaluation: Evaluation, name: str) -> str:
    uom = evaluation.walk.scope().uom(Ref("result", name))
    return evaluation.scheme.label(name) + (f"（{uom}）" if uom else "")


def _text(value: Exact | None) -> str:
    return DASH if value is None else f"{decimal(value, SHOWN_DECIMALS):f}"


def _last(evaluation: Evaluation, benchmark: Benchmark, last: Compared) -> Html:
    """The last day: a row per unit."""
    columns = [Column(HEADINGS["unit_name"]), *(Column(_head(evaluation, name), "right") for name in benchmark.measures)]
    rows = [[evaluation.unit_names[row], *map(_text, values)] for row, values in last.values.items()]
    return table(columns, rows, caption=f"截至{last.day.isoformat()}")


def _by_day(evaluation: Evaluation, benchmark: Benchmark, days: tuple[Compared, ...]) -> list[Html]:
    """Each measure by itself: days down, units across; nothing where a unit had no rows on a day."""
    units = sorted({row for one in days for row in one.values})
    parts = []
    for turn, name in enumerate(benchmark.measures):
        for start in range(0, len(units), _ABREAST):
            abreast = units[start : start + _ABREAST]
            columns = [Column(HEADINGS["date"]), *(Column(evaluation.unit_names[row], "right") for row in abreast)]
            rows = [[one.day.isoformat(), *(_text(one.values[u][turn]) if u in one.values else "" for u in abreast)] for one in days]
            parts.append(table(columns, rows, caption=_head(evaluation, name), wide=True))
    return parts

"""A statistic of the field (全域统计值): mean, best, worst, sum over the units compared, the same for each of a group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from ...exact import plain
from ...terms import State
from ..base import ColumnRef, Measure, Ref, Scope
from ..column import Column
from ..conditions import Condition
from ..measures import LocalMeasure

How = Literal["mean", "max", "min", "sum"]
WORDS = {"mean": "平均值", "max": "最大值", "min": "最小值", "sum": "合计"}


class Statistic(Measure):
    """全域统计值: ``{statistic: $investment, how: mean}`` over the units of the field that have a value.

    ``open_to`` counts units in that are not ranked, as in a ranking: ``[no_task]`` for what a whole district has done.
    Example: "points for being above the mean": ``{ratio: x, to: field_mean}`` with ``field_mean`` this measure.
    """

    title: ClassVar[str] = "全域统计值"
    statistic: LocalMeasure
    how: How = "mean"
    among: Condition | None = None
    within: ColumnRef | None = None
    open_to: list[Literal["no_task", "files_only", "disqualified"]] = Field(default_factory=list)

    def measure(self, scope: Scope) -> Column:
        return statistic_of(inner(self.statistic, scope), scope, self.how, self.among, self.within, self.open_to)

    def sentence(self, scope: Scope, row: int, value: Any) -> str:
        return f"{scope.column_label(self.statistic)}的{WORDS[self.how]} {plain(value)}{self.uom(scope)}"

    def uom(self, scope: Scope) -> str:
        return inner_uom(self.statistic, scope)


def inner(measure: Any, scope: Scope) -> Column:
    """The column of a nested measure or of what is named in its place."""
    if isinstance(measure, Ref):
        return scope.column(measure)
    found: Column = scope.once(measure, "compute", lambda: measure.compute(scope))
    return found


def inner_uom(measure: Any, scope: Scope) -> str:
    """Unit of measure of a nested measure or of what is named in its place."""
    return scope.uom(measure) if isinstance(measure, Ref) else measure.uom(scope)


def statistic_of(
    column: Column, scope: Scope, how: How, among: Condition | None, within: Ref | None, open_to: Sequence[str] = ()
) -> Column:
    """A statistic over the members of each group that have a value, told to all of the group; missing where nobody has one."""
    (found,) = statistics_of(column, scope, (how,), among, within, open_to)
    return found


def statistics_of(
    column: Column, scope: Scope, hows: Sequence[How], among: Condition | None, within: Ref | None, open_to: Sequence[str] = ()
) -> list[Column]:
    """Several statistics of one field (see :func:`statistic_of`)."""
    member, groups = scope.field(among, within, open_to)
    counts, states = member & column.ok, np.full(len(column), State.MISSING, dtype=np.uint8)
    told = [np.full_like(column.values, column.number(0)) for _ in hows]
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        inside = rows[counts[rows]]
        if len(inside):
            part = column.values[..., inside]
            states[rows] = State.OK
            for how, values in zip(hows, told, strict=True):
                found = part.sum(axis=-1) / len(inside) if how == "mean" else getattr(part, how)(axis=-1)
                values[..., rows] = found if values.ndim == 1 else found[..., None]
    return [Column(values, states) for values in told]

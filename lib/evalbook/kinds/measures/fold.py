"""A figure of child rows brought up to the unit (汇总): sum, mean, trimmed mean, highest, lowest."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from ...exact import equals
from ...terms import State
from ..base import ColumnRef, Measure, Scope
from ..column import ZERO, Column
from ..conditions import Condition

_WORDS = {"sum": "合计", "mean": "平均", "trimmed_mean": "去掉最高和最低后的平均", "max": "最高", "min": "最低"}


class Fold(Measure):
    """汇总: ``{fold: $ratings.score, how: mean}`` over the unit's rows that meet ``where``.

    ``trimmed_mean`` leaves out one highest and one lowest value and needs at least three. A blank cell among the rows makes the
    result missing; ``empty`` says what a unit without rows gets (missing or zero).
    Example: ZJ 附件1 专家评价: the mean of the panel's scores, alternative: drop highest and lowest.
    """

    title: ClassVar[str] = "汇总"
    fold: ColumnRef
    how: Literal["sum", "mean", "trimmed_mean", "max", "min"] = "sum"
    where: Condition | None = None
    empty: Literal["missing", "zero"] = "missing"

    def child_table(self) -> str:
        return str(self.fold.table)

    def measure(self, scope: Scope) -> Column:
        values, states = self._groups(scope)
        like = scope.child(self.fold.table)[0].column(self.fold.local).values
        out = np.full((*like.shape[:-1], scope.rows()), 0.0 if scope.is_float() else ZERO, dtype=like.dtype)
        for row, rows in enumerate(values):
            if states[row] == State.OK and rows:
                out[..., row] = self._fold(like[..., rows])
        return Column(out, states)

    def _groups(self, scope: Scope) -> tuple[list[list[int]], np.ndarray]:
        """Rows of each unit and the unit's state."""
        child, parent = scope.child(self.fold.table)
        ok = child.column(self.fold.local).ok
        truth = np.ones(len(parent), dtype=int) if self.where is None else self.where.truth(child)
        groups: list[list[int]] = [[] for _ in range(scope.rows())]
        states = np.full(scope.rows(), State.OK, dtype=np.uint8)
        for row, unit in enumerate(parent):
            if truth[row] == 0:
                continue
            groups[unit].append(row)
            if truth[row] < 0 or not ok[row]:
                states[unit] = State.MISSING
        least = 3 if self.how == "trimmed_mean" else 1
        for unit, rows in enumerate(groups):
            if len(rows) < least and not (not rows and self.empty == "zero"):
                states[unit] = State.MISSING
        return groups, states

    def _fold(self, part: np.ndarray) -> Any:
        total, count = part.sum(axis=-1), part.shape[-1]
        if self.how == "sum":
            return total
        if self.how == "mean":
            return total / count
        high, low = part.max(axis=-1), part.min(axis=-1)
        if self.how == "trimmed_mean":
            return (total - high - low) / (count - 2)
        return high if self.how == "max" else low

    def sentence(self, scope: Scope, row: int, value: Any) -> str:
        child, _ = scope.child(self.fold.table)
        groups, _ = self._groups(scope)
        shown = "、".join(child.show(self.fold.local, r) for r in groups[row]) or "无"
        return f"{child.label(self.fold.local)}（{shown}）{_WORDS[self.how]} {equals(value, self.round)}{self.rounding_note()}"

    def uom(self, scope: Scope) -> str:
        child, _ = scope.child(self.fold.table)
        return child.uom(self.fold.local)

"""Position of a unit between the worst and the best of its field, or between set bounds (极差标准化)."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ...exact import equals, exact, plain
from ...terms import State
from ..base import ColumnRef, ExactNumber, KindFault, Measure, Operand, Scope
from ..column import Column, combine_states
from ..conditions import Condition
from ..measures import LocalMeasure
from .statistic import How, inner, statistics_of

_FLAT_WORDS = {"top": "取最高", "middle": "取中间值", "bottom": "取最低"}


class Position(Measure):
    """位置: ``(x − lower) ÷ (upper − lower) × (b − a) + a`` with ``onto: [a, b]``; lower is the worst of the field, upper the best.

    ``order: asc``: the less the better. ``lower`` and ``upper`` may be set instead (columns, numbers, results); lower > upper turns the
    direction. A value beyond the bounds lies outside a–b unless ``clip`` says otherwise. Where lower = upper nothing can be told
    apart: ``flat`` says missing, top (all get b), middle, bottom or refuse.
    Example: 高安市商务局2021年度高质量发展综合绩效考核评价实施细则 二（一）1: 最大的计100分，最小的计60分，其他
    (值−最小值)÷(最大值−最小值)×40+60 → ``{position: $fdi, onto: [60, 100]}``.
    """

    title: ClassVar[str] = "位置"
    position: LocalMeasure
    onto: list[ExactNumber] = Field(default=[exact(0), exact(100)], min_length=2, max_length=2)
    order: Literal["desc", "asc"] = "desc"
    lower: Operand | None = None
    upper: Operand | None = None
    flat: Literal["missing", "top", "middle", "bottom", "refuse"] = "missing"
    among: Condition | None = None
    within: ColumnRef | None = None

    @model_validator(mode="after")
    def _apart(self) -> Position:
        if self.onto[0] >= self.onto[1]:
            raise PydanticCustomError("onto", "onto 应由小到大写两个数，如 [60, 100]")
        if self.lower is not None and self.upper is not None:
            if "order" in self.model_fields_set:
                raise PydanticCustomError("position_order", "上下限都已设定时由上下限定方向，不再写 order")
            if self.lower.kind == self.upper.kind == "number" and self.lower.value == self.upper.value:
                raise PydanticCustomError("position_bounds", "上限与下限不能相同")
        return self

    def _bounds(self, column: Column, scope: Scope) -> tuple[Column, Column]:
        """What gets the low end and what gets the high end, per row."""
        found: tuple[Column, Column] = scope.once(self, "bounds", lambda: self._found_bounds(column, scope))
        return found

    def _found_bounds(self, column: Column, scope: Scope) -> tuple[Column, Column]:
        extremes: tuple[How, How] = ("min", "max") if self.order == "desc" else ("max", "min")
        if self.lower is not None and self.upper is not None:
            return scope.column(self.lower), scope.column(self.upper)
        worst, best = statistics_of(column, scope, extremes, self.among, self.within)
        return worst if self.lower is None else scope.column(self.lower), best if self.upper is None else scope.column(self.upper)

    def measure(self, scope: Scope) -> Column:
        column = inner(self.position, scope)
        lower, upper = self._bounds(column, scope)
        states = combine_states(column.states, lower.states, upper.states).copy()
        width = upper.values - lower.values
        level = width == column.number(0)
        flat = (states == State.OK) & level.any(axis=tuple(range(level.ndim - 1)))
        if flat.any() and self.flat == "refuse":
            raise KindFault(
                "position.flat",
                "最大值与最小值（上下限）相同，无法折算",
                "请核对数据，或在考核期文件的假设中选择处理办法",
                rows=tuple(int(r) for r in np.flatnonzero(flat)),
            )
        low, high = (column.number(bound) for bound in self.onto)
        values = (column.values - lower.values) / np.where(level, column.number(1), width) * (high - low) + low
        if self.flat == "missing":
            states[flat] = State.UNDEFINED
        else:
            same = {"top": high, "middle": (low + high) / 2, "bottom": low}.get(self.flat, low)
            values = np.where(level, same, values)
        return column.with_values(values, states)

    def sentence(self, scope: Scope, row: int, value: Any) -> str:
        measured, lowest, highest, scale = scope.once(self, "told", lambda: self._told(scope))
        lower, upper = lowest[row], highest[row]
        head = scope.column_sentence(self.position, row)
        if lower == upper:
            return f"{head}；上下限同为{plain(lower)}，按假设{_FLAT_WORDS[self.flat]}，计{plain(value)}"
        formula = f"（{plain(measured[row])} − {plain(lower)}）÷（{plain(upper)} − {plain(lower)}）{scale}"
        return f"{head}；{formula} {equals(value, self.round)}{self.rounding_note()}"

    def _told(self, scope: Scope) -> tuple[list[Any], list[Any], list[Any], str]:
        """What the sentences of all rows are made of: what is measured, the lower and the upper bound, and the end of the formula."""
        column, (low, high) = inner(self.position, scope), self.onto
        lower, upper = self._bounds(column, scope)
        scale = f" × {plain(high - low)}" + (f" ＋ {plain(low)}" if low else "")
        return column.listed(), lower.listed(), upper.listed(), scale

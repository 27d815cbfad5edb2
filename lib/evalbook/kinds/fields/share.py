"""A unit's share of the field (占比), or its relation to the best, the mean or the lowest of it, in per cent."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from ...exact import equals, plain
from ...terms import State
from ..base import ColumnRef, KindFault, Measure, Scope
from ..column import Column, combine_states
from ..conditions import Condition
from ..measures import LocalMeasure
from .statistic import WORDS, How, inner, statistic_of


class Share(Measure):
    """占比: ``share = x ÷ statistic × 100``, in %; ``of``: sum (占合计), max (与最高值之比), mean (与平均值之比) or min of the field.

    Where the statistic is zero or negative, or nobody has a value, the share is not defined: ``undefined`` says ``missing``,
    ``zero`` or ``refuse``. Units outside the field are compared with it too.
    Example: "90后眼中的中韩友好合作"评选办法: 点赞量最高的得100分, 其余 150000÷200000×100 = 75 →
    ``{share: $likes, of: max}`` with ``{percent: marks}``.
    """

    title: ClassVar[str] = "占比"
    share: LocalMeasure
    of: How = "sum"
    undefined: Literal["missing", "zero", "refuse"] = "missing"
    among: Condition | None = None
    within: ColumnRef | None = None

    def _base(self, column: Column, scope: Scope) -> Column:
        base: Column = scope.once(self, "base", lambda: statistic_of(column, scope, self.of, self.among, self.within))
        return base

    def measure(self, scope: Scope) -> Column:
        column = inner(self.share, scope)
        base = self._base(column, scope)
        states = combine_states(column.states, base.states).copy()
        bad = (states == State.OK) & (base.values <= base.number(0)).any(axis=tuple(range(base.values.ndim - 1)))
        if bad.any() and self.undefined == "refuse":
            raise KindFault(
                "share.no_base",
                f"全域{WORDS[self.of]}为零或负，占比无意义",
                "请核对数据，或在考核期文件的假设中选择处理办法",
                rows=tuple(int(r) for r in np.flatnonzero(bad)),
            )
        usable = (states == State.OK) & ~bad
        divisor = np.where(usable, base.values, base.number(1))
        values = np.where(usable, column.values / divisor * column.number(100), column.number(0))
        if self.undefined == "missing":
            states[bad] = State.UNDEFINED
        return Column(values, states)

    def sentence(self, scope: Scope, row: int, value: Any) -> str:
        column = inner(self.share, scope)
        base = self._base(column, scope).at(row)
        head = f"{scope.column_sentence(self.share, row)}，全域{WORDS[self.of]} {plain(base)}"
        if base <= 0:
            return f"{head}：为零或负，按假设计为{plain(value)}%"
        return f"{head}：{plain(column.at(row))} ÷ {plain(base)} × 100% {equals(value, self.round)}%{self.rounding_note()}"

    def uom(self, scope: Scope) -> str:
        return "%"

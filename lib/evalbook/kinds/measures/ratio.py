"""Ratio of two figures (比值), for shares, completion rates and intensities."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from ...exact import equals
from ...terms import State
from ..base import KindFault, Measure, Operand, Scope
from ..column import Column, combine_states, in_any_draw
from .against import Against, base_figure, base_label, base_of, told, told_base


class Ratio(Measure):
    """比值: ``ratio = x ÷ y``, an exact ratio until ``round``.

    A zero divisor has no ratio: ``undefined`` says ``missing`` or ``refuse``.
    Example: HZ-3.4 半年节点 completion ``{ratio: $investment, to: $investment_target}`` is at least 0.5.
    """

    title: ClassVar[str] = "比值"
    ratio: Operand
    to: Against
    undefined: Literal["missing", "refuse"] = "missing"

    def measure(self, scope: Scope) -> Column:
        subject, base = scope.column(self.ratio), base_of(scope, self.ratio, self.to)
        states = combine_states(subject.states, base.states).copy()
        bad = (states == State.OK) & in_any_draw(base.values == base.number(0))
        if bad.any() and self.undefined == "refuse":
            raise KindFault(
                "ratio.zero_divisor",
                f"{base_label(scope, self.to)}为零，比值无意义",
                "请核对除数，或改选处理办法",
                rows=tuple(int(r) for r in np.flatnonzero(bad)),
                figure=base_figure(self.ratio, self.to),
            )
        states[bad] = State.UNDEFINED
        divisor = np.where(states == State.OK, base.values, base.number(1))
        return subject.with_values(subject.values / divisor, states)

    def sentence(self, scope: Scope, row: int, value: Any) -> str:
        now, before = told(scope, self.ratio, row), told_base(scope, self.ratio, self.to, row)
        return f"{now} ÷ {before} {equals(value, self.round)}{self.rounding_note()}"

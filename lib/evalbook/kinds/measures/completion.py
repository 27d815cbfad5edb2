"""Completion of a target in per cent (目标完成率)."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from ...exact import equals
from ...terms import State
from ..base import KindFault, Measure, Operand, Scope
from ..column import Column, combine_states, in_any_draw
from .against import Against, base_figure, base_label, base_of, told, told_base


class Completion(Measure):
    """目标完成率: ``completion = x ÷ target × 100``, in %; ``to: previous`` measures against last period's level.

    A target that is zero or negative cannot be completed: ``undefined`` says ``missing``, ``met`` (counts as 100 %) or ``refuse``.
    A target that was never set (blank) leaves the unit without a rate.
    Example: 某市2024年度招商引资考核结果公示: 项目签约个数28÷27 ≈ 103.7% → ``{completion: $signed, to: 27}``.
    """

    title: ClassVar[str] = "目标完成率"
    completion: Operand
    to: Against
    undefined: Literal["missing", "met", "refuse"] = "missing"

    def measure(self, scope: Scope) -> Column:
        subject, base = scope.column(self.completion), base_of(scope, self.completion, self.to)
        states = combine_states(subject.states, base.states).copy()
        bad = (states == State.OK) & in_any_draw(base.values <= base.number(0))
        if bad.any() and self.undefined == "refuse":
            raise KindFault(
                "completion.no_target",
                f"{base_label(scope, self.to)}为零或负，完成率无意义",
                "请核对目标值，或在考核期文件的假设中选择处理办法",
                rows=tuple(int(r) for r in np.flatnonzero(bad)),
                figure=base_figure(self.completion, self.to),
            )
        usable = (states == State.OK) & ~bad
        hundred = base.number(100)
        values = np.where(usable, subject.values / np.where(usable, base.values, base.number(1)) * hundred, hundred)
        if self.undefined == "missing":
            states[bad] = State.UNDEFINED
        return subject.with_values(values, states)

    def sentence(self, scope: Scope, row: int, value: Any) -> str:
        head = f"{told(scope, self.completion, row)} ÷ {told_base(scope, self.completion, self.to, row)}"
        base = base_of(scope, self.completion, self.to).at(row)
        if base <= 0:
            return f"{head}：目标为零或负，按假设视同完成，计100%"
        return f"{head} {equals(value, self.round)}%{self.rounding_note()}"

    def uom(self, scope: Scope) -> str:
        return "%"

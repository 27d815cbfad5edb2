"""Growth rate in per cent (增长率), with a named choice where the base is zero or negative."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from ...exact import equals, plain
from ...terms import State
from ..base import KindFault, Measure, Operand, Scope
from ..column import Column, combine_states, in_any_draw
from .against import Against, base_figure, base_label, base_of, told_base


class Growth(Measure):
    """增长率: ``growth = (x ÷ base − 1) × 100``, in %, an exact ratio until ``round``.

    Where the base is zero or negative the rate is not defined; ``undefined`` says what then: ``missing`` (缺失),
    ``best`` (counts like the best defined value of the field) or ``refuse``.
    Example: ZJ 附件1 跨境网络零售进出口总额增长率: ``{growth: $cbec_retail, against: previous}``.
    """

    title: ClassVar[str] = "增长率"
    growth: Operand
    against: Against
    undefined: Literal["missing", "best", "refuse"] = "missing"

    def measure(self, scope: Scope) -> Column:
        subject, base = scope.column(self.growth), base_of(scope, self.growth, self.against)
        states = combine_states(subject.states, base.states).copy()
        zero = base.number(0)
        bad = (states == State.OK) & in_any_draw(base.values <= zero)
        if bad.any() and self.undefined == "refuse":
            raise KindFault(
                "growth.base_not_positive",
                f"{base_label(scope, self.against)}的基数为零或负，增长率无意义",
                "请核对基数，或在考核期文件的假设中选择处理办法",
                rows=tuple(int(r) for r in np.flatnonzero(bad)),
                figure=base_figure(self.growth, self.against),
            )
        usable = (states == State.OK) & ~bad
        divisor = np.where(usable, base.values, base.number(1))
        values = np.where(usable, (subject.values / divisor - base.number(1)) * base.number(100), zero)
        if bad.any() and self.undefined == "best" and usable.any():
            best = values[..., usable].max(axis=-1)
            values = np.where(bad, best if values.ndim == 1 else best[..., None], values)
        else:
            states[bad] = State.UNDEFINED
        return Column(values, states)

    def sentence(self, scope: Scope, row: int, value: Any) -> str:
        now, before = scope.show(self.growth, row), told_base(scope, self.growth, self.against, row)
        head = f"{scope.label(self.growth)}（{now} ÷ {before} − 1）"
        base = base_of(scope, self.growth, self.against).at(row)
        if base is not None and base <= 0:
            return f"{head}：基数为零或负，按假设视同本指标最好值 {plain(value, self.round)}%"
        return f"{head} {equals(value, self.round)}%{self.rounding_note()}"

    def uom(self, scope: Scope) -> str:
        return "%"

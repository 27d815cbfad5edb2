"""Increment (增加值): this figure minus what it is compared with."""

from __future__ import annotations

from typing import Any, ClassVar

from ...exact import equals
from ..base import Measure, Operand, Scope
from ..column import Column, combine_states
from .against import Against, base_of, told, told_base


class Gap(Measure):
    """增加值: ``gap = x − base``, exact.

    Example: ZJ 附件1 货物贸易进出口总额增加值: ``{gap: $trade_total, against: previous}``. Missing if either leg is.
    What a quarter added to a figure that is counted from the beginning of the year (累计数): ``{gap: $fdi_to_date, against:
    previous_in_year}``; CO-2.2b 季度内各项指标零进展.
    """

    title: ClassVar[str] = "增加值"
    gap: Operand
    against: Against

    def measure(self, scope: Scope) -> Column:
        subject, base = scope.column(self.gap), base_of(scope, self.gap, self.against)
        return subject.with_values(subject.values - base.values, combine_states(subject.states, base.states))

    def sentence(self, scope: Scope, row: int, value: Any) -> str:
        now, before = told(scope, self.gap, row), told_base(scope, self.gap, self.against, row)
        return f"{now} − {before} {equals(value, self.round)}{self.uom(scope)}{self.rounding_note()}"

    def uom(self, scope: Scope) -> str:
        unit = scope.uom(self.gap)
        return "个百分点" if unit == "%" else unit

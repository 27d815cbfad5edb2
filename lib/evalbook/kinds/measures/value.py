"""The value itself (水平值)."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from ...exact import plain
from ..base import Measure, Operand, Scope
from ..column import Column


class Value(Measure):
    """水平值: the figure as it is, ``value = x``; ``at`` takes that of an earlier period (previous 上期, year_before 上年同期).

    Example: ZJ 附件1 对外工程承包营业额 is ranked on its level: ``{value: $contracting_turnover}``. Missing stays missing.
    """

    title: ClassVar[str] = "水平值"
    value: Operand
    at: Literal["current", "previous", "year_before"] = "current"

    def measure(self, scope: Scope) -> Column:
        return scope.column(self.value, self.at)

    def sentence(self, scope: Scope, row: int, value: Any) -> str:
        when = "" if self.at == "current" else scope.period_label(self.at)
        text = f"{when}{scope.label(self.value)} {scope.show(self.value, row, self.at)}{self.uom(scope)}"
        return text if self.round is None else f"{text}，四舍五入到{self.round}位小数为{plain(value, self.round)}{self.uom(scope)}"

    def uom(self, scope: Scope) -> str:
        return scope.uom(self.value)

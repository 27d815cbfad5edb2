"""The value itself (水平值)."""

from __future__ import annotations

from typing import Any, ClassVar

from ...exact import plain
from ..base import Measure, Operand, Scope
from ..column import Column


class Value(Measure):
    """水平值: the figure as it is, ``value = x``.

    Example: ZJ 附件1 对外工程承包营业额 is ranked on its level: ``{value: $contracting_turnover}``. Missing stays missing.
    """

    title: ClassVar[str] = "水平值"
    value: Operand

    def measure(self, scope: Scope) -> Column:
        return scope.column(self.value)

    def sentence(self, scope: Scope, row: int, value: Any) -> str:
        text = f"{scope.label(self.value)} {scope.show(self.value, row)}{self.uom(scope)}"
        return text if self.round is None else f"{text}，四舍五入到{self.round}位小数为{plain(value, self.round)}{self.uom(scope)}"

    def uom(self, scope: Scope) -> str:
        return scope.uom(self.value)

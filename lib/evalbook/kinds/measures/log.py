"""Natural logarithm of a figure, at declared digits (对数)."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import Any, ClassVar, Literal

import numpy as np

from ...exact import equals, exact, round_half_up
from ...terms import State
from ..base import Decimals, KindFault, Measure, Operand, Scope
from ..column import Column, in_any_draw, objects, round_values
from .against import told

#: Digits that are computed before the declared ones are kept.
_CONTEXT = Context(prec=50)


class Log(Measure):
    """对数: ``log = ln x``, half up at ``decimals`` places; a figure that is zero or negative has none: ``missing`` or ``refuse``.

    Example: 联合国开发计划署 人类发展指数的收入指数: (ln 5350 − ln 100) ÷ (ln 75000 − ln 100) ≈ 0.6012, with
    ``{position: {log: $gni}, lower: 4.60517, upper: 11.225243, onto: [0, 1]}``.
    """

    title: ClassVar[str] = "对数"
    log: Operand
    decimals: Decimals = 6
    undefined: Literal["missing", "refuse"] = "missing"

    def measure(self, scope: Scope) -> Column:
        column = scope.column(self.log)
        bad = column.ok & in_any_draw(column.values <= column.number(exact(0)))
        if bad.any() and self.undefined == "refuse":
            raise KindFault(
                "log.not_positive",
                f"{scope.label(self.log)}为零或负，没有对数",
                "请核对数据，或改选处理办法",
                rows=tuple(int(r) for r in np.flatnonzero(bad)),
                figure=(self.log, "current"),
            )
        usable = column.ok & ~bad
        values = np.where(usable, column.values, column.number(exact(1)))
        logs = round_values(np.log(values), self.decimals) if column.is_float else objects([_ln(value, self.decimals) for value in values])
        return column.with_values(logs, np.where(bad, State.UNDEFINED, column.states).astype(np.uint8))

    def sentence(self, scope: Scope, row: int, value: Any) -> str:
        return f"ln（{told(scope, self.log, row)}） {equals(value)}（四舍五入到{self.decimals}位小数）"


def _ln(value: Any, decimals: int) -> Any:
    quotient = _CONTEXT.divide(Decimal(int(value.numerator)), Decimal(int(value.denominator)))
    return round_half_up(exact(_CONTEXT.ln(quotient)), decimals)

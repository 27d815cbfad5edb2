"""A number that the document itself states (办法载明的数), under a name: one place, one clause, whoever reads it."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from ...exact import plain
from ..base import ExactNumber, Measure, Ref, Scope, Text
from ..column import Column


class Constant(Measure):
    """载明数: the same number for every unit, in the unit of measure ``in``.

    Example: CO-1 全县实际利用外资3900万美元 → ``{constant: 3900, in: 万美元, label: 全县实际利用外资目标, clause: 一（一）}``, which the
    check on the units' targets and the county's completion both read.
    """

    title: ClassVar[str] = "载明数"
    constant: ExactNumber
    in_: Text = Field("", alias="in")

    def measure(self, scope: Scope) -> Column:
        return scope.column(Ref("number", value=self.constant))

    def sentence(self, scope: Scope, row: int, value: Any) -> str:
        return f"办法载明 {plain(value)}{self.uom(scope)}"

    def uom(self, scope: Scope) -> str:
        return self.in_

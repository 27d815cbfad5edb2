"""A weighted mean of several results inside one indicator (加权合成)."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BeforeValidator, PlainSerializer, TypeAdapter, WithJsonSchema
from pydantic_core import PydanticCustomError

from ...exact import Exact, equals, exact, plain
from ...terms import State
from ..base import Measure, Operand, Ref, Scope, ShareNumber
from ..column import Column, combine_states

#: (what is mixed, its weight)
Part = tuple[Ref, Exact]
_OPERAND: TypeAdapter[Any] = TypeAdapter(Operand)
_WEIGHT: TypeAdapter[Any] = TypeAdapter(ShareNumber)


def _parse(raw: Any) -> tuple[Part, ...]:
    """Parts from ``{level: 40%, growth: 60%}``; the weights add up to one."""
    if isinstance(raw, tuple):
        return raw
    if not isinstance(raw, dict) or len(raw) < 2:
        raise PydanticCustomError("mix", "合成应写成 {example}", {"example": "{结果名: 40%, 结果名: 60%}"})
    parts = tuple((_OPERAND.validate_python(name), _WEIGHT.validate_python(weight)) for name, weight in raw.items())
    if any(ref.kind not in ("column", "result") for ref, _ in parts):
        raise PydanticCustomError("mix_part", "合成的各部分应为 $列名或结果名")
    total = sum((weight for _, weight in parts), exact(0))
    if total != 1:
        raise PydanticCustomError("mix_weights", "权重之和应为1（100%），现为{total}", {"total": plain(total)})
    return parts


Parts = Annotated[
    Any,
    BeforeValidator(_parse),
    PlainSerializer(lambda parts: {str(ref): plain(weight) for ref, weight in parts}, return_type=dict),
    WithJsonSchema(
        {
            "type": "object",
            "description": "$列名或结果名: 权重，合计为1",
            "additionalProperties": {"type": ["number", "string"]},
            "minProperties": 2,
        }
    ),
]


class Mix(Measure):
    """加权合成: ``mix = Σ wᵢ·xᵢ`` with Σ wᵢ = 1 over named results or columns.

    ``missing`` says what a part without a value does: ``propagate`` (the mix is missing), ``zero`` (it counts 0) or ``rescale`` (the
    other weights are scaled to 1; with nothing left the mix is missing).
    Example: 某市2024年度招商引资考核结果公示: (项目签约个数÷27)×50%+(签约项目金额÷54亿元)×50% →
    ``{mix: {signed_rate: 50%, amount_rate: 50%}}`` of two completions.
    """

    title: ClassVar[str] = "加权合成"
    mix: Parts
    missing: Literal["propagate", "zero", "rescale"] = "propagate"

    def measure(self, scope: Scope) -> Column:
        columns = [scope.column(ref) for ref, _ in self.mix]
        first = columns[0]
        total = weights = first.number(exact(0))
        for column, (_, weight) in zip(columns, self.mix, strict=True):
            counted = np.where(column.ok, first.number(weight), first.number(exact(0)))
            total = total + counted * column.values
            weights = weights + counted
        states = combine_states(*(column.states for column in columns))
        if self.missing == "propagate":
            return first.with_values(total, states)
        if self.missing == "zero":
            return Column(total, np.zeros_like(states))
        some = np.any([column.ok for column in columns], axis=0)
        return first.with_values(total / np.where(weights == 0, first.number(exact(1)), weights), np.where(some, State.OK, states))

    def sentence(self, scope: Scope, row: int, value: Any) -> str:
        shown = " ＋ ".join(f"{scope.column_sentence(ref, row)} × {plain(weight * 100)}%" for ref, weight in self.mix)
        gaps = any(scope.column(ref).at(row) is None for ref, _ in self.mix)
        note = "" if not gaps else "（缺失的部分计0）" if self.missing == "zero" else "（缺失的部分不计，其余权重折算）"
        return f"{shown}{note} {equals(value, self.round)}{self.uom(scope)}{self.rounding_note()}"

    def uom(self, scope: Scope) -> str:
        uoms = {scope.uom(ref) for ref, _ in self.mix}
        return uoms.pop() if len(uoms) == 1 else ""

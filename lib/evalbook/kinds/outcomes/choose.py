"""The first case that holds gives the value (分情形): money by place, grades by threshold, titles."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ...exact import exact, is_number_text, plain
from ..base import Model, OutcomeScope
from ..column import objects
from ..conditions import UNKNOWN, Condition
from .base import Decision, Outcome


class Case(Model):
    """``{when: condition, value: x}``, or ``{else: x}`` as the last case."""

    when: Condition | None = None
    value: Any = None
    else_: Any = Field(None, alias="else")

    @model_validator(mode="after")
    def _whole(self) -> Case:
        if (self.when is None) == (self.else_ is None) or (self.when is not None and self.value is None):
            raise PydanticCustomError("case", "每种情形应写成 {example}", {"example": "{when: 条件, value: 值} 或 {else: 值}"})
        return self

    @property
    def result(self) -> Any:
        """The value: a number where it reads as one, else a text."""
        raw = self.value if self.when is not None else self.else_
        return exact(str(raw)) if is_number_text(str(raw)) else str(raw)


class Choose(Outcome):
    """分情形: ``{choose: [{when: …, value: 20000}, {else: 0}], uom: 元, payer: 县财政}``; the first case that holds decides.

    A unit for which a case cannot be decided, because a figure is missing, is 待裁定.
    Example: CO-3.2b: target met and among the first 5 → 20 000 yuan, sixth to tenth → 10 000.
    """

    title: ClassVar[str] = "分情形确定"
    choose: Annotated[list[Case], Field(min_length=1)]
    uom: str = ""
    payer: str = ""

    def decide(self, scope: OutcomeScope, name: str) -> Decision:
        rows = scope.rows()
        verdicts: list[Any] = [None] * rows
        pending: list[str] = []
        for case in self.choose:
            truth = np.ones(rows, int) if case.when is None else case.when.truth(scope)
            for row in range(rows):
                if verdicts[row] is None and truth[row]:
                    verdicts[row] = "待裁定" if truth[row] == UNKNOWN else case.result
                    if truth[row] == UNKNOWN:
                        pending.append(f"{scope.unit_name(row)}缺少判定所需数据")
        return Decision(objects(["" if v is None else v for v in verdicts]), (None,) * rows, tuple(range(rows)), (), tuple(pending))

    def sentence(self) -> str:
        values = [c.result if isinstance(c.result, str) else plain(c.result) for c in self.choose]
        return "按情形依次确定：" + "、".join(f"{v}{self.uom}" for v in values)

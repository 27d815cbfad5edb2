"""The first case that holds gives the value (分情形): money by place, grades by threshold, titles."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ...exact import exact, is_number_text
from ...terms import Standing
from ..base import Model, OutcomeScope
from ..conditions import TRUE, UNKNOWN, Condition
from .base import Decision, Draft, Outcome, money
from .payment import YUAN


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

    A unit for which a case cannot be decided, because a figure is missing, is 待裁定. Amounts in yuan are payments.
    Example: CO-3.2b: target met and among the first 5 → 20 000 yuan, sixth to tenth → 10 000.
    """

    title: ClassVar[str] = "分情形确定"
    ruled: ClassVar[bool] = False
    choose: Annotated[list[Case], Field(min_length=1)]

    @model_validator(mode="after")
    def _else_last(self) -> Choose:
        if any(case.when is None for case in self.choose[:-1]):
            raise PydanticCustomError("else_last", "{word} 只能是最后一种情形", {"word": "else"})
        return self

    @property
    def numeric(self) -> bool:
        return all(not isinstance(case.result, str) for case in self.choose)

    def decide(self, scope: OutcomeScope, name: str, mine: np.ndarray) -> Decision:
        draft = Draft(self, scope, name, mine)
        open_ = np.ones(scope.rows(), bool)
        for case in self.choose:
            truth = np.full(scope.rows(), TRUE) if case.when is None else case.when.settled(scope)
            for row in np.flatnonzero(open_ & (truth == UNKNOWN)):
                draft.wait(f"{scope.unit_name(int(row))}缺少判定所需数据", [row])
            for row in np.flatnonzero(open_ & (truth == TRUE)):
                self._give(draft, case, int(row))
            open_ &= (truth != UNKNOWN) & (truth != TRUE)
        return draft.decision()

    def _give(self, draft: Draft, case: Case, row: int) -> None:
        draft.values[row] = case.result
        if case.when is None or (not isinstance(case.result, str) and case.result == 0):
            return
        draft.standings[row] = Standing.LISTED
        if not draft.scope.is_float():
            draft.causes[row].append(case.when.sentence(draft.scope))
        if not isinstance(case.result, str) and self.uom in YUAN:
            draft.pay(case.result, case.when.sentence(draft.scope), row)

    def amounts(self) -> list[Any]:
        return [c.result for c in self.choose if not isinstance(c.result, str)] if self.uom in YUAN else []

    def sentence(self) -> str:
        shown = [c.result if isinstance(c.result, str) else money(c.result, self.uom) for c in self.choose]
        return "按情形依次确定：" + "、".join(shown)

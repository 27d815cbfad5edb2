"""The first case that holds says which figure counts (分情形取数)."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ...exact import equals
from ...terms import State
from ..base import Measure, Model, Operand, Scope
from ..column import Column, in_any_draw
from ..conditions import FALSE, UNKNOWN, Condition


class Option(Model):
    """``{when: condition, value: $x}``, or ``{else: $x}`` as the last one."""

    when: Condition | None = None
    value: Operand | None = None
    else_: Operand | None = Field(None, alias="else")

    @model_validator(mode="after")
    def _whole(self) -> Option:
        if (self.when is None) != (self.value is None) or (self.when is None) == (self.else_ is None):
            raise PydanticCustomError("option", "每种情形应写成 {example}", {"example": "{when: 条件, value: $列名} 或 {else: $列名}"})
        return self

    @property
    def source(self) -> Any:
        """What is taken in this case."""
        return self.else_ if self.when is None else self.value


class Choose(Measure):
    """分情形取数: the figure of the first case that holds; a unit for which a case cannot be decided is missing.

    Example: ETDZ-1c 管辖范围调整之日起两年内用调整前口径，第三年用调整后口径:
    ``{choose: [{when: {lt: [years_since_change, 2]}, value: $output_old}, {else: $output}]}``.
    """

    title: ClassVar[str] = "分情形取数"
    choose: Annotated[list[Option], Field(min_length=2)]

    @model_validator(mode="after")
    def _closed(self) -> Choose:
        if any((option.when is None) != (option is self.choose[-1]) for option in self.choose):
            raise PydanticCustomError("choose_else", "最后一种情形、且只有最后一种，写 else")
        return self

    def measure(self, scope: Scope) -> Column:
        columns = [scope.column(option.source) for option in self.choose]
        truths = [np.ones(scope.rows(), int) if option.when is None else option.when.truth(scope) for option in self.choose]
        values, states = columns[-1].values, columns[-1].states
        for column, truth in reversed(list(zip(columns[:-1], truths[:-1], strict=True))):
            values = np.where(truth == FALSE, values, column.values)
            states = np.where(in_any_draw(truth != FALSE), column.states, states)
            states = np.where(in_any_draw(truth == UNKNOWN), State.MISSING, states)
        return columns[-1].with_values(values, states.astype(np.uint8))

    def _chosen(self, scope: Scope, row: int) -> Option:
        return next(option for option in self.choose if option.when is None or option.when.truth(scope)[row])

    def sentence(self, scope: Scope, row: int, value: Any) -> str:
        option = self._chosen(scope, row)
        why = "其余情形" if option.when is None else option.when.sentence(scope)
        rounded = "" if self.round is None else f" {equals(value, self.round)}{self.rounding_note()}"
        return f"按“{why}”取{scope.column_sentence(option.source, row)}{rounded}"

    def uom(self, scope: Scope) -> str:
        uoms = {scope.uom(option.source) for option in self.choose}
        return uoms.pop() if len(uoms) == 1 else ""

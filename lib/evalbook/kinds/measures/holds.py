"""Whether a condition holds (是否成立): 1, 0, or missing where it cannot be decided."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ...exact import exact
from ...terms import State
from ..base import Measure, Scope
from ..column import Column, in_any_draw
from ..conditions import TRUE, UNKNOWN, Condition


class Holds(Measure):
    """是否成立: 1 where the condition holds, 0 where it does not, missing where a figure that decides it is missing.

    Example: AY-3.4 审批在50个工作日以内的项目占比: ``{fold: {holds: {le: [$days, 50]}}, of: projects, how: mean}``.
    """

    title: ClassVar[str] = "是否成立"
    holds: Condition

    def measure(self, scope: Scope) -> Column:
        truth = self.holds.truth(scope)
        one, zero = (1.0, 0.0) if scope.is_float() else (exact(1), exact(0))
        states = np.where(in_any_draw(truth == UNKNOWN), State.MISSING, State.OK).astype(np.uint8)
        return Column(np.where(truth == TRUE, one, zero), states)

    def sentence(self, scope: Scope, row: int, value: Any) -> str:
        return f"{self.holds.sentence(scope)}：{'成立' if value == 1 else '不成立'}"

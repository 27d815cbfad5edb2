"""A percentage of the points (按百分比计分): completion rates, scores out of a hundred, shares."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from ...exact import exact, plain
from ..base import ExactNumber, Grading, MarksOrNumber, Rule, like, resolved


class Percent(Rule):
    """百分比计分: ``points = clip(x, floor, cap) % of percent``, x in per cent; an x below ``zero_below`` gives 0.

    ``cap: 100`` (the default) lets over-fulfilment count for nothing, ``cap: 120`` up to 120 %, ``cap: null`` without limit.
    ``percent`` is what 100 % is worth. Example: 某市2024年度招商引资考核结果公示: 外商直接投资完成率120%×0.5＝0.6 →
    measure ``{completion: $fdi, to: $fdi_target}``, rule ``{percent: marks, cap: 120}``.
    """

    title: ClassVar[str] = "按百分比计分"
    percent: MarksOrNumber
    floor: ExactNumber | None = exact(0)
    cap: ExactNumber | None = exact(100)
    zero_below: ExactNumber | None = None

    @model_validator(mode="after")
    def _order(self) -> Percent:
        if self.cap is not None and self.floor is not None and self.cap < self.floor:
            raise PydanticCustomError("cap_below_floor", "上限{cap}%低于下限{floor}%", {"cap": plain(self.cap), "floor": plain(self.floor)})
        if self.cap is not None and self.zero_below is not None and self.cap < self.zero_below:
            raise PydanticCustomError(
                "cap_below_zero", "上限{cap}%低于不得分线{line}%", {"cap": plain(self.cap), "line": plain(self.zero_below)}
            )
        return self

    def _level(self, values: np.ndarray) -> np.ndarray:
        """The percentage that counts."""
        level = values if self.floor is None else np.maximum(values, like(values, self.floor))
        return level if self.cap is None else np.minimum(level, like(values, self.cap))

    def points(self, values: np.ndarray, grading: Grading) -> np.ndarray:
        worth = like(values, resolved(self.percent, grading.marks)) / like(values, exact(100))
        points = self._level(values) * worth
        if self.zero_below is None:
            return points
        return np.where(values < like(values, self.zero_below), like(values, exact(0)), points)

    def sentence(self, value: Any, points: Any, grading: Grading) -> str:
        if self.zero_below is not None and value < self.zero_below:
            return f"不足{plain(self.zero_below)}%，得0分"
        level, limited = value, ""
        if self.floor is not None and level < self.floor:
            level, limited = self.floor, f"低于下限，取{plain(self.floor)}%，"
        if self.cap is not None and level > self.cap:
            level, limited = self.cap, f"超过上限，取{plain(self.cap)}%，"
        return f"{limited}{plain(level)}% × {plain(resolved(self.percent, grading.marks))}分，得{plain(points)}分"

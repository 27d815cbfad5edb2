"""The efficacy coefficient between an unacceptable and a satisfactory value (功效系数法)."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from ...exact import equals, exact, plain
from ..base import ExactNumber, Grading, MarksOrNumber, Model, Rule, like, resolved


class Goalposts(Model):
    """``lower`` is the unacceptable value (不允许值), ``upper`` the satisfactory one (满意值); lower > upper: the less the better."""

    lower: ExactNumber
    upper: ExactNumber

    @model_validator(mode="after")
    def _apart(self) -> Goalposts:
        if self.lower == self.upper:
            raise PydanticCustomError("goalposts", "满意值与不允许值不能相同")
        return self


class Efficacy(Rule):
    """功效系数: ``d = (x − lower) ÷ (upper − lower) × span + base``, kept between ``floor`` and ``cap``; ``points = d % of worth``.

    Example (统计学教材通行算例): 总资产贡献率5.81%，满意值12%，不允许值6% → (5.81−6)÷(12−6)×40+60 ≈ 58.73. Where the two values are
    columns or come from the field, measure ``position`` and give ``percent``.
    """

    title: ClassVar[str] = "功效系数计分"
    efficacy: Goalposts
    base: ExactNumber = exact(60)
    span: ExactNumber = exact(40)
    floor: ExactNumber | None = exact(0)
    cap: ExactNumber | None = exact(100)
    worth: MarksOrNumber = "marks"

    @model_validator(mode="after")
    def _order(self) -> Efficacy:
        if self.cap is not None and self.floor is not None and self.cap < self.floor:
            raise PydanticCustomError("cap_below_floor", "上限{cap}低于下限{floor}", {"cap": plain(self.cap), "floor": plain(self.floor)})
        return self

    def _score(self, values: np.ndarray) -> np.ndarray:
        """The score out of a hundred, before its limits."""
        slope = self.span / (self.efficacy.upper - self.efficacy.lower)
        return (values - like(values, self.efficacy.lower)) * like(values, slope) + like(values, self.base)

    def points(self, values: np.ndarray, grading: Grading) -> np.ndarray:
        score = self._score(values)
        if self.floor is not None:
            score = np.maximum(score, like(values, self.floor))
        if self.cap is not None:
            score = np.minimum(score, like(values, self.cap))
        return score * like(values, resolved(self.worth, grading.marks) / 100)

    def sentence(self, value: Any, points: Any, grading: Grading) -> str:
        lower, upper = plain(self.efficacy.lower), plain(self.efficacy.upper)
        score = (value - self.efficacy.lower) * self.span / (self.efficacy.upper - self.efficacy.lower) + self.base
        text = f"（{plain(value)} − {lower}）÷（{upper} − {lower}）× {plain(self.span)} ＋ {plain(self.base)} {equals(score)}"
        if self.floor is not None and score < self.floor:
            score, text = self.floor, f"{text}，低于下限，取{plain(self.floor)}"
        if self.cap is not None and score > self.cap:
            score, text = self.cap, f"{text}，超过上限，取{plain(self.cap)}"
        return f"功效系数{text}，{plain(score)}% × {plain(resolved(self.worth, grading.marks))}分，得{plain(points)}分"

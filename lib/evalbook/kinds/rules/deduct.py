"""Deductions from a starting score, with a floor (扣分)."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from pydantic import Field as PydanticField

from ...exact import exact, plain
from ..base import ExactNumber, Grading, MarksOrNumber, Rule, like, resolved


class Deduct(Rule):
    """扣分: ``points = max(from − deduct × n, floor)``; ``floor: null`` lets it fall below zero.

    Example: ZJ 附件1 风险防范: 5 points, −1 per risk handled badly → ``{deduct: 1, from: marks, floor: 0}``.
    """

    title: ClassVar[str] = "扣分"
    deduct: ExactNumber
    from_: MarksOrNumber = PydanticField("marks", alias="from")
    floor: ExactNumber | None = exact(0)

    def most(self, marks: Any) -> Any:
        return resolved(self.from_, marks)

    def points(self, values: np.ndarray, grading: Grading) -> np.ndarray:
        points = like(values, resolved(self.from_, grading.marks)) - like(values, self.deduct) * values
        return points if self.floor is None else np.maximum(points, like(values, self.floor))

    def sentence(self, value: Any, points: Any, grading: Grading) -> str:
        start = resolved(self.from_, grading.marks)
        raw = start - self.deduct * value
        floored = f"，扣至{plain(points)}分为止" if raw != points else ""
        return f"{plain(start)}分 − {plain(value)} × {plain(self.deduct)}分{floored}，得{plain(points)}分"

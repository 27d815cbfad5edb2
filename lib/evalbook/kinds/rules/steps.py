"""Points that fall by a fixed step per place (逐名递减)."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ...exact import exact, plain
from ..base import ExactNumber, Grading, Model, Rule, like


class StepTable(Model):
    """``first`` for the first place, ``each`` added per further place, never below ``floor``."""

    first: ExactNumber
    each: ExactNumber
    floor: ExactNumber | None = exact(0)


class Steps(Rule):
    """逐名递减: ``points = max(first + each × (place − 1), floor)``.

    Example: ZJ 附件2 信息采用: 第1名10分，每递减1名减0.3分 → ``{steps: {first: 10, each: -0.3, floor: 0}}``, below 0 from rank 35.
    """

    title: ClassVar[str] = "逐名递减计分"
    steps: StepTable

    def most(self, marks: Any) -> Any:
        return self.steps.first if self.steps.each <= 0 else None

    def points(self, values: np.ndarray, grading: Grading) -> np.ndarray:
        table = self.steps
        points = like(values, table.first) + like(values, table.each) * (values - like(values, exact(1)))
        return points if table.floor is None else np.maximum(points, like(values, table.floor))

    def sentence(self, value: Any, points: Any, grading: Grading) -> str:
        table = self.steps
        raw = table.first + table.each * (value - 1)
        floored = f"，不低于{plain(table.floor)}分" if table.floor is not None and raw < table.floor else ""
        return f"第1名{plain(table.first)}分、每后一名{signed(table.each)}分{floored}，得{plain(points)}分"


def signed(value: Any) -> str:
    """A change of points in words: 加2, 减0.3."""
    return f"减{plain(-value)}" if value < 0 else f"加{plain(value)}"

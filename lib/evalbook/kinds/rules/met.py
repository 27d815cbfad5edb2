"""All or nothing (达到即得分)."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ...exact import exact, plain
from ..base import ExactNumber, Grading, MarksOrNumber, Rule, like, resolved


class Met(Rule):
    """达到即得分: ``points = met if x ≥ at_least else 0``; yes is 1, no is 0.

    Example: ZJ 附件1 平台授牌: any national or provincial platform → 5 points: ``{met: marks}`` on a count.
    """

    title: ClassVar[str] = "达到即得分"
    met: MarksOrNumber
    at_least: ExactNumber = exact(1)

    def most(self, marks: Any) -> Any:
        return resolved(self.met, marks)

    def points(self, values: np.ndarray, grading: Grading) -> np.ndarray:
        worth = like(values, resolved(self.met, grading.marks))
        return np.where(values >= like(values, self.at_least), worth, like(values, exact(0)))

    def sentence(self, value: Any, points: Any, grading: Grading) -> str:
        reached = "达到" if value >= self.at_least else "未达到"
        bar = "" if self.at_least == 1 else f"（不少于{plain(self.at_least)}）"  # 1: the item is there, the answer is yes
        return f"{reached}要求{bar}，得{plain(points)}分"

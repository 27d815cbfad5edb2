"""Points per item with a cap (按项计分)."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ...exact import plain
from ..base import ExactNumber, Grading, MarksOrNumber, Rule, like, resolved


class PerItem(Rule):
    """按项计分: ``points = min(n × per_item, cap)``; without ``cap`` no limit.

    Example: ZJ 附件1 扩大国际交流合作: 每项得1分，满分10分 → ``{per_item: 1, cap: marks}``.
    """

    title: ClassVar[str] = "按项计分"
    per_item: ExactNumber
    cap: MarksOrNumber | None = None

    def most(self, marks: Any) -> Any:
        return resolved(self.cap, marks)

    def points(self, values: np.ndarray, grading: Grading) -> np.ndarray:
        points = values * like(values, self.per_item)
        return points if self.cap is None else np.minimum(points, like(values, resolved(self.cap, grading.marks)))

    def sentence(self, value: Any, points: Any, grading: Grading) -> str:
        raw = value * self.per_item
        capped = f"，以{plain(points)}分为限" if raw != points else ""
        return f"{plain(value)}项 × 每项{plain(self.per_item)}分 ＝ {plain(raw)}分{capped}，得{plain(points)}分"

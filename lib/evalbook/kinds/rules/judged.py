"""A judged score, taken as given inside its range (评定计分)."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ...exact import exact, plain
from ..base import ExactNumber, Grading, KindFault, MarksOrNumber, Rule, like, resolved


class Judged(Rule):
    """评定计分: the measured score itself, refused outside ``min``–``judged``.

    Example: AY-4 谋划工作开展 0—3分: ``{judged: marks}``; ZJ 附件1 专家评价 0—10分 on the panel's mean.
    """

    title: ClassVar[str] = "评定计分"
    judged: MarksOrNumber
    min: ExactNumber = exact(0)

    def most(self, marks: Any) -> Any:
        return resolved(self.judged, marks)

    def points(self, values: np.ndarray, grading: Grading) -> np.ndarray:
        top = resolved(self.judged, grading.marks)
        outside = (values < like(values, self.min)) | (values > like(values, top))
        if outside.any():
            rows = tuple(int(r) for r in np.flatnonzero(outside.reshape(-1, outside.shape[-1]).any(axis=0)))
            found = tuple(plain(values[r]) for r in rows) if values.dtype == object else ()
            raise KindFault("judged.range", f"评定分超出范围（{plain(self.min)}—{plain(top)}分）", "请核对评定分", rows=rows, found=found)
        return values

    def sentence(self, value: Any, points: Any, grading: Grading) -> str:
        return f"评定{plain(points)}分（满分{plain(resolved(self.judged, grading.marks))}分）"

"""A straight line with floor and cap (线性计分)."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from ...exact import Exact, equals, exact, plain
from ..base import ExactNumber, Grading, MarksOrNumber, Model, Rule, like, resolved


class LineTable(Model):
    """``slope × x + start``, kept between ``floor`` and ``cap``."""

    slope: ExactNumber = exact(1)
    start: ExactNumber = exact(0)
    floor: ExactNumber | None = exact(0)
    cap: MarksOrNumber | None = None

    @model_validator(mode="after")
    def _order(self) -> LineTable:
        if isinstance(self.cap, Exact) and self.floor is not None and self.cap < self.floor:
            raise PydanticCustomError("cap_below_floor", "上限{cap}低于下限{floor}", {"cap": plain(self.cap), "floor": plain(self.floor)})
        return self


class Line(Rule):
    """线性计分: ``y = clip(slope × x + start, floor, cap)``; with ``yields: share`` y is multiplied by the marks.

    Example: "目标完成率×分值，超额不加分": measure ``{ratio: $done, to: $target}``, rule ``{line: {cap: 1}, yields: share}``.
    """

    title: ClassVar[str] = "线性计分"
    line: LineTable
    yields: Literal["points", "share"] = "points"

    def most(self, marks: Any) -> Any:
        return resolved(self.line.cap, marks) if self.yields == "points" else None

    def points(self, values: np.ndarray, grading: Grading) -> np.ndarray:
        table = self.line
        points = like(values, table.slope) * values + like(values, table.start)
        if table.floor is not None:
            points = np.maximum(points, like(values, table.floor))
        if table.cap is not None:
            points = np.minimum(points, like(values, resolved(table.cap, grading.marks)))
        return points * like(values, grading.marks) if self.yields == "share" else points

    def sentence(self, value: Any, points: Any, grading: Grading) -> str:
        table, parts = self.line, []
        level = table.slope * value + table.start
        if table.slope != 1 or table.start != 0:
            parts.append(f"{plain(value)} × {plain(table.slope)} ＋ {plain(table.start)} {equals(level)}")
        if table.floor is not None and level < table.floor:
            level = table.floor
            parts.append(f"低于下限，取{plain(level)}")
        cap = resolved(table.cap, grading.marks)
        if cap is not None and level > cap:
            level = cap
            parts.append(f"超过上限，取{plain(level)}")
        if self.yields == "share":
            parts.append(f"{plain(level)} × 分值{plain(grading.marks)} {equals(level * grading.marks)}")
        return "，".join([*parts, f"得{plain(points)}分"])

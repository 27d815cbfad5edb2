"""Points that change at a rate per slice above and below a mark (分段增减计分)."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ...exact import exact, plain
from ..base import ExactNumber, Grading, MarksOrNumber, Model, Rule, like, resolved
from ..column import floor_values, objects
from .steps import signed


class Slice(Model):
    """``points`` for every ``per`` of distance, from the end of the slice before up to the distance ``to`` (open without it)."""

    per: ExactNumber
    points: MarksOrNumber = exact(1)
    to: ExactNumber | None = None


class SliceTable(Model):
    """``up`` beyond the mark, ``down`` short of it; ``down: mirrored`` takes off below what ``up`` adds above."""

    up: list[Slice] = Field(default_factory=list)
    down: Literal["mirrored"] | Annotated[list[Slice], Field()] = Field(default_factory=list)

    @model_validator(mode="after")
    def _slices(self) -> SliceTable:
        if not self.up and not self.down:
            raise PydanticCustomError("slices_none", "至少要写一段增分（up）或减分（down）")
        for side in (self.up, self.down):
            _check(side if isinstance(side, list) else [])
        return self

    def side(self, above: bool) -> tuple[list[Slice], int]:
        """The slices of one side and the sign of their points."""
        if above:
            return self.up, 1
        return (self.up, -1) if isinstance(self.down, str) else (self.down, 1)


def _check(slices: list[Slice]) -> None:
    """Slices follow each other; only the last one is open."""
    begin = exact(0)
    for number, one in enumerate(slices, 1):
        if one.per <= 0:
            raise PydanticCustomError("slice_per", "第{number}段的 per 应大于0", {"number": number})
        if one.to is None and number < len(slices):
            raise PydanticCustomError("slice_open", "第{number}段没有写终点 to，与后面的分段重叠", {"number": number})
        if one.to is not None and one.to <= begin:
            raise PydanticCustomError(
                "slice_overlap",
                "第{number}段的终点{to}不大于起点{begin}，分段重叠",
                {"number": number, "to": plain(one.to), "begin": plain(begin)},
            )
        begin = begin if one.to is None else one.to


class Slices(Rule):
    """分段增减: ``points = start ± Σ over slices of (distance inside the slice ÷ per) × points``, kept between ``floor`` and ``cap``.

    The distance is x − ``at`` above and ``at`` − x below; the points of a slice are added as they stand, so a slice below the mark
    that takes off has negative ones. ``part_step`` says what a part of a step counts: ``proportional`` to it, or ``none`` (每满5%).
    Example: 增长率达到目标得标准分80%，每增减1个百分点增减0.5分 (某供销社经济发展科考核办法) →
    ``{slices: {up: [{per: 1, points: 0.5}], down: mirrored}, at: 0, start: 80%}`` on the gap to the target.
    """

    title: ClassVar[str] = "分段增减计分"
    slices: SliceTable
    at: ExactNumber = exact(100)
    start: MarksOrNumber = "marks"
    part_step: Literal["proportional", "none"] = "proportional"
    floor: MarksOrNumber | None = exact(0)
    cap: MarksOrNumber | None = None

    def points(self, values: np.ndarray, grading: Grading) -> np.ndarray:
        marks = grading.marks
        points = np.full_like(values, like(values, resolved(self.start, marks)))
        for above in (True, False):
            slices, sign = self.slices.side(above)
            distance = values - like(values, self.at) if above else like(values, self.at) - values
            for (begin, end), one in zip(_spans(slices), slices, strict=True):
                steps = self._steps(distance, begin, end, one)
                points = points + steps * like(values, sign * resolved(one.points, marks))
        if self.floor is not None:
            points = np.maximum(points, like(values, resolved(self.floor, marks)))
        return points if self.cap is None else np.minimum(points, like(values, resolved(self.cap, marks)))

    def _steps(self, distance: np.ndarray, begin: Any, end: Any, one: Slice) -> np.ndarray:
        """How many steps of a slice the distance covers."""
        inside = np.maximum(distance, like(distance, begin))
        if end is not None:
            inside = np.minimum(inside, like(distance, end))
        steps = (inside - like(distance, begin)) / like(distance, one.per)
        return steps if self.part_step == "proportional" else floor_values(steps)

    def sentence(self, value: Any, points: Any, grading: Grading) -> str:
        above, start = value >= self.at, resolved(self.start, grading.marks)
        slices, sign = self.slices.side(above)
        distance = abs(value - self.at)
        raw, parts = start, []
        for (begin, end), one in zip(_spans(slices), slices, strict=True):
            covered = (distance if end is None else min(distance, end)) - begin
            if covered <= 0:
                continue
            rate = sign * resolved(one.points, grading.marks)
            raw += rate * self._steps(objects([distance]), begin, end, one)[0]
            every = f"每{'满' if self.part_step == 'none' else ''}{plain(one.per)}{signed(rate)}分"
            parts.append(f"其中{plain(covered)}{every}" if len(slices) > 1 else every)
        where = f"比{plain(self.at)}{'多' if above else '少'}{plain(distance)}" if distance else f"等于{plain(self.at)}"
        text = f"{where}，基础分{plain(start)}分" + "".join(f"，{part}" for part in parts)
        bound = f"，以{plain(points)}分为限" if raw != points else ""
        return f"{text}{bound}，得{plain(points)}分"


def _spans(slices: list[Slice]) -> list[tuple[Any, Any]]:
    """(begin, end) of every slice, as distances from the mark."""
    ends = [one.to for one in slices]
    return list(zip([exact(0), *ends[:-1]], ends, strict=True)) if slices else []

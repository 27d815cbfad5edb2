"""Points by bands of a value (数值分档)."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BeforeValidator, PlainSerializer, TypeAdapter, WithJsonSchema
from pydantic_core import PydanticCustomError

from ...exact import Exact, exact, is_number_text, plain
from ..base import Grading, MarksOrNumber, Rule, like, resolved

#: (where the band begins, points)
Step = tuple[Exact, Any]
_POINTS: TypeAdapter[Any] = TypeAdapter(MarksOrNumber)


def _parse(raw: Any) -> tuple[Step, ...]:
    """Bands from ``{60: 5, 80: 8, 95: marks}``: each begins at its number and ends where the next one begins."""
    if isinstance(raw, tuple):
        return raw
    if not isinstance(raw, dict) or not raw:
        raise PydanticCustomError("value_bands", "数值分档应写成 {example}", {"example": "{60: 5, 80: 8, 95: 10}（起点: 得分）"})
    for key in raw:
        if not is_number_text(str(key)):
            raise PydanticCustomError("value_band", "分档起点“{key}”应为数", {"key": str(key)})
    steps = tuple((exact(str(key)), _POINTS.validate_python(points)) for key, points in raw.items())
    starts = [start for start, _ in steps]
    if starts != sorted(set(starts)):
        raise PydanticCustomError("value_bands_order", "分档起点应逐档递增，不得重复")
    return steps


StepBands = Annotated[
    Any,
    BeforeValidator(_parse),
    PlainSerializer(lambda steps: {plain(s): plain(p) if isinstance(p, Exact) else str(p) for s, p in steps}, return_type=dict),
    WithJsonSchema(
        {"type": "object", "description": "起点: 得分，到下一个起点为止", "additionalProperties": {"type": ["number", "string"]}}
    ),
]


class ValueBands(Rule):
    """数值分档: ``{value_bands: {60: 5, 80: 8, 95: marks}}``: points of the band in which x lies; below the first one ``below``.

    ``lower_end`` says whether a band holds the number at which it begins: ``included`` (60以上含60) or ``excluded``. The last band is
    open. Example: HZ-5.2: weights of new projects by size, 1亿元 1.0, 5亿元 1.5, 10亿元 2.0, 20亿元 3.0 →
    ``{value_bands: {1: 1, 5: 1.5, 10: 2, 20: 3}}``.
    """

    title: ClassVar[str] = "数值分档计分"
    value_bands: StepBands
    below: MarksOrNumber = exact(0)
    lower_end: Literal["included", "excluded"] = "included"

    def _reached(self, values: Any, start: Any) -> Any:
        return values >= start if self.lower_end == "included" else values > start

    def most(self, marks: Any) -> Any:
        return max(resolved(points, marks) for _, points in self.value_bands)

    def points(self, values: np.ndarray, grading: Grading) -> np.ndarray:
        out = np.full_like(values, like(values, resolved(self.below, grading.marks)))
        for start, points in self.value_bands:
            out = np.where(self._reached(values, like(values, start)), like(values, resolved(points, grading.marks)), out)
        return out

    def sentence(self, value: Any, points: Any, grading: Grading) -> str:
        reached = [start for start, _ in self.value_bands if self._reached(value, start)]
        if not reached:
            first = plain(self.value_bands[0][0])
            return f"{'不足' if self.lower_end == 'included' else '不超过'}{first}，得{plain(points)}分"
        beyond = [start for start, _ in self.value_bands[len(reached) :]]
        if self.lower_end == "included":
            span = f"{plain(reached[-1])}以上（含）" + (f"、不足{plain(beyond[0])}" if beyond else "")
        else:
            span = f"超过{plain(reached[-1])}" + (f"、不超过{plain(beyond[0])}" if beyond else "")
        return f"在{span}一档，得{plain(points)}分"

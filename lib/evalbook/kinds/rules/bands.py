"""Points by bands of a whole number, mostly a place (分档)."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from ...exact import Exact, exact, is_number_text, plain
from ..base import Grading, KindFault, Rule, like

Band = tuple[int, int, Exact]
#: ``3`` or ``2-4``: places count from 1, and no field has a million units.
_PLACES = re.compile(r"([1-9][0-9]{0,5})(?:-([1-9][0-9]{0,5}))?")
#: Last place of an open band.
OPEN = 999_999
REST = "rest"


def _parse(raw: Any) -> tuple[Band, ...]:
    """Bands from ``{1: 6, 2-4: 5, rest: 0}`` or ``[6, 5, 4]``: they start at 1, do not overlap and leave no gap."""
    if isinstance(raw, tuple):
        return raw
    if isinstance(raw, list):
        raw = {str(place): points for place, points in enumerate(raw, 1)}
    if not isinstance(raw, dict) or not raw or list(raw) == [REST]:
        raise PydanticCustomError("bands", "分档应写成 {example}", {"example": "{1: 6, 2-4: 5, 5-7: 4}，或按名次列出 [6, 5, 4]"})
    bands = []
    rest = raw.get(REST)
    for key, points in raw.items():
        if key == REST:
            continue
        places = _PLACES.fullmatch(str(key))
        if places is None or not is_number_text(str(points)):
            raise PydanticCustomError("band", "分档“{key}: {points}”应写成 名次或名次-名次: 得分", {"key": str(key), "points": str(points)})
        low, high = int(places[1]), int(places[2] or places[1])
        if high < low:
            raise PydanticCustomError("band_reversed", "分档“{key}”前后颠倒", {"key": str(key)})
        bands.append((low, high, exact(str(points))))
    bands.sort(key=lambda band: band[0])
    expected = 1
    for low, high, _ in bands:
        if low < expected:
            raise PydanticCustomError("bands_overlap", "第{low}名同时落在两个分档里", {"low": low})
        if low > expected:
            gap = f"第{expected}名" if low == expected + 1 else f"第{expected}名到第{low - 1}名"
            raise PydanticCustomError("bands_gap", "{gap}没有分档", {"gap": gap})
        expected = high + 1
    if rest is None:
        return tuple(bands)
    if not is_number_text(str(rest)):
        raise PydanticCustomError("band", "分档“{key}: {points}”应写成 名次或名次-名次: 得分", {"key": REST, "points": str(rest)})
    return (*bands, (expected, OPEN, exact(str(rest))))


def _serialise(bands: tuple[Band, ...]) -> dict[str, str]:
    return {REST if high == OPEN else str(low) if low == high else f"{low}-{high}": plain(points) for low, high, points in bands}


BandTable = Annotated[
    Any,
    BeforeValidator(_parse),
    PlainSerializer(_serialise, return_type=dict),
    WithJsonSchema(
        {
            "description": "名次或名次-名次: 得分，其余写 rest；或从第1名起依次列出得分",
            "anyOf": [
                {"type": "object", "additionalProperties": {"type": ["number", "string"]}},
                {"type": "array", "items": {"type": ["number", "string"]}, "minItems": 1},
            ],
        }
    ),
]


def in_bands(values: np.ndarray, bands: tuple[Band, ...]) -> np.ndarray:
    """Points of each whole number; KindFault when one lies beyond the last band, or is no place at all."""
    last = bands[-1][1]
    _all_inside(values <= like(values, last), "bands.beyond", f"名次超出最后一档（分档只到第{last}名）", "请核对参评对象数和分档")
    chosen = [(values >= like(values, low)) & (values <= like(values, high)) for low, high, _ in bands]
    _all_inside(np.any(chosen, axis=0), "bands.not_a_place", "分档只用于名次（从1起的整数）", "请先量出名次（rank），或改用其他规则")
    return np.select(chosen, [like(values, p) for *_, p in bands], default=like(values, exact(0)))


def _all_inside(inside: np.ndarray, code: str, message: str, remedy: str) -> None:
    if not inside.all():
        outside = ~inside.reshape(-1, inside.shape[-1]).all(axis=0)
        raise KindFault(code, message, remedy, rows=tuple(int(r) for r in np.flatnonzero(outside)))


class Bands(Rule):
    """分档: ``{bands: {1: 6, 2-4: 5}}``, points of the band in which the whole number lies; ``rest`` are all places after the last.

    Points for each place in turn may be listed: ``{bands: [5, 4, 3, 2, 1]}``.
    Example: ZJ 附件1 信息采用量: 第1名3分, 第2–4名2.5分 … on a measured place.
    """

    title: ClassVar[str] = "分档计分"
    bands: BandTable

    def most(self, marks: Any) -> Any:
        return max(points for *_, points in self.bands)

    def points(self, values: np.ndarray, grading: Grading) -> np.ndarray:
        return in_bands(values, self.bands)

    def sentence(self, value: Any, points: Any, grading: Grading) -> str:
        return band_sentence(self.bands, value, points)


def band_sentence(bands: tuple[Band, ...], value: Any, points: Any) -> str:
    """Which band a place falls into."""
    for low, high, _ in bands:
        if low <= value <= high:
            span = f"第{low}名及以后" if high == OPEN else f"第{low}名" if low == high else f"第{low}—{high}名"
            return f"{span}得{plain(points)}分"
    return f"得{plain(points)}分"

"""Points by share of the field (按比例分段): top third, top 20 %, …"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from ...exact import Exact, exact, is_number_text, plain, round_half_up
from ..base import ExactNumber, Grading, like
from .field_rule import FieldRule

Share = tuple[Exact, Exact]
_CUT_WORDS = {"ceil": "进一取整", "floor": "去尾取整", "half_up": "四舍五入取整"}


def _parse(raw: Any) -> tuple[Share, ...]:
    """Shares from ``{1/3: 10, 2/3: 6, 1: 2}``: rising upper bounds, the last one 1."""
    if isinstance(raw, tuple):
        return raw
    if not isinstance(raw, dict) or not raw:
        raise PydanticCustomError("shares", "分段应写成 {example}", {"example": "{1/3: 10, 2/3: 6, 1: 2}"})
    for key, points in raw.items():
        if not is_number_text(str(key)) or not is_number_text(str(points)):
            raise PydanticCustomError("share", "分段“{key}: {points}”应写成 累计比例: 得分", {"key": str(key), "points": str(points)})
    shares = tuple((exact(str(k)), exact(str(v))) for k, v in raw.items())
    bounds = [bound for bound, _ in shares]
    if bounds != sorted(set(bounds)) or bounds[0] <= 0 or bounds[-1] != 1:
        raise PydanticCustomError("shares_order", "累计比例应大于0、逐段递增并以1结束")
    return shares


ShareTable = Annotated[
    Any,
    BeforeValidator(_parse),
    PlainSerializer(lambda shares: {plain(b): plain(p) for b, p in shares}, return_type=dict),
    WithJsonSchema(
        {"type": "object", "description": "累计比例: 得分，最后一段为1", "additionalProperties": {"type": ["number", "string"]}}
    ),
]


def cut_at(bound: Exact, size: int, how: str) -> int:
    """Last place that lies inside the share ``bound`` of ``size`` units.

    >>> [cut_at(exact("1/3"), 10, how) for how in ("ceil", "floor", "half_up")]
    [4, 3, 3]
    """
    product = bound * size
    if how == "half_up":
        return int(round_half_up(product, 0))
    floor = int(product.numerator // product.denominator)
    return floor + 1 if how == "ceil" and product != floor else floor


class Shares(FieldRule):
    """按比例分段: places up to share b₁ of the units that have data get p₁, up to b₂ get p₂, …

    ``cut`` says where a share that is no whole number of units ends: ``ceil`` (进一), ``floor`` (literal: place ÷ N ≤ share)
    or ``half_up``. Example: ZJ 附件2: 前1/3得10分，中间1/3得6分，后1/3得2分.
    """

    title: ClassVar[str] = "按比例分段计分"
    shares: ShareTable
    cut: Literal["ceil", "floor", "half_up"] = "ceil"

    def most(self, marks: Any) -> Any:
        return max(points for _, points in self.shares)

    def points(self, values: np.ndarray, grading: Grading) -> np.ndarray:
        assert grading.size is not None
        return by_share(values, grading.size, self.shares, self.cut)

    def sentence(self, value: Any, points: Any, grading: Grading) -> str:
        return share_sentence(self.shares, self.cut, int(grading.size), value, points)  # type: ignore[arg-type]


class Thirds(FieldRule):
    """三等分: ``{thirds: [10, 6, 2]}`` = shares of one third each. Source: ZJ 附件2 rows 1–3 (当年有数据的县市区)."""

    title: ClassVar[str] = "三等分计分"
    thirds: Annotated[list[ExactNumber], Field(min_length=3, max_length=3), WithJsonSchema({"type": "array", "minItems": 3, "maxItems": 3})]
    cut: Literal["ceil", "floor", "half_up"] = "ceil"

    @property
    def _shares(self) -> tuple[Share, ...]:
        return tuple((exact(k) / 3, p) for k, p in zip((1, 2, 3), self.thirds, strict=True))

    def most(self, marks: Any) -> Any:
        return max(self.thirds)

    def points(self, values: np.ndarray, grading: Grading) -> np.ndarray:
        assert grading.size is not None
        return by_share(values, grading.size, self._shares, self.cut)

    def sentence(self, value: Any, points: Any, grading: Grading) -> str:
        return share_sentence(self._shares, self.cut, int(grading.size), value, points)  # type: ignore[arg-type]


def by_share(values: np.ndarray, size: np.ndarray, shares: tuple[Share, ...], how: str) -> np.ndarray:
    """Points by share for each place; a place beyond the size (missing, placed last) is in the last share."""
    out = np.zeros_like(values)
    for count in np.unique(size):
        rows = np.flatnonzero(size == count)
        part = values[..., rows]
        inside = [part <= like(part, cut_at(bound, int(count), how)) for bound, _ in shares[:-1]]
        out[..., rows] = np.select(inside, [like(part, p) for _, p in shares[:-1]], default=like(part, shares[-1][1]))
    return out


def share_sentence(shares: tuple[Share, ...], how: str, size: int, value: Any, points: Any) -> str:
    """Which share a place falls into, with the cuts."""
    head = f"{size}个有数据的对象按比例分段（{_CUT_WORDS[how]}）"
    if value > size:
        return f"{head}，末段得{plain(points)}分"
    start = 1
    for bound, _ in shares:
        end = cut_at(bound, size, how)
        if value <= end or bound == 1:
            span = f"第{start}—{end}名" if start < end else f"第{end}名"
            return f"{head}，{span}一段得{plain(points)}分"
        start = end + 1
    raise AssertionError("the last share is 1")

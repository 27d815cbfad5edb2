"""Best or worst of the children (取高、取低)."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from .base import Aggregate, spread, zero


def _extreme(values: np.ndarray, included: np.ndarray, better: np.ufunc) -> np.ndarray:
    mask = spread(included, values)
    out, seen = values[0], mask[0]
    for value, inside in zip(values[1:], mask[1:], strict=True):
        out = np.where(inside & seen, better(out, value), np.where(inside, value, out))
        seen = seen | inside
    return np.where(seen, out, zero(values))


class Max(Aggregate):
    """取高: the highest of the children. Example: exclusive tiers, of which only the best counts."""

    title: ClassVar[str] = "取各项中最高"
    max: None = None

    def combine(self, values: np.ndarray, included: np.ndarray, names: list[str]) -> np.ndarray:
        return _extreme(values, included, np.maximum)


class Min(Aggregate):
    """取低: the lowest of the children. Example: both targets met or no award."""

    title: ClassVar[str] = "取各项中最低"
    min: None = None

    def combine(self, values: np.ndarray, included: np.ndarray, names: list[str]) -> np.ndarray:
        return _extreme(values, included, np.minimum)

"""Geometric mean of the children, at declared digits (几何平均)."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from gmpy2 import iroot

from ...exact import exact
from ..base import Decimals, KindFault, Model
from ..column import objects
from .base import Aggregate, counted, spread


class Root(Model):
    """Decimals at which the root is taken."""

    decimals: Decimals = 4


class Geometric(Aggregate):
    """几何平均: ``(Π xᵢ)^(1/n)``, the root taken half up at ``decimals`` places; a negative child is refused.

    Source: the Human Development Index (UNDP technical note 1) is a geometric mean of normalised dimensions.
    """

    title: ClassVar[str] = "几何平均"
    geometric: Root | None = None

    def combine(self, values: np.ndarray, included: np.ndarray, names: list[str]) -> np.ndarray:
        mask = spread(included, values)
        negative = (np.where(mask, values, 0) < 0).any(axis=0)
        if negative.any():
            rows = tuple(int(r) for r in np.flatnonzero(negative.reshape(-1, negative.shape[-1]).any(axis=0)))
            raise KindFault("geometric.negative", "几何平均的下级得分不能为负", "请核对该项得分或改用其他汇总方式", rows=rows)
        one = 1.0 if values.dtype != object else exact(1)
        product = np.where(mask, values, one).prod(axis=0)
        number = counted(mask, values)
        if values.dtype != object:
            return np.where(mask.any(axis=0), product ** (1.0 / number), 0.0)
        decimals = (self.geometric or Root()).decimals
        roots = objects([_root(p, int(n), decimals) for p, n in zip(product.ravel(), number.ravel(), strict=True)]).reshape(product.shape)
        return np.where(mask.any(axis=0), roots, exact(0))


def _root(value: object, degree: int, decimals: int) -> object:
    """n-th root, rounded half up at ``decimals`` places: floor(2·10ᵈ·root) is an integer root, so no digit is guessed."""
    number = exact(value)
    if number == 0 or degree == 1:
        return number
    doubled = number * (2 * 10**decimals) ** degree
    floor, _ = iroot(doubled.numerator // doubled.denominator, degree)
    return exact(int((floor + 1) // 2)) / 10**decimals

"""Weighted mean of the children (加权平均)."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import numpy as np
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from ...exact import exact, plain
from ..base import Name, ShareNumber, like
from ..column import objects
from .base import Aggregate, spread, zero


class Weighted(Aggregate):
    """加权平均: ``Σ wᵢ·xᵢ ÷ Σ wᵢ`` over the children included.

    Example: HZ-4.3.1 综合奖 按照加权打分: ``{weighted: {investment: 0.4, projects: 0.6}}``.
    """

    title: ClassVar[str] = "加权平均"
    weighted: dict[Name, ShareNumber]

    @model_validator(mode="after")
    def _positive(self) -> Weighted:
        if min(self.weighted.values(), default=exact(0)) < 0 or sum(self.weighted.values()) == 0:
            raise PydanticCustomError("weights", "权重不能为负，也不能全为0")
        return self

    def combine(self, values: np.ndarray, included: np.ndarray, names: list[str]) -> np.ndarray:
        mask = spread(included, values)
        given = [like(values, self.weighted.get(name, exact(0))) for name in names]
        weights = (np.array(given) if values.dtype != object else objects(given)).reshape((-1,) + (1,) * (values.ndim - 1))
        weights = np.where(mask, np.broadcast_to(weights, values.shape), zero(values))
        total = weights.sum(axis=0)
        return (weights * np.where(mask, values, zero(values))).sum(axis=0) / np.where(total == 0, like(values, exact(1)), total)

    def sentence(self, label: Callable[[str], str]) -> str:
        return "加权平均（权重：" + "、".join(f"{label(name)} {plain(weight)}" for name, weight in self.weighted.items()) + "）"

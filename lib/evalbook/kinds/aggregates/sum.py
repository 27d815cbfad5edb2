"""Sum of the children's points (加总)."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from .base import Aggregate, spread, zero


class Sum(Aggregate):
    """加总: ``total = Σ points``. Example: ZJ 附件1 总分 100 = 50 + 40 + 10."""

    title: ClassVar[str] = "各项得分之和"
    additive: ClassVar[bool] = True
    sum: None = None

    def combine(self, values: np.ndarray, included: np.ndarray, names: list[str]) -> np.ndarray:
        return np.where(spread(included, values), values, zero(values)).sum(axis=0)

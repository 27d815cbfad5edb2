"""Arithmetic mean of the children (平均)."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from .base import Aggregate, counted, spread, zero


class Mean(Aggregate):
    """平均: ``Σ points ÷ number of children included``. Example: AY-5.5 the year as the mean of its quarters."""

    title: ClassVar[str] = "各项得分的平均"
    mean: None = None

    def combine(self, values: np.ndarray, included: np.ndarray, names: list[str]) -> np.ndarray:
        mask = spread(included, values)
        return np.where(mask, values, zero(values)).sum(axis=0) / counted(mask, values)

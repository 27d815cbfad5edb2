"""Base of the aggregates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from ..base import Kind
from ..column import ZERO, whole


class Aggregate(Kind):
    """Combines the children of a branch, row by row, over those included.

    ``additive`` aggregates add points, so a branch from which children are left out can be rescaled by marks.
    """

    additive: ClassVar[bool] = False

    def combine(self, values: np.ndarray, included: np.ndarray, names: list[str]) -> np.ndarray:
        """Values (children, …, rows) and mask (children, rows) → (…, rows); rows without a child included hold zero."""
        raise NotImplementedError

    def sentence(self, label: Callable[[str], str]) -> str:
        """How the children are combined, in Chinese; ``label`` gives a child's Chinese name."""
        return self.title


def spread(included: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The mask in the shape of the values (children, …, rows)."""
    shape = (included.shape[0],) + (1,) * (values.ndim - 2) + (included.shape[1],)
    return np.broadcast_to(included.reshape(shape), values.shape)


def zero(values: np.ndarray) -> Any:
    """Zero in the arithmetic of ``values``."""
    return ZERO if values.dtype == object else 0.0


def counted(mask: np.ndarray, values: np.ndarray) -> np.ndarray:
    """How many children are included, at least 1, in the arithmetic of ``values``."""
    number = np.maximum(mask.sum(axis=0), 1)
    return number.astype(float) if values.dtype != object else whole(number)

"""Arithmetic of a fold: the numbers of a unit's child rows in one number, by steps that may count items once and cap sub-periods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from .column import ZERO, Column

How = Literal["sum", "mean", "trimmed_mean", "max", "min"]
SameItem = Literal["add", "highest", "lowest", "once"]
_LEAST = {"trimmed_mean": 3}


def folded(how: str, values: np.ndarray, weights: np.ndarray | None = None) -> Any:
    """Numbers along the last axis in one; ``weights`` multiply those of a sum and weigh those of a mean.

    >>> import numpy as np
    >>> [float(folded(how, np.array([9.0, 6.0, 3.0]))) for how in ("sum", "mean", "trimmed_mean", "max", "min")]
    [18.0, 6.0, 6.0, 9.0, 3.0]
    >>> float(folded("mean", np.array([100.0, 97.0]), np.array([2.0, 1.0])))
    99.0
    """
    if weights is not None:
        total = (values * weights).sum(axis=-1)
        return total / weights.sum(axis=-1) if how == "mean" else total
    total, count = values.sum(axis=-1), values.shape[-1]
    if how == "sum":
        return total
    if how == "mean":
        return total / count
    high, low = values.max(axis=-1), values.min(axis=-1)
    if how == "trimmed_mean":
        return (total - high - low) / (count - 2)
    return high if how == "max" else low


@dataclass(frozen=True)
class Rows:
    """Child rows with their values and, where the fold asks for them, weights, sub-periods (``keys``) and places in time (``order``).

    Methods take ``mine``, the row numbers of one unit.
    """

    values: Column
    weights: Column | None
    keys: np.ndarray | None
    order: np.ndarray | None
    ids: tuple[str, ...]
    same_item: SameItem = "add"

    def parts(self, mine: list[int]) -> list[list[int]]:
        """The rows of each sub-period, in order of appearance; all of them where there is none."""
        if self.keys is None:
            return [mine]
        return [[row for row in mine if self.keys[row] == key] for key in dict.fromkeys(self.keys[mine])]

    def items(self, mine: list[int]) -> list[list[int]]:
        """The rows of each item, in order of appearance."""
        return [[row for row in mine if self.ids[row] == item] for item in dict.fromkeys(self.ids[row] for row in mine)]

    def enough(self, mine: list[int], how: str) -> bool:
        """Whether the last step has as many numbers as it needs."""
        one_each = mine if self.same_item == "add" else self.items(mine)
        numbers = one_each if self.keys is None else self.parts(mine)
        return len(numbers) >= _LEAST.get(how, 1)

    def weightless(self, mine: list[int]) -> bool:
        """Whether the weights of some sub-period add up to nothing."""
        if self.weights is None:
            return False
        sums = [self._collapsed(part)[1].sum(axis=-1) for part in self.parts(mine)]  # type: ignore[union-attr]
        return any(bool(np.any(total == self.weights.number(ZERO))) for total in sums)

    def differing(self, mine: list[int]) -> list[str]:
        """Items whose rows hold different values."""
        values = self.values.values
        return [self.ids[item[0]] for item in self.items(mine) if (values[..., item] != values[..., item[:1]]).any()]

    def latest(self, mine: list[int]) -> list[int]:
        """The rows that are last in time."""
        assert self.order is not None
        last = max(self.order[mine])
        return [row for row in mine if self.order[row] == last]

    def fold(self, how: str, mine: list[int], first: str, bound: Callable[[np.ndarray], np.ndarray]) -> Any:
        """One number: within each sub-period by ``first``, each bounded, then by ``how``; without sub-periods by ``how`` alone."""
        if self.keys is None:
            return folded(how, *self._collapsed(mine))
        parts = [np.asarray(folded(first, *self._collapsed(part)), dtype=self.values.values.dtype) for part in self.parts(mine)]
        return folded(how, bound(np.stack(parts, axis=-1)))

    def _collapsed(self, mine: list[int]) -> tuple[np.ndarray, np.ndarray | None]:
        """Values and weights, one per row, or one per item where an item counts once."""
        values, weights = self.values.values, None if self.weights is None else self.weights.values
        if self.same_item in ("highest", "lowest"):
            best = np.max if self.same_item == "highest" else np.min
            found = [np.asarray(best(values[..., item], axis=-1), dtype=values.dtype) for item in self.items(mine)]
            return np.stack(found, axis=-1), None
        if self.same_item == "once":
            mine = [item[0] for item in self.items(mine)]
        return values[..., mine], None if weights is None else weights[..., mine]

"""A column: one value and one state per row of a table, exact or float64, with optional leading batch axes.

Arithmetic of kinds is written once over columns. Exact columns are numpy object arrays of :class:`~evalbook.exact.Exact`;
simulation uses float64 arrays, possibly of shape (draws, rows). Rows always run along the last axis.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..exact import Exact, exact, round_half_even, round_half_up
from ..terms import State

ZERO = exact(0)
#: A plain number: reading a member of an enumeration takes a microsecond, and sentences read a hundred thousand states.
_OK = int(State.OK)


@dataclass(frozen=True)
class Column:
    """Values with states.

    Ranks also carry ``low``/``high`` (first and last place shared), ``size`` (units with a place), ``roster`` (units of the
    field) and whether points are averaged over the places shared. Where ``states`` is not OK the value is a filler (zero)
    and must not be read.
    """

    values: np.ndarray
    states: np.ndarray
    low: np.ndarray | None = None
    high: np.ndarray | None = None
    size: np.ndarray | None = None
    roster: np.ndarray | None = None
    mean_points: bool = False

    @classmethod
    def of(cls, values: Sequence[Any]) -> Column:
        """Exact column from a list; None is missing.

        >>> Column.of([exact("1.5"), None]).states.tolist()
        [0, 1]
        """
        states = np.array([State.MISSING if v is None else State.OK for v in values], dtype=np.uint8)
        return cls(objects([ZERO if v is None else v for v in values]), states)

    @classmethod
    def constant(cls, value: Any, like: Column) -> Column:
        """The same value in every row of ``like``."""
        return cls(np.full_like(like.values, like.number(value)), np.zeros_like(like.states))

    @property
    def is_float(self) -> bool:
        """Whether this column takes part in a simulation (float64)."""
        return self.values.dtype != object

    @property
    def ok(self) -> np.ndarray:
        """Mask of rows that hold a value."""
        return self.states == State.OK

    def __len__(self) -> int:
        return int(self.values.shape[-1])

    def number(self, value: Any) -> Any:
        """A constant in this column's arithmetic; a plain integer would turn a later quotient into a binary float."""
        return float(value) if self.is_float else exact(value)

    def with_values(self, values: np.ndarray, states: np.ndarray | None = None) -> Column:
        """New column with other values (and states), without tie intervals."""
        states = self.states if states is None else states
        filler = 0.0 if values.dtype != object else ZERO
        return Column(np.where(states == State.OK, values, filler), states)

    def settled(self) -> Column:
        """The same values in all draws of a simulation; ``DrawsDiffer`` where they are not."""
        return self if self.values.ndim == 1 else Column(in_every_draw(self.values), self.states)

    def map(self, function: Callable[[np.ndarray], np.ndarray]) -> Column:
        """Apply a pure function to the values of the rows that are OK."""
        out = np.full_like(self.values, self.number(ZERO))
        mask = np.broadcast_to(self.ok, self.values.shape)
        out[mask] = function(self.values[mask])
        return Column(out, self.states)

    def rounded(self, decimals: int) -> Column:
        """四舍五入 to ``decimals`` places."""
        return replace(self, values=round_values(self.values, decimals))

    def at(self, row: int) -> Any:
        """Value of one row, None unless it is OK."""
        if self._rows is not None:
            return self._rows[row]
        return None if self.states[row] != _OK else self.values[..., row]

    @cached_property
    def _rows(self) -> list[Any] | None:
        """What :meth:`listed` gives, once: sentences ask row by row, and an element of an array costs five times one of a list.

        None in a simulation, where the values of a row are an array."""
        return self.listed() if self.values.dtype == object and self.values.ndim == 1 else None

    def listed(self) -> list[Any]:
        """Values of all rows, None where a row has none."""
        return [value if state == _OK else None for value, state in zip(self.values.tolist(), self.states.tolist(), strict=True)]


def objects(values: Sequence[Any]) -> np.ndarray:
    """1-d object array that never unpacks its elements."""
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def whole(numbers: np.ndarray) -> np.ndarray:
    """Integers of any shape as exact numbers.

    >>> whole(np.array([[1, 2]])).tolist()
    [[mpq(1,1), mpq(2,1)]]
    """
    return objects(list(map(Exact, numbers.ravel().tolist()))).reshape(numbers.shape)


def round_values(values: np.ndarray, decimals: int, mode: str = "half_up") -> np.ndarray:
    """Rounding of an exact or float array; ``mode`` says where an exact half goes: half_up (四舍五入) or half_even (五成双)."""
    if values.dtype != object:
        scale = 10.0**decimals
        up = np.floor(np.abs(values) * scale + 0.5 + 1e-9)
        if mode == "half_even":
            up -= (np.abs(up - 0.5 - np.abs(values) * scale) <= 1e-9) & (up % 2 == 1)
        return np.sign(values) * up / scale
    rounding = round_half_even if mode == "half_even" else round_half_up
    flat = [rounding(v, decimals) for v in values.ravel()]
    return objects(flat).reshape(values.shape)


def in_any_draw(mask: np.ndarray) -> np.ndarray:
    """Rows of a mask (…, rows) that are true in any draw of a simulation: states hold for a row in all of its draws."""
    return np.asarray(mask.any(axis=tuple(range(mask.ndim - 1))))


class DrawsDiffer(Exception):
    """One answer is needed for all draws of a simulation, and the draws give different ones."""


def in_every_draw(values: np.ndarray) -> np.ndarray:
    """What an array (…, rows) says of each row, the same in all draws; :class:`DrawsDiffer` where it is not.

    >>> in_every_draw(np.array([[1, 0], [1, 0]])).tolist()
    [1, 0]
    """
    if values.ndim == 1:
        return values
    draws = values.reshape(-1, values.shape[-1])
    if (draws != draws[0]).any():
        raise DrawsDiffer
    return np.asarray(draws[0])


def floor_values(values: np.ndarray) -> np.ndarray:
    """去尾取整: the whole number not above each value of an exact or float array; a float a hair below one counts as it.

    >>> floor_values(objects([exact("5/2"), exact("-1/3")])).tolist(), floor_values(np.array([2.9999999999999996])).tolist()
    ([mpq(2,1), mpq(-1,1)], [3.0])
    """
    if values.dtype != object:
        return np.floor(values + 1e-9)
    return objects([exact(int(v.numerator // v.denominator)) for v in values.ravel()]).reshape(values.shape)


def combine_states(*states: np.ndarray) -> np.ndarray:
    """State of a result that needs all of its inputs: the gravest one decides (highest code)."""
    out = states[0]
    for other in states[1:]:
        out = np.maximum(out, other)
    return out


def is_exact(values: np.ndarray) -> bool:
    """Whether every element is an exact number (used by tests and gates)."""
    return values.dtype == object and all(isinstance(v, Exact) for v in values.ravel())

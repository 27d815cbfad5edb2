"""Places in a field (名次): tied values share the interval of places from ``low`` to ``high``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Places:
    """Integer arrays over rows (last axis): interval of places shared, dense number, units with a place and in the field.

    Rows outside the field, or without a value, hold 0.
    """

    low: np.ndarray
    high: np.ndarray
    dense: np.ndarray
    size: np.ndarray
    roster: np.ndarray


def places(
    values: np.ndarray, has_value: np.ndarray, member: np.ndarray, groups: np.ndarray, *, descending: bool, missing_last: bool
) -> Places:
    """Rank within each group; with ``missing_last`` members without a value share the places after the last one.

    >>> p = places(np.array([5.0, 3.0, 3.0, 1.0]), np.ones(4, bool), np.ones(4, bool), np.zeros(4, int), descending=True,
    ...            missing_last=False)
    >>> p.low.tolist(), p.high.tolist(), p.dense.tolist()
    ([1, 2, 2, 4], [1, 3, 3, 4], [1, 2, 2, 3])
    """
    shape = values.shape
    low, high, dense = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    size, roster = np.zeros(shape[-1], dtype=np.int64), np.zeros(shape[-1], dtype=np.int64)
    for group in np.unique(groups[member]) if member.any() else ():
        inside = member & (groups == group)
        ranked = np.flatnonzero(inside & has_value)
        count = len(ranked)
        size[inside], roster[inside] = count, int(inside.sum())
        if count:
            part = values[..., ranked]
            order = np.argsort(-part if descending else part, axis=-1, kind="stable")
            ordered = np.take_along_axis(part, order, axis=-1)
            first = np.ones(ordered.shape, dtype=bool)
            first[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
            position = np.arange(1, count + 1)
            starts = np.maximum.accumulate(np.where(first, position, 0), axis=-1)
            last = np.ones(ordered.shape, dtype=bool)
            last[..., :-1] = first[..., 1:]
            ends = np.minimum.accumulate(np.where(last, position, count)[..., ::-1], axis=-1)[..., ::-1]
            for target, found in ((low, starts), (high, ends), (dense, np.cumsum(first, axis=-1))):
                back = np.empty_like(found)
                np.put_along_axis(back, order, found, axis=-1)
                target[..., ranked] = back
        if missing_last:
            absent = np.flatnonzero(inside & ~has_value)
            low[..., absent], high[..., absent] = count + 1, count + len(absent)
            dense[..., absent] = (dense[..., ranked].max(axis=-1, keepdims=True) if count else 0) + 1
    return Places(low, high, dense, size, roster)

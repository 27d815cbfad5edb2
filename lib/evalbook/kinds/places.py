"""Places in a field (名次): tied values share the interval of places from ``low`` to ``high``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import Field as FieldInfo

from ..exact import plain
from ..terms import State
from .base import ColumnRef, KindFault, Model, Scope
from .column import Column, whole
from .conditions import UNKNOWN, Condition

Ties = Literal["competition", "dense", "worst", "mean_points"]
TIE_WORDS = {
    "competition": "并列者同名次，后续名次空出",
    "dense": "并列者同名次，后续名次连续",
    "worst": "并列者取所占名次中最后一名",
    "mean_points": "并列者按所占各名次得分的平均值计分",
}


class Field(Model):
    """Fields common to everything that ranks: direction, ties, who is compared, what a missing value means.

    ``missing: unranked`` leaves the unit without a place; ``last`` puts it after the last one that has a value. ``open_to`` lists
    ways of taking part (参评方式) that are admitted beside those who are ranked: ``[no_task]`` lets units without a task compete.
    """

    order: Literal["desc", "asc"] = "desc"
    ties: Ties = "competition"
    missing: Literal["unranked", "last", "refuse"] = "unranked"
    among: Condition | None = None
    within: ColumnRef | None = None
    open_to: list[Literal["no_task", "files_only", "disqualified"]] = FieldInfo(default_factory=list)


#: Floats that agree in so many decimals are one value: 7.6+8.8+… is 31.8 in one order and 31.800000000000004 in another.
_TIED_DECIMALS = 9


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
    if values.dtype.kind == "f":
        values = np.round(values, _TIED_DECIMALS)  # sums of floats that are one number on paper tie
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


def rank_column(column: Column, scope: Scope, field: Field) -> Column:
    """Places of a column in the field that ``field`` declares."""
    member, groups = scope.field(field.among, field.within, field.open_to)
    if field.missing == "refuse" and (member & ~column.ok).any():
        rows = tuple(int(r) for r in np.flatnonzero(member & ~column.ok))
        raise KindFault("rank.missing", "排名指标缺少数据，而假设规定缺数即拒绝", "请补报数据，或改选缺数处理办法", rows=rows, absent=True)
    found = places(column.values, column.ok, member, groups, descending=field.order == "desc", missing_last=field.missing == "last")
    outside = np.where(_doubtful(scope, field), State.MISSING, State.UNRANKED)
    states = np.where(member, np.where(found.low.reshape(-1, found.low.shape[-1])[0] > 0, State.OK, column.states), outside)
    chosen = {"dense": found.dense, "worst": found.high}.get(field.ties, found.low)
    values = chosen.astype(float) if column.is_float else whole(chosen)
    return Column(values, states.astype(np.uint8), found.low, found.high, found.size, found.roster, mean_points=field.ties == "mean_points")


def _doubtful(scope: Scope, field: Field) -> np.ndarray:
    """Mask of the units of which it is unknown whether they belong to the field: their place is missing, not none."""
    if field.among is None:
        return np.zeros(scope.rows(), bool)
    everyone, _ = scope.field(None, field.within, field.open_to)
    return everyone & (field.among.settled(scope) == UNKNOWN)


def place_sentence(column: Column, row: int, ties: str) -> str:
    """How a place is told: size of the field, place, who shares it."""
    assert column.low is not None
    assert column.high is not None
    assert column.size is not None
    low, high, size = int(column.low[row]), int(column.high[row]), int(column.size[row])
    place = plain(column.values[row])
    if low > size:
        return f"无数据，按假设排在{size}个有数据的对象之后（第{place}名）"
    shared = f"，{high - low + 1}个对象并列（{TIE_WORDS[ties]}）" if high > low else ""
    return f"在{size}个有数据的对象中排第{place}名{shared}"

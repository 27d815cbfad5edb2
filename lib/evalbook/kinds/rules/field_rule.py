"""Base of the rules that grade a place: they carry their field, rank what is measured, then give points per place."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base import Grading, Rule, Scope
from ..column import Column, whole
from ..places import Field, rank_column


class FieldRule(Rule, Field):
    """A rank and a rule in one: what the common clause "按排名计分" says in one line."""

    def rank(self, column: Column, scope: Scope) -> Column:
        """Places of the measured column."""
        return rank_column(column, scope, self)


def graded(rule: Rule, column: Column, marks: Any) -> np.ndarray:
    """Points for a whole column; with ``mean_points`` the mean over the places that tied units share.

    Rows that are not OK hold zero.
    """
    out = np.zeros_like(column.values)
    out[...] = column.number(0)
    ok = np.flatnonzero(column.ok)
    if not len(ok):
        return out
    size = None if column.size is None else column.size[ok]
    roster = None if column.roster is None else column.roster[ok]
    grading = Grading(marks, size, roster)
    if not column.mean_points:
        out[..., ok] = rule.points(column.values[..., ok], grading)
        return out
    assert column.low is not None
    assert column.high is not None
    low, high = column.low[..., ok], column.high[..., ok]
    total = np.zeros_like(column.values[..., ok])
    total[...] = column.number(0)
    for step in range(int((high - low).max()) + 1):
        place = np.minimum(low + step, high)
        points = rule.points(place.astype(float) if column.is_float else whole(place), grading)
        total = total + np.where(low + step <= high, points, column.number(0))
    width = (high - low + 1).astype(float) if column.is_float else whole(high - low + 1)
    out[..., ok] = total / width
    return out

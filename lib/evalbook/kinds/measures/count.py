"""Number of items a unit has in a list (项数), under a condition."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from ...exact import plain
from ...terms import State
from ..base import Measure, Name, Scope
from ..column import Column, whole
from ..conditions import UNKNOWN, Condition


class Count(Measure):
    """项数: rows of a child table that belong to the unit and meet ``where``; distinct items count once.

    A unit without rows has 0 items: a list that was filed and is empty is a zero, not a gap. Where such a unit is not asked for any,
    ``empty: not_applicable`` says so.
    A row on which the condition cannot be decided, because a cell is blank, makes the count missing.
    Example: ZJ 附件1 省库, not counting those in the national library::

        {count: projects, where: {all: [{eq: [$list, "省库"]}, {not: {listed_in: "国家库"}}]}}
    """

    title: ClassVar[str] = "项数"
    count: Name
    where: Condition | None = None
    empty: Literal["zero", "not_applicable"] = "zero"

    def child_table(self) -> str:
        return self.count

    def measure(self, scope: Scope) -> Column:
        child, parent = scope.child(self.count)
        truth = np.ones(len(parent), dtype=int) if self.where is None else self.where.settled(child)
        ids = child.item_ids()
        counted: dict[int, set[str]] = {}
        unknown: set[int] = set()
        for item, unit, holds in zip(ids, parent.tolist(), truth.tolist(), strict=True):
            if holds == UNKNOWN:
                unknown.add(unit)
            elif holds:
                counted.setdefault(unit, set()).add(item)
        numbers = np.array([0 if row in unknown else len(counted.get(row, ())) for row in range(scope.rows())])
        states = np.full(scope.rows(), State.OK, dtype=np.uint8)
        states[list(unknown)] = State.MISSING
        if self.empty == "not_applicable":
            states[~np.isin(np.arange(scope.rows()), parent)] = State.NOT_APPLICABLE
        return Column(numbers.astype(float) if scope.is_float() else whole(numbers), states)

    def sentence(self, scope: Scope, row: int, value: Any) -> str:
        return f"{scope.once(self, 'counted', lambda: self._counted(scope))}共 {plain(value)} 项"

    def _counted(self, scope: Scope) -> str:
        """What is counted, in words."""
        child, _ = scope.child(self.count)
        condition = f"中满足条件（{self.where.sentence(child)}）的" if self.where else ""
        return scope.table_label(self.count) + condition

    def uom(self, scope: Scope) -> str:
        return "项"

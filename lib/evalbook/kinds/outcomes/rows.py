"""Base of the outcomes that look at rows one by one: the units, or the rows of a child table."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ...terms import Standing
from ..base import Name, OutcomeScope, Scope
from ..conditions import FALSE, TRUE, UNKNOWN, Condition
from .base import Draft, Line, Outcome


class RowOutcome(Outcome):
    """``among`` says which rows are looked at, ``table`` that they are the rows of a child table and not the units."""

    of_child: ClassVar[tuple[str, ...]] = ("among", "payer", "recipient", "list", "eligible", "check")

    table: Name | None = None
    among: Condition | None = None

    def child_table(self) -> str:
        return self.table or ""

    def looked_at(self, scope: OutcomeScope) -> tuple[Scope, np.ndarray]:
        """The scope whose rows are looked at and, per row, the row number of its unit."""
        return scope.child(self.table) if self.table else (scope, np.arange(scope.rows()))

    def seen(self, scope: Scope) -> np.ndarray:
        """Truth per row of whether it is looked at."""
        return np.full(scope.rows(), TRUE) if self.among is None else self.among.settled(scope)

    def ruled_on(self, draft: Draft, rows: Scope, units: np.ndarray, open_: np.ndarray) -> np.ndarray:
        """Mask of the rows that the ruling of the period file names; only those that are open may be named."""
        keys = rows.item_ids()
        draft.contested |= {keys[row]: rows.row_name(int(row)) for row in np.flatnonzero(open_ & draft.mine[units])}
        draft.close_ruling(dict(zip(keys, map(int, units), strict=True)))
        return np.isin(np.array(keys, dtype=object).astype(str), draft.ruling.units if draft.ruling else ())

    def spread(self, draft: Draft, standings: np.ndarray, units: np.ndarray, causes: list[list[str]]) -> None:
        """Carry standings and causes of the rows to the draft: as they are for units, as lines for a child table."""
        if not self.table:
            draft.standings[:] = standings
            draft.causes[:] = causes
            return
        draft.standings[:] = Standing.NOT_APPLICABLE
        strength = (Standing.NOT_APPLICABLE, Standing.NOT_LISTED, Standing.BARRED, Standing.PENDING, Standing.LISTED)
        for item, unit in enumerate(units):
            standing, before = Standing(int(standings[item])), Standing(int(draft.standings[unit]))
            draft.standings[unit] = max(standing, before, key=strength.index)
            if draft.mine[unit]:
                draft.lines.append(Line(item, int(unit), standing, self.says(standing), tuple(causes[item])))


def standings_of(truth: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Standing of each row: listed where ``truth`` holds, not applicable where it is not looked at, pending where that is unknown.

    >>> standings_of(np.array([TRUE, FALSE, UNKNOWN, TRUE, TRUE]), np.array([TRUE, TRUE, TRUE, FALSE, UNKNOWN])).tolist()
    [1, 0, 2, 5, 2]
    """
    sure = [seen == FALSE, truth == FALSE, (truth == UNKNOWN) | (seen == UNKNOWN)]
    return np.select(sure, [int(Standing.NOT_APPLICABLE), int(Standing.NOT_LISTED), int(Standing.PENDING)], int(Standing.LISTED))

"""Another period's results as the units of this period see them: aligned by code, in this walk's arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import nearest
from ..kinds.base import Ref
from ..kinds.column import Column
from ..kinds.conditions import UNKNOWN, Condition
from ..terms import State
from .dataset import Table

if TYPE_CHECKING:
    from .evaluate import Walk

#: Columns of the roster that every scheme has.
_BUILT_IN = ("unit_code", "unit_name", "participation", "group")


class View:
    """One period (see :class:`evalbook.kinds.base.PeriodView`); this period itself is seen in the same way.

    ``digest`` is that of the other period's result. ``renamed`` are pairs of a row here and the code under which a unit of the
    same name, but of no code on this roster, stood there: nobody said that it is the same unit.
    """

    def __init__(self, here: Walk, there: Walk, digest: str = "") -> None:
        self._here, self._there, self.digest = here, there, digest
        self.period = there.scheme.period
        self.label = there.scheme.called(self.period)
        self.edition = there.scheme.edition_file
        roster, then = here.dataset.units, there.dataset.units
        self._rows = _rows(roster, then)
        taken = set(self._rows.tolist())
        strangers = {name: then.keys[row] for row, name in enumerate(then.labels) if row not in taken}
        unseen = [(int(row), strangers.get(roster.labels[row], "")) for row in np.flatnonzero(self._rows < 0)] if strangers else []
        self.renamed = [(row, code) for row, code in unseen if code]
        self._columns: dict[Ref, Column] = {}
        self._truths: dict[int, np.ndarray] = {}

    def lacks(self, ref: Ref) -> str:
        """What is near a name that the period does not know; empty when it knows it."""
        scheme = self._there.scheme
        units = scheme.tables["units"]
        known = scheme.names if ref.kind == "result" else [*units.columns, *units.attributes, *_BUILT_IN]
        return "" if ref.name in known else nearest(ref.name, known)

    def column(self, ref: Ref) -> Column:
        """Values of then; missing where the unit was not on the roster."""
        if ref not in self._columns:
            found = self._here.in_arithmetic(self._there.scope().column(ref))
            states = np.where(self._rows < 0, State.MISSING, found.states[self._rows]).astype(np.uint8)
            self._columns[ref] = Column(found.values[..., self._rows], states).with_values(found.values[..., self._rows])
        return self._columns[ref]

    def truth(self, condition: Condition) -> np.ndarray:
        """Truth per row of a condition as it was then; unknown where the unit was not on the roster."""
        if id(condition) not in self._truths:
            found = condition.truth(self._there.scope())
            self._truths[id(condition)] = np.where(self._rows < 0, UNKNOWN, found[..., self._rows])
        return self._truths[id(condition)]

    def on_roster(self, row: int) -> bool:
        """Whether the unit was on the roster then."""
        return bool(self._rows[row] >= 0)

    def facts(self, condition: Condition, row: int) -> str:
        """What a condition read then."""
        return condition.facts(self._there.scope(), int(self._rows[row]))

    def condition(self, condition: Condition) -> str:
        """A condition in Chinese."""
        return condition.sentence(self._there.scope())

    def uom(self, ref: Ref) -> str:
        """Unit of measure of a reference then."""
        return self._there.scope().uom(ref)

    def name(self, ref: Ref) -> str:
        """Chinese name of a reference then."""
        return self._there.scope().label(ref)


def _rows(roster: Table, then: Table) -> np.ndarray:
    """Row of each unit on another roster: by its code, else by a code among its aliases (原代码); −1 when it was not there."""
    rows, own = {code: row for row, code in enumerate(then.keys)}, set(roster.keys)
    aliases = roster.columns.get(("aliases", ""))
    found = []
    for row, code in enumerate(roster.keys):
        also = str(aliases.values[row]).split("、") if aliases is not None and aliases.states[row] == State.OK else []
        found.append(next((rows[c] for c in (code, *(a for a in also if a not in own)) if c in rows), -1))
    return np.array(found, dtype=int)

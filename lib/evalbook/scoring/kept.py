"""Which blocks of a walk need not be computed again, because another walk has them already.

Trials differ from one another in little: another way of settling ties, one figure. A block that reads nothing that differs gives what it
gave before, and its result is taken over; so is one that reads only what came out as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..kinds.base import RankingView
from ..kinds.column import Column
from ..kinds.outcomes.base import Decision
from ..kinds.outcomes.shortlist import Shortlist
from ..scheme.definition import Scheme
from .dataset import Dataset
from .results import BranchResult, LeafResult, MeasureResult

if TYPE_CHECKING:
    from .evaluate import Walk


class Kept:
    """The blocks of a walk whose results are those of the walk ``known``: those that neither differ nor read what does.

    A block that had to be computed again and came out the same ends the trail: what reads it is kept. None is kept where the walks
    differ in more than blocks, figures and lists: roster, how units take part, rounding.
    """

    def __init__(self, walk: Walk, known: Walk) -> None:
        self.walk, self.known = walk, known
        differing = _differing(walk.dataset, known.dataset)
        self._comparable = differing is not None and _alike(walk, known)
        self._figures, self._tables = differing or (frozenset(), frozenset())
        self._same: set[str] = set()
        outcomes = (model for variants in walk.scheme.outcomes.values() for model in variants)
        self._lists = {model.shortlist for model in outcomes if isinstance(model, Shortlist)}

    @property
    def same_roster(self) -> bool:
        """Whether the roster says the same of every unit."""
        return self._comparable

    def has(self, section: str, name: str) -> bool:
        """Whether a block gives what it gave; what it reads has been asked about, or computed and compared, before."""
        scheme, there = self.walk.scheme, self.known.scheme
        if not self._comparable or result_of(self.known, name) is None or not self._same.issuperset(scheme.edges[name]):
            return False
        if not _same(scheme, there, section, name) or not self._figures.isdisjoint(scheme.columns_read[name]):
            return False
        if self._tables and any(self._tables & scheme.tables_in(model) for model in getattr(scheme, section)[name]):
            return False
        self._same.add(name)
        return True

    def compare(self, section: str, name: str) -> None:
        """Look whether a block that was computed again says to its readers what it said.

        Readers may look at the block itself, whether a node counts, say; so one that differs is not compared. A shortlist does again
        what its award list does, so of an award list the answer is not all that is read.
        """
        here, there = result_of(self.walk, name), result_of(self.known, name)
        alike = _same(self.walk.scheme, self.known.scheme, section, name) and type(here) is type(there)
        if self._comparable and alike and name not in self._lists and _read_alike(here, there):
            self._same.add(name)


def result_of(walk: Walk, name: str) -> Any:
    """Result, ranking or decision of a name; None where there is none."""
    return walk.results.get(name) or walk.rankings.get(name) or walk.decisions.get(name)


def _read_alike(here: Any, there: Any) -> bool:
    """Whether all that other blocks may read of two results is equal; how a leaf measured, and why a unit is listed, no block reads."""
    if isinstance(here, RankingView):
        return _equal_columns(here.places, there.places) and _equal_columns(here.of, there.of) and _equal(here, there, "groups", "order")
    if isinstance(here, MeasureResult):
        return _equal_columns(here.column, there.column) and _equal(here, there, "variant")
    if isinstance(here, (LeafResult, BranchResult)):
        return _equal_columns(here.points, there.points) and _equal(here, there, "marks", "assessed", "variant")
    return isinstance(here, Decision) and _equal(here, there, "verdicts", "standings")


def _equal_columns(here: Column, there: Column) -> bool:
    return here.mean_points == there.mean_points and _equal(here, there, "values", "states", "low", "high", "size", "roster")


def _equal(here: Any, there: Any, *parts: str) -> bool:
    pairs = [(getattr(here, part), getattr(there, part)) for part in parts]
    return all(one is other or (one is not None and other is not None and np.array_equal(one, other)) for one, other in pairs)


def _same(scheme: Scheme, known: Scheme, section: str, name: str) -> bool:
    return scheme is known or getattr(known, section).get(name) == getattr(scheme, section)[name]


def _alike(walk: Walk, known: Walk) -> bool:
    """Whether everything is the same that a block may read besides other blocks and figures."""
    here, there = walk.scheme, known.scheme
    if walk.floats != known.floats or walk.weights or known.weights or known.faults or here.period != there.period:
        return False
    if walk.others.keys() != known.others.keys() or any(known.others[key] is not other for key, other in walk.others.items()):
        return False
    if here is there:
        return True
    parts: list[Any] = [(s.id, s.meta, s.tables, s.settings, s.source.data.get("assumptions")) for s in (here, there)]
    return bool(parts[0] == parts[1])


def _differing(dataset: Dataset, known: Dataset) -> tuple[frozenset[str], frozenset[str]] | None:
    """Quantities whose figures differ, and lists (tables of items) whose rows do; None where the units or their attributes do."""
    figures, lists = set[str](), set[str]()
    if dataset.tables.keys() != known.tables.keys():
        return None
    for name, table in dataset.tables.items():
        other = known.tables[name]
        if table is other:
            continue
        columns = {key for key, column in table.columns.items() if column is not other.columns.get(key)}
        rows = (table.keys, table.labels, table.columns.keys()) == (other.keys, other.labels, other.columns.keys())
        if name == "units" and not (rows and all(period for _, period in columns)):
            return None
        if name != "units" and not (rows and table.parent is other.parent):
            lists.add(name)
        figures |= {quantity for quantity, _ in columns}
    return frozenset(figures), frozenset(lists)

"""The nearest change of one number that turns a verdict: growing steps outwards, then halving.

Every number of one column is tried in one walk of many draws (:mod:`evalbook.analysis.draws`), all steps at once; only what reads the
column is computed. Nothing is assumed of the rule between two steps: what is found is the nearest turn on the grid of :data:`STEPS`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import Refused
from ..scoring.evaluation import Evaluation
from .draws import Drawn, Key, Trials

#: Relative changes that are tried, outwards: 0.1% to 100%.
STEPS = tuple(round(float(x), 6) for x in np.geomspace(0.001, 1.0, 25))
#: Halvings between two steps: the value is found to some millionths of the step.
HALVINGS = 18
#: Numbers in one array of draws; more are walked in several parts.
_ROOM = 2_000_000


@dataclass(frozen=True)
class Try:
    """One number that is moved one way: its row in its table, up (1) or down (−1), and the units whose verdict is watched."""

    outcome: str
    row: int
    way: float
    units: tuple[int, ...]


class Nearest:
    """Searches in one evaluation. ``base`` are its draws without any trial."""

    def __init__(self, evaluation: Evaluation, base: Drawn) -> None:
        self.evaluation, self.base = evaluation, base
        self._was = {outcome: listed[0] for outcome in base.lists if (listed := base.listed(outcome)) is not None}

    def turns(self, key: Key, tries: Sequence[Try], low: float, high: float) -> np.ndarray | None:
        """For each try the nearest value within ``low`` and ``high`` that turns a verdict, infinite where none on the grid does.

        None where the column stands in a condition, so that draws cannot differ in it.
        """
        column = self.evaluation.dataset.tables[key[0]].columns[key[1], key[2]]
        own = np.array([float(value) for value in column.values])
        values, ways = own[[one.row for one in tries]], np.array([one.way for one in tries])
        scale = np.where(values == 0, 1.0, np.abs(values))
        bottom = np.where(values >= 0, max(low, 0.0), low)
        steps = np.array([np.clip(values + ways * step * scale, np.minimum(bottom, values), np.maximum(high, values)) for step in STEPS])
        before = np.vstack([values, steps[:-1]])
        every = np.arange(len(tries))
        try:
            hit = self._turned(key, own, tries, np.tile(every, len(STEPS)), steps.ravel()).reshape(steps.shape) & (steps != before)
        except Refused:
            return None
        first, found = hit.argmax(axis=0), hit.any(axis=0)
        near, far = before[first, every], np.where(found, steps[first, every], np.inf)
        which = np.flatnonzero(found)
        for _ in range(HALVINGS if which.size else 0):
            middle = (near[which] + far[which]) / 2
            inside = self._turned(key, own, tries, which, middle)
            far[which[inside]], near[which[~inside]] = middle[inside], middle[~inside]
        return far

    def _turned(self, key: Key, own: np.ndarray, tries: Sequence[Try], which: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Whether each value, put in for the number of the try it belongs to, turns a verdict watched."""
        size = max(1, _ROOM // max(len(own), len(self.evaluation.unit_codes)))
        found = np.zeros(len(values), dtype=bool)
        for start in range(0, len(values), size):
            part = slice(start, start + size)
            found[part] = self._turned_at_once(key, own, [tries[number] for number in which[part]], values[part])
        return found

    def _stands_as_before(self, drawn: Drawn) -> bool:
        """Whether no result's state differs. A state holds for all draws together: a base that one draw makes zero undoes the others."""
        before = self.base.walk.results
        return all(np.array_equal(result.column.states, before[name].column.states) for name, result in drawn.walk.results.items())

    def _turned_at_once(self, key: Key, own: np.ndarray, tries: Sequence[Try], values: np.ndarray) -> np.ndarray:
        trial = np.tile(own, (len(tries), 1))
        trial[np.arange(len(tries)), [one.row for one in tries]] = values
        outcomes = list(dict.fromkeys(one.outcome for one in tries))
        drawn = Drawn(self.evaluation, Trials({key: trial}), self.base, outcomes)
        if len(tries) > 1 and not self._stands_as_before(drawn):
            half = len(tries) // 2
            parts = (slice(0, half), slice(half, None))
            return np.concatenate([self._turned_at_once(key, own, tries[part], values[part]) for part in parts])
        found = np.zeros(len(tries), dtype=bool)
        for outcome in outcomes:
            mine = np.array([number for number, one in enumerate(tries) if one.outcome == outcome])
            now, was = drawn.listed(outcome), self._was[outcome]
            assert now is not None
            watched = np.zeros((len(mine), len(was)), dtype=bool)
            for line, number in enumerate(mine):
                watched[line, list(tries[number].units)] = True
            found[mine] = ((now[mine] != was) & watched).any(axis=1)
        return found

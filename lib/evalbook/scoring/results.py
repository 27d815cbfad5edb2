"""Results: what the walk computes for each name, frozen, with the chain that leads to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import repeat

import numpy as np

from ..kinds.base import Grading
from ..kinds.column import Column


@dataclass(frozen=True)
class LeafResult:
    """A leaf: the measured value, the place where the rule ranks, the points.

    ``variant`` numbers, per unit, the by-variant that its attributes chose; ``gate`` is False where ``when`` did not hold.
    """

    name: str
    measured: Column
    graded: Column
    points: Column
    raw_points: np.ndarray
    marks: np.ndarray
    assessed: np.ndarray
    variant: np.ndarray
    gate: np.ndarray

    @property
    def column(self) -> Column:
        """What other blocks read: the points."""
        return self.points

    def grading(self, row: int) -> Grading:
        """What the rule knew when it graded a row."""
        return self._gradings[row]

    @cached_property
    def _gradings(self) -> list[Grading]:
        known = (self.marks, self.graded.size, self.graded.roster)
        return list(map(Grading, *(repeat(None, len(self.marks)) if part is None else part.tolist() for part in known)))


@dataclass(frozen=True)
class BranchResult:
    """A branch: points, marks assessed, and whether the points were rescaled, per unit.

    ``total`` is what the aggregate made of the children and ``out_of`` the marks on which that was assessed, before scaling;
    ``extra`` what the children outside the marks (加减分项) add; ``raw_points`` the points before they are bounded and rounded;
    ``gate`` is False where ``when`` did not hold.
    """

    name: str
    points: Column
    marks: np.ndarray
    assessed: np.ndarray
    rescaled: np.ndarray
    variant: np.ndarray
    total: np.ndarray
    out_of: np.ndarray
    extra: np.ndarray
    raw_points: np.ndarray
    gate: np.ndarray

    @property
    def column(self) -> Column:
        """What other blocks read: the points."""
        return self.points


@dataclass(frozen=True)
class MeasureResult:
    """A named measure."""

    name: str
    column: Column
    variant: np.ndarray

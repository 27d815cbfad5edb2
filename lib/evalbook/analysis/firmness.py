"""How firm one evaluation is, in one piece: readings of the text, margins, and draws of the weights; what a report of it says."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from ..errors import Refused
from .margins import Distance, Flip, Margins, OneExpert
from .readings import Reading, Readings
from .replay import Side
from .robustness import Robustness, Study


class Firmness:
    """Each part is worked out when it is first asked for. ``study`` says what is drawn: weights within 20%, unless told otherwise."""

    def __init__(self, side: Side, study: Study | None = None) -> None:
        self.side, self.study = side, study or Study()
        self.evaluation = side.evaluation
        self._readings = Readings(side.root, side.evaluation)
        self._margins = Margins(side.evaluation)

    def label(self, name: str) -> str:
        """Chinese name of a result."""
        return self.evaluation.scheme.label(name)

    @cached_property
    def single(self) -> tuple[Reading, ...]:
        """Every other reading of every silent clause, alone."""
        return self._readings.single

    @property
    def combinations(self) -> int:
        """How many ways there are of reading the whole text."""
        return self._readings.combinations

    @cached_property
    def standing(self) -> dict[str, dict[str, tuple[int, int]]]:
        """Outcome → unit → (readings under which it is listed, readings scored)."""
        assert self.single is not None  # what is listed under each is known once all are scored
        return self._readings.standing()

    @cached_property
    def distances(self) -> list[Distance]:
        """Distances to the cut-offs."""
        return [one for one in self._margins.distances() if one.margin is not None]

    @cached_property
    def flips(self) -> list[Flip]:
        """The smallest change of one figure that turns a verdict."""
        return self._margins.flips()

    @cached_property
    def experts(self) -> list[OneExpert]:
        """Which single expert could turn a verdict."""
        return self._margins.experts()

    @cached_property
    def drawn(self) -> Robustness | None:
        """The draws; None where nothing of this scheme can be drawn."""
        if not self.evaluation.scheme.roots:
            return None
        try:
            return Robustness(self.evaluation, self.study)
        except Refused:
            return None

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping; shares to six places."""
        readings, margins = self._readings.as_dict(), self._margins.as_dict()
        intervals, shares = ({}, {}) if self.drawn is None else (self.drawn.intervals, self.drawn.shares)
        return {
            "readings": readings,
            "margins": margins,
            "study": vars(self.study),
            "intervals": {name: [vars(one) for one in rows] for name, rows in intervals.items()},
            "shares": {name: {unit: round(share, 6) for unit, share in units.items()} for name, units in shares.items()},
        }

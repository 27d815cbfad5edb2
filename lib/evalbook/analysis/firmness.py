"""How firm one evaluation is, in one piece: readings of the text, margins, draws, what is left out, what weighs; for a report of it."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

from ..errors import Refused
from .margins import Distance, Flip, Margins, OneExpert
from .readings import Reading, Readings
from .replay import Side
from .robustness import Index, Robustness, Study, Without, raters, sensitivity


class Firmness:
    """Each part is worked out when it is first asked for. ``study`` says what is drawn: what edition and period file state, unless
    told otherwise. ``refused`` of a part says why it cannot be worked out.
    """

    def __init__(self, side: Side, study: Study | None = None) -> None:
        self.side, self.study = side, study or Study.of(side.evaluation.scheme.bounds)
        self.bounds_from = side.evaluation.scheme.bounds_from if study is None else "另用的幅度文件"
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
    def _draws(self) -> tuple[Robustness | None, str]:
        return self._drawn(self.study) if self.evaluation.scheme.roots else (None, "本办法没有可以抽样的总分")

    def _drawn(self, study: Study) -> tuple[Robustness | None, str]:
        try:
            return Robustness(self.evaluation, study), ""
        except Refused as refused:
            return None, _why(refused)

    @property
    def drawn(self) -> Robustness | None:
        """The draws; None where nothing of this scheme can be drawn."""
        return self._draws[0]

    @property
    def not_drawn(self) -> str:
        """Why there are no draws."""
        return self._draws[1]

    @cached_property
    def panels(self) -> Robustness | None:
        """The experts alone drawn again; None where nobody's scores are averaged."""
        if self.drawn is None or not raters(self.evaluation):
            return None
        return self._drawn(replace(self.study, weights=0.0, figures=0.0, columns={}, experts=True))[0]

    @cached_property
    def without_indicators(self) -> list[Without]:
        """Each indicator left out in turn."""
        return [] if self.drawn is None else self.drawn.without_indicators

    @cached_property
    def without_units(self) -> tuple[list[Without], str]:
        """Each unit left out in turn, or why none can be."""
        try:
            return ([], "") if self.drawn is None else (self.drawn.without_units, "")
        except Refused as refused:
            return [], _why(refused)

    @cached_property
    def indices(self) -> tuple[list[Index], str]:
        """Main and total sensitivity indices of the weights on the mean shift of places, or why there are none."""
        if self.drawn is None:
            return [], self.not_drawn
        try:
            return sensitivity(self.evaluation, spread=self.study.weights or Study.weights, seed=self.study.seed), ""
        except Refused as refused:
            return [], _why(refused)

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping; shares to six places."""
        readings, margins = self._readings.as_dict(), self._margins.as_dict()
        panels = {} if self.panels is None else self.panels.intervals
        intervals, shares = ({}, {}) if self.drawn is None else (self.drawn.intervals, self.drawn.shares)
        return {
            "readings": readings,
            "margins": margins,
            "study": vars(self.study),
            "panels": {name: [vars(one) for one in rows] for name, rows in panels.items()},
            "without": [[one.what, one.moved, one.most, one.who] for one in (*self.without_indicators, *self.without_units[0])],
            "sensitivity": [[one.name, round(one.main, 6), round(one.total, 6)] for one in self.indices[0]],
            "intervals": {name: [vars(one) for one in rows] for name, rows in intervals.items()},
            "shares": {name: {unit: round(share, 6) for unit, share in units.items()} for name, units in shares.items()},
        }


def _why(refused: Refused) -> str:
    """The first reason, and what to do."""
    fault = refused.faults[0]
    return f"{fault.message}；{fault.remedy}" if fault.remedy else fault.message

"""Margins (余地): how near each award and each penalty was, and the smallest change of one figure that would turn it.

For each unit near the cut-off and each figure of its own, the figure is moved up and down in steps that grow, all figures at once in one
walk of many draws (:mod:`evalbook.analysis.draws`); between the last step that leaves the verdict and the first that turns it, the place
is narrowed down by halving. The value found is then scored exactly, and stands only if the exact evaluation turns too. Nothing is
assumed of the rule between two steps: what is found is the nearest turn on the grid of :data:`STEPS`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..exact import Exact, exact, plain, round_half_up
from ..kinds.column import Column, objects
from ..scoring.evaluation import Evaluation, evaluate
from ..terms import Standing
from .draws import Drawn, Key, Trials, figures, judged_bounds
from .robustness import raters

#: Relative changes that are tried, outwards: 0.1% to 100%.
STEPS = tuple(round(float(x), 6) for x in np.geomspace(0.001, 1.0, 25))
#: Halvings between two steps: the value is found to some millionths of the step.
HALVINGS = 18
#: Units on either side of the cut-off that are looked at; fewer where the field is large.
NEAR, LARGE = 3, 100


@dataclass(frozen=True)
class Distance:
    """How far a unit is from the cut-off of one list: its standing, place, and distance as the outcome states it (None: none)."""

    outcome: str
    unit: str
    listed: bool
    word: str
    place: int | None
    margin: Exact | None


@dataclass(frozen=True)
class Flip:
    """The smallest change of one figure that turns what one outcome says of the unit whose figure it is.

    ``verified`` says whether a department has verified the figure; ``judged`` whether it is a judged score.
    """

    outcome: str
    unit: str
    figure: str
    uom: str
    value: Exact
    to: Exact
    turns_to: str
    verified: bool
    judged: bool

    @property
    def change(self) -> Exact:
        """By how much."""
        return self.to - self.value

    @property
    def sentence(self) -> str:
        """In one sentence."""
        way = "增加" if self.change > 0 else "减少"
        share = round_half_up(abs(self.change) / abs(self.value) * 100, 2) if self.value else Exact(0)
        part = "" if not self.value else f"（{plain(share)}%）" if share else "（不到0.01%，即稍有变动）"
        state = "" if self.verified else "，未经核实"
        return (
            f"{self.unit}的{self.figure}由{plain(self.value)}{self.uom}{way}{plain(abs(self.change))}{self.uom}{part}，"
            f"即为“{self.turns_to}”{state}"
        )


@dataclass(frozen=True)
class OneExpert:
    """Whether one expert alone could turn a verdict: the lowest and highest score that this expert may give, and what follows."""

    outcome: str
    unit: str
    indicator: str
    item: str
    score: Exact
    to: Exact
    turns_to: str


class Margins:
    """Distances and flips of one evaluation. ``near`` units on either side of each cut-off are looked at."""

    def __init__(self, evaluation: Evaluation, near: int | None = None) -> None:
        self.evaluation = evaluation
        self.near = near if near is not None else NEAR if len(evaluation.unit_codes) <= LARGE else 1
        self._drawable = Drawn(evaluation, Trials()).lists if evaluation.scheme.roots else []

    def distances(self) -> list[Distance]:
        """Each unit's distance to the cut-off of each list that has one, in list order."""
        evaluation, found = self.evaluation, []
        for name in evaluation.scheme.outcomes:
            decision = evaluation.decision(name)
            if not any(margin is not None for margin in decision.margins):
                continue
            for row in decision.order:
                standing = Standing(int(decision.standings[row]))
                place = decision.places[row] if decision.places else None
                found.append(
                    Distance(
                        name,
                        evaluation.unit_names[row],
                        standing == Standing.LISTED,
                        evaluation.scheme.outcomes[name].main.text(decision.verdicts[row]),
                        place,
                        decision.margins[row],
                    )
                )
        return found

    def flips(self) -> list[Flip]:
        """For each list that can be drawn, nearest change first."""
        found = [flip for outcome in self._drawable for flip in self._flips(outcome)]
        return sorted(found, key=lambda f: (self._drawable.index(f.outcome), abs(f.change) / abs(f.value) if f.value else Exact(1)))

    def next_in(self, outcome: str) -> list[Flip]:
        """What would have to be true for units that are not listed to get in."""
        listed = {self.evaluation.unit_names[row] for row in self.evaluation.decision(outcome).listed}
        return [flip for flip in self.flips() if flip.outcome == outcome and flip.unit not in listed]

    def experts(self) -> list[OneExpert]:
        """Each single expert's score at both ends of its range: which verdicts it turns."""
        evaluation, found = self.evaluation, []
        for leaf, key in raters(evaluation).items():
            model = evaluation.scheme.tree[leaf].main
            table = evaluation.dataset.tables[key[0]]
            scores = np.array([float(v) for v in table.columns[key[1], key[2]].values])
            ends = (0.0, float(model.rule.most(model.marks)))
            tried = [(row, end) for row in range(len(scores)) for end in ends if scores[row] != end]
            if not tried or table.parent is None:
                continue
            drawn_scores = np.tile(scores, (len(tried), 1))
            for draw, (row, end) in enumerate(tried):
                drawn_scores[draw, row] = end
            drawn, base = Drawn(evaluation, Trials({key: drawn_scores})), Drawn(evaluation, Trials())
            for outcome in self._drawable:
                now, was = drawn.listed(outcome), base.listed(outcome)
                for draw, (row, end) in enumerate(tried):
                    unit = int(table.parent[row])
                    if now is not None and was is not None and now[draw, unit] != was[0, unit]:
                        word = self._word(outcome, listed=bool(now[draw, unit]))
                        label = table.labels[row] if table.labels else table.keys[row]
                        name, indicator = evaluation.unit_names[unit], evaluation.scheme.label(leaf)
                        found.append(OneExpert(outcome, name, indicator, label, exact(str(scores[row])), exact(str(end)), word))
        return found

    # --- search --------------------------------------------------------------------------------------------------------------

    def _flips(self, outcome: str) -> Iterator[Flip]:
        evaluation = self.evaluation
        columns, bounds = figures(evaluation), judged_bounds(evaluation)
        base = Drawn(evaluation, Trials()).listed(outcome)
        if base is None:
            return
        rows = self._near(outcome)
        pairs = [(row, key, way) for row in rows for key, values in columns.items() for way in (1.0, -1.0) if self._has(key, row)]
        if not pairs:
            return
        high = self._nearest_turns(outcome, base[0], pairs, columns, bounds)
        for number, (row, key, _) in enumerate(pairs):
            if np.isfinite(high[number]):
                flip = self._exact_flip(outcome, row, key, float(high[number]), judged=key in bounds)
                if flip is not None:
                    yield flip

    def _near(self, outcome: str) -> list[int]:
        """Rows of the units on either side of the cut-off, in each group."""
        evaluation = self.evaluation
        decision = evaluation.decision(outcome)
        seats = Drawn(evaluation, Trials()).seats(outcome)
        assert seats is not None
        groups = evaluation.ranking(seats[0].by).groups
        found: list[int] = []
        for group in dict.fromkeys(groups.tolist()):
            order = [row for row in decision.order if groups[row] == group]
            inside = [row for row in order if decision.standings[row] in (Standing.LISTED, Standing.PENDING)]
            outside = [row for row in order if decision.standings[row] == Standing.NOT_LISTED]
            found += [*inside[-self.near :], *outside[: self.near]]
        return found

    def _has(self, key: Key, row: int) -> bool:
        column = self.evaluation.dataset.units.columns[key[1], key[2]]
        return bool(column.ok[row]) and (self.evaluation.unit_codes[row], key[1], key[2]) in self.evaluation.dataset.figures

    def _nearest_turns(
        self, outcome: str, was: np.ndarray, pairs: list[Any], columns: dict[Key, np.ndarray], bounds: dict[Key, float]
    ) -> np.ndarray:
        """For each pair the nearest value that turns the verdict (infinite: none on the grid does)."""
        values = np.array([columns[key][row] for row, key, _ in pairs])
        ways = np.array([way for _, _, way in pairs])
        rows = np.array([row for row, _, _ in pairs])
        scale = np.where(values == 0, 1.0, np.abs(values))
        top = np.array([bounds.get(key, np.inf) for _, key, _ in pairs])
        bottom = np.array([0.0 if key in bounds or columns[key][row] >= 0 else -np.inf for row, key, _ in pairs])

        def turned(tried: np.ndarray) -> np.ndarray:
            trial: dict[Key, np.ndarray] = {}
            for draw, (row, key, _) in enumerate(pairs):
                if key not in trial:
                    trial[key] = np.tile(columns[key], (len(pairs), 1))
                trial[key][draw, row] = tried[draw]
            now = Drawn(self.evaluation, Trials(trial)).listed(outcome)
            assert now is not None
            return np.asarray(now[np.arange(len(pairs)), rows] != was[rows])

        low, high = values.copy(), np.full(len(pairs), np.inf)
        for step in STEPS:
            tried = np.clip(values + ways * step * scale, bottom, top)
            open_ = ~np.isfinite(high) & (tried != low)
            hit = turned(tried) & open_
            high[hit] = tried[hit]
            low[open_ & ~hit] = tried[open_ & ~hit]
            if np.isfinite(high).all():
                break
        found = np.isfinite(high)
        for _ in range(HALVINGS if found.any() else 0):
            middle = np.where(found, (low + np.where(found, high, low)) / 2, values)
            hit = turned(middle) & found
            high[hit] = middle[hit]
            low[found & ~hit] = middle[found & ~hit]
        return high

    def _exact_flip(self, outcome: str, row: int, key: Key, high: float, *, judged: bool) -> Flip | None:
        """The value found, at as few decimals as still turn the exact verdict; None where it does not."""
        evaluation = self.evaluation
        column = evaluation.dataset.units.columns[key[1], key[2]]
        figure = evaluation.dataset.figures[evaluation.unit_codes[row], key[1], key[2]]
        listed = evaluation.decision(outcome).standings[row] == Standing.LISTED
        spec = evaluation.scheme.quantity("units", key[1])
        assert spec is not None
        for value in _roundest(column.values[row], high, whole=spec.type == "integer"):
            verdict = self._evaluated(row, key, column, value)
            if verdict is None:
                return None
            now = verdict.decision(outcome)
            if (now.standings[row] == Standing.LISTED) != listed:
                period = "" if key[2] == str(evaluation.scheme.period) else f"（{key[2]}）"
                return Flip(
                    outcome,
                    evaluation.unit_names[row],
                    spec.label + period,
                    spec.uom,
                    column.values[row],
                    value,
                    evaluation.scheme.outcomes[outcome].main.text(now.verdicts[row]),
                    verified=figure.verified,
                    judged=judged,
                )
        return None

    def _evaluated(self, row: int, key: Key, column: Column, value: Exact) -> Evaluation | None:
        from ..errors import Refused

        values = column.values.copy()
        values[row] = value
        units = self.evaluation.dataset.units
        table = replace(units, columns={**units.columns, (key[1], key[2]): Column(objects(list(values)), column.states)})
        dataset = replace(self.evaluation.dataset, tables={**self.evaluation.dataset.tables, "units": table})
        try:
            return evaluate(self.evaluation.scheme, dataset, self.evaluation.others)
        except Refused:  # a figure that the scheme does not admit turns nothing
            return None

    def _word(self, outcome: str, *, listed: bool) -> str:
        return str(self.evaluation.scheme.outcomes[outcome].main.says(Standing.LISTED if listed else Standing.NOT_LISTED))

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping, for programs."""
        label = self.evaluation.scheme.label
        return {
            "distances": [
                {**vars(d), "outcome": label(d.outcome), "margin": None if d.margin is None else plain(d.margin)} for d in self.distances()
            ],
            "flips": [{**vars(f), "outcome": label(f.outcome), "value": plain(f.value), "to": plain(f.to)} for f in self.flips()],
            "experts": [{**vars(e), "outcome": label(e.outcome), "score": plain(e.score), "to": plain(e.to)} for e in self.experts()],
        }


def _roundest(value: Exact, beyond: float, *, whole: bool = False) -> Iterator[Exact]:
    """Values just beyond a turn, seen from ``value``, with as few decimals as keep the change within 1% of the smallest; then finer.

    Numbers of things (``whole``) stay whole.

    >>> [plain(v) for v in _roundest(exact("100"), 103.2051)][0], [plain(v) for v in _roundest(exact("100"), 96.79)][0]
    ('103.21', '96.79')
    """
    turn = exact(f"{beyond:.9f}")
    change = abs(turn - value)
    for decimals in range(1 if whole else 9):
        scale = exact(10) ** decimals
        scaled = turn * scale
        below = scaled.numerator // scaled.denominator
        outward = exact(int(below if turn < value or below == scaled else below + 1)) / scale
        if (whole or abs(outward - turn) * 100 <= change) and outward != value:
            yield outward

"""Margins (余地): how near each award and each penalty was, and the smallest change of one figure that would turn it.

For each unit near the cut-off each figure of its own is moved up and down until the verdict turns (:mod:`evalbook.analysis.nearest`).
The value found is then scored exactly, and stands only if the exact evaluation turns too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..errors import Refused
from ..exact import Exact, exact, plain
from ..scoring.evaluate import Walk
from ..scoring.evaluation import Evaluation
from ..terms import Standing
from .changed import Change, roundest, with_value
from .draws import Drawn, Key, Trials, figures, judged_bounds
from .item_margins import ItemFlip, ItemMargins
from .nearest import Nearest, Try
from .robustness import raters

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
        change = Change(self.figure, self.uom, self.value, self.to)
        state = "" if self.verified else "，未经核实"
        return f"{self.unit}的{change.sentence}，即为“{self.turns_to}”{state}"


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
        self._not_searched: list[str] = []
        self._drawable = self._base.lists if evaluation.scheme.roots else []

    @cached_property
    def _search(self) -> Nearest:
        return Nearest(self.evaluation, self._base)

    @cached_property
    def _base(self) -> Drawn:
        """The evaluation as it is, on floats."""
        return Drawn(self.evaluation, Trials())

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
        return sorted(self._found, key=lambda f: (self._drawable.index(f.outcome), abs(f.change) / abs(f.value) if f.value else Exact(1)))

    @cached_property
    def items(self) -> ItemMargins:
        """The same over the items of lists."""
        near = {outcome: self._near(outcome) for outcome in self._drawable}
        return ItemMargins(self.evaluation, self._search if near else None, near)

    @property
    def not_searched(self) -> list[str]:
        """Columns that stand in a condition of the scheme, so that their numbers could not be moved in draws."""
        self._found, self.items.numbers  # noqa: B018 - found out with them
        return list(dict.fromkeys([*self._not_searched, *self.items.not_searched]))

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
            drawn, base = Drawn(evaluation, Trials({key: drawn_scores}), self._base), self._base
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

    @cached_property
    def _found(self) -> list[Flip]:
        """The nearest turn of each figure, list by list and unit by unit."""
        bounds = judged_bounds(self.evaluation)
        pairs = [(outcome, row) for outcome in self._drawable for row in self._near(outcome)]
        turns: dict[tuple[Try, Key], float] = {}
        for key in figures(self.evaluation) if pairs else ():
            tries = [Try(outcome, row, way, (row,)) for outcome, row in pairs if self._has(key, row) for way in (1.0, -1.0)]
            low, high = (0.0, bounds[key]) if key in bounds else (-np.inf, np.inf)
            values = self._search.turns(key, tries, low, high) if tries else None
            if tries and values is None:
                self._not_searched.append(self.evaluation.scheme.label(key[1]))
            turns |= {} if values is None else {(one, key): float(value) for one, value in zip(tries, values, strict=True)}
        ordered = sorted(
            ((one, key) for (one, key), value in turns.items() if np.isfinite(value)),
            key=lambda pair: pairs.index((pair[0].outcome, pair[0].row)),
        )
        flips = (self._exact_flip(one.outcome, one.row, key, turns[one, key], judged=key in bounds) for one, key in ordered)
        return [flip for flip in flips if flip is not None]

    def _near(self, outcome: str) -> list[int]:
        """Rows of the units on either side of the cut-off, in each group."""
        evaluation = self.evaluation
        decision = evaluation.decision(outcome)
        seats = self._base.seats(outcome)
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

    def _exact_flip(self, outcome: str, row: int, key: Key, high: float, *, judged: bool) -> Flip | None:
        """The value found, at as few decimals as still turn the exact verdict; None where it does not."""
        evaluation = self.evaluation
        column = evaluation.dataset.units.columns[key[1], key[2]]
        figure = evaluation.dataset.figures[evaluation.unit_codes[row], key[1], key[2]]
        listed = evaluation.decision(outcome).standings[row] == Standing.LISTED
        spec = evaluation.scheme.quantity("units", key[1])
        assert spec is not None
        for value in roundest(column.values[row], high, whole=spec.type == "integer"):
            dataset = with_value(evaluation.dataset, key, row, value)
            try:
                now = Walk(evaluation.scheme, dataset, evaluation.others, known=evaluation.walk).run(outcome).decision(outcome)
            except Refused:  # a figure that the scheme does not admit turns nothing
                return None
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
            "items": [self._item(flip) for flip in (*self.items.left_out, *self.items.numbers)],
            "experts": [{**vars(e), "outcome": label(e.outcome), "score": plain(e.score), "to": plain(e.to)} for e in self.experts()],
        }

    def _item(self, flip: ItemFlip) -> dict[str, Any]:
        change = flip.change
        told = {} if change is None else {"figure": change.figure, "uom": change.uom, "value": plain(change.value), "to": plain(change.to)}
        turns = [{"unit": unit, "turns_to": word} for unit, word in flip.turns]
        return {**vars(flip), "outcome": self.evaluation.scheme.label(flip.outcome), "change": told or None, "turns": turns}

"""Margins over the items of lists: what follows when one project, event or rating is not recognised, or a number of it is another.

Each item is left out alone and everything is scored exactly again. Its numbers are moved like the figures of units
(:mod:`evalbook.analysis.nearest`); since units compete, the verdict watched is that of every unit near the cut-off, not only of the one
that the item belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..errors import Refused
from ..kinds.outcomes.base import Decision
from ..kinds.outcomes.check import Check
from ..scheme.definition import column_refs
from ..scoring.evaluate import Walk
from ..scoring.evaluation import Evaluation
from ..terms import Standing
from .changed import Change, roundest, with_value, without_item
from .draws import Key
from .nearest import Nearest, Try
from .robustness import raters


@dataclass(frozen=True)
class ItemFlip:
    """One item of a list whose loss, or whose other number, turns verdicts of one outcome.

    ``change`` is None where the item is not recognised at all. ``turns`` are the units whose verdict turns, each with its new verdict;
    they need not be the ``owner`` of the item.
    """

    outcome: str
    table: str
    item: str
    owner: str
    change: Change | None
    turns: tuple[tuple[str, str], ...]

    @property
    def sentence(self) -> str:
        """In one sentence."""
        what = f"若{self.owner}的{self.table}“{self.item}”"
        how = "不予认定" if self.change is None else f"的{self.change.sentence}"
        return f"{what}{how}，则{'，'.join(f'{unit}为“{word}”' for unit, word in self.turns)}"


class ItemMargins:
    """The items of one evaluation. ``near`` has the rows of the units near the cut-off of each outcome that can be drawn."""

    def __init__(self, evaluation: Evaluation, search: Nearest | None, near: Mapping[str, Sequence[int]]) -> None:
        self.evaluation, self._search, self._near = evaluation, search, near
        self.not_searched: list[str] = []

    @cached_property
    def left_out(self) -> list[ItemFlip]:
        """Items whose loss alone turns a verdict, list by list in the order of the file. A check only counts items: it is none."""
        evaluation, found = self.evaluation, []
        models = {outcome: variants.main for outcome, variants in evaluation.scheme.outcomes.items()}
        for name in self._tables:
            outcomes = [one for one, model in models.items() if not isinstance(model, Check) and name in evaluation.scheme.tables_of(one)]
            for row in range(len(evaluation.dataset.tables[name]) if outcomes else 0):
                try:
                    dataset = without_item(evaluation.dataset, name, row)
                    walk = Walk(evaluation.scheme, dataset, evaluation.others, known=evaluation.walk).run(*outcomes)
                except Refused:  # what cannot be scored without the item turns nothing
                    continue
                for outcome in outcomes:
                    turns = self._turned(outcome, walk.decision(outcome))
                    if turns:
                        found.append(self._flip(outcome, name, row, None, turns))
        return found

    @cached_property
    def numbers(self) -> list[ItemFlip]:
        """The nearest change of each number of an item that turns a verdict, nearest first within an outcome."""
        found = [flip for key in self._keys for flip in self._of_column(key)]
        return sorted(found, key=lambda flip: (list(self._near).index(flip.outcome), flip.change.relative if flip.change else 0))

    @property
    def _tables(self) -> list[str]:
        """Child tables that the scheme reads and that have rows."""
        dataset, read = self.evaluation.dataset, self.evaluation.scheme.tables_read
        return [name for name, spec in self.evaluation.scheme.tables.items() if spec.belongs_to and name in read and name in dataset.tables]

    @property
    def _keys(self) -> list[Key]:
        """Numeric columns of lists that something reads."""
        scheme, found = self.evaluation.scheme, []
        read = {(ref.table or table, ref.local.name) for _, model in scheme.blocks() for table, ref, _ in column_refs(model)}
        for name in self._tables:
            for quantity, period in self.evaluation.dataset.tables[name].columns:
                spec = scheme.quantity(name, quantity)
                if (name, quantity) in read and spec is not None and spec.type in ("number", "integer"):
                    found.append((name, quantity, period))
        return found

    def _of_column(self, key: Key) -> Iterator[ItemFlip]:
        evaluation = self.evaluation
        table, spec = evaluation.dataset.tables[key[0]], evaluation.scheme.quantity(key[0], key[1])
        column = table.columns[key[1], key[2]]
        if self._search is None or table.parent is None or spec is None:
            return
        tries = [
            Try(outcome, row, way, tuple(units))
            for outcome, units in self._near.items()
            for row in np.flatnonzero(column.ok & np.isin(table.parent, list(units))).tolist()
            for way in (1.0, -1.0)
        ]
        most = next((_most(evaluation, leaf) for leaf, other in raters(evaluation).items() if other == key), None)
        low = 0.0 if most is not None else -np.inf if spec.min is None else float(spec.min)
        high = most if most is not None else np.inf if spec.max is None else float(spec.max)
        values = self._search.turns(key, tries, low, high) if tries else np.zeros(0)
        if values is None:
            self.not_searched.append(f"{evaluation.scheme.tables[key[0]].label}的{spec.label}")
            return
        for one, value in zip(tries, values.tolist(), strict=True):
            if np.isfinite(value):
                yield from self._exactly(one, key, value, whole=spec.type == "integer", label=spec.label, uom=spec.uom)

    def _exactly(self, one: Try, key: Key, turn: float, *, whole: bool, label: str, uom: str) -> Iterator[ItemFlip]:
        """The turn found, scored exactly at as few decimals as turn a verdict."""
        evaluation = self.evaluation
        own = evaluation.dataset.tables[key[0]].columns[key[1], key[2]].values[one.row]
        for value in roundest(own, turn, whole=whole):
            try:
                dataset = with_value(evaluation.dataset, key, one.row, value)
                walk = Walk(evaluation.scheme, dataset, evaluation.others, known=evaluation.walk).run(one.outcome)
            except Refused:
                return
            turns = self._turned(one.outcome, walk.decision(one.outcome))
            if turns:
                yield self._flip(one.outcome, key[0], one.row, Change(label, uom, own, value), turns)
                return

    def _turned(self, outcome: str, now: Decision) -> tuple[tuple[str, str], ...]:
        """Units that come on a list or go from it, with what is said of them then."""
        was, model = self.evaluation.decision(outcome), self.evaluation.scheme.outcomes[outcome].main
        rows = np.flatnonzero((was.standings == Standing.LISTED) != (now.standings == Standing.LISTED))
        return tuple((self.evaluation.unit_names[row], model.text(now.verdicts[row])) for row in rows.tolist())

    def _flip(self, outcome: str, name: str, row: int, change: Change | None, turns: tuple[tuple[str, str], ...]) -> ItemFlip:
        table = self.evaluation.dataset.tables[name]
        label = table.labels[row] if table.labels else table.keys[row]
        owner = "" if table.parent is None else self.evaluation.unit_names[int(table.parent[row])]
        return ItemFlip(outcome, self.evaluation.scheme.tables[name].label, label, owner, change, turns)


def _most(evaluation: Evaluation, leaf: str) -> float:
    """The highest score of an indicator that people judge."""
    model = evaluation.scheme.tree[leaf].main
    return float(model.rule.most(model.marks))

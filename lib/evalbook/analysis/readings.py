"""Readings of the text (解读): what each reading of each silent clause would make of the same figures.

Every assumption names a clause that is silent, the reading chosen and its alternatives (each a patch). Here each alternative is scored
alone, and, up to a stated number, each combination; what differs are places, lists, grades and money. An award that stands in all of
them does not hang on how the text is read.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from pathlib import Path
from typing import Any

from ..errors import Fault, Refused
from ..exact import Exact
from ..scheme.definition import SECTIONS
from ..scoring.evaluation import Evaluation
from ..terms import Standing
from .rescore import rescore

#: Combinations scored unless another number is asked for.
COMBINATIONS = 256


@dataclass(frozen=True)
class Shift:
    """One unit's place in one ranking, as it is and under a reading (None: none)."""

    ranking: str
    unit: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Change:
    """What an outcome says of one unit, as it is and under a reading."""

    outcome: str
    unit: str
    before: str
    after: str


@dataclass(frozen=True)
class Reading:
    """One way of reading: assumption → alternative, and what it changes. ``refused`` says why it cannot be scored with these figures."""

    choices: Mapping[str, str]
    words: tuple[str, ...]
    totals: int = 0
    shifts: tuple[Shift, ...] = ()
    changes: tuple[Change, ...] = ()
    paid: Exact | None = None
    refused: tuple[Fault, ...] = ()

    @property
    def code(self) -> str:
        """As a period file or a trial names it."""
        return "、".join(f"{name}={choice}" for name, choice in self.choices.items())

    @property
    def silent(self) -> bool:
        """Whether nothing changes at all."""
        return not (self.totals or self.shifts or self.changes or self.refused)


class Readings:
    """All readings of one period's text on one set of figures. ``root`` is the project, or the inputs of a run."""

    def __init__(self, root: Path, evaluation: Evaluation) -> None:
        self.root, self.evaluation = root, evaluation
        self._listed: list[dict[str, frozenset[str]]] = []

    @property
    def alternatives(self) -> dict[str, list[str]]:
        """Assumption → the readings that are not the one chosen."""
        return {a.name: list(a.alternatives) for a in self.evaluation.scheme.assumptions}

    @property
    def size(self) -> int:
        """Units × results × readings: what scoring every reading takes grows with it."""
        scheme = self.evaluation.scheme
        results = sum(len(getattr(scheme, section)) for section in SECTIONS)
        return len(self.evaluation.unit_codes) * results * sum(map(len, self.alternatives.values()))

    @cached_property
    def single(self) -> tuple[Reading, ...]:
        """Each alternative alone, in the order of the edition."""
        return tuple(self.read({name: choice}) for name, choices in self.alternatives.items() for choice in choices)

    @property
    def combinations(self) -> int:
        """How many ways there are of reading the whole text."""
        return prod(1 + len(choices) for choices in self.alternatives.values())

    def combined(self, most: int = COMBINATIONS) -> Iterator[Reading]:
        """Every combination of two or more alternatives that changes something alone. Refused when there are more than ``most``.

        A reading that changes nothing alone is left out: it concerns figures that this period does not have.
        """
        active: dict[str, list[str]] = {}
        for one in self.single:
            if not one.silent and not one.refused:
                ((name, choice),) = one.choices.items()
                active.setdefault(name, []).append(choice)
        number = prod(1 + len(choices) for choices in active.values())
        if number > most:
            remedy = f"请用 --most {number} 全部计算，或先在考核期文件 assumptions 中裁定几条"
            raise Refused([Fault("readings.too_many", f"各种读法的组合有{number}种，多于{most}种", remedy)])
        for chosen in itertools.product(*([(name, None), *((name, c) for c in choices)] for name, choices in active.items())):
            choices = {name: choice for name, choice in chosen if choice is not None}
            if len(choices) > 1:
                yield self.read(choices)

    def read(self, choices: Mapping[str, str]) -> Reading:
        """The evaluation under other readings."""
        words = tuple(f"{a.silent}：{a.options[choices[a.name]]}" for a in self.evaluation.scheme.assumptions if a.name in choices)
        try:
            other = rescore(self.root, self.evaluation, {f"assumptions.{name}": choice for name, choice in choices.items()})
        except Refused as refused:
            return Reading(choices, words, refused=tuple(refused.faults))
        self._listed.append(listed(other))
        return Reading(choices, words, *differences(self.evaluation, other))

    def standing(self) -> dict[str, dict[str, tuple[int, int]]]:
        """Outcome → unit → (readings under which it is listed, readings scored so far), for units listed under any of them."""
        own = listed(self.evaluation)
        every = [own, *self._listed]
        found: dict[str, dict[str, tuple[int, int]]] = {}
        for outcome in own:
            units = [u for u in self.evaluation.unit_names if any(u in one.get(outcome, ()) for one in every)]
            found[outcome] = {u: (sum(u in one.get(outcome, ()) for one in every), len(every)) for u in units}
        return found

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping, for programs."""
        label = self.evaluation.scheme.label
        return {
            "ledger": [
                {
                    **{key: getattr(a, key) for key in ("name", "clause", "silent", "choice", "basis")},
                    "readings": dict(a.options),
                    "ruling": a.ruling.model_dump(exclude={"reading"}) if a.ruling else None,
                }
                for a in self.evaluation.scheme.assumptions
            ],
            "combinations": self.combinations,
            "single": [
                {
                    "choices": dict(one.choices),
                    "words": list(one.words),
                    "totals": one.totals,
                    "places": [vars(shift) | {"ranking": label(shift.ranking)} for shift in one.shifts],
                    "outcomes": [vars(change) | {"outcome": label(change.outcome)} for change in one.changes],
                    "money": None if one.paid is None else str(one.paid),
                    "refused": [fault.as_dict() for fault in one.refused],
                }
                for one in self.single
            ],
            "standing": {label(outcome): {u: list(n) for u, n in units.items()} for outcome, units in self.standing().items()},
        }


def listed(evaluation: Evaluation) -> dict[str, frozenset[str]]:
    """Outcome → names of the units on its list; outcomes that give everybody a word or an amount have none."""
    return {
        name: frozenset(evaluation.unit_names[row] for row in decision.listed)
        for name in evaluation.scheme.outcomes
        if (decision := evaluation.decision(name)) is not None and bool((decision.standings == Standing.LISTED).any())
    }


def differences(one: Evaluation, other: Evaluation) -> tuple[int, tuple[Shift, ...], tuple[Change, ...], Exact | None]:
    """Number of other totals, other places, other verdicts, and by how much all payments together differ."""
    rows = {code: row for row, code in enumerate(other.unit_codes)}
    pairs = [(row, rows[code], name) for row, (code, name) in enumerate(zip(one.unit_codes, one.unit_names, strict=True)) if code in rows]
    roots = [root for root in one.scheme.roots if root in other.scheme.roots]
    alike = one.unit_codes == other.unit_codes  # then what one has from the other says the same of everybody
    roots = [root for root in roots if not (alike and one.node(root) is other.node(root))]
    totals = sum(any(one.points(root, r) != other.points(root, o) for root in roots) for r, o, _ in pairs)
    shifts = tuple(
        Shift(ranking, name, before, after)
        for ranking in one.scheme.rankings
        if ranking in other.scheme.rankings and not (alike and one.ranking(ranking) is other.ranking(ranking))
        for r, o, name in pairs
        if (before := one.place(ranking, r)) != (after := other.place(ranking, o))
    )
    changes = tuple(
        Change(outcome, name, said, now)
        for outcome in one.scheme.outcomes
        if outcome in other.scheme.outcomes and not (alike and one.decision(outcome) is other.decision(outcome))
        for r, o, name in pairs
        if (said := _verdict(one, outcome, r)) != (now := _verdict(other, outcome, o))
    )
    difference = _paid(other) - _paid(one)
    return totals, shifts, changes, difference if difference else None


def _verdict(evaluation: Evaluation, outcome: str, row: int) -> str:
    return str(evaluation.scheme.outcomes[outcome].main.text(evaluation.decision(outcome).verdicts[row]))


def _paid(evaluation: Evaluation) -> Any:
    return sum((amount for name in evaluation.scheme.outcomes for amount in evaluation.paid(name).values()), Exact(0))

"""Two evaluations side by side: what differs in their ingredients, whose points, places, money and awards moved, and by which cause.

Points, totals, places and money are attributed by Shapley over the groups that differ (:mod:`evalbook.analysis.shapley`), so that the
parts add up exactly to the move. A verdict is a word and has no parts: each cause is tried alone, and each is taken away alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..errors import EvalbookError, Refused
from ..exact import Exact, exact
from ..scoring.evaluation import Evaluation
from .differ import Difference, differences
from .replay import GROUPS, Recorded, Replay, Side, refusal
from .shapley import shapley

#: What rules do and what units do: causes of a change between two periods under two editions.
RULES = ("edition", "parameters", "assumptions")
PERFORMANCE = ("data", "roster")
#: Key of a quantity: ("total" | "place" | "money" | "points" | "rank", name of the node or ranking, unit code).
Quantity = tuple[str, str, str]


@dataclass(frozen=True)
class Move:
    """One quantity of one unit that is not the same: before, after and the part of each cause, which add up to after − before.

    ``parts`` is None where some mixture gives the unit no value (it is not ranked, a figure is missing); ``what`` is total, place,
    money, points (of the node ``name``) or rank (in the ranking ``name``).
    """

    what: str
    name: str
    unit: str
    before: Exact | None
    after: Exact | None
    parts: Mapping[str, Exact] | None

    @property
    def change(self) -> Exact | None:
        """after − before, None where one of them has no value."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class Verdict:
    """An outcome that says something else of a unit. ``alone`` are causes of which each by itself brings the new verdict,
    ``needed`` those without which it would not have come; neither: only several together do. Not ``known``: some cause could not be tried.
    """

    outcome: str
    unit: str
    before: str
    after: str
    alone: tuple[str, ...]
    needed: tuple[str, ...]
    known: bool = True


class Comparison:
    """What two sides differ in and what came of it.

    Parameters
    ----------
    before, after
        Two evaluations of one scheme.
    together
        With ``True`` only two causes are told apart: the rules and the units' performance (办法与表现).
    """

    def __init__(self, before: Side, after: Side, *, together: bool = False) -> None:
        self.before, self.after, self.together = before, after, together
        self.differences: tuple[Difference, ...] = differences(before, after)
        found = {difference.group for difference in self.differences}
        self.groups = tuple(group for group in GROUPS if group in found and group != "library")
        self.replay = Replay(before, after, self.groups)

    @property
    def causes(self) -> dict[str, tuple[str, ...]]:
        """Cause → the groups it is made of, those that differ only."""
        if not self.together:
            return {group: (group,) for group in self.groups}
        made = {"rules": RULES, "performance": PERFORMANCE}
        return {cause: kept for cause, groups in made.items() if (kept := tuple(g for g in groups if g in self.groups))}

    @property
    def labels(self) -> dict[str, str]:
        """Cause → what it is called, the library last where it has a part."""
        words = {**GROUPS, "rules": "办法", "performance": "表现"}
        found = {cause: words[cause] for cause in self.causes}
        return found | ({"library": GROUPS["library"]} if self.has_library else {})

    @property
    def has_library(self) -> bool:
        """Whether what was recorded is not what the program of today computes."""
        return self.before.recorded is not None or self.after.recorded is not None

    @cached_property
    def units(self) -> dict[str, str]:
        """Code → name of the units on both rosters, in the order of the second one's ranks."""
        evaluation = self.after.evaluation
        both = set(self.before.evaluation.unit_codes)
        return {evaluation.unit_codes[r]: evaluation.unit_names[r] for r in evaluation.order if evaluation.unit_codes[r] in both}

    def _evaluation(self, chosen: frozenset[str]) -> Evaluation:
        """The mixture in which these causes are those of the second side."""
        causes = self.causes
        return self.replay.evaluate(frozenset(group for cause in chosen for group in causes[cause]))

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """Every quantity that moved, in the order of units; what did not move is left out."""
        before, after = (self._quantities(side.evaluation) for side in (self.before, self.after))
        try:
            parts = shapley(list(self.causes), lambda chosen: self._quantities(self._evaluation(chosen)))
        except Refused as error:
            self.refused, parts = error, {}
        found = []
        for key in dict.fromkeys([*before, *after]):
            recorded = self._recorded(key)
            first, second = before.get(key), after.get(key)
            own = parts.get(key)
            if recorded:
                first, second = (told if told is not None else value for told, value in zip(recorded, (first, second), strict=True))
            if first == second and not any((own or {}).values()):
                continue
            if own is not None and self.has_library and first is not None and second is not None:
                own = {**own, "library": second - first - sum(own.values(), exact(0))}
            found.append(Move(*key, first, second, own))
        return tuple(found)

    #: Why the causes cannot be told apart: a mixture that cannot be scored. Known once the moves are.
    refused: Refused | None = None

    def _recorded(self, key: Quantity) -> tuple[Exact | None, Exact | None] | None:
        """(before, after) as recorded, where a run recorded another result than is computed here."""
        what, _, unit = key
        if not self.has_library or what not in ("total", "place", "money"):
            return None

        def told(recorded: Recorded | None) -> Exact | None:
            return None if recorded is None else recorded.of(what).get(unit)

        return told(self.before.recorded), told(self.after.recorded)

    def _quantities(self, evaluation: Evaluation) -> dict[Quantity, Exact | None]:
        """Everything that can move, of the units on both rosters."""
        rows = [(code, row) for row, code in enumerate(evaluation.unit_codes) if code in self.units]
        found: dict[Quantity, Exact | None] = {}

        def add(what: str, name: str, values: Sequence[Any]) -> None:
            for code, row in rows:
                found[what, name, code] = None if values[row] is None else exact(values[row])

        root, main = evaluation.main_root, evaluation.main_ranking
        if main:
            add("place", "", evaluation.ranking(main).places.listed())
        money = money_of(evaluation)
        if money is not None:
            add("money", "", [money.get(row, exact(0)) for row in range(len(evaluation.unit_codes))])
        for name, _ in evaluation.nodes:
            add(*(("total", "") if name == root else ("points", name)), evaluation.node(name).points.listed())
        for name in evaluation.scheme.measures if not evaluation.nodes else ():  # a scheme of targets gives no points
            add("points", name, [value if isinstance(value, Exact) else None for value in evaluation.walk.results[name].column.listed()])
        for name in evaluation.scheme.rankings:
            if name != main:
                add("rank", name, evaluation.ranking(name).places.listed())
        return found

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Every outcome that says something else of a unit on both rosters."""
        first, last = (_words(side.evaluation) for side in (self.before, self.after))
        changed = [key for key in last if key in first and first[key] != last[key] and key[1] in self.units]
        self.moves  # noqa: B018 - whether causes can be told apart is found out with them
        causes = list(self.causes)
        alone: dict[str, Mapping[tuple[str, str], str]] = {}
        without: dict[str, Mapping[tuple[str, str], str]] = {}
        for cause in causes if changed else ():
            try:
                alone[cause] = _words(self._evaluation(frozenset([cause])))
                without[cause] = _words(self._evaluation(frozenset(causes) - {cause}))
            except EvalbookError as error:
                if self.refused is None:
                    self.replay.left_behind[f"“{self.labels[cause]}”无法单独试算：{refusal(error)}"] = None
        return tuple(
            Verdict(
                outcome,
                unit,
                first[outcome, unit],
                last[outcome, unit],
                tuple(cause for cause in alone if alone[cause].get((outcome, unit)) == last[outcome, unit]),
                tuple(cause for cause in without if without[cause].get((outcome, unit)) != last[outcome, unit]),
                known=len(without) == len(causes),
            )
            for outcome, unit in changed
        )

    @property
    def refused_why(self) -> list[str]:
        """Why the causes cannot be told apart, empty where they can."""
        self.moves  # noqa: B018 - found out with them
        return [str(fault) for fault in self.refused.faults] if self.refused else []

    @property
    def entered(self) -> dict[str, str]:
        """Units on the second roster only."""
        return _only(self.after.evaluation, self.before.evaluation)

    @property
    def left(self) -> dict[str, str]:
        """Units on the first roster only."""
        return _only(self.before.evaluation, self.after.evaluation)

    def moved(self, what: str) -> list[Move]:
        """The moves of one kind."""
        return [move for move in self.moves if move.what == what]

    @property
    def notes(self) -> list[str]:
        """What a mixture could not take over."""
        return list(self.replay.left_behind)

    def label(self, name: str) -> str:
        """What a node, ranking or outcome is called on the side that has it."""
        side = self.after if name in self.after.scheme.names else self.before
        return side.scheme.label(name)

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain values, exact numbers as texts: what ``--json`` prints and a report is sealed with."""

        def text(value: Exact | None) -> str | None:
            return None if value is None else str(value)

        moves = [
            {
                "what": move.what,
                "name": move.name,
                "unit": move.unit,
                "before": text(move.before),
                "after": text(move.after),
                "parts": None if move.parts is None else {cause: text(part) for cause, part in move.parts.items()},
            }
            for move in self.moves
        ]
        verdicts = [
            {"outcome": v.outcome, "unit": v.unit, "before": v.before, "after": v.after, "alone": [*v.alone], "needed": [*v.needed]}
            for v in self.verdicts
        ]
        return {
            "scheme": self.after.scheme.id,
            "before": {"name": self.before.name, "period": str(self.before.period), "result_sha256": self.before.evaluation.digest()},
            "after": {"name": self.after.name, "period": str(self.after.period), "result_sha256": self.after.evaluation.digest()},
            "causes": self.labels,
            "differences": [difference.as_dict() for difference in self.differences],
            "units": self.units,
            "entered": self.entered,
            "left": self.left,
            "moves": moves,
            "verdicts": verdicts,
            "notes": self.notes,
        }


def money_of(evaluation: Evaluation) -> dict[int, Exact] | None:
    """Row of a unit → yuan over all outcomes; None where the scheme pays nothing at all."""
    if not any(variants.main.payer for variants in evaluation.scheme.outcomes.values()):
        return None
    found: dict[int, Exact] = {}
    for name in evaluation.scheme.outcomes:
        for row, amount in evaluation.paid(name).items():
            found[row] = found.get(row, exact(0)) + amount
    return found


def _words(evaluation: Evaluation) -> dict[tuple[str, str], str]:
    """(outcome, unit code) → the verdict as a reader sees it."""
    found = {}
    for name, variants in evaluation.scheme.outcomes.items():
        for row, verdict in enumerate(evaluation.decision(name).verdicts):
            found[name, evaluation.unit_codes[row]] = variants.main.text(verdict)
    return found


def _only(one: Evaluation, other: Evaluation) -> dict[str, str]:
    theirs = set(other.unit_codes)
    return {code: name for code, name in zip(one.unit_codes, one.unit_names, strict=True) if code not in theirs}

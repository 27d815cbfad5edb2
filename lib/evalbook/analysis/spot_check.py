"""What to spot-check first (抽查建议): figures that would change who is rewarded if they were what one would expect.

For each figure of the period: what if it were the value used last period, or had moved since then as the median of its group did? Where
last period has none: what if it were the median of its group? The evaluation is done again with that one value, by the same library,
exactly. Figures whose change would move an award come first, then places, then points.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..errors import Refused
from ..exact import Exact, exact, plain, round_half_up
from ..periods import Period
from ..scoring.evaluation import Evaluation, evaluate
from ..terms import State
from .verification import Line, lines, quartiles

LAST, TYPICAL, PEERS = "与上期持平", "按同组变动", "同组中位数"
#: Fewer ratios than these say nothing of a group.
_FEWEST = 3


@dataclass(frozen=True)
class Proposal:
    """One figure: with which other value most changes. Awards and places count the units whose award or place would be another."""

    key: tuple[str, str, str]
    unit_name: str
    label: str
    uom: str
    used: Exact
    instead: Exact
    basis: str
    awards: tuple[str, ...]
    places: int
    points: Exact
    verified: bool

    @property
    def weight(self) -> tuple[int, int, int, Exact]:
        """What orders proposals: awards moved, whether nobody verified the figure, places moved, points moved."""
        return len(self.awards), int(not self.verified), self.places, self.points

    def cells(self) -> list[Any]:
        """For a table."""
        shown = plain(round_half_up(self.instead, 4))
        return [
            self.unit_name,
            self.label,
            f"{plain(self.used)}{self.uom}",
            f"{shown}{self.uom}",
            self.basis,
            "、".join(self.awards) or "—",
            self.places,
            plain(round_half_up(self.points, 2)),
            "已核实" if self.verified else "未核实",
        ]

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        unit, quantity, period = self.key
        return {
            "unit_code": unit,
            "unit_name": self.unit_name,
            "indicator": quantity,
            "period": period,
            "used": str(self.used),
            "instead": str(self.instead),
            "basis": self.basis,
            "awards": list(self.awards),
            "places": self.places,
            "points": str(self.points),
            "verified": self.verified,
        }


@dataclass(frozen=True)
class Effect:
    """What differs between two evaluations of the same units: whose award, place and points (the units' rows)."""

    awards: tuple[int, ...]
    places: tuple[int, ...]
    points: dict[int, tuple[Exact | None, Exact | None]]


def effect(before: Evaluation, after: Evaluation) -> Effect:
    """Compare two evaluations unit by unit: outcomes, the main ranking, the total."""
    size = range(len(before.unit_codes))
    awards: set[int] = set()
    for name in filter(lambda name: _rewards(before, name), before.scheme.outcomes):
        one, two = before.decision(name).verdicts, after.decision(name).verdicts
        awards |= {row for row in size if one is not two and one[row] != two[row]}
    places, points = [], {}
    ranking, root = before.main_ranking, before.main_root
    if ranking and before.ranking(ranking) is not after.ranking(ranking):
        places = [row for row in size if before.place(ranking, row) != after.place(ranking, row)]
    if root and before.node(root) is not after.node(root):
        pairs = ((row, before.points(root, row), after.points(root, row)) for row in size)
        points = {row: (was, now) for row, was, now in pairs if was != now}
    return Effect(tuple(sorted(awards)), tuple(places), points)


def _rewards(evaluation: Evaluation, name: str) -> bool:
    """Whether an outcome gives or takes anything: checks (核对) reward nobody."""
    return "check" not in type(evaluation.scheme.outcomes[name].main).model_fields


def proposals(evaluation: Evaluation) -> list[Proposal]:
    """Figures of this period worth a spot check, the weightiest first. Figures that were spot-checked already are left out."""
    dataset, quantities = evaluation.dataset, evaluation.scheme.tables["units"].columns
    needed = evaluation.scheme.needed()
    found = []
    for line in lines(evaluation, every=True):
        figure = line.figure
        key = (line.unit_code, line.quantity, line.period)
        if figure is None or line.period != str(evaluation.scheme.period) or (line.quantity, line.period) not in needed:
            continue
        used = figure.used.value
        if not isinstance(used, Exact) or figure.stage("spot_check") or quantities[line.quantity].type not in ("number", "integer"):
            continue
        earlier = line.earlier.value if line.earlier is not None else None
        best: Proposal | None = None
        median = line.peers.median if line.peers else None
        for basis, value in _others(earlier, median, typical(evaluation, line), used, quantities[line.quantity].type):
            try:
                after = evaluate(evaluation.scheme, dataset.with_values({key: (value, State.OK)}), evaluation.others, known=evaluation)
            except Refused:
                continue
            moved = effect(evaluation, after)
            points = sum((abs((two or exact(0)) - (one or exact(0))) for one, two in moved.points.values()), exact(0))
            awards = tuple(evaluation.unit_names[row] for row in moved.awards)
            one = Proposal(
                key,
                line.unit_name,
                quantities[line.quantity].label,
                quantities[line.quantity].uom,
                used,
                value,
                basis,
                awards,
                len(moved.places),
                points,
                figure.verified,
            )
            if (awards or moved.places or points) and (best is None or one.weight > best.weight):
                best = one
        if best is not None:
            found.append(best)
    return sorted(found, key=lambda one: one.weight, reverse=True)


def typical(evaluation: Evaluation, line: Line) -> Exact | None:
    """Median of the ratios to last period over the group, this unit left out; None where fewer than three others have one."""
    dataset, before = evaluation.dataset, str(Period.parse(line.period).previous())
    group = dataset.units.columns.get(("group", ""))
    groups = dict(zip(dataset.units.keys, group.listed() if group else [""] * len(dataset.units), strict=True))
    ratios = []
    for (code, quantity, period), figure in dataset.figures.items():
        if (quantity, period) != (line.quantity, line.period) or code == line.unit_code or groups[code] != groups[line.unit_code]:
            continue
        last = dataset.earlier.get((code, quantity, before))
        if last is not None and isinstance(last.value, Exact) and last.value > 0 and isinstance(figure.used.value, Exact):
            ratios.append(figure.used.value / last.value)
    found = quartiles(sorted(ratios))
    return found.median if found is not None and found.count >= _FEWEST else None


def _others(last: Any, median: Exact | None, ratio: Exact | None, used: Exact, kind: str) -> Iterator[tuple[str, Exact]]:
    """Values that one would expect instead, each once."""
    known = isinstance(last, Exact)
    expected = [(LAST, last), (TYPICAL, last * ratio if ratio is not None else None)] if known else [(PEERS, median)]
    seen = {used}
    for basis, value in expected:
        if not isinstance(value, Exact):
            continue
        whole = exact(round_half_up(value, 0)) if kind == "integer" else value
        if whole not in seen:
            seen.add(whole)
            yield basis, whole

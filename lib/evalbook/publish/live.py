"""Live formulas of a spreadsheet: how a branch comes from its children and a place from the totals, with the value it has now.

Spreadsheets compute in binary floats. Every formula is therefore rounded to the decimals that the exact result has, so that equal totals
stay equal and ties are found; ``ROUND`` takes halves away from zero, as 四舍五入 does. What no formula can say (四舍六入五成双, a root, a
result that has no last decimal, a condition that does not hold) stays a value, and the sheet says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evalbook.exact import Exact, exact, to_decimal

from ..kinds.aggregates.base import Aggregate
from ..kinds.aggregates.extreme import Max, Min
from ..kinds.aggregates.mean import Mean
from ..kinds.aggregates.weighted import Weighted
from ..scheme.models import Branch
from ..scoring.evaluation import Evaluation
from ..scoring.results import BranchResult
from ..terms import State

__all__ = ["Ranks", "branch_formula", "letter", "rank_formula"]

_GAPS = (State.MISSING, State.UNDEFINED)
#: Doubles keep 15 digits: beyond 10 decimals a rounded total would not be the decimal it stands for.
_MOST_DECIMALS = 10


def letter(column: int) -> str:
    """Excel's name of a column, counted from 0.

    >>> [letter(n) for n in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def decimals_of(value: Exact) -> int | None:
    """Decimals of an exact number, None where it has no last one or more than a spreadsheet keeps."""
    try:
        exponent = to_decimal(value).normalize().as_tuple().exponent
    except ValueError:
        return None
    decimals = max(0, -int(exponent))
    return decimals if decimals <= _MOST_DECIMALS else None


def literal(value: Exact) -> str:
    """An exact number inside a formula.

    >>> literal(exact("0.5")), literal(exact("-2")), literal(exact("1/3"))
    ('0.5', '(-2)', '(1/3)')
    """
    text = format(to_decimal(value), "f") if decimals_of(value) is not None else f"{value.numerator}/{value.denominator}"
    return f"({text})" if "/" in text or value < 0 else text


def branch_formula(evaluation: Evaluation, name: str, row: int, cells: Mapping[str, str]) -> str:
    """The formula of a branch for one unit over the cells of its children; empty where it must stay a value.

    ``cells`` maps each node to the address of its points.
    """
    result = evaluation.node(name)
    points = result.points.at(row)
    if not isinstance(result, BranchResult) or points is None or not result.gate[row] or result.variant[row] < 0:
        return ""
    branch = evaluation.scheme.tree[name].models[int(result.variant[row])][1]
    assert isinstance(branch, Branch)
    rounds = branch.round is not None or not branch.aggregate.additive or bool(result.rescaled[row])
    if rounds and evaluation.scheme.meta.round.mode != "half_up":
        return ""
    inside: dict[str, str] = {}
    beside = []
    for child in branch.children:
        model, value = evaluation.scheme.tree[child].main, evaluation.points(child, row)
        if not model.counts:
            continue
        if model.extra:
            beside += [cells[child]] if value is not None else []
        elif value is not None:
            inside[child] = cells[child]
        elif branch.missing == "zero" and evaluation.state(child, row) in _GAPS:
            inside[child] = "0"  # the cell of a gap holds a word
    text = _aggregate(branch.aggregate, inside)
    if not text:
        return ""
    if result.rescaled[row]:
        text = f"({text})/{literal(result.out_of[row])}*{literal(result.marks[row])}"
    if branch.base is not None:
        text += f"+{literal(branch.base)}"
    text += "".join(f"+{address}" for address in beside)
    if branch.clip is not None and branch.clip.floor is not None:
        text = f"MAX({text},{literal(branch.clip.floor)})"
    if branch.clip is not None and branch.clip.cap is not None:
        text = f"MIN({text},{literal(branch.clip.cap)})"
    # A sum is exact and shows all of its decimals; what the edition rounds has those of the edition.
    decimals = (evaluation.scheme.meta.round.decimals if branch.round is None else branch.round) if rounds else decimals_of(points)
    return f"=ROUND({text},{decimals})" if decimals is not None else ""


def _aggregate(kind: Aggregate, values: Mapping[str, str]) -> str:
    """The children that have points, or a gap that counts as zero, combined; empty where no formula says how."""
    if not values:
        return "0" if kind.additive else ""
    if kind.additive:
        return "+".join(values.values())
    if isinstance(kind, Mean):
        return f"({'+'.join(values.values())})/{len(values)}"
    if isinstance(kind, (Max, Min)):
        return f"{'MAX' if isinstance(kind, Max) else 'MIN'}({','.join(values.values())})"
    if isinstance(kind, Weighted):
        weights = {child: kind.weighted.get(child, exact(0)) for child in values}
        total = sum(weights.values(), start=exact(0))
        return f"({'+'.join(f'{literal(weights[c])}*{values[c]}' for c in values)})/{literal(total)}" if total else ""
    return ""


@dataclass(frozen=True)
class Ranks:
    """Where the ranking of a sheet finds what it needs: the rows, the column of group numbers (0: no place), columns of the keys."""

    first: int
    last: int
    group: str
    keys: tuple[str, ...]


def rank_keys(evaluation: Evaluation, name: str) -> tuple[str, ...]:
    """Nodes by which a ranking orders, the tie-breakers last; empty where a formula over their points would not give its places."""
    ranking = evaluation.scheme.rankings[name].main
    if len(evaluation.scheme.rankings[name].models) > 1 or ranking.missing == "last" or (ranking.then and ranking.ties == "dense"):
        return ()
    names = tuple(str(ref.name) for ref in (ranking.of, *ranking.then) if ref.kind == "result")
    if len(names) != 1 + len(ranking.then) or any(node not in evaluation.scheme.tree for node in names):
        return ()
    ranked = [row for row in range(len(evaluation.unit_codes)) if evaluation.place(name, row) is not None]
    values = [evaluation.points(node, row) for node in names for row in ranked]
    return names if all(value is not None and decimals_of(value) is not None for value in values) else ()


def rank_formula(evaluation: Evaluation, name: str, row: int, where: Ranks) -> str:
    """The place of the unit in sheet row ``row`` under the ranking's tie policy."""
    ranking = evaluation.scheme.rankings[name].main

    def column(key: str) -> str:
        return f"${key}${where.first}:${key}${where.last}"

    group = f"({column(where.group)}=${where.group}{row})"
    signs = [">" if ranking.order == "desc" else "<", *(">" for _ in where.keys[1:])]
    beats, equal = "", ""
    for key, sign in reversed(list(zip(where.keys, signs, strict=True))):
        here = f"({column(key)}{sign}${key}{row})"
        same = f"({column(key)}=${key}{row})"
        beats = f"({here}+{same}*{beats})" if beats else here
        equal = f"{same}*{equal}" if equal else same
    if ranking.ties == "dense":
        key = where.keys[0]
        counts = f"COUNTIFS({column(where.group)},{column(where.group)},{column(key)},{column(key)})"
        return f"=SUMPRODUCT({group}*{beats}/{counts})+1"
    if ranking.ties == "worst":
        return f"=SUMPRODUCT({group}*({beats}+{equal}))"
    return f"=SUMPRODUCT({group}*{beats})+1"


def group_number(evaluation: Evaluation, name: str, row: int) -> int:
    """Number of the group in which a unit is ranked, counted from 1; 0 for a unit without a place."""
    return int(evaluation.ranking(name).groups[row]) + 1 if evaluation.place(name, row) is not None else 0


def cell_values(evaluation: Evaluation, name: str) -> list[Any]:
    """Points of a node as cells hold them, by row: the number, or the word that says why there is none."""
    points = evaluation.node(name).points
    pairs = zip(points.listed(), points.states.tolist(), strict=True)
    return [State(state).label if value is None else value for value, state in pairs]

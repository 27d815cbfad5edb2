"""Targets (任务目标) of a scheme: what each unit was set and has done, and what all of them together were set and have done.

Nothing names them: a target is what a completion rate is measured against, and the whole is where such sums are themselves measured
against a target. So any edition that says ``{completion: $done, to: $target}`` has its table of targets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..exact import Exact
from ..kinds.base import Ref, refs_in
from ..kinds.column import Column
from ..kinds.fields.statistic import Statistic
from ..kinds.measures.completion import Completion
from ..kinds.measures.constant import Constant
from ..scheme.models import Leaf
from ..scheme.scheme import Scheme
from ..scoring.evaluation import Evaluation
from ..scoring.results import LeafResult, MeasureResult
from ..terms import State


@dataclass(frozen=True)
class Whole:
    """The target of all units together: names of the measures that sum up what was done and measure it against ``target``."""

    total: str
    rate: str
    target: Ref


@dataclass(frozen=True)
class Target:
    """One target: ``rate`` names the completion of a unit, ``done`` ÷ ``target``.

    ``assigned`` names the sum of the units' targets, ``whole`` is the target of all together; either may be missing.
    """

    rate: str
    done: Ref
    target: Ref
    assigned: str = ""
    whole: Whole | None = None


@dataclass(frozen=True)
class Progress:
    """One unit under one target; numbers are exact, None where there are none, ``state`` says why."""

    row: int
    target: Exact | None
    done: Exact | None
    rate: Exact | None
    state: State


def targets_of(scheme: Scheme) -> tuple[Target, ...]:
    """Every target of a scheme, in its order. Of several rates against one target the first is meant.

    Rates in the tree are found as well as named ones.
    """
    found: dict[Ref, Target] = {}
    for name, model in _completions(scheme):
        if isinstance(model.to, Ref) and model.to.kind in ("column", "result") and not is_whole(scheme, model):
            found.setdefault(model.to, _target(scheme, name, model))
    return tuple(found.values())


def progress_of(evaluation: Evaluation, target: Target) -> list[Progress]:
    """Every unit that has this target, in roster order; one without a target (不适用) is left out."""
    scope = evaluation.walk.scope()
    rates = _rates(evaluation, target.rate)
    goals, dones = scope.column(target.target), scope.column(target.done)
    states = [State(int(state)) for state in rates.states]
    return [
        Progress(row, goals.at(row), dones.at(row), rates.at(row), state)
        for row, state in enumerate(states)
        if state != State.NOT_APPLICABLE
    ]


def is_whole(scheme: Scheme, model: Any) -> bool:
    """Whether a measure says the same of every unit, because it speaks of all of them together."""
    if isinstance(model, (Statistic, Constant)):
        return getattr(model, "within", None) is None
    refs = list(refs_in(model))
    names = [ref.name for ref in refs if ref.kind == "result"]
    measures = scheme.measures
    alone = all(ref.kind in ("result", "number") for ref in refs)
    return bool(names) and alone and all(n in measures and is_whole(scheme, measures[n].main) for n in names)


def _completions(scheme: Scheme) -> Iterator[tuple[str, Completion]]:
    for name, variants in scheme.measures.items():
        if isinstance(variants.main, Completion):
            yield name, variants.main
    for name in scheme.leaves():
        leaf = scheme.tree[name].main
        if isinstance(leaf, Leaf) and isinstance(leaf.measure, Completion):
            yield name, leaf.measure


def _target(scheme: Scheme, name: str, model: Completion) -> Target:
    sums = {
        n: v.main for n, v in scheme.measures.items() if isinstance(v.main, Statistic) and v.main.how == "sum" and is_whole(scheme, v.main)
    }
    assigned = next((n for n, sum_ in sums.items() if sum_.statistic == model.to), "")
    totals = [n for n, sum_ in sums.items() if sum_.statistic == model.completion]
    whole = next(
        (
            Whole(other.completion.name, rate, other.to)
            for rate, other in _completions(scheme)
            if other.completion.name in totals and isinstance(other.to, Ref)
        ),
        None,
    )
    return Target(name, model.completion, model.to, assigned, whole)


def _rates(evaluation: Evaluation, name: str) -> Column:
    result = evaluation.walk.results[name]
    assert isinstance(result, (LeafResult, MeasureResult))
    return result.measured if isinstance(result, LeafResult) else result.column

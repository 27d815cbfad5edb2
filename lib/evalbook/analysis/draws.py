"""Many trials of one evaluation in one walk: figures and weights with an axis of draws, on the scoring library's own kinds.

Columns of float64 of shape (draws, units) take the place of the exact ones; the kinds do the same arithmetic on both
(:mod:`evalbook.kinds.column`). Nothing here is a second scoring: what a draw gives is what an evaluation of its figures gives.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..errors import Fault, Refused
from ..exact import exact
from ..kinds.base import Ref, refs_in
from ..kinds.column import Column, DrawsDiffer, objects
from ..kinds.outcomes.quota import Quota
from ..kinds.outcomes.shortlist import Shortlist
from ..kinds.places import places
from ..kinds.rules.judged import Judged
from ..scheme.definition import FIXED, Scheme, result_refs
from ..scheme.models import Leaf
from ..scoring.dataset import Dataset, Table
from ..scoring.evaluate import Walk
from ..scoring.evaluation import Evaluation
from ..terms import Standing

#: (table, quantity, period): which column of which table.
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Trials:
    """What differs between the draws: columns by key, and factors of the points and marks of indicators."""

    columns: Mapping[Key, np.ndarray] = field(default_factory=dict)
    weights: Mapping[str, np.ndarray] = field(default_factory=dict)


class Drawn:
    """The results of many draws: points, places and lists, each of shape (draws, units).

    Rankings and lists that depend on what an outcome says, or on conditions over results, are decided unit by unit and cannot be
    drawn: ``left_out`` names them. What is the same in draws that are ``known`` is taken from them; only the rankings behind ``lists``
    are then computed.
    """

    def __init__(self, evaluation: Evaluation, trials: Trials, known: Drawn | None = None, lists: Collection[str] = ()) -> None:
        self.evaluation, self.trials = evaluation, trials
        free, bound = drawable(evaluation.scheme) if known is None else (known.rankings, known.left_out)
        self.rankings: list[str] = free
        self.left_out: list[str] = bound
        if not evaluation.scheme.roots:
            remedy = "目标类办法请看 evalbook readings 和 evalbook margins"
            raise Refused([Fault("draws.no_tree", "这个办法没有计分的指标，不能做稳健性分析", remedy)])
        dataset = _with_columns(evaluation.dataset, trials.columns)
        same = None if known is None else known.walk
        self.walk: Walk = Walk(evaluation.scheme, dataset, dict(evaluation.others), floats=True, weights=trials.weights, known=same)
        self.walk.participation = evaluation.walk.participation  # who takes part is settled
        try:
            behind = [seats[0].by for name in lists if (seats := self.seats(name)) is not None]
            self.walk.compute(*(behind or (*evaluation.scheme.roots, *self.rankings)))
        except DrawsDiffer as error:
            names = "、".join(dict.fromkeys(f"{quantity}" for _, quantity, _ in trials.columns)) or "各项权重"
            raise Refused(
                [Fault("draws.condition", f"办法中的条件随所变动的数据（{names}）而变，不能成批试算", "请用 --figures 只列出其他数据")]
            ) from error

    def totals(self, root: str) -> np.ndarray:
        """Points of a root of the tree."""
        return self._whole(self.walk.results[root].column.values)

    def places(self, ranking: str) -> np.ndarray:
        """First place shared, 0 where a unit has none."""
        view = self.walk.rankings[ranking].places
        return self._whole(np.where(view.ok, view.values, 0.0))

    def listed(self, outcome: str) -> np.ndarray | None:
        """Whether a unit is surely on a list; None where the outcome is not one of the first or last n of a ranking.

        Units tied across the cut-off are not: what becomes of them takes a ruling or another criterion.
        """
        seats = self.seats(outcome)
        if seats is None:
            return None
        quota, count = seats
        view = self.walk.rankings[quota.by]
        barred = self.evaluation.decision(outcome).standings == Standing.BARRED
        contenders = view.places.ok & ~barred if quota.refill else view.places.ok
        last = quota.from_ == "last"
        found = places(view.order, contenders, contenders, view.groups, descending=False, missing_last=False)
        end = found.size + 1 - found.low if last else found.high
        return self._whole(contenders & ~barred & (end <= count))

    def seats(self, outcome: str) -> tuple[Quota, np.ndarray] | None:
        """The award list behind an outcome, and each unit's number of seats."""
        scheme, walk = self.evaluation.scheme, self.evaluation.walk
        variants = scheme.outcomes[outcome]
        model = variants.main
        own = model.shortlist if isinstance(model, Shortlist) else outcome
        quotas = scheme.outcomes[own]
        if not isinstance(model, Quota | Shortlist) or not isinstance(quotas.main, Quota) or quotas.main.by not in self.rankings:
            return None
        if quotas.main.eligible is not None and _compares(scheme, quotas.main.eligible):
            return None
        sizes = [model.size(q.quota) if isinstance(model, Shortlist) else q.quota for q in quotas]
        return quotas.main, np.array(sizes)[walk.variant("outcomes", own)]

    @property
    def lists(self) -> list[str]:
        """Outcomes that can be drawn."""
        return [name for name in self.evaluation.scheme.outcomes if self.seats(name) is not None]

    @property
    def draws(self) -> int:
        """Number of draws."""
        every = [*self.trials.columns.values(), *self.trials.weights.values()]
        return max((array.shape[0] for array in every if array.ndim > 1), default=1)

    def _whole(self, values: np.ndarray) -> np.ndarray:
        return np.broadcast_to(values, (self.draws, len(self.evaluation.unit_codes)))


def drawable(scheme: Scheme) -> tuple[list[str], list[str]]:
    """Rankings that follow from points and figures alone, and the others."""
    free: list[str] = []
    bound: list[str] = []
    for name, variants in scheme.rankings.items():
        models = [model for model in variants if model is not None]
        depends = any(_decided_by_points(scheme, model) or _compares(scheme, model.among) for model in models)
        (bound if depends else free).append(name)
    return free, bound


def _decided_by_points(scheme: Scheme, model: Any) -> bool:
    """Whether a model reads an outcome that differs between draws, since points or places are behind it."""
    found = [name for name in _behind(scheme, model) if name in scheme.outcomes]
    return any(_varies(scheme, one) for name in found for one in scheme.outcomes[name])


def _compares(scheme: Scheme, condition: Any) -> bool:
    """Whether a condition reads computed results that differ between draws."""
    return condition is not None and _varies(scheme, condition)


def _varies(scheme: Scheme, model: Any) -> bool:
    """Whether points, places or figures of the units are behind a model; what answers and lists alone decide is the same in every draw."""
    behind = list(_behind(scheme, model))
    if any(scheme.section_of(name) in ("tree", "rankings") for name in behind):
        return True
    measures = [one for name in behind if name in scheme.measures for one in scheme.measures[name]]
    return any(_is_drawn(scheme, ref) for one in measures for ref in refs_in(one))


def _is_drawn(scheme: Scheme, ref: Ref) -> bool:
    """Whether a reference is a figure of the units that draws may change."""
    spec = scheme.quantity("units", ref.name) if ref.kind == "column" and not ref.table else None
    return spec is not None and spec.type not in FIXED


def _behind(scheme: Scheme, model: Any) -> Iterator[str]:
    """Every name that a model reads, directly or not."""
    seen: set[str] = set()
    waiting = list(result_refs(model))
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            yield name
            section = scheme.section_of(name)
            waiting += [other for one in (getattr(scheme, section)[name] if section else ()) for other in result_refs(one)]


def exactly(evaluation: Evaluation, trials: Trials, draw: int) -> Evaluation:
    """One draw scored on exact numbers: its floats are taken for what they are, as rationals."""
    columns = {key: objects([exact(str(float(v))) for v in values[draw]]) for key, values in trials.columns.items()}
    weights = {name: objects([exact(str(float(v))) for v in values[draw]]) for name, values in trials.weights.items()}
    dataset = _with_columns(evaluation.dataset, columns)
    return Evaluation(evaluation.scheme, dataset, Walk(evaluation.scheme, dataset, dict(evaluation.others), weights=weights).run())


def _with_columns(dataset: Dataset, columns: Mapping[Key, np.ndarray]) -> Dataset:
    tables: dict[str, Table] = dict(dataset.tables)
    for (name, quantity, period), values in columns.items():
        table = tables[name]
        old = table.columns[quantity, period]
        new = Column(values, old.states)
        tables[name] = replace(table, columns={**table.columns, (quantity, period): new.with_values(values)})
    return replace(dataset, tables=tables)


def figures(evaluation: Evaluation) -> dict[Key, np.ndarray]:
    """The figures of the units that points rest on, as floats; answers, words and days are none."""
    scheme, found = evaluation.scheme, {}
    for quantity, period in sorted(scheme.needed(*scheme.roots)):  # in one order, or a seed would not draw the same again
        spec = scheme.quantity("units", quantity)
        column = evaluation.dataset.units.columns.get((quantity, period))
        if spec is None or spec.type in FIXED or column is None:
            continue
        found["units", quantity, period] = np.array([float(v) for v in column.values])
    return found


def judged_bounds(evaluation: Evaluation) -> dict[Key, float]:
    """Highest score of the figures that are judged scores, taken as they are: a draw may not leave their range."""
    scheme, period, found = evaluation.scheme, str(evaluation.scheme.period), {}
    for name in evaluation.leaves:
        for leaf in scheme.tree[name]:
            value = getattr(leaf.measure, "value", None) if isinstance(leaf, Leaf) else None
            ref = leaf.measure if isinstance(leaf.measure, Ref) else value
            if isinstance(leaf.rule, Judged) and isinstance(ref, Ref) and ref.kind == "column" and leaf.marks is not None:
                found["units", ref.name, period] = float(leaf.rule.most(leaf.marks))
    return found

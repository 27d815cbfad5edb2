"""Robustness (稳健性): how places and lists hold when weights and figures are a little different.

The study of OECD/JRC, *Handbook on Constructing Composite Indicators* (2008), chapter 7, on an evaluation as it was scored: weights drawn
within stated bounds, figures within a stated error, experts drawn again with replacement, one indicator or one unit left out. What comes
out are intervals of places, the share of draws in which a unit is listed, and main and total sensitivity indices.

All draws come from one seed through PCG64, so that the same study gives the same bytes.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..errors import Fault, Refused, nearest
from ..kinds.base import RankingView
from ..kinds.measures.fold import Fold
from ..kinds.places import places
from ..kinds.rules.judged import Judged
from ..scheme.bounds import MOST_DRAWS, Bounds
from ..scheme.models import Leaf
from ..scoring.dataset import Dataset, Table
from ..scoring.evaluate import Walk
from ..scoring.evaluation import Evaluation
from .draws import Drawn, Key, Trials, figures, judged_bounds

_BLOCK = 1000
#: More units than these fill memory block by block.
_MANY = 50
#: Places between which a unit lies in nine draws of ten.
LOW, HIGH = 5, 95


@dataclass(frozen=True)
class Study:
    """What is varied: weights by ± ``weights`` (0.2: from 80% to 120%, then scaled to the same total), figures by ± ``figures``,
    ``columns`` with an error of their own (by quantity), experts if ``experts``; ``draws`` times from ``seed``."""

    weights: float = 0.2
    figures: float = 0.0
    columns: Mapping[str, float] = field(default_factory=dict)
    experts: bool = False
    draws: int = 10_000
    seed: int = 20200326

    @classmethod
    def of(cls, bounds: Bounds) -> Study:
        """As a file states it.

        >>> Study.of(Bounds(weights="30%", columns={"trade": "0.05"}))
        Study(weights=0.3, figures=0.0, columns={'trade': 0.05}, experts=False, draws=10000, seed=20200326)
        """
        columns = {name: float(error) for name, error in bounds.columns.items()}
        return cls(float(bounds.weights), float(bounds.figures), columns, bounds.experts, bounds.draws, bounds.seed)

    def words(self, label: Callable[[str], str] = str) -> str:
        """What is varied, by how much and how often; ``label`` names quantities.

        >>> Study(columns={"trade": 0.05}, experts=True, draws=50).words()
        '权重±20%、trade±5%、专家重抽，抽样50次，种子20200326'
        """
        parts = [("权重", self.weights), ("数据", self.figures), *((label(name), error) for name, error in self.columns.items())]
        varied = [f"{name}±{100 * part:.4g}%" for name, part in parts if part] + (["专家重抽"] if self.experts else [])
        return f"{'、'.join(varied)}，抽样{self.draws}次，种子{self.seed}"

    def check(self, evaluation: Evaluation) -> None:
        """Refused with everything that makes no sense."""
        found = []
        if not 0 <= self.weights < 1:
            found.append(
                Fault(
                    "robustness.weights",
                    "权重的变动幅度应不小于0且小于1，否则会出现零或负的权重",
                    "如 0.2 表示上下浮动20%",
                    value=str(self.weights),
                )
            )
        known = {quantity for _, quantity, _ in figures(evaluation)}
        for name, error in {"figures": self.figures, **self.columns}.items():
            if not 0 <= error < 1:
                remedy = "误差不能大于数值本身，如 0.05 表示上下5%"
                found.append(Fault("robustness.noise", "数据误差应不小于0且小于1", remedy, value=f"{name}={error}"))
            if name != "figures" and name not in known:
                found.append(Fault("robustness.column", f"没有名为“{name}”、参加计分的数值数据", nearest(name, known), value=name))
        if not 1 <= self.draws <= MOST_DRAWS:
            found.append(Fault("robustness.draws", f"抽样次数应在1到{MOST_DRAWS}之间", "一般 10000 次足够", value=str(self.draws)))
        if self.experts and not raters(evaluation):
            found.append(Fault("robustness.experts", "这个办法没有由多名专家评分的指标", "请去掉专家重抽"))
        if not (self.weights or self.figures or any(self.columns.values()) or self.experts):
            found.append(Fault("robustness.nothing", "没有任何变动，无从分析", "请至少给出权重幅度、数据误差或专家重抽之一"))
        if found:
            raise Refused(found)


def raters(evaluation: Evaluation) -> dict[str, Key]:
    """Indicators that are the mean of several people's scores, with the column of the scores."""
    found: dict[str, Key] = {}
    for name in evaluation.leaves:
        leaf = evaluation.scheme.tree[name].main
        if isinstance(leaf, Leaf) and isinstance(leaf.rule, Judged) and isinstance(leaf.measure, Fold) and leaf.measure.of is None:
            table, quantity = str(leaf.measure.fold.table), leaf.measure.fold.local.name
            period = next((p for q, p in evaluation.dataset.tables[table].columns if q == quantity), None)
            if period is not None:
                found[name] = (table, quantity, period)
    return found


@dataclass(frozen=True)
class Interval:
    """One unit in one ranking: its place, and where its places lie in the draws (nine of ten, and all)."""

    unit: str
    place: int | None
    low: int
    median: float
    high: int
    best: int
    worst: int


@dataclass(frozen=True)
class Without:
    """What leaving out one indicator or unit does: how many units change place, by how much at most and who, and who comes on or
    goes from a list. Places are those of the first ranking that can be drawn."""

    what: str
    moved: int
    most: int
    who: str
    gained: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lost: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Robustness:
    """A study of one evaluation, carried out once."""

    def __init__(self, evaluation: Evaluation, study: Study | None = None) -> None:
        self.evaluation, self.study = evaluation, study or Study()
        self.study.check(evaluation)
        self.trials = self._trials()
        self.places: dict[str, np.ndarray] = {}
        self.listed: dict[str, np.ndarray] = {}
        for first in range(0, self.study.draws, _BLOCK):
            self._draw(slice(first, min(first + _BLOCK, self.study.draws)))
            _release(evaluation)

    def _draw(self, block: slice) -> None:
        """Some of the draws: few enough that their columns stay in the processor's cache."""
        trials = Trials(
            {key: values[block] for key, values in self.trials.columns.items()},
            {name: values[block] for name, values in self.trials.weights.items()},
        )
        drawn = Drawn(self.evaluation, trials)
        shape = self.study.draws, len(self.evaluation.unit_codes)
        for ranking in drawn.rankings:
            self.places.setdefault(ranking, np.zeros(shape, dtype=np.int16))[block] = drawn.places(ranking)
        for outcome in drawn.lists:
            self.listed.setdefault(outcome, np.zeros(shape, dtype=bool))[block] = drawn.listed(outcome)

    def _trials(self) -> Trials:
        """The draws: the same random numbers whatever else is varied beside."""
        study, evaluation = self.study, self.evaluation
        weight_seed, figure_seed, expert_seed = np.random.SeedSequence(study.seed).spawn(3)
        weights = _weights(evaluation, study, np.random.Generator(np.random.PCG64(weight_seed)))
        columns = _noisy(evaluation, study, np.random.Generator(np.random.PCG64(figure_seed)))
        if study.experts:
            columns |= _panels(evaluation, study.draws, np.random.Generator(np.random.PCG64(expert_seed)))
        return Trials(columns, weights)

    @property
    def left_out(self) -> list[str]:
        """Rankings that hang on outcomes and are not drawn."""
        return self._base.left_out

    @cached_property
    def intervals(self) -> dict[str, list[Interval]]:
        """For each ranking that can be drawn: the units in the order of their places."""
        found = {}
        names, order = self.evaluation.unit_names, self.evaluation.order
        for ranking, drawn in self.places.items():
            rows = []
            for row in sorted(range(len(names)), key=lambda r: (self.evaluation.place(ranking, r) or len(names) + 1, order.index(r))):
                own = drawn[:, row]
                own = own[own > 0]
                if len(own):
                    low, median, high = np.percentile(own, (LOW, 50, HIGH), method="closest_observation")
                    place = self.evaluation.place(ranking, row)
                    rows.append(Interval(names[row], place, int(low), float(median), int(high), int(own.min()), int(own.max())))
            found[ranking] = rows
        return found

    @cached_property
    def shares(self) -> dict[str, dict[str, float]]:
        """For each list that can be drawn: unit → share of the draws in which it is surely on it."""
        names = self.evaluation.unit_names
        return {
            outcome: {names[row]: float(mask[:, row].mean()) for row in range(len(names)) if mask[:, row].any()}
            for outcome, mask in self.listed.items()
        }

    @cached_property
    def without_indicators(self) -> list[Without]:
        """Each indicator left out in turn: its marks count for nothing, the others as they stand."""
        leaves = [name for name in self.evaluation.leaves if len(self.evaluation.leaves) > 1]
        weights = {name: np.array([[0.0 if k == row else 1.0] for row in range(len(leaves))]) for k, name in enumerate(leaves)}
        drawn = Drawn(self.evaluation, Trials(weights=weights)) if leaves else None
        return [] if drawn is None else [self._compare(drawn, row, self.evaluation.scheme.label(name)) for row, name in enumerate(leaves)]

    @cached_property
    def without_units(self) -> list[Without]:
        """Each unit left out in turn, with its items: who moves among those who stay. Refused where the edition fixes the roster.

        Scored anew, since the fields of ranks and the bounds of scales change.
        """
        ranking = next(iter(self.places), None)
        names, found = self.evaluation.unit_names, []
        if ranking is None:
            return []
        base = self._base.walk.rankings[ranking]
        for row, name in enumerate(names):
            keep = np.arange(len(names)) != row
            dataset = _without(self.evaluation.dataset, row)
            walk = Walk(self.evaluation.scheme, dataset, dict(self.evaluation.others), floats=True)
            walk.participation = tuple(one for one, stays in zip(self.evaluation.walk.participation, keep, strict=True) if stays)
            walk.compute(ranking)
            now, was = _among(walk.rankings[ranking], keep[keep]), _among(base, keep)
            found.append(_moved(name, now - was, [other for other in names if other != name]))
        return found

    @cached_property
    def _base(self) -> Drawn:
        return Drawn(self.evaluation, Trials())

    def _compare(self, drawn: Drawn, draw: int, what: str) -> Without:
        """One draw beside the evaluation as it is."""
        names = self.evaluation.unit_names
        ranking = next(iter(drawn.rankings), None)
        shift = np.zeros(len(names)) if ranking is None else drawn.places(ranking)[draw] - self._base.places(ranking)[0]
        gained, lost = {}, {}
        for outcome in drawn.lists:
            now, was = drawn.listed(outcome), self._base.listed(outcome)
            assert now is not None
            assert was is not None
            gained[outcome] = tuple(names[row] for row in np.flatnonzero(now[draw] & ~was[0]))
            lost[outcome] = tuple(names[row] for row in np.flatnonzero(~now[draw] & was[0]))
        return replace(_moved(what, shift, names), gained=gained, lost=lost)

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping, for programs."""
        label = self.evaluation.scheme.label
        return {
            "draws": self.study.draws,
            "seed": self.study.seed,
            "weights": self.study.weights,
            "figures": self.study.figures,
            "columns": dict(self.study.columns),
            "experts": self.study.experts,
            "left_out": [label(name) for name in self._base.left_out],
            "intervals": {label(name): [vars(one) for one in rows] for name, rows in self.intervals.items()},
            "shares": {label(name): rows for name, rows in self.shares.items()},
        }


def _release(evaluation: Evaluation) -> None:
    """Give back what the last block took where that is much: walks and their scopes hold each other, and arrays do not count for the
    collector, so that 230 zones filled four gigabytes."""
    if len(evaluation.unit_codes) > _MANY:
        gc.collect()


def _among(view: RankingView, keep: np.ndarray) -> np.ndarray:
    """Places of some units among themselves; 0 for one without a place."""
    ok, groups = view.places.ok[keep], view.groups[keep]
    return places(view.order[keep], ok, ok, groups, descending=False, missing_last=False).low


def _moved(what: str, shift: np.ndarray, names: Sequence[str]) -> Without:
    """Who moves, from each unit's change of place (positive: further down)."""
    most = int(np.abs(shift).max(initial=0))
    farthest = [int(row) for row in np.flatnonzero((np.abs(shift) == most) & (shift != 0))]
    who = "、".join(f"{names[row]}{'降' if shift[row] > 0 else '升'}{most}名" for row in farthest)
    return Without(what, int((shift != 0).sum()), most, who)


def _weights(evaluation: Evaluation, study: Study, generator: np.random.Generator) -> dict[str, np.ndarray]:
    """Factor of each indicator's marks, scaled so that the marks of all together stay what they are."""
    leaves = [name for name in evaluation.leaves if getattr(evaluation.scheme.tree[name].main, "marks", None) is not None]
    if not study.weights or not leaves:
        return {}
    marks = np.array([float(evaluation.scheme.tree[name].main.marks) for name in leaves])
    factors = 1 + study.weights * generator.uniform(-1, 1, (study.draws, len(leaves)))
    factors *= (marks.sum() / (factors * marks).sum(axis=1))[:, None]
    return {name: factors[:, [number]] for number, name in enumerate(leaves)}


def _noisy(evaluation: Evaluation, study: Study, generator: np.random.Generator) -> dict[Key, np.ndarray]:
    """Figures with an error each; a judged score stays within its range."""
    bounds, found = judged_bounds(evaluation), {}
    for key, values in figures(evaluation).items():
        error = study.columns.get(key[1], study.figures)
        noise = generator.uniform(-1, 1, (study.draws, len(values)))  # drawn in any case: one more error changes no other
        if error:
            drawn = values * (1 + error * noise)
            found[key] = np.clip(drawn, 0, bounds[key]) if key in bounds else drawn
    return found


def _panels(evaluation: Evaluation, draws: int, generator: np.random.Generator) -> dict[Key, np.ndarray]:
    """Scores of as many experts as there were, drawn from them with replacement, unit by unit."""
    found = {}
    for key in dict.fromkeys(raters(evaluation).values()):
        table = evaluation.dataset.tables[key[0]]
        values = np.array([float(v) for v in table.columns[key[1], key[2]].values])
        drawn = np.broadcast_to(values, (draws, len(values))).copy()
        assert table.parent is not None
        for unit in range(len(evaluation.unit_codes)):
            rows = np.flatnonzero(table.parent == unit)
            if len(rows) > 1:
                drawn[:, rows] = values[rows][generator.integers(0, len(rows), (draws, len(rows)))]
        found[key] = drawn
    return found


def _without(dataset: Dataset, row: int) -> Dataset:
    """The figures without one unit and its items."""
    tables: dict[str, Table] = {}
    for name, table in dataset.tables.items():
        keep = np.arange(len(table)) != row if table.parent is None else table.parent != row
        parent = None if table.parent is None else np.where(table.parent > row, table.parent - 1, table.parent)[keep]
        columns = {key: replace(column, values=column.values[keep], states=column.states[keep]) for key, column in table.columns.items()}
        labels = tuple(label for label, stays in zip(table.labels, keep, strict=True) if stays) if table.labels else ()
        origin = tuple(cell for cell, stays in zip(table.origin, keep, strict=True) if stays) if table.origin else ()
        keys = tuple(key for key, stays in zip(table.keys, keep, strict=True) if stays)
        tables[name] = replace(table, keys=keys, columns=columns, parent=parent, labels=labels, origin=origin)
    return replace(dataset, tables=tables)


@dataclass(frozen=True)
class Index:
    """How much of the variance of a result one input makes: alone (main), and with all its interactions (total)."""

    name: str
    main: float
    total: float


def sensitivity(evaluation: Evaluation, *, spread: float = 0.2, base: int = 512, seed: int = 20200326, unit: str = "") -> list[Index]:
    """Sobol' indices of the weights, each ± ``spread`` independently, on a unit's total, or on the mean shift of places over all units.

    Source: A. Saltelli et al., Comput. Phys. Commun. 181 (2010) 259, as SALib computes them. Refused when SALib is not installed.
    """
    try:
        from SALib.analyze import sobol as analyze
        from SALib.sample import sobol as sample
    except ImportError as error:
        remedy = "请运行 python bootstrap.py setup --extras（无网络时用 wheelhouse）"
        raise Refused([Fault("sensitivity.not_installed", "敏感度指数需要可选部分 SALib，尚未安装", remedy)]) from error
    leaves = [name for name in evaluation.leaves if getattr(evaluation.scheme.tree[name].main, "marks", None) is not None]
    problem = {"num_vars": len(leaves), "names": leaves, "bounds": [[1 - spread, 1 + spread]] * len(leaves)}
    points = sample.sample(problem, base, calc_second_order=False, seed=seed)
    found = []
    for first in range(0, len(points), _BLOCK):
        block = points[first : first + _BLOCK]
        trials = Trials(weights={name: block[:, [number]] for number, name in enumerate(leaves)})
        found.append(_output(evaluation, Drawn(evaluation, trials), unit))
        _release(evaluation)
    output = np.concatenate(found)
    if np.ptp(output) == 0:
        return [Index(evaluation.scheme.label(name), 0.0, 0.0) for name in leaves]
    indices = analyze.analyze(problem, output, calc_second_order=False, num_resamples=10, seed=seed)
    return [Index(evaluation.scheme.label(name), float(indices["S1"][k]), float(indices["ST"][k])) for k, name in enumerate(leaves)]


def _output(evaluation: Evaluation, drawn: Drawn, unit: str) -> np.ndarray:
    root = evaluation.main_root or evaluation.scheme.roots[0]
    if unit:
        return np.asarray(drawn.totals(root)[:, evaluation.row(unit)])
    ranking = evaluation.main_ranking
    if ranking is None or ranking not in drawn.rankings:
        return np.asarray(drawn.totals(root).mean(axis=1))
    was = np.array([float(evaluation.place(ranking, row) or 0) for row in range(len(evaluation.unit_codes))])
    return np.asarray(np.abs(drawn.places(ranking) - was)[:, was > 0].mean(axis=1))

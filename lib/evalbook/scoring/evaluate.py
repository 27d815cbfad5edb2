"""Walks the graph of names once, in the order in which names need each other.

Fixed order at each node: measure → clip → rule (× marks) → clip → round → gate. Exact by default; with ``floats`` the same
classes run on float64 columns (simulation), whose values may have leading axes (draws).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import Fault, Refused
from ..exact import exact
from ..kinds.aggregates.base import spread
from ..kinds.base import KindFault, RankingView, Ref, like
from ..kinds.column import Column, objects, round_values
from ..kinds.outcomes.base import Decision, merged
from ..kinds.places import places, rank_column
from ..kinds.rules.field_rule import FieldRule, graded
from ..periods import Period
from ..scheme.by import Choice
from ..scheme.models import Branch, Leaf
from ..scheme.scheme import Scheme, Variants, result_refs
from ..terms import State
from .dataset import Cell, Dataset
from .kept import Kept
from .participation import Participation, by_rules, exemptions_of, from_roster
from .results import BranchResult, LeafResult, MeasureResult
from .scope import TableScope
from .views import View

if TYPE_CHECKING:
    from .evaluation import Evaluation

_OTHERWISE = {"not_applicable": State.NOT_APPLICABLE, "exempt": State.EXEMPT}


#: Marks in floats that differ by less are the same.
_SAME = 1e-9


class Walk:
    """One walk over the graph; the front door is :func:`evalbook.scoring.evaluation.evaluate`.

    ``others`` are the evaluations of the other periods that the scheme reads, by period id; one that is not there does not exist.
    In a walk on floats they are constants. ``weights`` multiplies the points and marks of indicators, in a study of what weights do:
    for each an array that broadcasts over (draws, units). ``known`` is a walk that differs in little: what is the same is taken from it.
    """

    def __init__(
        self,
        scheme: Scheme,
        dataset: Dataset,
        others: Mapping[str, Evaluation] | None = None,
        *,
        floats: bool = False,
        weights: Mapping[str, np.ndarray] | None = None,
        known: Walk | None = None,
    ) -> None:
        self.known = known
        self.scheme, self.dataset, self.floats = scheme, dataset, floats
        self.weights = dict(weights or {})
        self.others = dict(others or {})
        self.results: dict[str, LeafResult | BranchResult | MeasureResult] = {}
        self.rankings: dict[str, RankingView] = {}
        self.decisions: dict[str, Decision] = {}
        self._scopes: dict[str, TableScope] = {}
        self._apart: dict[str, TableScope] = {}
        self._views: dict[str, View | None] = {}
        self._variants: dict[tuple[str, str], np.ndarray] = {}
        self._kept = None if known is None else Kept(self, known)
        same = self._kept is not None and known is not None and self._kept.same_roster
        self.registered: tuple[Participation, ...] = known.registered if same and known else from_roster(scheme, dataset.units)
        self.participation = self.registered
        self.exemptions, self.faults = exemptions_of(scheme, dataset.units)

    @property
    def ranked_units(self) -> np.ndarray:
        """Mask of the units that take part in rankings."""
        return np.array([one.ranked for one in self.participation], dtype=bool)

    @property
    def eligible_units(self) -> np.ndarray:
        """Mask of the units that may be rewarded."""
        return np.array([one.eligible for one in self.participation], dtype=bool)

    def run(self, *names: str) -> Walk:
        """Compute every name, or these and what they read. Refused with all faults when a figure breaks a rule.

        Who takes part comes first, with what the scheme's rules on it read (lint has refused rules that compare units).
        """
        first = {name for rule in self.scheme.participation.rules for name in result_refs(rule)}
        order = self.order(*first, *names, only=bool(names))
        before = self.order(*first, only=True)
        self._compute(before, as_known=self.known is not None and self.registered == self.known.registered)
        if not self.faults:
            self.participation = by_rules(self.scheme, self.scope(), self.participation)
        self._compute(order[len(before) :], as_known=self._takes_part_as_known)
        self.known = self._kept = None
        if self.faults:
            raise Refused(self.faults)
        return self

    def compute(self, *names: str) -> Walk:
        """Compute these names and what they read, and nothing else. Refused with all faults when a figure breaks a rule."""
        self._compute(self.order(*names, only=True), as_known=self._takes_part_as_known)
        self.known = self._kept = None
        if self.faults:
            raise Refused(self.faults)
        return self

    @property
    def _takes_part_as_known(self) -> bool:
        return self.known is not None and self.participation == self.known.participation

    def _compute(self, order: list[tuple[str, str]], *, as_known: bool) -> None:
        """Compute names in an order in which each comes after what it reads; ``as_known``: units take part as in the walk known."""
        compute = {"tree": self._node, "rankings": self._rank, "outcomes": self._decide}
        kept = self._kept if as_known else None
        for section, name in order:
            try:
                if kept is not None and kept.has(section, name):
                    self._take_over(name)
                    continue
                if section in compute:
                    compute[section](name)
                else:
                    self._measure(section, name)
                if kept is not None:
                    kept.compare(section, name)
            except KindFault as fault:
                self._record(section, name, fault)
            except _Broken:
                continue  # it reads a block that failed; that fault is the one to tell

    def _take_over(self, name: str) -> None:
        """A block's result from the walk that is known."""
        assert self.known is not None
        if name in self.known.results:
            self.results[name] = self.known.results[name]
        elif name in self.known.rankings:
            self.rankings[name] = self.known.rankings[name]
        else:
            self.decisions[name] = self.known.decisions[name]

    def order(self, *first: str, only: bool = False) -> list[tuple[str, str]]:
        """(section, name) of every block so that each comes after what it reads (lint has refused circles).

        ``first`` and what they read come first; with ``only``, nothing else comes.
        """
        done: dict[str, str] = {}

        def visit(name: str) -> None:
            section = self.scheme.section_of(name)
            if name in done or not section:
                return
            for other in self.scheme.edges[name]:
                visit(other)
            done[name] = section

        for name in (*first, *(() if only else self.scheme.names)):
            visit(name)
        return [(section, name) for name, section in done.items()]

    # what scopes ask ---------------------------------------------------------------------------------------------------

    def scope(self, table: str = "units") -> TableScope:
        """The scope of a table."""
        if table not in self._scopes:
            self._scopes[table] = TableScope(self, table)
        return self._scopes[table]

    def scope_of(self, leaf: str) -> TableScope:
        """The scope of the units as an indicator sees them: those exempt from it take no place in its fields."""
        exempt = self.exemptions.mask(leaf, len(self.dataset.units))
        if exempt is None:
            return self.scope()
        if leaf not in self._apart:
            self._apart[leaf] = TableScope(self, "units", exempt)
        return self._apart[leaf]

    def view(self, period: Period) -> View | None:
        """The results of a period as this period's units see them; None where there is no such period."""
        key = str(period)
        if key not in self._views:
            if period == self.scheme.period:
                self._views[key] = View(self, self)
            else:
                other = self.others.get(key)
                self._views[key] = None if other is None else View(self, other.walk, other.digest())
        return self._views[key]

    @property
    def views(self) -> list[View]:
        """Every period that was looked at."""
        return [view for view in self._views.values() if view is not None]

    def column(self, name: str) -> Column:
        """The column that a name stands for: points of a node, value of a measure, place of a ranking, amount of an outcome."""
        if name in self.results:
            return self.results[name].column
        if name in self.rankings:
            return self.rankings[name].places
        return self.in_arithmetic(self.decision(name).column())

    def decision(self, name: str) -> Decision:
        """What an outcome decided."""
        if name not in self.decisions:
            raise _Broken
        return self.decisions[name]

    def ranking(self, name: str) -> RankingView:
        """A computed ranking."""
        if name not in self.rankings:
            raise _Broken
        return self.rankings[name]

    def uom(self, name: str) -> str:
        """Unit of measure of a named result."""
        if name in self.scheme.measures or name in self.scheme.periods:
            model: Any = getattr(self.scheme, self.scheme.section_of(name))[name].main
            return self.scope().uom(model) if isinstance(model, Ref) else str(model.uom(self.scope()))
        return (
            "分"
            if name in self.scheme.tree
            else getattr(self.scheme.outcomes[name].main, "uom", "")
            if name in self.scheme.outcomes
            else ""
        )

    def in_arithmetic(self, column: Column) -> Column:
        """A stored column in the arithmetic of this walk."""
        if not self.floats or column.is_float or any(isinstance(v, str) for v in column.values):
            return column
        return Column(
            np.array([float(v) if s == State.OK else 0.0 for v, s in zip(column.values, column.states, strict=True)]), column.states
        )

    def variant(self, section: str, name: str) -> np.ndarray:
        """For each unit the number of the by-variant of a block, once everything is computed: whoever explains asks again and again."""
        key = (section, name)
        if key not in self._variants:
            self._variants[key] = self.choose_variant(getattr(self.scheme, section)[name])
        return self._variants[key]

    def choose_variant(self, variants: Variants[Any]) -> np.ndarray:
        """For each unit the number of the by-variant its attributes choose; units that no key fits are a fault."""
        rows = len(self.dataset.units)
        if len(variants.models) == 1 and not variants.models[0][0]:  # nearly every block: one variant, for everybody
            return np.zeros(rows, dtype=int)
        chosen = np.full(rows, -1)
        for number, (choices, _) in enumerate(variants.models):
            fits = np.ones(rows, dtype=bool)
            for choice in choices:
                fits &= self._allowed(choice)
            chosen[fits] = number
        homeless = np.flatnonzero(chosen < 0)
        if len(homeless):
            every = dict.fromkeys(choice for choices, _ in variants.models for choice in choices)
            lost = {c.attribute: not any(self._allowed(o)[homeless[0]] for o in every if o.attribute == c.attribute) for c in every}
            attribute = next(name for name, nowhere in lost.items() if nowhere)
            raise KindFault(
                "by.no_key",
                f"“{self._column_label(attribute)}”的取值在 by 表中没有对应的键",
                "请补充该键或 else，或核对名单",
                rows=tuple(int(r) for r in homeless),
                figure=(Ref("column", attribute), "current"),
                found=tuple(self.attribute(attribute, int(r)) or "空白" for r in homeless),
            )
        return chosen

    def _allowed(self, choice: Choice) -> np.ndarray:
        """Mask of the units that one key of a by-table means."""
        return np.array([choice.allows(self.attribute(choice.attribute, row)) for row in range(len(self.dataset.units))], dtype=bool)

    def attribute(self, name: str, row: int) -> str:
        """Attribute of a unit, or its answer or word for this period, as text; empty when it has none."""
        if name == "participation":
            return self.participation[row].status
        return self.dataset.units.keys[row] if name == "unit_code" else self.scope().show(Ref("column", name), row, blank="")

    # blocks ------------------------------------------------------------------------------------------------------------

    def _measure(self, section: str, name: str) -> None:
        variants = getattr(self.scheme, section)[name]
        chosen = self.choose_variant(variants)
        columns = [self._value(model) for model in variants]
        self.results[name] = MeasureResult(name, _pick(columns, chosen), chosen)

    def _value(self, measure: Any, scope: TableScope | None = None) -> Column:
        scope = scope or self.scope()
        return scope.column(measure) if isinstance(measure, Ref) else measure.compute(scope)

    def _node(self, name: str) -> None:
        variants = self.scheme.tree[name]
        chosen = self.choose_variant(variants)
        if isinstance(variants.main, Leaf):
            self.results[name] = _merge_leaves(name, [self._leaf(name, model, chosen == n) for n, model in enumerate(variants)], chosen)
        else:
            self.results[name] = _merge_branches(name, [self._branch(model, chosen == n) for n, model in enumerate(variants)], chosen)

    def _leaf(self, name: str, leaf: Leaf, mine: np.ndarray) -> LeafResult:
        """One variant of a leaf; the field has all units but those exempt, the rule sees only those that the variant is for."""
        scope, rows = self.scope_of(name), len(self.dataset.units)
        marks = leaf.marks if leaf.marks is not None else exact(0)
        nothing = np.full(rows, -1)
        if leaf.not_assessed:
            empty = _blank(rows, State.NOT_ASSESSED, self.floats)
            none = _full(like(empty.values, exact(0)), rows)
            return LeafResult(
                "", empty, empty, empty, empty.values, _full(like(none, marks), rows), none, nothing, np.ones(rows, dtype=bool)
            )
        exempt = self.exemptions.mask(name, rows)
        measured = _exempted(self._value(leaf.measure, scope), exempt)
        grade_on = leaf.rule.rank(measured, scope) if isinstance(leaf.rule, FieldRule) else measured
        grade_on = _exempted(grade_on, exempt)
        grade_on = replace(grade_on, states=np.where(mine, grade_on.states, State.NOT_APPLICABLE).astype(np.uint8))
        try:
            raw = graded(leaf.rule, grade_on, marks)
        except KindFault as fault:
            ok = np.flatnonzero(grade_on.ok)
            fault.rows = tuple(int(ok[r]) for r in fault.rows)
            raise
        points = Column(raw, grade_on.states)
        if leaf.clip is not None:
            points = leaf.clip.apply(points)
        decimals = self.scheme.meta.round.decimals if leaf.round is None else leaf.round
        points = points.with_values(round_values(points.values, decimals, self.scheme.meta.round.mode))
        points, gate = self._gate(leaf, points)
        points = _exempted(points, exempt)
        worth = _full(like(points.values, marks), rows)
        if (weight := self.weights.get(name)) is not None:
            points, worth = points.with_values(points.values * weight), worth * weight
        assessed = np.where(_counts_as_assessed(points.states), worth, like(points.values, exact(0)))
        return LeafResult("", measured, grade_on, points, raw, worth, assessed, nothing, gate)

    def _gate(self, node: Any, points: Column) -> tuple[Column, np.ndarray]:
        """``when`` / ``otherwise``: where the condition does not hold the node does not apply, is exempt, or gives zero."""
        rows = len(points)
        if node.when is None:
            return points, np.ones(rows, dtype=bool)
        truth = node.when.settled(self.scope())
        states, values = points.states.copy(), points.values.copy()
        states[truth < 0] = State.MISSING
        if node.otherwise == "zero":
            values[..., truth == 0] = points.number(exact(0))
            states[truth == 0] = State.OK
        else:
            states[truth == 0] = _OTHERWISE[node.otherwise]
        return points.with_values(values, states), truth == 1

    def _branch(self, branch: Branch, mine: np.ndarray) -> BranchResult:
        """One variant of a branch, for the units that the variant is for."""
        counted = [c for c in branch.children if self._node_model(c).counts]
        names, beside = ([c for c in counted if self._node_model(c).extra == extra] for extra in (False, True))
        children, extras = [self._tree_result(c) for c in names], [self._tree_result(c) for c in beside]
        zero = exact(0)
        values = _stacked([c.points.values for c in children])
        states = np.where(mine, np.stack([c.points.states for c in children]), State.NOT_APPLICABLE)
        gap = _is_gap(states)
        apart = (states != State.OK) & ~gap
        extra_states = np.where(mine, np.array([c.points.states for c in extras]).reshape(len(extras), len(mine)), State.NOT_APPLICABLE)
        lacking = np.concatenate([gap, _is_gap(extra_states)])
        if branch.missing == "refuse" and lacking.any():
            below: dict[int, list[str]] = {}
            for row, child in zip(*np.nonzero(lacking.T), strict=True):
                below.setdefault(int(row), []).append([*names, *beside][child])
            raise KindFault(
                "branch.missing",
                "下级指标缺少数据，而假设规定缺数即拒绝",
                "请补报数据，或改选缺数处理办法",
                rows=tuple(below),
                absent=True,
                names=below,
            )
        included = ~apart & (True if branch.missing == "zero" else ~gap)
        combined = branch.aggregate.combine(values, included, names)
        out_states = np.where(included.any(axis=0), State.OK, np.where(gap.any(axis=0), State.MISSING, states.max(axis=0))).astype(np.uint8)
        if branch.missing == "propagate":
            out_states[lacking.any(axis=0)] = State.MISSING
        possible, child_assessed = (_stacked([getattr(c, part) for c in children]) for part in ("marks", "assessed"))
        # masks say what holds in all draws, the marks of a study of weights differ between draws
        counted_in, open_ = spread(included, possible), spread(gap, possible)
        assessed = np.where(counted_in, np.where(open_, possible, child_assessed), like(combined, zero)).sum(axis=0)
        everything = np.ones_like(included)
        marks = np.full_like(assessed, like(combined, branch.marks)) if branch.marks is not None else None
        marks = branch.aggregate.combine(possible, everything, names) if marks is None or self.weights else marks
        total, out_of = combined, assessed
        rescaled = np.zeros(len(mine), dtype=bool)
        if branch.aggregate.additive:
            inner = (counted_in & _differ(child_assessed, possible) & ~open_).any(axis=0)
            short = (apart.any(axis=0) | inner) & (branch.not_applicable == "rescale")
            short |= ((gap & ~included).any(axis=0) | inner) & (branch.missing == "rescale")
            rescaled = short & (assessed > 0) & _differ(assessed, marks) & (out_states == State.OK)
            one = like(combined, exact(1))
            combined = combined * np.where(rescaled, marks / np.where(rescaled, assessed, one), one)
            assessed = np.where(rescaled, marks, assessed)
        else:
            assessed = np.where(out_states == State.OK, marks, like(combined, zero))
        if branch.base is not None:
            combined = combined + like(combined, branch.base)
        extra = np.full_like(combined, like(combined, zero))
        for child, holds in zip(extras, extra_states == State.OK, strict=True):
            extra = extra + np.where(holds, child.points.values, like(combined, zero))
        combined = combined + extra
        points = Column(combined, out_states).with_values(combined)
        if branch.clip is not None:
            points = branch.clip.apply(points)
        decimals = self.scheme.meta.round.decimals if branch.round is None else branch.round
        inexact = np.ones_like(rescaled) if branch.round is not None or not branch.aggregate.additive else rescaled
        if inexact.any():
            rounded = round_values(points.values, decimals, self.scheme.meta.round.mode)
            points = points.with_values(np.where(inexact, rounded, points.values))
        points, gate = self._gate(branch, points)
        return BranchResult("", points, marks, assessed, rescaled, np.full(len(mine), -1), total, out_of, extra, combined, gate)

    def _node_model(self, name: str) -> Any:
        return self.scheme.tree[name].main

    def _tree_result(self, name: str) -> LeafResult | BranchResult:
        result = self.results.get(name)
        if isinstance(result, (LeafResult, BranchResult)):
            return result
        raise _Broken

    def _rank(self, name: str) -> None:
        ranking = self.scheme.rankings[name].main
        scope = self.scope()
        column = scope.column(ranking.of)
        member, groups = scope.field(ranking.among, ranking.within, ranking.open_to)
        descending = ranking.order == "desc"
        if not ranking.then:
            place = rank_column(column, scope, ranking)
            assert place.low is not None
            assert place.size is not None
            order = np.where(member & ~column.ok, place.size + 1, place.low)  # who has no value comes last, whatever place that gives
        else:
            keys = [(column, descending), *((scope.column(ref), True) for ref in ranking.then)]
            order = self._combined(keys, member, groups)
            signed = Column(objects([exact(-int(o)) for o in order]) if not self.floats else -order.astype(float), column.states)
            place = rank_column(signed, scope, ranking.model_copy(update={"order": "desc"}))
        self.rankings[name] = RankingView(place, column, groups, order, descending)

    def _combined(self, keys: list[tuple[Column, bool]], member: np.ndarray, groups: np.ndarray) -> np.ndarray:
        """Places by several keys: a later key decides among units tied on the earlier ones."""
        rows = len(member)
        combined = np.zeros(rows, dtype=np.int64)
        for column, descending in keys:
            found = places(column.values, column.ok, member, groups, descending=descending, missing_last=True)
            keyed = combined * (rows + 2) + found.dense
            combined = places(keyed, member, member, groups, descending=False, missing_last=False).dense
        return places(combined, member, member, groups, descending=False, missing_last=False).low

    def _decide(self, name: str) -> None:
        variants = self.scheme.outcomes[name]
        chosen = self.choose_variant(variants)
        decisions = [model.decide(self.scope(), name, chosen == number) for number, model in enumerate(variants)]
        self.decisions[name] = merged(decisions, chosen)

    # faults ------------------------------------------------------------------------------------------------------------

    def _record(self, section: str, name: str, fault: KindFault) -> None:
        """A kind's complaint as faults: one per unit, with the figure's place in the data files where one is known."""
        label = self.scheme.label(name)
        if not fault.rows:
            place = self.scheme.source.fault(fault.code, f"{label}：{fault.message}", (section, name), remedy=fault.remedy)
            self.faults.append(place)
            return
        for number, row in enumerate(fault.rows):
            names = fault.names.get(row, [name])
            cell, blank = self._cell(row, fault, names)
            who = f"{label}（{self.scope().unit_name(row)}）"
            below = "：" + "、".join(map(self.scheme.label, names)) if row in fault.names else ""
            found = fault.found[number] if fault.found else ""
            self.faults.append(
                Fault(
                    fault.code,
                    f"{who}：{fault.message}{below}{blank}",
                    fault.remedy,
                    file=cell.file if cell else "",
                    sheet=cell.sheet if cell else "",
                    row=cell.row if cell else None,
                    column=cell.column if cell else "",
                    value=cell.raw if cell else found,
                    path=f"{section}.{name}",
                )
            )

    def _column_label(self, name: str) -> str:
        """Chinese name of a column of the units; a result of the same name is something else."""
        return self.scope().label(Ref("column", name))

    def _cell(self, row: int, fault: KindFault, names: list[str]) -> tuple[Cell | None, str]:
        """The cell at fault, None where no file has one; for a blank also which figures lack, in words."""
        unit, columns = self.dataset.units.keys[row], list(self.scheme.tables["units"].columns)
        if fault.figure is not None:
            ref, period = fault.figure
            wanted = [(ref.name, str(self.scheme.at(period)))]
        else:
            wanted = sorted(self.scheme.needed(*names), key=lambda pair: (columns.index(pair[0]), pair[1] != str(self.scheme.period)))
        cells = {pair: figure.used for pair in wanted if (figure := self.dataset.figures.get((unit, *pair)))}
        if not fault.absent:
            return next(iter(cells.values()), None), ""
        lacking = [pair for pair in wanted if pair not in cells or cells[pair].value is None]
        words = "、".join(f"{Period.parse(period).label}{self._column_label(quantity)}" for quantity, period in lacking)
        return next((cells[pair] for pair in lacking if pair in cells), None), f"（缺{words}）" if words else ""


class _Broken(Exception):
    """A block reads another one that already failed; the first fault is the one to report."""


def _exempted(column: Column, exempt: np.ndarray | None) -> Column:
    """The column with the state 免评 for the units exempt from the indicator."""
    if exempt is None:
        return column
    states = np.where(exempt, State.EXEMPT, column.states).astype(np.uint8)
    return replace(column, values=np.where(exempt, column.number(exact(0)), column.values), states=states)


def _counts_as_assessed(states: np.ndarray) -> np.ndarray:
    return (states == State.OK) | (states == State.MISSING) | (states == State.UNDEFINED)


def _stacked(arrays: Sequence[np.ndarray]) -> np.ndarray:
    """Arrays one above the other; some have draws in front of the units, others hold for all draws."""
    shape = np.broadcast_shapes(*(one.shape for one in arrays))
    return np.stack([np.broadcast_to(one, shape) for one in arrays])


def _differ(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Where two arrays of marks are not the same; sums of floats are, in spite of their last digit."""
    return np.asarray(one != other) if one.dtype == object else np.abs(one - other) > _SAME


def _is_gap(states: np.ndarray) -> np.ndarray:
    return (states == State.MISSING) | (states == State.UNDEFINED)


def _zeros(rows: int, floats: bool) -> np.ndarray:
    return np.zeros(rows) if floats else objects([exact(0)] * rows)


def _full(value: Any, rows: int) -> np.ndarray:
    return np.full(rows, value) if isinstance(value, float) else objects([value] * rows)


def _blank(rows: int, state: State, floats: bool) -> Column:
    return Column(_zeros(rows, floats), np.full(rows, state, dtype=np.uint8))


def _take(parts: list[np.ndarray], chosen: np.ndarray) -> np.ndarray:
    """Per unit, the part its variant number names; some parts have draws in front of the units, others hold for all draws."""
    if len(parts) == 1:
        return parts[0]
    out = np.broadcast_to(parts[0], np.broadcast_shapes(*(part.shape for part in parts))).copy()
    for number, part in enumerate(parts[1:], 1):
        out[..., chosen == number] = part[..., chosen == number]
    return out


def _optional(parts: list[np.ndarray | None], chosen: np.ndarray) -> np.ndarray | None:
    known = [p for p in parts if p is not None]
    if not known:
        return None
    return _take([np.zeros_like(known[0]) if p is None else p for p in parts], chosen)


def _pick(columns: list[Column], chosen: np.ndarray) -> Column:
    if len(columns) == 1:
        return columns[0]
    parts: Callable[[str], list[Any]] = lambda attribute: [getattr(c, attribute) for c in columns]  # noqa: E731
    return Column(
        _take(parts("values"), chosen),
        _take(parts("states"), chosen),
        _optional(parts("low"), chosen),
        _optional(parts("high"), chosen),
        _optional(parts("size"), chosen),
        _optional(parts("roster"), chosen),
        any(parts("mean_points")),
    )


def _merge_leaves(name: str, parts: list[LeafResult], chosen: np.ndarray) -> LeafResult:
    return LeafResult(
        name,
        _pick([p.measured for p in parts], chosen),
        _pick([p.graded for p in parts], chosen),
        _pick([p.points for p in parts], chosen),
        _take([p.raw_points for p in parts], chosen),
        _take([p.marks for p in parts], chosen),
        _take([p.assessed for p in parts], chosen),
        chosen,
        _take([p.gate for p in parts], chosen),
    )


def _merge_branches(name: str, parts: list[BranchResult], chosen: np.ndarray) -> BranchResult:
    return BranchResult(
        name,
        _pick([p.points for p in parts], chosen),
        _take([p.marks for p in parts], chosen),
        _take([p.assessed for p in parts], chosen),
        _take([p.rescaled for p in parts], chosen),
        chosen,
        _take([p.total for p in parts], chosen),
        _take([p.out_of for p in parts], chosen),
        _take([p.extra for p in parts], chosen),
        _take([p.raw_points for p in parts], chosen),
        _take([p.gate for p in parts], chosen),
    )

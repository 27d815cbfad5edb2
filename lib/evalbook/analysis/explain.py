"""Explains one number: points ← clause ← formula with the numbers in it ← source cells ← who reported and verified."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from ..exact import equals, plain
from ..intake.reading import mark_of
from ..kinds.base import Measure, Ref, Scope
from ..kinds.history import History, Part
from ..kinds.outcomes.base import Outcome
from ..kinds.places import place_sentence
from ..kinds.ranking import Ranking
from ..kinds.rules.field_rule import FieldRule
from ..periods import Period
from ..scheme.models import Branch, Leaf
from ..scheme.scheme import column_refs, result_refs
from ..scheme.tables import TableSpec
from ..scoring.dataset import Cell, Figure, Item, ItemKey
from ..scoring.evaluation import STATE_WORDS, Evaluation
from ..scoring.results import BranchResult, LeafResult
from ..terms import CALIBRES, ORIGINS, PERIOD_RESULT, REASONS, STAGES, State

T = TypeVar("T")
#: Words that stand where a figure has no number.
_ABSENT = (State.MISSING.label, State.NOT_APPLICABLE.label)


class Trace(NamedTuple):
    """One figure or item behind a number, with its trail; texts as a reader sees them.

    ``calibre`` says on which boundary the figure was counted and what it is on the other one, for a unit whose boundary changed.
    """

    label: str
    period: str
    value: str
    uom: str
    stage: str
    trail: str
    place: str
    source: str
    evidence_id: str
    by: str
    date: str
    origin: str
    note: str
    calibre: str = ""

    @property
    def measured(self) -> str:
        """The value in its unit of measure; a word that says why there is none stands alone."""
        return self.value if self.value in _ABSENT else self.value + self.uom


class Explanation(NamedTuple):
    """The chain behind what one unit has at a node (points out of marks), measure, ranking or outcome (no marks)."""

    unit_code: str
    unit_name: str
    name: str
    label: str
    clause: str
    marks: str
    points: str
    state: str
    official: bool
    sentence: str
    steps: tuple[str, ...] = ()
    traces: tuple[Trace, ...] = ()
    children: tuple[Explanation, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """With all below it, for JSON."""
        below = {"traces": [trace._asdict() for trace in self.traces], "children": [child.as_dict() for child in self.children]}
        return self._asdict() | below

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Explanation]]:
        """This explanation and all below it, with their depth."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)


def explain(evaluation: Evaluation, unit: str, name: str, *, deep: bool = True, traced: bool = True) -> Explanation:
    """Explain what a unit (code or name) has at a node, measure, ranking or outcome; KeyError when unknown.

    ``deep`` explains what it is made of too: the children of a node, the results that an outcome or a measure reads; ``traced``
    follows it to the figures.
    """
    row = evaluation.row(unit)
    section = evaluation.scheme.section_of(name)
    if section == "tree":
        return _node(evaluation, name).explain(row, deep=deep, traced=traced)
    if not section:
        raise KeyError(name)
    model = list(getattr(evaluation.scheme, section)[name])[_variant(evaluation, section, name, row)]
    points, state, steps = _TELLERS[section](evaluation, name, row, model)
    inner = [other for other in result_refs(model) if evaluation.scheme.section_of(other) in ("tree", *_TELLERS)] if deep else []
    return Explanation(
        unit_code=evaluation.unit_codes[row],
        unit_name=evaluation.unit_names[row],
        name=name,
        label=evaluation.scheme.label(name),
        clause=getattr(model, "clause", ""),
        marks="",
        points=points,
        state=state,
        official=getattr(model, "official", True),
        sentence="；".join(steps),
        steps=tuple(steps),
        traces=tuple(_traces(evaluation, row, _all_reads(evaluation, model))) if traced else (),
        children=tuple(explain(evaluation, unit, other, deep=section != "rankings", traced=traced) for other in inner),
    )


def traces(evaluation: Evaluation, row: int, name: str) -> tuple[Trace, ...]:
    """The figures, items and results of other periods behind what a unit has at a node, measure, ranking or outcome."""
    section = evaluation.scheme.section_of(name)
    model = list(getattr(evaluation.scheme, section)[name])[_variant(evaluation, section, name, row)]
    return () if isinstance(model, Branch) else tuple(_traces(evaluation, row, _all_reads(evaluation, model)))


def unit_traces(evaluation: Evaluation, row: int) -> Iterator[Trace]:
    """The figures, items and results of other periods behind everything that a unit has, each once, in the order in which indicators,
    outcomes and results of other periods read them."""
    behind: _Behind = evaluation.walk.scope().once(evaluation.scheme, "behind", lambda: _Behind(evaluation))
    for reads in behind.reads(row):
        yield from _traces(evaluation, row, reads)


def _variant(evaluation: Evaluation, section: str, name: str, row: int) -> int:
    """Number of the by-variant that holds for a unit."""
    return int(_variants(evaluation, section, name)[row])


def _variants(evaluation: Evaluation, section: str, name: str) -> Any:
    """For each unit the number of the by-variant that holds for it."""
    if section in ("rankings", "outcomes"):
        return evaluation.walk.variant(section, name)
    return evaluation.walk.results[name].variant


def _measure(evaluation: Evaluation, name: str, row: int, model: Any) -> tuple[str, str, list[str]]:
    """Value, state and sentence of a named measure or of a result of other periods."""
    column, scope = evaluation.walk.results[name].column, evaluation.walk.scope()
    value, state = column.at(row), State(int(column.states[row])).label
    if value is None:
        why = [model.told(scope, row, None)] if isinstance(model, History) else []
        return "—", state, [f"{evaluation.scheme.label(name)}{state}", *why]
    told = scope.column_sentence(model, row) if isinstance(model, Ref) else model.told(scope, row, value)
    return plain(value) + evaluation.walk.uom(name), state, [told]


def _ranking(evaluation: Evaluation, name: str, row: int, model: Any) -> tuple[str, str, list[str]]:
    """Place, state and sentence of a ranking."""
    places = evaluation.ranking(name).places
    state = State(int(places.states[row])).label
    value = places.at(row)
    taking_part = evaluation.walk.participation[row]
    if value is None and not taking_part.plain:
        return "—", state, [f"{state}：{taking_part.sentence}"]
    return ("—", state, [state]) if value is None else (f"第{plain(value)}名", state, [place_sentence(places, row, model.ties)])


def _outcome(evaluation: Evaluation, name: str, row: int, model: Any) -> tuple[str, str, list[str]]:
    """Verdict of an outcome, with its causes and how it was settled for this unit."""
    decision = evaluation.decision(name)
    remarks = [remark.text for remark in decision.remarks if row in remark.units]
    return model.text(decision.verdicts[row]), State.OK.label, [model.sentence(), *decision.causes[row], *remarks]


#: Section → what tells of its results; nodes of the tree are told apart.
_TELLERS = {"measures": _measure, "rankings": _ranking, "outcomes": _outcome, "periods": _measure}


class _Node:
    """A node of the tree, to be told unit by unit: what is the same for all units, or can be read for all at once, is looked up once."""

    def __init__(self, evaluation: Evaluation, name: str) -> None:
        variants, result = evaluation.scheme.tree[name], evaluation.node(name)
        self.evaluation, self.name, self.result = evaluation, name, result
        self.codes, self.names = evaluation.unit_codes, evaluation.unit_names
        self.label, self.counts, self.extra = evaluation.scheme.label(name), variants.main.counts, variants.main.extra
        self.points, self.states = result.points.listed(), result.points.states.tolist()
        self.marks = [plain(marks) if marks else "" for marks in result.marks.tolist()]
        self.raw, self.gate = result.raw_points.tolist(), result.gate.tolist()
        self._variants = [_Leaf(self, model) if isinstance(model, Leaf) else _Branch(self, model) for model in variants]
        self._chosen = result.variant.tolist()

    def variant(self, row: int) -> _Leaf | _Branch:
        """The by-variant that holds for a unit."""
        return self._variants[self._chosen[row]]

    def explain(self, row: int, *, deep: bool, traced: bool) -> Explanation:
        """The chain behind the points of a unit."""
        told, points = self.variant(row), self.points[row]
        model, steps = told.model, tuple(told.steps(row))
        return Explanation(
            self.codes[row],
            self.names[row],
            self.name,
            model.label,
            model.clause,
            self.marks[row],
            "—" if points is None else plain(points),
            STATE_WORDS[self.states[row]],
            model.official,
            "；".join(steps),
            steps,
            tuple(_traces(self.evaluation, row, _all_reads(self.evaluation, model))) if traced and isinstance(model, Leaf) else (),
            tuple([child.explain(row, deep=True, traced=traced) for child in told.children]) if deep else (),
        )


def _node(evaluation: Evaluation, name: str) -> _Node:
    found: _Node = evaluation.walk.scope().once(evaluation.scheme.tree[name], "told", lambda: _Node(evaluation, name))
    return found


def sentence(evaluation: Evaluation, name: str, row: int) -> str:
    """One sentence on how a unit came to its points at a node."""
    return "；".join(_node(evaluation, name).variant(row).steps(row))


class _Leaf:
    """An indicator as one by-variant has it."""

    children: tuple[_Node, ...] = ()

    def __init__(self, node: _Node, leaf: Leaf) -> None:
        assert isinstance(node.result, LeafResult)
        evaluation = node.evaluation
        self.node, self.model, self.result, self.evaluation = node, leaf, node.result, evaluation
        self._scope = evaluation.walk.scope_of(node.name)
        self._exempt = evaluation.walk.exemptions.entries.get(node.name, {})
        self._named = _named(evaluation, leaf.measure)
        self._measured, self._graded = node.result.measured.listed(), node.result.graded.listed()
        self._rounding = _rounding(evaluation, leaf)
        self._ties = leaf.rule.ties if isinstance(leaf.rule, FieldRule) else ""
        self._moved = evaluation.dataset.calibres

    def steps(self, row: int) -> Iterator[str]:
        """How a unit came to its points."""
        leaf, result, scope = self.model, self.result, self._scope
        if leaf.not_assessed:
            yield f"本期不考核：{leaf.not_assessed}"
            yield from _left_out(self.node, row)
            return
        if row in self._exempt:
            exemption = self._exempt[row]
            yield f"免评：{exemption.reason}（{exemption.by} {exemption.date}）"
            yield from _left_out(self.node, row)
            return
        if self._named:
            yield from _named_steps(self.evaluation, leaf.measure, row, set())
        value = self._measured[row]
        if value is None:
            yield f"{leaf.label}{State(int(result.measured.states[row])).label}"
            if isinstance(leaf.measure, Ref) and leaf.measure.name in self.evaluation.scheme.periods:
                yield scope.column_sentence(leaf.measure, row)
        elif isinstance(leaf.measure, Ref):
            yield scope.column_sentence(leaf.measure, row)
        else:
            yield leaf.measure.told(scope, row, value)
        graded, points = self._graded[row], self.node.points[row]
        if self._ties:
            yield "不参加该指标排名" if graded is None else place_sentence(result.graded, row, self._ties)
        if not self.node.gate[row]:
            yield _gate_sentence(leaf, result, row, scope)
        elif graded is not None:
            raw = self.node.raw[row]
            yield _mean_sentence(result, row) or leaf.rule.sentence(graded, raw, result.grading(row))
            yield from _bounded(leaf, self._rounding, raw, points)
        if self.node.codes[row] in self._moved:
            yield from _calibre_step(self.evaluation, leaf, row)
        if points is None:
            yield from _left_out(self.node, row)


def _calibre_step(evaluation: Evaluation, leaf: Leaf, row: int) -> Iterator[str]:
    """On which boundary the figures behind an indicator were counted, for a unit whose boundary changed."""
    told = evaluation.dataset.calibres[evaluation.unit_codes[row]]
    if any(figure.used.calibre for _, _, figure in evaluation.figures_of(row, _all_reads(evaluation, leaf).figures)):
        yield f"所用数据为{CALIBRES[told.used]}口径（管辖范围{told.changed}调整）"


def _named(evaluation: Evaluation, measure: Any) -> list[str]:
    """The named measures that a measure reads."""
    found: list[str] = evaluation.walk.scope().once(
        measure, "named", lambda: [name for name in result_refs(measure) if name in evaluation.scheme.measures]
    )
    return found


def _named_steps(evaluation: Evaluation, measure: Any, row: int, told: set[str]) -> Iterator[str]:
    """How each named measure that a measure reads came about, what it reads itself first."""
    for name in _named(evaluation, measure):
        if name not in told:
            told.add(name)
            model = evaluation.scheme.measures[name].models[_variant(evaluation, "measures", name, row)][1]
            yield from _named_steps(evaluation, model, row, told)
            label, steps = evaluation.scheme.label(name), _measure(evaluation, name, row, model)[2]
            yield from (step if step.startswith(label) else f"{label}：{step}" for step in steps)


def _gate_sentence(node: Any, result: LeafResult | BranchResult, row: int, scope: Scope) -> str:
    """What a condition that does not hold, or cannot be decided, makes of a node."""
    state, condition = State(int(result.points.states[row])), node.when.sentence(scope)
    if state == State.MISSING:
        return f"缺少判定条件（{condition}）所需的数据，缺失"
    return f"不满足条件（{condition}），{'得0分' if state == State.OK else state.label}"


def _mean_sentence(result: LeafResult, row: int) -> str:
    """How tied units share the points of the places they take up; empty where no tie is averaged."""
    column = result.graded
    if not column.mean_points or column.low is None or column.high is None or column.low[row] == column.high[row]:
        return ""
    return f"取第{column.low[row]}—{column.high[row]}名得分的平均，得{plain(result.raw_points[row])}分"


def _bounded(node: Any, rounding: str, raw: Any, points: Any) -> Iterator[str]:
    """What bounds and rounding made of the points."""
    kept = raw
    if node.clip is not None:
        kept = node.clip.bounded(raw)
        if kept != raw:
            yield f"{node.clip.sentence()}，取{plain(kept)}分"
    if kept != points:
        yield f"{rounding}，得{plain(points)}分"


def _rounding(evaluation: Evaluation, node: Any) -> str:
    """How the points of a node are rounded, in words."""
    rounding = evaluation.scheme.meta.round
    return f"{rounding.word}到{rounding.decimals if node.round is None else node.round}位小数"


def _left_out(node: _Node, row: int) -> Iterator[str]:
    """What the branch above does with a child that has no points."""
    tree = (_node(node.evaluation, name).variant(row) for name in node.evaluation.scheme.tree)
    above = next((told for told in tree if isinstance(told, _Branch) and node in told.children), None)
    gap = node.states[row] in _GAPS
    if above is None or not node.counts:
        yield from ["无得分"] if gap else []
        return
    branch, label = above.model, above.node.label
    if node.extra and not (gap and branch.missing == "propagate"):
        yield "不加不减"
        return
    policy = branch.missing if gap else branch.not_applicable
    if policy == "zero":
        yield "计0分"
    elif policy == "propagate":
        yield f"“{label}”也按缺失处理"
    elif policy == "rescale" and above.result.rescaled[row]:
        yield f"不计入，“{label}”按其余分值折算"
    else:
        yield f"不计入“{label}”"


class _Branch:
    """A branch as one by-variant has it."""

    def __init__(self, node: _Node, branch: Branch) -> None:
        assert isinstance(node.result, BranchResult)
        self.node, self.model, self.result, self.evaluation = node, branch, node.result, node.evaluation
        self.children = tuple(_node(self.evaluation, name) for name in branch.children)
        self._inside = [child for child in self.children if not child.extra]
        self._beside = [child for child in self.children if child.extra]
        self._rounding = _rounding(self.evaluation, branch)
        self._how = "" if branch.aggregate.additive else f"{branch.aggregate.sentence(self.evaluation.scheme.label)}："

    def steps(self, row: int) -> Iterator[str]:
        """How a unit came to its points."""
        branch, result = self.model, self.result
        points, total, scaled = self.node.points[row], result.total[row], bool(result.rescaled[row])
        head = self._how + (" ＋ " if branch.aggregate.additive else "、").join([self._part(child, row) for child in self._inside])
        yield f"{head} {equals(total)}" if not scaled and any(self._enters(child, row) for child in self._inside) else head
        if scaled:
            before = result.raw_points[row] - result.extra[row] - (branch.base or 0)
            share = f"{plain(total)} ÷ {plain(result.out_of[row])} × {plain(result.marks[row])}"
            yield f"按实际考核分值折算：{share} {equals(before)}"
        if not self.node.gate[row]:
            yield _gate_sentence(branch, result, row, self.evaluation.walk.scope())
            return
        if points is None:
            yield STATE_WORDS[self.node.states[row]]
            return
        if branch.base is not None:
            yield f"加基础分{plain(branch.base)}分 {equals(result.raw_points[row] - result.extra[row])}"
        if self._beside:
            yield f"加减分（{'、'.join(self._part(child, row) for child in self._beside)}） {equals(result.raw_points[row])}"
        yield from _bounded(branch, self._rounding, self.node.raw[row], points)

    def _enters(self, child: _Node, row: int) -> bool:
        """Whether a child is part of the sum: it has points, or its gap counts as zero."""
        gap = child.states[row] in _GAPS and self.model.missing == "zero"
        return child.counts and (gap or child.points[row] is not None)

    def _part(self, child: _Node, row: int) -> str:
        """A child in the formula of its branch."""
        points, aside = child.points[row], "" if child.counts else "〔不计入〕"
        if points is not None:
            return f"{child.label} {plain(points)}{aside}"
        zero = " 0" if self._enters(child, row) else ""
        return f"{child.label}{zero}（{STATE_WORDS[child.states[row]]}）{aside}"


_GAPS = (State.MISSING, State.UNDEFINED)


class _Reads(NamedTuple):
    """What blocks read: figures, by quantity and period in the order of the scheme's columns; child tables; results of other periods."""

    figures: Sequence[tuple[str, str]]
    tables: Sequence[str]
    histories: Sequence[str]


class _Behind:
    """What is behind everything that a unit has, each figure, list and result of other periods where it is read first.

    Units for which the same by-variants hold read the same.
    """

    def __init__(self, evaluation: Evaluation) -> None:
        scheme = evaluation.scheme
        sections = {"tree": evaluation.leaves, "outcomes": scheme.outcomes, "periods": scheme.periods}
        names = [(section, name) for section, found in sections.items() for name in found]
        self._evaluation = evaluation
        self._blocks = [list(getattr(scheme, section)[name]) for section, name in names]
        chosen = [_variants(evaluation, section, name).tolist() for section, name in names]
        self._chosen = list(zip(*chosen, strict=True)) if names else [()] * len(evaluation.unit_codes)
        self._found: dict[tuple[int, ...], list[_Reads]] = {}

    def reads(self, row: int) -> list[_Reads]:
        """What the blocks read of a unit, block by block."""
        chosen = self._chosen[row]
        if chosen not in self._found:
            models = [variants[number] for variants, number in zip(self._blocks, chosen, strict=True)]
            self._found[chosen] = self._first_reads(model for model in models if not isinstance(model, Branch))
        return self._found[chosen]

    def _first_reads(self, models: Iterable[Any]) -> list[_Reads]:
        figures, tables, histories, found = set[tuple[str, str]](), set[str](), set[str](), [_Reads([], [], [])]
        for model in models:
            reads = _all_reads(self._evaluation, model)
            first = _Reads(_new(reads.figures, figures), _new(reads.tables, tables), _new(reads.histories, histories))
            last = found[-1]
            if first.histories or last.tables:
                found.append(first)
            else:  # most blocks read figures alone: they can be looked up together
                found[-1] = _Reads([*last.figures, *first.figures], first.tables, last.histories)
        return found


def _new(found: Iterable[T], seen: set[T]) -> list[T]:
    """What has not been seen before; from now on it has."""
    new = [one for one in found if one not in seen]
    seen.update(new)
    return new


def _traces(evaluation: Evaluation, row: int, reads: _Reads) -> Iterator[Trace]:
    """Figures, items and results of other periods of a unit."""
    for name in reads.histories:
        yield from history_traces(evaluation, name, row)
    for quantity, period, figure in evaluation.figures_of(row, reads.figures):
        yield figure_trace(evaluation, quantity, period, figure)
    for table in reads.tables:
        for which, item in evaluation.dataset.items_of.get((table, evaluation.unit_codes[row]), ()):
            yield _item_trace(evaluation.scheme.tables[table], which, item)


def _item_trace(spec: TableSpec, which: ItemKey, item: Item) -> Trace:
    """An item with the values that score, what it was before, and who changed it; one that is struck out says so first."""
    facts = "，".join([f"{quantity.label} {_item_value(spec, item, name)}" for name, quantity in spec.columns.items()])
    changes = [("认定", "text", item.whole.cells[1:])] if item.struck else []  # as filed it goes without saying
    changes += [(spec.columns[name].label, spec.columns[name].type, item.figure(name).cells) for name in item.changed]
    trails = []
    for label, kind, cells in changes:
        trails.append(f"{label} {' → '.join(f'{STAGES[c.stage]} {value_text(kind, c)}{_why(c)}' for c in cells)}")
    told, last = item.row, changes[0][2][-1] if changes else None
    return Trace(
        spec.label,
        "",
        f"{'（不予认定，不计分）' if item.struck else ''}{item.label or which.item_id}（{which.item_id}）：{facts}",
        "",
        "" if last is None else STAGES[last.stage],
        "；".join(trails),
        place_of(told),
        told.source,
        told.evidence_id,
        told.by,
        told.date,
        ORIGINS.get(told.origin, told.origin),
        told.note,
    )


def _item_value(spec: TableSpec, item: Item, name: str) -> str:
    """The used value of a column as a reader sees it."""
    value, state = item.used(name)
    if value is None:
        return state.label
    if isinstance(value, str):
        return value
    return ("是" if value == 1 else "否") if spec.columns[name].type == "yes_no" else plain(value)


def _why(cell: Cell) -> str:
    """Who entered a value, when and why; nothing of a filing, whose own columns say it."""
    if cell.stage == "reported":
        return ""
    return f"（{'，'.join(filter(None, (cell.department, f'{cell.by} {cell.date}'.strip(), REASONS.get(cell.reason, ''), cell.note)))}）"


def history_traces(evaluation: Evaluation, name: str, row: int) -> Iterator[Trace]:
    """What a unit had in each period of a window, and the result it comes from."""
    model = evaluation.scheme.periods[name].models[_variant(evaluation, "periods", name, row)][1]
    for part, label, period, place in evaluation.walk.scope().once(model, "parts told", lambda: _parts_told(evaluation, name, model)):
        yield Trace(label, period, model.found(part, row), "", "", "", place, "", "", "", "", PERIOD_RESULT, "")


def _parts_told(evaluation: Evaluation, name: str, model: History) -> list[tuple[Part, str, str, str]]:
    """Each period of a window with what it tells of every unit alike: label, period, place."""
    found = []
    for part in model.parts(evaluation.walk.scope()):
        view, other = part.view, evaluation.others.get(str(part.period))
        label = evaluation.scheme.label(name) if view is None or model.of is None else view.name(model.of)
        place = f"{evaluation.scheme.id} {part.period} 结果 {other.digest()[:12]}" if other else "" if view is None else "本期结果"
        found.append((part, label, part.period.label if view is None else view.label, place))
    return found


def _all_reads(evaluation: Evaluation, model: Any) -> _Reads:
    """:func:`_reads`, found out once for a block and not once for each unit."""
    found: _Reads = evaluation.walk.scope().once(model, "reads", lambda: _reads(evaluation, model))
    return found


def _reads(evaluation: Evaluation, model: Any) -> _Reads:
    """Figures, child tables and results of other periods that a block reads, following named measures, rankings and outcomes."""
    pairs: set[tuple[str, str]] = set()
    tables: list[str] = []
    histories = [name for name, variants in evaluation.scheme.periods.items() if any(model is one for one in variants)]
    todo, seen = [model], set(histories)
    while todo:
        block = todo.pop()
        if isinstance(block, Ranking):  # the ranks that the source published are set beside ours, nothing comes from them
            block = block.model_copy(update={"published": None})
        for table, ref, period in column_refs(block):
            if not (table or ref.table):
                pairs.add((ref.name, str(evaluation.scheme.at(period))))
        top = block if isinstance(block, Measure) else getattr(block, "measure", None)
        readers: list[Measure | Outcome] = [block] if isinstance(block, Outcome) else [*top.measures()] if isinstance(top, Measure) else []
        for table in (reader.child_table() for reader in readers):
            if table and table not in tables:
                tables.append(table)
        for name in result_refs(block):
            section = evaluation.scheme.section_of(name)
            if name not in seen and section in ("measures", "rankings", "outcomes", "periods"):
                seen.add(name)
                histories += [name] if section == "periods" else []
                todo += list(getattr(evaluation.scheme, section)[name])
    places = {name: place for place, name in enumerate(evaluation.scheme.tables["units"].columns)}
    return _Reads(sorted((p for p in pairs if p[0] in places), key=lambda pair: (places[pair[0]], pair[1])), tables, histories)


def figure_trace(evaluation: Evaluation, quantity: str, period: str, figure: Figure) -> Trace:
    """A figure with its trail of stages."""
    spec, used = evaluation.scheme.tables["units"].columns[quantity], figure.used
    value = value_text(spec.type, used)
    trail = [f"{STAGES[c.stage]} {value if c is used else value_text(spec.type, c)}{_filed(c, used)}" for c in figure.cells]
    return Trace(
        spec.label,
        _period_label(period),
        value,
        spec.uom,
        STAGES[used.stage],
        " → ".join(trail),
        place_of(used),
        used.source,
        used.evidence_id,
        used.by,
        used.date,
        ORIGINS.get(used.origin, used.origin),
        used.note,
        _calibre(spec.type, spec.uom, figure),
    )


@lru_cache(maxsize=1 << 10)
def _period_label(period: str) -> str:
    return Period.parse(period).label


def _calibre(kind: str, uom: str, figure: Figure) -> str:
    """The boundary of a figure, and its value on the other one."""
    used, other = figure.used, figure.other
    if not used.calibre:
        return ""
    shown = "" if other is None else value_text(kind, other)
    beside = f"（{CALIBRES[other.calibre]}口径为{shown}{'' if other.value is None else uom}）" if other is not None else ""
    return f"{CALIBRES[used.calibre]}口径{beside}"


def absence(cell: Cell) -> State:
    """Why a cell has no value: 不适用 where it says so, else 缺失."""
    return State.NOT_APPLICABLE if mark_of(cell.raw) == State.NOT_APPLICABLE else State.MISSING


def value_text(kind: str, cell: Cell) -> str:
    """A cell's value as a reader sees it."""
    if cell.value is None:
        return absence(cell).label
    if isinstance(cell.value, str):
        return cell.value
    return ("是" if cell.value == 1 else "否") if kind == "yes_no" else plain(cell.value)


def _filed(cell: Cell, used: Cell) -> str:
    """Who stands for a stage and when; of a collected value that is not the one used also its cell (that of the used one is its place)."""
    who = f"{cell.by} {cell.date}".strip() if cell.by else ""
    where = cell.filing.place if cell.filing is not None and cell is not used else ""
    return f"（{'，'.join(filter(None, (who, where)))}）" if who or where else ""


def place_of(cell: Cell) -> str:
    """File, sheet and row of a cell; of a collected one also where it stood in what the unit returned."""
    own = " ".join(filter(None, (cell.file, f"工作表“{cell.sheet}”" if cell.sheet else "", f"第{cell.row}行" if cell.row else "")))
    return own if cell.filing is None else f"{own}（填报表 {cell.filing.place}）"

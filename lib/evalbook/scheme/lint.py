"""Lint: everything about a scheme that its types alone cannot say, told in the office's terms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..errors import Fault, Refused, nearest
from ..exact import exact, plain
from ..kinds.base import Measure, resolved, uses_marks
from ..kinds.outcomes.base import Outcome
from ..kinds.rules.bands import OPEN
from ..kinds.rules.per_item import PerItem
from ..kinds.rules.rank_bands import RankBands
from .lint_kinds import lint_kinds
from .models import Branch, Leaf
from .outcomes import lint_outcomes
from .scheme import (
    PERIOD_FOLDER,
    SECTIONS,
    Scheme,
    build_scheme,
    choose_edition,
    column_refs,
    edition_sources,
    find,
    result_refs,
)
from .source import Source, load_yaml

_BUILT_IN = {"unit_code", "unit_name", "participation", "group", "item_id"}


def lint_scheme(scheme: Scheme) -> list[Fault]:
    """All faults of a scheme as it holds for its period, in the order of the file."""
    checks = (_names, _references, _selectors, _tree, _circles, _marks, _bands, _caps, lint_kinds, lint_outcomes, _accepted, _clauses)
    found = [fault for check in checks for fault in check(scheme)]
    return sorted(dict.fromkeys(found), key=lambda f: (f.severity != "error", f.file, f.row or 0, f.code))


def lint_edition(root: Path, scheme: str, period: str) -> list[Fault]:
    """Everything about one scheme and period: its own faults and those of every reading that an assumption offers."""
    when = find(root, scheme, period)
    edition = choose_edition(edition_sources(root, scheme), scheme, when.year)
    name = f"params/{scheme}/{PERIOD_FOLDER}/{when}.yaml"
    settings = load_yaml(root / name, name)
    found: list[Fault] = []
    try:
        main = build_scheme(scheme, when, edition, settings)
    except Refused as refused:
        return refused.faults
    found += lint_scheme(main)
    for assumption, spec in (edition.data.get("assumptions") or {}).items():
        for choice in spec.get("alternatives") or {}:
            chosen = {**(settings.data.get("assumptions") or {}), assumption: choice}
            trial = Source({**settings.data, "assumptions": chosen}, settings.file, settings.places)
            try:
                build_scheme(scheme, when, edition, trial)
            except Refused as refused:
                path = ("assumptions", assumption, "alternatives", choice)
                found += [
                    edition.fault("assumption.broken", f"读法“{choice}”用不了：{f.message}", path, remedy=f.remedy or "请核对 patch")
                    for f in refused.faults
                ]
    return sorted(dict.fromkeys(found), key=lambda f: (f.severity != "error", f.file, f.row or 0, f.code))


def unofficial(scheme: Scheme) -> list[str]:
    """Names marked ``official: false``: a final run needs each of them accepted in the period file."""
    names = [] if scheme.meta.official else ["edition"]
    return names + [name for (_, name), model in scheme.blocks() if getattr(model, "official", True) is False]


def _names(scheme: Scheme) -> Iterator[Fault]:
    """One namespace for measures, nodes, rankings and outcomes."""
    seen: dict[str, str] = {}
    for section in SECTIONS:
        for name in getattr(scheme, section):
            if name in seen:
                yield scheme.source.fault(
                    "name.twice", f"名称“{name}”在 {seen[name]} 和 {section} 中重复", (section, name), remedy="请改名：全部结果共用一套名称"
                )
            seen[name] = section
    if "units" not in scheme.tables:
        yield scheme.source.fault("tables.units", "缺少考核对象表 units", ("tables",), remedy="请在 tables 下声明 units")


def _references(scheme: Scheme) -> Iterator[Fault]:
    """Every name that a block reads exists."""
    results = [name for section in SECTIONS for name in getattr(scheme, section)]
    for (section, name), model in scheme.blocks():
        for other in result_refs(model):
            if other not in results:
                yield scheme.source.fault(
                    "name.unknown", f"“{name}”引用了不存在的结果“{other}”", (section, name), remedy=nearest(other, results)
                )
        readers: list[Measure | Outcome] = [model] if isinstance(model, Outcome) else [*_measures_of(model)]
        for reader in readers:
            table = reader.child_table()
            if table and (table not in scheme.tables or scheme.tables[table].belongs_to != "units"):
                children = [t for t, spec in scheme.tables.items() if spec.belongs_to]
                yield scheme.source.fault(
                    "table.unknown", f"“{name}”引用了不存在的清单“{table}”", (section, name), remedy=nearest(table, children)
                )
        for table, ref, _ in column_refs(model):
            spec = scheme.tables.get(ref.table or table or "units")
            if spec is None:
                continue
            known = set(spec.columns) | set(spec.attributes) | _BUILT_IN
            if ref.local.name not in known:
                where = f"清单“{spec.label}”" if (ref.table or table) else "考核对象表"
                yield scheme.source.fault(
                    "column.unknown", f"“{name}”引用的列“{ref}”不在{where}中", (section, name), remedy=nearest(ref.local.name, known)
                )


def _selectors(scheme: Scheme) -> Iterator[Fault]:
    """By-tables are keyed by what a unit is: an attribute, or an answer or word that it files."""
    units = scheme.tables.get("units")
    columns = {} if units is None else {**units.columns, **units.attributes}
    words = {name for name, spec in columns.items() if spec.type in ("text", "yes_no")} | _BUILT_IN - {"item_id"}
    for section in SECTIONS:
        for name, group in getattr(scheme, section).items():
            for choice in dict.fromkeys(choice for choices, _ in group.models for choice in choices):
                spec = columns.get(choice.attribute)
                if choice.attribute not in words:
                    problem = "不是单位属性" if spec is None else "是数值列，不能用来分情形"
                    remedy = nearest(choice.attribute, words)
                elif (
                    spec is not None
                    and choice.key not in ("else", *(spec.values or ("是", "否")))
                    and (spec.values or spec.type == "yes_no")
                ):
                    problem, remedy = f"没有取值“{choice.key}”", nearest(choice.key, spec.values or ("是", "否"))
                else:
                    continue
                yield scheme.source.fault(
                    "by.attribute", f"“{name}”的 by 表所用的“${choice.attribute}”{problem}", (section, name), remedy=remedy
                )


def _measures_of(model: object) -> Iterator[Measure]:
    """Measures of a block, the nested ones too."""
    top = model if isinstance(model, Measure) else getattr(model, "measure", None)
    if isinstance(top, Measure):
        yield from top.measures()


def _tree(scheme: Scheme) -> Iterator[Fault]:
    """Each node hangs from one branch only, and branches name nodes of the tree."""
    parents: dict[str, str] = {}
    for name, variants in scheme.tree.items():
        for model in variants:
            for child in model.children if isinstance(model, Branch) else ():
                if child in parents and parents[child] != name:
                    yield scheme.source.fault(
                        "tree.two_parents", f"“{child}”同时属于“{parents[child]}”和“{name}”", ("tree", name), remedy="每个指标只能归入一处"
                    )
                if isinstance(model, Branch) and model.children.count(child) > 1:
                    yield scheme.source.fault(
                        "tree.child_twice", f"“{name}”的下级中“{child}”列了两次", ("tree", name, "children"), remedy="请删去一处"
                    )
                if child not in scheme.tree and scheme.section_of(child):
                    yield scheme.source.fault(
                        "tree.not_a_node", f"“{child}”不是指标树的节点", ("tree", name), remedy="children 只能列出 tree 中的名称"
                    )
                parents[child] = name
            known = [scheme.tree[c].main for c in model.children if c in scheme.tree] if isinstance(model, Branch) else []
            if known and not any(child.counts for child in known):
                yield scheme.source.fault(
                    "tree.nothing_counts", f"“{name}”的下级都不计入", ("tree", name, "children"), remedy="请至少列出一个计入的下级"
                )


def _circles(scheme: Scheme) -> Iterator[Fault]:
    """No result depends on itself."""
    state: dict[str, int] = {}

    def visit(name: str, trail: tuple[str, ...]) -> Iterator[Fault]:
        section = scheme.section_of(name)
        if not section or state.get(name) == 2:
            return
        if state.get(name) == 1:
            loop = [*trail[trail.index(name) :], name]
            yield scheme.source.fault("graph.circle", "结果互相依赖成环：" + " → ".join(loop), (section, name), remedy="请断开其中一处引用")
            return
        state[name] = 1
        for model in getattr(scheme, section)[name]:
            for other in result_refs(model):
                yield from visit(other, (*trail, name))
        state[name] = 2

    for section in SECTIONS:
        for name in getattr(scheme, section):
            yield from visit(name, ())


def _marks(scheme: Scheme) -> Iterator[Fault]:
    """Marks of children add up to those of their branch, and to the totals that the document states."""
    outside = _outside_marks(scheme)
    for name, variants in scheme.tree.items():
        for number, model in enumerate(variants):
            if model.marks is None and isinstance(model, Leaf):
                if name not in outside:
                    yield scheme.source.fault("marks.missing", f"指标“{name}”没有分值", ("tree", name), remedy="请写明 marks")
                elif uses_marks(model.rule):
                    yield scheme.source.fault(
                        "marks.needed",
                        f"加减分项“{name}”的规则用到分值，却没有写分值",
                        ("tree", name),
                        remedy="请写明 marks，或在规则中写出分数",
                    )
            if isinstance(model, Branch) and all(child in scheme.tree and scheme.tree[child].main.extra for child in model.children):
                yield scheme.source.fault(
                    "extra.all",
                    f"“{model.label}”的下级都标为加减分项（extra）",
                    ("tree", name),
                    remedy="全部是加减分时，只在上一级标 extra: true；有基础分的，另立一个基础分指标",
                )
            if model.marks is not None and model.marks <= 0 and model.counts:
                yield scheme.source.fault(
                    "marks.not_positive",
                    f"“{name}”的分值必须大于0",
                    ("tree", name, "marks"),
                    value=plain(model.marks),
                    remedy="请核对文件中的分值",
                )
            if not isinstance(model, Branch) or model.marks is None or not model.aggregate.additive:
                continue
            parts = []
            for child in model.children:
                if child in scheme.tree:
                    options = list(scheme.tree[child])
                    part = options[number if len(options) == len(variants.models) else 0]
                    parts.append(part.marks if part.counts and not part.extra and part.marks is not None else exact(0))
            if sum(parts, exact(0)) != model.marks:
                listing = " + ".join(plain(p) for p in parts)
                yield scheme.source.fault(
                    "marks.sum",
                    f"“{model.label}”分值为{plain(model.marks)}，下级合计为 {listing} ＝ {plain(sum(parts, exact(0)))}",
                    ("tree", name),
                    remedy="请核对各行分值",
                )
    for name, total in scheme.meta.totals.items():
        node = scheme.tree.get(name)
        if node is None:
            yield scheme.source.fault(
                "totals.unknown", f"totals 中的“{name}”不是指标树的节点", ("edition", "totals", name), remedy=nearest(name, scheme.tree)
            )
        elif not scheme.changes and any(model.marks != total for model in node):
            yield scheme.source.fault(
                "totals.differ",
                f"文件载明“{name}”为{plain(total)}分，这里为{plain(node.main.marks or exact(0))}分",
                ("tree", name, "marks"),
            )


def _outside_marks(scheme: Scheme) -> set[str]:
    """Nodes that are extra, and all below them."""
    found = {name for name, variants in scheme.tree.items() if variants.main.extra}
    todo = list(found)
    while todo:
        for model in scheme.tree[todo.pop()]:
            new = {child for child in getattr(model, "children", ()) if child in scheme.tree} - found
            found |= new
            todo += new
    return found


def _bands(scheme: Scheme) -> Iterator[Fault]:
    """Bands cover the roster once."""
    roster = scheme.meta.roster
    for (section, name), model in scheme.blocks():
        rule = getattr(model, "rule", None)
        if isinstance(rule, RankBands) and roster is not None and rule.recut == "refuse" and rule.within is None:
            last = rule.rank_bands[-1][1]
            if last not in (roster, OPEN):
                yield scheme.source.fault(
                    "bands.roster",
                    f"“{name}”的名次分档只到第{last}名，而参评对象应为{roster}个",
                    (section, name, "rule"),
                    remedy="分档应从第1名覆盖到最后一名",
                )
            worth = max(points for *_, points in rule.rank_bands)
            if model.marks is not None and worth > model.marks:
                yield scheme.source.fault(
                    "bands.above_marks", f"“{name}”第一档{plain(worth)}分超过分值{plain(model.marks)}分", (section, name, "rule")
                )


def _caps(scheme: Scheme) -> Iterator[Fault]:
    """A cap never exceeds the marks of its indicator; thirds name three values."""
    for (section, name), model in scheme.blocks():
        rule = getattr(model, "rule", None)
        cap = resolved(rule.cap, model.marks) if isinstance(rule, PerItem) and model.marks is not None else None
        if cap is not None and cap > model.marks:
            yield scheme.source.fault(
                "cap.above_marks",
                f"“{name}”的封顶分{plain(cap)}超过分值{plain(model.marks)}",
                (section, name, "rule"),
                remedy="请写 cap: marks 或改正分值",
            )
        thirds = getattr(rule, "thirds", None)
        if thirds is not None and len(thirds) != 3:
            yield scheme.source.fault(
                "thirds.three", f"“{name}”的三等分计分应有三个分值", (section, name, "rule"), remedy="如 thirds: [10, 6, 2]"
            )


def _accepted(scheme: Scheme) -> Iterator[Fault]:
    """The period file accepts what is marked as unofficial, and nothing else."""
    known = unofficial(scheme)
    for name in scheme.settings.accept:
        if name not in known:
            yield Fault(
                "accept.unknown",
                f"accept 中的“{name}”不是标明自定或未公开的名称",
                nearest(name, known),
                file=scheme.files[-1] if scheme.files else "",
                path="accept",
            )


def _clauses(scheme: Scheme) -> Iterator[Fault]:
    """Whatever decides points or rewards names its clause."""
    for (section, name), model in scheme.blocks():
        if section != "measures" and not getattr(model, "clause", ""):
            yield scheme.source.fault("clause.missing", f"“{name}”没有写明条款", (section, name), remedy="请在 clause 中写明文件条款")

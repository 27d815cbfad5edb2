"""Points: the tree is a tree, marks add up to what the document states, and no rule gives more than its indicator is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...errors import Fault, nearest
from ...exact import Exact, exact, plain
from ...kinds.base import uses_marks
from ...kinds.rules.bands import OPEN
from ...kinds.rules.rank_bands import RankBands
from ..models import Branch, Leaf
from .subject import Subject, cases, variant_in, words


def _tree(subject: Subject) -> Iterator[Fault]:
    """Each node hangs from one branch only, once, and branches name nodes of the tree, of which at least one counts."""
    scheme = subject.scheme
    parents: dict[str, str] = {}
    for name, group in scheme.tree.items():
        at = ("tree", name)
        for model in group:
            if not isinstance(model, Branch):
                continue
            for child in model.children:
                where = subject.spot((*at, "children"), child)
                if subject.unknown(child):
                    remedy = nearest(child, scheme.tree)
                    yield subject.fault("tree.unknown_child", f"“{name}”的下级“{child}”不存在", where, remedy=remedy)
                elif child not in scheme.tree and child not in subject.broken:
                    remedy = "children 只能列出 tree 中的名称"
                    yield subject.fault("tree.not_a_node", f"“{child}”不是指标树的节点", where, remedy=remedy)
                if parents.setdefault(child, name) != name:
                    message = f"“{child}”同时属于“{parents[child]}”和“{name}”"
                    yield subject.fault("tree.two_parents", message, where, remedy="每个指标只能归入一处")
                if model.children.count(child) > 1:
                    yield subject.fault("tree.child_twice", f"“{name}”的下级中“{child}”列了两次", where, remedy="请删去一处")
            children = [scheme.tree[child].main for child in model.children if child in scheme.tree]
            if len(children) == len(model.children) and not any(child.counts for child in children):
                yield subject.fault(
                    "tree.nothing_counts", f"“{name}”的下级都不计入", at, remedy="至少应有一个下级计分（去掉 counts: false）"
                )


def _marks(subject: Subject) -> Iterator[Fault]:
    """Marks are there and positive; those of children add up to those of their branch in every case of the by-tables."""
    tree, outside = subject.scheme.tree, _outside_marks(subject)
    for name, group in tree.items():
        at = ("tree", name)
        for model in group:
            if model.marks is None and isinstance(model, Leaf):
                if name not in outside:
                    yield subject.fault("marks.missing", f"指标“{name}”没有分值", at, remedy="请写明 marks")
                elif uses_marks(model.rule):
                    message, remedy = f"加减分项“{name}”的规则用到分值，却没有写分值", "请写明 marks，或在规则中写出分数"
                    yield subject.fault("marks.needed", message, at, remedy=remedy)
            if isinstance(model, Branch) and all(child in tree and tree[child].main.extra for child in model.children):
                message, remedy = (
                    f"“{model.label}”的下级都标为加减分项（extra）",
                    "全部是加减分时，只在上一级标 extra: true；有基础分的，另立一个基础分指标",
                )
                yield subject.fault("extra.all", message, at, remedy=remedy)
            if model.marks is not None and model.marks <= 0 and model.counts:
                message, remedy = f"“{name}”的分值必须大于0", "请核对文件中的分值"
                yield subject.fault("marks.not_positive", message, (*at, "marks"), value=plain(model.marks), remedy=remedy)
        if isinstance(group.main, Branch):
            yield from _sums(subject, name)


def _outside_marks(subject: Subject) -> set[str]:
    """Nodes that are extra, and all below them."""
    tree = subject.scheme.tree
    found = {name for name, group in tree.items() if group.main.extra}
    todo = list(found)
    while todo:
        for model in tree[todo.pop()]:
            new = {child for child in getattr(model, "children", ()) if child in tree} - found
            found |= new
            todo += new
    return found


def _sums(subject: Subject, name: str) -> Iterator[Fault]:
    tree = subject.scheme.tree
    group = tree[name]
    below = [tree[child] for child in dict.fromkeys(c for model in group for c in model.children) if child in tree]
    for case in cases(group, *below):
        branch = variant_in(group, case)
        if branch is None or branch.marks is None or not branch.aggregate.additive:
            continue
        parts = _worths(subject, branch, case)
        if parts is None:
            continue  # a child without marks is a fault of its own
        total = sum(parts, exact(0))
        if branch.marks not in (total, total + (branch.base or 0)):
            listing = " + ".join(plain(part) for part in parts)
            yield subject.fault(
                "marks.sum",
                f"“{branch.label}”{words(subject.scheme, case)}分值为{plain(branch.marks)}，下级合计为 {listing} ＝ {plain(total)}",
                ("tree", name),
                remedy="请核对各行分值",
            )


def _worths(subject: Subject, branch: Branch, case: Mapping[str, str]) -> list[Exact] | None:
    """Marks that the children add in one case; None when one of them cannot be told."""
    found = [_worth(subject, child, case) for child in branch.children]
    return None if None in found else found


def _worth(subject: Subject, name: str, case: Mapping[str, str]) -> Exact | None:
    """Marks that a child adds in one case: its own, or those of its children; None when they cannot be told."""
    group = subject.scheme.tree.get(name)
    model = None if group is None else variant_in(group, case)
    if model is None:
        return None
    if not model.counts or model.extra:
        return exact(0)
    if model.marks is not None or isinstance(model, Leaf):
        return model.marks
    parts = _worths(subject, model, case)
    return None if parts is None else sum(parts, exact(0))


def _totals(subject: Subject) -> Iterator[Fault]:
    """Nodes have the marks that the document states for them."""
    scheme = subject.scheme
    for name, total in scheme.meta.totals.items():
        node = scheme.tree.get(name)
        if node is None:
            if name not in subject.broken:
                message = f"totals 中的“{name}”不是指标树的节点"
                yield subject.fault("totals.unknown", message, ("edition", "totals", name), remedy=nearest(name, scheme.tree))
        elif not scheme.changes:
            for choices, model in node.models:
                if model.marks is not None and model.marks != total:
                    case = words(scheme, {choice.attribute: choice.key for choice in choices})
                    message = f"文件载明“{name}”为{plain(total)}分，这里{case}为{plain(model.marks)}分"
                    yield subject.fault("totals.differ", message, ("tree", name, "marks"), remedy="请核对 marks 与 edition.totals")


def _lines(subject: Subject) -> Iterator[Fault]:
    """Below a node stand as many indicators as the document lists."""
    scheme = subject.scheme
    for name, number in scheme.meta.lines.items():
        if name not in scheme.tree:
            if name not in subject.broken:
                message = f"lines 中的“{name}”不是指标树的节点"
                yield subject.fault("lines.unknown", message, ("edition", "lines", name), remedy=nearest(name, scheme.tree))
            continue
        below = {name, *_below(subject, name)}
        if scheme.changes or not below <= scheme.tree.keys():
            continue  # changed on purpose; or a node that cannot be read, which is a fault of its own
        for case in cases(*(scheme.tree[node] for node in below)):
            found = len(_leaves(subject, name, case))
            if found != number:
                message = f"文件载明“{name}”下有{number}项指标，这里{words(scheme, case)}有{found}项"
                yield subject.fault("lines.differ", message, ("edition", "lines", name), remedy="请核对有无漏列、重列的指标")


def _below(subject: Subject, name: str) -> set[str]:
    """Every node below a node, in any case."""
    found: set[str] = set()
    todo = [name]
    while todo:
        group = subject.scheme.tree.get(todo.pop())
        new = {child for model in group or () for child in getattr(model, "children", ())} - found
        found |= new
        todo += new
    return found


def _leaves(subject: Subject, name: str, case: Mapping[str, str]) -> set[str]:
    """The indicators below a node in one case."""
    model = variant_in(subject.scheme.tree[name], case)
    if isinstance(model, Leaf):
        return {name}
    return {leaf for child in model.children for leaf in _leaves(subject, child, case)} if model is not None else set()


def _rules(subject: Subject) -> Iterator[Fault]:
    """Bands cover the roster once; a rule gives the full marks in the best case, and never more."""
    roster = subject.scheme.meta.roster
    for (section, name), model in subject.scheme.blocks():
        if not isinstance(model, Leaf):
            continue
        at, rule = (section, name, "rule"), model.rule
        if isinstance(rule, RankBands) and roster is not None and rule.recut == "refuse" and rule.within is None and rule.among is None:
            last = rule.rank_bands[-1][1]
            if last not in (roster, OPEN):
                message = f"“{name}”的名次分档到第{last}名为止，而参评对象应为{roster}个"
                yield subject.fault("bands.roster", message, at, remedy="分档应从第1名覆盖到最后一名")
        most = None if model.marks is None or model.marks <= 0 else rule.most(model.marks)
        if most is not None and most > model.marks:
            message = f"“{name}”最多可得{plain(most)}分，超过分值{plain(model.marks)}分"
            yield subject.fault("rule.above_marks", message, at, remedy="封顶请写 marks，或改正得分、分值")
        elif most is not None and most < model.marks:
            message = f"“{name}”最多可得{plain(most)}分，达不到分值{plain(model.marks)}分"
            yield subject.fault("rule.below_marks", message, at, remedy="请核对得分与分值", severity="finding")


CHECKS = (_tree, _marks, _totals, _lines, _rules)

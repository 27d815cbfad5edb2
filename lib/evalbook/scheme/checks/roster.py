"""The roster: who takes part by which rule, on which boundary figures are counted, who is exempt from what."""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import Fault, nearest
from ...kinds.base import Measure, Ref
from ...kinds.fields import FIELD_MEASURES
from ..definition import column_refs, conditions_in, parts, result_refs
from ..models import Branch, Leaf
from ..source import PathKey
from ..tables import CalibreSpec, ParticipationRule, ParticipationSpec
from .names import mismatches
from .subject import Subject

#: Headings of units.csv that no attribute or column may take.
_TAKEN = ("participation", "participation_basis", "participation_from", "participation_until")
_RULES = ("tables", "units", "participation", "rules")


def _units_only(subject: Subject) -> Iterator[Fault]:
    """Only units take part and have a boundary, and their columns leave the names of participation alone."""
    for table, spec in subject.scheme.tables.items():
        for key, given in (("participation", spec.participation != ParticipationSpec()), ("calibre", spec.calibre is not None)):
            if given and table != "units":
                yield subject.fault(
                    f"{key}.units_only", f"清单“{spec.label}”不能写 {key}", ("tables", table, key), remedy="请写在 units 下"
                )
        for part in ("attributes", "columns"):
            for name in getattr(spec, part):
                if name in _TAKEN:
                    message = f"“{name}”是名单固有的列，不能另行声明"
                    yield subject.fault("column.reserved", message, ("tables", table, part, name), remedy="请删去，或改名")


def _rules(subject: Subject) -> Iterator[Fault]:
    """Rules on participation name a clause, read what there is, and do not compare units: the field depends on them."""
    if "units" not in subject.scheme.tables:
        return
    for number, rule in enumerate(subject.scheme.participation.rules):
        at = (*_RULES, number)
        if not rule.clause.strip():
            yield subject.fault("clause.missing", "参评方式的规则没有写明条款", at, remedy="请在 clause 中写明文件条款")
        yield from _reads(subject, rule, at)
        yield from _compares(subject, rule, at)


def _reads(subject: Subject, rule: ParticipationRule, at: PathKey) -> Iterator[Fault]:
    known = subject.columns("units") or set()
    for name in result_refs(rule):
        if subject.unknown(name):
            message = f"参评方式的规则引用了不存在的结果“{name}”"
            yield subject.fault("name.unknown", message, subject.spot(at, name), remedy=nearest(name, subject.results))
    for _, ref, _ in column_refs(rule):
        if ref.name not in known:
            message = f"参评方式的规则引用的列“{ref}”不在考核对象表中"
            yield subject.fault("column.unknown", message, subject.spot(at, str(ref)), remedy=nearest(ref.name, known))
    for table, condition in conditions_in(rule):
        for code, text, message, remedy in mismatches(subject, table, condition):
            yield subject.fault(code, f"参评方式的规则{message}", subject.spot(at, text), remedy=remedy)


def _compares(subject: Subject, rule: ParticipationRule, at: PathKey) -> Iterator[Fault]:
    """The first thing on the way from a rule to its figures that needs to know who takes part."""
    scheme, todo, seen = subject.scheme, [("", rule)], set[str]()
    while todo:
        name, block = todo.pop()
        who = f"“{name}”" if name else "条件本身"
        section = scheme.section_of(name)
        compares = section in ("tree", "rankings", "outcomes")
        compares |= any(type(part) in FIELD_MEASURES.values() for _, part in parts(block) if isinstance(part, Measure))
        if compares or any(ref == Ref("column", "participation") for _, ref, _ in column_refs(block)):
            message = f"参评方式的规则依赖{who}，而它要先知道谁参评"
            remedy = "规则只能依据填报的数据、清单和不与其他对象比较的口径（measures）"
            yield subject.fault("participation.circle", message, at, remedy=remedy)
            return
        for other in result_refs(block):
            if other not in seen and scheme.section_of(other):
                seen.add(other)
                todo += [(other, model) for model in getattr(scheme, scheme.section_of(other))[other]]


def _calibre(subject: Subject) -> Iterator[Fault]:
    """The boundary is changed on a day that the roster has, and what does not depend on it are figures."""
    units = subject.scheme.tables.get("units")
    spec = None if units is None else units.calibre
    if units is None or spec is None:
        return
    at = ("tables", "units", "calibre")
    for key, name, kind in _attributes(spec):
        quantity = units.attributes.get(name)
        if quantity is None:
            message = f"calibre 的 {key} 所指“{name}”不是名单的属性"
            yield subject.fault(
                "calibre.attribute", message, (*at, key), remedy=nearest(name, units.attributes) + "；属性在 attributes 中声明"
            )
        elif quantity.type != kind:
            words = {"date": "日期（type: date）", "text": "文字（type: text）"}[kind]
            yield subject.fault("calibre.attribute", f"calibre 的 {key} 所指“{name}”应为{words}", (*at, key), remedy="请核对 type")
    for name in spec.same:
        if name not in units.columns:
            message = f"calibre 的 same 所列“{name}”不是数据列"
            yield subject.fault("calibre.same", message, subject.spot((*at, "same"), name), remedy=nearest(name, units.columns))


def _attributes(spec: CalibreSpec) -> Iterator[tuple[str, str, str]]:
    """(key, attribute, type that it must have)."""
    yield "changed", spec.changed, "date"
    if spec.basis is not None:
        yield "basis", spec.basis, "text"


def _exemptions(subject: Subject) -> Iterator[Fault]:
    """Units are exempt from indicators that are assessed this period; whether the units exist is known with the roster."""
    scheme = subject.scheme
    leaves = [name for name, group in scheme.tree.items() if isinstance(group.main, Leaf)]
    for number, entry in enumerate(scheme.settings.exemptions):
        at, name = ("exemptions", number, "indicator"), entry.indicator
        group = scheme.tree.get(name)
        if group is None:
            if name not in subject.broken:
                yield scheme.settings_source.fault("exemption.indicator", "没有这个指标", at, value=name, remedy=nearest(name, leaves))
        elif isinstance(group.main, Branch):
            below = "、".join(scheme.leaves(name))
            yield scheme.settings_source.fault("exemption.branch", "免评应逐项写明指标", at, value=name, remedy=f"其下的指标有：{below}")
        elif name in scheme.settings.not_assessed:
            message = "该指标本期不考核，不需要免评"
            yield scheme.settings_source.fault("exemption.not_assessed", message, at, value=name, remedy="请删去其中一处")


CHECKS = (_units_only, _rules, _calibre, _exemptions)

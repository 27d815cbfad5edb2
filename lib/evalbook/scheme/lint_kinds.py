"""Lint of what single kinds and conditions say: things that only the scheme around them shows to be wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from ..errors import Fault, nearest
from ..exact import exact, plain
from ..kinds.aggregates.weighted import Weighted
from ..kinds.base import Measure, Ref, once, refs_in, resolved
from ..kinds.conditions import Condition
from ..kinds.fields.share import Share
from ..kinds.measures.against import PERIODS
from ..kinds.measures.choose import Option
from ..kinds.measures.completion import Completion
from ..kinds.measures.elapsed import Elapsed, as_day
from ..kinds.measures.growth import Growth
from ..kinds.measures.holds import Holds
from ..kinds.measures.lookup import Lookup
from ..kinds.measures.mix import Mix
from ..kinds.measures.ratio import Ratio
from ..kinds.outcomes.selection import DecidedBy
from ..kinds.ranking import Ranking
from ..kinds.rules.line import Line
from ..kinds.rules.percent import Percent
from ..kinds.rules.slices import Slices
from .definition import Scheme
from .models import Branch, Leaf

#: Blocks with their (section, name), variants one by one.
Blocks = Sequence[tuple[tuple[str, str], Any]]
_ORDERED = ("lt", "le", "gt", "ge")
_YES_NO = ("是", "否")


def lint_kinds(scheme: Scheme, blocks: Blocks) -> Iterator[Fault]:
    """All checks of this module; those that ask nothing of other blocks look at ``blocks`` only."""
    for of_blocks in (_figures, _earlier_results, _conditions, _slices):
        yield from of_blocks(scheme, blocks)
    for of_scheme in (_weights, _scales):
        yield from of_scheme(scheme)


def _measures(blocks: Blocks) -> Iterator[tuple[tuple[str, str], str, Any]]:
    """(block, table whose columns it speaks of, measure or what is named in its place), the nested ones too.

    What a ranking orders by and what decides a tie are figures like those measured.
    """
    for place, model in blocks:
        yield from _nested(place, "units", model if place[0] == "measures" else getattr(model, "measure", None))
        decider = getattr(model, "across_tie", None)
        refs = [model.of, *model.then] if isinstance(model, Ranking) else decider.decided_by if isinstance(decider, DecidedBy) else ()
        yield from ((place, "units", ref) for ref in refs)


def _nested(place: tuple[str, str], table: str, measure: Any) -> Iterator[tuple[tuple[str, str], str, Any]]:
    yield place, table, measure
    if isinstance(measure, Measure):
        for name in type(measure).model_fields:
            if isinstance(getattr(measure, name), Measure):
                inside = measure.child_table() if name in measure.of_child else ""
                yield from _nested(place, inside or table, getattr(measure, name))


def _figures(scheme: Scheme, blocks: Blocks) -> Iterator[Fault]:
    """What is computed with is a number."""
    for place, table, measure in _measures(blocks):
        own = measure.child_table() if isinstance(measure, Measure) else ""
        for ref in _computed(measure):
            if _type(scheme, ref.table or table, ref) in ("text", "date"):
                yield scheme.source.fault(
                    "figure.not_a_number",
                    f"“{place[1]}”拿“{ref}”当数计算，但它是文字或日期",
                    place,
                    remedy="数不加引号；文字先用 lookup 取值，日期用 elapsed",
                )
            elif ref.table and ref.table != own and table == "units":
                yield _of_list(scheme, place, ref)


def _of_list(scheme: Scheme, place: tuple[str, str], ref: Ref) -> Fault:
    return scheme.source.fault(
        "figure.of_list", f"“{place[1]}”直接引用了清单的列“{ref}”", place, remedy="清单的列要用 fold 或 count 汇总到考核对象"
    )


def _computed(measure: Any) -> Iterator[Ref]:
    """References that a measure computes with: not those it only groups or orders by, nor the words it looks up."""
    if isinstance(measure, Ref):
        yield measure
    if not isinstance(measure, Measure) or isinstance(measure, (Lookup, Elapsed)):
        return
    for name in type(measure).model_fields:
        value = getattr(measure, name)
        if name not in ("within", "sequence", "per") and not isinstance(value, (Measure, Condition)):
            yield from _outside_conditions(value)


def _outside_conditions(value: Any) -> Iterator[Ref]:
    if isinstance(value, Option):
        yield value.source
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _outside_conditions(item)
    elif isinstance(value, Ref):
        yield value


def _earlier_results(scheme: Scheme, blocks: Blocks) -> Iterator[Fault]:
    """Only figures have an earlier period here: a result of another period is read under ``periods``."""
    for (section, name), _, measure in _measures(blocks):
        if isinstance(measure, Measure):
            subject = getattr(measure, measure.name())
            period = next((p for n in ("against", "to", "at") if (p := getattr(measure, n, None)) in PERIODS), None)
            if period is not None and isinstance(subject, Ref) and subject.kind != "column":
                yield scheme.source.fault(
                    "period.of_result",
                    f"“{name}”取“{subject}”的前期值，但它不是填报的列",
                    (section, name),
                    remedy="请改用 $列名；要用往期的得分或名次，请写进 periods（of: …, over: previous）",
                )


def _conditions(scheme: Scheme, blocks: Blocks) -> Iterator[Fault]:
    """Numbers are compared with numbers, texts with texts."""
    units = scheme.tables.get("units")
    rules = [] if units is None else units.participation.rules
    for place, model in (*blocks, *((("tables", "参评方式的规则"), rule) for rule in rules)):
        for table, condition in _conditions_in(model):
            yield from _condition(scheme, place, table, condition)


@once
def _conditions_in(block: Any) -> Iterator[tuple[str, Condition]]:
    """Every condition of a block, with the table whose columns it speaks of."""
    return _conditions_below(block, "units")


def _conditions_below(value: Any, table: str) -> Iterator[tuple[str, Condition]]:
    if isinstance(value, Condition):
        yield table, value
    if isinstance(value, BaseModel):
        inner, of_child = (value.child_table(), value.of_child) if isinstance(value, Measure) else ("", ())
        for name in type(value).model_fields:
            yield from _conditions_below(getattr(value, name), inner if inner and name in of_child else table)
    elif isinstance(value, (list, tuple, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _conditions_below(item, table)


def _condition(scheme: Scheme, place: tuple[str, str], table: str, condition: Condition) -> Iterator[Fault]:
    for ref in refs_in(condition):
        if ref.table and table == "units":
            yield _of_list(scheme, place, ref)
    for key in ("eq", "ne", *_ORDERED):
        operands = getattr(condition, key)
        if operands is not None:
            yield from _compared(scheme, place, table, key, *operands)
    if condition.is_ is not None and _type(scheme, table, condition.is_) not in ("yes_no", ""):
        yield scheme.source.fault(
            "condition.is",
            f"“{place[1]}”的条件 is 要用是否列，而{condition.is_}不是",
            place,
            remedy="请改用 eq、ge 等，或把该列声明为 type: yes_no",
        )
    if condition.in_ is not None:
        subject, choices = condition.in_
        for choice in choices:
            yield from _compared(scheme, place, table, "eq", subject, choice)


def _compared(scheme: Scheme, place: tuple[str, str], table: str, key: str, left: Ref, right: Ref) -> Iterator[Fault]:
    kinds = [_type(scheme, table, ref) for ref in (left, right)]
    answers = [ref.value for ref in (left, right) if ref.kind == "text"]
    if "yes_no" in kinds and key in ("eq", "ne") and all(answer in _YES_NO for answer in answers):
        return
    told = " 与 ".join(str(ref) for ref in (left, right))
    if {"number", "text"} <= {{"yes_no": "number", "date": "text"}.get(kind, kind) for kind in kinds}:
        yield scheme.source.fault(
            "condition.types",
            f"“{place[1]}”的条件把文字和数放在一起比较：{told}",
            place,
            remedy="数不加引号，文字和代码加引号；请核对列的类型",
        )
    elif "date" in kinds and key in _ORDERED:
        for answer in answers:
            if as_day(answer) is None:
                yield scheme.source.fault(
                    "condition.date", f"“{place[1]}”的条件中日期写法有误：{told}", place, value=answer, remedy="应写成 2024-03-10"
                )


def _type(scheme: Scheme, table: str, ref: Ref) -> str:
    """number, yes_no, text or date; empty where it cannot be told."""
    if ref.kind in ("number", "text"):
        return ref.kind
    if ref.kind == "result":
        return "number" if scheme.section_of(ref.name) in ("measures", "tree", "rankings") else ""
    spec = scheme.tables.get(table)
    quantity = None if spec is None else spec.columns.get(ref.local.name) or spec.attributes.get(ref.local.name)
    return "" if quantity is None else {"integer": "number"}.get(quantity.type, quantity.type)


def _weights(scheme: Scheme) -> Iterator[Fault]:
    """A weighted mean weighs exactly the children that count."""
    for name, variants in scheme.tree.items():
        for model in variants:
            if not isinstance(model, Branch) or not isinstance(model.aggregate, Weighted):
                continue
            counted = [c for c in model.children if c in scheme.tree and scheme.tree[c].main.counts and not scheme.tree[c].main.extra]
            for child in [c for c in counted if c not in model.aggregate.weighted]:
                yield scheme.source.fault(
                    "weights.missing", f"“{model.label}”按权重合成，但“{child}”没有权重", ("tree", name, "aggregate"), remedy="请补写权重"
                )
            for stranger in [w for w in model.aggregate.weighted if w not in counted]:
                yield scheme.source.fault(
                    "weights.unknown",
                    f"“{model.label}”给“{stranger}”定了权重，但它不是计入的下级",
                    ("tree", name, "aggregate"),
                    remedy=nearest(stranger, counted),
                )


def _scales(scheme: Scheme) -> Iterator[Fault]:
    """A measure in per cent (100 is all) and one that is a ratio (1 is all) have rules of their own."""
    for place, model in scheme.blocks():
        if not isinstance(model, Leaf):
            continue
        rule, scale = model.rule, _scale(scheme, model.measure)
        if isinstance(rule, Line) and rule.yields == "share" and rule.line.slope == 1 and scale == "percent":
            message, remedy = "口径是百分数（100即全部），却按比值（1即全部）乘分值", "请改用 {percent: marks}"
        elif isinstance(rule, Percent) and scale == "ratio":
            message, remedy = "口径是比值（1即全部），却按百分数（100即全部）计分", "请改用 completion 量出百分数"
        else:
            continue
        yield scheme.source.fault("rule.scale", f"“{place[1]}”的{message}", (*place, "rule"), remedy=remedy)


def _scale(scheme: Scheme, measure: Any) -> str:
    """percent or ratio, where the kind of a measure says so; named measures are looked up."""
    if isinstance(measure, Ref):
        named = scheme.measures.get(measure.name) if measure.kind == "result" else None
        return "" if named is None else _scale(scheme, named.main)
    if isinstance(measure, Mix):
        scales = {_scale(scheme, ref) for ref, _ in measure.mix}
        return scales.pop() if len(scales) == 1 else ""
    if isinstance(measure, (Completion, Growth, Share)):
        return "percent"
    return "ratio" if isinstance(measure, (Ratio, Holds)) else ""


def _slices(scheme: Scheme, blocks: Blocks) -> Iterator[Fault]:
    """The points at the mark lie between floor and cap, with room for what the slices add."""
    for place, model in blocks:
        rule = getattr(model, "rule", None)
        if not isinstance(rule, Slices):
            continue
        marks = model.marks if getattr(model, "marks", None) is not None else exact(0)
        start, floor, cap = (None if v is None else resolved(v, marks) for v in (rule.start, rule.floor, rule.cap))
        adds = any(resolved(one.points, marks) > 0 for one in rule.slices.up)
        if cap is not None and (cap < start or (cap == start and adds)):
            yield scheme.source.fault(
                "slices.no_room",
                f"“{place[1]}”的基础分{plain(start)}分已到上限{plain(cap)}分，加分不起作用",
                (*place, "rule"),
                remedy="请核对 start 和 cap",
            )
        if floor is not None and floor > start:
            yield scheme.source.fault(
                "slices.floor",
                f"“{place[1]}”的下限{plain(floor)}分高于基础分{plain(start)}分",
                (*place, "rule"),
                remedy="请核对 start 和 floor",
            )

"""Names: each is used once, and everything that a block reads exists and is of the right type."""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import Fault, nearest
from ...kinds.base import Measure, Ref
from ...kinds.conditions import Condition
from ...kinds.measures.against import PERIODS
from ...kinds.outcomes.base import Outcome
from ..by import RUN_SELECTORS
from ..definition import SECTIONS, column_refs, conditions_in, parts, result_refs
from ..models import Branch
from ..tables import PARTICIPATION
from .subject import BUILT_IN, Subject

#: Words that mean something else where a name may stand.
_RESERVED = (*PERIODS, *RUN_SELECTORS, "marks")
_ORDERS = ("lt", "le", "gt", "ge")


def _once(subject: Subject) -> Iterator[Fault]:
    """One namespace for measures, nodes, rankings and outcomes."""
    scheme = subject.scheme
    seen: dict[str, str] = {}
    for section in SECTIONS:
        for name in getattr(scheme, section):
            if name in seen:
                message = f"名称“{name}”在 {seen[name]} 和 {section} 中重复"
                yield subject.fault("name.twice", message, (section, name), remedy="请改名：全部结果共用一套名称")
            if name in _RESERVED:
                message = f"“{name}”另有含义，不能用作名称"
                yield subject.fault("name.reserved", message, (section, name), remedy=f"请改名：{'、'.join(_RESERVED)} 均不能用作名称")
            seen[name] = section


def _tables(subject: Subject) -> Iterator[Fault]:
    """The roster is declared, every other table belongs to it, keys are columns, bounds are in order."""
    tables = subject.scheme.tables
    if "units" not in tables and "units" not in subject.broken:
        yield subject.fault("tables.units", "缺少考核对象表 units", ("tables",), remedy="请在 tables 下声明 units")
    for table, spec in tables.items():
        at = ("tables", table)
        if table != "units" and spec.belongs_to is None:
            yield subject.fault("table.no_owner", f"清单“{table}”没有写明属于谁", at, remedy="请写 belongs_to: units")
        for name in sorted(set(spec.columns) & set(spec.attributes)):
            message = f"列“{name}”既是属性又是数据列"
            yield subject.fault("column.twice", message, (*at, "columns", name), remedy="请只在 attributes 或 columns 中声明一次")
        for name in spec.key:
            if name not in spec.columns:
                remedy = nearest(name, spec.columns)
                yield subject.fault("column.unknown", f"清单“{spec.label}”没有列“{name}”", subject.spot((*at, "key"), name), remedy=remedy)
        for part in ("attributes", "columns"):
            for name, column in getattr(spec, part).items():
                if column.min is not None and column.max is not None and column.min > column.max:
                    yield subject.fault("column.bounds", f"列“{column.label}”的 min 大于 max", (*at, part, name), remedy="请核对上下限")


def _results(subject: Subject) -> Iterator[Fault]:
    """Every result that a block reads exists; the children of branches are checked with the tree."""
    for (section, name), model in subject.blocks:
        elsewhere = model.children if isinstance(model, Branch) else []
        for other in result_refs(model):
            if subject.unknown(other) and other not in elsewhere:
                hint = f"；若指数据列，请写 ${other}" if other in (subject.columns("units") or ()) else ""
                yield subject.fault(
                    "name.unknown",
                    f"“{name}”引用了不存在的结果“{other}”",
                    subject.spot((section, name), other),
                    remedy=nearest(other, subject.results) + hint,
                )


def _columns(subject: Subject) -> Iterator[Fault]:
    """Every child table and column that a block reads exists."""
    scheme = subject.scheme
    for (section, name), model in subject.blocks:
        at = (section, name)
        for _, part in parts(model):
            table = part.child_table() if isinstance(part, (Measure, Outcome)) else ""
            if table and table not in subject.broken and (table not in scheme.tables or scheme.tables[table].belongs_to != "units"):
                children = [t for t, spec in scheme.tables.items() if spec.belongs_to]
                message = f"“{name}”引用了不存在的清单“{table}”"
                yield subject.fault("table.unknown", message, subject.spot(at, table), remedy=nearest(table, children))
        for table, ref, _ in column_refs(model):
            known = subject.columns(ref.table or table or "units")
            if known is not None and ref.local.name not in known and ref.table in ("", table):
                where = f"清单“{scheme.tables[table].label}”" if table else "考核对象表"
                message = f"“{name}”引用的列“{ref}”不在{where}中"
                spec = scheme.tables.get(ref.table or table or "units")
                meant = next((n for n, column in (spec.columns if spec else {}).items() if column.label == ref.local.name), "")
                remedy = f"“{ref.local.name}”是标签，请写 ${meant}" if meant else nearest(ref.local.name, known)
                yield subject.fault("column.unknown", message, subject.spot(at, str(ref)), remedy=remedy)


def _conditions(subject: Subject) -> Iterator[Fault]:
    """The size of texts is not compared, and a text is one that the column can hold."""
    for (section, name), model in subject.blocks:
        for table, condition in conditions_in(model):
            for code, text, message, remedy in mismatches(subject, table, condition):
                yield subject.fault(code, f"“{name}”{message}", subject.spot((section, name), text), remedy=remedy)


def mismatches(subject: Subject, table: str, condition: Condition) -> Iterator[tuple[str, str, str, str]]:
    """(code, the value to point at, what is wrong, what to do) of one condition."""
    for ref in (ref for key in _ORDERS for ref in getattr(condition, key) or ()):
        quantity = subject.scheme.quantity(ref.table or table or "units", ref.local.name) if ref.kind == "column" else None
        if quantity is not None and quantity.type == "text":
            yield "condition.order_of_texts", str(ref), f"比较文字列“{ref}”的大小", "大小只能比较数和日期，请核对列名或该列的 type"
    pairs = [tuple(pair) for key in ("eq", "ne") if (pair := getattr(condition, key)) is not None]
    pairs += [(condition.in_[0], option) for option in condition.in_[1]] if condition.in_ is not None else []
    for left, right in pairs:
        yield from _allowed(subject, table, left, right)
        yield from _allowed(subject, table, right, left)
    if condition.listed_in is not None:
        yield from _allowed(subject, table, condition.listed_in.column, Ref("text", value=condition.listed_in.value))


def _allowed(subject: Subject, table: str, column: Ref, text: Ref) -> Iterator[tuple[str, str, str, str]]:
    """A text compared with a column that lists its values is one of them; otherwise the condition could never hold."""
    if column.kind != "column" or text.kind != "text":
        return
    quantity = subject.scheme.quantity(column.table or table or "units", column.local.name)
    if quantity is not None and quantity.values and text.value not in quantity.values:
        yield "condition.value", text.value, f"的条件中，列“{column}”没有取值{text}", nearest(text.value, quantity.values)


def _selectors(subject: Subject) -> Iterator[Fault]:
    """By-tables are keyed by what a unit is: an attribute, or an answer or word that it files; rankings have none."""
    scheme = subject.scheme
    units = scheme.tables.get("units")
    columns = {} if units is None else {"participation": PARTICIPATION, **units.columns, **units.attributes}
    words = {name for name, spec in columns.items() if spec.type in ("text", "yes_no")} | BUILT_IN - {"item_id"}
    for section in SECTIONS if units is not None else ():
        for name, group in getattr(scheme, section).items():
            for choice in dict.fromkeys(choice for choices, _ in group.models for choice in choices):
                spec = columns.get(choice.attribute)
                keys = () if spec is None else spec.values or (("是", "否") if spec.type == "yes_no" else ())
                if choice.attribute not in words:
                    problem = "不是单位属性" if spec is None else "是数值列，不能用来分情形"
                    remedy = nearest(choice.attribute, words)
                elif keys and choice.key not in ("else", *keys):
                    problem, remedy = f"没有取值“{choice.key}”", nearest(choice.key, keys)
                else:
                    continue
                at = subject.spot((section, name), f"${choice.attribute}")
                yield subject.fault("by.attribute", f"“{name}”的 by 表所用的“${choice.attribute}”{problem}", at, remedy=remedy)
            if section == "rankings" and len(group.models) > 1:
                message = f"排序“{name}”不能用 by 表"
                yield subject.fault("by.ranking", message, (section, name), remedy="请用 within 分组，或写成几个排序")
            if section == "tree" and len({type(model) for model in group}) > 1:
                message = f"“{name}”对一些对象是指标、对另一些是上级节点"
                yield subject.fault("by.mixed", message, (section, name), remedy="请写成两个节点，各用 when 说明适用于谁")


def _circles(subject: Subject) -> Iterator[Fault]:
    """No result depends on itself."""
    scheme = subject.scheme
    state: dict[str, int] = {}

    def visit(name: str, trail: tuple[str, ...]) -> Iterator[Fault]:
        section = scheme.section_of(name)
        if not section or state.get(name) == 2:
            return
        if state.get(name) == 1:
            loop = [*trail[trail.index(name) :], name]
            yield subject.fault("graph.circle", "结果互相依赖成环：" + " → ".join(loop), (section, name), remedy="请断开其中一处引用")
            return
        state[name] = 1
        for model in getattr(scheme, section)[name]:
            for other in result_refs(model):
                yield from visit(other, (*trail, name))
        state[name] = 2

    for section in SECTIONS:
        for name in getattr(scheme, section):
            yield from visit(name, ())


CHECKS = (_once, _tables, _results, _columns, _conditions, _selectors, _circles)

"""What the checks of figures (疑点核对) read: declared parts, sums, amounts and starts exist and can be compared."""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import Fault, UsageError, nearest
from ...periods import Period
from .subject import Subject

_NUMBERS = ("number", "integer")


def _columns(subject: Subject) -> Iterator[Fault]:
    """``part_of`` names a column that can be compared, ``breaks`` are periods, ``cumulative`` columns are numbers."""
    for table, spec in subject.scheme.tables.items():
        for name, column in spec.columns.items():
            at = ("tables", table, "columns", name)
            whole = spec.columns.get(column.part_of or "")
            if column.part_of is not None and (whole is None or column.part_of == name):
                message = f"“{column.label}”的总项“{column.part_of}”不是同一张表的其他列"
                yield subject.fault("column.part_of", message, (*at, "part_of"), remedy=nearest(column.part_of, set(spec.columns) - {name}))
            elif whole is not None and {whole.type, column.type} - set(_NUMBERS):
                yield subject.fault("column.part_of", "分项和总项都应是数", (*at, "part_of"), remedy="请核对 type")
            elif whole is not None and whole.uom != column.uom:
                message = f"分项的计量单位“{column.uom}”与总项“{whole.uom}”不同"
                yield subject.fault("column.part_of", message, (*at, "part_of"), remedy="请用同一计量单位")
            if column.cumulative and column.type not in _NUMBERS:
                yield subject.fault("column.cumulative", "累计的列应是数", (*at, "cumulative"), remedy="请核对 type，或删去 cumulative")
            for period in column.breaks:
                try:
                    Period.parse(period)
                except UsageError as error:
                    yield subject.fault("column.breaks", f"breaks 的“{period}”不是考核期", (*at, "breaks"), remedy=str(error))


def _lists(subject: Subject) -> Iterator[Fault]:
    """``amount``, ``started`` and ``invested`` are columns of the table."""
    for table, spec in subject.scheme.tables.items():
        for part in ("amount", "started", "invested"):
            name = getattr(spec, part)
            if name is not None and name not in spec.columns:
                message = f"{part} 写的“{name}”不是清单“{spec.label}”的列"
                yield subject.fault("table.role", message, ("tables", table, part), remedy=nearest(name, spec.columns))
            elif part in ("amount", "invested") and name is not None and spec.columns[name].type not in _NUMBERS:
                yield subject.fault("table.role", f"{part} 应是数", ("tables", table, part), remedy="请核对列名")
        if (spec.started is None) != (spec.invested is None):
            message = "started 和 invested 应同时声明"
            yield subject.fault("table.role", message, ("tables", table), remedy="请补写另一个，或删去")


def _sums(subject: Subject) -> Iterator[Fault]:
    """Wholes and parts are figures of the units, in one unit of measure."""
    units = subject.scheme.tables.get("units")
    columns = {} if units is None else units.columns
    for number, one in enumerate(subject.scheme.checks.sums):
        at = ("checks", "sums", number)
        unknown = [name for name in (one.whole, *one.parts) if name not in columns]
        for name in unknown:
            yield subject.fault("checks.sums", f"没有数据“{name}”", at, remedy=nearest(name, columns))
        if not unknown and len({columns[name].uom for name in (one.whole, *one.parts)}) > 1:
            yield subject.fault("checks.sums", "总项和各分项的计量单位应相同", at, remedy="请核对 sums")


CHECKS = (_columns, _lists, _sums)

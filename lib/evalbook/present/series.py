"""进度: what units filed in the course of the period, month by month (通报) and report by report."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ..analysis.series import Bulletin, Series, bulletins, filed_on, series_of
from ..scoring.evaluation import Evaluation, decimal
from ..terms import HEADINGS
from .html import Column, Html, heading, join, paragraph, table
from .targets import percent

if TYPE_CHECKING:
    from ..workbook import Prepared

_NONE = "本办法没有按期报送的累计数。"
_ABSENT = "未报"
#: Units side by side in one table of a series; more go into a further one.
_ABREAST = 15


def progress(run: Prepared) -> Html:
    """月通报: per month what every unit had reached by its last report, and how much of its target that is."""
    evaluation = run.evaluation
    found = series_of(evaluation.scheme)
    parts = [_bulletin(evaluation, own, one) for own in _by_table(found) for one in bulletins(evaluation, own)]
    return join(parts) if parts else paragraph(_NONE)


def _by_table(found: tuple[Series, ...]) -> list[tuple[Series, ...]]:
    return [tuple(group) for _, group in groupby(sorted(found, key=lambda one: one.table), key=lambda one: one.table)]


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _bulletin(evaluation: Evaluation, series: tuple[Series, ...], bulletin: Bulletin) -> Html:
    """One month: a row per unit, two columns per series."""
    scope = evaluation.walk.scope().child(series[0].table)[0]
    rows, css = [], []
    for filed in bulletin.filed:
        cells: list[Any] = []
        for one, value, rate in zip(series, filed.values, filed.rates, strict=True):
            cells.append(_ABSENT if value is None else decimal(value))
            cells += [percent(rate)] if one.target else []
        late = "" if filed.day == bulletin.day else _ABSENT if filed.day is None else _day(filed.day)
        rows.append([evaluation.unit_names[filed.row], *cells, late])
        css.append("gap" if late else "")
    columns = [Column(HEADINGS["unit_name"])]
    for one in series:
        uom = scope.uom(one.column)
        columns.append(Column(scope.label(one.column) + (f"（{uom}）" if uom else ""), "number"))
        columns += [Column("占任务%", "right")] if one.target else []
    columns.append(Column("所用周报", optional=True))
    caption = f"{bulletin.month.label}通报（截至{_day(bulletin.day)}）"
    return heading(3, bulletin.month.label_in_year) + table(columns, rows, row_classes=css, caption=caption, wide=True)


def series(run: Prepared) -> Html:
    """累计数: every report of every unit, one table per figure, days down and units across."""
    evaluation = run.evaluation
    parts = [part for one in series_of(evaluation.scheme) for part in _one(evaluation, one)]
    return join(parts) if parts else paragraph(_NONE)


def _one(evaluation: Evaluation, one: Series) -> list[Html]:
    scope, readings = evaluation.walk.scope().child(one.table)[0], filed_on(evaluation, one)
    days, units = sorted({day for _, day in readings}), sorted({row for row, _ in readings})
    uom = scope.uom(one.column)
    title = scope.label(one.column) + (f"（{uom}）" if uom else "")
    parts = [heading(3, title)] if units else []
    for start in range(0, len(units), _ABREAST):
        abreast = units[start : start + _ABREAST]
        rows = [[str(day), *(_cell(readings, row, day) for row in abreast)] for day in days]
        columns = [Column(scope.label(one.sequence)), *(Column(evaluation.unit_names[row], "number") for row in abreast)]
        parts.append(table(columns, rows, wide=True))
    return parts


def _cell(readings: dict[tuple[int, date], Any], row: int, day: date) -> Any:
    """A figure, 未报 for a blank report, nothing where none was due."""
    if (row, day) not in readings:
        return ""
    value = readings[row, day]
    return _ABSENT if value is None else decimal(value)

"""Odd items: one project under two numbers, starts without investment, cumulative columns that fall from filing to filing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from ...errors import Fault
from ...exact import Exact, exact
from ...intake.text import key
from ...scheme.doubts import Cumulative, Idle, SameProject
from ...scheme.tables import TableSpec
from ...scoring.dataset import Table
from .view import View, told

_DIGITS = re.compile(r"[0-9]+|[一二三四五六七八九十]+(?=期|标段|批)")
#: A shorter name says too little to be taken for another project's.
_SHORTEST = 8


def _lists(view: View) -> Iterator[tuple[TableSpec, Table]]:
    for name, spec in view.scheme.tables.items():
        if name in view.dataset.tables and name != "units" and len(view.dataset.tables[name]):
            yield spec, view.dataset.tables[name]


def find_same_projects(view: View, setting: SameProject) -> Iterator[Fault]:
    """Items of other numbers with names alike and, where the table has amounts, amounts that agree."""
    for spec, table in _lists(view):
        if spec.across_units == "fine" or not any(table.labels):
            continue
        amounts = table.columns[spec.amount, ""].listed() if spec.amount else [None] * len(table)
        names = [_bare(view, table, row, own=spec.amount is None) for row in range(len(table))]
        rows = [row for row in _firsts(table) if len(names[row]) >= _SHORTEST and (spec.amount is None or amounts[row])]
        pairs = _by_amount(rows, amounts, setting.within) if spec.amount else _by_name(rows, names)
        for one, two in pairs:
            score = _alike(names[one], names[two])
            if table.keys[one] == table.keys[two] or score < (setting.similarity if spec.amount else 100):
                continue
            units = [view.names[int(table.parent[row])] if table.parent is not None else "" for row in (one, two)]
            what = [f"{table.keys[row]}“{table.labels[row]}”（{unit}）" for row, unit in zip((one, two), units, strict=True)]
            money = (
                f"，金额{told(amounts[one], spec.columns[spec.amount])}与{told(amounts[two], spec.columns[spec.amount])}"
                if spec.amount
                else ""
            )
            message = f"清单“{spec.label}”的{what[0]}与{what[1]}疑为同一项目：名称相似度{score:.0f}{money}"
            yield view.fault(setting, "same_project", message, "请核对是否重复申报；确为两个项目的，在备注中说明", table.origin[two])


def _bare(view: View, table: Table, row: int, *, own: bool) -> str:
    """An item's name without blanks and punctuation, and, unless it is all that tells items apart, without its ``own`` unit's name."""
    name = "".join(c for c in key(table.labels[row]) if c.isalnum())
    return name if own or table.parent is None else name.replace(key(view.names[int(table.parent[row])]), "")


def _firsts(table: Table) -> list[int]:
    """The first row of each item of each unit: lists that are filed again and again name an item many times."""
    seen: dict[tuple[int, str], int] = {}
    for row, number in enumerate(table.keys):
        seen.setdefault((int(table.parent[row]) if table.parent is not None else 0, number), row)
    return list(seen.values())


def _by_amount(rows: list[int], amounts: list[Exact], within: Exact) -> Iterator[tuple[int, int]]:
    """Pairs whose amounts differ by no more than a share of the larger one."""
    ordered = sorted(rows, key=lambda row: (amounts[row], row))
    for at, one in enumerate(ordered):
        for two in ordered[at + 1 :]:
            if amounts[two] - amounts[one] > within * amounts[two]:
                break
            yield min(one, two), max(one, two)


def _by_name(rows: list[int], names: list[str]) -> Iterator[tuple[int, int]]:
    """Pairs of the same name."""
    first: dict[str, int] = {}
    for row in rows:
        if names[row] in first:
            yield first[names[row]], row
        else:
            first[names[row]] = row


def _alike(one: str, two: str) -> float:
    """0 to 100: similarity of two names; those whose numbers differ (一期, 二期, 01, 02) are not the same project."""
    if one == two:
        return 100.0
    if _DIGITS.findall(one) != _DIGITS.findall(two):
        return 0.0
    from rapidfuzz import fuzz

    return max(fuzz.ratio(one, two), fuzz.token_sort_ratio(one, two))


def find_idle(view: View, setting: Idle) -> Iterator[Fault]:
    """Projects that were started and in which nothing was invested afterwards."""
    for spec, table in _lists(view):
        if spec.started is None or spec.invested is None:
            continue
        started, invested = (table.columns[name, ""].listed() for name in (spec.started, spec.invested))
        if spec.compared_by:
            yield from _standing(view, setting, spec, table, started, invested)
            continue
        for row in range(len(table)):
            days = _days(started[row], view.period.last_day)
            nothing = invested[row] is None or invested[row] == 0
            if nothing and (days is None or days >= setting.days) and _is_started(spec, started[row]):
                since = f"{started[row]}开工，至期末{days}天" if days is not None else "已开工"
                message = f"{_item(view, table, row)}{since}，没有完成投资"
                yield view.fault(setting, "idle", message, "请核实是否开而未动，请提供施工和付款凭证", table.origin[row])


def _standing(view: View, setting: Idle, spec: TableSpec, table: Table, started: list[object], invested: list[object]) -> Iterator[Fault]:
    """In a list that is filed again and again: started, and the cumulative investment stands still over the last filings."""
    for rows in _series(spec, table).values():
        last = [row for row in rows if _is_started(spec, started[row])][-setting.filings - 1 :]
        values = [invested[row] for row in last]
        if len(last) > setting.filings and last[-1] == rows[-1] and all(value is not None and value == values[0] for value in values):
            column = spec.columns[spec.invested or ""]
            message = f"{_item(view, table, last[-1])}开工后连续{setting.filings}期累计投资停在{told(exact(values[0]), column)}"
            yield view.fault(setting, "idle", message, "请核实是否开而未动，请提供施工和付款凭证", table.origin[last[-1]])


def _is_started(spec: TableSpec, value: object) -> bool:
    if isinstance(value, str):
        return value in spec.started_words if spec.started_words else bool(value)
    return value is not None and value == 1


def _days(value: object, end: date) -> int | None:
    """Days from a date to the end of the period; None where the column holds no date."""
    try:
        return (end - date.fromisoformat(str(value))).days
    except ValueError:
        return None


def _item(view: View, table: Table, row: int) -> str:
    unit = view.names[int(table.parent[row])] if table.parent is not None else ""
    return f"{unit}的项目{table.keys[row]}“{table.labels[row]}”" if table.labels[row] else f"{unit}的项目{table.keys[row]}"


def _series(spec: TableSpec, table: Table) -> dict[tuple[int, str], list[int]]:
    """Rows of each item (of each unit, where items are not filed again) in the order of their dates."""
    by = spec.compared_by or next((name for name, column in spec.columns.items() if column.type == "date" and column.required), None)
    if by is None:
        return {}
    dates = table.columns[by, ""].listed()
    found: dict[tuple[int, str], list[int]] = {}
    for row, number in enumerate(table.keys):
        unit = int(table.parent[row]) if table.parent is not None else 0
        if dates[row] is not None:
            found.setdefault((unit, number if spec.compared_by else ""), []).append(row)
    return {where: sorted(rows, key=lambda row: str(dates[row])) for where, rows in found.items()}


def find_list_falls(view: View, setting: Cumulative) -> Iterator[Fault]:
    """Cumulative columns of lists that are lower than in the filing before; the first day of each fall is told."""
    for spec, table in _lists(view):
        columns = {name: column for name, column in spec.columns.items() if column.cumulative}
        for (unit, number), rows in _series(spec, table).items() if columns else ():
            for name, column in columns.items():
                values = table.columns[name, ""].listed()
                filed = [row for row in rows if values[row] is not None]
                for one, two in pairwise(filed):
                    if values[two] < values[one]:
                        item = f"的项目{number}" if number else ""
                        what = f"{view.names[unit]}{item}“{column.label}”由{told(values[one], column)}降为{told(values[two], column)}"
                        message = f"清单“{spec.label}”{what}（第{table.origin[one].row}行之后）"
                        yield view.fault(
                            setting, "falls", message, "累计数不应下降：请核对是否填成了当期数，或说明核减依据", table.origin[two]
                        )

"""Figures against each other: cumulative ones that fall, parts and wholes, targets and completions, other sources."""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import Fault
from ...exact import Exact, exact, plain, to_decimal
from ...scheme.doubts import Cumulative, Parts, Sources, Targets
from ...scoring.dataset import Cell
from ...terms import STAGES
from ..targets import progress_of, targets_of
from .view import View, told


def find_falls(view: View, setting: Cumulative) -> Iterator[Fault]:
    """Columns that run from the beginning of the year and are lower than in the period before; what a verification cut is explained."""
    before = view.period.previous()
    if before.year != view.period.year:
        return
    for name, column, numbers in view.numbers():
        for one in numbers if column.cumulative else ():
            code = view.evaluation.unit_codes[one.row]
            last = view.dataset.earlier.get((code, name, str(before)))
            if last is None or not isinstance(last.value, Exact) or one.value >= last.value:
                continue
            reported = view.dataset.figures[code, name, str(view.period)].stage("reported")
            cut = reported is not None and isinstance(reported.value, Exact) and reported.value >= last.value
            if not cut:
                message = (
                    f"{view.who(one.row, column.label)}累计为{told(one.value, column)}，小于{before.label}的{told(last.value, column)}"
                )
                yield view.fault(setting, "falls", message, "累计数不应下降：请核对是否填成了当期数，或说明核减依据", one.cell)


def find_parts(view: View, setting: Parts) -> Iterator[Fault]:
    """Parts larger than their whole, in figures and in items; parts that do not add up to it."""
    codes = view.evaluation.unit_codes
    concerned = {name for total in view.scheme.checks.sums for name in (total.whole, *total.parts)}
    concerned |= {name for part, column in view.columns.items() if column.part_of for name in (part, column.part_of)}
    figures = [each for each in view.numbers() if each[0] in concerned] if concerned else []
    used = {(name, one.row): one for name, _, numbers in figures for one in numbers}
    for _, column, numbers in figures:
        for one in numbers if column.part_of else ():
            whole = used.get((column.part_of or "", one.row))
            if whole is not None and one.value > whole.value:
                label = view.columns[column.part_of or ""].label
                message = f"{view.who(one.row, column.label)}{told(one.value, column)}，大于“{label}”{told(whole.value, column)}"
                yield view.fault(setting, "part", message, "分项不应大于总项，请核对两个数", one.cell)
    for total in view.scheme.checks.sums:
        for row in range(len(codes)):
            found = [used.get((name, row)) for name in (total.whole, *total.parts)]
            if any(one is None for one in found):
                continue
            values = [one.value for one in found if one is not None]
            if abs(values[0] - sum(values[1:], exact(0))) > total.tolerance:
                column = view.columns[total.whole]
                parts = "＋".join(view.columns[name].label for name in total.parts)
                message = (
                    f"{view.who(row, column.label)}{told(values[0], column)}，不等于{parts}之和{told(sum(values[1:], exact(0)), column)}"
                )
                ask = "请核对总项和各分项" + (f"（{total.clause}）" if total.clause else "")
                yield view.fault(setting, "sum", message, ask, found[0].cell if found[0] else None)
    for table, spec in view.scheme.tables.items():
        items = view.dataset.tables.get(table)
        for name, column in spec.columns.items() if items is not None and table != "units" else ():
            if column.part_of is None or items is None:
                continue
            parts_column, wholes = items.columns[name, ""], items.columns[column.part_of, ""]
            for row in range(len(items)):
                part, whole_value = parts_column.at(row), wholes.at(row)
                if part is not None and whole_value is not None and part > whole_value:
                    label = spec.columns[column.part_of].label
                    item = items.labels[row] or items.keys[row]
                    message = f"项目“{item}”的{column.label}{told(part, column)}，大于{label}{told(whole_value, column)}"
                    yield view.fault(setting, "part", message, "分项不应大于总项，请核对两个数", items.origin[row])


def find_targets(view: View, setting: Targets) -> Iterator[Fault]:
    """Completions of many times the target; targets that too many units hit to the digit."""
    for target in targets_of(view.scheme):
        column = view.columns.get(target.target.name)
        if column is None:
            continue
        done = [one for one in progress_of(view.evaluation, target) if one.target is not None and one.done is not None]
        label = view.scheme.label(target.done.name)
        for one in done:
            assert one.target is not None
            assert one.done is not None
            if one.target > 0 and one.done >= one.target * setting.most:
                times = to_decimal(one.done / one.target, 2)
                message = f"{view.who(one.row, label)}{told(one.done, column)}，是任务{told(one.target, column)}的{times:f}倍"
                figure = view.dataset.figures.get((view.evaluation.unit_codes[one.row], target.done.name, str(view.period)))
                yield view.fault(setting, "overfulfilled", message, "请核对完成数和任务数的计量单位、口径", figure.used if figure else None)
        exactly = [one for one in done if one.target is not None and one.target > 0 and one.done == one.target]
        if len(done) >= setting.fewest and exact(len(exactly)) / len(done) >= setting.exactly and column.type == "number":
            names = "、".join(view.names[one.row] for one in exactly)
            message = f"“{label}”{len(done)}个对象中{len(exactly)}个恰好等于任务数：{names}"
            yield view.fault(setting, "exactly", message, "请核对是否按任务数填报，请提供原始台账")


def find_sources(view: View, setting: Sources) -> Iterator[Fault]:
    """Figures of which another source says something else."""
    rows = {code: row for row, code in enumerate(view.evaluation.unit_codes)}
    for (code, quantity, period), figure in view.dataset.figures.items():
        if not figure.references:
            continue
        compared: list[tuple[str, Cell]] = [(STAGES[figure.used.stage], figure.used), *(("旁证", cell) for cell in figure.references)]
        column = view.columns[quantity]
        for at, (_, other) in enumerate(compared[1:], 1):
            for word, one in compared[:at]:
                if not _differ(one.value, other.value, setting.within):
                    continue
                label = f"{column.label}" + (f"（{period}）" if period != str(view.period) else "")
                first, second = (_said(cell, column.uom) for cell in (one, other))
                message = f"{view.who(rows[code], label)}两个来源不一致：{word}{first}，旁证{second}{_by_how_much(one.value, other.value)}"
                ask = "请核对两个来源的口径和时点，在备注中写明采用哪一个、为什么"
                yield view.fault(setting, "sources", message, ask, other)


def _differ(one: Exact | str | None, other: Exact | str | None, within: Exact) -> bool:
    if not isinstance(one, Exact) or not isinstance(other, Exact):
        return isinstance(one, str) and isinstance(other, str) and one != other
    return abs(one - other) > within * max(abs(one), abs(other))


def _said(cell: Cell, uom: str) -> str:
    value = plain(cell.value) + uom if isinstance(cell.value, Exact) else str(cell.value)
    return f"{value}（{cell.source or '未写来源'}）"


def _by_how_much(one: Exact | str | None, other: Exact | str | None) -> str:
    if not isinstance(one, Exact) or not isinstance(other, Exact) or not max(abs(one), abs(other)):
        return ""
    return f"，相差{to_decimal(abs(one - other) / max(abs(one), abs(other)) * 100, 2):f}%"

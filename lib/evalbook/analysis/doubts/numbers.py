"""Odd numbers: jumps since last period, values far from their group, breaks of calibre, too many round ones."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...errors import Fault
from ...exact import Exact, exact, to_decimal
from ...periods import Period
from ...scheme.doubts import Break, Jump, Peers, RoundNumbers
from ...scheme.tables import Quantity
from .view import Number, View, median, robust_z, told

#: What a figure that is round may have besides noughts.
_SIGNIFICANT = 2
#: Where more than this share of a group (and more than a few) jumped, no single one did.
_MANY, _FEW = 0.05, 2
#: A figure that is within this factor of what it was before is in the right unit of measure.
_STEADY = 10


def find_jumps(view: View, setting: Jump) -> Iterator[Fault]:
    """Figures whose ratio to last period is far from those of their group; where that holds of many of them, the column as a whole."""
    for name, column, numbers in view.numbers():
        if name in view.targets:
            continue
        for group, those in view.in_groups(numbers):
            found = [(one, ratio) for one in those if (ratio := one.ratio) is not None]
            if len(found) < setting.fewest:
                continue
            logs = [math.log(ratio) for _, ratio in found]
            scores = robust_z(logs) or [0.0] * len(found)
            hits = [
                (one, score)
                for (one, ratio), score in zip(found, scores, strict=True)
                if abs(score) >= setting.z and abs(ratio - 1) >= setting.change
            ]
            if len(hits) > max(_FEW, len(found) * _MANY):
                who = f"“{column.label}”{f'（{group}）' if group else ''}{len(found)}个对象中{len(hits)}个较{view.before.label}变动异常"
                message = f"{who}，同组中位变动{(math.exp(median(logs)) - 1) * 100:+.1f}%"
                yield view.fault(setting, "jump_many", message, "请核对两期的口径和数据来源是否一致", hits[0][0].cell)
                continue
            for one, score in hits:
                yield _jump(view, setting, column, one, score, math.exp(median(logs)))


def _jump(view: View, setting: Jump, column: Quantity, one: Number, score: float, typical: float) -> Fault:
    assert one.before is not None
    before = one.before.value
    assert isinstance(before, Exact)
    moved = to_decimal((one.value / before - 1) * 100, 1)
    message = (
        f"{view.who(one.row, column.label)}由{view.before.label}的{told(before, column)}变为{told(one.value, column)}"
        f"（{moved:+f}%），同组中位变动{(typical - 1) * 100:+.1f}%，稳健z为{score:.1f}"
    )
    return view.fault(setting, "jump", message, "请说明变动原因，并核对口径、计量单位和所属期", one.cell)


def find_peers(view: View, setting: Peers) -> Iterator[Fault]:
    """Figures that are far from those of their group by size."""
    for name, column, numbers in view.numbers():
        if name in view.targets or column.type == "integer":
            continue
        for _, those in view.in_groups(numbers):
            found = [one for one in those if one.value > 0]
            if len(found) < setting.fewest:
                continue
            logs = [math.log(one.value) for one in found]
            middle = median(logs)
            for one, log, score in zip(found, logs, robust_z(logs) or [0.0] * len(found), strict=True):
                far = abs(score) >= setting.z and abs(log - middle) >= math.log(setting.times)
                if far and not (one.ratio is not None and 1 / _STEADY < one.ratio < _STEADY):
                    typical = f"{to_decimal(exact(round(math.exp(middle))), 0)}{column.uom}"
                    message = f"{view.who(one.row, column.label)}为{told(one.value, column)}，同组中位数约{typical}，稳健z为{score:.1f}"
                    yield view.fault(setting, "peers", message, "请核对计量单位（元、万元、亿元）和小数点", one.cell)


def find_breaks(view: View, setting: Break) -> Iterator[Fault]:
    """Columns of which most units moved by a large factor together, and comparisons across a break that the edition declares."""
    needed = view.scheme.needed()
    for name, column, numbers in view.numbers():
        declared = [(start, why) for start, why in column.breaks.items() if _between(view.before, Period.parse(start), view.period)]
        compared = any(quantity == name and when != str(view.period) for quantity, when in needed)
        for start, why in declared if compared else ():
            message = f"“{column.label}”自{Period.parse(start).label}起口径变化（{why}），{view.before.label}与本期不可直接相减"
            yield view.fault(setting, "break_declared", message, "请取同口径的基期数，或对该指标本期不考核")
        ratios = [math.log(one.ratio) for one in numbers if one.ratio is not None]
        if declared or name in view.targets or len(ratios) < setting.fewest:
            continue
        middle = median(ratios)
        if abs(middle) >= math.log(setting.times):
            message = (
                f"“{column.label}”{len(ratios)}个对象较{view.before.label}的中位变动为{math.exp(middle):.3g}倍，疑为口径或计量单位变化"
            )
            yield view.fault(setting, "break", message, "请核对两期的口径和计量单位；确有变化的，在办法中声明 breaks", numbers[0].cell)


def _between(before: Period, start: Period, now: Period) -> bool:
    """Whether a break lies after the period compared with and not after this one."""
    return before.last_day < start.first_day <= now.last_day


def find_round(view: View, setting: RoundNumbers) -> Iterator[Fault]:
    """Units too many of whose long reported figures are round."""
    filed: dict[int, list[bool]] = {}
    rows = {code: row for row, code in enumerate(view.evaluation.unit_codes)}
    for (code, quantity, period), figure in view.dataset.figures.items():
        cell = figure.stage("reported")
        if cell is None or period != str(view.period) or quantity in view.targets or view.columns[quantity].type != "number":
            continue
        if isinstance(cell.value, Exact) and abs(cell.value) >= 10 ** (setting.digits - 1):
            digits = f"{to_decimal(abs(cell.value), 0):f}"
            filed.setdefault(rows[code], []).append(cell.value.denominator == 1 and not digits[_SIGNIFICANT:].strip("0"))
    for row, found in filed.items():
        if len(found) >= setting.fewest and exact(sum(found)) / len(found) >= setting.share:
            message = f"“{view.names[row]}”填报的{len(found)}个{setting.digits}位以上的数中，{sum(found)}个只有两位有效数字"
            yield view.fault(setting, "round", message, "请核对是否为估报数，请提供原始台账")

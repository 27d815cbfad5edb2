"""Figures of a report: ranked bars by dimension, heat map of units × indicators, distance to the cut-off."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..scoring.evaluation import Evaluation
from ..terms import Standing
from .html import number_texts
from .style import ACCENT, GRID, INK, PALE, PALETTE, TEXT, Picture, Sheet, width_of

if TYPE_CHECKING:
    from ..workbook import Prepared

#: Points: from one row to the next, from names to what they name, and the width of a figure of bars.
_ROW, _GAP, _WIDE = 22.0, 7.0, 590.0
_SCREEN = 25
#: Points by which a total must differ from the sum of its parts to be marked: more than rounding does.
_VISIBLE = 0.05


def ticks(low: float, high: float, *, whole: bool = False) -> list[tuple[float, str]]:
    """Round numbers from `low` to `high` with their texts; whole numbers only, where asked.

    >>> ticks(-12.3, 10.5)
    [(-10.0, '−10'), (-5.0, '−5'), (0.0, '0'), (5.0, '5'), (10.0, '10')]
    >>> ticks(0, 0.55)[:3]
    [(0.0, '0.0'), (0.1, '0.1'), (0.2, '0.2')]
    """
    from matplotlib.ticker import MaxNLocator

    found = MaxNLocator(7, steps=[1, 2, 2.5, 5, 10], integer=whole).tick_values(low, high)
    step = float(found[1] - found[0])
    decimals = next(d for d in range(20) if abs(round(step, d) - step) <= step / 1e6)
    return [(t, f"{t:.{decimals}f}".replace("-", "−")) for t in (round(float(t), decimals) + 0.0 for t in found) if low <= t <= high]


def _scale(sheet: Sheet, names: Sequence[str], low: float, high: float, label: str) -> Callable[[float], float]:
    """Names from top to bottom beside a grid of numbers, which gives the place of a number across.

    Above a screenful of names the numbers are repeated at the top.
    """
    if high <= low:
        high = low + 1
    wide = max(_WIDE / 2, _WIDE - _GAP - max((width_of(name) for name in names), default=0))
    top, foot = -0.6 * _ROW, (len(names) - 0.4) * _ROW

    def at(number: float) -> float:
        return (number - low) / (high - low) * wide

    for row, name in enumerate(names):
        sheet.word(-_GAP, row * _ROW, name, align=1)
    marks = [(at(number), text) for number, text in ticks(low, high)]
    sheet.lines([[(x, top), (x, foot)] for x, _ in marks], GRID, 0.6)
    sheet.lines([[(0, top), (0, foot), (wide, foot)]], GRID, 0.8)
    for x, text in marks:
        sheet.word(x, foot + 10, text, align=0.5)
        if len(names) > _SCREEN:
            sheet.word(x, top - 8, text, align=0.5)
    sheet.word(wide / 2, foot + 25, label, align=0.5)
    return at


def ranked_bars(run: Prepared) -> Picture | None:
    """综合得分 per unit in order of rank, stacked by dimension, totals at the end of each bar; None without a total."""
    evaluation = run.evaluation
    if evaluation.main_root is None:
        return None
    order = evaluation.order
    names = [evaluation.unit_names[r] for r in order]
    sheet = Sheet()
    dimensions = evaluation.dimensions or (evaluation.main_root,)
    widths = [[float(evaluation.node(d).points.at(r) or 0) for r in order] for d in dimensions]
    ends = np.vstack([np.zeros(len(order)), np.cumsum(widths, axis=0)])
    points = [evaluation.points(evaluation.main_root, r) for r in order]
    # Exemptions that are scaled up, bounds and deductions at the root: the bars end elsewhere than the total that ranks.
    moved = {row: float(p) for row, p in enumerate(points) if p is not None and abs(float(p) - ends[-1][row]) > _VISIBLE}
    reach = [*ends.ravel(), *moved.values()]
    label = "得分" + ("（综合得分与各部分之和不同的，以竖线标出）" if moved else "")
    at = _scale(sheet, names, 1.1 * min(0.0, *reach), 1.1 * max(0.0, *reach), label)
    colours = [PALETTE[number % len(PALETTE)] for number in range(len(dimensions))]
    for colour, begin, end in zip(colours, ends, ends[1:], strict=False):
        sheet.boxes(
            [(at(b), (row - 0.36) * _ROW, at(e) - at(b), 0.72 * _ROW) for row, (b, e) in enumerate(zip(begin, end, strict=True))], colour
        )
    totals = number_texts([_decimal(evaluation, r) for r in order])
    if moved:
        sheet.lines([[(at(total), (row - 0.42) * _ROW), (at(total), (row + 0.42) * _ROW)] for row, total in moved.items()], INK, 1.4)
    for row, text in enumerate(totals):
        sheet.word(at(max(ends[-1][row], moved.get(row, -math.inf))) + 3, row * _ROW, text, size=9)
    if len(dimensions) > 1:
        _legend(sheet, [evaluation.scheme.label(d) for d in dimensions], colours, -(2.4 if len(order) > _SCREEN else 1.3) * _ROW)
    return sheet.picture(_bars_alt(evaluation, names, totals))


def _legend(sheet: Sheet, labels: Sequence[str], colours: Sequence[str], foot: float) -> None:
    """What the colours stand for, in columns above the rows; `foot` is the middle of its last line."""
    column = 3 * _GAP + 2 * TEXT + max(map(width_of, labels))
    across = max(1, min(4, int(_WIDE / column)))
    lines = -(-len(labels) // across)
    for number, (label, colour) in enumerate(zip(labels, colours, strict=True)):
        x, y = number % across * column, foot - (lines - 1 - number // across) * 1.6 * TEXT
        sheet.boxes([(x, y - 3, 2 * TEXT, 6)], colour)
        sheet.word(x + 2 * TEXT + _GAP, y, label)


def _bars_alt(evaluation: Evaluation, names: list[str], totals: list[str]) -> str:
    listing = "，".join(f"{name} {total}" for name, total in zip(names, totals, strict=True))
    return f"综合得分条形图，按排名从上到下：{listing}。"


def _decimal(evaluation: Evaluation, row: int) -> Any:
    from ..scoring.evaluation import decimal

    return decimal(evaluation.points(evaluation.main_root, row)) if evaluation.main_root else None


def heat_map(run: Prepared) -> Picture | None:
    """Units × indicators: share of the marks attained as colour, points as numbers, crosses where there is none; None without any."""
    import matplotlib

    evaluation = run.evaluation
    if not evaluation.leaves:
        return None
    order, leaves = evaluation.order, evaluation.leaves
    shares = np.full((len(order), len(leaves)), np.nan)
    attained = []
    for column, leaf in enumerate(leaves):
        result = evaluation.node(leaf)
        attained.append([result.points.at(row) for row in order])
        for line, (row, points) in enumerate(zip(order, attained[-1], strict=True)):
            if points is not None and result.marks[row]:
                shares[line, column] = float(points / result.marks[row])
    sheet = Sheet()
    cell = min(84.0, max(38.0, 500 / len(leaves)))
    palette = matplotlib.colormaps["Blues"].with_extremes(bad=PALE)
    sheet.cells(palette(np.ma.masked_invalid(np.clip(shares, 0, 1)), bytes=True), cell, _ROW)
    # Above some number of cells their numbers cannot be read and the crosses alone stand out.
    small = len(order) * len(leaves) <= 1200
    for column, leaf in enumerate(leaves):
        x, label = (column + 0.5) * cell, _wrap(evaluation.scheme.label(leaf))
        sheet.word(x, len(order) * _ROW + _GAP, label, size=8, align=1, angle=60)
        if len(order) > _SCREEN:
            sheet.word(x, -_GAP, label, size=8, angle=60)
        for line, points in enumerate(attained[column]):
            if points is None:
                sheet.word(x, (line + 0.5) * _ROW, "×", size=7.5, colour=ACCENT, align=0.5)
            elif small:
                colour = "#ffffff" if shares[line, column] > 0.6 else INK
                sheet.word(x, (line + 0.5) * _ROW, _short(points), size=7.5, colour=colour, align=0.5)
    for line, row in enumerate(order):
        sheet.word(-_GAP, (line + 0.5) * _ROW, evaluation.unit_names[row], align=1)
    gaps = [
        f"{evaluation.unit_names[r]}的{evaluation.scheme.label(leaf)}"
        for leaf, found in zip(leaves, attained, strict=True)
        for r, points in zip(order, found, strict=True)
        if points is None
    ]
    missing = f"；无得分：{'、'.join(gaps)}" if gaps else ""
    return sheet.picture(
        f"{len(order)}个考核对象、{len(leaves)}项指标的得分热力图，颜色越深得分占分值比例越高，×为无得分{missing}。各项得分见上文表格。",
    )


def _short(points: Any) -> str:
    text = f"{float(points):.2f}".rstrip("0").rstrip(".")
    return text or "0"


def _wrap(label: str) -> str:
    """Long labels on two lines."""
    if len(label) <= 9:
        return label
    cut = label.find("·") + 1 or (len(label) + 1) // 2
    return f"{label[:cut]}\n{label[cut:]}"


def gap_chart(run: Prepared) -> Picture | None:
    """Distance of each unit to the cut-off of the first award list; None when the scheme has none, or nobody outside it."""
    from ..kinds.outcomes.quota import Quota

    evaluation = run.evaluation
    quotas = (n for n, v in evaluation.scheme.outcomes.items() if isinstance(v.main, Quota) and v.main.from_ == "first")
    name = next((n for n in quotas if any(m is not None for m in evaluation.decision(n).margins)), None)
    if name is None:
        return None
    decision = evaluation.decision(name)
    rows = [r for r in decision.order if decision.margins[r] is not None]
    margins = [float(decision.margins[r]) for r in rows]
    label = evaluation.scheme.label(name)
    of = evaluation.scheme.rankings[evaluation.ranked_by(name)].main.of
    gap = "分差" if of.name in evaluation.scheme.tree else f"{evaluation.walk.scope().label(of)}差距"
    sheet = Sheet()
    low, high = min(0.0, *margins), max(0.0, *margins)
    room = 0.16 * (high - low)
    at = _scale(
        sheet,
        [evaluation.unit_names[r] for r in rows],
        low - room,
        high + room,
        f"与名额线的{gap}（入选者对未入选第一名，未入选者对入选末位）",
    )
    listed = [decision.standings[r] == Standing.LISTED for r in rows]
    for among, colour in ((True, PALETTE[0]), (False, "#9aa4ae")):
        bars = [(line, margin) for line, margin in enumerate(margins) if listed[line] == among]
        sheet.boxes([(at(0), (line - 0.3) * _ROW, at(margin) - at(0), 0.6 * _ROW) for line, margin in bars], colour)
    texts = [f"{'+' if m > 0 else ''}{m:.2f}" for m in margins]
    for line, (margin, text) in enumerate(zip(margins, texts, strict=True)):
        side = 1 if margin >= 0 else -1
        sheet.word(at(margin) + 3 * side, line * _ROW, text.replace("-", "−"), size=9, align=0 if side > 0 else 1)
    sheet.lines([[(at(0), -0.6 * _ROW), (at(0), (len(rows) - 0.4) * _ROW)]], ACCENT, 1.2)
    listing = "，".join(f"{evaluation.unit_names[r]} {t}" for r, t in zip(rows, texts, strict=True))
    return sheet.picture(f"{label}：各考核对象与名额线的{gap}：{listing}。")

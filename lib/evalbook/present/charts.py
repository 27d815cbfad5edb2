"""Figures of a report: ranked bars by dimension, heat map of units × indicators, distance to the cut-off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..scoring.evaluation import Evaluation
from ..terms import Standing
from .html import number_texts
from .style import ACCENT, GRID, INK, PALE, PALETTE, Picture, settings, stamp

if TYPE_CHECKING:
    from ..workbook import Prepared

_BAR, _HEAT = 0.30, 0.30
_SCREEN = 25


def canvas(width: float, height: float) -> tuple[Any, Any]:
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasSVG(figure)
    return figure, figure.add_subplot()


def _rows(axes: Any, names: list[str], *, twice: bool = True) -> None:
    """Names from top to bottom without blank bands; above a screenful the scale is repeated at the top."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    if twice and len(names) > _SCREEN:
        axes.tick_params(axis="x", top=True, labeltop=True)


def ranked_bars(run: Prepared) -> Picture | None:
    """综合得分 per unit in order of rank, stacked by dimension, totals at the end of each bar; None without a total."""
    import matplotlib

    evaluation = run.evaluation
    if evaluation.main_root is None:
        return None
    order = evaluation.order
    names = [evaluation.unit_names[r] for r in order]
    with matplotlib.rc_context(settings()):
        figure, axes = canvas(8.2, 1.0 + _BAR * len(order))
        left = np.zeros(len(order))
        for number, dimension in enumerate(evaluation.dimensions or (evaluation.main_root,)):
            column = evaluation.node(dimension).points
            widths = np.array([float(column.at(r) or 0) for r in order])
            axes.barh(
                range(len(order)),
                widths,
                left=left,
                color=PALETTE[number % len(PALETTE)],
                label=evaluation.scheme.label(dimension),
                height=0.72,
            )
            left += widths
        totals = number_texts([_decimal(evaluation, r) for r in order])
        for row, text in enumerate(totals):
            axes.text(left[row], row, f" {text}", va="center", fontsize=9)
        _rows(axes, names)
        axes.margins(x=0.1)
        axes.set_xlabel("得分")
        axes.xaxis.grid(True, color=GRID, linewidth=0.6)
        axes.set_axisbelow(True)
        if len(evaluation.dimensions) > 1:
            figure.legend(loc="outside upper left", ncols=min(4, len(evaluation.dimensions)), frameon=False)
        return Picture(figure, _bars_alt(evaluation, names, totals))


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
    for column, leaf in enumerate(leaves):
        result = evaluation.node(leaf)
        for line, row in enumerate(order):
            points = result.points.at(row)
            if points is not None and result.marks[row]:
                shares[line, column] = float(points / result.marks[row])
    with matplotlib.rc_context(settings()):
        figure, axes = canvas(max(7.0, 1.6 + 0.46 * len(leaves)), 2.0 + _HEAT * len(order))
        palette = matplotlib.colormaps["Blues"].with_extremes(bad=PALE)
        axes.imshow(np.ma.masked_invalid(np.clip(shares, 0, 1)), cmap=palette, vmin=0, vmax=1, aspect="auto")
        stamp(axes, _marks(evaluation, shares), size=7.5)
        axes.set_xticks(
            range(len(leaves)),
            [_wrap(evaluation.scheme.label(leaf)) for leaf in leaves],
            rotation=60,
            ha="right",
            rotation_mode="anchor",
            fontsize=8,
        )
        axes.set_yticks(range(len(order)), [evaluation.unit_names[r] for r in order])
        axes.tick_params(length=0)
        if len(order) > _SCREEN:
            above = axes.secondary_xaxis("top")
            above.set_xticks(range(len(leaves)), [_wrap(evaluation.scheme.label(leaf)) for leaf in leaves])
            above.tick_params(length=0, rotation=60, labelsize=8)
            for text in above.get_xticklabels():
                text.set(ha="left", rotation_mode="anchor")
            above.spines[:].set_visible(False)
        for side in axes.spines.values():
            side.set_visible(False)
        gaps = [
            f"{evaluation.unit_names[r]}的{evaluation.scheme.label(leaf)}"
            for leaf in leaves
            for r in order
            if evaluation.points(leaf, r) is None
        ]
        missing = f"；无得分：{'、'.join(gaps)}" if gaps else ""
        return Picture(
            figure,
            f"{len(order)}个考核对象、{len(leaves)}项指标的得分热力图，颜色越深得分占分值比例越高，×为无得分{missing}。各项得分见上文表格。",
        )


def _marks(evaluation: Evaluation, shares: Any) -> Iterator[tuple[float, float, str, str]]:
    """What stands in the cells: points, light on dark and dark on light, or a cross; above some number of cells crosses only."""
    order, leaves = evaluation.order, evaluation.leaves
    small = len(order) * len(leaves) <= 1200
    for line, row in enumerate(order):
        for column, leaf in enumerate(leaves):
            points = evaluation.points(leaf, row)
            if points is None:
                yield column, line, "×", ACCENT
            elif small:
                yield column, line, _short(points), "white" if shares[line, column] > 0.6 else INK


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
    import matplotlib

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
    with matplotlib.rc_context(settings()):
        figure, axes = canvas(8.2, 0.9 + _BAR * len(rows))
        colours = [PALETTE[0] if decision.standings[r] == Standing.LISTED else "#9aa4ae" for r in rows]
        axes.barh(range(len(rows)), margins, color=colours, height=0.6)
        texts = [f"{'+' if m > 0 else ''}{m:.2f}" for m in margins]
        for line, (margin, text) in enumerate(zip(margins, texts, strict=True)):
            axes.text(margin, line, f" {text} ", va="center", ha="left" if margin >= 0 else "right", fontsize=9)
        axes.axvline(0, color=ACCENT, linewidth=1.2)
        _rows(axes, [evaluation.unit_names[r] for r in rows])
        axes.margins(x=0.16)
        axes.set_xlabel(f"与名额线的{gap}（入选者对未入选第一名，未入选者对入选末位）")
        axes.xaxis.grid(True, color=GRID, linewidth=0.6)
        axes.set_axisbelow(True)
        listing = "，".join(f"{evaluation.unit_names[r]} {t}" for r, t in zip(rows, texts, strict=True))
        return Picture(figure, f"{label}：各考核对象与名额线的{gap}：{listing}。")

"""What the notebook of a trend shows: why periods are not measured alike, places and totals over time, a chart of places."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from ..exact import plain
from ..terms import HEADINGS
from .charts import canvas
from .html import DASH, Column, Html, bullets, esc, facts, join, paragraph, table
from .style import ACCENT, GRID, PALETTE, Picture, settings

if TYPE_CHECKING:
    from ..analysis.trend import Point, Trend

#: So many units have a line of their own in the chart.
_MOST_LINES = 15
_MOST_BREAKS = 60
#: Inches that a label takes.
_LABEL = 0.2


def trend_warnings(trend: Trend) -> Html:
    """First screen: which periods, and where editions, parameters, readings or boundaries differ between one and the next."""
    pairs = [("考核办法", trend.sides[-1].scheme.meta.title), ("考核期", "、".join(trend.labels))]
    editions = [f"{label}：{side.scheme.edition_file}" for label, side in zip(trend.labels, trend.sides, strict=True)]
    pairs.append(("版本", "；".join(editions)))
    if not trend.breaks:
        return paragraph("各期的版本、参数、读法和口径相同，可以直接比较。", "result") + facts(pairs)
    lead = f"各期并不完全可比：{len(trend.breaks)}处版本、参数、读法或口径不同。变化里有办法的作用，不能都算作自身的进退。"
    told = [f"{one.before} → {one.after}　{one.kind}　{one.text}" for one in trend.breaks[:_MOST_BREAKS]]
    more = [f"另有{len(trend.breaks) - _MOST_BREAKS}处"] if len(trend.breaks) > _MOST_BREAKS else []
    pair = trend.rules_changed
    asked = "" if pair is None else f"办法和表现各占多少，见 evalbook compare {pair[0]} {pair[1]} --editions。"
    hint = paragraph(asked) if asked else Html("")
    notice = Html(f'<div class="notice pending"><p><strong>{esc(lead)}</strong></p>') + bullets([*told, *more]) + hint + "</div>"
    return notice + facts(pairs)


def trend_places(trend: Trend) -> Html:
    """Place of every unit in every period; ※ marks a place that is not measured like the one before."""
    return _over_time(trend, "名次", lambda point: DASH if point.place is None else str(point.place))


def trend_totals(trend: Trend) -> Html:
    """Total of every unit in every period; ※ marks one that is not measured like the one before."""
    return _over_time(trend, "总分", lambda point: DASH if point.total is None else plain(point.total))


def _over_time(trend: Trend, what: str, text: Any) -> Html:
    rows = []
    for code, points in trend.points.items():
        cells = []
        for number, point in enumerate(points):
            mark = "※" if number and point.on_roster and points[number - 1].on_roster and trend.broken(number, code) else ""
            cells.append(text(point) + mark if point.on_roster else "不在名单")
        rows.append([trend.units[code], *cells])
    columns = [Column(HEADINGS["unit_name"]), *(Column(label, "right") for label in trend.labels)]
    marked = any("※" in cell for row in rows for cell in row)
    note = paragraph("※ 与前一期的版本、参数、读法或口径不同，不能直接比较。") if marked else Html("")
    return join([table(columns, rows, caption=f"{what}（{len(rows)}个对象）", wide=len(trend.labels) > 6), note])


def trend_chart(trend: Trend) -> Picture | None:
    """Lines of places over time: of all units, or of those that moved most; a dashed line where two periods are not measured alike."""
    import matplotlib

    moved = {code: _span(points) for code, points in trend.points.items()}
    shown = [code for code in sorted(moved, key=lambda code: -moved[code]) if moved[code] >= 0][:_MOST_LINES]
    shown = [code for code in trend.units if code in shown]
    if len(trend.sides) < 2 or not shown:
        return None
    with matplotlib.rc_context(settings()):
        height, ends = 1.6 + 0.34 * len(shown), {}
        figure, axes = canvas(8.2, height)
        for number, code in enumerate(shown):
            known = [(at, point.place) for at, point in enumerate(trend.points[code]) if point.place is not None]
            color = PALETTE[number % len(PALETTE)]
            for (one, first), (other, second) in itertools.pairwise(known):
                broken = any(trend.broken(at, code) for at in range(one + 1, other + 1))
                axes.plot([one, other], [first, second], color=color, linewidth=1.8, linestyle="--" if broken else "-")
            axes.plot(*zip(*known, strict=True), "o", color=color, markersize=4)
            ends[code] = known[-1]
        places = [point.place for code in shown for point in trend.points[code] if point.place is not None]
        gap = max(1, max(places) - min(places)) * _LABEL / (height - 1.0)
        levels = _apart({code: float(place) for code, (_, place) in ends.items()}, gap)
        for code, level in levels.items():
            color = PALETTE[shown.index(code) % len(PALETTE)]
            axes.text(ends[code][0] + 0.06, level, trend.units[code], va="center", fontsize=9, color=color)
        axes.set_xticks(range(len(trend.labels)), trend.labels)
        axes.set_xlim(-0.2, len(trend.labels) - 1 + 0.25 * len(trend.labels))
        axes.set_ylim(max([*places, *levels.values()]) + gap, min(places) - gap)  # the first place on top
        axes.set_ylabel("名次")
        axes.yaxis.grid(True, color=GRID, linewidth=0.6)
        for at in range(1, len(trend.labels)):
            if trend.broken(at, ""):
                axes.axvline(at - 0.5, color=ACCENT, linewidth=0.8, linestyle=":")
        return Picture(figure, _alt(trend, shown))


def _apart(levels: dict[str, float], gap: float) -> dict[str, float]:
    """Levels of labels, moved down where they would stand on each other.

    >>> _apart({"a": 1.0, "b": 1.5, "c": 9.0}, 1.0)
    {'a': 1.0, 'b': 2.0, 'c': 9.0}
    """
    found: dict[str, float] = {}
    last = float("-inf")
    for name in sorted(levels, key=lambda name: levels[name]):
        last = found[name] = max(levels[name], last + gap)
    return found


def _span(points: tuple[Point, ...]) -> int:
    """How far a unit's place moved; −1 where it has no place at all."""
    places = [point.place for point in points if point.place is not None]
    return max(places) - min(places) if places else -1


def _alt(trend: Trend, shown: list[str]) -> str:
    told = "；".join(
        f"{trend.units[code]} {'、'.join(DASH if p.place is None else str(p.place) for p in trend.points[code])}" for code in shown
    )
    return f"名次变化折线图（{'、'.join(trend.labels)}）：{told}。"

"""What the notebook of a trend shows: why periods are not measured alike, places and totals over time, a chart of places."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from ..exact import plain
from ..terms import HEADINGS
from .charts import ticks
from .html import DASH, Column, Html, bullets, esc, facts, join, paragraph, table
from .style import ACCENT, GRID, PALETTE, Picture, Sheet, width_of

if TYPE_CHECKING:
    from ..analysis.trend import Point, Trend

#: So many units have a line of their own in the chart.
_MOST_LINES = 15
_MOST_BREAKS = 60
#: Points: height of a label and of what a unit adds to the chart, and the most that all periods take across.
_LABEL, _LINE, _WIDE = 13.0, 24.0, 480.0


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
    moved = {code: _span(points) for code, points in trend.points.items()}
    shown = [code for code in sorted(moved, key=lambda code: -moved[code]) if moved[code] >= 0][:_MOST_LINES]
    shown = [code for code in trend.units if code in shown]
    if len(trend.sides) < 2 or not shown:
        return None
    places = [point.place for code in shown for point in trend.points[code] if point.place is not None]
    best, worst = min(places), max(places)
    step, tall = _WIDE / len(trend.labels), _LINE * len(shown)
    left, right, foot = -0.2 * step, (len(trend.labels) - 1) * step + 5, tall + _LABEL

    def at(place: float) -> float:  # the first place on top
        return (place - best) / max(1, worst - best) * tall

    sheet = Sheet()
    for place, text in ticks(best, worst, whole=True):
        sheet.lines([[(left, at(place)), (right, at(place))]], GRID, 0.6)
        sheet.word(left - 6, at(place), text, align=1)
    sheet.word(left - 18 - width_of(str(worst)), tall / 2, "名次", align=0.5, angle=90)
    colours, ends = {code: PALETTE[number % len(PALETTE)] for number, code in enumerate(shown)}, {}
    for code, colour in colours.items():
        known = [(period, point.place) for period, point in enumerate(trend.points[code]) if point.place is not None]
        for (one, before), (other, after) in itertools.pairwise(known):
            broken = any(trend.broken(period, code) for period in range(one + 1, other + 1))
            sheet.lines([[(one * step, at(before)), (other * step, at(after))]], colour, 1.8, (6.7, 2.9) if broken else None)
        sheet.dots([(period * step, at(place)) for period, place in known], colour, 2.5)
        ends[code] = known[-1]
    for code, level in _apart({code: at(place) for code, (_, place) in ends.items()}, _LABEL).items():
        sheet.word(ends[code][0] * step + 8, level, trend.units[code], size=9, colour=colours[code])
        foot = max(foot, level + _LABEL)
    for period, label in enumerate(trend.labels):
        sheet.word(period * step, foot + _LABEL, label, align=0.5)
        if period and trend.broken(period, ""):
            sheet.lines([[((period - 0.5) * step, -_LABEL), ((period - 0.5) * step, foot)]], ACCENT, 0.8, (0.8, 1.3))
    sheet.lines([[(left, -_LABEL), (left, foot), (right, foot)]], GRID, 0.8)
    return sheet.picture(_alt(trend, shown))


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

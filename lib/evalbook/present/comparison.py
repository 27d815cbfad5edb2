"""What the notebook of a comparison shows: differences, moves with their causes, awards, what stayed behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..analysis.replay import GROUPS
from ..exact import plain
from ..terms import HEADINGS
from .html import DASH, Column, Html, bullets, esc, facts, heading, join, paragraph, table

if TYPE_CHECKING:
    from ..analysis.compare import Comparison, Move
    from ..exact import Exact

_UNIT = Column(HEADINGS["unit_name"])
_WHAT = {"place": "名次", "total": "总分", "money": "金额（元）"}
#: Roster and data cells of two periods differ all over: so many of a group are listed in the page.
_MOST_LISTED = 200
_MOST_REASONS = 10


def comparison_summary(comparison: Comparison) -> Html:
    """First screen: what is compared, who gets in and who falls out, whose place moved most, and by which cause."""
    parts: list[Html] = []
    if why := comparison.refused_why:
        lead = paragraph(f"两边混合后无法计分，变化的原因分解不了（{len(why)}处）：")
        parts.append(Html('<div class="notice pending">') + lead + bullets(why[:_MOST_REASONS]) + "</div>")
    lists: dict[str, list[str]] = {}
    for verdict in comparison.verdicts:
        change = f"{comparison.units[verdict.unit]}（{verdict.before} → {verdict.after}；{cause_words(verdict, comparison.labels)}）"
        lists.setdefault(comparison.label(verdict.outcome), []).append(change)
    for label, changes in lists.items():
        more = f"等{len(changes)}个" if len(changes) > 6 else ""
        parts.append(Html(f'<p class="result"><strong>{esc(label)}</strong>：{esc("、".join(changes[:6]))}{more}</p>'))
    moved = comparison.moved("place")
    if moved:
        most = sorted(moved, key=lambda m: -abs(m.change or 0))[:3]
        words = "、".join(f"{comparison.units[m.unit]}（{_place(m.before)} → {_place(m.after)}）" for m in most)
        parts.append(Html(f'<p class="result"><strong>名次变动{len(moved)}个</strong>，最大的：{esc(words)}</p>'))
    if not (moved or lists or comparison.moved("total")):
        parts.append(Html('<p class="result">得分、名次、名单和金额都没有变化。</p>'))
    causes = "、".join(comparison.labels.values()) or "没有"
    pairs = [
        ("考核办法", comparison.after.scheme.meta.title),
        ("甲", comparison.before.name),
        ("乙", comparison.after.name),
        ("两边都有的对象", f"{len(comparison.units)}个"),
        ("不同的方面", causes),
    ]
    return join([*parts, facts(pairs)])


def comparison_differences(comparison: Comparison) -> Html:
    """Every parameter, reading, figure, attribute and program version that is not the same."""
    parts: list[Html] = []
    for group, word in GROUPS.items():
        own = [one for one in comparison.differences if one.group == group]
        rows = [[one.label or one.path, one.before or "（无）", one.after or "（无）", one.path, one.place] for one in own[:_MOST_LISTED]]
        if rows:
            more = f"，列出{_MOST_LISTED}处，全部见 tables/differences.csv" if len(own) > _MOST_LISTED else ""
            columns = [Column("什么", "long"), Column("甲", "long"), Column("乙", "long"), Column("路径"), Column("在哪里", optional=True)]
            parts.append(heading(3, word) + table(columns, rows, caption=f"{word}（{len(own)}处{more}）", wide=True))
    return join(parts) or paragraph("参数、版本、数据、名单和程序都相同。")


def comparison_moves(comparison: Comparison, what: str) -> Html:
    """Places (``place``), totals (``total``) or money (``money``) that moved, with the part of each cause."""
    moves = comparison.moved(what)
    if not moves:
        return paragraph(f"{_WHAT[what]}没有变化。")
    lead = "负数为前进。" if what == "place" else ""
    adds = "" if comparison.refused_why else "各原因之和等于变化。"
    return paragraph(lead + adds) + _moves(comparison, moves, f"{_WHAT[what]}有变化的（{len(moves)}个）")


def comparison_points(comparison: Comparison) -> Html:
    """Points that moved, indicator by indicator."""
    parts = []
    moves: dict[str, list[Move]] = {}
    for move in comparison.moved("points"):
        moves.setdefault(move.name, []).append(move)
    for name, own in moves.items():
        parts.append(heading(3, comparison.label(name)) + _moves(comparison, own, f"{comparison.label(name)}（{len(own)}个）"))
    return join(parts) or paragraph("各项得分没有变化。")


def _moves(comparison: Comparison, moves: Sequence[Move], caption: str) -> Html:
    labels = comparison.labels
    rows: list[list[Any]] = []
    for move in moves:
        parts = [DASH if move.parts is None else signed(move.parts.get(cause)) for cause in labels]
        rows.append([comparison.units[move.unit], _number(move.before), _number(move.after), signed(move.change), *parts])
    columns = [_UNIT, *(Column(word, "right") for word in ("甲", "乙", "变化", *labels.values()))]
    return table(columns, rows, caption=caption)


def comparison_awards(comparison: Comparison) -> Html:
    """Verdicts that changed: which cause alone brings the new one, and without which it would not have come."""
    if not comparison.verdicts:
        return paragraph("结果运用没有变化。")
    labels = comparison.labels
    rows = []
    for verdict in comparison.verdicts:
        nothing = "没有" if verdict.known else "无法分解"
        alone = "、".join(labels[cause] for cause in verdict.alone) or nothing
        needed = "、".join(labels[cause] for cause in verdict.needed) or nothing
        rows.append([comparison.label(verdict.outcome), comparison.units[verdict.unit], verdict.before, verdict.after, alone, needed])
    columns = [Column("项目"), _UNIT, Column("甲"), Column("乙"), Column("单独改变即可的原因"), Column("不可缺的原因")]
    return table(columns, rows, caption=f"结果运用有变化的（{len(rows)}处）")


def comparison_notes(comparison: Comparison) -> Html:
    """Units on one roster only, and what could not be carried from one side to the other."""
    parts = []
    for text, units in (("只在乙的名单里", comparison.entered), ("只在甲的名单里", comparison.left)):
        if units:
            parts.append(paragraph(f"{text}（{len(units)}个）：{'、'.join(units.values())}"))
    notes = bullets(comparison.notes)
    how = (
        "原因按沙普利值分解：把不同的方面逐一由甲换成乙，取所有先后次序的平均，用精确分数计算，各部分之和恰等于变化。"
        "名单是“入选”“未入选”这样的结论，不能拆分，只逐个单独试算。"
    )
    library = "“程序”一项是运行当时记录的结果与现在的程序按同样输入算出的结果之差；旧程序不在手边，无法与其他原因交叉试算。"
    return join([*parts, notes, paragraph(how), paragraph(library) if comparison.has_library else Html("")])


def cause_words(verdict: Any, labels: dict[str, str]) -> str:
    """What brought a verdict about, in words."""
    if verdict.alone:
        return "、".join(labels[cause] for cause in verdict.alone) + "单独即可"
    if verdict.needed:
        return "、".join(labels[cause] for cause in verdict.needed) + ("缺一不可" if len(verdict.needed) > 1 else "不可缺")
    return "几种原因共同作用" if verdict.known else "无法分解"


def signed(value: Exact | None) -> str:
    """A change with its sign; a fraction without end as the fraction that it is, so that parts still add up.

    >>> from evalbook.exact import exact
    >>> [signed(exact(text)) for text in ("1.5", "-2", "0", "1/3")]
    ['+1.5', '-2', '0', '+1/3']
    """
    if value is None:
        return DASH
    text = plain(value)
    text = str(value) if text.startswith("≈") else text
    return f"+{text}" if value > 0 else text


def _number(value: Exact | None) -> str:
    return DASH if value is None else plain(value)


def _place(value: Exact | None) -> str:
    return "不排名" if value is None else f"第{plain(value)}名"

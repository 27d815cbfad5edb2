"""What each reading of a silent clause would change (解读的影响): in the report itself where it is cheap, and in the study."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ..analysis.readings import Reading, Readings
from ..exact import plain
from .html import Column, Html, join, paragraph, table

if TYPE_CHECKING:
    from ..workbook import Prepared

#: Up to this many units × results × readings the report scores every reading itself; 60 000 take one to two seconds. etdz has 300 000.
MOST_IN_REPORT = 100_000
#: So many names are told in one cell.
_NAMED = 12

Label = Callable[[str], str]
Standing = Mapping[str, Mapping[str, tuple[int, int]]]


def readings(run: Prepared) -> Html:
    """Every other reading alone: whose places, lists, rewards and money would differ, and which lists hold under all of them."""
    found = Readings(run.root, run.evaluation)
    label = run.evaluation.scheme.label
    number = sum(map(len, found.alternatives.values()))
    command = f"evalbook robustness {run.scheme} {run.period} --report"
    if not number:
        return paragraph("没有登记未写明之处，只有一种读法。")
    if found.size > MOST_IN_REPORT:
        return paragraph(
            f"本期有{number}种别的读法。考核对象数×结果数×读法数为{found.size}，超过随报告计算的上限{MOST_IN_REPORT}，不在本页逐一计算；"
            f"请执行 {command} 生成专门的报告，或用 evalbook readings {run.scheme} {run.period} 查看。"
        )
    single = found.single
    telling = [one for one in single if not one.silent]
    same = "、".join(one.code for one in single if one.silent)
    parts = [standing(found.standing(), label), effects(telling, label, caption=f"换一种读法就会不同的（{len(telling)}种）")]
    if same:
        parts.append(paragraph(f"按本期的数据，换成下列读法什么也不改变：{same}。"))
    own = f"evalbook readings {run.scheme} {run.period}"
    parts.append(paragraph(f"几种读法同时改变的组合共{found.combinations}种，用 {own} --combine 看；表中未列全的用 {own} --json 看。"))
    return join(parts)


def standing(found: Standing, label: Label) -> Html:
    """Which lists hold under every reading scored, and who is listed under some of them only."""
    rows = []
    for outcome, units in found.items():
        firm = [unit for unit, (times, of) in units.items() if times == of]
        loose = [f"{unit}（{times}/{of}）" for unit, (times, of) in units.items() if times < of]
        rows.append([label(outcome), len(firm), few(firm), few(loose)])
    columns = [Column("名单"), Column("都列入的", "number"), Column("在全部读法下都列入", "long")]
    columns.append(Column("只在部分读法下列入（列入的／算过的）", "long", optional=True))
    return table(columns, rows, caption="名单是否随读法而变（逐条换一种读法）") if rows else Html("")


def effects(single: Sequence[Reading], label: Label, *, caption: str) -> Html:
    """Readings one by one: how many totals differ, who takes which other place, what is decided otherwise, and money."""
    rows: list[list[Any]] = []
    for one in single:
        words = "；".join(one.words)
        if one.refused:
            rows.append([one.code, words, None, "", f"按此读法不能计算：{one.refused[0].message}", ""])
            continue
        paid = "" if one.paid is None else f"{'+' if one.paid > 0 else ''}{plain(one.paid)}"
        rows.append([one.code, words, one.totals, _moves(one, label), _verdicts(one, label), paid])
    columns = [Column("假设＝读法"), Column("文件未写明：这样读", "long"), Column("总分不同", "number"), Column("名次不同", "long")]
    columns += [Column("结果不同", "long"), Column("金额差（元）", "number", optional=True)]
    return table(columns, rows, caption=caption, wide=True) if rows else Html("")


def _moves(one: Reading, label: Label) -> str:
    """Places that differ, ranking by ranking, the foremost first."""
    found = []
    for ranking, shifts in groupby(one.shifts, key=lambda shift: shift.ranking):
        ordered = sorted(shifts, key=lambda s: min(place for place in (s.before, s.after) if place is not None))
        moved = [f"{s.unit} {s.before or '无'}→{s.after or '无'}" for s in ordered]
        found.append(f"{label(ranking)}：{few(moved)}")
    return "；".join(found)


def _verdicts(one: Reading, label: Label) -> str:
    """What is decided otherwise, outcome by outcome."""
    found = []
    for outcome, changes in groupby(one.changes, key=lambda change: change.outcome):
        found.append(f"{label(outcome)}：{few([f'{c.unit} {c.before}→{c.after}' for c in changes])}")
    return "；".join(found)


def few(texts: Sequence[str]) -> str:
    """The first of many texts, and how many there are.

    >>> few(["甲", "乙"]), few([str(n) for n in range(20)])[-9:]
    ('甲、乙', '10、11等20项')
    """
    return "、".join(texts) if len(texts) <= _NAMED else f"{'、'.join(texts[:_NAMED])}等{len(texts)}项"

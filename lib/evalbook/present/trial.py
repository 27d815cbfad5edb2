"""What stands against the edition as it was issued: changes of the period file with their reasons, and those of a trial (试算).

A trial says so on the first screen, so that nobody takes it for the official result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..workbook import as_text
from .html import DASH, Column, Html, esc, table

if TYPE_CHECKING:
    from ..scheme.definition import Chosen, Scheme
    from ..workbook import Prepared

_NOT_WRITTEN = "（未写，用默认）"


def trial(run: Prepared) -> Html:
    """The changes of a trial with old and new value, and its reason; nothing for any other run."""
    if not run.trial:
        return Html("")
    lead = f"试算：本报告改动了{len(run.trial)}处，不是正式结果，不能定稿。"
    reason = f"<p>理由：{esc(run.reason)}</p>" if run.reason else ""
    rows = [[one.label, one.old or _NOT_WRITTEN, one.new or "（去掉）", one.path] for one in run.trial]
    columns = [Column("改动", "long", optional=True), Column("原为", "long"), Column("试算为", "long"), Column("路径")]
    return (
        Html(f'<div class="notice pending"><p><strong>{esc(lead)}</strong></p>{reason}')
        + table(columns, rows, caption="试算改动的参数和数据")
        + "</div>"
    )


def amendments(scheme: Scheme) -> Html:
    """Every parameter that the period file changes since the edition: old and new, why, by whom and when. Nothing where none is."""
    rows = []
    for one in scheme.amendments:
        name = one.path.split(".")[1] if "." in one.path else ""
        label = scheme.label(name) if name in scheme.names else ""
        old, new = as_text(one.old) or _NOT_WRITTEN, as_text(one.new) or "（去掉）"
        rows.append([label, one.path, old, new, one.change.reason, one.change.by, one.change.date])
    columns = [Column("名称", "long", optional=True), Column("参数"), Column("版本原为", "long"), Column("改为", "long")]
    columns += [Column("理由", "long"), Column("经办"), Column("日期")]
    return table(columns, rows, caption=f"本期对版本参数的修改（{len(rows)}处）", wide=True) if rows else Html("")


def silent_clauses(scheme: Scheme) -> Html:
    """Every silent clause: its readings with the codes that a period file or a trial names, what holds, and who decided it, when, why."""
    rows = [[one.clause, one.silent, one.name, one.coded(one.choice), _lines(one), one.basis, _ruling(one)] for one in scheme.assumptions]
    columns = [Column("条款", "long"), Column("文件未写明", "long"), Column("假设"), Column("本期读法", "long"), Column("其他读法", "long")]
    columns += [Column("来由"), Column("裁定的理由、裁定人、日期", "long", optional=True)]
    marked = ["" if one.is_default else "chosen" for one in scheme.assumptions]
    return table(columns, rows, caption=f"假设与口径（共{len(rows)}项）", row_classes=marked)


def _lines(one: Chosen) -> Html:
    """The other readings, each on a line of its own."""
    return Html("<br>".join(esc(one.coded(code)) for code in one.alternatives) or DASH)


def _ruling(one: Chosen) -> str:
    if one.ruling is not None:
        return f"{one.ruling.reason}（{one.ruling.by}，{one.ruling.date}）"
    return "" if one.explained or one.tried else "未写明"

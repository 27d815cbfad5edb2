"""What stands against the edition as it was issued: changes of the period file with their reasons, and those of a trial (试算).

A trial says so on the first screen, so that nobody takes it for the official result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..workbook import as_text
from .html import Column, Html, esc, table

if TYPE_CHECKING:
    from ..scheme.scheme import Scheme
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

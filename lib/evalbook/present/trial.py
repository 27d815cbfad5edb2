"""试算: what a what-if run sets otherwise, on the first screen, so that nobody takes it for the official result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .html import Column, Html, esc, table

if TYPE_CHECKING:
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

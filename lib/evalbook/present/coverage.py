"""The clauses of the document and what carries each: the appendix by which a reader checks that nothing was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..scheme.coverage import OUTSIDE, documents_of, read_clauses
from ..workbook import CLAUSES
from .html import Column, Html, paragraph, table

if TYPE_CHECKING:
    from ..workbook import Prepared

_PLACES = {"tree": "指标", "measures": "口径", "rankings": "排序", "outcomes": "结果运用", "assumptions": "假设", "edition": "版本信息"}
_SECTIONS = {"periods": "跨期汇总", "tables": "数据表"}


def coverage(run: Prepared) -> Html:
    """Every clause of the scheme's document: where it stands in the parameters or the report, or why it is outside."""
    file = next((item.path for item in run.inputs if item.name == CLAUSES), None)
    clauses = documents_of(read_clauses(file), run.scheme) if file else []
    if not clauses:
        return paragraph("本办法没有条款对照表。")
    rows = []
    for clause in clauses:
        carriers = [_carrier(run, ref) for ref in clause.carried_by if _concerns(ref, run.scheme)]
        carried = "软件之外" if clause.outside else "；".join(carriers) or "由同一文件的另一办法承载"
        rows.append([clause.clause, clause.summary, carried, clause.remark])
    outside = sum(clause.outside for clause in clauses)
    lead = f"文件共{len(clauses)}条（行），其中{len(clauses) - outside}条由本工作簿承载，{outside}条在软件之外（理由见说明）。"
    columns = [Column("条款"), Column("内容", "long"), Column("承载之处", "long"), Column("说明", "long", optional=True)]
    return paragraph(lead) + table(columns, rows, caption="条款对照表")


def _concerns(ref: str, scheme: str) -> bool:
    return ref != OUTSIDE and ref.partition(":")[0] in (scheme, "section", "command")


def _carrier(run: Prepared, ref: str) -> str:
    """A reference as a reader calls it: the label where it names a block of the edition."""
    place, _, name = ref.partition(":")
    if place == "section":
        return f"报告 {name}"
    if place == "command":
        return f"命令 {name}"
    section, _, path = name.partition(".")
    block = path.partition(".")[0]
    label = run.evaluation.scheme.label(block) if section not in ("edition", "assumptions", "tables") else block
    return f"{(_PLACES | _SECTIONS).get(section, section)} {label}"

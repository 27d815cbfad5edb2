"""The pages and workbooks of a publication: the public list for everybody, a sheet for each unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalbook.safe import write_bytes

from ..errors import Fault
from ..exact import exact
from ..present.feedback import Feedback, Line
from ..present.public_list import PublicList, PublicRanking, public_page
from ..scoring.evaluation import decimal
from ..terms import HEADINGS
from .audit import audit
from .html import PageInfo, shell
from .live import branch_formula, decimals_of, letter
from .sanitise import Rewriter, clean
from .unit_pages import file_names, unit_pages
from .xlsx import Col, Formula, Sheet, write_workbook

if TYPE_CHECKING:
    from ..scoring.evaluation import Evaluation

__all__ = ["LIST", "UNITS", "write_public_list", "write_unit_sheets"]

LIST, UNITS = "公布名单", "反馈单"


# --- everybody -----------------------------------------------------------------------------------------------------------------


def write_public_list(found: PublicList, page: PageInfo, folder: Path, *, head: str) -> list[Fault]:
    """Write the public page and workbook; what keeps the page from being published."""
    page = replace(page, subtitle=f"{found.period}评价结果", audience="")
    html = shell(_body(page.title, public_page(found, head=head)), page=page)
    write_bytes(folder / f"{LIST}.html", html.encode("utf-8"), flush=False)
    write_workbook(folder / f"{LIST}.xlsx", public_sheets(found, page, head=head), title=f"{found.title} {found.period}")
    return audit(html)


def _body(title: str, fragment: str) -> str:
    return Rewriter(title).fragment(clean(fragment))


def _notes(page: PageInfo, *more: str) -> list[str]:
    """What must be known of a sheet that is sent on without its page."""
    return [f"{page.title} {page.subtitle}", *(f"【{mark}】" for mark in page.marks), *(note for note in more if note)]


def public_sheets(found: PublicList, page: PageInfo, *, head: str = "") -> list[Sheet]:
    """The public list as sheets; places are live where the totals they come from are published."""
    tail = _notes(page, found.scope_note, f"归档摘要 {head}" if head else "")
    sheets = []
    for outcome in found.outcomes:
        rows: list[list[Any]] = [[number, *line] for number, line in enumerate(outcome.listed, 1)]
        columns = [Col("序号", 7, "int"), Col(found.unit_word, 24), Col("结果", 24)]
        note = "有待裁定的事项，裁定之前不公布。" if outcome.pending else "" if rows else "无。"
        sheets.append(Sheet(outcome.label, f"{found.period} {outcome.label}", columns, rows, [*([note] if note else []), *tail]))
    sheets += [_ranking_sheet(found, ranking, tail) for ranking in found.rankings]
    return sheets or [Sheet(LIST, f"{found.period} {LIST}", [Col(found.unit_word, 24)], [], ["没有须公布的名次和名单。", *tail])]


def _ranking_sheet(found: PublicList, ranking: PublicRanking, tail: list[str]) -> Sheet:
    grouped, totals = any(one.group for one in ranking.lines), any(one.total is not None for one in ranking.lines)
    total, group = letter(3 if grouped else 2), "B"
    first, last = 3, 2 + len(ranking.lines)
    live = totals and ranking.plain and all(one.total is not None and decimals_of(one.total) is not None for one in ranking.lines)
    rows: list[list[Any]] = []
    for number, one in enumerate(ranking.lines, first):
        inside = f"(${group}${first}:${group}${last}=${group}{number})*" if grouped else "1*"
        better = f"SUMPRODUCT({inside}(${total}${first}:${total}${last}>{total}{number}))+1"
        row: list[Any] = [Formula(f"={better}", one.place) if live else one.place, *([one.group] if grouped else []), one.name]
        rows.append([*row, *([None if one.total is None else decimal(one.total)] if totals else [])])
    columns = [Col("名次", 8, "int"), *([Col(HEADINGS["group"], 16)] if grouped else []), Col(found.unit_word, 24)]
    columns += [Col(found.total_label, 14, "number")] if totals else []
    more = [f"另有{ranking.unranked}个{found.unit_word}不参与本排名。"] if ranking.unranked else []
    return Sheet(ranking.label, f"{found.period} {ranking.label}", columns, rows, [*more, *tail])


# --- each unit its own -----------------------------------------------------------------------------------------------------------


def write_unit_sheets(
    evaluation: Evaluation, page: PageInfo, folder: Path, tell: Callable[[str], None] = lambda _text: None
) -> list[Fault]:
    """Write a page and a workbook for each unit, in the order of the roster; what keeps a page from being handed out."""
    told = Feedback(evaluation)
    rows = range(len(evaluation.unit_codes))
    # Two units may have one name: each page is made for a row, and told apart by its code.
    titles = _titles(evaluation)
    page = replace(page, audience="本单位", subtitle="")
    tell("生成反馈单")
    paths = unit_pages({titles[row]: told.page(row) for row in rows}, page, folder, word=UNITS, listed=False, apart=True)
    tell("生成反馈工作簿")
    info = replace(page, subtitle=UNITS)
    for row, name in zip(rows, file_names(titles), strict=True):
        sheets = _unit_book(told, info, row, titles[row])
        write_workbook(folder / f"{name.removesuffix('.html')}.xlsx", sheets, title=f"{titles[row]} {UNITS}")
    return [fault for path in paths for fault in audit(path.read_text("utf-8"))]


def _titles(evaluation: Evaluation) -> list[str]:
    names = list(evaluation.unit_names)
    return [name if names.count(name) == 1 else f"{name}（{code}）" for name, code in zip(names, evaluation.unit_codes, strict=True)]


def _unit_book(told: Feedback, page: PageInfo, row: int, title: str) -> list[Sheet]:
    notes = _notes(page, told.head(row), "本单只反馈给本单位。")
    lines, sheets = list(told.lines(row)), []
    if lines:
        sheets.append(_points_sheet(told.evaluation, lines, row, title, notes))
    columns = ["数据", "所属期", "所用值", HEADINGS["calibre"], "经过", "来源", "佐证", "说明"]
    figures = [[*line] for line in told.figures(row)]
    kept = [n for n in range(len(columns)) if n != 3 or any(line[3] for line in figures)]
    widths = [26, 14, 16, 16, 40, 20, 12, 30]
    listed = [Col(columns[n], widths[n]) for n in kept]
    sheets.append(Sheet("本单位数据", f"{title}　所依据的本单位数据", listed, [[line[n] for n in kept] for line in figures], notes))
    return sheets


def _points_sheet(evaluation: Evaluation, lines: list[Line], row: int, title: str, notes: list[str]) -> Sheet:
    """The unit's tree downwards: branches and what is missed as live formulas."""
    cells = {line.name: f"F{number}" for number, line in enumerate(lines, 3)}
    rows: list[list[Any]] = []
    for number, line in enumerate(lines, 3):
        formula = branch_formula(evaluation, line.name, row, cells) if line.branch and _all_shown(evaluation, line.name, cells) else ""
        points = line.state if line.points is None else decimal(line.points)
        missed: Any = None if line.missed is None else decimal(line.missed)
        decimals = None if line.missed is None else decimals_of(line.missed)
        if decimals is not None:
            missed = Formula(f"=ROUND(C{number}-F{number},{decimals})", missed)
        label = "　" * line.depth + line.label
        marks = None if line.marks is None else decimal(exact(line.marks))
        rows.append(
            [label, line.clause, marks, line.figure, line.place, Formula(formula, points) if formula else points, missed, line.rule]
        )
    columns = [Col("指标", 34), Col(HEADINGS["clause"], 26), Col(HEADINGS["marks"], 8, "number"), Col("计分所用值", 18), Col("名次", 16)]
    columns += [Col(HEADINGS["points"], 10, "number"), Col("失分", 10, "number"), Col("计分方式", 20)]
    return Sheet("各项得分", f"{title}　{UNITS}", columns, rows, notes)


def _all_shown(evaluation: Evaluation, name: str, cells: dict[str, str]) -> bool:
    """Whether every child of a branch that has points for somebody has a line on the sheet."""
    children = [child for model in evaluation.scheme.tree[name] for child in getattr(model, "children", ())]
    return all(child in cells for child in children if evaluation.scheme.tree[child].main.counts)

"""What the page of a report says around its notebook, and the workbook beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..present.tables import table_title
from ..scoring.evaluation import decimal
from ..terms import HEADINGS
from .html import PageInfo
from .live import Ranks, branch_formula, cell_values, group_number, letter, rank_formula, rank_keys
from .xlsx import Col, Formula, Sheet

if TYPE_CHECKING:
    import pandas as pd

    from ..scoring.evaluation import Evaluation
    from ..workbook import Prepared

__all__ = ["page_info", "score_sheets"]

_LONG = 14


def page_info(run: Prepared) -> PageInfo:
    """Title, status, flags, the result in a line, and what ties the page to its inputs."""
    evaluation = run.evaluation
    meta, settings = evaluation.scheme.meta, evaluation.scheme.settings
    return PageInfo(
        title=meta.title,
        subtitle=f"{evaluation.scheme.called(evaluation.scheme.period)}评价报告",
        audience="考核分析、复核和审计人员",
        number=meta.number,
        period_label=evaluation.scheme.called(evaluation.scheme.period),
        status=run.status,
        flags=run.flags,
        as_of=settings.as_of,
        prepared_by=settings.prepared_by,
        provenance=(
            ("程序", f"evalbook {__version__}"),
            ("版本", evaluation.scheme.edition_file),
            ("运行文件校验码", run.run_file_sha256),
            ("结果校验码", evaluation.digest()),
        ),
    )


def score_sheets(run: Prepared, tables: Mapping[str, pd.DataFrame]) -> list[Sheet]:
    """The sheets of ``scores.xlsx``: totals and points with live formulas, then every published table."""
    evaluation = run.evaluation
    sheets = [_points_sheet(evaluation)] if evaluation.leaves else []
    for name, frame in tables.items():
        columns = frame.to_numpy(dtype=object).T.tolist()
        heads = [_head(str(heading), values) for heading, values in zip(frame.columns, columns, strict=True)]
        sheets.append(Sheet(table_title(run, name), table_title(run, name), heads, list(zip(*columns, strict=True))))
    notes = [f"{evaluation.scheme.meta.title} {evaluation.scheme.called(evaluation.scheme.period)}", f"结果校验码 {evaluation.digest()}"]
    sheets[0] = Sheet(sheets[0].name, sheets[0].title, sheets[0].columns, sheets[0].rows, [*sheets[0].notes, *notes])
    # a sheet may be sent on without the page that it lay beside
    return [replace(sheet, title=f"【试算，不是正式结果】{sheet.title}") for sheet in sheets] if run.trial else sheets


def _head(heading: str, values: Sequence[Any]) -> Col:
    """The head of a column of a published table: as wide as its longest text, within reason."""
    kinds = {*map(type, values)} - {type(None)}
    # The same names and words recur over thousands of rows.
    texts = {*values} - {None} if kinds <= {str} else [value for value in values if value is not None]
    widest = max(len(heading), max(map(len, map(str, texts)), default=0))
    return Col(heading, min(8 + 1.6 * widest, 44), "text" if all(issubclass(kind, str) for kind in kinds) else "number")


def _points_sheet(evaluation: Evaluation) -> Sheet:
    """Units × nodes in the document's order, branches and places as live formulas where a spreadsheet can compute them.

    The place by the total stands in front, those of other rankings behind the points.
    """
    names, label = [name for name, _ in evaluation.nodes], evaluation.scheme.label
    main = [evaluation.main_ranking] if evaluation.main_ranking else []
    others = [name for name in evaluation.scheme.rankings if name not in main]
    keys = {name: rank_keys(evaluation, name) for name in (*main, *others)}
    live = [name for name in keys if keys[name]]
    first = 2 + len(main)
    letters = {name: letter(first + number) for number, name in enumerate(names)}
    groups = {name: letter(first + len(names) + len(others) + number) for number, name in enumerate(live)}
    last = 2 + len(evaluation.order)
    points = {name: [decimal(value) for value in cell_values(evaluation, name)] for name in names}
    branches = {name for name in names if not evaluation.is_leaf(name)}
    kept: dict[str, None] = {}

    def place(name: str, row: int, number: int) -> Any:
        found = evaluation.place(name, row)
        if found is None or not keys[name]:
            return found
        where = Ranks(3, last, groups[name], tuple(letters[key] for key in keys[name]))
        return Formula(rank_formula(evaluation, name, number, where), found)

    rows: list[list[Any]] = []
    for number, row in enumerate(evaluation.order, start=3):
        cells: list[Any] = [evaluation.unit_codes[row], evaluation.unit_names[row], *(place(name, row, number) for name in main)]
        addresses = {name: f"{column}{number}" for name, column in letters.items()}
        for name in names:
            value = points[name][row]
            if name in branches:
                if text := branch_formula(evaluation, name, row, addresses):
                    value = Formula(text, value)
                elif not isinstance(value, str):
                    kept.setdefault(name)
            cells.append(value)
        cells += [place(name, row, number) for name in others]
        rows.append([*cells, *(group_number(evaluation, name, row) for name in live)])
    columns = [Col(HEADINGS["unit_code"], 12), Col(HEADINGS["unit_name"], 14), *(Col(HEADINGS["rank"], 7, "int") for _ in main)]
    columns += [Col(label(name), _LONG, "number") for name in names]
    columns += [Col(label(name), 10, "int") for name in others]
    columns += [Col(f"{label(name)}：组号（0为不参排）", 10, "int") for name in live]
    notes = [f"“{label(name)}”中有不能写成公式的（舍入方式、开方或判定条件），表中为程序算出的数值。" for name in kept]
    notes += [f"“{label(name)}”的名次表中为程序算出的数值。" for name in keys if not keys[name]]
    return Sheet("得分汇总", "得分汇总（合计和名次为公式，可核算）", columns, rows, notes)

"""What the page of a report says around its notebook, and the workbook beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..present.tables import table_title
from ..scoring.evaluation import decimal
from ..terms import HEADINGS
from .html import PageInfo
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
    """The sheets of ``scores.xlsx``: totals and points with live sums, then every published table."""
    evaluation = run.evaluation
    sheets = [_points_sheet(evaluation)] if evaluation.leaves else []
    for name, frame in tables.items():
        columns = []
        for heading, values in frame.items():
            number = any(v is not None and not isinstance(v, str) for v in values)
            widest = max([len(str(heading)), *(len(str(v)) for v in values if v is not None)], default=8)
            columns.append(Col(str(heading), min(8 + 1.6 * widest, 44), "number" if number else "text"))
        sheets.append(Sheet(table_title(run, name), table_title(run, name), columns, frame.to_numpy(dtype=object).tolist()))
    notes = [f"{evaluation.scheme.meta.title} {evaluation.scheme.called(evaluation.scheme.period)}", f"结果校验码 {evaluation.digest()}"]
    sheets[0] = Sheet(sheets[0].name, sheets[0].title, sheets[0].columns, sheets[0].rows, notes)
    # a sheet may be sent on without the page that it lay beside
    return [replace(sheet, title=f"【试算，不是正式结果】{sheet.title}") for sheet in sheets] if run.trial else sheets


def _points_sheet(evaluation: Evaluation) -> Sheet:
    """Units × nodes in the document's order; a branch that simply adds is a live sum over its children."""
    names = [name for name, _ in evaluation.nodes]
    place = evaluation.main_ranking
    first = 3 if place else 2
    letters = {name: _letter(first + number) for number, name in enumerate(names)}
    rows: list[list[Any]] = []
    for number, row in enumerate(evaluation.order, start=3):
        cells: list[Any] = [evaluation.unit_codes[row], evaluation.unit_names[row]]
        if place:
            cells.append(evaluation.place(place, row))
        for name in names:
            value = decimal(evaluation.points(name, row))
            parts = _added(evaluation, name, row)
            text = "=" + "+".join(f"{letters[part]}{number}" for part in parts)
            cells.append(Formula(text, value) if parts else evaluation.state(name, row).label if value is None else value)
        rows.append(cells)
    columns = [Col(HEADINGS["unit_code"], 12), Col(HEADINGS["unit_name"], 14), *([Col(HEADINGS["rank"], 7, "int")] if place else [])]
    columns += [Col(evaluation.scheme.label(name), _LONG, "number") for name in names]
    return Sheet("得分汇总", "得分汇总（合计为公式，可核算）", columns, rows)


def _added(evaluation: Evaluation, name: str, row: int) -> list[str]:
    """Children whose points a branch adds up for a unit; none where it does more than add."""
    if evaluation.is_leaf(name):
        return []
    result = evaluation.node(name)
    models = evaluation.scheme.tree[name]
    model = list(models)[max(int(result.variant[row]), 0)]
    simple = model.aggregate.additive and model.base is None and model.clip is None and model.round is None and model.when is None
    if not simple or result.rescaled[row] or evaluation.points(name, row) is None:  # type: ignore[union-attr]
        return []
    counted = [c for c in model.children if evaluation.scheme.tree[c].main.counts]
    return [c for c in counted if evaluation.points(c, row) is not None]


def _letter(column: int) -> str:
    """Excel's name of a column, counted from 0.

    >>> [_letter(n) for n in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text

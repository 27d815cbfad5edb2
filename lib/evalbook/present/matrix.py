"""Points of many units at a glance: per dimension one table, a row per unit and a column per indicator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..kinds.base import Ref
from ..scoring.evaluation import STATE_WORDS, Evaluation, decimal
from ..terms import HEADINGS
from .html import Column, Html, heading, join, paragraph, table

if TYPE_CHECKING:
    from ..workbook import Prepared


def score_matrix(run: Prepared) -> Html:
    """Per dimension: how each indicator is measured and what it ranges over, then every unit's points, in order of rank.

    For evaluations of hundreds of units, where a table per indicator and unit would hold ten thousand sentences: those stand on the
    sheets of the units.
    """
    evaluation = run.evaluation
    if not evaluation.leaves:
        return paragraph("本办法没有设定分值。")
    return join(_dimension(evaluation, name) for name in evaluation.dimensions or tuple(evaluation.scheme.roots))


def _dimension(evaluation: Evaluation, dimension: str) -> Html:
    scheme = evaluation.scheme
    leaves = list(dict.fromkeys(scheme.leaves(dimension)))
    model = scheme.tree[dimension].main
    marks = "" if model.marks is None else f"（{decimal(model.marks)}分）"
    told = [model.clause, model.note, "" if model.official else "自定或未公开"]
    return join(
        [
            heading(3, f"{model.label}{marks}"),
            paragraph("；".join(text for text in told if text), "clause"),
            _indicators(evaluation, leaves),
            _points(evaluation, dimension, leaves),
        ]
    )


def _indicators(evaluation: Evaluation, leaves: list[str]) -> Html:
    """One row per indicator: how it is measured and turned into points, how many units have a value, lowest and highest points."""
    rows = []
    for leaf in leaves:
        result, model = evaluation.node(leaf), evaluation.scheme.tree[leaf].main
        points = [value for value in result.points.listed() if value is not None]
        ends = [decimal(end(points)) if points else None for end in (min, max)]
        how = [evaluation.walk.scope().label(model.measure) if isinstance(model.measure, Ref) else model.measure.title, model.rule.title]
        rows.append([model.label, "，".join(how), str(len(points)), *ends, model.note, "" if model.official else "自定或未公开"])
    columns = [
        Column(HEADINGS["indicator"]),
        Column("计分方式"),
        Column("有得分的个数", "right"),
        Column("最低得分", "number"),
        Column("最高得分", "number"),
        Column(HEADINGS["note"], "long", optional=True),
        Column("说明", optional=True),
    ]
    return table(columns, rows, caption="指标")


def _points(evaluation: Evaluation, dimension: str, leaves: list[str]) -> Html:
    """The points themselves; a unit without any on an indicator shows why."""
    names = [dimension, *(leaf for leaf in leaves if leaf != dimension)]
    results = [evaluation.node(name).points for name in names]
    cells = [
        [
            STATE_WORDS[state] if value is None else decimal(value)
            for value, state in zip(points.listed(), points.states.tolist(), strict=True)
        ]
        for points in results
    ]
    full = np.logical_and.reduce([points.ok for points in results]).tolist()
    rows = [[evaluation.unit_names[row], *(column[row] for column in cells)] for row in evaluation.order]
    css = ["" if full[row] else "gap" for row in evaluation.order]
    columns = [Column(HEADINGS["unit_name"]), *(Column(evaluation.scheme.label(name), "number") for name in names)]
    return table(columns, rows, caption="得分", row_classes=css, wide=True)

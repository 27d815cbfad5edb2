"""Results of other periods: what each unit had in each of them, and which results they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..scoring.evaluation import SHOWN_DECIMALS, decimal
from ..terms import HEADINGS, State
from .html import Column, Html, join, paragraph, table

if TYPE_CHECKING:
    from ..scoring.evaluation import Evaluation
    from ..workbook import Prepared


def combined_periods(run: Prepared) -> Html:
    """跨期汇总: how each result of other periods came together, and which results of those periods they are."""
    if not run.evaluation.scheme.periods:
        return paragraph("本期不用其他考核期的结果。")
    return components(run.evaluation) + sources(run.evaluation)


def components(evaluation: Evaluation) -> Html:
    """One table per result of other periods: a row per unit, a column per period of the window, and what came of them."""
    return join(_components(evaluation, name) for name in evaluation.scheme.periods)


def _components(evaluation: Evaluation, name: str) -> Html:
    variants, scope = evaluation.scheme.periods[name], evaluation.walk.scope()
    result, uom = evaluation.walk.results[name], evaluation.walk.uom(name)
    headings = {part.period: model.period_name(part) for model in variants for part in model.parts(scope)}
    rows = []
    for row in evaluation.order:
        model = variants.models[int(result.variant[row])][1]
        found = {part.period: model.found(part, row, with_uom=False) for part in model.parts(scope)}
        state = State(int(result.column.states[row]))
        value = decimal(result.column.at(row), SHOWN_DECIMALS)
        pieces = [found.get(period, "") for period in sorted(headings)]
        rows.append([evaluation.unit_names[row], *pieces, value, "" if state == State.OK else state.label])
    columns = [
        Column(HEADINGS["unit_name"]),
        *(Column(headings[period], "right") for period in sorted(headings)),
        Column(f"结果（{uom}）" if uom else "结果", "number"),
        Column("状态", optional=True),
    ]
    caption = "；".join(filter(None, [evaluation.scheme.label(name), variants.main.clause]))
    return table(columns, rows, caption=caption, wide=True)


def sources(evaluation: Evaluation) -> Html:
    """The results of other periods that this one is made of, computed again from their own files; nothing where there are none."""
    if not evaluation.others:
        return Html("")
    rows = [[other.scheme.called(other.scheme.period), other.scheme.edition_file, other.digest()] for other in evaluation.others.values()]
    columns = [Column("考核期"), Column("版本"), Column("结果校验码", "code")]
    return table(columns, rows, caption="所用其他考核期的结果（由各期输入文件重新计算）", wide=True)

"""任务目标: what was set, what has been done, and the rate of completion, of every unit and of all together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..analysis.targets import Progress, Target, progress_of, targets_of
from ..exact import Exact, exact, plain
from ..kinds.base import Ref
from ..scoring.evaluation import Evaluation, decimal
from ..terms import HEADINGS, State
from .html import DASH, Column, Html, heading, join, paragraph, table

if TYPE_CHECKING:
    from ..workbook import Prepared

_UNIT = Column(HEADINGS["unit_name"])
_RATE = Column("完成率（%）", "right")
#: Decimals at which a rate is printed, more where fewer would show a target as met that is not.
_DECIMALS = (2, 4, 6)


def percent(rate: Exact | None) -> str:
    """A rate of completion as printed, never 100.00 unless it is.

    >>> from evalbook.exact import exact
    >>> [percent(rate) for rate in (exact("103.7037"), exact("99.9958"), exact(100), None)]
    ['103.70', '99.9958', '100.00', '—']
    """
    if rate is None:
        return DASH
    text = ""
    for decimals in _DECIMALS:
        text = plain(rate, decimals)
        if rate == 100 or exact(text) != 100:
            break
    return text


def targets(run: Prepared) -> Html:
    """任务目标: the targets of all together, the rates of every unit at a glance, and each target with its figures."""
    evaluation = run.evaluation
    found = targets_of(evaluation.scheme)
    if not found:
        return paragraph("本办法没有设定任务目标。")
    progress = [progress_of(evaluation, target) for target in found]
    parts = [_whole(evaluation, found), _rates(evaluation, found, progress)]
    parts += [_target(evaluation, *pair) for pair in zip(found, progress, strict=True)]
    return join(parts)


def whole_rates(evaluation: Evaluation) -> list[str]:
    """Each target of all units together in a few words, for the first screen."""
    found = []
    for target in targets_of(evaluation.scheme):
        if target.whole is not None:
            rate = evaluation.walk.results[target.whole.rate].column.at(0)
            found.append(f"{_label(evaluation, target)} {percent(rate)}{'' if rate is None else '%'}")
    return found


def _label(evaluation: Evaluation, target: Target) -> str:
    """What the target is called: the label of its rate without the word that says it is one."""
    label = evaluation.scheme.label(target.rate)
    return label.removesuffix("完成率") or label


def _value(evaluation: Evaluation, ref: Ref | str | None) -> Any:
    """A figure of all units together, None where there is none."""
    if not ref:
        return None
    named = Ref("result", ref) if isinstance(ref, str) else ref
    return decimal(evaluation.walk.scope().column(named).at(0))


def _whole(evaluation: Evaluation, found: tuple[Target, ...]) -> Html:
    """One row per target: what all were set, what the units were set, what they did."""
    scope, rows, css = evaluation.walk.scope(), [], []
    for target in found:
        whole = target.whole
        rate = None if whole is None else evaluation.walk.results[whole.rate].column.at(0)
        goal, assigned = _value(evaluation, whole.target if whole else None), _value(evaluation, target.assigned)
        done = _value(evaluation, whole.total if whole else None)
        numbers = ["" if number is None else f"{number:f}" for number in (goal, assigned, done)]
        rows.append([_label(evaluation, target), scope.uom(target.done), *numbers, percent(rate) if whole else ""])
        css.append("gap" if goal is not None and assigned is not None and assigned < goal else "")
    if not any(any(row[2:]) for row in rows):
        return Html("")
    heads = ("总目标", "各单位任务合计", "各单位完成合计")
    columns = [Column("任务"), Column(HEADINGS["uom"], optional=True), *(Column(h, "right", optional=True) for h in heads)]
    return table([*columns, Column(_RATE.heading, "right", optional=True)], rows, row_classes=css, caption="总目标与完成情况")


def _rates(evaluation: Evaluation, found: tuple[Target, ...], progress: list[list[Progress]]) -> Html:
    """Units × targets: the rates alone."""
    if len(found) < 2:
        return Html("")
    by_row = [{part.row: part for part in parts} for parts in progress]
    rows = []
    for row, name in enumerate(evaluation.unit_names):
        parts = [parts.get(row) for parts in by_row]
        if any(parts):
            rows.append([name, *("" if part is None else _rate_text(part) for part in parts)])
    columns = [_UNIT, *(Column(_label(evaluation, target), "right") for target in found)]
    return table(columns, rows, caption="完成率一览（%；“—”为没有下达该项任务）", wide=True)


def _rate_text(part: Progress) -> str:
    return percent(part.rate) if part.state == State.OK else part.state.label


def _target(evaluation: Evaluation, target: Target, progress: list[Progress]) -> Html:
    """One target: every unit that has it, then their sum."""
    scope, model = evaluation.walk.scope(), evaluation.scheme.measures.get(target.rate)
    rows: list[list[Any]] = []
    for part in progress:
        rows.append([evaluation.unit_names[part.row], decimal(part.target), decimal(part.done), _rate_text(part)])
    css = ["" if part.state == State.OK else "gap" for part in progress]
    sums = [_value(evaluation, target.assigned), _value(evaluation, target.whole.total if target.whole else None)]
    if any(number is not None for number in sums):
        rows.append(["合计", *sums, ""])
        css.append("branch")
    uom = scope.uom(target.done)
    shown = f"（{uom}）" if uom else ""
    columns = [_UNIT, Column(f"任务{shown}", "number"), Column(f"完成{shown}", "number"), _RATE]
    told = [getattr(model.main, "clause", ""), getattr(model.main, "note", "")] if model else []
    lead = "；".join(text for text in told if text)
    return join(
        [
            heading(3, _label(evaluation, target)),
            paragraph(lead, "clause") if lead else Html(""),
            table(columns, rows, row_classes=css),
        ]
    )


def funds(run: Prepared) -> Html:
    """专项资金: what the document sets aside and what it may be used for, beside the payments."""
    found = run.definition.meta.funds
    if not found:
        return paragraph("本办法没有设立专项资金。")
    rows = [[f.label, f"{decimal(f.amount):f}{f.uom}", f.payer, "；".join(f.uses), f.clause, f.note] for f in found]
    columns = [
        Column("资金"),
        Column("额度", "right"),
        Column("出资方", optional=True),
        Column("用途", "long"),
        Column(HEADINGS["clause"]),
        Column("说明", "long", optional=True),
    ]
    return table(columns, rows, caption="专项资金")

"""Who does not simply take part, and on which boundary figures were counted: what a reader must know of single units."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..analysis.explain import explain
from ..scoring import roster
from ..scoring.evaluation import Evaluation
from ..terms import CALIBRES, HEADINGS, State
from .html import Column, Html, facts, heading, join, paragraph, table
from .outcomes import signed

if TYPE_CHECKING:
    from ..workbook import Prepared

_UNIT = Column(HEADINGS["unit_name"])


def apart(evaluation: Evaluation, columns: Sequence[Column], values: Callable[[int], list[Any]]) -> Html:
    """Under the ranking: units that have no place or do not simply take part, with authority and time; then the exemptions.

    ``columns`` and ``values`` of a row are what the ranking shows of each unit beside its place.
    """
    ranking = evaluation.main_ranking
    rows, css = [], []
    for row in evaluation.order:
        one = evaluation.walk.participation[row]
        place = None if ranking is None else evaluation.place(ranking, row)
        if one.plain and (ranking is None or place is not None):
            continue
        state = State.OK if ranking is None else State(int(evaluation.ranking(ranking).places.states[row]))
        told = [state.label if one.plain else one.label, one.basis, one.since, one.until]
        who = [evaluation.unit_names[row], evaluation.unit_codes[row], "" if place is None else str(place)]
        rows.append([*who, *values(row), *told])
        css.append("barred" if one.status == "disqualified" else "")
    heads = [Column(HEADINGS[f"participation{part}"], optional=bool(part)) for part in ("", "_basis", "_from", "_until")]
    first = [_UNIT, Column("代码"), Column("排名", "right", optional=True)]
    parts = [table([*first, *columns, *heads], rows, caption="不参与排名或另有规定的对象", row_classes=css)] if rows else []
    return join([*parts, *_exemptions(evaluation)])


def _exemptions(evaluation: Evaluation) -> Iterator[Html]:
    """The exemptions of the period file and what becomes of the marks."""
    rows = []
    for row, leaf, entry in evaluation.walk.exemptions:
        steps = explain(evaluation, evaluation.unit_codes[row], leaf, deep=False).steps[1:]
        rows.append([evaluation.unit_names[row], evaluation.scheme.label(leaf), entry.reason, entry.by, entry.date, "；".join(steps)])
    columns = [_UNIT, Column(HEADINGS["indicator"]), Column("免评理由", "long"), Column("批准"), Column("日期"), Column("分值处理")]
    if rows:
        yield table(columns, rows, caption="免评的指标")


def calibre(run: Prepared) -> Html:
    """管辖范围调整与口径: for each unit whose boundary changed the series used and why, and both series with their difference."""
    evaluation = run.evaluation
    if evaluation.scheme.tables["units"].calibre is None:
        return paragraph("本办法没有管辖范围调整的规定。")
    told = evaluation.dataset.calibres
    if not told:
        return paragraph("本期没有管辖范围调整过的考核对象。")
    names = dict(zip(evaluation.unit_codes, evaluation.unit_names, strict=True))
    parts = [paragraph(f"共{len(told)}个考核对象的管辖范围有调整。所用口径计分，另一口径只作对照。")]
    for code, records in _by_unit(evaluation):
        one = told[code]
        parts.append(heading(4, names[code]))
        parts.append(facts([("调整日期", one.changed), ("调整依据", one.basis), ("所用口径", CALIBRES[one.used]), ("理由", one.reason)]))
        parts.append(_series(records) if records else paragraph("没有受管辖范围影响的数据。"))
    return join(parts)


def _by_unit(evaluation: Evaluation) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """(code, figures on two boundaries) of every unit whose boundary changed, in roster order."""
    found = roster.on_two_boundaries(evaluation)
    for code in evaluation.unit_codes:
        if code in evaluation.dataset.calibres:
            yield code, [record for record in found if record["unit_code"] == code]


def _series(records: list[dict[str, Any]]) -> Html:
    """Both series of a unit's figures, the one used marked."""
    columns = [
        Column("数据"),
        Column("所属期"),
        Column("单位", optional=True),
        *(Column(f"{word}口径", "right") for word in CALIBRES.values()),
        Column("差额（后−前）", "right", optional=True),
        Column("计分所用"),
    ]
    rows = [
        [r["label"], r["period"], r["uom"], *(_text(r[name]) for name in CALIBRES), signed(r["difference"]), r["used"]] for r in records
    ]
    return table(columns, rows, caption="两种口径的数据")


def _text(value: Any) -> str:
    return "" if value is None else format(value, "f") if isinstance(value, Decimal) else str(value)


def unit_lines(evaluation: Evaluation, row: int) -> Html:
    """On a unit's own sheet: how it takes part, if not simply, and on which boundary its figures score."""
    one, told = evaluation.walk.participation[row], evaluation.dataset.calibres.get(evaluation.unit_codes[row])
    lines = [] if one.plain else [f"参评方式：{one.sentence}"]
    if told is not None:
        lines.append(f"口径：{'；'.join(text for text in (told.reason, told.basis) if text)}")
    return join(map(paragraph, lines))

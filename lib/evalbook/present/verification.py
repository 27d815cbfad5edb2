"""数据与核实: how far data were verified, what verification and appeals made of them, and what rests on data nobody verified."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..analysis.appeals import Decided, decided
from ..analysis.explain import absence
from ..analysis.verification import changes, difference, differences, item_lines, reliance
from ..exact import Exact, exact, plain, to_decimal
from ..scoring.dataset import Appeal, Cell, Figure
from ..scoring.evaluation import Evaluation, shown
from ..terms import HEADINGS, REASONS, RESULTS, STAGES, State
from .html import DASH, Column, Html, bullets, heading, join, paragraph, table
from .item_verification import appeal_label, cell_text, item_adjustments, item_states, item_trails
from .outcomes import signed

if TYPE_CHECKING:
    from ..workbook import Prepared

_UNIT = Column(HEADINGS["unit_name"])
_BY = {"unit": "按考核对象", "department": "按核实部门"}


def verification(run: Prepared) -> Html:
    """How many figures passed which stage, per indicator; how many rest on reported values only."""
    evaluation = run.evaluation
    figures, quantities = evaluation.dataset.figures, evaluation.scheme.tables["units"].columns
    if not figures:
        return paragraph("本期没有数值数据。") + item_states(evaluation) + _reliance(evaluation)
    groups: dict[tuple[str, str], list[Figure]] = {}
    for (_, quantity, period), figure in figures.items():
        label = quantities[quantity].label if quantity in quantities else quantity
        groups.setdefault((label, period), []).append(figure)
    rows = []
    for (label, period), group in groups.items():
        synthetic = sum(figure.used.origin == "synthetic" for figure in group)
        verified = sum(figure.verified for figure in group)
        adjusted = sum(_is_adjusted(figure) for figure in group)
        absent = [absence(figure.used) for figure in group if figure.used.value is None]
        missing, apart = (absent.count(state) for state in (State.MISSING, State.NOT_APPLICABLE))
        rows.append([label, period, len(group), verified, len(group) - verified, adjusted, missing, apart or None, synthetic])
    heads = ("个数", "已核实", "未核实", "核实有调整", State.MISSING.label, State.NOT_APPLICABLE.label, "模拟")
    columns = [Column("数据"), Column("所属期"), *(Column(h, "number", optional=h == State.NOT_APPLICABLE.label) for h in heads)]
    total = sum(not figure.verified for figure in figures.values())
    lead = f"共{len(figures)}个数据，其中{total}个只有填报值、未经核实。" if total else f"共{len(figures)}个数据，全部经过核实或抽查。"
    return paragraph(lead) + table(columns, rows, caption="数据与核实状态") + item_states(evaluation) + _reliance(evaluation)


def _is_adjusted(figure: Figure) -> bool:
    """Whether a number was filed and another one is used."""
    reported, used = figure.stage("reported"), figure.used
    return reported is not None and isinstance(reported.value, Exact) and isinstance(used.value, Exact) and used.value != reported.value


def _reliance(evaluation: Evaluation) -> Html:
    """What share of the points rests on data that nobody verified: of all units together and of each one concerned."""
    data = evaluation.dataset
    if not evaluation.leaves or (all(figure.verified for figure in data.figures.values()) and not item_lines(evaluation)):
        return Html("")
    found = reliance(evaluation)
    points, open_points = (sum((getattr(one, name) for one in found.values()), exact(0)) for name in ("points", "unverified"))
    if not open_points:
        return paragraph("没有得分依据未经核实的数据。")
    rule = "指标用到本对象任一未经核实的数据或清单项目的，其得分计入；按名次计分的还受其他对象数据的影响"
    lead = f"各项得分合计{plain(points)}分，其中{plain(open_points)}分（{percent(open_points / points)}）依据未经核实的数据。{rule}。"
    rows = [
        [name, one.points, one.unverified, percent(one.share), "、".join(map(evaluation.scheme.label, one.indicators))]
        for name, one in found.items()
        if one.indicators
    ]
    columns = [_UNIT, Column("得分合计", "right"), Column("依据未核实数据", "right"), Column("占比", "right"), Column("指标", "long")]
    texts = [[name, plain(total), plain(part), *rest] for name, total, part, *rest in rows]
    return paragraph(lead) + table(columns, texts, caption="依据未经核实数据的得分")


def percent(share: Exact | None) -> str:
    """A share in percent at one decimal.

    >>> percent(exact("1/8")), percent(None)
    ('12.5%', '')
    """
    return "" if share is None else f"{to_decimal(share * 100, 1):.1f}%"


def adjustments(run: Prepared) -> Html:
    """Difference table: figures whose used value is not the reported one, the sums per unit and department, trails, appeals."""
    evaluation = run.evaluation
    rows = []
    for (code, quantity, period), figure in evaluation.dataset.figures.items():
        reported, used = figure.stage("reported"), figure.used
        if reported is None or used.value == reported.value:
            continue
        amount = difference(reported, used)
        yes_no = evaluation.scheme.tables["units"].columns[quantity].type == "yes_no"
        rows.append(
            [
                evaluation.unit_names[evaluation.row(code)],
                evaluation.scheme.label(quantity),
                period,
                *(_value(evaluation, quantity, figure.stage(stage)) for stage in STAGES),
                "" if yes_no or amount is None else signed(shown(amount)),
                "" if yes_no or not amount or not reported.value else percent(amount / exact(reported.value)),
                evaluation.scheme.tables["units"].columns[quantity].uom,
                REASONS.get(used.reason, ""),
                used.department,
                used.by,
                used.date,
                used.note,
            ]
        )
    parts = []
    if rows:
        columns = [
            _UNIT,
            Column("数据"),
            Column("所属期"),
            *(Column(w, "right", optional=True) for w in STAGES.values()),
            Column("核减（增）", "right"),
            Column("占填报", "right", optional=True),
            Column("单位", optional=True),
            Column("原因", optional=True),
            Column("部门", optional=True),
            Column("经办"),
            Column("日期"),
            Column("说明", "long", optional=True),
        ]
        parts += [table(columns, rows, caption=f"核实差异（{len(rows)}处）", wide=True), *(_summary(evaluation, by) for by in _BY)]
    else:
        parts.append(paragraph("没有核实或抽查改变填报值的数据。"))
    return join([*parts, item_adjustments(evaluation), _trails(evaluation), appeals(run)])


def _value(evaluation: Evaluation, quantity: str, cell: Cell | None) -> str:
    if cell is None:
        return ""
    if cell.value is None:
        return absence(cell).label
    if evaluation.scheme.tables["units"].columns[quantity].type == "yes_no":
        return "是" if cell.value == 1 else "否"
    return plain(cell.value) if isinstance(cell.value, Exact) else cell.value


def _summary(evaluation: Evaluation, by: str) -> Html:
    """Counts and sums per unit or department: those whose figures were changed, and every department."""
    sums: dict[str, list[str]] = {}
    for change in changes(evaluation, by):
        uom = evaluation.scheme.tables["units"].columns[change.quantity].uom
        period = "" if change.period == str(evaluation.scheme.period) else f"（{change.period}）"
        share = "" if change.share is None else f"（{percent(change.share)}）"
        amount = f"{signed(shown(change.amount))}{uom}{share}" if change.amount else "增减相抵"
        sums.setdefault(change.who, []).append(f"{evaluation.scheme.label(change.quantity)}{period} {amount}")
    rows = []
    for who, one in differences(evaluation, by).items():
        if by == "department" or one.changed:
            rest = [one.figures, one.verified, one.figures - one.verified, one.cut, one.raised, one.spot_checked or None]
            rows.append([who, *rest, "；".join(sums.get(who, []))])
    heads = ("数据", "已核实", "未核实", "核减", "核增", "抽查")
    first = _UNIT if by == "unit" else Column(HEADINGS["department"])
    columns = [
        first,
        *(Column(h, "number", optional=h == "抽查") for h in heads),
        Column("合计变动（占填报）", "long"),
    ]
    return table(columns, rows, caption=f"核实差异{_BY[by]}")


def _trails(evaluation: Evaluation) -> Html:
    """Figures that were entered more than once: every value they ever had."""
    rows = []
    for (code, quantity, period), figure in evaluation.dataset.figures.items():
        if not figure.replaced:
            continue
        for cell in figure.history:
            state = "现用" if cell is figure.used else "已被替代" if cell in figure.replaced else "保留"
            about = [STAGES[cell.stage], _value(evaluation, quantity, cell), REASONS.get(cell.reason, ""), cell.department, cell.by]
            unit = evaluation.unit_names[evaluation.row(code)]
            rows.append([unit, evaluation.scheme.label(quantity), period, *about, cell.date, cell.note, state])
    rows += item_trails(evaluation)
    if not rows:
        return Html("")
    columns = [
        _UNIT,
        Column("数据"),
        Column("所属期"),
        Column("环节"),
        Column("数值", "right"),
        Column("原因", optional=True),
        Column("部门", optional=True),
        Column("经办"),
        Column("日期"),
        Column("说明", "long", optional=True),
        Column("状态"),
    ]
    return table(columns, rows, caption="多次核定的数据（逐次保留）", wide=True)


def appeals(run: Prepared) -> Html:
    """复核: what was appealed, what was decided, and every unit whose points, place or award moved because of it."""
    evaluation = run.evaluation
    rows = []
    for one in evaluation.dataset.appeals:
        last = one.decided
        rows.append(
            [
                one.number,
                evaluation.unit_names[evaluation.row(one.unit_code)],
                appeal_label(evaluation, one),
                one.period,
                one.disputed,
                _said(evaluation, one, one.opened) if one.opened.value is not None else "",
                one.opened.note,
                f"{one.opened.by} {one.opened.date}",
                RESULTS.get(one.result, "") if last else "尚未决定",
                _said(evaluation, one, last) if last and one.result == "changed" else "",
                last.note if last else "",
                f"{last.by} {last.date}" if last else "",
            ]
        )
    if not rows:
        return Html("")
    heads = [
        Column("编号"),
        _UNIT,
        Column("数据"),
        Column("所属期"),
        Column("原用值", "right"),
        Column("主张值", "right", optional=True),
        Column("理由", "long"),
        Column("提出"),
        Column("结论"),
        Column("决定值", "right", optional=True),
        Column("决定理由", "long", optional=True),
        Column("决定人", optional=True),
    ]
    return join([heading(3, "复核"), table(heads, rows, caption=f"复核（{len(rows)}件）", wide=True), *map(_effect, decided(evaluation))])


def _said(evaluation: Evaluation, appeal: Appeal, cell: Cell) -> str:
    """The value that an appeal claims or its decision gives."""
    if appeal.item is None:
        return _value(evaluation, appeal.indicator, cell)
    return cell_text(evaluation.scheme.tables[appeal.item.table], appeal.indicator, cell)


def _effect(one: Decided) -> Html:
    if one.refused:
        return paragraph(f"复核 {one.appeal.number}：没有这项决定就无法计算，影响无从比较。")
    if not one.moved:
        return paragraph(f"复核 {one.appeal.number}：没有改变任何对象的得分、名次和奖惩。")
    rows = [
        [
            moved.unit,
            *("" if value is None else plain(value) for value in moved.points),
            *("" if value is None else str(value) for value in moved.places),
            bullets(f"{name}：{before or DASH} → {after or DASH}" for name, before, after in moved.awards),
        ]
        for moved in one.moved
    ]
    columns = [
        _UNIT,
        Column("复核前得分", "right"),
        Column("复核后得分", "right"),
        Column("复核前排名", "right"),
        Column("复核后排名", "right"),
        Column("奖惩变化", "long", optional=True),
    ]
    return table(columns, rows, caption=f"复核 {one.appeal.number} 引起的变化（{len(rows)}个对象）")

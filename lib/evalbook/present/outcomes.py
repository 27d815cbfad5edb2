"""What the results lead to, as a reader sees it: lists, money, grades, findings, and the payment sheet (结果运用, 兑付表)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..exact import exact, plain
from ..kinds.outcomes.base import Decision, Line, Outcome, money
from ..kinds.outcomes.check import Check
from ..kinds.outcomes.ladder import Ladder
from ..kinds.outcomes.listing import Listing
from ..kinds.outcomes.payment import CENTS, Payment
from ..kinds.outcomes.percentage import Percentage
from ..scheme.scheme import result_refs
from ..scoring import payments as sheet
from ..scoring.evaluation import Evaluation, decimal
from ..terms import HEADINGS, Standing
from .html import Column, Html, bullets, heading, join, paragraph, table

if TYPE_CHECKING:
    from ..workbook import Prepared

_CSS = {Standing.LISTED: "selected", Standing.PENDING: "pending", Standing.BARRED: "barred", Standing.UNRANKED: "barred"}
_UNIT = Column(HEADINGS["unit_name"])
#: Kinds whose table shows only who is listed or waits: the others are counted.
_ONLY_LISTED = (Listing, Check, Percentage)
#: On the first screen a longer list is told by its number.
_NAMES_ON_FIRST_SCREEN = 15


def signed(value: Any) -> str:
    """A number with its sign; nothing for none."""
    return "" if value is None else f"{'+' if value > 0 else ''}{value:f}"


def word(evaluation: Evaluation, name: str, row: int) -> str:
    """The verdict on a unit as a reader sees it."""
    return str(evaluation.scheme.outcomes[name].main.text(evaluation.decision(name).verdicts[row]))


# --- 结果运用 --------------------------------------------------------------------------------------------------------------


#: Chapters of a report that tells the outcomes apart (``part``), as a sentence calls them.
_PARTS = {"targets": "任务核对", "progress": "进度报送", "inspection": "核查", "rewards": "奖励", "sanctions": "否决和批评"}


def awards(run: Prepared, part: str = "") -> Html:
    """结果运用: each outcome with its rule, the verdicts, how ties were settled, what waits, and what follows for those listed.

    ``part`` shows those of one chapter only: targets, progress, inspection, rewards or sanctions.
    """
    evaluation = run.evaluation
    outcomes = evaluation.scheme.outcomes
    if not outcomes:
        return paragraph("本办法没有设定结果运用。")
    names = [name for name, variants in outcomes.items() if not part or variants.main.part == part]
    if not names:
        return paragraph(f"本考核期没有{_PARTS[part]}方面的事项。")
    return join(piece for name in names for piece in _outcome(evaluation, name))


def _outcome(evaluation: Evaluation, name: str) -> Iterator[Html]:
    model, decision = evaluation.scheme.outcomes[name].main, evaluation.decision(name)
    yield heading(3, model.label or name)
    told = [model.clause, model.sentence(), model.note, "" if model.official else "自定或未公开"]
    yield paragraph("；".join(text for text in told if text), "clause")
    if model.child_table():
        yield _lines(evaluation, name, model, decision)
    elif isinstance(model, Check) and model.per == "field":
        yield paragraph("；".join([word(evaluation, name, decision.order[0]), *(c for causes in decision.causes for c in causes)]))
    else:
        yield _verdicts(evaluation, name, model, decision)
    yield bullets([*decision.notes, *decision.pending])
    bars = _bars(evaluation, name)
    if bars:
        yield paragraph(f"列入者受影响的：{bars}。")
    if model.benefits:
        yield paragraph("对入选对象的支持：") + bullets(model.benefits)
    if model.consequences:
        yield paragraph("对列入对象的处理：") + bullets(model.consequences)


def _verdicts(evaluation: Evaluation, name: str, model: Outcome, decision: Decision) -> Html:
    """One row per unit, or per unit listed or waiting where the rest need no row of their own."""
    ranking, amounts = evaluation.ranked_by(name), evaluation.paid(name)
    standings = decision.standings.tolist()
    told = [row for row in decision.order if standings[row] != Standing.UNRANKED or not _not_for(evaluation, name, row)]
    shown = [row for row in told if standings[row] in _NOTABLE] if isinstance(model, _ONLY_LISTED) else told
    view = evaluation.ranking(ranking) if ranking else None
    scope = evaluation.walk.scope()
    rows = []
    for row in shown:
        place = decision.places[row] if decision.places else None
        rows.append(
            [
                scope.group_name(ranking, row) if ranking else "",
                None if place is None else str(place),
                evaluation.unit_names[row],
                decimal(view.of.at(row)) if view else None,
                word(evaluation, name, row),
                None if model.numeric or row not in amounts else plain(amounts[row], CENTS),
                signed(decimal(decision.margins[row])) if decision.margins else "",
                "；".join(decision.causes[row]),
            ]
        )
    value = scope.label(evaluation.scheme.rankings[ranking].main.of) if ranking else ""
    columns = [
        Column(HEADINGS["group"], optional=True),
        Column("名次", "right", optional=True),
        _UNIT,
        Column("分数" if value == HEADINGS["total"] else value, "number", optional=True),
        Column("结果"),
        Column("金额（元）", "number", optional=True),
        Column("与名额线分差", "right", optional=True),
        Column("情形", "long", optional=True),
    ]
    css = [_css(model, Standing(standings[row]), decision.verdicts[row]) for row in shown]
    found = table(columns, rows, row_classes=css) if rows else Html("")
    listed = set(shown)
    rest = [word(evaluation, name, row) for row in decision.order if row not in listed]
    return found + (paragraph(f"{'其余' if rows else ''}{_counted(rest)}。") if rest else Html(""))


_NOTABLE = (Standing.LISTED, Standing.PENDING, Standing.BARRED)


def _not_for(evaluation: Evaluation, name: str, row: int) -> bool:
    """Whether an outcome goes by a ranking that is for some units only, and a unit is none of them."""
    ranking = evaluation.ranked_by(name)
    return (
        bool(ranking)
        and evaluation.scheme.rankings[ranking].main.among is not None
        and evaluation.decision(name).standings[row] == Standing.UNRANKED
    )


def _css(model: Outcome, standing: Standing, verdict: Any) -> str:
    """How a row is marked; to be listed is no honour where it means a deduction, a warning or a finding, and nothing in a mere record."""
    against = isinstance(model, Check) or model.part == "sanctions" or bool(model.consequences) or getattr(model, "from_", "") == "last"
    deducted = not isinstance(verdict, str) and verdict < 0
    if standing == Standing.LISTED and model.part != "rewards" and not against:
        return ""
    return "adverse" if standing == Standing.LISTED and (against or deducted) else _CSS.get(standing, "")


def _counted(words: list[str]) -> str:
    """How often each word was given, in order of appearance."""
    return "、".join(f"{words.count(text)}个{text}" for text in dict.fromkeys(words))


def _lines(evaluation: Evaluation, name: str, model: Outcome, decision: Decision) -> Html:
    """One row per item of the child table that is listed or waits."""
    rows, css = [], []
    for line, record in zip(decision.lines, evaluation.listed_items(name), strict=True):
        if line.standing in _NOTABLE:
            told = [model.text(line.verdict), record["cause"], record["evidence_id"]]
            rows.append([record["unit_name"], record["item_name"], record["item_id"], *told])
            css.append(_css(model, line.standing, line.verdict))
    columns = [
        _UNIT,
        Column(HEADINGS["item_name"]),
        Column(HEADINGS["item_id"]),
        Column("结果"),
        Column("情形", "long", optional=True),
        Column(HEADINGS["evidence_id"], optional=True),
    ]
    label = evaluation.walk.scope().table_label(model.child_table())
    if not rows:
        return paragraph(f"{label}共{len(decision.lines)}项，没有列入的。")
    return table(columns, rows, row_classes=css, caption=f"{label}（共{len(decision.lines)}项，列出{len(rows)}项）")


def _bars(evaluation: Evaluation, name: str) -> str:
    """What reads a list: the points, ranks, grades and rewards that depend on it."""
    found: dict[str, list[str]] = {}
    for (section, other), model in evaluation.scheme.blocks():
        if other != name and name in result_refs(model) and getattr(model, "shortlist", "") != name:
            what = {"tree": "得分", "rankings": "名次", "measures": "指标"}.get(section, "等次" if isinstance(model, Ladder) else "奖惩")
            label = evaluation.scheme.label(other)
            if label not in found.setdefault(what, []):
                found[what].append(label)
    return "；".join(f"{what}（{'、'.join(labels)}）" for what, labels in found.items())


# --- first screen and unit sheets ------------------------------------------------------------------------------------------


def headlines(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    """(label, who or how much) of every outcome, for the first screen; checks that found nothing are left out."""
    for name, variants in evaluation.scheme.outcomes.items():
        model, decision = variants.main, evaluation.decision(name)
        if isinstance(model, Check) and not decision.findings:
            continue
        yield model.label or name, _headline(evaluation, name, model, decision)
    for record in sheet.balances(evaluation)[-1:]:
        words = {"rewards": "奖励", "deductions": "扣减", "remainders": "平分余数"}
        parts = [f"{text}{abs(record[key])}元" for key, text in words.items() if record[key]]
        yield "兑付合计", "，".join([*parts, f"净支出{record['net']}元"])


def _headline(evaluation: Evaluation, name: str, model: Outcome, decision: Decision) -> str:
    if isinstance(model, Check):
        return f"{len(decision.findings)}处须说明"
    if isinstance(model, Ladder):
        grades = dict.fromkeys(str(decision.verdicts[row]) for row in decision.order)
        by_grade = {grade: [row for row in decision.order if decision.verdicts[row] == grade] for grade in grades}
        return "；".join(f"{grade}：{_who(evaluation, rows)}" for grade, rows in by_grade.items())
    if model.child_table():
        count = sum(line.standing == Standing.LISTED for line in decision.lines)
        total = sum(evaluation.paid(name).values(), start=exact(0))
        return (f"{count}项" if count else "无") + (f"，合计{money(total)}" if total else "")
    if model.numeric:
        rows = decision.listed
        many = len(rows) > _NAMES_ON_FIRST_SCREEN
        return f"{len(rows)}个" if many else "、".join(f"{evaluation.unit_names[r]} {word(evaluation, name, r)}" for r in rows) or "无"
    if not decision.places:
        return _who(evaluation, decision.listed)
    places = {row: decision.places[row] for row in decision.listed}
    return with_places(evaluation, evaluation.ranked_by(name), places) + _lead(evaluation, name, decision)


def _lead(evaluation: Evaluation, name: str, decision: Decision) -> str:
    """How close it was, where points decide: by how much the last one listed leads the next."""
    margins = [abs(decision.margins[r]) for r in decision.listed if decision.margins[r] is not None] if decision.places else []
    if not margins or evaluation.scheme.rankings[evaluation.ranked_by(name)].main.of.name not in evaluation.scheme.tree:
        return ""
    return f"；末位与其后相差{plain(min(margins))}分"


def with_places(evaluation: Evaluation, ranking: str, places: Mapping[int, int | None]) -> str:
    """Units with their places, as a sentence lists them; group by group where a ranking compares within groups."""
    if len(places) > _NAMES_ON_FIRST_SCREEN:
        return f"{len(places)}个"
    groups: dict[str, list[str]] = {}
    for row, place in places.items():
        group = evaluation.walk.scope().group_name(ranking, row) if ranking else ""
        groups.setdefault(group, []).append(f"{evaluation.unit_names[row]}（第{place}名）")
    return "；".join((f"{group}：" if group else "") + "、".join(units) for group, units in groups.items()) or "无"


def _who(evaluation: Evaluation, rows: Any) -> str:
    return f"{len(rows)}个" if len(rows) > _NAMES_ON_FIRST_SCREEN else "、".join(evaluation.unit_names[r] for r in rows) or "无"


def unit_outcomes(evaluation: Evaluation, row: int) -> Html:
    """Every outcome as one unit meets it: verdict, causes, items, payments, what waits and what follows."""
    return join(part for name in evaluation.scheme.outcomes for part in _unit_outcome(evaluation, name, row))


def _unit_outcome(evaluation: Evaluation, name: str, row: int) -> Iterator[Html]:
    model, decision = evaluation.scheme.outcomes[name].main, evaluation.decision(name)
    standing = Standing(int(decision.standings[row]))
    if standing == Standing.NOT_APPLICABLE or _not_for(evaluation, name, row) or (isinstance(model, Check) and model.per == "field"):
        return
    place = decision.places[row] if decision.places else None
    ranked = f"（第{place}名）" if place is not None and standing == Standing.LISTED else ""
    yield paragraph(f"{model.label or name}：{word(evaluation, name, row)}{ranked}")
    cause = "；".join(decision.causes[row])
    paid = [_payment_text(payment, told=cause) for payment in decision.payments if payment.unit == row]
    items = [line for line in decision.lines if line.unit == row and line.standing in _NOTABLE]
    told = [line_text(evaluation, model, line) for line in items if not paid or line.standing == Standing.PENDING]
    yield bullets([*decision.causes[row], *told, *paid, *(remark.text for remark in decision.remarks if row in remark.units)])
    if standing == Standing.LISTED:
        yield bullets([*model.benefits, *model.consequences])


def line_text(evaluation: Evaluation, model: Outcome, line: Line) -> str:
    """An item in a sentence."""
    item = evaluation.walk.scope(model.child_table()).row_name(line.item)
    return f"{item}：{'；'.join([model.text(line.verdict), *line.causes])}"


def _payment_text(payment: Payment, *, told: str) -> str:
    """A payment in a sentence; its basis is left out where it has been ``told`` as the cause."""
    basis = "" if payment.basis == told else f"（{payment.basis}）"
    if payment.amount < 0:
        return f"扣减{money(-payment.amount)}，缴{payment.account}{basis}"
    purpose = f"，用于{payment.purpose}" if payment.purpose else ""
    return f"{payment.account}支付{money(payment.amount)}给{payment.recipient}{purpose}{basis}"


# --- 兑付表 ----------------------------------------------------------------------------------------------------------------


def payments(run: Prepared) -> Html:
    """兑付表: every payment and deduction in yuan, the remainders of equal divisions, and what each treasury pays net."""
    evaluation = run.evaluation
    found = sheet.payments(evaluation)
    waiting = [
        f"{evaluation.scheme.label(name)}：{text}"
        for name, variants in evaluation.scheme.outcomes.items()
        for text in evaluation.decision(name).pending
        if variants.main.payer
    ]
    notice = Html("")
    if waiting:
        notice = Html('<div class="notice pending">') + bullets([f"{text}，确定之前不列入兑付" for text in waiting]) + "</div>"
    if not found:
        return notice + paragraph("本期没有奖金和扣款。")
    rows = [
        [r["outcome"], r["unit_name"], str(r["amount"]), r["payer"], r["recipient"], r["purpose"], r["basis"], r["clause"]] for r in found
    ]
    columns = [
        Column("奖惩项目"),
        _UNIT,
        Column("金额（元）", "number"),
        Column("付款方"),
        Column("收款方", optional=True),
        Column("用途", optional=True),
        Column("依据", "long"),
        Column(HEADINGS["clause"]),
    ]
    css = ["gap" if r["unit_code"] == "" else "" for r in found]
    balance = [[str(value) for value in r.values()] for r in sheet.balances(evaluation)]
    heads = [Column("出资方"), *(Column(h, "number") for h in ("奖励（元）", "扣减（元）", "平分余数（元）", "净支出（元）"))]
    return join(
        [
            notice,
            table(columns, rows, caption=f"兑付表（{len(rows)}笔；负数为扣款）", row_classes=css, wide=True),
            table(heads, balance, caption="奖惩相抵"),
        ]
    )

"""The sections of an evaluation report, in the order in which a reader needs them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..analysis.explain import Explanation, absence, explain, sentence, unit_traces
from ..analysis.series import series_of
from ..analysis.targets import is_whole, targets_of
from ..errors import Fault
from ..exact import Exact, plain
from ..kinds.base import Ref
from ..kinds.column import ZERO
from ..kinds.measures.completion import Completion
from ..kinds.measures.fold import Fold
from ..kinds.ranking import Ranking
from ..kinds.rules.field_rule import FieldRule
from ..scheme.doubts import Doubts
from ..scheme.models import Branch, Waiver
from ..scoring.dataset import Cell, Figure
from ..scoring.evaluation import SHOWN_DECIMALS, Evaluation, decimal, file_place, shown
from ..terms import CALIBRES, FLAGS, HEADINGS, ORIGINS, STAGES, STATUSES, State
from . import history
from .html import DASH, Column, Html, bullets, esc, facts, heading, join, paragraph, table
from .outcomes import headlines, unit_outcomes, with_places
from .roster import apart, unit_lines
from .targets import whole_rates
from .trial import amendments, silent_clauses, trial

if TYPE_CHECKING:
    from ..scheme.scheme import Scheme
    from ..workbook import Prepared

RESULT_MIME = "application/vnd.evalbook.result+json"
#: Up to this many units the sheets of single units stand in the report itself, above it in files of their own.
SHEETS_IN_REPORT = 30
_UNIT = Column(HEADINGS["unit_name"])
_SEVERITIES = {"finding": "问题记录", "question": "疑点"}
_WAIVED = {"unverified": "未经核实的数据", "missing": "缺失的数据", "findings": "问题记录"}


# --- result and basis ----------------------------------------------------------------------------------------------------


def summary(run: Prepared) -> Html:
    """First screen: who is rewarded, how close it was, and what the reader must know before trusting it."""
    evaluation = run.evaluation
    scheme = evaluation.scheme
    ranked = sum(bool(ok) for ok in evaluation.walk.ranked_units)
    parts = [trial(run)]
    if evaluation.main_ranking:
        places = {row: evaluation.place(evaluation.main_ranking, row) for row in evaluation.order}
        first = {row: place for row, place in places.items() if (place or 4) <= 3}
        parts.append(_result(f"{scheme.label(evaluation.main_ranking)}前三名", with_places(evaluation, evaluation.main_ranking, first)))
    if rates := whole_rates(evaluation):
        parts.append(_result("总目标完成率", "；".join(rates)))
    parts += [_result(label, text) for label, text in headlines(evaluation)]
    if evaluation.pending:
        parts.append(Html('<div class="notice pending">') + bullets(evaluation.pending) + "</div>")
    parts.append(
        facts(
            [
                ("考核办法", f"{scheme.meta.title}（{scheme.meta.number}）" if scheme.meta.number else scheme.meta.title),
                ("考核期", scheme.called(scheme.period)),
                (scheme.meta.unit_word, f"{len(evaluation.unit_codes)}个" + (f"，其中参与排名{ranked}个" if scheme.rankings else "")),
                ("指标", _scope(evaluation)),
                ("状态", STATUSES[run.status] + ("（以签发记录为准）" if run.status == "final" else "")),
                ("标记", "、".join(FLAGS[f] for f in run.flags) or "无"),
            ]
        )
    )
    return join(parts)


def _result(label: str, text: str) -> Html:
    return Html(f'<p class="result"><strong>{esc(label)}</strong>：{esc(text)}</p>')


def _scope(evaluation: Evaluation) -> str:
    """How much is looked at: indicators and marks, or, without a tree, targets or measures and what follows from them."""
    if not evaluation.leaves:
        found = targets_of(evaluation.scheme) or evaluation.scheme.measures
        return f"{len(found)}项（不设分值，按任务完成情况奖惩）"
    return f"{len(evaluation.leaves)}项" + (f"，总分{_marks(evaluation)}分" if evaluation.main_root else "")


def _marks(evaluation: Evaluation) -> str:
    """The marks of the total; several where they are not the same for all units."""
    root = evaluation.main_root or ""
    found: str = evaluation.walk.scope().once(
        evaluation.scheme.tree[root], "marks told", lambda: "／".join(sorted({plain(m) for m in evaluation.node(root).marks}))
    )
    return found


def basis(run: Prepared) -> Html:
    """The document, the edition and why it governs, the shape of the indicators."""
    scheme = run.evaluation.scheme
    meta = scheme.meta
    governs = f"{meta.governs.from_}年起" if meta.governs.to == "9999" else f"{meta.governs.from_}—{meta.governs.to}年"
    rows = []
    for name, depth in run.evaluation.nodes:
        model = scheme.tree[name].main
        rule = (
            "各项得分之和"
            if isinstance(model, Branch) and model.aggregate.additive
            else model.aggregate.sentence(scheme.label)
            if isinstance(model, Branch)
            else model.rule.title
        )
        label = Html("&emsp;" * depth) + esc(model.label)
        source = "、".join(getattr(model, "source", []))
        mark = "；".join(word for word, holds in (("加减分", model.extra), ("自定或未公开", not model.official)) if holds)
        rows.append([label, decimal(model.marks) if model.marks is not None else None, model.clause, rule, source, mark])
    columns = [
        Column("指标"),
        Column("分值", "number"),
        Column("条款"),
        Column("计分方式"),
        Column("数据来源", optional=True),
        Column("说明", optional=True),
    ]
    return join(
        [
            facts(
                [
                    ("文件", meta.title),
                    ("文号", meta.number),
                    ("制定机关", meta.issuer),
                    ("发布日期", meta.issued),
                    ("适用年度", f"{governs}（按被评价年度选定版本 {scheme.edition_file}）"),
                    *([("小数处理", f"各指标得分{meta.round.word}保留{meta.round.decimals}位小数，合计不再舍入")] if rows else []),
                ]
            ),
            bullets([*meta.notes, *scheme.settings.notes]),
            table(columns, rows, caption="指标体系") if rows else _without_marks(run.evaluation),
        ]
    )


def _without_marks(evaluation: Evaluation) -> Html:
    """What a scheme that gives no points looks at, and what follows from it."""
    scheme, scope = evaluation.scheme, evaluation.walk.scope()
    measures, goals = [], {target.target: target.rate for target in targets_of(scheme)}
    for name, variants in scheme.measures.items():
        model = variants.main
        if goals and (is_whole(scheme, model) or _is_progress(model, goals, name)):
            continue  # told with the targets themselves
        what = scope.label(model) if isinstance(model, Ref) else model.title
        mark = "" if getattr(model, "official", True) else "自定或未公开"
        measures.append([scheme.label(name), getattr(model, "clause", ""), what, mark])
    outcomes = []
    for name, variants in scheme.outcomes.items():
        model = variants.main
        own = evaluation.walk.scope(model.child_table() or "units")
        payer = model.payer if isinstance(model.payer, str) else own.label(model.payer.local)
        outcomes.append([model.label or name, model.clause, model.sentence(), payer, "" if model.official else "自定或未公开"])
    clause, mark_column = Column("条款", optional=True), Column("说明", optional=True)
    return join(
        [
            table([Column("指标"), clause, Column("计算方式"), mark_column], measures, caption="指标") if measures else Html(""),
            table(
                [Column("奖惩和核对"), clause, Column("办法", "long"), Column("支付方", optional=True), mark_column],
                outcomes,
                caption="结果运用",
            ),
        ]
    )


def _is_progress(model: Any, goals: Mapping[Any, str], name: str) -> bool:
    """Whether a measure only follows a target in the course of the period: a series, or a further rate against the same target."""
    follows = isinstance(model, Completion) and goals.get(model.to, name) != name
    return follows or (isinstance(model, Fold) and model.how == "last")


def assumptions(run: Prepared) -> Html:
    """Every silent clause with its readings and the ruling of this period, and the changes made for it."""
    scheme = run.evaluation.scheme
    parts = [silent_clauses(scheme), amendments(scheme)]
    skipped = [[scheme.label(n), reason] for n, reason in scheme.settings.not_assessed.items()]
    if skipped:
        parts.append(table([Column("指标"), Column("理由", "long")], skipped, caption="本期不考核的指标"))
    accepted = [[scheme.label(n) if n != "edition" else "整个办法"] for n in scheme.settings.accept]
    if accepted:
        parts.append(table([Column("名称")], accepted, caption="已在考核期文件中确认的自定或未公开口径"))
    defaults = Doubts().listed()
    rows = [
        [check.title, "不查" if check.off else check.sentence(), _SEVERITIES[check.severity], "默认" if check == defaults[name] else "自定"]
        for name, check in scheme.checks.listed().items()
    ]
    columns = [Column("核对"), Column("认定条件", "long"), Column("列为"), Column("来由")]
    parts.append(table(columns, rows, caption="数据核对的设定（checks）"))
    waivers = [[_WAIVED[w.what], "、".join(_covered(scheme, w)) or "全部", w.reason, w.by, w.date] for w in scheme.settings.waivers]
    if waivers:
        columns = [Column("事项"), Column("范围", "long"), Column("理由", "long"), Column("经办"), Column("日期")]
        parts.append(table(columns, waivers, caption="具名豁免"))
    return join(parts)


def _covered(scheme: Scheme, waiver: Waiver) -> list[str]:
    """What a waiver names, in words; a list that the scheme does not have is called as it is written."""
    lists = [f"清单“{scheme.tables[name].label}”" if name in scheme.tables else name for name in waiver.lists]
    return [*waiver.units, *map(scheme.label, waiver.indicators), *lists, *waiver.codes]


# --- figures -------------------------------------------------------------------------------------------------------------


def findings(run: Prepared) -> Html:
    """Findings (问题记录) of the intake and of the scheme's own checks, their notes, and what would block a final run."""
    serious = [n for n in run.notes if n.severity == "finding"]
    checked = [n for n in run.evaluation.findings if n.severity != "finding"]
    questions = [n for n in run.notes if n.severity == "question"]
    minor = [n for n in run.notes if n.severity == "note" and n not in checked]
    parts = [_fault_table(serious, f"问题记录（{len(serious)}条）") if serious else paragraph("没有问题记录。")]
    if questions:
        parts.append(_fault_table(questions, f"疑点（{len(questions)}条，须向填报对象询问，不妨碍定稿）"))
    if minor:
        parts.append(_fault_table(minor, f"读入时的处理（{len(minor)}条，原值与所用值均已保留）"))
    if checked:
        parts.append(_fault_table(checked, f"核对记录（{len(checked)}条）"))
    if run.blockers:
        parts.append(_fault_table(list(run.blockers), "定稿前还须处理"))
    return join(parts)


def _fault_table(faults: list[Fault], caption: str) -> Html:
    rows = [[f.place, f.message, f.value, f.remedy] for f in faults]
    return table(
        [Column("位置"), Column("情况", "long"), Column("原值", optional=True), Column("处理办法", "long", optional=True)],
        rows,
        caption=caption,
    )


def figures(run: Prepared) -> Html:
    """Every figure with its value at each stage, source, evidence and cell, also that of the returned file it was collected from; and
    what was taken over from other periods.
    """
    evaluation = run.evaluation
    spec, names = evaluation.scheme.tables["units"], dict(zip(evaluation.unit_codes, evaluation.unit_names, strict=True))
    rows = []
    for (code, quantity, period), figure in evaluation.dataset.figures.items():
        known, used = spec.columns.get(quantity), figure.used
        other = None if spec.calibre is None else figure.other
        rows.append(
            [
                names.get(code, code),
                known.label if known else quantity,
                period,
                "" if spec.calibre is None else CALIBRES.get(used.calibre, ""),
                *(_stage_text(figure.stage(stage)) for stage in STAGES),
                "" if other is None else _text(other),
                known.uom if known else used.uom,
                ORIGINS.get(used.origin, used.origin),
                used.source,
                used.evidence_id,
                file_place(used),
                _papers(figure),
                used.note,
            ]
        )
    columns = [
        _UNIT,
        Column("数据"),
        Column("所属期"),
        Column(HEADINGS["calibre"], optional=True),
        *(Column(w, "right", optional=True) for w in STAGES.values()),
        Column("另一口径", "right", optional=True),
        Column("单位", optional=True),
        Column("性质"),
        Column("来源"),
        Column("佐证", optional=True),
        Column("出处"),
        Column("退回的表", "long", optional=True),
        Column("说明", "long", optional=True),
    ]
    return table(columns, rows, caption="全部数据", wide=True) + history.components(run.evaluation)


def _papers(figure: Figure) -> str:
    """Where the values of a figure stood in what units and departments returned; blank where nothing was collected."""
    cells = [cell for cell in figure.cells if cell.filing is not None]
    return "；".join(f"{STAGES[cell.stage]} {cell.filing.place}" for cell in cells if cell.filing is not None)


# --- points ----------------------------------------------------------------------------------------------------------------


def scores(run: Prepared) -> Html:
    """Indicator by indicator: clause, rule, and for every unit the measured value, place, points and the sentence behind them."""
    evaluation = run.evaluation
    if not evaluation.leaves:
        if targets_of(evaluation.scheme):
            return paragraph("本办法不计分，各项任务的完成情况见任务目标。")
        return join(_measure(evaluation, name) for name in evaluation.scheme.measures) or paragraph("本办法没有设定指标。")
    parts: list[Html] = []
    shown: set[str] = set()
    for dimension in evaluation.dimensions or tuple(evaluation.scheme.roots):
        model = evaluation.scheme.tree[dimension].main
        parts.append(heading(3, f"{model.label}（{plain(model.marks)}分）" if model.marks is not None else model.label))
        for leaf in evaluation.scheme.leaves(dimension):
            if leaf not in shown:
                shown.add(leaf)
                parts.append(_indicator(evaluation, leaf))
    return join(parts)


def _indicator(evaluation: Evaluation, leaf: str) -> Html:
    result, model = evaluation.node(leaf), evaluation.scheme.tree[leaf].main
    ranked = isinstance(model.rule, FieldRule)
    rows, css = [], []

    def turn(row: int) -> tuple[bool, Exact, Exact]:
        """Most points first; equal points by their place here, and only then as they stand overall."""
        points, place = result.points.at(row), result.graded.at(row) if ranked else None  # type: ignore[union-attr]
        return points is None, -(points or ZERO), ZERO if place is None else place

    for row in sorted(evaluation.order, key=turn):
        measured = result.measured.at(row)  # type: ignore[union-attr]
        place = result.graded.at(row) if ranked else None  # type: ignore[union-attr]
        state = State(int(result.points.states[row]))
        values: list[Any] = [evaluation.unit_names[row], decimal(measured, SHOWN_DECIMALS)]
        if ranked:
            values.append(None if place is None else str(int(place)))
        values += [decimal(result.points.at(row)), "" if state == State.OK else state.label, sentence(evaluation, leaf, row)]
        rows.append(values)
        css.append("" if state == State.OK else "gap")
    uom = _uom(evaluation, model)
    columns = [_UNIT, Column(f"{model.label if len(model.label) < 14 else '指标值'}{'（' + uom + '）' if uom else ''}", "number")]
    columns += [Column("名次", "right")] if ranked else []
    columns += [Column("得分", "number"), Column("状态", optional=True), Column("得分说明", "long")]
    marks = "／".join(sorted({plain(m) for m in result.marks}))
    worth = f"分值{marks}分" if any(result.marks) else "加减分项"
    official = "" if model.official else "；自定或未公开"
    lead = f"{model.clause}；{model.rule.title}；{worth}{official}" + (f"；{model.note}" if model.note else "")
    return heading(4, model.label) + paragraph(lead, "clause") + table(columns, rows, row_classes=css)


def _measure(evaluation: Evaluation, name: str) -> Html:
    """A named measure of a scheme that gives no points: value and sentence for every unit."""
    model, rows = evaluation.scheme.measures[name].main, []
    for row, unit in enumerate(evaluation.unit_names):
        part = explain(evaluation, evaluation.unit_codes[row], name, deep=False)
        rows.append([unit, part.points, part.state if part.state != State.OK.label else "", part.sentence])
    lead = "；".join(text for text in (getattr(model, "clause", ""), getattr(model, "note", "")) if text)
    columns = [_UNIT, Column("完成情况", "right"), Column("状态", optional=True), Column("说明", "long")]
    shown = table(columns, rows, row_classes=["gap" if state else "" for _, _, state, _ in rows])
    return heading(4, evaluation.scheme.label(name)) + (paragraph(lead, "clause") if lead else Html("")) + shown


def _uom(evaluation: Evaluation, model: Any) -> str:
    scope = evaluation.walk.scope()
    return str(model.measure.uom(scope)) if hasattr(model.measure, "uom") else scope.uom(model.measure)


def totals(run: Prepared) -> Html:
    """总分与排名: places, total, dimensions; below, who takes no place or does not simply take part, and who is exempt from what."""
    evaluation = run.evaluation
    if evaluation.main_ranking is None:
        return paragraph("本办法不设总分排名。") + apart(evaluation, [], lambda row: [])
    view = evaluation.ranking(evaluation.main_ranking)
    names, others = [evaluation.main_root or "", *evaluation.dimensions], _other_rankings(evaluation)

    def values(row: int) -> list[Any]:
        places = [evaluation.place(other, row) for other in others]
        return [*(decimal(evaluation.points(n, row)) for n in names), *(None if place is None else str(place) for place in places)]

    rows, css = [], []
    for row in evaluation.order:
        if view.places.ok[row]:
            place = str(evaluation.place(evaluation.main_ranking, row))
            rows.append([place, evaluation.unit_names[row], evaluation.unit_codes[row], *values(row)])
            assert view.places.low is not None
            assert view.places.high is not None
            css.append("tied" if view.places.high[row] > view.places.low[row] else "")
    label = evaluation.scheme.label
    shown = [*(Column(label(n), "number") for n in names), *(Column(label(n), "right", optional=True) for n in others)]
    columns = [Column("排名", "right"), _UNIT, Column("代码"), *shown]
    model = evaluation.scheme.rankings[evaluation.main_ranking].main
    ranking = table(columns, rows, caption=f"{model.label or '排名'}（{model.clause}）", row_classes=css)
    return ranking + apart(evaluation, shown, values)


def _other_rankings(evaluation: Evaluation) -> list[str]:
    """Further rankings of the total: within groups, under another rule."""
    rankings = evaluation.scheme.rankings.items()
    return [name for name, v in rankings if v.main.of.name == evaluation.main_root and name != evaluation.main_ranking]


def published_ranks(run: Prepared) -> Html:
    """Ranks that the source itself published beside those computed from the levels."""
    evaluation = run.evaluation
    parts: list[Html] = []
    for name, variants in evaluation.scheme.rankings.items():
        ranking = variants.main
        if ranking.published is not None:
            parts.append(_published(evaluation, name, ranking))
    return join(parts) if parts else paragraph("本办法没有可对照的公布位次。")


def _published(evaluation: Evaluation, name: str, ranking: Ranking) -> Html:
    scope = evaluation.walk.scope()
    published, view = scope.column(ranking.published), evaluation.ranking(name)  # type: ignore[arg-type]
    rows, css, same, both = [], [], 0, 0
    for row in sorted(range(len(evaluation.unit_codes)), key=lambda r: (not view.places.ok[r], int(view.order[r]), r)):
        ours, theirs = view.places.at(row), published.at(row)
        agrees = ours is not None and theirs is not None and ours == theirs
        both += ours is not None and theirs is not None
        same += agrees
        word = "一致" if agrees else "不一致" if ours is not None and theirs is not None else "无法对照"
        growth = scope.column(ranking.of).at(row)
        rows.append([evaluation.unit_names[row], decimal(growth), *(None if v is None else str(int(v)) for v in (ours, theirs)), word])
        css.append("" if agrees or word == "无法对照" else "gap")
    lead = heading(3, ranking.label or name)
    if not both:
        return lead + paragraph("本期没有可对照的公布位次或缺少计算所需数据。")
    verdict = f"{both}个可对照对象中{same}个与公布位次一致。" + ("" if same == both else "其余无法复现，来源未说明。")
    columns = [
        _UNIT,
        Column(f"{evaluation.scheme.label(ranking.of.name)}（{scope.uom(ranking.of)}）", "number"),
        Column("计算名次", "right"),
        Column("公布位次", "right"),
        Column("对照"),
    ]
    return lead + paragraph(verdict) + table(columns, rows, row_classes=css)


# --- sheets and provenance ---------------------------------------------------------------------------------------------------


#: A unit's sheet: the lines of its points, or, without a tree, of its measures, and the figures behind them.
_POINTS, _MEASURES = (
    (
        Column("指标"),
        Column("条款", optional=True),
        Column("分值", "right", optional=True),
        Column(value, "right"),
        Column("状态", optional=True),
        Column(sentence, "long"),
    )
    for value, sentence in (("得分", "得分说明"), ("完成情况", "说明"))
)
_FIGURES = (
    Column("数据"),
    Column("所属期"),
    Column("所用值", "long"),
    Column(HEADINGS["calibre"], "long", optional=True),
    Column("经过", "long"),
    Column("性质"),
    Column("来源"),
    Column("佐证", optional=True),
    Column("出处"),
    Column("说明", "long", optional=True),
)
_FINE = State.OK.label


def unit_sheet(run: Prepared, row: int) -> Html:
    """One unit: its place, points with clause and sentence, and the figures behind them."""
    evaluation = run.evaluation
    code = evaluation.unit_codes[row]
    parts: list[Html] = []
    if evaluation.main_ranking and evaluation.main_root:
        place = evaluation.place(evaluation.main_ranking, row)
        total = evaluation.points(evaluation.main_root, row)
        head = f"第{place}名" if place is not None else "不参与排名"
        for other in _other_rankings(evaluation):
            within = evaluation.place(other, row)
            head += "" if within is None else f"，{evaluation.scheme.label(other)}第{within}名"
        points = DASH if total is None else plain(total)
        label = evaluation.scheme.label(evaluation.main_root)
        parts.append(paragraph(f"{head}；{label} {points}分（满分{_marks(evaluation)}分）", "result"))
    parts.append(unit_lines(evaluation, row))
    rows, css = [], []
    for name in () if evaluation.leaves else _own_measures(evaluation, row):
        part = explain(evaluation, code, name, deep=False, traced=False)
        rows.append(_told(part))
        css.append("gap" if part.state != _FINE else "")
    for root in evaluation.scheme.roots:
        for depth, part in explain(evaluation, code, root, traced=False).walk():
            rows.append(_told(part, depth))
            css.append("branch" if part.children else "gap" if part.state != _FINE else "")
    parts.append(table(_POINTS if evaluation.leaves else _MEASURES, rows, row_classes=css))
    parts.append(unit_outcomes(evaluation, row))
    parts.append(_unit_figures(evaluation, row))
    return join(parts)


def _told(part: Explanation, depth: int = 0) -> list[str]:
    """One line of a unit's sheet."""
    return [_indented(part.label, depth), part.clause, part.marks, part.points, "" if part.state == _FINE else part.state, part.sentence]


@lru_cache(maxsize=1 << 10)
def _indented(label: str, depth: int) -> Html:
    """A label as deep as it stands in the tree: every unit's sheet has the same ones."""
    return Html("&emsp;" * depth) + esc(label)


def _own_measures(evaluation: Evaluation, row: int) -> list[str]:
    """Measures that say something of one unit: not of all units together, and not what does not apply to it."""
    found = []
    for name, variants in evaluation.scheme.measures.items():
        state = evaluation.walk.results[name].column.states[row]
        if state != State.NOT_APPLICABLE and not is_whole(evaluation.scheme, variants.main):
            found.append(name)
    return found


def _unit_figures(evaluation: Evaluation, row: int) -> Html:
    found, scope = [], evaluation.walk.scope()
    series = scope.once(evaluation.scheme, "series", lambda: {scope.table_label(one.table) for one in series_of(evaluation.scheme)})
    seen: set[tuple[str, str, str, str]] = set()
    for trace in unit_traces(evaluation, row):
        key = (trace.label, trace.period, trace.value, trace.place)
        if key not in seen and (trace.period or trace.label not in series):  # fifty reports a unit stand in an appendix
            seen.add(key)
            found.append(trace)
    if not found:
        return Html("")
    rows = [[t.label, t.period, t.measured, t.calibre, t.trail, t.origin, t.source, t.evidence_id, t.place, t.note] for t in found]
    return table(_FIGURES, rows, caption="所依据的数据", wide=True)


def unit_sheets(run: Prepared) -> Html:
    """One sheet per unit, in order of rank; with many units they are files of their own beside the report."""
    evaluation = run.evaluation
    if len(evaluation.unit_codes) > SHEETS_IN_REPORT:
        return paragraph(f"考核对象{len(evaluation.unit_codes)}个，单位评分表另附于 units 文件夹，每个对象一份。")
    return join(heading(3, evaluation.unit_names[row]) + unit_sheet(run, row) for row in evaluation.order)


def provenance(run: Prepared) -> Html:
    """What was computed from what, with which program: enough to do it again."""
    rows = [[i.name, {"params": "参数", "data": "数据"}.get(i.role, i.role), i.sha256()] for i in run.inputs]
    return join(
        [
            facts(
                [
                    ("程序", f"evalbook {__version__}"),
                    ("运行文件校验码", run.run_file_sha256 or "无（试看）"),
                    ("结果校验码", run.evaluation.digest()),
                ]
            ),
            history.sources(run.evaluation),
            table([Column("输入文件"), Column("类别"), Column("SHA-256", "code")], rows, caption="输入文件及校验码", wide=True),
            paragraph(f"复现：在同一工作簿中执行 evalbook run {run.scheme} {run.period}，结果校验码应与上面一致。"),
        ]
    )


class Seal:
    """Machine-readable end of a report: what was asked, read and found. The runner compares it with its own evaluation."""

    def __init__(self, payload: dict[str, Any]) -> None:
        self.payload = payload

    def __repr__(self) -> str:
        return str(self.payload["result_sha256"])

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {RESULT_MIME: self.payload, "text/html": paragraph(f"结果校验码 {self.payload['result_sha256']}", "clause")}


def seal(run: Prepared) -> Seal:
    """The result record of this notebook."""
    return Seal(
        {
            "scheme": run.scheme,
            "period": run.period,
            "run_file_sha256": run.run_file_sha256,
            "inputs": {item.name: item.sha256() for item in run.inputs},
            "result_sha256": run.evaluation.digest(),
        }
    )


def _stage_text(cell: Cell | None) -> str:
    """A figure at one stage; that it does not apply is said, for it is no gap."""
    if cell is None:
        return ""
    return State.NOT_APPLICABLE.label if cell.value is None and absence(cell) == State.NOT_APPLICABLE else _text(cell)


def _text(cell: Cell) -> str:
    return "" if cell.value is None else str(shown(cell.value))

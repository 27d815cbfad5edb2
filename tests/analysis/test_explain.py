"""Explanations: every number in them is there, and the arithmetic that they tell is right."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from evalbook.analysis.explain import Explanation, explain, sentence, traces, unit_traces
from evalbook.exact import plain
from evalbook.scheme.models import Branch, Leaf
from evalbook.scoring.evaluation import Evaluation, evaluate
from evalbook.terms import PERIOD_RESULT, State
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = Workbook(ROOT).all_periods()
_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?"

TEXT = """
period: 2023
units: {甲: {unit_code: "330100"}, 乙: {unit_code: "330200"}, 丙: {unit_code: "330300"}}
edition:
  tables:
    units:
      columns:
        trade: {label: 贸易额, uom: 亿元}
        done: {label: 完成数, uom: 万元}
        target: {label: 任务数, uom: 万元}
        sound: {label: 机制健全, type: yes_no}
    events: {label: 活动, belongs_to: units, columns: {kind: {label: 类别, type: text}}}
  measures: {rate: {label: 完成率, ratio: $done, to: $target}}
  tree:
    total: {label: 综合得分, marks: 40, clause: 总分, children: [main, work]}
    main: {label: 主要指标, marks: 20, clause: 一, children: [growth, completion], missing: rescale}
    growth:
      {label: 贸易增量, marks: 10, clause: 一（一）, measure: {gap: $trade, against: previous}, rule: {rank_bands: {1: 10, 2: 6, 3: 2}}}
    completion: {label: 任务完成, marks: 10, clause: 一（二）, official: false, measure: rate, rule: {line: {cap: 1}, yields: share}}
    work: {label: 工作成效, marks: 20, clause: 二, children: [events, mechanism]}
    events:
      {label: 活动场次, marks: 15, clause: 二（一）,
       measure: {count: events, where: {eq: [$kind, "会议"]}}, rule: {per_item: 2, cap: marks}}
    mechanism: {label: 工作机制, marks: 5, clause: 二（二）, measure: {value: $sound}, rule: {met: marks}}
  rankings: {place: {label: 排名, of: total}}
figures:
  trade: {甲: {reported: 120, verified: 118.5}, 乙: 90, 丙: 80}
  trade@previous: {甲: 100, 乙: 85, 丙: 79}
  done: {甲: 75, 乙: 300}
  target: {甲: 100, 乙: 200, 丙: 100}
  sound: {甲: 是, 乙: 否, 丙: 是}
items:
  events: [{unit: 甲, id: H1, name: 论坛, kind: 会议, times: 1}, {unit: 甲, id: H2, name: 展览, kind: 展会}, {unit: 乙, id: H3, kind: 会议}]
"""


@pytest.fixture
def found(situation: Callable[[Any], Any]) -> Evaluation:
    """The evaluation of TEXT: 甲 10+7.5+2+5, 乙 6+10+2+0, 丙 lacks its completion."""
    return situation(TEXT).evaluate()  # type: ignore[no-any-return]


@pytest.fixture(scope="module", params=SHIPPED, ids=lambda pair: "-".join(pair))
def shipped(request: pytest.FixtureRequest) -> Evaluation:
    """Every evaluation that the project ships."""
    return Workbook(ROOT).prepare(*request.param).evaluation


@pytest.mark.parametrize(
    ("unit", "node", "expected"),
    [
        ("甲", "growth", "贸易额 118.5 − 上期（2022年） 100 ＝ 18.5亿元；在3个有数据的对象中排第1名；第1名得10分"),
        ("甲", "completion", "完成率：完成数 75 ÷ 任务数 100 ＝ 0.75；完成率 0.75；0.75 × 分值10 ＝ 7.5，得7.5分"),
        ("乙", "completion", "完成率：完成数 300 ÷ 任务数 200 ＝ 1.5；完成率 1.5；超过上限，取1，1 × 分值10 ＝ 10，得10分"),
        ("丙", "completion", "完成率缺失；任务完成缺失；不计入，“主要指标”按其余分值折算"),
        ("甲", "events", "活动中满足条件（类别 ＝ 会议）的共 1 项；1项 × 每项2分 ＝ 2分，得2分"),
        ("乙", "mechanism", "机制健全 否；未达到要求，得0分"),
        ("甲", "main", "贸易增量 10 ＋ 任务完成 7.5 ＝ 17.5"),
        ("丙", "main", "贸易增量 2 ＋ 任务完成（缺失）；按实际考核分值折算：2 ÷ 10 × 20 ＝ 4"),
        ("甲", "total", "主要指标 17.5 ＋ 工作成效 7 ＝ 24.5"),
        ("330300", "total", "主要指标 4 ＋ 工作成效 5 ＝ 9"),
    ],
    ids=["gap", "share", "share-capped", "gap-in-data", "count", "no", "sum", "rescaled", "total", "total-by-code"],
)
def test_a_number_is_told_with_its_figures(found: Evaluation, unit: str, node: str, expected: str) -> None:
    """Formula with the numbers in it, the place, the points; what a branch adds up; what it does with a gap."""
    assert explain(found, unit, node).sentence == expected


def test_an_explanation_carries_clause_marks_and_state(found: Evaluation) -> None:
    """Who, which node, which clause, out of how many marks, in which state, and whether the rule is official."""
    made = explain(found, "丙", "completion")
    assert (made.unit_code, made.unit_name, made.name, made.label) == ("330300", "丙", "completion", "任务完成")
    assert (made.clause, made.marks, made.points, made.state, made.official) == ("一（二）", "10", "—", "缺失", False)


def test_the_tree_is_told_from_the_top(found: Evaluation) -> None:
    """A deep explanation walks the tree in the document's order; a shallow one stops at the node."""
    assert [(depth, part.name) for depth, part in explain(found, "甲", "total").walk()] == [
        (0, "total"),
        (1, "main"),
        (2, "growth"),
        (2, "completion"),
        (1, "work"),
        (2, "events"),
        (2, "mechanism"),
    ]
    assert explain(found, "甲", "total", deep=False).children == ()


def test_a_figure_is_traced_to_its_cell(found: Evaluation) -> None:
    """Both legs of an increment, each with its trail of stages, the value used, and the row of the file."""
    now, before = sorted(explain(found, "甲", "growth").traces, key=lambda t: t.period, reverse=True)
    assert (now.label, now.period, now.value, now.uom, now.stage) == ("贸易额", "2023年", "118.5", "亿元", "核定值")
    assert (now.trail, now.place) == ("填报值 120 → 核定值 118.5", "values.csv 第3行")
    assert (before.period, before.value, before.trail, before.place) == ("2022年", "100", "填报值 100", "values.csv 第6行")


def test_a_named_measure_is_followed(found: Evaluation) -> None:
    """Figures behind a named measure are those of the leaf that reads it."""
    traces = explain(found, "乙", "completion").traces
    assert [(t.label, t.value) for t in traces] == [("完成数", "300"), ("任务数", "200")]


def test_items_are_traced(found: Evaluation) -> None:
    """Every item of the unit's list stands there, whether it counted or not, with its row in the file."""
    traces = explain(found, "甲", "events").traces
    assert [(t.label, t.value, t.place) for t in traces] == [
        ("活动", "论坛（H1）：类别 会议", "items.csv 第2行"),
        ("活动", "展览（H2）：类别 展会", "items.csv 第3行"),
    ]
    assert explain(found, "丙", "events").traces == ()


def test_who_filed_and_verified_is_told(found: Evaluation) -> None:
    """Source, evidence, person, date, kind of figure and note travel from the cell into the trace."""
    key = ("330100", "trade", "2023")
    reported, verified = found.dataset.figures[key].cells
    cells = (
        reported._replace(by="市商务局", date="2024-02-01"),
        verified._replace(by="省商务厅", source="海关统计", evidence_id="E-7", origin="press", note="核减"),
    )
    figures = {**found.dataset.figures, key: found.dataset.figures[key]._replace(cells=cells)}
    changed = evaluate(found.scheme, dataclasses.replace(found.dataset, figures=figures))
    trace = next(t for t in explain(changed, "甲", "growth").traces if t.period == "2023年")
    assert trace.trail == "填报值 120（市商务局 2024-02-01） → 核定值 118.5（省商务厅）"
    assert (trace.source, trace.evidence_id, trace.by, trace.origin, trace.note) == ("海关统计", "E-7", "省商务厅", "新闻报道", "核减")


@pytest.mark.parametrize(("unit", "node"), [("丁", "total"), ("甲", "nothing"), ("", "total")], ids=["unit", "node", "blank"])
def test_what_is_not_there_cannot_be_explained(found: Evaluation, unit: str, node: str) -> None:
    """An unknown unit or name is a KeyError, for the command line to answer with the nearest one."""
    with pytest.raises(KeyError):
        explain(found, unit, node)


def test_each_unit_is_told_by_its_own_variant(situation: Callable[[Any], Any]) -> None:
    """Where groups have other marks and rules, the sentence speaks of the unit's own."""
    made = situation("""
units: {甲: {group: 县}, 乙: {group: 区}}
edition:
  tree:
    x:
      marks: {by: $group, 县: 10, 区: 8}
      measure: {value: $v}
      rule: {by: $group, 县: {judged: marks}, 区: {per_item: 2, cap: marks}}
figures: {v: [9, 9]}
""").evaluate()
    assert explain(made, "甲", "x").sentence == "v 9；评定9分（满分10分）"
    assert explain(made, "乙", "x").sentence == "v 9；9项 × 每项2分 ＝ 18分，以8分为限，得8分"
    assert [explain(made, u, "x").marks for u in ("甲", "乙")] == ["10", "8"]


def test_what_several_blocks_read_is_behind_a_unit_once(situation: Callable[[Any], Any]) -> None:
    """Each figure and item where it is read first: by an indicator, else by an outcome."""
    made = situation("""
units: [甲, 乙]
edition:
  tables:
    units: {columns: {v: {label: 得数}, w: {label: 余数}}}
    seen: {label: 走访, belongs_to: units, columns: {kind: {label: 类别, type: text}}}
  tree:
    total: {label: 合计, marks: 20, children: [one, two]}
    one: {label: 其一, marks: 10, measure: {value: $w}, rule: {judged: marks}}
    two: {label: 其二, marks: 10, measure: {value: $v}, rule: {judged: marks}}
  outcomes:
    few: {label: 过少, list: [{when: {lt: [$v, $w]}, cause: 过少}]}
    many: {label: 走访多, list: [{when: {ge: [visits, 1]}, cause: 走访过}]}
    often: {label: 走访较多, list: [{when: {ge: [visits, 2]}, cause: 走访较多}]}
  measures: {visits: {label: 走访数, count: seen}}
figures: {v: [9, 8], w: [7, 6]}
items: {seen: [{unit: 甲, id: Z1, kind: 一}, {unit: 甲, id: Z2, kind: 二}]}
""").evaluate()
    found = [(trace.label, trace.value) for trace in unit_traces(made, 0)]
    assert found == [("余数", "7"), ("得数", "9"), ("走访", "Z1（Z1）：类别 一"), ("走访", "Z2（Z2）：类别 二")]
    assert [(trace.label, trace.value) for trace in unit_traces(made, 1)] == [("余数", "6"), ("得数", "8")]


def test_what_is_behind_a_unit_is_what_its_own_variants_read(situation: Callable[[Any], Any]) -> None:
    """Where groups are measured by other figures, each unit has its own behind it."""
    made = situation("""
units: {甲: {group: 县}, 乙: {group: 区}}
edition:
  tables: {units: {columns: {v: {label: 得数}, w: {label: 余数}}}}
  tree: {x: {marks: 10, measure: {by: $group, 县: {value: $v}, 区: {value: $w}}, rule: {judged: marks}}}
figures: {v: [9, 8], w: [7, 6]}
""").evaluate()
    assert [[(trace.label, trace.value) for trace in unit_traces(made, row)] for row in (0, 1)] == [[("得数", "9")], [("余数", "6")]]


# --- what holds for every evaluation that is shipped -------------------------------------------------------------------------


def explanations(evaluation: Evaluation) -> Iterator[tuple[int, Explanation]]:
    """Everything explained about every unit, with its row."""
    for row, unit in enumerate(evaluation.unit_codes):
        for root in evaluation.scheme.roots:
            for _, part in explain(evaluation, unit, root).walk():
                yield row, part


def test_sentences_are_whole_chinese_sentences(shipped: Evaluation) -> None:
    """No empty step, no leftover of the program: no None, nan, object, column name or English word in any sentence."""
    names = {name for table in shipped.scheme.tables.values() for name in {**table.columns, **table.attributes}} | set(shipped.scheme.tree)
    for _, part in explanations(shipped):
        assert part.steps
        assert all(part.steps)
        assert not re.search(r"None|nan|mpq|<|>|\.\.\.|…", part.sentence), part.sentence
        assert not names & set(re.findall(r"[a-z][a-z0-9_]{3,}", part.sentence)), part.sentence


def test_the_points_stand_in_the_sentence(shipped: Evaluation) -> None:
    """The points told are the points counted, in the last step; who has none is told so."""
    for row, part in explanations(shipped):
        points = shipped.points(part.name, row)
        assert part.points == ("—" if points is None else plain(points))
        if points is not None:
            # Which boundary the figures were counted on is said behind the points.
            last = [step for step in part.steps if not step.startswith("所用数据为")][-1]
            assert re.search(rf"(?<![0-9.]){re.escape(plain(points))}(?![0-9])", last), part.sentence
        else:
            assert part.state != State.OK.label


def test_every_figure_traced_stands_in_the_sentence(shipped: Evaluation) -> None:
    """What a leaf reads from the unit's own figures is in its sentence, unless the measure is missing or decides by a condition."""
    for row, part in explanations(shipped):
        model = shipped.scheme.tree[part.name].main
        if isinstance(model, Leaf) and shipped.state(part.name, row) == State.OK and model.when is None:
            for trace in part.traces:
                if trace.period and trace.value != "缺失":
                    # Results of other periods are told with their uom once, behind what came of them.
                    value = trace.value.rstrip("分") if trace.origin == PERIOD_RESULT else trace.value
                    assert value in part.sentence, (part.unit_name, part.label, part.sentence)


def test_sums_told_are_right(shipped: Evaluation) -> None:
    """Adding up the points that a branch lists gives the number behind its ＝, and what is scaled is scaled as told."""
    checked = branches = 0
    for row, part in explanations(shipped):
        model = shipped.scheme.tree[part.name].models[int(shipped.node(part.name).variant[row])][1]
        if not isinstance(model, Branch) or not model.aggregate.additive:
            continue
        branches += 1
        listed = [
            Fraction(shipped.points(c, row) or 0)
            for c in model.children
            if shipped.scheme.tree[c].main.counts and not shipped.scheme.tree[c].main.extra
        ]
        told = re.search(rf"＝ ({_NUMBER})$", part.steps[0])
        scaled = re.search(rf"折算：({_NUMBER}) ÷ ({_NUMBER}) × ({_NUMBER}) [＝≈] ({_NUMBER})", part.sentence)
        if told:
            assert Fraction(told[1]) == sum(listed)
            checked += 1
        if scaled:
            total, out_of, marks, result = map(Fraction, scaled.groups())
            assert total == sum(listed)
            assert abs(total / out_of * marks - result) <= Fraction(1, 10**6)
            checked += 1
    nodes = [node.main for node in shipped.scheme.tree.values()]
    assert checked or not any(isinstance(node, Branch) and node.aggregate.additive for node in nodes)


def test_the_short_form_says_the_same(shipped: Evaluation) -> None:
    """The sentence beside a score in a table is the one of the full explanation."""
    for row, part in explanations(shipped):
        assert sentence(shipped, part.name, row) == part.sentence


def test_what_is_behind_a_unit_is_what_is_behind_its_results(shipped: Evaluation) -> None:
    """Nothing is lost, added or moved where what several blocks read is traced once."""
    names = (*shipped.leaves, *shipped.scheme.outcomes, *shipped.scheme.periods)
    for row in range(0, len(shipped.unit_codes), 7):
        apart = dict.fromkeys(trace for name in names for trace in traces(shipped, row, name))
        assert list(dict.fromkeys(unit_traces(shipped, row))) == list(apart)

"""The frozen evaluation: its frames, and the record by which two runs are compared."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from evalbook.exact import exact
from evalbook.scheme.source import parse_yaml
from evalbook.scoring.dataset import Dataset
from evalbook.scoring.evaluation import Evaluation, evaluate
from evalbook.terms import State

#: 甲 7+4=11 points, 乙 has filed no adoption, 丙 ties with 甲 on the total; ten items of 甲 are capped at 4.
TEXT = """
period: 2023
units: {甲: {unit_code: "330100", group: 县}, 乙: {unit_code: "330200", group: 区}, 丙: {unit_code: "330300", group: 县}}
edition:
  tree:
    total: {label: 综合得分, marks: 20, children: [main, work]}
    main: {label: 主要指标, marks: 14, children: [trade, adopted]}
    trade: {label: 贸易增加值, marks: 10, clause: 第1行, measure: {gap: $trade, against: previous}, rule: {thirds: [7, 5, 3]}}
    adopted: {label: 信息采用量, marks: 4, measure: {value: $adopted}, rule: {line: {slope: 1/3}}}
    work: {label: 工作成效, marks: 6, children: [events]}
    events: {label: 活动, marks: 6, measure: {count: events}, rule: {per_item: "0.5", cap: 4}}
  rankings: {place: {label: 综合排名, of: total}}
  outcomes: {awarded: {label: 拟激励名单, quota: 1, by: place, across_tie: all_in}}
  assumptions:
    ties: {silent: 并列, default: {competition: 同名次}, alternatives: {dense: {label: 连续, patch: {"rankings.*.ties": dense}}}}
figures:
  trade: {甲: {reported: 12, verified: 11}, 乙: {reported: 10}, 丙: {reported: 9}}
  trade@previous: {甲: {reported: 8}, 乙: {reported: 9}, 丙: {reported: 8}}
  adopted: {甲: {reported: 0}, 丙: {reported: 10}}
items: {events: [{unit: 甲, times: 10}]}
"""


@pytest.fixture
def found(situation: Callable[[Any], Any]) -> Evaluation:
    """The evaluation of TEXT."""
    return situation(TEXT).evaluate()  # type: ignore[no-any-return]


def rows(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """The rows of a frame as tuples."""
    return list(frame[list(columns)].itertuples(index=False, name=None))


def test_totals_come_in_order_of_rank(found: Evaluation) -> None:
    """One row per unit, best first, with rank, total and dimensions: 甲 7+0+4=11, 丙 5+3.33=8.33, 乙 5."""
    expected = [
        ("330100", "甲", 1, Decimal(11), Decimal(7), Decimal(4)),
        ("330300", "丙", 2, Decimal("8.33"), Decimal("8.33"), Decimal(0)),
        ("330200", "乙", 3, Decimal(5), Decimal(5), Decimal(0)),
    ]
    assert rows(found.totals(), "unit_code", "unit_name", "rank", "total", "main", "work") == expected


def test_scores_hold_every_unit_and_indicator(found: Evaluation) -> None:
    """Units × indicators in the document's order: measured value, place, marks, points and state; a gap has no points."""
    frame = found.scores()
    assert rows(
        frame[frame["unit_code"] == "330200"], "indicator", "label", "clause", "dimension", "measured", "rank", "marks", "points", "state"
    ) == [
        ("trade", "贸易增加值", "第1行", "主要指标", Decimal(1), 2, Decimal(10), Decimal(5), "正常"),
        ("adopted", "信息采用量", "手工算例", "主要指标", None, None, Decimal(4), None, "缺失"),
        ("events", "活动", "手工算例", "工作成效", Decimal(0), None, Decimal(6), Decimal(0), "正常"),
    ]
    assert len(frame) == 9
    assert not [v for column in frame for v in frame[column] if isinstance(v, float)]


def test_the_matrix_is_the_scores_turned(found: Evaluation) -> None:
    """Units in order of rank × indicators."""
    matrix = found.matrix()
    assert list(matrix.index) == ["甲", "丙", "乙"]
    assert list(matrix.columns) == ["trade", "adopted", "events"]
    assert matrix.loc["乙"].tolist() == [Decimal(5), None, Decimal(0)]


def test_contributions_of_the_frames_add_up(found: Evaluation) -> None:
    """Points of the indicators sum to the total of each unit, dimension by dimension."""
    scores, totals = found.scores(), found.totals()
    for _, total in totals.iterrows():
        mine = scores[scores["unit_code"] == total["unit_code"]]
        by_dimension = {d: sum(p for p in part["points"] if p is not None) for d, part in mine.groupby("dimension")}
        assert by_dimension == {"主要指标": total["main"], "工作成效": total["work"]}
        assert sum(by_dimension.values()) == total["total"]


def test_figures_show_every_stage(found: Evaluation) -> None:
    """Reported and verified values stand side by side with the adjustment, the state and the place in the file."""
    frame = found.figures()
    first = frame[(frame["unit_code"] == "330100") & (frame["indicator"] == "trade") & (frame["period"] == "2023")]
    assert rows(first, "reported", "verified", "spot_check", "adjustment", "state", "place") == [
        (Decimal(12), Decimal(11), None, Decimal(-1), "已核实", "values.csv 第3行")
    ]
    other = frame[(frame["unit_code"] == "330200") & (frame["indicator"] == "trade") & (frame["period"] == "2023")]
    assert rows(other, "reported", "verified", "adjustment", "state") == [(Decimal(10), None, None, "未核实")]
    assert len(frame) == 8


def test_an_outcome_is_listed_in_order(found: Evaluation) -> None:
    """Place, value, margin and verdict of everybody, best first."""
    assert rows(found.outcome("awarded"), "unit_name", "rank", "total", "margin", "verdict") == [
        ("甲", 1, Decimal(11), Decimal("2.67"), "入选"),
        ("丙", 2, Decimal("8.33"), Decimal("-2.67"), "未入选"),
        ("乙", 3, Decimal(5), Decimal("-6"), "未入选"),
    ]


def test_assumptions_are_told(found: Evaluation, situation: Callable[[Any], Any]) -> None:
    """Each silent clause with its reading, whether it is the default, and the other readings."""
    assert rows(found.assumptions(), "assumption", "choice", "default", "label", "alternatives") == [
        ("ties", "competition", "默认", "同名次", "dense：连续")
    ]
    other = situation(TEXT + "settings: {assumptions: {ties: dense}}").evaluate()
    assert rows(other.assumptions(), "choice", "default", "label", "alternatives") == [("dense", "本期选定", "连续", "competition：同名次")]


def test_single_values(found: Evaluation) -> None:
    """Units are found by code or name; points are exact; what is missing is None with its state."""
    assert found.row("330200") == found.row("乙") == 1
    assert found.points("adopted", 2) == exact("3.33")
    assert found.points("adopted", 1) is None
    assert found.state("adopted", 1) == State.MISSING
    assert found.place("place", 2) == 2
    with pytest.raises(KeyError):
        found.row("丁")


def test_shape_of_the_tree(found: Evaluation) -> None:
    """Nodes with their depth in the document's order, dimensions, leaves, and where a leaf belongs."""
    assert found.nodes == (("total", 0), ("main", 1), ("trade", 2), ("adopted", 2), ("work", 1), ("events", 2))
    assert found.dimensions == ("main", "work")
    assert found.leaves == ("trade", "adopted", "events")
    assert (found.dimension_of("events"), found.main_root, found.main_ranking) == ("work", "total", "place")


def test_by_variants_show_all_of_their_children(situation: Callable[[Any], Any]) -> None:
    """Where groups have other indicators, frames and record hold those of every group."""
    found = situation("""
units: {甲: {group: 县}, 乙: {group: 区}}
edition:
  tree:
    total: {children: {by: $group, 县: [a], 区: [b]}}
    a: {marks: 10, measure: {value: $v}, rule: {line: {}}}
    b: {marks: 10, measure: {value: $v}, rule: {line: {}}}
figures: {v: [1, 2]}
""").evaluate()
    assert [name for name, _ in found.nodes] == ["total", "a", "b"]
    assert set(found.record()["points"]) == {"total", "a", "b"}
    assert list(found.totals().columns) == ["unit_code", "unit_name", "total", "a", "b"]


def test_frames_without_figures_keep_their_headings(situation: Callable[[Any], Any]) -> None:
    """A scheme that reads lists only still writes a table of figures with headings."""
    found = situation("""
units: [甲]
edition: {tree: {n: {marks: 5, measure: {count: events}, rule: {per_item: 1}}}}
items: {events: [{unit: 甲}]}
""").evaluate()
    assert found.figures().empty
    assert {"unit_code", "indicator", "period", "reported", "verified", "place"} <= set(found.figures().columns)


# --- record and digest ------------------------------------------------------------------------------------------------------


def test_the_record_is_exact_text(found: Evaluation) -> None:
    """Points are texts of exact numbers in roster order, None where there are none."""
    record = found.record()
    assert record["points"]["adopted"] == ["0", None, "333/100"]
    assert record["states"]["adopted"] == [0, 1, 0]
    assert record["places"] == {"place": [1, 3, 2]}
    assert record["outcomes"] == {"awarded": ["入选", "未入选", "未入选"]}
    assert record["assumptions"] == {"ties": "competition"}


def test_the_same_inputs_have_the_same_digest(situation: Callable[[Any], Any]) -> None:
    """Two evaluations of the same text agree."""
    assert situation(TEXT).evaluate().digest() == situation(TEXT).evaluate().digest()


def backwards(value: Any) -> Any:
    """The same data with the keys of every mapping in the opposite order."""
    if isinstance(value, dict):
        return {key: backwards(value[key]) for key in reversed(value)}
    return [backwards(v) for v in value] if isinstance(value, list) else value


def test_the_order_of_keys_is_irrelevant(found: Evaluation, situation: Callable[[Any], Any]) -> None:
    """Neither the order of keys in the edition nor that in which figures were read changes the digest; the roster's order stays."""
    data = parse_yaml(TEXT, "x.yaml").data
    turned = {**backwards(data), "units": data["units"]}
    assert situation(turned).evaluate().digest() == found.digest()
    shuffled = dataclasses.replace(found.dataset, figures=dict(reversed(list(found.dataset.figures.items()))))
    assert evaluate(found.scheme, shuffled).digest() == found.digest()


def test_every_figure_counts_for_the_digest(situation: Callable[[Any], Any]) -> None:
    """Changing any single figure at any stage changes the digest, even where nobody's points or place change."""
    base = situation(TEXT)
    digests = {base.evaluate().digest()}
    for key, figure in base.dataset.figures.items():
        for number, cell in enumerate(figure.cells):
            cells = list(figure.cells)
            cells[number] = cell._replace(value=cell.value + exact("0.001"))
            changed = dataclasses.replace(base.dataset, figures={**base.dataset.figures, key: figure._replace(cells=tuple(cells))})
            digests.add(evaluate(base.scheme, changed).digest())
    assert len(digests) == 1 + sum(len(figure.cells) for figure in base.dataset.figures.values())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("verified: 11", "verified: 11.5"),
        ("reported: 12,", "reported: 12.5,"),
        ("adopted: {甲: {reported: 0}", "adopted: {甲: {reported: null}"),
        ("times: 10", "times: 11"),
        ("乙: {unit_code", "丁: {unit_code"),
        ("group: 区", "group: 县"),
        ("period: 2023", "period: 2024"),
        ("thirds: [7, 5, 3]", "thirds: [7, 5, 2]"),
        ("label: 活动", "label: 国际活动"),
        ("across_tie: all_in", "across_tie: none_in"),
        ("items:", "settings: {assumptions: {ties: dense}}\nitems:"),
    ],
    ids=["verified", "reported", "blank", "item", "name", "attribute", "period", "rule", "label", "policy", "assumption"],
)
def test_whatever_is_said_counts_for_the_digest(old: str, new: str, found: Evaluation, situation: Callable[[Any], Any]) -> None:
    """A figure, an item, the roster, an attribute, a rule, a label, a reading: each changes the digest, points or not."""
    assert old in TEXT
    changed = TEXT.replace(old, new).replace(" 乙: {reported", " 丁: {reported") if old.startswith("乙") else TEXT.replace(old, new)
    assert situation(changed).evaluate().digest() != found.digest()


def test_who_filed_a_figure_does_not_count(found: Evaluation) -> None:
    """Moving a figure to another row or file, or naming its source, does not change the result."""
    figures = {
        key: f._replace(cells=tuple(c._replace(file="b.xlsx", row=99, source="年鉴") for c in f.cells))
        for key, f in found.dataset.figures.items()
    }
    moved: Dataset = dataclasses.replace(found.dataset, figures=figures)
    assert evaluate(found.scheme, moved).digest() == found.digest()

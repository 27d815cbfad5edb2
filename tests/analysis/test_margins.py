"""Margins: the smallest change of one figure that turns an award, worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from evalbook.analysis.changed import with_value
from evalbook.analysis.margins import Margins
from evalbook.exact import exact
from evalbook.scoring.evaluation import evaluate
from evalbook.terms import Standing

THREE = """
units: [甲, 乙, 丙]
edition:
  tree:
    total: {{marks: 20, children: [scored, banded]}}
    scored: {{marks: 10, measure: {{value: $score}}, rule: {{judged: marks}}}}
    banded: {{marks: 10, measure: {{rank: $trade}}, rule: {{steps: {{first: 10, each: "-3"}}}}}}
  rankings: {{place: {{of: total}}}}
  outcomes: {{awarded: {{quota: 1, by: place, across_tie: {tie}}}}}
figures: {{score: [8, "7.5", 2], trade: [100, 90, 50]}}
"""


def _found(situation: Any, tie: str = "none_in") -> dict[tuple[str, str], Any]:
    """(unit, figure) → the change found."""
    return {(flip.unit, flip.figure): flip for flip in Margins(situation(THREE.format(tie=tie)).evaluate()).flips()}


def test_a_place_taken_turns_the_award(situation: Any) -> None:
    """甲 has 8 + 10 = 18, 乙 7.5 + 7 = 14.5. With trade above 100 乙 has 17.5 and 甲 15: just beyond 100 is enough."""
    flip = _found(situation)["乙", "trade"]
    assert exact("100") < flip.to <= exact("100.11")
    assert (flip.value, flip.turns_to, flip.change > 0) == (exact("90"), "入选", True)


def test_a_fall_turns_the_award_too(situation: Any) -> None:
    """甲 loses it as soon as its trade is below 90; its score alone would have to fall by 3.5, to a tie at 4.5, which nobody gets."""
    found = _found(situation)
    assert exact("89.8") <= found["甲", "trade"].to < exact("90")
    assert exact("4.4") <= found["甲", "score"].to <= exact("4.5")
    assert found["甲", "trade"].turns_to == "未入选"


def test_what_cannot_turn_is_not_listed(situation: Any) -> None:
    """乙's score is 10 at most: 17 in all, below 甲's 18."""
    assert ("乙", "score") not in _found(situation)


def test_exact_evaluation_confirms_each(situation: Any) -> None:
    """Scored with the changed figure, the verdict is the one told; with the figure as it was, another."""
    evaluation = situation(THREE.format(tie="none_in")).evaluate()
    own = {name: evaluation.decision("awarded").verdicts[row] for row, name in enumerate(evaluation.unit_names)}
    for (unit, figure), flip in _found(situation).items():
        row = evaluation.row(unit)
        raw = {"score": [8, "7.5", 2], "trade": [100, 90, 50]}
        raw[figure][row] = str(flip.to.numerator / flip.to.denominator)
        text = THREE.format(tie="none_in").rsplit("\n", 2)[0] + f"\nfigures: {{score: {raw['score']}, trade: {raw['trade']}}}\n"
        changed = situation(text).evaluate()
        assert changed.decision("awarded").verdicts[row] == flip.turns_to != own[unit]


def test_distance_is_the_outcome_s_own(situation: Any) -> None:
    """The distances are those that the report prints beside the list."""
    first = Margins(situation(THREE.format(tie="none_in")).evaluate()).distances()[0]
    assert (first.unit, first.listed, first.margin) == ("甲", True, exact("3.5"))


def test_whole_numbers_stay_whole(situation: Any) -> None:
    """Projects are counted: not 2.01 more, but 3."""
    evaluation = situation(
        """
        units: [甲, 乙]
        edition:
          tables: {units: {columns: {projects: {label: 项目, type: integer, uom: 个}}}}
          tree: {total: {marks: 100, measure: {value: $projects}, rule: {per_item: 1}}}
          rankings: {place: {of: total}}
          outcomes: {awarded: {quota: 1, by: place, across_tie: none_in}}
        figures: {projects: [10, 8]}
        """
    ).evaluate()
    found = {flip.unit: flip.to for flip in Margins(evaluation).flips()}
    assert found == {"甲": exact("8"), "乙": exact("11")}


def test_one_expert(situation: Any) -> None:
    """甲 has a mean of 8 and 乙 of 7.5 of two scores each: either expert of 乙 alone can lift it to 9 and take the award."""
    evaluation = situation(
        """
        units: [甲, 乙]
        edition:
          tree: {panel: {marks: 10, measure: {fold: $ratings.score, how: mean}, rule: {judged: marks}}}
          rankings: {place: {of: panel}}
          outcomes: {awarded: {quota: 1, by: place, across_tie: none_in}}
        items: {ratings: [{unit: 甲, score: 8}, {unit: 甲, score: 8}, {unit: 乙, score: 8}, {unit: 乙, score: 7}]}
        """
    ).evaluate()
    turned = {(one.unit, one.to) for one in Margins(evaluation).experts() if one.turns_to == "入选"}
    assert turned == {("乙", exact("10"))}
    assert {one.to for one in Margins(evaluation).experts() if one.unit == "甲"} == {exact("0")}


@pytest.mark.parametrize("near", [1, 2])
def test_only_units_near_the_line(situation: Any, near: int) -> None:
    """丙, third of three, is looked at only when two on either side are."""
    evaluation = situation(THREE.format(tie="none_in").replace("2], trade", '"7.4"], trade').replace("50]", '"89"]')).evaluate()
    units = {flip.unit for flip in Margins(evaluation, near).flips()}
    assert ("丙" in units) == (near == 2)


#: A project is a point, ten 亿元 another: 甲 has 2 + 6 = 8, 乙 1 + 6 = 7, 丙 1 + 0 = 1. Who has no project is summoned.
LISTS = """
units: [甲, 乙, 丙]
edition:
  tables: {projects: {label: 项目, belongs_to: units, columns: {money: {label: 投资, uom: 亿元}}}}
  measures: {started: {count: projects}}
  tree:
    total: {marks: 40, children: [number, amount]}
    number: {marks: 20, measure: {count: projects}, rule: {per_item: 1}}
    amount: {marks: 20, measure: {fold: $projects.money}, rule: {line: {slope: "0.1", cap: marks}}}
  rankings: {place: {of: total}}
  outcomes:
    awarded: {quota: 1, by: place, across_tie: none_in}
    summoned: {list: {lt: [started, 1]}, word: 约谈}
items:
  projects:
    - {unit: 甲, id: P1, name: 甲一, money: 20}
    - {unit: 甲, id: P2, name: 甲二, money: 40}
    - {unit: 乙, id: P3, name: 乙一, money: 60}
    - {unit: 丙, id: P4, name: 丙一, money: 0}
"""


def test_an_item_that_is_not_recognised(situation: Any) -> None:
    """Without P1 甲 has 1 + 4 = 5, without P2 1 + 2 = 3: 乙 with 7 takes the award. 乙 and 丙 have one project each and are summoned
    without it; the award stays with 甲."""
    found = Margins(situation(LISTS).evaluate()).items.left_out

    turned = {(flip.outcome, flip.item): dict(flip.turns) for flip in found}
    assert turned == {
        ("awarded", "甲一"): {"甲": "未入选", "乙": "入选"},
        ("awarded", "甲二"): {"甲": "未入选", "乙": "入选"},
        ("summoned", "乙一"): {"乙": "约谈"},
        ("summoned", "丙一"): {"丙": "约谈"},
    }
    assert found[0].sentence == "若甲的项目“甲一”不予认定，则甲为“未入选”，乙为“入选”"


def test_numbers_of_items(situation: Any) -> None:
    """甲 loses the award when P1 or P2 falls by 10 to a tie at 7, which nobody gets, or when the project of 乙, which is its competitor's,
    rises by 10. What 丙 has changes nothing."""
    found = {flip.item: flip for flip in Margins(situation(LISTS).evaluate()).items.numbers}

    assert set(found) == {"甲一", "甲二", "乙一"}
    bounds = {"甲一": ("9.9", "10"), "甲二": ("29.9", "30"), "乙一": ("70", "70.1")}
    for item, (low, high) in bounds.items():
        assert exact(low) <= found[item].change.to <= exact(high)
        assert ("甲", "未入选") in found[item].turns
    assert found["乙一"].owner == "乙"
    assert found["甲二"].sentence.startswith("若甲的项目“甲二”的投资由40亿元减少10")


@pytest.mark.parametrize("tie", ["none_in", "all_in"])
def test_each_change_of_an_item_is_the_smallest(situation: Any, tie: str) -> None:
    """Scored exactly, the change told turns the verdicts told; 98% of it turns none (values are told to within 1%)."""
    evaluation = situation(LISTS.replace("none_in", tie)).evaluate()
    base = evaluation.decision("awarded").standings.tolist()
    flips = Margins(evaluation).items.numbers
    assert flips
    for flip in flips:
        row = evaluation.dataset.tables["projects"].labels.index(flip.item)
        key = ("projects", "money", "")
        for share, turns in (("1", True), ("0.98", False)):
            value = flip.change.value + (flip.change.to - flip.change.value) * exact(share)
            other = evaluate(evaluation.scheme, with_value(evaluation.dataset, key, row, value))
            assert (other.decision("awarded").standings.tolist() != base) == turns
            if turns:
                assert dict(flip.turns) == {
                    name: other.decision("awarded").verdicts[unit]
                    for unit, name in enumerate(evaluation.unit_names)
                    if (other.decision("awarded").standings[unit] == Standing.LISTED) != (base[unit] == Standing.LISTED)
                }


def test_a_base_that_becomes_zero_spoils_no_other_trial(situation: Any) -> None:
    """Growth over a base of zero is no number. 乙 grows by 20% to 甲's 30%: a base of 92.31 (of 100) is enough, although the same search
    also tries a base of zero, with which 甲 and 乙 have no growth at all."""
    evaluation = situation(
        """
        units: [甲, 乙]
        edition:
          tables: {units: {columns: {trade: {label: 贸易, uom: 亿元}}}}
          tree: {total: {marks: 100, measure: {growth: $trade, against: previous}, rule: {line: {cap: marks}}}}
          rankings: {place: {of: total}}
          outcomes: {awarded: {quota: 1, by: place, across_tie: none_in}}
        figures: {trade: [130, 120], trade@previous: [100, 100]}
        """
    ).evaluate()
    found = {(flip.unit, flip.figure): flip.to for flip in Margins(evaluation).flips() if flip.turns_to == "入选"}
    assert exact("92.2") <= found["乙", "贸易（2022）"] < exact("92.31")

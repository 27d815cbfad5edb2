"""Margins: the smallest change of one figure that turns an award, worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from evalbook.analysis.margins import Margins
from evalbook.exact import exact

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

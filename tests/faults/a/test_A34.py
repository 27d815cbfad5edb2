"""A34: weights that do not add up, caps exceeded, ties at the quota, a third of 89."""

from __future__ import annotations

from typing import Any

import pytest

from evalbook.terms import Standing

TIE = """
units: 5
edition:
  tree: {total: {marks: 100, measure: {value: $x}, rule: {judged: marks}}}
  rankings: {place: {of: total, ties: competition}}
  outcomes: {best: {quota: 2, by: place, across_tie: pending}}
figures: {x: [90, 80, 80, 80, 70]}
"""
THIRDS = """
units: 89
edition:
  tree: {total: {marks: 30, measure: {value: $x}, rule: {thirds: [30, 20, 10], cut: CUT}}}
figures: {x: {first: 89, each: -1}}
"""


def test_weights_that_do_not_add_up(kit: Any, collect: Any, dirty: Any) -> None:
    """Children of 95 marks under 100 are refused, with both sums."""
    path = kit.root / f"params/{dirty.SCHEME}/2022.yaml"
    text = path.read_text("utf-8")
    assert "opinion: {label: 评定, marks: 10," in text
    path.write_text(text.replace("opinion: {label: 评定, marks: 10,", "opinion: {label: 评定, marks: 5,"), "utf-8")
    kit.wide()
    code, said = collect()
    assert code == 1
    assert "95" in said["error"]


def test_tie_at_the_quota(situation: Any) -> None:
    """Three units share the second of two places: they wait for a ruling."""
    standings = situation(TIE).evaluate().decision("best").standings
    assert [Standing(standing).name for standing in standings] == ["LISTED", "PENDING", "PENDING", "PENDING", "NOT_LISTED"]


@pytest.mark.parametrize(("cut", "first"), [("ceil", 30), ("floor", 29)])
def test_a_third_of_89(situation: Any, cut: str, first: int) -> None:
    """29.67 units: the scheme says whether the part of a unit counts."""
    evaluation = situation(THIRDS.replace("CUT", cut)).evaluate()
    points = [evaluation.points("total", row) for row in range(89)]
    assert points.count(30) == first

"""A19: a unit that only reports is ranked."""

from __future__ import annotations

from typing import Any

from evalbook.terms import Standing

SCHEME = """
units: {甲: {}, 乙: {participation: files_only}, 丙: {}}
edition:
  tree: {total: {marks: 100, measure: {value: $x}, rule: {judged: marks}}}
  rankings: {place: {of: total, ties: competition}}
  outcomes: {best: {quota: 1, by: place, across_tie: pending}}
figures: {x: [80, 90, 70]}
"""


def test_reporting_unit_takes_no_place(situation: Any) -> None:
    """乙 has the most points, no place, and does not take the award."""
    evaluation = situation(SCHEME).evaluate()
    assert [evaluation.place("place", row) for row in range(3)] == [1, None, 2]
    assert [Standing(standing).name for standing in evaluation.decision("best").standings] == ["LISTED", "UNRANKED", "NOT_LISTED"]

"""A09: a missing figure enters a sum as 0 and a rank as nothing."""

from __future__ import annotations

from typing import Any

SCHEME = """
units: [甲, 乙, 丙]
edition:
  tree:
    total: {children: [a, b], missing: propagate}
    a: {marks: 10, measure: {value: $x}, rule: {judged: marks}}
    b: {marks: 10, measure: {share: $x}, rule: {percent: marks}}
  rankings: {place: {of: total, ties: competition}}
figures: {x: [6, null, 4]}
"""


def test_missing_is_left_out(situation: Any) -> None:
    """乙 has no figure: its points are missing and not 0, it has no place, and the shares of the others are of 10 and not less."""
    evaluation = situation(SCHEME).evaluate()
    assert [evaluation.points("a", row) for row in range(3)] == [6, None, 4]
    assert [evaluation.points("b", row) for row in range(3)] == [6, None, 4]
    assert [evaluation.place("place", row) for row in range(3)] == [1, None, 2]


def test_missing_is_shown(kit: Any, collect: Any) -> None:
    """A gap that was filed is taken as 缺失, and the check names it."""
    kit.wide(C2="—")
    collect()
    assert kit.read(kit.folder / "汇总.xlsx").claims[0].cell.value is None

"""F01: the order in which points are added decides whether two units tie."""

from __future__ import annotations

import random
from itertools import permutations
from typing import Any

from evalbook.exact import exact

#: Steps of 10 − 0.3 k, as 信息采用 gives them; their sum in floats depends on the order (31.8 or 31.800000000000004).
SCORES = ["7.6", "8.8", "5.2", "7.9", "0.7", "1.6"]


def test_floats_would_see_a_difference() -> None:
    """The fault is real: naive float sums of the same six scores differ with their order."""
    sums = set()
    for order in permutations(SCORES):
        total = 0.0
        for score in order:
            total += float(score)
        sums.add(total)
    assert len(sums) > 1


def test_equal_totals_tie(situation: Any) -> None:
    """Twelve units with the same six scores in twelve orders: one total, one place."""
    shuffled = random.Random(1)  # noqa: S311 - any orders will do
    orders = [shuffled.sample(SCORES, 6) for _ in range(12)]
    leaves = {f"leaf{n}": {"marks": 10, "measure": {"value": f"$score{n}"}, "rule": {"judged": "marks"}} for n in range(6)}
    found = situation(
        {
            "units": "12",
            "edition": {"tree": {"total": {"marks": 60, "children": list(leaves)}, **leaves}, "rankings": {"place": {"of": "total"}}},
            "figures": {f"score{n}": [order[n] for order in orders] for n in range(6)},
        }
    ).evaluate()
    assert {found.points("total", row) for row in range(12)} == {exact("31.8")}
    assert {found.place("place", row) for row in range(12)} == {1}

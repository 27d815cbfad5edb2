"""Slices: continuous at the mark, monotone, mirrored, and equal to a walk along the distance."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from evalbook.exact import exact
from evalbook.kinds.base import Grading
from evalbook.kinds.column import objects
from evalbook.kinds.rules.slices import Slices

MARKS = Fraction(20)
VALUES = st.lists(st.fractions(min_value=-50, max_value=300, max_denominator=20), min_size=1, max_size=8)
RATES = st.fractions(min_value="0.1", max_value=10, max_denominator=10)


@st.composite
def sides(draw: st.DrawFn) -> list[dict[str, str]]:
    """Slices of one side: rising ends, the last one open or not."""
    ends = sorted(draw(st.sets(st.integers(1, 120), min_size=1, max_size=4)))
    found = [{"per": str(draw(RATES)), "points": str(draw(RATES)), "to": str(end)} for end in ends]
    if draw(st.booleans()):
        del found[-1]["to"]
    return found


def points(rule: Slices, values: list[Fraction]) -> list[Fraction]:
    """Points as plain fractions."""
    return [Fraction(p) for p in rule.points(objects([exact(v) for v in values]), Grading(exact(MARKS)))]


def gained(slices: list[dict[str, str]], distance: Fraction, whole: bool) -> Fraction:
    """What a distance earns, slice by slice."""
    total, begin = Fraction(0), Fraction(0)
    for one in slices:
        end = Fraction(one["to"]) if "to" in one else distance
        steps = max(min(distance, end) - begin, Fraction(0)) / Fraction(one["per"])
        total += (math.floor(steps) if whole else steps) * Fraction(one["points"])
        begin = end
    return total


@given(VALUES, sides(), sides(), st.sampled_from(["proportional", "none"]))
def test_points_are_the_sum_over_slices(values: list[Fraction], up: list[dict[str, str]], down: list[dict[str, str]], part: str) -> None:
    """Above the mark the up slices add, below it the down slices take off; parts of a step count in proportion or not at all."""
    off = [{**one, "points": f"-{one['points']}"} for one in down]
    rule = Slices.model_validate({"slices": {"up": up, "down": off}, "floor": None, "part_step": part})
    for value, got in zip(values, points(rule, values), strict=True):
        side, sign = (up, 1) if value >= 100 else (down, -1)
        expected = MARKS + sign * gained(side, abs(value - 100), part == "none")
        assert got == expected


@given(VALUES, sides(), st.integers(0, 10), st.integers(20, 60))
def test_more_never_earns_less_and_bounds_hold(values: list[Fraction], up: list[dict[str, str]], floor: int, cap: int) -> None:
    """With slices that add above and take off below, points rise with the value and stay between floor and cap."""
    rule = Slices.model_validate({"slices": {"up": up, "down": "mirrored"}, "start": 15, "floor": floor, "cap": cap})
    found = points(rule, sorted(values))
    assert all(low <= high for low, high in pairwise(found))
    assert all(floor <= p <= cap for p in found)


@given(st.fractions(min_value=0, max_value=200, max_denominator=20), sides())
def test_mirrored_takes_off_what_it_adds(distance: Fraction, up: list[dict[str, str]]) -> None:
    """The same distance above and below the mark changes the points by the same amount."""
    rule = Slices.model_validate({"slices": {"up": up, "down": "mirrored"}, "start": 50, "floor": None})
    above, below = points(rule, [100 + distance, 100 - distance])
    assert above - 50 == 50 - below


@given(st.decimals(min_value=0, max_value=100, places=2))
def test_start_in_per_cent_follows_the_marks(share: Decimal) -> None:
    """At the mark the points are the stated part of the marks."""
    rule = Slices.model_validate({"slices": {"up": [{"per": 5}]}, "start": f"{share}%"})
    assert points(rule, [Fraction(100)]) == [MARKS * Fraction(share) / 100]


@pytest.mark.parametrize(
    "slices",
    [
        pytest.param({"up": [{"per": 1, "to": 5}, {"per": 2, "to": 5}]}, id="overlap"),
        pytest.param({"up": [{"per": 1}, {"per": 2, "to": 5}]}, id="open-before-the-last"),
        pytest.param({"down": [{"per": "-1"}]}, id="negative-step"),
        pytest.param({}, id="none"),
    ],
)
def test_slices_that_cannot_be_walked_are_refused(slices: Any) -> None:
    """Slices that overlap, are open in the middle, have no width, or are not there."""
    with pytest.raises(ValidationError):
        Slices.model_validate({"slices": slices})

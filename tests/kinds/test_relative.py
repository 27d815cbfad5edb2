"""Share and position: bounded, blind to the order of rows and to the unit of measure, equal to their formulas."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

FIGURES = st.lists(st.integers(-60, 200), min_size=2, max_size=8)
POSITIVE = st.lists(st.integers(1, 200), min_size=1, max_size=8)

Measured = Callable[..., dict[str, list[Any]]]


def field(values: list[Any]) -> dict[str, Any]:
    """As many units as values, with their figure."""
    return {"units": str(len(values)), "figures": {"n": [str(v) for v in values]}}


@given(POSITIVE)
def test_shares_add_up_to_the_whole(measured: Measured, values: list[int]) -> None:
    """Shares of the sum add up to 100 %, the best of the relation to the best has 100 %, and the mean of those to the mean is 100 %."""
    found = measured({of: {"share": "$n", "of": of} for of in ("sum", "max", "mean", "min")}, **field(values))
    assert sum(found["sum"]) == 100
    assert max(found["max"]) == 100
    assert sum(found["mean"]) / len(values) == 100
    assert min(found["min"]) == 100
    assert found["max"] == [Fraction(v * 100, max(values)) for v in values]


@given(FIGURES, st.sampled_from(["desc", "asc"]))
def test_position_is_its_formula(measured: Measured, values: list[int], order: str) -> None:
    """The worst gets the low end, the best the high end, the others their part of the way; all equal: nothing to tell apart."""
    found = measured({"x": {"position": "$n", "onto": ["60", "100"], "order": order}}, **field(values))["x"]
    low, high = (min(values), max(values)) if order == "desc" else (max(values), min(values))
    expected = [Fraction(v - low, high - low) * 40 + 60 if low != high else "无法计算" for v in values]
    assert found == expected


@given(FIGURES)
def test_both_directions_add_up(measured: Measured, values: list[int]) -> None:
    """What is near the top upwards is as near the bottom downwards."""
    assume(len(set(values)) > 1)
    found = measured({"up": {"position": "$n"}, "down": {"position": "$n", "order": "asc"}}, **field(values))
    assert [up + down for up, down in zip(found["up"], found["down"], strict=True)] == [100] * len(values)


@given(FIGURES, st.integers(1, 9), st.integers(-50, 50), st.randoms(use_true_random=False))
def test_position_is_blind_to_scale_and_order(measured: Measured, values: list[int], scale: int, shift: int, random: Any) -> None:
    """Another unit of measure, another zero and another order of rows leave every position as it was."""
    assume(len(set(values)) > 1)
    turned = list(range(len(values)))
    random.shuffle(turned)
    plain = measured({"x": {"position": "$n"}}, **field(values))["x"]
    other = measured({"x": {"position": "$n"}}, **field([values[k] * scale + shift for k in turned]))["x"]
    assert other == [plain[k] for k in turned]


@given(FIGURES, st.integers(-100, 100), st.integers(-100, 100))
def test_set_bounds_replace_the_field(measured: Measured, values: list[int], lower: int, upper: int) -> None:
    """With both bounds set the others do not matter, and lower > upper turns the direction."""
    assume(lower != upper)
    found = measured({"x": {"position": "$n", "lower": str(lower), "upper": str(upper)}}, **field(values))["x"]
    assert found == [Fraction(v - lower, upper - lower) * 100 for v in values]


@pytest.mark.parametrize("set_bound", ["lower", "upper"])
@given(values=FIGURES)
def test_one_set_bound_leaves_the_other_to_the_field(measured: Measured, set_bound: str, values: list[int]) -> None:
    """With one bound set the field still says what the other is: its best without ``upper``, its worst without ``lower``."""
    lower, upper = (-1000, max(values)) if set_bound == "lower" else (min(values), 1000)
    found = measured({"x": {"position": "$n", set_bound: str(lower if set_bound == "lower" else upper)}}, **field(values))["x"]
    assert found == [Fraction(v - lower, upper - lower) * 100 for v in values]


@pytest.mark.parametrize(("flat", "expected"), [("top", 100), ("middle", 80), ("bottom", 60)])
def test_a_flat_field_gets_what_is_declared(measured: Measured, flat: str, expected: int) -> None:
    """Where all are equal the named choice decides, the same for each."""
    found = measured({"x": {"position": "$n", "onto": ["60", "100"], "flat": flat}}, **field([7, 7, 7]))["x"]
    assert found == [expected] * 3

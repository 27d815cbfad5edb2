"""Columns: values with states, in exact and in float arithmetic."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalbook.exact import exact, round_half_up
from evalbook.kinds.base import Clip
from evalbook.kinds.column import Column, combine_states, is_exact, objects, round_values
from evalbook.terms import State

VALUES = st.lists(st.one_of(st.none(), st.fractions(-1000, 1000, max_denominator=400)), min_size=1, max_size=10)


def column(values: list[Fraction | None]) -> Column:
    """Exact column; None is missing."""
    return Column.of([None if v is None else exact(v) for v in values])


@given(VALUES)
def test_a_list_becomes_a_column_and_comes_back(values: list[Fraction | None]) -> None:
    """None is missing, never zero; zero is a value."""
    found = column(values)
    assert found.listed() == values
    assert [found.at(row) for row in range(len(found))] == values
    assert found.states.tolist() == [State.MISSING if v is None else State.OK for v in values]
    assert is_exact(found.values)


@given(VALUES)
def test_where_there_is_no_value_the_filler_is_zero(values: list[Fraction | None]) -> None:
    """What must not be read is always the same, so that nobody can read last year's number out of it by mistake."""
    moved = column(values).with_values(objects([exact(7)] * len(values)))
    assert [v for v, s in zip(moved.values, moved.states, strict=True) if s != State.OK] == [0] * values.count(None)
    mapped = column(values).map(lambda known: known + exact(1))
    assert mapped.listed() == [None if v is None else v + 1 for v in values]
    assert [v for v, s in zip(mapped.values, mapped.states, strict=True) if s != State.OK] == [0] * values.count(None)


@given(VALUES, st.integers(0, 5))
def test_a_column_rounds_like_its_numbers(values: list[Fraction | None], decimals: int) -> None:
    """Half up, element by element; floats round to the same steps."""
    found = column(values).rounded(decimals).listed()
    assert found == [None if v is None else round_half_up(exact(v), decimals) for v in values]
    floats = round_values(np.array([float(v or 0) for v in values]), decimals)
    assert floats.tolist() == pytest.approx([float(v or 0) for v in found], abs=1e-9)


@pytest.mark.parametrize("text", ["85.125", "-85.125", "2.675", "1.005", "0.285", "1.255", "64.495"])
def test_floats_round_the_half_that_they_cannot_hold(text: str) -> None:
    """A half that binary floats hold only nearly rounds away from zero all the same."""
    expected = float(round_half_up(exact(text), 2))
    assert round_values(np.array([float(text)]), 2)[0] == pytest.approx(expected, abs=1e-12)


@given(VALUES, st.integers(-50, 0), st.integers(0, 50))
def test_bounds_hold(values: list[Fraction | None], floor: int, cap: int) -> None:
    """A clipped column lies between its bounds, and a number inside them is left alone."""
    clip = Clip.model_validate({"floor": floor, "cap": cap})
    found = clip.apply(column(values)).listed()
    assert found == [None if v is None else min(max(v, floor), cap) for v in values]
    assert found == [None if v is None else clip.bounded(exact(v)) for v in values]


@given(st.lists(st.lists(st.sampled_from(State), min_size=3, max_size=3), min_size=1, max_size=4))
def test_the_gravest_state_decides(states: list[list[State]]) -> None:
    """A result that needs several inputs is OK only where all are; the order of the inputs is irrelevant."""
    arrays = [np.array(s, dtype=np.uint8) for s in states]
    found = combine_states(*arrays)
    assert found.tolist() == combine_states(*reversed(arrays)).tolist()
    assert ((found == State.OK) == np.all([a == State.OK for a in arrays], axis=0)).all()


def test_a_constant_takes_the_shape_of_its_column() -> None:
    """A constant beside draws has their shape and arithmetic."""
    draws = Column(np.ones((3, 2)), np.zeros(2, dtype=np.uint8))
    assert Column.constant(exact("2.5"), draws).values.tolist() == [[2.5, 2.5]] * 3
    assert Column.constant(exact("2.5"), column([Fraction(1), None])).listed() == [exact("2.5"), exact("2.5")]


def test_objects_never_unpack() -> None:
    """Texts and sequences stay one element each."""
    assert objects(["甲乙", "丙"]).tolist() == ["甲乙", "丙"]
    assert objects([(1, 2), (3, 4)]).shape == (2,)

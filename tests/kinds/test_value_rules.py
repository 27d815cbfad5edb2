"""Percentages, value bands and the efficacy coefficient: bounded, monotone, equal to their formulas."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from fractions import Fraction

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from evalbook.exact import exact
from evalbook.kinds.base import Grading, Rule
from evalbook.kinds.column import objects
from evalbook.kinds.rules.efficacy import Efficacy
from evalbook.kinds.rules.percent import Percent
from evalbook.kinds.rules.value_bands import ValueBands

VALUES = st.lists(st.fractions(min_value=-300, max_value=300, max_denominator=50), min_size=1, max_size=8)
NUMBERS = st.decimals(min_value=-100, max_value=200, places=2).map(str)
MARKS = Fraction(8)


def points(rule: Rule, values: list[Fraction]) -> list[Fraction]:
    """Points as plain fractions."""
    return [Fraction(p) for p in rule.points(objects([exact(v) for v in values]), Grading(exact(MARKS)))]


@given(VALUES, st.one_of(st.none(), NUMBERS), st.one_of(st.none(), NUMBERS), st.one_of(st.none(), NUMBERS))
def test_percent_is_its_formula(values: list[Fraction], floor: str | None, cap: str | None, line: str | None) -> None:
    """clip(x) % of the marks, nothing below the line; never falling with x when nothing below zero counts."""
    assume(cap is None or floor is None or Fraction(floor) <= Fraction(cap))
    assume(cap is None or line is None or Fraction(line) <= Fraction(cap))
    rule = Percent.model_validate({"percent": "marks", "floor": floor, "cap": cap, "zero_below": line})
    for value, got in zip(values, points(rule, values), strict=True):
        level = value if floor is None else max(value, Fraction(floor))
        level = level if cap is None else min(level, Fraction(cap))
        assert got == (Fraction(0) if line is not None and value < Fraction(line) else level * MARKS / 100)


@given(VALUES)
def test_percent_lies_between_nothing_and_the_marks(values: list[Fraction]) -> None:
    """Without further words over-fulfilment earns no more than the marks, and nothing goes below zero."""
    found = points(Percent.model_validate({"percent": "marks"}), sorted(values))
    assert all(0 <= p <= MARKS for p in found)
    assert found == sorted(found)


@given(VALUES, st.dictionaries(NUMBERS.map(Fraction), NUMBERS, min_size=1, max_size=6), NUMBERS, st.booleans())
def test_every_value_lies_in_one_band(values: list[Fraction], table: dict[Fraction, str], below: str, included: bool) -> None:
    """The band is the last one whose beginning is reached: at its beginning itself only where that is included."""
    starts = sorted(table)
    written = {str(float(start)): table[start] for start in starts}
    rule = ValueBands.model_validate({"value_bands": written, "below": below, "lower_end": "included" if included else "excluded"})
    worth = [Fraction(below), *(Fraction(table[start]) for start in starts)]
    probes = values + starts
    expected = [worth[(bisect_right if included else bisect_left)(starts, value)] for value in probes]
    assert points(rule, probes) == expected


@given(VALUES, NUMBERS, NUMBERS)
def test_efficacy_is_a_line_through_both_goalposts(values: list[Fraction], lower: str, upper: str) -> None:
    """The unacceptable value gets 60 %, the satisfactory one 100 %; between and beyond it is a line, falling where lower > upper."""
    assume(Fraction(lower) != Fraction(upper))
    rule = Efficacy.model_validate({"efficacy": {"lower": lower, "upper": upper}, "floor": None, "cap": None})
    assert points(rule, [Fraction(lower), Fraction(upper)]) == [MARKS * 6 / 10, MARKS]
    expected = [((v - Fraction(lower)) / (Fraction(upper) - Fraction(lower)) * 40 + 60) * MARKS / 100 for v in values]
    assert points(rule, values) == expected


@given(VALUES, NUMBERS, NUMBERS)
def test_efficacy_keeps_its_limits(values: list[Fraction], lower: str, upper: str) -> None:
    """Without further words the score stays between 0 and 100."""
    assume(Fraction(lower) != Fraction(upper))
    rule = Efficacy.model_validate({"efficacy": {"lower": lower, "upper": upper}})
    assert all(0 <= p <= MARKS for p in points(rule, values))


@given(VALUES)
def test_rules_work_on_many_draws_at_once(values: list[Fraction]) -> None:
    """A simulation hands whole tables of draws to a rule: each row is graded as if alone."""
    drawn = np.array([[float(v) for v in values], [float(v) + 1 for v in values]])
    rules = [
        Percent.model_validate({"percent": "marks", "zero_below": 10}),
        ValueBands.model_validate({"value_bands": {"0": 1, "50": 2}}),
        Efficacy.model_validate({"efficacy": {"lower": 0, "upper": 100}}),
    ]
    for rule in rules:
        together = rule.points(drawn, Grading(exact(MARKS)))
        assert together.tolist() == [rule.points(row, Grading(exact(MARKS))).tolist() for row in drawn]

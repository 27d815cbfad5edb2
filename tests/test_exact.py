"""Exact numbers: what is read, how it is rounded, and that nothing is cut on the way out."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalbook.exact import Exact, equals, exact, is_number_text, plain, round_half_up, to_decimal

NUMBERS = ["0", "5", "+5", "-5", "5.", ".5", "-.5", "0.10", "462.10", "1/3", "-2/7", "+6/4", "12345678901234567890.12345678901234567890"]
NO_NUMBERS = [
    *("", " ", "1 ", " 1", "1\n", "1,000", "1e3", "1E3", "0x1F", "1_000", "inf", "nan", "-inf", "±1", "1%", "1/0", "1/-3", "1//3", "1/2/3"),
    *("１２", "１", "一", "−1", "1.2.3", "--1", "+-1", ".", "-", "+", "/", "1/", "/3", "٣", "½", "1.5/2", "no", "None", "4.5亿"),
]
#: Rationals of the sizes that figures have, and far beyond.
RATIONALS = st.fractions(min_value=-(10**15), max_value=10**15, max_denominator=10**9)


@pytest.mark.parametrize("text", NUMBERS, ids=range(len(NUMBERS)))
def test_plain_numbers_are_read_exactly(text: str) -> None:
    """A decimal or a fraction is the number that Python's own fractions read, sign, bare point and all."""
    expected = Fraction(text)
    assert is_number_text(text)
    assert exact(text) == expected


@pytest.mark.parametrize("text", NO_NUMBERS, ids=range(len(NO_NUMBERS)))
def test_anything_else_is_no_number(text: str) -> None:
    """Exponents, separators, blanks, full-width digits, infinities: none is taken for a number."""
    assert not is_number_text(text)
    with pytest.raises(ValueError, match="not a plain number"):
        exact(text)


@pytest.mark.parametrize("value", [0.1, 1.0, float("nan"), float("inf")], ids=["tenth", "one", "nan", "inf"])
def test_binary_floats_are_refused(value: float) -> None:
    """A binary float is no figure, not even one that happens to be whole."""
    with pytest.raises(TypeError, match="binary float refused"):
        exact(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(3, 3), (True, 1), (False, 0), (Decimal("0.10"), Fraction(1, 10)), (Fraction(1, 3), Fraction(1, 3)), (exact("2.5"), Fraction(5, 2))],
    ids=["int", "true", "false", "decimal", "fraction", "exact"],
)
def test_other_exact_types_are_taken(value: Any, expected: Any) -> None:
    """Integers, yes and no, decimals and fractions become the same exact number."""
    found = exact(value)
    assert isinstance(found, Exact)
    assert found == expected


def test_equal_figures_tie() -> None:
    """Differences that binary floats tell apart are equal: 31.4−30.1, 8.6−7.3, 4.2−2.9; and 0.1+0.2 is 0.3."""
    gaps = {exact(a) - exact(b) for a, b in (("31.4", "30.1"), ("8.6", "7.3"), ("4.2", "2.9"))}
    assert gaps == {exact("1.3")}
    assert exact("0.1") + exact("0.2") == exact("0.3")


def test_sums_do_not_depend_on_their_order() -> None:
    """Points that add up to 31.8 add up to 31.8 in each of the 720 orders (in binary floats they do not)."""
    points = [exact(t) for t in ("7.6", "8.8", "5.2", "7.9", "0.7", "1.6")]
    totals = {sum(order, exact(0)) for order in permutations(points)}
    assert totals == {exact("31.8")}


@pytest.mark.parametrize(
    ("text", "decimals", "expected"),
    [
        ("85.125", 2, "85.13"),
        ("85.115", 2, "85.12"),
        ("2.675", 2, "2.68"),
        ("1.005", 2, "1.01"),
        ("84.445", 2, "84.45"),
        ("84.444", 2, "84.44"),
        ("-0.125", 2, "-0.13"),
        ("-0.124", 2, "-0.12"),
        ("0.5", 0, "1"),
        ("-0.5", 0, "-1"),
        ("2.5", 0, "3"),
        ("0.49999999999999999999", 0, "0"),
        ("1/3", 4, "0.3333"),
        ("2/3", 4, "0.6667"),
        ("99.995", 2, "100"),
        ("0", 2, "0"),
    ],
)
def test_rounding_is_half_up(text: str, decimals: int, expected: str) -> None:
    """四舍五入 as a clerk does it, away from zero on the half."""
    assert round_half_up(exact(text), decimals) == exact(expected)


@given(RATIONALS, st.integers(0, 8))
def test_rounding_agrees_with_its_definition(value: Fraction, decimals: int) -> None:
    """Half up is sign × floor(|x| × 10ⁿ + ½) ÷ 10ⁿ, here in the standard library's fractions."""
    whole = math.floor(abs(value) * 10**decimals + Fraction(1, 2))
    expected = Fraction(whole if value >= 0 else -whole, 10**decimals)
    assert round_half_up(exact(value), decimals) == expected


@given(st.integers(-(10**12), 10**12), st.integers(0, 6))
def test_every_half_rounds_away_from_zero(number: int, decimals: int) -> None:
    """A number exactly between two steps goes to the one farther from zero."""
    half = Fraction(2 * number + 1, 2 * 10**decimals)
    expected = Fraction(number + 1 if half > 0 else number, 10**decimals)
    assert round_half_up(exact(half), decimals) == expected


@given(RATIONALS, st.integers(0, 8))
def test_rounding_is_idempotent_and_odd(value: Fraction, decimals: int) -> None:
    """Rounding twice changes nothing, and −x rounds to minus the rounded x."""
    once = round_half_up(exact(value), decimals)
    assert round_half_up(once, decimals) == once
    assert round_half_up(exact(-value), decimals) == -once


@given(RATIONALS, RATIONALS, st.integers(0, 8))
def test_rounding_keeps_order(one: Fraction, other: Fraction, decimals: int) -> None:
    """The larger number never rounds to the smaller one."""
    low, high = sorted((one, other))
    assert round_half_up(exact(low), decimals) <= round_half_up(exact(high), decimals)


@given(st.integers(-(10**60), 10**60), st.integers(0, 40))
def test_a_decimal_holds_every_digit(number: int, places: int) -> None:
    """What is printed reads back as the same number, however many digits it has."""
    value = Fraction(number, 10**places)
    assert Fraction(to_decimal(exact(value))) == value
    assert exact(plain(exact(value))) == value


@given(st.integers(-(10**60), 10**60), st.integers(0, 40), st.integers(0, 12))
def test_a_padded_decimal_holds_the_rounded_number(number: int, places: int, decimals: int) -> None:
    """With a number of places the decimal is the number rounded half up, with exactly these places."""
    value = exact(Fraction(number, 10**places))
    found = to_decimal(value, decimals)
    assert Fraction(found) == round_half_up(value, decimals)
    assert found.as_tuple().exponent == -decimals


@given(st.fractions(max_denominator=10**6))
def test_a_ratio_without_end_is_never_cut_silently(value: Fraction) -> None:
    """A number whose decimals do not end has no decimal and is printed with ``≈``; one whose decimals end is printed whole."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest == 1:
        assert Fraction(plain(exact(value))) == value
        assert equals(exact(value)) == f"＝ {plain(exact(value))}"
    else:
        with pytest.raises(ValueError, match="no finite decimal expansion"):
            to_decimal(exact(value))
        assert plain(exact(value)).startswith("≈")
        assert equals(exact(value)).startswith("≈ ")
        assert abs(Fraction(plain(exact(value))[1:]) - value) <= Fraction(1, 2 * 10**6)


@pytest.mark.parametrize(
    ("text", "decimals", "expected"),
    [("462.10", None, "462.1"), ("5", None, "5"), ("5", 2, "5.00"), ("-0.5", None, "-0.5"), ("100", None, "100"), ("0", None, "0")],
)
def test_numbers_are_printed_as_a_reader_writes_them(text: str, decimals: int | None, expected: str) -> None:
    """No exponent, no trailing zeros unless places are asked for."""
    assert plain(exact(text), decimals) == expected


def test_tiny_and_huge_numbers_have_no_exponent() -> None:
    """Not even a very small or very large number is printed in scientific notation."""
    assert plain(exact("0.0000000001")) == "0.0000000001"
    assert plain(exact("100000000000000000000000000000000")) == "1" + "0" * 32


def test_minus_zero_is_zero() -> None:
    """A loss too small to show is printed as zero without a sign."""
    assert plain(exact("-0.001"), 2) == "0.00"

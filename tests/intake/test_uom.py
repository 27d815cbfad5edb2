"""Units of measure: exact inside a family, refused across families."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalbook.exact import exact
from evalbook.intake import uom

everything = st.sampled_from([name for members in uom.FAMILIES.values() for name in members])
numbers = st.fractions(max_denominator=1000).map(exact)


@pytest.mark.parametrize(
    ("given", "wanted", "factor"),
    [
        ("亿元", "万元", "10000"),
        ("万元", "亿元", "1/10000"),
        ("亿元", "元", "100000000"),
        ("亿美元", "万美元", "10000"),
        ("美元", "亿美元", "1/100000000"),
        ("‰", "%", "1/10"),
        ("个百分点", "百分点", "1"),
        ("个", "件", "1"),
        ("项", "条", "1"),
        ("万人", "人", "10000"),
        ("亩", "平方米", "2000/3"),
        ("公顷", "亩", "15"),
        ("分", "分", "1"),
    ],
)
def test_factors(given: str, wanted: str, factor: str) -> None:
    """Factors by hand: 1亿 = 10⁸, 1万 = 10⁴, 15亩 = 1公顷 = 10000平方米."""
    assert uom.factor(given, wanted) == exact(factor)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("万美元", "万元"), ("元", "美元"), ("%", "个百分点"), ("个百分点", "%"), ("人", "人次"), ("分", "个"), ("名", "人"), ("万元", "%"),
        ("", "万元"), ("万元", ""), ("吨", "吨标准煤"),
    ],
)  # fmt: skip
def test_never_across_families(given: str, wanted: str) -> None:
    """Currencies, ratios and differences of ratios, persons and visits do not become each other; the refusal says what to do."""
    assert uom.factor(given, wanted) is None
    assert uom.question(given, wanted)


@given(everything, everything, numbers)
def test_conversion_there_and_back_is_exact(one: str, other: str, value: object) -> None:
    """What can be converted comes back as it was, and conversion works both ways or not at all."""
    there, back = uom.factor(one, other), uom.factor(other, one)
    assert (there is None) == (back is None) == (uom.family(one) != uom.family(other))
    if there is not None:
        assert value * there * back == value  # type: ignore[operator]


@given(everything, everything, everything)
def test_conversion_by_way_of_a_third(one: str, other: str, third: str) -> None:
    """Two steps make the same factor as one."""
    first, second, both = uom.factor(one, other), uom.factor(other, third), uom.factor(one, third)
    if first is not None and second is not None:
        assert first * second == both

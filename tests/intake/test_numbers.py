"""The grammar of numbers: what has one reading is read exactly, the rest is refused with a question."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalbook.intake.numbers import NotANumber, Number, read_number

PAGE = Path(__file__).resolve().parents[2] / "docs" / "data-files.md"
FULL_WIDTH = {ord(half): full for half, full in zip("0123456789,.-+%", "０１２３４５６７８９，．－＋％", strict=True)}
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=Decimal("-1e12"), max_value=Decimal("1e12"))


def value_of(text: str) -> Fraction:
    """The number read, as a fraction of the standard library."""
    number = read_number(text)
    assert isinstance(number, Number), number
    return Fraction(int(number.value.numerator), int(number.value.denominator))


@pytest.mark.parametrize(
    ("text", "expected", "uom", "notes"),
    [
        ("0", "0", "", 0),
        ("-0", "0", "", 0),
        ("12779.3278", "12779.3278", "", 0),
        ("+12.5", "12.5", "", 0),
        (" 12.5\u00a0", "12.5", "", 0),
        ("\ufeff12", "12", "", 0),
        ("１２３４．５", "1234.5", "", 1),
        ("22,000", "22000", "", 1),
        ("22，000", "22000", "", 2),
        ("1,234,567.89", "1234567.89", "", 1),
        ("−5", "-5", "", 1),
        ("1.2亿元", "1.2", "亿元", 1),
        ("1.2 亿元", "1.2", "亿元", 1),
        ("12.5%", "12.5", "%", 1),
        ("１２．５％", "12.5", "%", 2),
        ("3个百分点", "3", "个百分点", 1),
        ("-2.5万美元", "-2.5", "万美元", 1),
    ],
)
def test_one_reading_is_accepted(text: str, expected: str, uom: str, notes: int) -> None:
    """Value and uom are exact; what was tidied up is noted."""
    number = read_number(text)
    assert isinstance(number, Number)
    assert value_of(text) == Fraction(expected)
    assert number.uom == uom
    assert len(number.notes) == notes


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("约30", "approximate"), ("30余", "approximate"), ("近百", "approximate"), (">5", "approximate"),
        ("3-4", "range"), ("3～4", "range"), ("3至4", "range"), ("10%-20%", "range"), ("5—6", "range"), ("3.5万元~4万元", "range"),
        ("2/3", "fraction"), ("２／３", "fraction"),
        ("1e5", "scientific"), ("3.30102E5", "scientific"),
        ("(500)", "brackets"), ("（500）", "brackets"),
        ("–5", "dash"), ("—5", "dash"),
        ("2,20,00", "grouping"), ("22,00", "grouping"), ("0,123", "grouping"), ("1,2345", "grouping"), ("22,000,", "grouping"),
        ("5.", "cut"), ("5.万元", "cut"), (".5", "text"),
        ("007", "leading_zero"), ("010000", "leading_zero"), ("00", "leading_zero"),
        ("5千", "scale"), ("5000 万", "scale"), ("1.2亿", "scale"),
        ("五", "in_words"), ("百分之五", "in_words"), ("十二", "in_words"),
        ("12O", "letters"), ("l2", "letters"),
        ("1 234", "inner_blank"), ("12.5 13", "inner_blank"),
        ("¥5", "currency_sign"), ("￥5", "currency_sign"), ("$5", "currency_sign"),
        ("#N/A", "error_cell"), ("TRUE", "boolean"),
        ("2024-01-02", "date"), ("2024年1月2日", "date"),
        ("见附件", "text"), ("--5", "text"), ("1.2.3", "text"), ("5²", "text"), ("①", "text"), ("½", "text"), ("٣", "text"),
        ("9" * 31, "too_long"),
    ],
)  # fmt: skip
def test_several_readings_are_refused(text: str, slug: str) -> None:
    """Each refusal has its own slug, says what is found and what to do."""
    refusal = read_number(text)
    assert isinstance(refusal, NotANumber), refusal
    assert refusal.slug == slug
    assert refusal.message
    assert refusal.remedy


@given(decimals)
def test_plain_text_is_read_exactly(number: Decimal) -> None:
    """The text of a decimal is that decimal, to the last place."""
    assert value_of(format(number, "f")) == Fraction(number)


@given(decimals)
def test_grouping_goes_there_and_back(number: Decimal) -> None:
    """Groups of three digits change nothing."""
    assert value_of(format(number, ",f")) == Fraction(number)


@given(decimals, st.sampled_from(["f", ",f"]), st.sampled_from(["", "%"]))
def test_full_width_equals_ascii(number: Decimal, form: str, sign: str) -> None:
    """A number typed in full-width characters is the number typed in ASCII, uom included."""
    text = format(number, form) + sign
    wide, narrow = read_number(text.translate(FULL_WIDTH)), read_number(text)
    assert isinstance(wide, Number)
    assert isinstance(narrow, Number)
    assert (wide.value, wide.uom) == (narrow.value, narrow.uom)


@given(st.integers(min_value=0, max_value=10**9), st.lists(st.integers(min_value=1, max_value=8), min_size=1, max_size=3, unique=True))
def test_commas_elsewhere_are_never_read_as_another_number(number: int, places: list[int]) -> None:
    """Wherever commas stand, the digits are read as the same number or not at all."""
    digits = list(str(number))
    for place in sorted(places, reverse=True):
        if place < len(digits):
            digits.insert(place, ",")
    found = read_number("".join(digits))
    assert isinstance(found, NotANumber) or found.value == number


@given(st.text(max_size=12))
def test_no_text_ever_breaks_the_grammar(text: str) -> None:
    """Any text is a number or a refusal; a text without digits is never a number."""
    found = read_number(text)
    assert isinstance(found, Number if isinstance(found, Number) else NotANumber)
    if not any(c in "0123456789０１２３４５６７８９" for c in text):
        assert isinstance(found, NotANumber)


@given(st.text(alphabet="0123456789.,-+ %/()eE万亿元约~", max_size=10))
def test_what_is_read_is_what_the_digits_say(text: str) -> None:
    """A number read has exactly the digits of its text: nothing is dropped, added or moved."""
    found = read_number(text)
    if isinstance(found, Number):
        digits = "".join(c for c in text if c in "0123456789.")
        assert abs(found.value) == Fraction(digits)
        assert (found.value < 0) <= ("-" in text)


@pytest.mark.parametrize(("line", "kind"), [("照读", Number), ("拒绝：各有各的问法", NotANumber)], ids=["accepted", "refused"])
def test_the_analysts_page_says_what_happens(line: str, kind: type) -> None:
    """Every number that docs/data-files.md calls accepted or refused is."""
    rows = [row.split("|") for row in PAGE.read_text(encoding="utf-8").splitlines() if row.startswith("| `")]
    examples = [text for row in rows if row[2].strip().startswith(line) and "年" not in row[1] for text in re.findall("`([^`]+)`", row[1])]
    assert len(examples) >= 8
    assert [text for text in examples if not isinstance(read_number(text), kind)] == []

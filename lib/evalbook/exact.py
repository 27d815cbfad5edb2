"""Exact numbers: rationals from the text of a figure to the printed point, never binary floats.

``Exact`` is gmpy2's rational: a drop-in ``numbers.Rational`` that is about ten times faster than ``fractions.Fraction``
and equal to it value by value, so speed never decides a result.
"""

from __future__ import annotations

import re
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from gmpy2 import mpq as Exact
from gmpy2 import remove

__all__ = ["Exact", "equals", "exact", "is_number_text", "plain", "round_half_even", "round_half_up", "to_decimal"]

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_FRACTION = re.compile(r"[+-]?[0-9]+/[1-9][0-9]*")
#: Moves the decimal point without rounding; the usual context would cut a number at 28 digits.
_WIDE = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)


def is_number_text(text: str) -> bool:
    """Whether ``text`` is a plain ASCII decimal or fraction (no exponent, no separators, no inf or nan)."""
    return bool(_NUMBER.fullmatch(text) or _FRACTION.fullmatch(text))


def exact(value: Any) -> Exact:
    """Exact number from text, int, Decimal or Fraction; binary floats are refused.

    >>> exact("0.1") + exact("0.2") == exact("0.3")
    True
    >>> exact("1/3") * 3 == 1
    True
    >>> exact(0.1)
    Traceback (most recent call last):
    TypeError: binary float refused: 0.1
    """
    if isinstance(value, Exact):
        return value
    if isinstance(value, int):
        return Exact(int(value))
    if isinstance(value, float):
        raise TypeError(f"binary float refused: {value!r}")
    if isinstance(value, str):
        if not is_number_text(value):
            raise ValueError(f"not a plain number: {value!r}")
        try:
            return Exact(value)
        except ValueError:  # gmpy2 reads neither "+5" nor "-.5"
            return Exact(Fraction(value))
    return Exact(Fraction(value))


def round_half_up(value: Exact, decimals: int) -> Exact:
    """四舍五入: round to ``decimals`` places, halves away from zero.

    >>> [str(to_decimal(round_half_up(exact(t), 2))) for t in ("85.125", "-0.125", "2.675", "84.444")]
    ['85.13', '-0.13', '2.68', '84.44']
    """
    return value if value.denominator == 1 else Exact(_nearest(value, decimals), 10**decimals)


def _nearest(value: Exact, decimals: int) -> int:
    """How many units of the last place a number comes to, halves away from zero."""
    numerator, denominator = value.numerator * 10**decimals, value.denominator
    whole = int((2 * abs(numerator) + denominator) // (2 * denominator))
    return whole if numerator >= 0 else -whole


def round_half_even(value: Exact, decimals: int) -> Exact:
    """四舍六入五成双 (GB/T 8170): round to ``decimals`` places, exact halves to the even digit.

    >>> [str(to_decimal(round_half_even(exact(t), 2))) for t in ("85.125", "85.135", "-0.125", "85.1251")]
    ['85.12', '85.14', '-0.12', '85.13']
    """
    scale = 10**decimals
    numerator, denominator = value.numerator * scale, value.denominator
    whole, rest = divmod(numerator, denominator)
    if 2 * rest > denominator or (2 * rest == denominator and whole % 2):
        whole += 1
    return Exact(whole, scale)


def to_decimal(value: Exact, decimals: int | None = None, *, endless: int | None = None) -> Decimal:
    """Exact number as a ``Decimal``; with ``decimals``, rounded half up and padded to that many places.

    Without ``decimals`` nothing is cut silently: a ratio without end is rounded to ``endless`` places where these are given, and
    is a ValueError otherwise.

    >>> to_decimal(exact("1/8")), to_decimal(exact(3), 2), to_decimal(exact("1/3"), endless=4)
    (Decimal('0.125'), Decimal('3.00'), Decimal('0.3333'))
    """
    if decimals is None:
        if value.denominator == 1:
            return Decimal(int(value))
        places, times = _places(value.denominator)
        if times:
            return Decimal(int(value.numerator * times)).scaleb(-places, _WIDE)
        if endless is None:
            raise ValueError(f"no finite decimal expansion: {value}")
        decimals = endless
    return Decimal(_nearest(value, decimals)).scaleb(-decimals, _WIDE)


@lru_cache(maxsize=1 << 12)  # denominators are few: nearly all numbers have two decimals
def _places(denominator: int) -> tuple[int, int]:
    """How many decimals a fraction in lowest terms has, and what makes its denominator that power of ten; (0, 0) where they never end."""
    rest, twos = remove(denominator, 2)
    rest, fives = remove(rest, 5)
    places = max(twos, fives)
    return (places, int(10**places // denominator)) if rest == 1 else (0, 0)


@lru_cache(maxsize=1 << 15)  # sentences of many units repeat the same bounds, marks and points
def plain(value: Exact, decimals: int | None = None) -> str:
    """Text of an exact number as a reader expects it; ratios without end are shown with six places and ``≈``.

    >>> plain(exact("462.10")), plain(exact("1/3")), plain(exact("5"), 2)
    ('462.1', '≈0.333333', '5.00')
    """
    if decimals is not None:
        return _written(_nearest(value, decimals), decimals)
    if value.denominator == 1:
        return str(value.numerator)
    places, times = _places(value.denominator)
    return _written(int(value.numerator * times), places) if times else "≈" + _written(_nearest(value, 6), 6)


def _written(number: int, places: int) -> str:
    """A whole number with the decimal point that many digits from its end."""
    text = str(abs(number)).rjust(places + 1, "0")
    whole = f"{text[:-places]}.{text[-places:]}" if places else text
    return f"-{whole}" if number < 0 else whole


def equals(value: Exact, decimals: int | None = None) -> str:
    """End of a formula: ``＝`` and the number, or ``≈`` where its decimals have no end and are cut for the reader.

    >>> equals(exact("0.5")), equals(exact("1/3")), equals(exact(10), 1)
    ('＝ 0.5', '≈ 0.333333', '＝ 10.0')
    """
    text = plain(value) if decimals is None else plain(value, decimals)  # as others ask for it, so that what is remembered is found
    return f"≈ {text[1:]}" if text.startswith("≈") else f"＝ {text}"

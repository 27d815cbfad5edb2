"""Rules: bounded, monotone, and equal to their formula worked in the standard library's fractions."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evalbook.exact import exact
from evalbook.kinds.base import Grading, KindFault, Rule
from evalbook.kinds.column import objects
from evalbook.kinds.rules.bands import Bands
from evalbook.kinds.rules.deduct import Deduct
from evalbook.kinds.rules.judged import Judged
from evalbook.kinds.rules.line import Line
from evalbook.kinds.rules.met import Met
from evalbook.kinds.rules.per_item import PerItem
from evalbook.kinds.rules.rank_bands import RankBands
from evalbook.kinds.rules.shares import Shares, Thirds, cut_at
from evalbook.kinds.rules.steps import Steps

#: As scheme authors write numbers.
NUMBERS = st.decimals(min_value=-100, max_value=100, places=2).map(str)
POSITIVE = st.decimals(min_value="0.01", max_value=100, places=2).map(str)
FIGURES = st.lists(st.fractions(min_value=-200, max_value=200, max_denominator=50), min_size=1, max_size=8)
COUNTS = st.lists(st.integers(0, 60), min_size=1, max_size=8)
CUTS = st.sampled_from(["ceil", "floor", "half_up"])
MARKS = exact(10)


def points(rule: Rule, values: Any, *, size: int = 1, roster: int | None = None, marks: Any = MARKS) -> list[Fraction]:
    """Points as plain fractions."""
    field = Grading(marks, np.full(len(values), size), np.full(len(values), size if roster is None else roster))
    return [Fraction(p) for p in rule.points(objects([exact(v) for v in values]), field)]


def rounded(value: Fraction, how: str) -> int:
    """A whole number as each way of cutting defines it."""
    return {"ceil": math.ceil(value), "floor": math.floor(value), "half_up": math.floor(value + Fraction(1, 2))}[how]


# --- local rules -----------------------------------------------------------------------------------------------------------


@given(FIGURES, NUMBERS, NUMBERS, st.one_of(st.none(), NUMBERS), st.one_of(st.none(), NUMBERS))
def test_line_is_its_formula(values: list[Fraction], slope: str, start: str, floor: str | None, cap: str | None) -> None:
    """clip(slope × x + start): bounded by floor and cap, rising or falling with the slope."""
    assume(floor is None or cap is None or Fraction(floor) <= Fraction(cap))
    rule = Line.model_validate({"line": {"slope": slope, "start": start, "floor": floor, "cap": cap}})
    found = points(rule, values)
    for value, got in zip(values, found, strict=True):
        expected = Fraction(slope) * value + Fraction(start)
        expected = expected if floor is None else max(expected, Fraction(floor))
        assert got == (expected if cap is None else min(expected, Fraction(cap)))
    ordered = points(rule, sorted(values))
    assert ordered == sorted(ordered, reverse=Fraction(slope) < 0)


@given(FIGURES, POSITIVE)
def test_a_share_is_that_part_of_the_marks(values: list[Fraction], marks: str) -> None:
    """``yields: share`` with cap 1 gives between nothing and the full marks."""
    rule = Line.model_validate({"line": {"cap": 1}, "yields": "share"})
    found = points(rule, values, marks=exact(marks))
    expected = [min(max(v, Fraction(0)), Fraction(1)) * Fraction(marks) for v in values]
    assert found == expected


@given(COUNTS, POSITIVE, st.one_of(st.none(), st.just("marks"), POSITIVE))
def test_points_per_item(counts: list[int], each: str, cap: str | None) -> None:
    """n × points each, never above the cap, never fewer points for more items."""
    rule = PerItem.model_validate({"per_item": each, "cap": cap})
    limit = None if cap is None else Fraction(10) if cap == "marks" else Fraction(cap)
    found = points(rule, counts)
    assert found == [n * Fraction(each) if limit is None else min(n * Fraction(each), limit) for n in counts]
    ordered = points(rule, sorted(counts))
    assert ordered == sorted(ordered)


@given(COUNTS, POSITIVE, st.one_of(st.just("marks"), NUMBERS), st.one_of(st.none(), NUMBERS))
def test_deductions(counts: list[int], each: str, start: str, floor: str | None) -> None:
    """start − n × points each, never below the floor, never more points for more faults."""
    rule = Deduct.model_validate({"deduct": each, "from": start, "floor": floor})
    full = Fraction(10) if start == "marks" else Fraction(start)
    found = points(rule, counts)
    raw = [full - n * Fraction(each) for n in counts]
    assert found == [p if floor is None else max(p, Fraction(floor)) for p in raw]
    ordered = points(rule, sorted(counts))
    assert ordered == sorted(ordered, reverse=True)


@given(FIGURES, NUMBERS, NUMBERS)
def test_met_is_all_or_nothing(values: list[Fraction], worth: str, bar: str) -> None:
    """The full worth from the bar on (the bar itself included), nothing below."""
    rule = Met.model_validate({"met": worth, "at_least": bar})
    assert points(rule, values) == [Fraction(worth) if v >= Fraction(bar) else Fraction(0) for v in values]


@given(FIGURES, NUMBERS, NUMBERS)
def test_judged_takes_the_score_or_refuses_it(values: list[Fraction], low: str, high: str) -> None:
    """Inside the range the score is the points; outside, every row outside is named and no other."""
    low, high = sorted((low, high), key=Fraction)
    rule = Judged.model_validate({"judged": high, "min": low})
    outside = tuple(row for row, v in enumerate(values) if not Fraction(low) <= v <= Fraction(high))
    if not outside:
        assert points(rule, values) == values
        return
    with pytest.raises(KindFault) as fault:
        points(rule, values)
    assert fault.value.rows == outside
    assert [Fraction(t.removeprefix("≈")) for t in fault.value.found] == pytest.approx([values[r] for r in outside], abs=1e-6)


@given(st.integers(1, 200), NUMBERS, NUMBERS, st.one_of(st.none(), NUMBERS))
def test_steps_fall_by_the_same_amount(count: int, first: str, each: str, floor: str | None) -> None:
    """From place to place the points change by ``each`` until they meet the floor, and then stay."""
    rule = Steps.model_validate({"steps": {"first": first, "each": each, "floor": floor}})
    found = points(rule, range(1, count + 1), size=count)
    level = [Fraction(first) + Fraction(each) * k for k in range(count)]
    assert found == [p if floor is None else max(p, Fraction(floor)) for p in level]


# --- rules of places ---------------------------------------------------------------------------------------------------------


@st.composite
def bands(draw: st.DrawFn) -> tuple[dict[str, str], int]:
    """A table of bands with falling points, and its last place."""
    widths = draw(st.lists(st.integers(1, 6), min_size=1, max_size=6))
    worth = sorted(draw(st.lists(st.integers(0, 40), min_size=len(widths), max_size=len(widths))), reverse=True)
    table, start = {}, 1
    for width, value in zip(widths, worth, strict=True):
        table[f"{start}-{start + width - 1}" if width > 1 else str(start)] = str(Fraction(value, 2))
        start += width
    return table, start - 1


@given(bands())
def test_every_place_lies_in_one_band(given_bands: tuple[dict[str, str], int]) -> None:
    """Each place gets the points of the band that names it; points never rise with the place."""
    table, last = given_bands
    found = points(Bands.model_validate({"bands": table}), range(1, last + 1), size=last)
    for place, got in enumerate(found, 1):
        named = [v for key, v in table.items() if int(key.partition("-")[0]) <= place <= int(key.rpartition("-")[2])]
        assert [got] == [Fraction(v) for v in named]
    assert found == sorted(found, reverse=True)


@given(bands())
def test_rank_bands_are_bands_on_their_own_roster(given_bands: tuple[dict[str, str], int]) -> None:
    """With the roster that the bands are written for, nothing is cut again."""
    table, last = given_bands
    for recut in ("refuse", "proportional"):
        rule = RankBands.model_validate({"rank_bands": table, "recut": recut})
        plain = points(Bands.model_validate({"bands": table}), range(1, last + 1), size=last)
        assert points(rule, range(1, last + 1), size=last) == plain


@given(bands(), st.integers(1, 60))
def test_recut_bands_cover_any_roster(given_bands: tuple[dict[str, str], int], roster: int) -> None:
    """Cut in proportion, the bands still cover every place once, end at the last one, and their ends are b × N ÷ roster rounded."""
    table, last = given_bands
    rule = RankBands.model_validate({"rank_bands": table, "recut": "proportional"})
    cut = rule.cut(roster)
    assert [p for low, high, _ in cut for p in range(low, high + 1)] == list(range(1, roster + 1))
    ends = {rounded(Fraction(int(key.rpartition("-")[2]) * roster, last), "half_up") for key in table}
    assert {high for _, high, _ in cut} == {end for end in ends if end >= 1}
    found = points(rule, range(1, roster + 1), size=roster)
    assert found == sorted(found, reverse=True)


@given(bands(), st.integers(1, 60))
def test_another_roster_is_refused_with_the_expected_number(given_bands: tuple[dict[str, str], int], roster: int) -> None:
    """Bands for 11 units refuse 10 and name both numbers."""
    table, last = given_bands
    assume(roster != last)
    with pytest.raises(KindFault) as fault:
        points(RankBands.model_validate({"rank_bands": table}), [1], size=1, roster=roster)
    assert f"按{last}个" in fault.value.message
    assert f"为{roster}个" in fault.value.message


@given(st.fractions(0, 1, max_denominator=12), st.integers(0, 200), CUTS)
def test_a_cut_is_rounded_as_named(bound: Fraction, size: int, how: str) -> None:
    """The last place inside a share is the share of the size, rounded up, down or half up."""
    assert cut_at(exact(bound), size, how) == rounded(bound * size, how)


@given(st.integers(1, 200), CUTS)
def test_thirds_add_up(size: int, how: str) -> None:
    """The three parts together are the whole field and differ by one unit at most; N ÷ 3 even makes them equal."""
    rule = Thirds.model_validate({"thirds": [10, 6, 2], "cut": how})
    found = points(rule, range(1, size + 1), size=size)
    parts = [found.count(Fraction(p)) for p in (10, 6, 2)]
    assert sum(parts) == size
    assert max(parts) - min(parts) <= (0 if size % 3 == 0 else 1)
    assert parts[0] == rounded(Fraction(size, 3), how)
    assert parts[0] + parts[1] == rounded(Fraction(2 * size, 3), how)
    assert found == sorted(found, reverse=True)


@given(st.integers(1, 200), CUTS)
def test_thirds_are_shares_of_a_third(size: int, how: str) -> None:
    """The short form says the same as the long one."""
    thirds = Thirds.model_validate({"thirds": [10, 6, 2], "cut": how})
    shares = Shares.model_validate({"shares": {"1/3": 10, "2/3": 6, "1": 2}, "cut": how})
    assert points(thirds, range(1, size + 1), size=size) == points(shares, range(1, size + 1), size=size)


@given(st.integers(1, 100), CUTS, st.lists(st.integers(1, 19), min_size=1, max_size=4, unique=True))
def test_shares_fall_with_the_place(size: int, how: str, bounds: list[int]) -> None:
    """Better places never get less; every unit gets the points of one share; whoever is placed after the last gets the last."""
    table = {str(Fraction(b, 20)): str(40 - b) for b in sorted(bounds)} | {"1": "0"}
    rule = Shares.model_validate({"shares": table, "cut": how})
    found = points(rule, range(1, size + 2), size=size)
    assert found == sorted(found, reverse=True)
    assert set(found) <= {Fraction(p) for p in table.values()}
    assert found[-1] == 0


# --- what holds for every one of them -----------------------------------------------------------------------------------------

WRITTEN: list[dict[str, Any]] = [
    {"bands": {"1": 6, "2-4": 5, "5-7": 4, "8-10": 3, "11": 2}},
    {"rank_bands": {"1": 6, "2-4": 5, "5-7": 4, "8-10": 3, "11": 2}},
    {"rank_bands": {"1": 6, "2-4": 5}, "recut": "proportional"},
    {"thirds": [10, 6, 2], "cut": "floor"},
    {"shares": {"0.2": 3, "0.6": 2, "1": 1}},
    {"steps": {"first": 10, "each": "-0.3"}},
    {"per_item": "0.5", "cap": "marks"},
    {"deduct": 1},
    {"met": "marks", "at_least": 3},
    {"line": {"slope": "0.7", "start": "0.1", "cap": "marks"}},
    {"judged": 11},
]


@pytest.mark.parametrize("raw", WRITTEN, ids=lambda raw: next(iter(raw)))
@given(st.lists(st.integers(1, 11), min_size=1, max_size=11), st.randoms(use_true_random=False))
def test_a_rule_is_local(raw: dict[str, Any], values: list[int], random: Any) -> None:
    """A row's points depend on its own number only, the input is left alone, and floats give the same points."""
    classes = (Bands, RankBands, Thirds, Shares, Steps, PerItem, Deduct, Met, Line, Judged)
    rule = next(cls for cls in classes if cls.name() in raw).model_validate(raw)
    together = points(rule, values, size=11)
    assert together == [points(rule, [value], size=11)[0] for value in values]
    given_floats = np.array([[float(v) for v in values], [float(v) for v in reversed(values)]])
    kept = given_floats.copy()
    everywhere = np.full(len(values), 11)
    found = rule.points(given_floats, Grading(exact(10), everywhere, everywhere))
    assert (given_floats == kept).all()
    assert found[0].tolist() == pytest.approx([float(p) for p in together])
    assert found[1].tolist() == found[0].tolist()[::-1]


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({"bands": {"2": 5}}, "没有分档"),
        ({"bands": {"1-3": 5, "3-4": 2}}, "同时落在两个分档里"),
        ({"bands": {"1": 5, "3": 2}}, "没有分档"),
        ({"bands": {}}, "分档应写成"),
        ({"bands": {"一": 5}}, "应写成"),
        ({"bands": {"1": "六"}}, "应写成"),
        ({"bands": {"0": 6, "1": 5}}, "0"),
        ({"shares": {"1/3": 10, "2/3": 6}}, "以1结束"),
        ({"shares": {"2/3": 10, "1/3": 6, "1": 2}}, "逐段递增"),
        ({"shares": {"0": 10, "1": 6}}, "大于0"),
        ({"steps": {"first": "十", "each": 1}}, "应为数"),
        ({"per_item": True}, "应为数"),
        ({"deduct": "1e3"}, "应为数"),
        ({"met": "all"}, "应为数"),
    ],
)
def test_a_rule_written_wrongly_is_refused(raw: dict[str, Any], says: str) -> None:
    """Bands that leave a gap or overlap, shares that do not end at 1, words for numbers: refused in Chinese."""
    rule = next(cls for cls in (Bands, Shares, Steps, PerItem, Deduct, Met) if cls.name() in raw)
    with pytest.raises(ValueError, match=says):
        rule.model_validate(raw)

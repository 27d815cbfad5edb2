"""Periods: how they are written, in which order they stand, which ones are their neighbours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalbook.errors import UsageError
from evalbook.periods import Period

KINDS = {"": 1, "H": 2, "Q": 4, "-": 12}
#: Every period of the years in which evaluations are thinkable.
PERIODS = st.sampled_from(list(KINDS)).flatmap(
    lambda kind: st.builds(Period, st.integers(1100, 2900), st.just(kind), st.integers(1, KINDS[kind]))
)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("2023", "2023年"),
        ("2023H1", "2023年上半年"),
        ("2023H2", "2023年下半年"),
        ("2023Q1", "2023年第一季度"),
        ("2023Q4", "2023年第四季度"),
        ("2023-05", "2023年5月"),
        ("2023-12", "2023年12月"),
    ],
)
def test_the_four_forms_are_read_and_called_by_name(text: str, label: str) -> None:
    """Each form reads back as it was written and has the name that a Chinese reader gives it."""
    period = Period.parse(text)
    assert str(period) == text
    assert period.label == label


@pytest.mark.parametrize(
    "text",
    [
        *("", "23", "02023", "2023H3", "2023H0", "2023Q5", "2023Q0", "2023-0", "2023-00", "2023-13", "2023-5", "2023-5-1", "2023Q"),
        *("2023 ", " 2023", "2023\n", "2023q1", "２０２３", "2023年", "2023/05", "3023", "0023", "2023Q11", "2023-2024"),
    ],
)
def test_other_forms_are_refused_with_the_accepted_ones(text: str) -> None:
    """A period id written otherwise is a usage error that says how it is written."""
    with pytest.raises(UsageError) as refused:
        Period.parse(text)
    assert f"“{text}”" in str(refused.value)
    assert "2023（年）、2023H1（半年）、2023Q1（季度）、2023-05（月）" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "previous", "year_before"),
    [
        ("2023", "2022", "2022"),
        ("2023H1", "2022H2", "2022H1"),
        ("2023H2", "2023H1", "2022H2"),
        ("2023Q1", "2022Q4", "2022Q1"),
        ("2023Q2", "2023Q1", "2022Q2"),
        ("2023-01", "2022-12", "2022-01"),
        ("2023-12", "2023-11", "2022-12"),
    ],
)
def test_neighbours(text: str, previous: str, year_before: str) -> None:
    """上期 is the period of the same kind just before, 上年同期 the same one of the year before."""
    period = Period.parse(text)
    assert str(period.previous()) == previous
    assert str(period.year_before()) == year_before


def test_order_in_time() -> None:
    """Periods sort by when they end; of those that end together the longer one comes first."""
    expected = [
        "2022",
        "2022Q4",
        "2022-12",
        "2023-01",
        "2023Q1",
        "2023-03",
        "2023-04",
        "2023H1",
        "2023Q2",
        "2023-06",
        "2023",
        "2023H2",
        "2023Q4",
    ]
    found = sorted(Period.parse(text) for text in reversed(expected))
    assert [str(p) for p in found] == expected


@given(PERIODS)
def test_a_period_reads_back(period: Period) -> None:
    """What is written is what is read."""
    assert Period.parse(str(period)) == period


@given(PERIODS, st.integers(-300, 300))
def test_shifting_there_and_back(period: Period, steps: int) -> None:
    """Shifting forth and back comes home, keeps the kind, and moves in the direction said."""
    moved = period.shift(steps)
    assert moved.shift(-steps) == period
    assert moved.kind == period.kind
    assert 1 <= moved.number <= moved.per_year
    assert (moved > period) == (steps > 0)


@given(PERIODS)
def test_a_year_has_as_many_periods_as_its_kind_says(period: Period) -> None:
    """The same period of the year before is as many steps back as a year has."""
    walked = period
    for _ in range(KINDS[period.kind]):
        walked = walked.previous()
    assert walked == period.year_before()
    assert (walked.year, walked.number) == (period.year - 1, period.number)


@given(PERIODS, PERIODS, PERIODS)
def test_the_order_is_total(one: Period, two: Period, three: Period) -> None:
    """Exactly one of before, same, after holds, and before is transitive."""
    assert [one < two, one == two, one > two].count(True) == 1
    if one < two and two < three:
        assert one < three

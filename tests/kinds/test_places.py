"""Places and ranks: against definitions counted one by one, and the relations between the ways to treat ties."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalbook.exact import exact
from evalbook.kinds.column import Column, objects
from evalbook.kinds.places import Field, Places, places, rank_column
from evalbook.kinds.rules.field_rule import graded
from evalbook.kinds.rules.rank_bands import RankBands
from evalbook.kinds.rules.steps import Steps
from evalbook.terms import State

#: Few different values, so that ties are the rule; None is missing.
VALUES = st.lists(st.one_of(st.none(), st.fractions(min_value=-2, max_value=2, max_denominator=3)), min_size=1, max_size=12)
FULL = st.lists(st.fractions(min_value=-2, max_value=2, max_denominator=3), min_size=1, max_size=12)


class WholeField:
    """A scope in which every row is a member of one field."""

    def __init__(self, rows: int, groups: list[int] | None = None) -> None:
        self._rows, self._groups = rows, groups or [0] * rows

    def field(self, among: Any, within: Any, open_to: Any = ()) -> tuple[np.ndarray, np.ndarray]:
        """(members, groups) as a scope gives them."""
        return np.ones(self._rows, dtype=bool), np.array(self._groups)

    def rows(self) -> int:
        """Number of rows."""
        return self._rows


def column(values: list[Fraction | None]) -> Column:
    """Exact column; None is missing."""
    return Column.of([None if v is None else exact(v) for v in values])


def place(values: list[Fraction | None], *, descending: bool = True, missing_last: bool = False, groups: list[int] | None = None) -> Places:
    """Places of a list, everybody a member."""
    filled = objects([exact(0) if v is None else exact(v) for v in values])
    member = np.ones(len(values), dtype=bool)
    has = np.array([v is not None for v in values])
    return places(filled, has, member, np.array(groups or [0] * len(values)), descending=descending, missing_last=missing_last)


def ranks(values: list[Fraction | None], **field: Any) -> Column:
    """Rank column of a list in one field."""
    return rank_column(column(values), WholeField(len(values)), Field.model_validate(field))  # type: ignore[arg-type]


@given(VALUES, st.booleans())
def test_places_are_what_counting_gives(values: list[Fraction | None], descending: bool) -> None:
    """First place shared = 1 + how many are better; last = how many are not worse; dense = 1 + how many better values there are."""
    found = place(values, descending=descending)
    known = [v for v in values if v is not None]
    for row, value in enumerate(values):
        if value is None:
            assert (found.low[row], found.high[row], found.dense[row]) == (0, 0, 0)
            continue
        better = [v for v in known if (v > value if descending else v < value)]
        assert found.low[row] == 1 + len(better)
        assert found.high[row] == len(better) + known.count(value)
        assert found.dense[row] == 1 + len(set(better))
    assert set(found.size.tolist()) == {len(known)}
    assert set(found.roster.tolist()) == {len(values)}


@given(VALUES)
def test_the_best_value_is_first(values: list[Fraction | None]) -> None:
    """Ranks agree with scores: the best is never third, equal values share, a better value never has a worse place."""
    found = ranks(values)
    known = [(v, int(p)) for v, p in zip(values, found.values, strict=True) if v is not None]
    for value, mine in known:
        assert (value == max(v for v, _ in known)) == (mine == 1)
        for other, theirs in known:
            assert (value > other) == (mine < theirs)
            assert (value == other) == (mine == theirs)


@given(VALUES)
def test_relations_between_the_tie_policies(values: list[Fraction | None]) -> None:
    """dense ≤ competition ≤ worst; competition and worst differ by the number of those tied less one; without ties all agree."""
    first, dense, worst = (ranks(values, ties=ties) for ties in ("competition", "dense", "worst"))
    known = [v for v in values if v is not None]
    for row, value in enumerate(values):
        if value is not None:
            assert dense.values[row] <= first.values[row] <= worst.values[row]
            assert worst.values[row] - first.values[row] == known.count(value) - 1
    if len(set(known)) == len(known):
        assert dense.values.tolist() == first.values.tolist() == worst.values.tolist()
    if known:
        assert max(v for v, s in zip(worst.values, worst.states, strict=True) if s == State.OK) == len(known)


@given(FULL)
def test_ascending_is_descending_of_the_negative(values: list[Fraction]) -> None:
    """The lowest is first exactly where the highest of the negated values is."""
    assert ranks(list(values), order="asc").values.tolist() == ranks([-v for v in values]).values.tolist()


@given(VALUES, st.randoms(use_true_random=False))
def test_the_order_of_units_is_irrelevant(values: list[Fraction | None], random: Any) -> None:
    """A unit's place does not depend on where in the roster it stands."""
    order = list(range(len(values)))
    random.shuffle(order)
    for ties in ("competition", "dense", "worst"):
        for missing in ("unranked", "last"):
            straight = ranks(values, ties=ties, missing=missing)
            shuffled = ranks([values[i] for i in order], ties=ties, missing=missing)
            assert shuffled.values.tolist() == [straight.values[i] for i in order]
            assert shuffled.states.tolist() == [straight.states[i] for i in order]


@given(VALUES, st.fractions(min_value="1/1000", max_value=1000, max_denominator=1000), st.fractions(-1000, 1000, max_denominator=1000))
def test_unit_of_measure_is_irrelevant(values: list[Fraction | None], factor: Fraction, shift: Fraction) -> None:
    """万元 or 亿元, with or without a constant: multiplying by a positive number and adding any changes no place."""
    moved = [None if v is None else v * factor + shift for v in values]
    assert ranks(moved).values.tolist() == ranks(values).values.tolist()


@given(VALUES)
def test_missing_last_leaves_the_others_alone(values: list[Fraction | None]) -> None:
    """Those without a value share the places after the last one; nobody else moves."""
    unranked, last = place(values), place(values, missing_last=True)
    known = [v for v in values if v is not None]
    for row, value in enumerate(values):
        if value is None:
            assert (last.low[row], last.high[row]) == (len(known) + 1, len(values))
            assert last.dense[row] == len(set(known)) + 1
        else:
            assert (last.low[row], last.high[row], last.dense[row]) == (unranked.low[row], unranked.high[row], unranked.dense[row])


@given(st.lists(st.tuples(st.integers(0, 2), st.fractions(-2, 2, max_denominator=2)), min_size=1, max_size=12))
def test_groups_rank_as_if_alone(rows: list[tuple[int, Fraction]]) -> None:
    """Within a group a unit has the place it would have if the other groups did not exist."""
    groups, values = [g for g, _ in rows], [v for _, v in rows]
    found = place(list(values), groups=groups)
    for group in set(groups):
        inside = [i for i, g in enumerate(groups) if g == group]
        alone = place([values[i] for i in inside])
        assert [found.low[i] for i in inside] == alone.low.tolist()
        assert [found.size[i] for i in inside] == alone.size.tolist()


@given(FULL)
def test_the_interval_of_places_is_used_up(values: list[Fraction]) -> None:
    """Every place from 1 to n is shared by somebody, and shared places are counted once."""
    found = place(list(values))
    taken = {(low, high) for low, high in zip(found.low.tolist(), found.high.tolist(), strict=True)}
    assert sorted(p for low, high in taken for p in range(low, high + 1)) == list(range(1, len(values) + 1))


@given(FULL, st.integers(1, 4))
def test_draws_are_ranked_each_for_itself(values: list[Fraction], draws: int) -> None:
    """A simulation's leading axis changes nothing: each draw has the places it has alone."""
    stacked = np.array([np.roll([float(v) for v in values], d) for d in range(draws)])
    everybody = np.ones(len(values), dtype=bool)
    options: dict[str, Any] = {"descending": True, "missing_last": False}
    found = places(stacked, everybody, everybody, np.zeros(len(values), int), **options)
    for draw in range(draws):
        alone = places(stacked[draw], everybody, everybody, np.zeros(len(values), int), **options)
        assert found.low[draw].tolist() == alone.low.tolist()
        assert found.high[draw].tolist() == alone.high.tolist()
        assert found.dense[draw].tolist() == alone.dense.tolist()


def test_nobody_in_the_field() -> None:
    """An empty field, or one in which nobody is a member, has no places and raises nothing."""
    nobody = np.zeros(2, dtype=bool)
    found = places(objects([exact(1), exact(2)]), ~nobody, nobody, np.zeros(2, int), descending=True, missing_last=True)
    assert found.low.tolist() == [0, 0]
    assert found.roster.tolist() == [0, 0]
    assert place([]).low.tolist() == []


@pytest.mark.parametrize("rule", ["bands", "steps"])
@given(values=FULL)
def test_mean_points_keeps_the_sum_of_the_places(rule: str, values: list[Fraction]) -> None:
    """With mean_points the units together get exactly what the places together are worth, ties or not."""
    count = len(values)
    worth = [exact(p * p) for p in range(count, 0, -1)]
    table = {str(p): str(w) for p, w in zip(range(1, count + 1), worth, strict=True)}
    bands = RankBands.model_validate({"rank_bands": table, "ties": "mean_points"})
    steps = Steps.model_validate({"steps": {"first": "10", "each": "-0.3", "floor": None}})
    chosen = bands if rule == "bands" else steps
    expected = sum(worth) if rule == "bands" else sum(exact(10) - exact("0.3") * k for k in range(count))
    points = graded(chosen, ranks(list(values), ties="mean_points"), exact(100))
    assert sum(points) == expected


@given(values=FULL)
def test_mean_points_lies_between_the_other_policies(values: list[Fraction]) -> None:
    """Tied units get no more than the first and no less than the last of the places they share."""
    table = {str(p): str(100 - p * p) for p in range(1, len(values) + 1)}
    points = {
        ties: graded(RankBands.model_validate({"rank_bands": table, "ties": ties}), ranks(list(values), ties=ties), exact(100))
        for ties in ("competition", "mean_points", "worst")
    }
    assert (points["worst"] <= points["mean_points"]).all()
    assert (points["mean_points"] <= points["competition"]).all()

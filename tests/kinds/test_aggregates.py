"""Aggregates: between the worst and the best child, indifferent to order, homogeneous, and exact."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalbook.exact import exact
from evalbook.kinds.aggregates import AGGREGATES, AnyAggregate
from evalbook.kinds.aggregates.base import Aggregate
from evalbook.kinds.aggregates.geometric import Geometric
from evalbook.kinds.base import KindFault, Model
from evalbook.kinds.column import objects

NAMES = ["a", "b", "c", "d"]
WEIGHTS = {"a": "0.4", "b": "0.3", "c": "0.2", "d": "0.1"}
#: One writing of every aggregate; a new one is used without parameters.
ALL: dict[str, Any] = {name: {"weighted": WEIGHTS} if name == "weighted" else name for name in AGGREGATES}
MEANS = ["mean", "weighted", "max", "min", "geometric"]

#: Children × rows, and which of them are included.
POINTS = st.integers(1, 5).flatmap(
    lambda rows: st.lists(
        st.lists(st.tuples(st.fractions(0, 100, max_denominator=20), st.booleans()), min_size=rows, max_size=rows), min_size=4, max_size=4
    )
)
Table = list[list[tuple[Fraction, bool]]]


class Holder(Model):
    """Reads an aggregate as a branch does."""

    aggregate: AnyAggregate


def aggregate(name: str) -> Aggregate:
    """An aggregate as a scheme writes it."""
    found = Holder.model_validate({"aggregate": ALL[name]}).aggregate
    assert isinstance(found, AGGREGATES[name])
    return found


def arrays(table: Table) -> tuple[np.ndarray, np.ndarray]:
    """Values and mask, children × rows."""
    values = np.array([objects([exact(v) for v, _ in child]) for child in table])
    return values, np.array([[inside for _, inside in child] for child in table])


def combined(name: str, table: Table, names: list[str] | None = None) -> list[Fraction]:
    """The branch's points per row."""
    values, included = arrays(table)
    return [Fraction(p) for p in aggregate(name).combine(values, included, names or NAMES)]


def kept(table: Table, row: int) -> list[Fraction]:
    """Points of the children included in a row."""
    return [child[row][0] for child in table if child[row][1]]


@given(POINTS)
def test_the_sum_is_what_the_children_contribute(table: Table) -> None:
    """Contributions add up to the total, exactly; who is left out adds nothing."""
    assert combined("sum", table) == [sum(kept(table, row), Fraction(0)) for row in range(len(table[0]))]


@given(POINTS)
def test_formulas(table: Table) -> None:
    """Mean, best, worst and weighted mean are their textbook formulas over the children included; none included gives zero."""
    found = {name: combined(name, table) for name in ("mean", "max", "min", "weighted")}
    for row in range(len(table[0])):
        inside = kept(table, row)
        weights = [Fraction(WEIGHTS[n]) for n, child in zip(NAMES, table, strict=True) if child[row][1]]
        assert found["mean"][row] == (sum(inside) / len(inside) if inside else 0)
        assert found["max"][row] == max(inside, default=0)
        assert found["min"][row] == min(inside, default=0)
        expected = sum(w * p for w, p in zip(weights, inside, strict=True)) / sum(weights) if inside else 0
        assert found["weighted"][row] == expected


@given(POINTS)
def test_the_root_is_the_nearest_step(table: Table) -> None:
    """The geometric mean at four places is within half a step of the true root, judged by powers and not by another root."""
    step = Fraction(1, 10**4)
    for row, found in enumerate(combined("geometric", table)):
        inside = kept(table, row)
        product, degree = Fraction(1), len(inside)
        for points in inside:
            product *= points
        if degree == 0 or product == 0:
            assert found == 0
        elif degree == 1:
            assert found == inside[0]
        else:
            assert max(found - step / 2, Fraction(0)) ** degree <= product < (found + step / 2) ** degree
            assert (found / step).denominator == 1


@pytest.mark.parametrize("name", MEANS)
@given(table=POINTS)
def test_a_mean_lies_between_worst_and_best(name: str, table: Table) -> None:
    """No way of averaging leaves the range of the children included."""
    slack = Fraction(1, 2 * 10**4) if name == "geometric" else 0
    for row, found in enumerate(combined(name, table)):
        inside = kept(table, row)
        if inside:
            assert min(inside) - slack <= found <= max(inside) + slack


@pytest.mark.parametrize("name", sorted(AGGREGATES))
@given(table=POINTS, random=st.randoms(use_true_random=False))
def test_the_order_of_children_and_units_is_irrelevant(name: str, table: Table, random: Any) -> None:
    """Listing children or units in another order changes no unit's points."""
    children, rows = list(range(4)), list(range(len(table[0])))
    random.shuffle(children)
    random.shuffle(rows)
    shuffled = [[table[c][r] for r in rows] for c in children]
    straight = combined(name, table)
    assert combined(name, shuffled, [NAMES[c] for c in children]) == [straight[r] for r in rows]


@pytest.mark.parametrize("name", sorted(AGGREGATES))
@given(table=POINTS, child=st.integers(0, 3), more=st.fractions("1/10", 50, max_denominator=10))
def test_more_points_never_hurt(name: str, table: Table, child: int, more: Fraction) -> None:
    """Raising one child never lowers the branch."""
    raised = [[(v + more, inside) if c == child else (v, inside) for v, inside in row] for c, row in enumerate(table)]
    assert all(after >= before for before, after in zip(combined(name, table), combined(name, raised), strict=True))


@pytest.mark.parametrize("name", sorted(set(AGGREGATES) - {"geometric"}))
@given(table=POINTS, factor=st.fractions("1/10", 10, max_denominator=10))
def test_scaling_the_children_scales_the_branch(name: str, table: Table, factor: Fraction) -> None:
    """Twice the points everywhere are twice the points of the branch."""
    scaled = [[(v * factor, inside) for v, inside in child] for child in table]
    assert combined(name, scaled) == [p * factor for p in combined(name, table)]


@pytest.mark.parametrize("name", sorted(AGGREGATES))
@given(table=POINTS)
def test_floats_and_draws_agree(name: str, table: Table) -> None:
    """On float64, with a leading axis of draws, every draw has the points it has alone, and they are the exact ones."""
    values, included = arrays(table)
    halved = [[(v / 2, inside) for v, inside in child] for child in table]
    draws = np.stack([values.astype(float), values.astype(float) / 2], axis=1)
    found = aggregate(name).combine(draws, included, NAMES)
    within = 0.5001e-4 if name == "geometric" else 1e-9
    for draw, alone in enumerate((table, halved)):
        assert found[draw].tolist() == pytest.approx([float(p) for p in combined(name, alone)], abs=within)


def test_a_negative_child_has_no_geometric_mean() -> None:
    """The rows with a negative child included are named, no other."""
    values = np.array([objects([exact(-1), exact(2), exact(-3)]), objects([exact(4), exact(2), exact(1)])])
    included = np.array([[True, True, False], [True, True, True]])
    with pytest.raises(KindFault) as fault:
        Geometric.model_validate({"geometric": None}).combine(values, included, ["a", "b"])
    assert fault.value.rows == (0,)


@pytest.mark.parametrize("name", sorted(AGGREGATES))
def test_every_aggregate_says_what_it_does(name: str) -> None:
    """The sentence is Chinese and calls the children by their labels."""
    said = aggregate(name).sentence({"a": "投资", "b": "项目", "c": "外资", "d": "出口"}.__getitem__)
    assert not any("a" <= c <= "z" for c in said)
    if name == "weighted":
        assert said == "加权平均（权重：投资 0.4、项目 0.3、外资 0.2、出口 0.1）"

"""Folding in steps: blind to the order of rows, and each step equal to its definition."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from evalbook.kinds.measures.elapsed import between

Measured = Callable[..., dict[str, list[Any]]]
ROW = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["P1", "P2", "P3", "P4"]),
        "size": st.integers(-20, 40).map(str),
        "votes": st.integers(1, 9).map(str),
        "part": st.sampled_from(["一", "二", "三"]),
    }
)
ROWS = st.lists(ROW, min_size=1, max_size=8)
TABLE = {"label": "清单", "belongs_to": "units", "columns": {"part": {"label": "期", "type": "text"}}}
TABLES = {"tables": {"items": TABLE}}


def fold(measured: Measured, rows: list[dict[str, str]], **measures: Any) -> dict[str, Any]:
    """The measures of one unit that has these rows."""
    found = measured(measures, units="1", edition=TABLES, items={"items": [{"unit": "单位1", **row} for row in rows]})
    return {name: values[0] for name, values in found.items()}


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(measured: Measured, rows: list[dict[str, str]], random: Any) -> None:
    """Sums, weighted means, best of an item and capped sub-periods are the same whichever row comes first."""
    measures: dict[str, Any] = {
        "sum": {"fold": "$items.size"},
        "mean": {"fold": "$items.size", "how": "mean", "weight": "$items.votes"},
        "best": {"fold": "$items.size", "same_item": "highest"},
        "capped": {"fold": "$items.size", "per": {"column": "$items.part", "cap": "10", "floor": "-5"}},
    }
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert fold(measured, rows, **measures) == fold(measured, shuffled, **measures)


@given(ROWS)
def test_steps_are_their_definitions(measured: Measured, rows: list[dict[str, str]]) -> None:
    """Weights, best of an item and sub-periods, each against a plain loop."""
    sizes, votes = [int(row["size"]) for row in rows], [int(row["votes"]) for row in rows]
    found = fold(
        measured,
        rows,
        weighted={"fold": "$items.size", "how": "mean", "weight": "$items.votes"},
        multiplied={"fold": "$items.size", "weight": "$items.votes"},
        best={"fold": "$items.size", "same_item": "highest"},
        capped={"fold": "$items.size", "per": {"column": "$items.part", "cap": "10"}},
        uncapped={"fold": "$items.size", "per": {"column": "$items.part"}},
    )
    total = sum(v * s for v, s in zip(votes, sizes, strict=True))
    items = {row["id"]: max(int(r["size"]) for r in rows if r["id"] == row["id"]) for row in rows}
    parts = {row["part"]: sum(int(r["size"]) for r in rows if r["part"] == row["part"]) for row in rows}
    assert found == {
        "weighted": Fraction(total, sum(votes)),
        "multiplied": total,
        "best": sum(items.values()),
        "capped": sum(min(part, 10) for part in parts.values()),
        "uncapped": sum(sizes),
    }


@given(ROWS)
def test_the_latest_row_is_the_last_in_time(measured: Measured, rows: list[dict[str, str]]) -> None:
    """A cumulative series gives its last value, in whatever order the weeks were typed."""
    dated = [{**row, "week": str(number * 7 % 10)} for number, row in enumerate(rows)]
    found = fold(measured, dated, x={"fold": "$items.size", "how": "last", "sequence": "$items.week"})
    assert found["x"] == int(max(dated, key=lambda row: int(row["week"]))["size"])


@settings(max_examples=25)
@given(st.integers(2, 6), st.integers(1, 5), st.randoms(use_true_random=False))
def test_complete_ballots_always_give_the_same_total(measured: Measured, units: int, ballots: int, random: Any) -> None:
    """Votes for places turned into points (100, 97, …) and averaged add up to the points of all places: 13 × 82 in Jining in 2015."""
    names = [f"单位{n}" for n in range(1, units + 1)]
    votes = []
    for _ in range(ballots):
        random.shuffle(names)
        votes += [{"unit": name, "place": str(place)} for place, name in enumerate(names, 1)]
    rule = {"steps": {"first": "100", "each": "-3"}}
    tables = {"tables": {"ballots": {"label": "选票", "belongs_to": "units"}}}
    measure = {"fold": "$ballots.place", "rule": rule, "how": "mean"}
    found = measured({"x": measure}, units=str(units), edition=tables, items={"ballots": votes})["x"]
    assert sum(found) == sum(100 - 3 * place for place in range(units))


@given(st.dates(), st.dates(), st.dates())
def test_days_add_up_and_full_years_are_full_months(a: Any, b: Any, c: Any) -> None:
    """Days from one date to another add up over a third; a full year is twelve full months; backwards is negative."""
    assert between(a, b, "days") + between(b, c, "days") == between(a, c, "days")
    assert between(a, b, "years") == int(between(a, b, "months") / 12)
    assert between(a, b, "months") == -between(b, a, "months")


@given(st.lists(st.integers(0, 100), min_size=2, max_size=6), st.integers(1, 99))
def test_a_mix_lies_between_its_parts(measured: Measured, values: list[int], weight: int) -> None:
    """A weighted mean lies between the parts, equals them where they are equal, and is their formula."""
    other = values[::-1]
    shape = {"units": str(len(values)), "figures": {"a": [str(v) for v in values], "b": [str(v) for v in other]}}
    found = measured({"x": {"mix": {"$a": f"{weight}%", "$b": f"{100 - weight}%"}}}, **shape)["x"]
    for got, a, b in zip(found, values, other, strict=True):
        assert min(a, b) <= got <= max(a, b)
        assert got == Fraction(weight * a + (100 - weight) * b, 100)

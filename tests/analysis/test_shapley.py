"""Attribution: hand-worked cases, and what must hold for any game."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from evalbook.analysis.shapley import shapley, subsets
from evalbook.exact import exact

NAMES = ("a", "b", "c", "d", "e", "f")


def test_one_cause_is_the_whole() -> None:
    """With one thing changed there is nothing to share."""
    parts = shapley(["a"], lambda changed: {"x": exact(7) if changed else exact(4)})
    assert parts == {"x": {"a": exact(3)}}


def test_three_causes_by_hand() -> None:
    """The glove game: a has a left glove, b and c a right one; a pair is worth 1. Shapley's values are 2/3, 1/6 and 1/6."""

    def pair(owners: frozenset[str]) -> dict[str, object]:
        return {"x": exact(int("a" in owners and bool(owners & {"b", "c"})))}

    found = shapley(["a", "b", "c"], pair)["x"]  # type: ignore[arg-type]
    assert found == {"a": exact("2/3"), "b": exact("1/6"), "c": exact("1/6")}


def test_a_quantity_that_some_mixture_does_not_have() -> None:
    """Where a unit has no place in some mixture its change is not shared out."""
    parts = shapley(["a", "b"], lambda changed: {"x": None if changed == {"a"} else exact(len(changed))})
    assert parts == {"x": None}


@st.composite
def games(draw: st.DrawFn) -> tuple[list[str], dict[frozenset[str], Fraction]]:
    """Up to six things, any worth for every choice of them."""
    things = list(NAMES[: draw(st.integers(1, 6))])
    return things, {chosen: draw(st.fractions(-100, 100, max_denominator=60)) for chosen in subsets(things)}


@given(games())
def test_the_parts_add_up(game: tuple[list[str], dict[frozenset[str], Fraction]]) -> None:
    """Exactly the whole difference, whatever the game."""
    things, worth = game
    parts = shapley(things, lambda changed: {"x": exact(worth[changed])})["x"]
    assert parts is not None
    assert sum(parts.values(), exact(0)) == exact(worth[frozenset(things)] - worth[frozenset()])


@given(games())
def test_what_changes_nothing_has_no_part(game: tuple[list[str], dict[frozenset[str], Fraction]]) -> None:
    """A thing that never makes a difference gets 0, and two that always make the same get the same."""
    things, worth = game
    idle = shapley([*things, "idle", "twin"], lambda changed: {"x": exact(worth[changed & set(things)])})["x"]
    assert idle is not None
    assert (idle["idle"], idle["twin"]) == (0, 0)

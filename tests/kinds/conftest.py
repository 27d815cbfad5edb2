"""What tests of measures share: the measured value of one block over a few units."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from evalbook.exact import exact
from evalbook.terms import State

Measured = Callable[..., dict[str, list[Any]]]


@pytest.fixture(scope="session")
def measured(situation: Callable[[Any], Any]) -> Measured:
    """Score blocks named in ``measures`` and give their values as fractions, or the state's word where there is none."""

    def score(measures: dict[str, Any], **shape: Any) -> dict[str, list[Any]]:
        dummy = {"value": "1"}
        tree = {"dummy": {"marks": "1", "measure": dummy, "rule": {"line": {"floor": None}}}}
        edition = {"tree": tree, "measures": measures, **shape.pop("edition", {})}
        walk = situation({"edition": edition, **shape}).evaluate().walk
        return {name: [_shown(v, s) for v, s in _rows(walk.results[name].column)] for name in measures}

    return score


def _rows(column: Any) -> Any:
    return zip(column.values, column.states, strict=True)


def _shown(value: Any, state: int) -> Any:
    return Fraction(exact(value)) if state == State.OK else State(int(state)).label

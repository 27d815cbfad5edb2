"""Names of kinds and of their fields: a mapping must never name two kinds at once."""

from __future__ import annotations

import inspect

import pytest

from evalbook.kinds.aggregates import AGGREGATES
from evalbook.kinds.base import Kind
from evalbook.kinds.fields import MEASURES
from evalbook.kinds.outcomes import OUTCOMES
from evalbook.kinds.rules import RULES

ROOMS = {"measures": MEASURES, "rules": RULES, "aggregates": AGGREGATES, "outcomes": OUTCOMES}
ALL = [pytest.param(room, name, id=f"{room}-{name}") for room, classes in ROOMS.items() for name in classes]


@pytest.mark.parametrize(("room", "name"), ALL)
def test_no_field_is_called_like_a_kind(room: str, name: str) -> None:
    """A kind is found by the one key that names it, so no other field of it may be the name of another kind of the room."""
    kind: type[Kind] = ROOMS[room][name]
    keys = {info.alias or field for field, info in kind.model_fields.items()} - {name}
    assert keys & set(ROOMS[room]) == set()


@pytest.mark.parametrize(("room", "name"), ALL)
def test_every_kind_says_what_it_is(room: str, name: str) -> None:
    """Title in Chinese and a docstring of its own with an example or its source."""
    kind: type[Kind] = ROOMS[room][name]
    text = inspect.getdoc(kind) or ""
    assert kind.title
    assert "__doc__" in vars(kind)
    assert any(word in text for word in ("Example", "Source", "``{")), f"{name}: {text}"

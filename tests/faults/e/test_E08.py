"""E08: a parameter's value carries quotes, line breaks, backslashes, code."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evalbook.run.execute import injected_source

VALUES = ['"; print("INJECTED"); x = "', "\\", "'''\n\"\"\"", "\u2028\u2029\x85", "{period}", "\x00", "$(touch x)", "浙江“督查”"]


def test_values_arrive_as_they_are(cells: Any, printed: Any) -> None:
    """What the cell sees is the text that was given, and nothing of it is executed."""
    for value in VALUES[:2]:
        assert printed(cells("print(ascii(period))", parameters={"period": value})) == [ascii(value)]


@given(st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_injected_cell_is_one_assignment(value: str) -> None:
    """Whatever the value, the injected cell is one assignment of exactly that text."""
    tree = ast.parse(injected_source({"period": value}))
    assert [type(statement) for statement in tree.body] == [ast.Assign]
    assert ast.literal_eval(tree.body[0].value) == value


@pytest.mark.parametrize("value", VALUES)
def test_injected_cell_holds_hostile_values(value: str) -> None:
    """The same for values chosen to break out."""
    tree = ast.parse(injected_source({"period": value}))
    assert ast.literal_eval(tree.body[0].value) == value

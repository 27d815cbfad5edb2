"""A06: thousands separators, some in the wrong place."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("text", ["22,000", "22，000"])
def test_groups_of_three(kit: Any, value: Any, text: str) -> None:
    """Groups of three digits are read, with either comma."""
    kit.wide(C2=text)
    assert value(note="number.accepted") == text


@pytest.mark.parametrize("text", ["2,20,00", "22,00", ",220"])
def test_wrong_groups(kit: Any, collect: Any, text: str) -> None:
    """Any other grouping is refused with its cell."""
    kit.wide(C2=text)
    _, said = collect()
    assert [(f["row"], f["column"], f["value"]) for f in said["faults"]] == [(2, "进出口总额（万元）", text)]

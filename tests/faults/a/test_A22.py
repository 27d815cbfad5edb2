"""A22: a cell shows fewer digits than it stores."""

from __future__ import annotations

from typing import Any


def test_stored_value_counts(kit: Any, value: Any) -> None:
    """12.3 is shown, 12.345678 stored: the stored value is taken, and that is noted."""
    kit.wide(C2=12.345678, formats={"C2": "0.0"})
    assert value(note="number.display") == "12.345678"


def test_scaled_display(kit: Any, refused: Any) -> None:
    """A format that divides by a thousand shows another number: refused."""
    refused(kit.wide(C2=12000, formats={"C2": "0.0,"}), "number.scaled", "缩放")

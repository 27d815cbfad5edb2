"""A02: a code is a number that only looks right through its format 000000."""

from __future__ import annotations

from typing import Any


def test_padded_number(kit: Any, refused: Any) -> None:
    """The message tells what is shown and what is stored."""
    text = refused(kit.wide(A2=10001, B2="", formats={"A2": "000000"}), "number.padded", "显示为“010001”")
    assert "存储的是“10001”" in text

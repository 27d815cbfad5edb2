"""A01: a region code loses its leading zero, or becomes a decimal."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("code", [10001, "10001", 10001.0])
def test_lost_zero(kit: Any, refused: Any, code: Any) -> None:
    """A code one digit short is refused with the full code as a question, never padded."""
    refused(kit.wide(A2=code, B2=""), "unit.unknown", "是否为“010001”")


def test_mixed_column(kit: Any, value: Any) -> None:
    """In a column that mixes texts and numbers, a text keeps its zero."""
    kit.wide(A2="010001", B2="示例新区", A3=330200)
    assert value("010001") == "1000.5"

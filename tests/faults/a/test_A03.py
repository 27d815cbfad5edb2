"""A03: a code in scientific or decimal notation."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("code", ["3.301E5", "1e5", "330100.0"])
def test_text_in_scientific_form(kit: Any, refused: Any, code: str) -> None:
    """A text that is no code is refused."""
    refused(kit.wide(A2=code, B2=""), "unit.unknown", "不在名单中")


def test_numeric_cell(kit: Any, value: Any) -> None:
    """Only a cell that holds the number 330100.0 itself is accepted, and noted."""
    kit.wide(A2=330100.0)
    assert value(note="code.number") == "1000.5"

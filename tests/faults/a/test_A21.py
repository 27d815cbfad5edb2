"""A21: error values and truth values in a column of numbers."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("error", ["#DIV/0!", "#N/A", "#REF!"])
def test_errors(kit: Any, dirty: Any, refused: Any, error: str) -> None:
    """An error value is told as it is shown."""
    refused(kit.wide(C3=dirty.F("=1/0", error)), "number.error_cell", error)


def test_truth_values(kit: Any, refused: Any) -> None:
    """TRUE is no number."""
    refused(kit.wide(C3=True), "number.boolean", "逻辑值")

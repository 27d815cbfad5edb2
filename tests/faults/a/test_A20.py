"""A20: a formula without a stored result reads as nothing."""

from __future__ import annotations

from typing import Any


def test_uncalculated(kit: Any, refused: Any) -> None:
    """A form whose formula was never calculated is refused with its cell."""
    refused(kit.form({"trade@2023": "=C5*2"}), "workbook.uncalculated", "重算并保存")


def test_our_own_formulas(kit: Any) -> None:
    """The column 比基期 is ours and nobody reads it: without results it does no harm."""
    assert kit.read(kit.form({"trade@2023": 5})).faults == []

"""A04: an identifier of 18 digits stored as a number has lost its last digits."""

from __future__ import annotations

from typing import Any


def test_eighteen_digits(kit: Any, refused: Any) -> None:
    """A number of more than 15 digits is refused: the spreadsheet has already changed it."""
    refused(kit.wide(A2=330102199001011234), "number.digits", "丢失末尾的位数")

"""A14: a row of totals is taken for a unit."""

from __future__ import annotations

from typing import Any


def test_total_reconciles(kit: Any, dirty: Any, value: Any) -> None:
    """A total that equals the sum is recognised and no unit."""
    dirty._total(kit, 2020.5)
    assert value(note="figure.total") == "1000.5"


def test_total_differs(kit: Any, dirty: Any, refused: Any) -> None:
    """Another total is refused with both sums."""
    text = refused(dirty._total(kit, 2020), "figure.total_differs", "合计为2020")
    assert "2020.5" in text

"""A05: full-width digits and per cent signs."""

from __future__ import annotations

from typing import Any

from evalbook.exact import exact


def test_full_width_number(kit: Any, value: Any) -> None:
    """１２３４ is read as 1234; the text filed is kept as it is."""
    kit.wide(C2="１２３４")
    assert value(note="number.accepted") == "１２３４"
    claim = next(c for c in kit.read(kit.folder / "汇总.xlsx").claims if c.field.quantity == "trade")
    assert claim.cell.value == 1234


def test_full_width_percent(kit: Any) -> None:
    """１２.５％ is 12.5%."""
    returned = kit.read(kit.wide(D2="１２.５％"))
    assert returned.faults == []
    assert next(c for c in returned.claims if c.field.quantity == "growth").cell.value == exact("12.5")

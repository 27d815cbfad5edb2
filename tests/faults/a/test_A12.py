"""A12: merged cells: the text stands in the first row only."""

from __future__ import annotations

from typing import Any


def test_merged_downwards(kit: Any, dirty: Any) -> None:
    """A merged cell says the same for each of its rows: as many figures out as rows in."""
    returned = kit.read(kit.wide(change=dirty._merge(1, 6, 3, 6, "是")))
    assert returned.faults == []
    assert [c.cell.value for c in returned.claims if c.field.quantity == "sound"] == [1, 1, 1]


def test_blank_below_is_not_filled(kit: Any) -> None:
    """A blank cell that is not merged stays blank."""
    returned = kit.read(kit.wide(G3="", G4=""))
    assert [c.field.unit for c in returned.claims if c.field.quantity == "sound"] == [0]


def test_merged_across(kit: Any, dirty: Any, refused: Any) -> None:
    """One figure over two columns has no reading."""
    refused(kit.wide(change=dirty._merge(2, 2, 2, 3, "900")), "cell.merged", "取消合并")

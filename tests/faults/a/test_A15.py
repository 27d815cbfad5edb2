"""A15: a name stands twice, so that a join multiplies rows."""

from __future__ import annotations

from typing import Any


def test_unit_twice(kit: Any, refused: Any) -> None:
    """The second row of a unit is refused with the number of the first."""
    refused(kit.wide(A3="330100", B3="杭州市"), "table.unit_twice", "第2行已有")


def test_roster_twice(kit: Any, collect: Any, dirty: Any) -> None:
    """A name twice in the roster is refused before anything is read."""
    path = kit.root / f"data/{dirty.SCHEME}/{dirty.PERIOD}/units.csv"
    path.write_bytes(path.read_bytes() + "330999,杭州市,\n".encode())
    kit.wide()
    code, said = collect()
    assert code == 1
    assert "名称与第2行重复" in said["error"]

"""A23: hidden rows, columns and sheets are read as data."""

from __future__ import annotations

from typing import Any


def test_hidden_sheet(kit: Any, dirty: Any, refused: Any) -> None:
    """A hidden sheet is refused by its name."""
    refused(kit.wide(change=dirty._hidden_sheet), "workbook.hidden_sheet", "隐藏")


def test_hidden_row(kit: Any, refused: Any) -> None:
    """A hidden row with content is refused."""
    refused(kit.wide(change=lambda _book, page: page.set_row(2, None, None, {"hidden": True})), "workbook.hidden_row", "取消隐藏")


def test_waived_by_name(kit: Any, collect: Any) -> None:
    """Named by the analyst, who saw it, the file is taken; the record says so."""
    path = kit.wide(change=lambda _book, page: page.set_row(2, None, None, {"hidden": True}))
    _, said = collect("--accept", path.name)
    assert said["faults"] == []
    assert said["counts"]["figures"] > 0

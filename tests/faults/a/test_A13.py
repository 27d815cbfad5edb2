"""A13: titles, notes and two-row headers around the table."""

from __future__ import annotations

from typing import Any


def test_title_and_notes(kit: Any, dirty: Any, value: Any) -> None:
    """A title, a line 单位：万元 and notes below are told apart from the table."""
    kit.wide(rows=[*dirty.TITLED, [], ["注：快报数"], ["填表人：张三"]])
    assert value(note="table.note") == "1000.5"


def test_two_row_header(kit: Any, dirty: Any) -> None:
    """2022年 and 2023年 under one merged heading are two periods of one figure."""
    returned = kit.read(kit.wide(rows=dirty.TWO_ROWS, change=dirty._two_row_header))
    assert returned.faults == []
    assert {c.field.period: c.cell.raw for c in returned.claims if (c.field.unit, c.field.quantity) == (0, "trade")} == {
        "2022": "100",
        "2023": "1000.5",
    }


def test_unknown_heading(kit: Any, refused: Any) -> None:
    """A misspelt heading is refused with the nearest name."""
    refused(kit.wide(D1="增长律（%）"), "header.unknown", "增长率")


def test_doubled_heading(kit: Any, refused: Any) -> None:
    """The same figure in two columns is refused."""
    refused(kit.wide(D1="进出口总额（万元）"), "header.twice", "保留一列")

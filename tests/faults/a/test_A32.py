"""A32: two attachments of one filing disagree."""

from __future__ import annotations

from typing import Any


def test_two_tables_disagree(kit: Any, collect: Any) -> None:
    """Two files say different things of one figure: neither is taken, both cells are told."""
    kit.wide(name="一.xlsx")
    kit.wide(name="二.xlsx", C2=1000.6)
    code, said = collect()
    assert code == 1
    (fault,) = [f for f in said["faults"] if f["code"] == "filed.disagree"]
    assert "一.xlsx “Sheet1”C2 为 1000.5万元" in fault["message"]
    assert "二.xlsx “Sheet1”C2 为 1000.6万元" in fault["message"]
    assert said["counts"]["figures"] == 14


def test_one_is_named(kit: Any, collect: Any) -> None:
    """The analyst names the file that holds."""
    kit.wide(name="一.xlsx")
    kit.wide(name="二.xlsx", C2=1000.6)
    _, said = collect("--accept", "二.xlsx")
    assert said["faults"] == []
    assert any(change["after"] == "1000.6万元" for change in said["changes"])


def test_two_forms_disagree(kit: Any, collect: Any) -> None:
    """A unit that filed twice is told with the differing cells; nothing of it is taken."""
    kit.form({"trade@2023": 1}, name="一.xlsx")
    kit.form({"trade@2023": 2}, name="二.xlsx")
    _, said = collect()
    (fault,) = [f for f in said["faults"] if f["code"] == "filed.twice"]
    assert "1万元（一.xlsx" in fault["message"]
    assert "2万元（二.xlsx" in fault["message"]
    assert said["counts"]["figures"] == 0


def test_the_same_twice(kit: Any, collect: Any) -> None:
    """Two equal forms are one filing."""
    kit.form({"trade@2023": 1}, name="一.xlsx")
    kit.form({"trade@2023": 1}, name="二.xlsx")
    _, said = collect()
    assert said["faults"] == []
    assert any(n["code"] == "filed.twice_same" for n in said["notes"])

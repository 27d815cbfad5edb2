"""A18: a unit is missing, new, renamed or merged in mid-year."""

from __future__ import annotations

from typing import Any


def test_missing_unit(kit: Any, collect: Any, dirty: Any) -> None:
    """Units of the roster that filed nothing are named."""
    kit.wide(rows=dirty.ROWS[:3])
    code, said = collect()
    assert code == 1
    named = {one["label"] for one in said["not_filed"]}
    assert "乾安县" in named
    assert not {"杭州市", "宁波市"} & named


def test_extra_unit(kit: Any, refused: Any) -> None:
    """A unit that is not in the roster is refused."""
    refused(kit.wide(A4="330300", B4="温州市"), "unit.unknown", "不在名单中")


def test_renamed_unit(kit: Any, collect: Any) -> None:
    """A former name is found by its alias; after its time it is asked which area the figure is of."""
    kit.wide(A2="", B2="旧杭县")
    _, said = collect()
    (note,) = [n for n in said["notes"] if n["code"] == "unit.renamed"]
    assert note["severity"] == "finding"
    assert "2020-06-30" in note["message"]


def test_another_ending(kit: Any, refused: Any) -> None:
    """阿坝市 for 阿坝县 may be a new unit: a question."""
    refused(kit.wide(A2="", B2="阿坝市"), "unit.unknown", "改名还是另一单位")

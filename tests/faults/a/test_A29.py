"""A29: UTF-8 bytes that also decode as GB18030."""

from __future__ import annotations

from typing import Any


def test_utf_8_is_tried_first(kit: Any) -> None:
    """The bytes of 滑县 in UTF-8 are valid GB18030 too; they are read as what they are."""
    assert "滑县".encode().decode("gb18030") != "滑县"
    returned = kit.read(kit.csv(kit.text(A2="", B2="滑县").encode("utf-8")))
    assert returned.faults == []
    assert kit.office.roster.labels[returned.claims[0].field.unit] == "滑县"


def test_roster_is_the_second_net(kit: Any, refused: Any) -> None:
    """A name that was read wrongly elsewhere is in no roster."""
    refused(kit.csv(kit.text(A2="", B2="滑县".encode().decode("gb18030"))), "unit.unknown", "名单")

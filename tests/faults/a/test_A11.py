"""A11: a unit of measure written into the cell."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(("text", "code"), [("5000 万", "number.scale"), ("5千", "number.scale"), ("百分之五", "number.in_words")])
def test_several_readings(kit: Any, refused: Any, text: str, code: str) -> None:
    """万 of what? Refused."""
    refused(kit.wide(C2=text), code, "请")


def test_one_reading(kit: Any, value: Any) -> None:
    """1.2亿元 under 万元 is 12000 (design §6); the text is kept."""
    kit.wide(C2="1.2亿元")
    assert value(note="uom.converted") == "1.2亿元"


def test_other_currency(kit: Any, refused: Any) -> None:
    """万美元 under 万元 is never converted."""
    refused(kit.wide(C1="进出口总额（万美元）"), "uom.other", "币种")

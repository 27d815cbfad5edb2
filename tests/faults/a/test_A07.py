"""A07: per cents and fractions in one column."""

from __future__ import annotations

from typing import Any


def test_mixed_column(kit: Any, refused: Any) -> None:
    """12.5% and 12.5 agree; 0.125 is asked about, with its row."""
    text = refused(kit.wide(D2="12.5%", D3=0.125, D4=12.5), "number.percent", "0.125% 还是 12.5%")
    assert "写上百分号" in text

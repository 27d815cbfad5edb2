"""A08: marks for nothing: dash, slash, 无, N/A, blank."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("mark", ["—", "－", "/", "..", "…", "无", "N/A", "None", "缺失"])
def test_marks_are_missing(kit: Any, mark: str) -> None:
    """Each mark means missing, none of them zero."""
    returned = kit.read(kit.wide(C2=mark))
    assert returned.faults == []
    (claim,) = [c for c in returned.claims if (c.field.unit, c.field.quantity) == (0, "trade")]
    assert claim.cell.value is None


def test_blank_claims_nothing(kit: Any) -> None:
    """An empty cell is no filing of a gap."""
    assert not [c for c in kit.read(kit.wide(C2="  ")).claims if (c.field.unit, c.field.quantity) == (0, "trade")]


def test_unknown_word(kit: Any, refused: Any) -> None:
    """A word that nobody declared is refused."""
    refused(kit.wide(C2="见附件"), "number.text", "留空")

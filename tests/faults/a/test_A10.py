"""A10: brackets, minus signs and dashes for negative numbers."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(("text", "code"), [("(500)", "number.brackets"), ("–5", "number.dash"), ("—5", "number.dash")])
def test_undeclared_forms(kit: Any, refused: Any, text: str, code: str) -> None:
    """Brackets and dashes may mean something else: refused."""
    refused(kit.wide(E2=text), code, "负数")


def test_mathematical_minus(kit: Any) -> None:
    """The minus sign U+2212 has one reading."""
    claim = next(c for c in kit.read(kit.wide(E2="\u22125")).claims if c.field.quantity == "rise")
    assert claim.cell.value == -5

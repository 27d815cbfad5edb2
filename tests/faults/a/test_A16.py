"""A16: blanks, wide blanks and invisible characters in names."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("name", ["韩 家 店 镇", "韩\u3000家店镇", "韩家店\u200b镇", "韩家店\u00a0镇"])
def test_blanks_do_not_matter(kit: Any, value: Any, name: str) -> None:
    """Blanks and characters that do not show leave one reading (design §6): matched, noted."""
    kit.wide(A2="", B2=name)
    assert value("210902101", note="unit.matched") == "1000.5"


def test_direction_marks(kit: Any, refused: Any) -> None:
    """A character that turns the reading around shows another name than it holds: refused."""
    refused(kit.wide(A2="", B2="韩家\u202e店镇"), "unit.unknown", "重新录入")

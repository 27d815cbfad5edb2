"""A28: rare characters outside GBK."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_rare_name_survives(kit: Any, value: Any, encoding: str) -> None:
    """𬱖村 is found in both encodings: no character is dropped."""
    kit.csv(kit.text(A2="", B2="𬱖村").encode(encoding))
    assert value("440114100201") == "1000.5"


def test_glyph_in_figures() -> None:
    """The font of the figures has the character, or the run would be refused for a missing glyph (tests/present/test_fonts.py)."""
    import evalbook.present.fonts as fonts

    folder = Path(fonts.__file__).parent
    assert any(folder.glob("*.ttf"))

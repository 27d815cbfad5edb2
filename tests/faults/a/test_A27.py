"""A27: files in GBK, GB18030, UTF-8 with a mark, UTF-16."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(("encoding", "note"), [("utf-8", ""), ("utf-8-sig", ""), ("gbk", "file.gb18030"), ("gb18030", "file.gb18030")])
def test_strict_encodings(kit: Any, value: Any, encoding: str, note: str) -> None:
    """The same table in four encodings gives the same figure; what was not UTF-8 is noted."""
    kit.csv(kit.text().encode(encoding))
    assert value(note=note) == "1000.5"


def test_utf_16(kit: Any, refused: Any) -> None:
    """UTF-16 is refused, never guessed."""
    refused(kit.csv(kit.text().encode("utf-16")), "file.utf16", "CSV UTF-8")

"""E17: control characters in a cell, over which a workbook cannot be written."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("mark", ["\x0b", "\x00", "\x1b", "\x7f"], ids=["tab", "null", "escape", "delete"])
@pytest.mark.parametrize("file", ["units", "values"])
def test_control_characters_are_refused(workshop: Any, screen: Any, mark: str, file: str) -> None:
    """Refused with file and row, before anything runs, and spelled out on the screen."""
    workshop.edit(f"data/{workshop.scheme}/{workshop.period}/{file}.csv", lambda text: text.replace("大祥区", f"大祥{mark}区", 1))
    code, text = workshop.run()
    assert code == 1
    screen(text)
    assert f"{file}.csv 第3行" in text
    assert mark not in text
    workshop.sound()

"""E07: a name with characters that turn the direction of reading or do not show."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200f"], ids=["override", "isolate", "mark"])
def test_turned_name_is_refused(workshop: Any, screen: Any, mark: str) -> None:
    """A name that shows as another one is refused with its row, and told with the character spelled out."""
    workshop.edit(f"data/{workshop.scheme}/{workshop.period}/units.csv", lambda text: text.replace("大祥区", f"大{mark}祥区"))
    code, text = workshop.run()
    assert code == 1
    screen(text)
    assert "units.csv 第3行" in text
    assert mark not in text
    assert f"\\u{ord(mark):04x}" in text
    workshop.sound()


def test_invisible_characters_do_not_make_another_unit(workshop: Any) -> None:
    """A zero-width space inside a name is taken away and noted: the unit stays the same."""
    workshop.edit(f"data/{workshop.scheme}/{workshop.period}/values.csv", lambda text: text.replace("大祥区", "大\u200b祥区", 1))
    report = workshop.perform()
    assert report.outcome == "completed", report.faults
    assert "\u200b" not in (report.folder / "tables" / "totals.csv").read_text("utf-8-sig")
    workshop.sound()

"""F12: texts that a number parser takes for "not a number" or infinity."""

from __future__ import annotations

from typing import Any

import pytest

from evalbook.exact import exact, is_number_text


@pytest.mark.parametrize("text", ["inf", "-Infinity", "1e400", "1E5", "0x10", "1_000", "１e5"])
def test_is_no_figure(workshop: Any, screen: Any, text: str) -> None:
    """Refused with its row wherever it stands, although ``float`` would read it."""
    assert not is_number_text(text)
    with pytest.raises(ValueError, match="not a plain number"):
        exact(text)
    workshop.edit(f"data/{workshop.scheme}/{workshop.period}/values.csv", lambda content: content.replace(",3015,", f",{text},", 1))
    code, shown = workshop.run()
    assert code == 1
    screen(shown)
    assert "values.csv 第2行" in shown
    workshop.sound()


@pytest.mark.parametrize("text", ["nan", "NaN"])
def test_nan_is_a_gap(workshop: Any, text: str) -> None:
    """What programs write for nothing is read as a missing figure and told as such, never as a number."""
    assert not is_number_text(text)
    workshop.edit(f"data/{workshop.scheme}/{workshop.period}/values.csv", lambda content: content.replace(",3015,", f",{text},", 1))
    code, shown = workshop.main("check", workshop.scheme, workshop.period)
    assert "values.csv 第2行" in shown, (code, shown)

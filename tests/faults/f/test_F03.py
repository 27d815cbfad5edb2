"""F03: halves are rounded to even, or up, or as the nearest float happens to lie."""

from __future__ import annotations

from typing import Any

import pytest

from evalbook.exact import exact

TEXT = """
units: [甲, 乙, 丙, 丁, 戊]
edition:
  edition: {{round: {{decimals: {decimals}, mode: {mode}}}}}
  tree: {{part: {{marks: 100, measure: {{value: $score}}, rule: {{judged: marks}}}}}}
figures: {{score: ["0.125", "84.445", "2.675", "2.665", "1.005"]}}
"""


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("half_up", ["0.13", "84.45", "2.68", "2.67", "1.01"]), ("half_even", ["0.12", "84.44", "2.68", "2.66", "1"])],
    ids=["half-up", "half-even"],
)
def test_declared_rounding(situation: Any, mode: str, expected: list[str]) -> None:
    """Each edition says how halves are rounded, and that is how: on the exact decimal, never on a float."""
    found = situation(TEXT.format(decimals=2, mode=mode)).evaluate()
    assert [found.points("part", row) for row in range(5)] == [exact(text) for text in expected]


def test_unknown_rounding_is_refused(workshop: Any, screen: Any) -> None:
    """A way of rounding that nobody knows is refused, with its line."""
    workshop.edit(f"params/{workshop.scheme}/2018.yaml", lambda text: text.replace("mode: half_up", "mode: half_down", 1))
    code, text = workshop.run()
    assert code == 1
    screen(text)
    assert "2018.yaml 第11行 edition.round.mode" in text
    workshop.sound()


def test_default_is_half_up(situation: Any) -> None:
    """An edition that is silent rounds points to two decimals, half up: the one default there is."""
    found = situation(TEXT.replace("  edition: {{round: {{decimals: {decimals}, mode: {mode}}}}}\n", "").format()).evaluate()
    assert [found.points("part", row) for row in range(5)] == [exact(text) for text in ("0.13", "84.45", "2.68", "2.67", "1.01")]

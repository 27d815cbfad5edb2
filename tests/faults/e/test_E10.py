"""E10: a parameter file carries objects that a loader would make, and so execute."""

from __future__ import annotations

from typing import Any

import pytest

TAGS = [
    "!!python/object/apply:os.system ['touch SENTINEL']",
    "!!python/object/new:subprocess.Popen [['touch', 'SENTINEL']]",
    "!!python/name:os.system",
    "!!binary aGVsbG8=",
    "&anchor [1, 2]",
]


@pytest.mark.parametrize("text", TAGS)
def test_tags_are_refused(workshop: Any, screen: Any, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """A tag or an anchor is a fault with its line; nothing is made of it."""
    monkeypatch.chdir(workshop.root)
    name = f"params/{workshop.scheme}/periods/{workshop.period}.yaml"
    workshop.edit(name, lambda content: content.replace("prepared_by: 示例科室", f"prepared_by: {text}", 1))
    code, shown = workshop.run()
    assert code == 1
    screen(shown)
    assert f"{name} 第5行" in shown
    assert list(workshop.root.rglob("SENTINEL")) == []
    workshop.sound()

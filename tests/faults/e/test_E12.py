"""E12: a key stands twice in a mapping, and the last one wins without a word."""

from __future__ import annotations

from typing import Any


def test_key_twice(workshop: Any, screen: Any) -> None:
    """Refused with both lines."""
    name = f"params/{workshop.scheme}/periods/{workshop.period}.yaml"
    workshop.edit(name, lambda content: content.replace("demo: true\n", "demo: true\nprepared_by: 另一科室\n", 1))
    code, text = workshop.run()
    assert code == 1
    screen(text)
    assert f"{name} 第7行" in text
    assert "前一处在第5行" in text
    workshop.sound()

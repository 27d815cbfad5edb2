"""B01: a cell ends the execution by itself; for papermill that is success."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("source", ["import sys\nsys.exit(0)", "exit()", "quit()", "raise SystemExit(0)"])
def test_refused_before_it_runs(workshop: Any, screen: Any, source: str) -> None:
    """A template that can end itself is no template."""
    workshop.template(source)
    code, text = workshop.run()
    assert code == 1
    screen(text)
    assert workshop.runs() == []
    assert workshop.outcomes() == ["refused"]
    workshop.sound()


def test_exit_behind_the_lint(workshop: Any, screen: Any) -> None:
    """Ended by sys.exit(0) in the middle: no report, although papermill sees none but completed cells."""
    workshop.template("import sys\nsys.exit(0)", anything=True)
    code, text = workshop.run()
    assert code == 3
    screen(text)
    assert "中途退出" in text
    assert workshop.runs() == []
    assert workshop.outcomes() == ["failed"]
    workshop.sound()

"""B02: the kernel dies (killed for memory, crashed, left without a word)."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    "source",
    ["import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "import os\nos._exit(0)", "import ctypes\nctypes.string_at(8)"],
    ids=["killed", "left", "crashed"],
)
def test_dead_kernel(workshop: Any, screen: Any, source: str) -> None:
    """A kernel that is gone fails the run at once and names the cell; nothing is published."""
    workshop.template(source, anything=True)
    code, text = workshop.run()
    assert code == 3
    screen(text)
    assert "第5个单元格" in text
    assert "内核意外退出" in text
    assert workshop.runs() == []
    assert workshop.outcomes() == ["failed"]
    workshop.sound()

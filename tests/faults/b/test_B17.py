"""B17: a shell command in the notebook fails, and the notebook goes on."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    "source", ["!exit 3", "%%bash\nexit 3", "%%script sh\nexit 3", "files = !ls", "%run x.py", "get_ipython().system('exit 3')"]
)
def test_no_shell(workshop: Any, screen: Any, source: str) -> None:
    """Commands of the shell and of IPython are refused before anything runs, with the cell."""
    workshop.template(source)
    code, text = workshop.run()
    assert code == 1
    screen(text)
    assert "第4个单元格" in text
    assert workshop.outcomes() == ["refused"]
    workshop.sound()

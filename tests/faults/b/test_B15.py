"""B15: an exception in a thread or in a task of the event loop; papermill sees a completed notebook."""

from __future__ import annotations

from typing import Any

import pytest

THREAD = "import threading\nt = threading.Thread(target=lambda: 1 / 0)\nt.start()\nt.join()"
TASK = "import asyncio\nasync def fail():\n    raise ValueError('lost')\nasyncio.get_running_loop().create_task(fail())"


@pytest.mark.parametrize("source", [THREAD, TASK], ids=["thread", "task"])
def test_template_that_starts_its_own(workshop: Any, screen: Any, source: str) -> None:
    """Threads and tasks are refused before anything runs."""
    workshop.template(source)
    code, text = workshop.run()
    assert code == 1
    screen(text)
    workshop.sound()


def test_exception_of_a_thread_behind_the_lint(workshop: Any, screen: Any) -> None:
    """What a thread dies of stands on stderr, and that keeps a notebook from being evidence."""
    workshop.template(THREAD, anything=True)
    code, text = workshop.run()
    assert code == 3
    screen(text)
    assert "警告或错误信息" in text
    assert workshop.outcomes() == ["failed"]
    workshop.sound()

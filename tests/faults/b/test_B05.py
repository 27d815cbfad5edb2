"""B05: the runner is stopped at any moment: Ctrl-C, SIGTERM, SIGKILL."""

from __future__ import annotations

import os
import random
import signal
import time
from typing import Any

import psutil
import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")
MOMENTS = random.Random(5)  # noqa: S311 - any spread of moments will do


def stop(workshop: Any, number: signal.Signals, moment: float) -> int:
    """Start a run, stop it after so many seconds; its exit code."""
    process = workshop.start()
    time.sleep(moment)
    os.kill(process.pid, number)
    process.communicate(timeout=60)
    workshop.sound(recovered=False)
    workshop.sound()
    return process.returncode


@pytest.mark.parametrize(("number", "expected"), [(signal.SIGINT, 130), (signal.SIGTERM, 130)], ids=["ctrl-c", "terminated"])
def test_stopped(workshop: Any, screen: Any, number: signal.Signals, expected: int) -> None:
    """Stopped while a cell runs: exit code 130, said in Chinese, entered as interrupted, everything cleared up at once."""
    process = workshop.in_a_cell()
    os.kill(process.pid, number)
    _, text = process.communicate(timeout=60)
    assert process.returncode == expected
    screen(text)
    assert workshop.runs() == []
    assert workshop.outcomes() == ["interrupted"]
    workshop.sound(recovered=False)
    assert not list(workshop.outputs.glob(".staging/*"))


@pytest.mark.parametrize("moment", [0.6, 1.6, 2.4])
def test_killed(workshop: Any, moment: float) -> None:
    """Killed early, in the middle, late: whatever can be seen is whole, and the next run goes through."""
    assert stop(workshop, signal.SIGKILL, moment) in (-9, 0)
    assert workshop.perform().outcome == "completed"
    workshop.sound()


def kill_many(workshop: Any, ends: Any, moment: float) -> None:
    """Kill the runner of many runs after so many seconds; server, workers, guards and kernels all end with it."""
    process = workshop.start("run", "--all", "--force", "--jobs", "2")
    time.sleep(moment)
    family = [child.pid for child in psutil.Process(process.pid).children(recursive=True)]
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    assert [pid for pid in family if not ends(pid)] == []
    workshop.sound(recovered=False)
    workshop.sound()


@pytest.mark.parametrize("moment", [3.0])
def test_many_killed(workshop: Any, ends: Any, moment: float) -> None:
    """The runner of all periods is killed: nothing it had started is left, and the next one completes what is missing."""
    kill_many(workshop, ends, moment)
    code, text = workshop.main("run", "--all")
    assert code == 0, text
    workshop.sound()


@pytest.mark.campaign
def test_many_killed_often(workshop: Any, ends: Any) -> None:
    """Thirty times, at random moments."""
    for _ in range(30):
        kill_many(workshop, ends, MOMENTS.uniform(0.05, 6.0))


@pytest.mark.campaign
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "terminated"])
def test_a_hundred_moments(workshop: Any, number: signal.Signals) -> None:
    """A hundred runs of one workbook, each stopped at a random moment: sound after every one."""
    stopped = 0
    for _ in range(100):
        code = stop(workshop, number, MOMENTS.uniform(0.05, 4.0))
        stopped += code != 0
        # Before the handler stands, SIGTERM ends the process (-15); Python turns a Ctrl-C met inside exec() into the signal (-2).
        assert code in (-9, 0, 130, -15, -2)
    assert stopped > 40, "most of them were stopped in the middle"
    assert workshop.perform().outcome == "completed"
    workshop.sound()

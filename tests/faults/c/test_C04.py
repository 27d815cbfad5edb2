"""C04: some of several writers are killed."""

from __future__ import annotations

import os
import random
import signal
import time
from typing import Any

import pytest

CHANCE = random.Random(4)  # noqa: S311 - any spread of moments will do


def rounds(publishing: Any, fork: Any, join: Any, count: int) -> int:
    """Six writers publish one run after the other; three of them would never stop, and are killed. How many were."""
    killed = 0
    for _ in range(count):

        def write(times: int) -> None:
            for _ in range(times):
                publishing.publish("甲甲")

        before = len(publishing.visible())
        started = [fork(lambda times=times: write(times)) for times in (1000, 1000, 1000, 6, 6, 6)]
        for pid in started[:3]:
            time.sleep(CHANCE.uniform(0, 0.02))
            os.kill(pid, signal.SIGKILL)
        codes = [join(pid) for pid in started]
        killed += codes.count(-signal.SIGKILL)
        assert codes[3:] == [0, 0, 0], "the others are not touched"
        assert len(publishing.sound()) - before >= 18
    return killed


def test_three_of_six(publishing: Any, fork: Any, join: Any) -> None:
    """Three rounds: what the killed ones left is finished or undone, the others' runs all land."""
    assert rounds(publishing, fork, join, 3) == 9


@pytest.mark.campaign
def test_three_of_six_often(publishing: Any, fork: Any, join: Any) -> None:
    """Thirty rounds."""
    assert rounds(publishing, fork, join, 30) == 90

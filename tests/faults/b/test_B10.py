"""B10: killed while a large file is being written."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from evalbook.run.publication import Stage

MOMENTS = random.Random(10)  # noqa: S311 - any spread of moments will do


def write_much(outputs: Path) -> None:
    """A run with a notebook of 60 MB."""
    with Stage(outputs, {"scheme": "county_trial", "period": "2019", "status": "draft"}) as stage:
        (stage.folder / "report.ipynb").write_text("报告" * 10_000_000, "utf-8")
        stage.publish("county_trial/2019", "20240101T000000Z-draft-0123abcd", {"outcome": "completed", "outputs": {}})


def kill_once(publishing: Any, fork: Any, join: Any) -> int:
    import os

    pid = fork(lambda: write_much(publishing.outputs))
    time.sleep(MOMENTS.uniform(0.0, 0.15))
    os.kill(pid, signal.SIGKILL)
    code: int = join(pid)
    for folder in publishing.outputs.glob("county_trial/2019/2*"):
        assert (folder / "report.ipynb").stat().st_size == 60_000_000
        assert (folder / "manifest.json").is_file()
    return code


def test_killed_while_writing(publishing: Any, fork: Any, join: Any) -> None:
    """Three times at random moments: nothing truncated can be seen."""
    for _ in range(3):
        kill_once(publishing, fork, join)


@pytest.mark.campaign
def test_killed_while_writing_often(publishing: Any, fork: Any, join: Any) -> None:
    """Forty times; most of them before the end."""
    assert sum(kill_once(publishing, fork, join) == -signal.SIGKILL for _ in range(40)) > 10

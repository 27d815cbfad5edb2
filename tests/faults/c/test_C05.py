"""C05: many kernels start at once; ports and descriptors run out."""

from __future__ import annotations

import os
import socket
from typing import Any

import pytest

from evalbook.run.runner import run_many
from evalbook.workbook import Workbook


def test_no_ports_at_all(cells: Any, printed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kernels use no ports, so that none can be taken: a runner that may not open one executes all the same."""
    real = socket.socket

    def without_internet(family: int = -1, *args: Any, **more: Any) -> socket.socket:
        assert family not in (socket.AF_INET, socket.AF_INET6), "no port is asked for"
        return real(family, *args, **more)

    monkeypatch.setattr(socket, "socket", without_internet)
    assert printed(cells("1 + 1")) == ["2"]


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX systems")
@pytest.mark.parametrize("few", [18, 24, 48])
def test_descriptors_run_out(workshop: Any, screen: Any, few: int) -> None:
    """A runner that may open a few files only: an instruction, where the library below would abort the process; nothing is left."""
    import resource

    code, text = workshop.call(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (few, few)))
    assert code == 3
    screen(text)
    assert "同时打开的文件太少" in text
    assert workshop.runs() == []
    workshop.sound()


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX systems")
def test_low_limit_that_may_be_raised(workshop: Any) -> None:
    """Where only the soft limit is low, it is raised and the run completes."""
    import resource

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    code, text = workshop.call(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (40, hard)))
    assert code == 0, text
    workshop.sound()


def test_only_the_start_is_tried_again(workshop: Any) -> None:
    """A warm server that is gone costs a cold start, and the cells run once."""
    report = workshop.perform(address=str(workshop.root / "nobody"))
    assert report.outcome == "completed"
    assert workshop.outcomes() == ["completed"]
    workshop.sound()


@pytest.mark.campaign
def test_sixteen_at_once(workshop: Any) -> None:
    """Sixteen workers on two processors, three rounds of all periods: every run completes."""
    book = Workbook(workshop.root)
    jobs = book.all_periods()
    for _ in range(3):
        reports = run_many(book, jobs * 8, workers=16, force=True)
        assert {report.outcome for report in reports} == {"completed"}
        workshop.sound()

"""What is made while a kernel computes."""

from __future__ import annotations

import _imp
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from evalbook.run.ahead import Ahead

ROOT = Path(__file__).resolve().parents[2]


def test_it_begins_at_once_and_is_waited_for() -> None:
    """The work has begun before anybody asks for it, and asking waits for its end."""
    begun, may_end = threading.Event(), threading.Event()

    def make() -> str:
        begun.set()
        may_end.wait(10)
        return "甲"

    ahead = Ahead(make)
    assert begun.wait(10)
    may_end.set()
    assert ahead.result() == "甲"


def test_what_went_wrong_is_raised_where_it_is_asked_for() -> None:
    """A fault of the work, a full memory included, is not lost in its thread."""

    def make() -> None:
        raise MemoryError("甲")

    with pytest.raises(MemoryError, match="甲"):
        Ahead(make).result()


def test_no_thread_begins_while_the_import_lock_is_lost() -> None:
    """An interruption can leave the import lock taken by this thread for ever; a second thread would wait for it, so there is none."""
    before = threading.active_count()
    _imp.acquire_lock()
    try:
        ahead = Ahead(lambda: threading.current_thread().name)
        assert threading.active_count() == before
        assert ahead.result() == threading.current_thread().name
    finally:
        _imp.release_lock()


def test_everything_is_imported_before_the_thread_begins() -> None:
    """The thread of a run finds every module that it needs: a fresh process imports nothing more once the work has begun."""
    script = """
import sys
from pathlib import Path
from evalbook.run.ahead import Ahead
from evalbook.run.contents import Contents
from evalbook.run.job import Job
from evalbook.run.plan import Plan

contents = Contents(Plan(Job(Path(sys.argv[1]), "zhejiang_county", "2023")), Path(), cache=Path())
Ahead(lambda: None).result()
before = set(sys.modules)
contents._make_beside()
print(sorted(set(sys.modules) - before))
"""
    done = subprocess.run([sys.executable, "-c", script, str(ROOT)], capture_output=True, check=True, encoding="utf-8")
    assert done.stdout.strip() == "[]"


def test_nobody_has_to_wait_for_it() -> None:
    """A process that is stopped ends although the work has not: its thread is a daemon."""
    may_end = threading.Event()
    before = set(threading.enumerate())
    ahead = Ahead(lambda: may_end.wait(10))
    (thread,) = set(threading.enumerate()) - before
    assert thread.daemon
    may_end.set()
    assert ahead.result()

"""What is made while a kernel computes."""

from __future__ import annotations

import gc
import threading

import pytest

from evalbook.run.ahead import Ahead, calm_collector


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


def test_nobody_has_to_wait_for_it() -> None:
    """A process that is stopped ends although the work has not: its thread is a daemon."""
    may_end = threading.Event()
    before = set(threading.enumerate())
    ahead = Ahead(lambda: may_end.wait(10))
    (thread,) = set(threading.enumerate()) - before
    assert thread.daemon
    may_end.set()
    assert ahead.result()


def test_the_collector_is_as_before() -> None:
    """Outside a run the garbage collector has the thresholds it had, whatever happened inside."""
    before, inside = gc.get_threshold(), []

    def work() -> None:
        with calm_collector():
            inside.append(gc.get_threshold())
            raise ValueError("甲")

    with pytest.raises(ValueError, match="甲"):
        work()
    assert inside != [before]
    assert gc.get_threshold() == before

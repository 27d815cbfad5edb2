"""B12: the disk answers with an input/output error; what it holds is then unknown, and trying again would hide it."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from evalbook import durable


@pytest.mark.parametrize("persistent", [False, True], ids=["once", "from then on"])
def test_error_at_every_operation_of_publishing(publishing: Any, operations: Any, disk_errors: Any, persistent: bool) -> None:
    """EIO at the 1st, 2nd, 3rd … operation: the run is wholly there or not at all, and a run that is not there was told to have failed."""
    seen = 0
    for number in range(1, 1000):
        with operations(publishing.outputs, number, disk_errors["EIO"], persistent=persistent) as done:
            try:
                publishing.publish()
                claimed = 1
            except OSError:
                claimed = 0
        before, seen = seen, len(publishing.sound())
        assert seen - before >= claimed
        if done.count < number:
            break
    assert number > 30


def test_a_failed_flush_is_not_tried_again(publishing: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """fsync fails once: publishing stops there instead of asking the disk a second time and believing it."""
    calls = []

    def fail(number: int) -> None:
        calls.append(number)
        raise OSError(errno.EIO, "injected")

    with monkeypatch.context() as patch:
        patch.setattr(durable, "flush", fail)
        with pytest.raises(OSError, match="injected"):
            publishing.publish()
    assert len(calls) == 1
    assert publishing.sound() == []


def test_told_as_an_instruction(workshop: Any, monkeypatch: pytest.MonkeyPatch, screen: Any) -> None:
    """Exit code 3 and what to check."""

    def fail(_path: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(durable, "flush", fail)
    code, text = workshop.run()
    monkeypatch.undo()
    assert code == 3
    screen(text)
    assert "Input/output error" in text
    assert workshop.runs() == []
    workshop.sound()

"""B11: files may not grow beyond a size (quota, ``ulimit -f``)."""

from __future__ import annotations

import contextlib
import os
from typing import Any

import pytest


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX systems")
def test_file_size_limit_of_the_runner(workshop: Any, screen: Any) -> None:
    """The report does not fit: exit code 3, an instruction, nothing to be seen of the run."""
    import resource

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    code, text = workshop.call(preexec_fn=limit)
    assert code == 3
    screen(text)
    assert "磁盘空间" in text
    assert workshop.runs() == []
    workshop.sound()


def test_quota_at_every_operation_of_publishing(publishing: Any, operations: Any, disk_errors: Any) -> None:
    """EDQUOT and EFBIG at the 1st, 2nd, 3rd … operation: all or nothing."""
    for error in ("EDQUOT", "EFBIG"):
        for number in range(1, 1000):
            with operations(publishing.outputs, number, disk_errors[error]) as done, contextlib.suppress(OSError):
                publishing.publish()
            publishing.sound()
            if done.count < number:
                break


def test_kernel_may_not_fill_the_disk(cells: Any) -> None:
    """A notebook that writes without end fails at the limit of a file."""
    execution = cells("open('big', 'wb').write(bytes(30 << 20))", limits={"file": 10 << 20})
    assert execution.outcome == "failed"
    assert "File too large" in execution.faults[0].value

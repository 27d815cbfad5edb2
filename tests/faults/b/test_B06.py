"""B06: the runner dies while its kernel is inside C and holds the interpreter's lock, so that the kernel cannot notice."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest


@pytest.mark.skipif(os.name != "posix", reason="guards are processes of POSIX systems")
@pytest.mark.parametrize("options", [(), ("--cold",)], ids=["warm", "cold"])
def test_kernel_does_not_outlive_its_runner(workshop: Any, options: tuple[str, ...]) -> None:
    """The guard kills it: nothing that belongs to the run is left, and the next start enters it as interrupted."""
    process = workshop.in_a_cell("run", workshop.scheme, workshop.period, *options)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    assert workshop.orphans() == []
    workshop.sound()
    assert workshop.outcomes() == ["interrupted"]

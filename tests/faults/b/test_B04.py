"""B04: a synchronous kernel manager ignores every time limit without a word."""

from __future__ import annotations

import time
from typing import Any

from jupyter_client.manager import AsyncKernelManager

from evalbook.run.manager import PinnedKernelManager


def test_manager_is_asynchronous() -> None:
    """Ours descends from the asynchronous manager, whatever jupyter_client makes the default."""
    assert issubclass(PinnedKernelManager, AsyncKernelManager)


def test_limit_counts_without_the_kernel(cells: Any) -> None:
    """A cell that cannot even be interrupted (inside C, holding the interpreter's lock) ends at its limit."""
    begun = time.monotonic()
    execution = cells("import ctypes\nctypes.PyDLL(None).sleep(600)", limits={"cell": 1.0})
    seconds = time.monotonic() - begun
    assert execution.outcome == "timeout"
    assert seconds < 20

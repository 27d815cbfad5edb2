"""H08: the notebook reaches for the network, behind the lint."""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

import pytest


def _may_cut() -> bool:
    """Whether this system lets a process of ours have a network of its own."""
    pid = os.fork() if sys.platform == "linux" else 0
    if pid == 0 and sys.platform == "linux":
        try:
            os._exit(0 if _unshared() else 1)
        finally:
            os._exit(1)
    return sys.platform == "linux" and os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def _unshared() -> bool:
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.unshare(0x40000000) == 0 or libc.unshare(0x10000000 | 0x40000000) == 0


@pytest.mark.parametrize("cold", [False, True], ids=["warm", "cold"])
@pytest.mark.skipif(not _may_cut(), reason="this system gives no process a network of its own")
def test_kernel_has_no_network(cells: Any, printed: Any, cold: bool) -> None:
    """A listener on this very machine cannot be reached, nor anything outside; the kernel itself answers as always."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        source = (
            "import socket\nfor place in (('127.0.0.1', "
            f"{port}), ('192.0.2.1', 80)):\n    try:\n        socket.create_connection(place, 2)\n        print('reached', place)\n"
            "    except OSError as error:\n        print(type(error).__name__)"
        )
        execution = cells(source, cold=cold)
    (text,) = printed(execution)
    assert "reached" not in text
    assert len(text.split()) == 2
    assert execution.network == "cut"

"""B07: what the kernel has started survives it."""

from __future__ import annotations

import os
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="guards are processes of POSIX systems")
#: A child in a session of its own, and a grandchild whose parent is gone.
START = (
    "import os, subprocess as s, sys\n"
    "a = s.Popen(['sleep', '600'], start_new_session=True).pid\n"
    "b = s.run([sys.executable, '-c', 'import subprocess as s;"
    'print(s.Popen(["sleep", "600"], start_new_session=True, stdout=s.DEVNULL, stderr=s.DEVNULL).pid)\'], capture_output=True)\n'
    "print(a, int(b.stdout), os.getpid(), flush=True)\n"
)


@pytest.mark.parametrize("end", ["", "os._exit(0)", "os.kill(os.getpid(), 9)"], ids=["completed", "left", "killed"])
@pytest.mark.parametrize("cold", [False, True], ids=["warm", "cold"])
def test_no_descendant_is_left(cells: Any, printed: Any, ends: Any, end: str, cold: bool) -> None:
    """However the kernel ends, its child, its grandchild and itself are gone with it."""
    pids = [int(word) for word in printed(cells(START, end or "1", cold=cold))[0].split()]
    assert len(pids) == 3
    assert [pid for pid in pids if not ends(pid)] == []

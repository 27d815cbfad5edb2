"""H09: other users of the machine read what kernel and runner tell each other."""

from __future__ import annotations

import json
import os
from collections.abc import Callable

import pytest

SOURCE = """
import json, os, sys, psutil
from pathlib import Path
me = psutil.Process()
file = Path(os.environ["JUPYTER_RUNTIME_DIR"]) / "kernel.json"
told = json.loads(file.read_text())
folder = Path(told["ip"]).parent
modes = [oct(p.stat().st_mode & 0o777) for p in (folder, folder.parent, file)]
print(json.dumps({"transport": told["transport"], "modes": modes, "owner": folder.stat().st_uid,
                  "ports": [c.laddr.port for c in me.net_connections("inet")]}))
"""


@pytest.mark.skipif(os.name != "posix", reason="where there are no private sockets, ports are encrypted")
def test_sockets_are_private(said: Callable[[str], str]) -> None:
    """No port at all; the sockets lie in folders that nobody else may enter."""
    found = json.loads(said(SOURCE))
    assert found["transport"] == "ipc"
    assert found["ports"] == []
    assert found["modes"][:2] == ["0o700", "0o700"]
    assert found["modes"][2] == "0o600"
    assert found["owner"] == os.getuid()

"""What the forkserver made is left alone by its workers' garbage collector."""

from __future__ import annotations

import subprocess
import sys

from evalbook.run.workers import PRELOAD


def test_the_forkserver_freezes_what_it_made_last_of_all() -> None:
    """After the last module of the preload, nothing that it made is looked at by a collection any more."""
    code = f"import gc, importlib\nfor name in {PRELOAD!r}: importlib.import_module(name)\nprint(gc.get_freeze_count() > 100_000)"

    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert said.stdout == "True\n"

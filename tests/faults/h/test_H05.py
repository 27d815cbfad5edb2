"""H05: another kernel of the same name takes the place of ours."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest


def test_no_kernel_is_looked_up(said: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kernels named python3 and evalbook that would touch a file: ours runs, in this interpreter, and the file is not there."""
    for name in ("python3", "evalbook"):
        folder = tmp_path / "kernels" / name
        folder.mkdir(parents=True)
        argv = [sys.executable, "-c", f"open({str(tmp_path / 'taken')!r}, 'w')"]
        (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": name, "language": "python"}), "utf-8")
    for variable in ("JUPYTER_PATH", "JUPYTER_DATA_DIR"):
        monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert said("import sys\nprint(sys.executable)") == sys.executable
    assert not (tmp_path / "taken").exists()

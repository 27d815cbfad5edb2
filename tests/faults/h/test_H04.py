"""H04: a start-up file of the user or of the machine changes a built-in function."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


def test_startup_files_are_not_run(said: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In IPYTHONDIR, in the home folder, by PYTHONSTARTUP, by configuration: three and three are six."""
    evil = "import builtins\nbuiltins.sum = lambda *_: 11\n"
    for folder in (tmp_path / "ipython", tmp_path / ".ipython"):
        startup = folder / "profile_default" / "startup"
        startup.mkdir(parents=True)
        (startup / "00.py").write_text(evil, "utf-8")
        (folder / "profile_default" / "ipython_kernel_config.py").write_text(f"c.InteractiveShellApp.exec_lines = [{evil!r}]", "utf-8")
    (tmp_path / "start.py").write_text(evil, "utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "start.py"))
    assert said("print(sum([3, 3]))") == "6"

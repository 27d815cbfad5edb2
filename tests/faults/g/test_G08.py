"""G08: the environment of the run is gone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from evalbook.archive import entry, replay
from evalbook.run import reproduce


def test_another_library_is_not_used_unnoticed(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where library or packages differ, the environment is rebuilt from the bag; what cannot be had is said, exit code 3."""
    monkeypatch.setattr(replay, "library_sha256", lambda: "0" * 64)
    asked: list[list[str]] = []
    monkeypatch.setattr(entry, "main", lambda arguments: asked.append(arguments) or 3)
    assert office.main("archive", "replay", office.bag(), "--wheelhouse", office.home)[0] == 3
    assert asked == [[str(office.bag()), "--wheelhouse", str(office.home)]]


def test_differences_are_explained(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Executed with what is here, equal bytes are equal bytes, and the note says that the environment was another."""
    monkeypatch.setattr(reproduce, "library_sha256", lambda: "0" * 64)
    code, text = office.main("archive", "replay", office.bag(), "--here")
    assert code == 0, text
    assert "程序与当时不同，结果完全相同" in text


def test_the_entry_program_needs_nothing(office: Any, tmp_path: Path) -> None:
    """It runs under a bare interpreter, isolated, and refuses a damaged bag and an empty wheelhouse by name."""
    bag = shutil.copytree(office.bag(), tmp_path / "bag")
    command = [sys.executable, "-I", "-S", str(bag / "data/replay.py")]
    environment = {"PATH": os.environ["PATH"]}
    shown = subprocess.run([*command, "--help"], capture_output=True, env=environment)
    assert shown.returncode == 0
    (tmp_path / "empty").mkdir()
    call = [*command[:1], "-I", str(bag / "data/replay.py"), "--wheelhouse", str(tmp_path / "empty")]
    found = subprocess.run(call, capture_output=True, env=environment)
    assert (found.returncode, "请核对 --wheelhouse" in found.stderr.decode("utf-8")) == (3, True)
    (bag / "data/run/run.json").write_text("{}", "utf-8")
    found = subprocess.run(command, capture_output=True, env=environment)
    assert (found.returncode, "data/run/run.json" in found.stderr.decode("utf-8")) == (1, True)


def test_only_the_part_of_the_lock_that_runs_need() -> None:
    """The sections for tests and extras are left out; a lock without sections is taken whole."""
    lock = "# a\n\n# [setup] a\nx==1\n\n# [run] b\ny==2 \\\n    --hash=sha256:0\n\n# [test] c\nz==3\n"
    assert entry.needed(lock) == "# [setup] a\nx==1\n\n# [run] b\ny==2 \\\n    --hash=sha256:0\n\n"
    assert entry.needed("y==2\n") == "y==2\n"


@pytest.mark.campaign
def test_rebuilt_from_the_bag_alone(office: Any, tmp_path: Path) -> None:
    """A folder with nothing but the bag and a Python: the environment of then is built and every byte comes out again."""
    bag = shutil.copytree(office.bag(), tmp_path / "bag")
    call = [sys.executable, "-I", str(bag / "data/replay.py"), "--json"]
    if wheelhouse := os.environ.get("EVALBOOK_WHEELHOUSE"):
        call += ["--wheelhouse", wheelhouse]
    found = subprocess.run(call, capture_output=True, encoding="utf-8")
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["ok"] is True

"""Without a guard the test of its row goes red: else the test would prove nothing."""

from __future__ import annotations

import contextlib
import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
GUARDS = runpy.run_path(str(HERE / "guards.py"))["GUARDS"]
#: Quick ones that run with every test run; all of them run in the campaign.
SAMPLE = ("parameter-names", "replacing")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="some of the guards are those of POSIX systems")


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Path]:
    """A copy of the library to spoil; whatever a spoilt library leaves running ends with the test."""
    library = tmp_path / "lib"
    shutil.copytree(ROOT / "lib", library, ignore=shutil.ignore_patterns("__pycache__"))
    yield library
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid != os.getpid() and str(tmp_path) in process.cwd() + "\0".join(process.cmdline()):
                process.kill()


def outcome(library: Path, test: str) -> tuple[int, str]:
    """Exit code and last words of pytest with this copy of the library: 0 green, 1 red."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml")]
    command += ["--rootdir", str(ROOT), "--basetemp", str(library.parent / "pytest"), "-o", "addopts=--import-mode=importlib"]
    path = {**os.environ, "PYTHONPATH": str(library)}
    path.pop("PYTEST_ADDOPTS", None)
    done = subprocess.run(
        [*command, str(HERE / test)], cwd=library.parent, env=path, capture_output=True, encoding="utf-8", timeout=300, check=False
    )
    return done.returncode, done.stdout[-3000:] + done.stderr[-1000:]


def red_without(guard: Any, library: Path) -> None:
    """Take the guard away and run the test of its row."""
    path = library / "evalbook" / guard.file
    text = path.read_text("utf-8")
    assert text.count(guard.old) == 1, f"{guard.file} has changed: guards.py must name the guard's line anew"
    path.write_text(text.replace(guard.old, guard.new), "utf-8")
    code, said = outcome(library, guard.test)
    assert code == 1, said
    assert " failed" in said
    assert "ImportError" not in said
    assert "SyntaxError" not in said


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLE)
def test_red_without_guard(copy: Path, name: str) -> None:
    """A sample of the guards."""
    red_without(next(guard for guard in GUARDS if guard.name == name), copy)


@pytest.mark.campaign
@pytest.mark.parametrize("guard", [g for g in GUARDS if g.name not in SAMPLE], ids=lambda guard: guard.name)
def test_red_without_each_guard(copy: Path, guard: Any) -> None:
    """The others."""
    red_without(guard, copy)


@pytest.mark.campaign
@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_green_with_all_guards(copy: Path, guard: Any) -> None:
    """The same tests pass with an untouched copy, so that it is the missing guard which turns them red."""
    code, said = outcome(copy, guard.test)
    assert code == 0, said


def test_guards_are_still_there() -> None:
    """Each line that stands for a guard is in the library, once; each test belongs to a row."""
    assert len(GUARDS) == 10
    for guard in GUARDS:
        assert (ROOT / "lib" / "evalbook" / guard.file).read_text("utf-8").count(guard.old) == 1, guard.name
        assert (HERE / guard.test.partition("::")[0]).is_file(), guard.name

"""What a manifest says of the checkout that a run came from."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from evalbook.run.identity import commit

GIT = shutil.which("git")
UNKNOWN = {"commit": None, "dirty": None}


def git(root: Path, *arguments: str) -> str:
    """Run git there, as somebody."""
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
    assert GIT is not None, "the tests need git"
    return subprocess.run([GIT, "-C", str(root), *who, *arguments], check=True, capture_output=True, text=True).stdout.strip()


def test_commit_and_whether_tracked_files_differ_are_told(tmp_path: Path) -> None:
    """The commit of a checkout, and only changes of tracked files make it a changed one; a checkout without a commit has none."""
    git(tmp_path, "init", "-q")
    (tmp_path / "参数.yaml").write_text("a: 1\n", "utf-8")
    assert commit(tmp_path) == UNKNOWN
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "x")
    head = git(tmp_path, "rev-parse", "HEAD")
    (tmp_path / "new.txt").write_text("x", "utf-8")
    assert commit(tmp_path) == {"commit": head, "dirty": False}
    (tmp_path / "参数.yaml").write_text("a: 22\n", "utf-8")
    assert commit(tmp_path) == {"commit": head, "dirty": True}


def test_a_folder_outside_a_checkout_has_no_commit(tmp_path: Path) -> None:
    """A workbook that was copied without its history runs like any other, and says that it knows no commit."""
    assert commit(tmp_path) == UNKNOWN

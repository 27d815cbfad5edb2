"""G11: a version control system changes line ends."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from evalbook.errors import Refused

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
ROOT = Path(__file__).resolve().parents[3]


def git(root: Path, *arguments: str) -> None:
    call = ["git", "-C", str(root), "-c", "user.name=x", "-c", "user.email=x@example.org", *arguments]
    subprocess.run(call, check=True, capture_output=True)


def test_not_inside_a_work_tree(office: Any, screen: Any) -> None:
    """An archive in a git work tree is refused before anything is written; elsewhere it is made."""
    git(office.root, "init", "-q")
    with pytest.raises(Refused) as refused:
        office.make(2019)
    assert [fault.code for fault in refused.value.faults] == ["archive.in_git"]
    code, text = office.main("archive", "make", "2019")
    assert code == 1
    screen(text)
    elsewhere = office.home / "归档"
    code, text = office.main("archive", "make", "2019", "--to", elsewhere)
    assert code == 0, text
    assert office.main("archive", "verify", elsewhere)[0] == 0


def test_figures_are_bytes_to_git(tmp_path: Path) -> None:
    """With the project's .gitattributes a clone that converts line ends leaves figures as they are."""
    source, clone = tmp_path / "source", tmp_path / "clone"
    source.mkdir()
    shutil.copy(ROOT / ".gitattributes", source)
    data = "单位,数值\r\n甲,1\n乙,2\r\n".encode()
    (source / "values.csv").write_bytes(data)
    git(source, "init", "-q")
    git(source, "add", "-A")
    git(source, "commit", "-qm", "a")
    for setting in ("true", "input", "false"):
        git(tmp_path, "clone", "-q", "-c", f"core.autocrlf={setting}", str(source), str(clone))
        assert (clone / "values.csv").read_bytes() == data
        shutil.rmtree(clone)

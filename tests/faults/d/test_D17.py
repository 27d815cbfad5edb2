"""D17: the history of the repository is rewritten (amend; fsck finds nothing)."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest


def git(root: Path, *arguments: str) -> str:
    call = ["git", "-C", str(root), "-c", "user.name=x", "-c", "user.email=x@example.org", *arguments]
    return subprocess.run(call, check=True, capture_output=True, encoding="utf-8").stdout.strip()


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_amended_figures(office: Any, tmp_path: Path) -> None:
    """What was archived does not come from git and does not change with it; the commit that the manifest names is gone."""
    repository = tmp_path / "repository"
    shutil.copytree(office.root, repository, ignore=shutil.ignore_patterns("archive", "outputs"))
    git(repository, "init", "-q")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "a")
    commit = git(repository, "rev-parse", "HEAD")
    values = repository / "data/county_trial/2019/values.csv"
    values.write_bytes(values.read_bytes().replace(b"1", b"2", 1))
    git(repository, "commit", "-qam", "a", "--amend")
    git(repository, "fsck", "--strict")
    assert commit not in git(repository, "log", "--format=%H")
    archived = office.bag() / "data/run/inputs/data/county_trial/2019/values.csv"
    assert archived.read_bytes() != values.read_bytes()
    manifest = json.loads((office.bag() / "data/run/manifest.json").read_text("utf-8"))
    assert any(item["name"].endswith("2019/values.csv") for item in manifest["inputs"])
    assert office.verify(anchor=office.head).faults == ()

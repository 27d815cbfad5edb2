"""A year archived here, carried to another folder and another user, who has nothing but coreutils and Python."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

NOBODY = 65534


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """A folder that everybody may enter."""
    with tempfile.TemporaryDirectory(dir="/tmp" if Path("/tmp").is_dir() else None) as place:  # noqa: S108 - a folder of its own in it
        Path(place).chmod(0o755)
        yield Path(place)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else")
def test_another_user_verifies_with_coreutils(office: Any, elsewhere: Path) -> None:
    """Every bag of the year, by sha256sum alone; and the hash of the tag manifest is the one in the chain."""
    carried = shutil.copytree(office.archive, elsewhere / "归档", ignore=shutil.ignore_patterns(".locks", ".staging"))
    script = (
        'set -e; for bag in */*/v*; do (cd "$bag"; for m in manifest tagmanifest; do sha256sum -c --quiet --strict $m-sha256.txt; done); '
    )
    script += 'grep -q "$(sha256sum < "$bag/tagmanifest-sha256.txt" | cut -c1-64)" archive.jsonl; done'
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    more: dict[str, Any] = {"cwd": carried, "env": environment, "capture_output": True, "encoding": "utf-8"}
    found = subprocess.run(["sh", "-c", script], user=NOBODY, group=NOBODY, extra_groups=[], **more)
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")
    path = next(carried.glob("*/*/v1/data/run/scores.xlsx"))
    path.write_bytes(path.read_bytes()[:-1])
    assert subprocess.run(["sh", "-c", script], user=NOBODY, group=NOBODY, extra_groups=[], **more).returncode != 0


def test_replayed_from_where_it_was_carried(office: Any, elsewhere: Path) -> None:
    """From a read-only copy under another name, far from the workbook: the same bytes, and nothing is written beside."""
    bag = shutil.copytree(office.bag("2022"), elsewhere / "v1")
    shutil.rmtree(office.root / "data")
    before = {path: path.read_bytes() for path in bag.rglob("*") if path.is_file()}
    for path in [bag, *bag.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        code, text = office.main("archive", "replay", bag, "--here")
    finally:
        for path in [bag, *bag.rglob("*")]:
            path.chmod(0o755)
    assert (code, "逐字节相同" in text) == (0, True), text
    assert {path: path.read_bytes() for path in bag.rglob("*") if path.is_file()} == before

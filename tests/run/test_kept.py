"""Periods that a worker has prepared already are prepared again as soon as anything they are read from has changed."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evalbook.run.job import Job
from evalbook.run.kept import Kept
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
SCHEME = "county_opening"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A scheme whose year reads its quarters, by itself."""
    for part in (f"params/{SCHEME}", f"data/{SCHEME}"):
        shutil.copytree(ROOT / part, tmp_path / part)
    return tmp_path


def _figure(path: Path) -> None:
    """A figure of the first quarter, in as many bytes and, where the system keeps another time beside it, with the old time of change."""
    old, times = path.read_bytes(), path.stat()
    new = old.replace(b",reported,4367,", b",reported,4368,")
    assert new != old
    path.write_bytes(new)
    if sys.platform != "win32":
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def test_what_another_period_has_read_is_not_prepared_again(project: Path) -> None:
    """The year prepares its quarters, and the job of a quarter gets just that."""
    kept = Kept()
    year = kept.prepare(Job(project, SCHEME, "2024"))
    first = kept.prepare(Job(project, SCHEME, "2024Q1"))
    assert first is year.others["2024Q1"]
    assert first.evaluation.digest() == Workbook(project).prepare(SCHEME, "2024Q1").evaluation.digest()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (f"params/{SCHEME}/periods/2024Q2.yaml", lambda path: path.write_text(path.read_text("utf-8") + "\n# 注\n", "utf-8")),
        (f"data/{SCHEME}/2024Q1/values.csv", lambda path: path.touch()),
        (f"data/{SCHEME}/2024Q1/values.csv", _figure),
        (f"data/{SCHEME}/2024Q1/SOURCE2.md", lambda path: path.write_text("新", "utf-8")),
        (f"params/{SCHEME}/periods/2025Q1.yaml", lambda path: path.write_text("schema: 1\n", "utf-8")),
    ],
)
def test_nothing_is_kept_once_a_file_changes(project: Path, name: str, change: Callable[[Path], Any]) -> None:
    """Whatever changes in the folders of the scheme, a file more included, everything is prepared anew."""
    kept = Kept()
    before = kept.prepare(Job(project, SCHEME, "2024Q1"))
    change(project / name)
    assert kept.prepare(Job(project, SCHEME, "2024Q1")) is not before


def test_another_scheme_takes_the_place(project: Path) -> None:
    """Only one scheme is kept, so that memory stays flat, and none is taken for another."""
    for part in ("params", "data"):
        shutil.copytree(project / part / SCHEME, project / part / "other")
    kept = Kept()
    first = kept.prepare(Job(project, SCHEME, "2024Q1"))
    assert kept.prepare(Job(project, "other", "2024Q1")).scheme == "other"
    assert kept.prepare(Job(project, SCHEME, "2024Q1")) is not first

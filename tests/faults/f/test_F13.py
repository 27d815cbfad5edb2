"""F13: the order in which a file system lists files, and the times inside archives."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from evalbook import durable
from evalbook.publish.xlsx import Col, Sheet, write_workbook
from evalbook.run import identity


def test_order_of_creation_does_not_matter(tmp_path: Path) -> None:
    """Files are listed by name, however they came to lie there."""
    names = ["b.csv", "a/z.csv", "甲.csv", "a.csv", "A.csv"]
    for place, order in (("one", names), ("two", names[::-1])):
        for name in order:
            (tmp_path / place / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / place / name).write_text(name, "utf-8")
    one, two = ([name for name, _ in durable.files(tmp_path / place)] for place in ("one", "two"))
    assert one == two == sorted(names)


def test_workbook_does_not_tell_when_it_was_written(workshop: Any) -> None:
    """Members of the workbook carry one constant time, and lie in one order."""
    with zipfile.ZipFile(workshop.earlier / "scores.xlsx") as archive:
        assert {member.date_time[0] for member in archive.infolist()} == {1980}
        assert len(set(archive.namelist())) == len(archive.namelist())


def test_workbook_is_the_same_tomorrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written at two different times: the same bytes."""
    import time

    for name, moment in (("one", 1_000_000_000.0), ("two", 1_700_000_000.0)):
        with monkeypatch.context() as patch:
            patch.setattr(time, "time", lambda moment=moment: moment)
            write_workbook(tmp_path / f"{name}.xlsx", [Sheet("题", "题", [Col("甲")], [["一"]])])
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_times_of_files_do_not_enter_the_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's hash depends on names and bytes: touching a file does not change it."""
    path = Path(identity.__file__)
    before = identity.library_sha256.__wrapped__()
    times = path.stat().st_atime, path.stat().st_mtime
    os.utime(path, (0, 0))
    after = identity.library_sha256.__wrapped__()
    os.utime(path, times)
    assert after == before

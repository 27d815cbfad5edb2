"""G02: an archive is packed again."""

from __future__ import annotations

from typing import Any

import pytest

from evalbook.errors import Refused


def test_refused_and_nothing_changes(office: Any, screen: Any) -> None:
    """The second making finds everything archived; not a byte of the archive changes."""
    before = {path: path.read_bytes() for path in office.archive.rglob("*") if path.is_file()}
    with pytest.raises(Refused) as refused:
        office.make(2019)
    assert [fault.code for fault in refused.value.faults] == ["archive.exists"]
    assert {path: path.read_bytes() for path in office.archive.rglob("*") if path.is_file()} == before
    code, text = office.main("archive", "make", "2019")
    assert code == 1
    screen(text)


def test_a_folder_in_the_way(office: Any) -> None:
    """A version's folder that nobody entered is not packed over, nor nested into."""
    office.sign(office.final("2019"))
    (office.bag("2019", 2) / "data").mkdir(parents=True)
    with pytest.raises(Refused) as refused:
        office.correct("2019")
    assert [fault.code for fault in refused.value.faults] == ["archive.taken"]
    assert [path.name for path in office.bag("2019", 2).iterdir()] == ["data"]

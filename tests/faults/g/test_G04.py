"""G04: names that differ only in case or in how a character is composed."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from evalbook.errors import Refused


@pytest.mark.skipif(sys.platform != "linux", reason="the file system tells them apart")
@pytest.mark.parametrize("pair", [("Notes.md", "notes.md"), ("caf\u00e9.md", "cafe\u0301.md")], ids=["case", "composition"])
def test_refused_when_packing(office: Any, pair: tuple[str, str]) -> None:
    """On another machine one of the two would be gone: nothing is archived, both names are told."""
    for name in pair:
        (office.root / "data/county_trial/2019" / name).write_text(name, "utf-8")
    office.sign(office.final("2019"))
    with pytest.raises(Refused) as refused:
        office.correct("2019")
    assert {fault.code for fault in refused.value.faults} == {"tree.twins"}
    assert not office.bag("2019", 2).exists()
    assert not list(office.archive.glob(".staging/*"))


@pytest.mark.skipif(sys.platform != "linux", reason="the file system tells them apart")
def test_found_in_a_bag(office: Any, archiving: Any) -> None:
    """Two such files in a bag, listed properly, are told."""
    path = office.bag() / "data/run/tables/Totals.csv"
    path.write_bytes(b"x")
    archiving.rehash(office.bag())
    assert "tree.twins" in office.bag_codes(office.bag())

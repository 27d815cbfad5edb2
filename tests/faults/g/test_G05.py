"""G05: a bit of the stored archive flips."""

from __future__ import annotations

import shutil
from typing import Any


def test_found_and_mended_from_the_second_copy(office: Any) -> None:
    """The check names the file; with the same file of a second copy everything is sound again."""
    copy = office.home / "second"
    shutil.copytree(office.archive, copy)
    path = office.bag("2022") / "data/run/scores.xlsx"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(bytes(data))
    (fault,) = office.verify().faults
    assert (fault.code, fault.file) == ("bag.changed", "county_trial/2022/v1/data/run/scores.xlsx")
    shutil.copyfile(copy / fault.file, office.archive / fault.file)
    assert office.verify(anchor=office.head).faults == ()


def test_the_check_is_recorded_when_asked(office: Any) -> None:
    """A fixity check can be entered in the chained log of checks; without asking, nothing is written anywhere."""
    from evalbook import ledger

    before = sorted(office.home.rglob("*"))
    assert office.main("archive", "verify")[0] == 0
    assert sorted(office.home.rglob("*")) == before
    assert office.main("archive", "verify", "--record")[0] == 0
    (line,) = ledger.entries(office.outputs, name="checks.jsonl")
    assert (line["kind"], line["ok"], line["head"]) == ("verify", True, office.head)

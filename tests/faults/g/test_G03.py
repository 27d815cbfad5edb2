"""G03: file names that an archive cannot hold."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from evalbook.archive.names import is_safe

ODD = ["a%0Ab.md", "说明（终稿）.md", "con.md", "a b.md", "-x.md", "x..md", "é.md"]
if os.name != "nt":
    ODD += ["a\nb.md", "a\\b.md", 'a"b.md', "ab:c.md"]


def test_odd_names_travel_in_a_table(office: Any) -> None:
    """In the bag every name is safe; the table of names gives the old ones back, and the run inside is the run that was signed."""
    folder = office.root / "data/county_trial/2019"
    for name in ODD:
        (folder / name).write_text(name, "utf-8")
    office.sign(office.final("2019"))
    office.correct("2019")
    bag = office.bag("2019", 2)
    assert office.verify().faults == ()
    assert [path for path in bag.rglob("*") if not is_safe(path.relative_to(bag).as_posix())] == []
    names = json.loads((bag / "data/names.json").read_text("utf-8"))
    assert {(bag / "data" / safe).read_text("utf-8"): old.rpartition("/")[2] for safe, old in names.items()} == {
        name: name for name in ODD if not is_safe(name)
    }


@pytest.mark.parametrize("name", ["a%0Ab", "新.txt", "con", "a.", "a b"])
def test_put_into_a_bag(office: Any, name: str) -> None:
    """Such a name in a bag is told, listed or not."""
    (office.bag() / "data" / name).write_text("x", "utf-8")
    assert "bag.name" in office.codes()

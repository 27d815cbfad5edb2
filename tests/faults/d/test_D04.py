"""D04: an unlisted file or folder lies in the archive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize(
    "name", ["meta/x.txt", "x.txt", "data/x.txt", "data/run/x.csv", "data/run/tables/x.csv", "data/run/Tables/totals.csv"]
)
def test_an_unlisted_file(office: Any, name: str) -> None:
    """Wherever in the bag it lies, it is named."""
    path = office.bag() / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x", "utf-8")
    assert f"county_trial/2019/v1/{name}" in {fault.file for fault in office.verify().faults if fault.code == "bag.unlisted"}


def test_an_empty_folder(office: Any) -> None:
    """A folder in which nothing lies was not archived either."""
    (office.bag() / "data/run/leer").mkdir()
    assert office.codes() == {"bag.unlisted"}


@pytest.mark.parametrize("name", ["x.txt", "county_trial/x.txt", "county_trial/2019/x.txt"])
def test_beside_the_bags(office: Any, name: str) -> None:
    """What lies between the bags is told too."""
    Path(office.archive, name).write_text("x", "utf-8")
    assert office.codes() == {"archive.stray"}


def test_a_bag_that_nobody_entered(office: Any, archiving: Any) -> None:
    """A whole version that the chain does not know."""
    archiving.copied(office.bag(), office.bag("2019", 2))
    assert "archive.not_entered" in office.codes()

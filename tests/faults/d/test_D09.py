"""D09: a valid archive of another year is shown as this one."""

from __future__ import annotations

import shutil
from typing import Any


def test_years_swapped(office: Any, screen: Any) -> None:
    """Each is whole and not the bag of its place."""
    aside = office.home / "aside"
    office.bag("2019").rename(aside)
    office.bag("2022").rename(office.bag("2019"))
    aside.rename(office.bag("2022"))
    assert office.codes() == {"archive.other_bag", "archive.place"}
    code, text = office.main("archive", "verify")
    assert code == 1
    screen(text)


def test_relabelled(office: Any, archiving: Any) -> None:
    """With its description and the chain written anew it still holds a run of another period, and that is what was signed."""
    shutil.rmtree(office.bag("2022"))
    shutil.copytree(office.bag("2019"), office.bag("2022"))
    for label, value in (("External-Identifier", "county_trial/2022/v1"), ("Evalbook-Period", "2022")):
        archiving.set_info(office.bag("2022"), label, value)
    office.reseal()
    assert "content.identity" in office.codes()


def test_the_run_relabelled_too(office: Any, archiving: Any) -> None:
    """Where its manifest says the other period as well, no signature is for it."""
    bag = office.bag("2019")
    office.edit(bag / "data/run/manifest.json", lambda text: text.replace('"period": "2019"', '"period": "2022"'))
    archiving.rehash(bag)
    assert "signoff.other_run" in office.bag_codes(bag)

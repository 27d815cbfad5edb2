"""D05: the archive's description is changed."""

from __future__ import annotations

from typing import Any

import pytest


def test_after_removing_the_tag_manifests(office: Any) -> None:
    """Valid for BagIt; here the tag manifests are not optional."""
    bag = office.bag()
    for path in bag.glob("tagmanifest-*"):
        path.unlink()
    office.edit(bag / "bag-info.txt", lambda text: text.replace("2026", "2016", 1))
    assert {"bag.no_manifest", "archive.other_bag"} <= office.codes()


@pytest.mark.parametrize("label", ["Bagging-Date", "External-Description", "Evalbook-Signed-By"])
def test_with_the_tag_manifests(office: Any, archiving: Any, label: str) -> None:
    """Written anew with its tag manifests, it is not the bag that was entered."""
    archiving.set_info(office.bag(), label, "x")
    assert office.codes() == {"archive.other_bag"}


@pytest.mark.parametrize("label", ["External-Identifier", "Evalbook-Scheme", "Evalbook-Period", "Evalbook-Version", "Evalbook-Run-SHA256"])
def test_what_the_run_says_itself(office: Any, archiving: Any, label: str) -> None:
    """What the description says of the run is held against the run, also in a bag by itself."""
    archiving.set_info(office.bag(), label, "9")
    assert "content.identity" in office.bag_codes(office.bag())

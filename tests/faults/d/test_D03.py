"""D03: manifests are cut down to a weaker algorithm."""

from __future__ import annotations

from typing import Any


def test_md5_only(office: Any, archiving: Any) -> None:
    """A bag with nothing but md5 manifests, valid for BagIt, lacks all four of ours."""
    bag = office.bag()
    for path in [*bag.glob("manifest-*"), *bag.glob("tagmanifest-*")]:
        path.unlink()
    archiving.rehash(bag, ("md5",))
    found = [fault for fault in office.verify().faults if fault.code == "bag.no_manifest"]
    assert len(found) == 4


def test_each_manifest_is_needed(office: Any) -> None:
    """Any one of the four missing is told by name, also the tag manifests that BagIt does not ask for."""
    bag = office.bag()
    for name in ("manifest-sha256.txt", "manifest-sha512.txt", "tagmanifest-sha256.txt", "tagmanifest-sha512.txt"):
        kept = (bag / name).read_bytes()
        (bag / name).unlink()
        assert f"county_trial/2019/v1/{name}" in {f.file for f in office.verify().faults if f.code == "bag.no_manifest"}
        (bag / name).write_bytes(kept)


def test_a_weaker_one_besides(office: Any, archiving: Any) -> None:
    """An md5 manifest beside ours is no file of our bags."""
    archiving.rehash(office.bag(), ("sha256", "sha512", "md5"))
    assert {"bag.tag_file", "bag.unlisted"} & office.bag_codes(office.bag())

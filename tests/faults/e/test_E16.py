"""E16: the list of a run's files names paths outside the run."""

from __future__ import annotations

import json
from typing import Any

import pytest

from evalbook.publish.index import write_index


def test_manifest_with_paths_elsewhere(workshop: Any, screen: Any) -> None:
    """Reproducing a run whose manifest was written by hand: nothing outside is read into it or written, exit code 1."""
    secret = workshop.root.parent / "secret"
    secret.write_text("geheim", "utf-8")
    path = workshop.earlier / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["outputs"] |= {"../../../../../secret": "0" * 64, "inputs/../../../../../../secret": "0" * 64, "/etc/passwd": "0" * 64}
    path.write_text(json.dumps(manifest), "utf-8")
    code, text = workshop.main("reproduce", str(workshop.earlier))
    assert code == 1
    screen(text)
    assert "geheim" not in text
    assert "运行清单与台账登记的不符" in text


def test_index_of_a_foreign_manifest(workshop: Any) -> None:
    """A manifest that names another scheme and folder makes no page outside its own."""
    path = workshop.earlier / "manifest.json"
    manifest = json.loads(path.read_text("utf-8")) | {"scheme": "../../evil", "title": "<script>alert(1)</script>"}
    path.write_text(json.dumps(manifest), "utf-8")
    written = write_index(workshop.outputs)
    assert all(page.resolve().is_relative_to(workshop.outputs.resolve()) for page in written)
    assert not (workshop.root.parent / "evil").exists()
    assert "<script>" not in (workshop.outputs / "index.html").read_text("utf-8")


@pytest.mark.parametrize("path", ["data/../../evil", "../evil", "/etc/passwd", "data/run/../../../evil", "C:/evil", "~/evil", "data\\evil"])
def test_manifest_of_a_bag(office: Any, archiving: Any, path: str) -> None:
    """A bag's manifest that lists a path outside is told, and that path is not read."""
    for name in ("sha256", "sha512"):
        manifest = office.bag() / f"manifest-{name}.txt"
        manifest.write_text(manifest.read_text("utf-8") + "0" * {"sha256": 64, "sha512": 128}[name] + f"  {path}\n", "utf-8")
    archiving.retag(office.bag())
    codes = office.bag_codes(office.bag())
    assert "bag.path" in codes
    assert "bag.changed" not in codes


@pytest.mark.parametrize("address", ["file:///etc/passwd", "https://example.org/x", "../../evil"])
def test_fetch(office: Any, archiving: Any, address: str) -> None:
    """A bag of ours is whole: a list of what to fetch elsewhere is refused, listed in the tag manifest or not."""
    (office.bag() / "fetch.txt").write_text(f"{address} 3 data/x\n", "utf-8")
    assert "bag.fetch" in office.bag_codes(office.bag())
    archiving.retag(office.bag())
    assert "bag.fetch" in office.bag_codes(office.bag())

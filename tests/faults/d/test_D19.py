"""D19: a link in the archive points outside."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from evalbook.errors import Refused

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")


@pytest.mark.parametrize("name", ["tables/link.csv", "link", "inputs/folder"])
def test_refused_before_anything_is_packed(office: Any, name: str) -> None:
    """A link in a run folder, to a file or a folder: neither signed nor archived, and nothing is written."""
    run = office.run("2019")
    (run / name).symlink_to("/etc" if "folder" in name else "/etc/passwd")
    before = sorted(office.archive.rglob("*"))
    with pytest.raises(Refused) as refused:
        office.make(2019)
    assert "tree.link" in {fault.code for fault in refused.value.faults}
    assert sorted(office.archive.rglob("*")) == before


@pytest.mark.parametrize("target", ["/etc/passwd", "/etc", "nowhere", "report.html"])
def test_found_in_a_bag(office: Any, target: str) -> None:
    """Verification does not follow it and names it, wherever it points."""
    (office.bag() / "data/run/link").symlink_to(target)
    assert [fault.file for fault in office.verify().faults if fault.code == "tree.link"] == ["county_trial/2019/v1/data/run/link"]


def test_a_file_put_in_its_place(office: Any, tmp_path: Path) -> None:
    """A listed file exchanged for a link to the same bytes is a link."""
    path = office.bag() / "data/run/report.html"
    path.rename(tmp_path / "report.html")
    path.symlink_to(tmp_path / "report.html")
    assert "tree.link" in office.codes()


def test_a_bag_that_is_a_link(office: Any, tmp_path: Path) -> None:
    """The bag itself must lie in the archive."""
    office.bag().rename(tmp_path / "v1")
    office.bag().symlink_to(tmp_path / "v1")
    assert "archive.stray" in office.codes()

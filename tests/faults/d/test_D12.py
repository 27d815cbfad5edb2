"""D12: only the page is changed."""

from __future__ import annotations

from typing import Any

import nbformat

from evalbook.publish.html import render
from evalbook.publish.report import page_info
from evalbook.workbook import open_run


def test_the_page_is_what_the_notebook_gives(office: Any, archiving: Any, monkeypatch: Any) -> None:
    """The archived notebook rendered again is the archived page, byte for byte, so that an edited page shows."""
    data = office.bag() / "data/run"
    monkeypatch.chdir(data)
    run = open_run("county_trial", "2019", "run.json", archiving.sha256(data / "run.json"))
    page = render(nbformat.read(data / "report.ipynb", as_version=4), page=page_info(run))
    assert page.encode("utf-8") == (data / "report.html").read_bytes()


def test_an_edited_page(office: Any) -> None:
    """Its hash is not the one of the manifest, of the bag, of what was signed."""
    office.edit(office.bag() / "data/run/report.html", lambda text: text.replace("2019", "2018", 1))
    assert office.codes() == {"bag.changed"}
    office.edit(office.bag() / "data/run/report.html", lambda text: text.replace("2018", "2019", 1))
    office.replace_run("2019", "report.html", lambda text: text.replace("2019", "2018", 1))
    assert {"archive.other_bag", "signoff.other_run"} <= office.codes()

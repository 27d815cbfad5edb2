"""E13: names that become paths lead out of the folder, are too long, or are names that a system reserves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evalbook import durable
from evalbook.publish.html import PageInfo
from evalbook.publish.unit_pages import unit_pages

HOSTILE = ["../../x", "/etc/passwd", "..", ".", "CON", "nul.html", 'a/b\\c:d*e?f"g<h>|', "长" * 300, "", " ", "甲\n乙", "\x1b[2J", "甲."]


@pytest.mark.parametrize("name", ["../x", "/etc", "..", "county_trial/../../x", "\x1b[2J", "长" * 300, ""])
@pytest.mark.parametrize("place", ["scheme", "period"])
def test_request_for_a_path(workshop: Any, screen: Any, name: str, place: str) -> None:
    """A scheme or period that is a path is an unknown name: exit code 2, nothing is read or written elsewhere."""
    before = sorted(path for path in workshop.root.parent.rglob("*"))
    arguments = {"scheme": workshop.scheme, "period": workshop.period, place: name}
    code, text = workshop.main("run", arguments["scheme"], arguments["period"])
    assert code == 2
    screen(text)
    assert "\x1b" not in text
    assert [path for path in workshop.root.parent.rglob("*") if path not in before and "index" not in path.name] == []
    workshop.sound()


def test_units_with_hostile_names(tmp_path: Path) -> None:
    """Pages of units are named by number and by what of the name any system accepts; all of them stay in their folder."""
    paths = unit_pages(dict.fromkeys(HOSTILE, "<p>1</p>"), PageInfo(title="题"), tmp_path / "run" / "units")
    assert len({path.name.casefold() for path in paths}) == len(HOSTILE) + 1
    assert {path.parent for path in paths} == {tmp_path / "run" / "units"}
    assert sorted(name for name, _ in durable.files(tmp_path)) == sorted(path.relative_to(tmp_path).as_posix() for path in paths)
    for path in paths:
        assert len(path.name.encode("utf-8")) < 255
        assert not set(path.name) & set('<>:"/\\|?*\n\x1b')


def test_long_and_odd_unit_names_in_a_run(workshop: Any) -> None:
    """A name of three hundred characters and one that is a path do not keep a run from landing whole."""
    for name, odd in (("大祥区", "长" * 300), ("双清区", "../../双清")):
        for file in ("units", "values"):
            workshop.edit(f"data/{workshop.scheme}/{workshop.period}/{file}.csv", lambda text, name=name, odd=odd: text.replace(name, odd))
    report = workshop.perform()
    assert report.outcome == "completed", report.faults
    assert [path.name for path in workshop.root.parent.iterdir()] == [workshop.root.name]
    workshop.sound()

"""C01: two analysts run the same scheme and period at the same time."""

from __future__ import annotations

from typing import Any

import pytest

from evalbook import ledger


def test_both_land(workshop: Any) -> None:
    """Each run has a folder of its own: both are published and entered, with the same bytes; neither replaces anything."""
    started = [workshop.start() for _ in range(2)]
    for process in started:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, out + err
    first, second = (workshop.outputs / workshop.scheme / workshop.period / name for name in workshop.runs())
    assert (first / "report.html").read_bytes() == (second / "report.html").read_bytes()
    assert workshop.outcomes() == ["completed", "completed"]
    workshop.sound()


@pytest.mark.campaign
def test_both_land_at_any_distance(workshop: Any) -> None:
    """Fifteen rounds of three processes."""
    for number in range(1, 16):
        started = [workshop.start() for _ in range(3)]
        assert [process.wait(timeout=120) for process in started] == [0, 0, 0]
        for process in started:
            process.communicate()
        assert len(workshop.runs()) == 3 * number
        workshop.sound()


def test_names_within_one_second(publishing: Any) -> None:
    """Runs that would have the same name land beside each other."""
    names = [publishing.publish(text * 2, name="20240101T000000Z-draft-0123abcd").name for text in "甲乙丙"]
    assert names == ["20240101T000000Z-draft-0123abcd", "20240101T000000Z-draft-0123abcd-2", "20240101T000000Z-draft-0123abcd-3"]
    assert publishing.sound() == sorted(names)
    assert [entry["n"] for entry in ledger.entries(publishing.outputs)] == [1, 2, 3]

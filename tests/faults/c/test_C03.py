"""C03: eight writers race for one name."""

from __future__ import annotations

from typing import Any

import pytest

NAME = "20240101T000000Z-draft-0123abcd"


def race(publishing: Any, fork: Any, join: Any, rounds: int) -> None:
    for number in range(1, rounds + 1):
        started = [fork(lambda text=text: publishing.publish(text * 2, name=NAME)) for text in "甲乙丙丁戊己庚辛"]
        assert [join(pid) for pid in started] == [0] * 8
        names = publishing.sound()
        assert len(names) == 8 * number, "nobody replaced anybody"
        texts = sorted((publishing.outputs / "county_trial" / "2019" / name / "report.html").read_text("utf-8")[0] for name in names)
        assert texts == sorted("甲乙丙丁戊己庚辛" * number)


def test_eight_writers(publishing: Any, fork: Any, join: Any) -> None:
    """All eight land, each in a folder of its own, none mixed with another; twice."""
    race(publishing, fork, join, 2)


@pytest.mark.campaign
def test_eight_writers_often(publishing: Any, fork: Any, join: Any) -> None:
    """Fifteen rounds."""
    race(publishing, fork, join, 15)

"""C10: two corrections of one period at once."""

from __future__ import annotations

from typing import Any

import pytest

from evalbook.errors import Refused


@pytest.fixture
def revised(office: Any) -> Any:
    """The office with another final run of 2019, signed."""
    office.sign(office.final("2019"))
    return office


def test_the_second_must_cite_the_first(revised: Any) -> None:
    """Who corrects what is no longer the newest version is told which is, and since when."""
    revised.correct("2019")
    revised.sign(revised.final("2019"))
    with pytest.raises(Refused) as refused:
        revised.correct("2019", supersedes=1)
    assert [fault.code for fault in refused.value.faults] == ["archive.not_latest"]
    assert "最新是 v2" in str(refused.value)
    revised.correct("2019", supersedes=2)
    assert revised.verify().faults == ()


def test_at_the_same_moment(revised: Any, fork: Any, join: Any) -> None:
    """Of six at once one makes version 2, the others are refused; nothing is mixed."""

    def attempt() -> None:
        try:
            revised.correct("2019")
        except Refused:
            raise OSError from None

    assert sorted(join(pid) for pid in [fork(attempt) for _ in range(6)]) == [0, 1, 1, 1, 1, 1]
    found = revised.verify()
    assert found.faults == ()
    assert found.bags == 3

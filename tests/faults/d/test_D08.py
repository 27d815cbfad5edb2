"""D08: the whole chain is written anew after an edit."""

from __future__ import annotations

from typing import Any


def test_found_through_the_printed_head(office: Any, archiving: Any) -> None:
    """Chain and bags agree with one another again; the head that was printed is not on it."""
    printed = office.head
    archiving.set_info(office.bag(), "External-Description", "另一个题目")
    office.reseal()
    assert office.verify().faults == ()
    assert office.codes(anchor=printed) == {"archive.rolled_back"}
    assert office.main("archive", "verify", "--head", printed)[0] == 1


def test_lines_left_out(office: Any) -> None:
    """A year left out of the new chain lies in the archive and is entered nowhere."""
    office.reseal(lambda lines: lines.pop())
    assert office.codes() == {"archive.not_entered"}


def test_versions_that_do_not_follow(office: Any) -> None:
    """A first version that claims to supersede one."""
    office.reseal(lambda lines: lines[0].update(supersedes=1))
    assert office.codes() == {"archive.versions"}

"""D07: the newest year is removed, and its lines of the chain with it (rollback)."""

from __future__ import annotations

import shutil
from typing import Any


def test_found_through_the_printed_head(office: Any, screen: Any) -> None:
    """Without an anchor a shorter archive is a sound one, and the command says so; against the printed head it is not."""
    printed = office.head
    shutil.rmtree(office.archive / "county_trial/2022")
    path = office.archive / "archive.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    assert office.verify().faults == ()
    code, text = office.main("archive", "verify")
    assert (code, "须与纸面上的归档摘要对照" in text) == (0, True)
    assert office.codes(anchor=printed) == {"archive.rolled_back"}
    code, text = office.main("archive", "verify", "--head", printed)
    assert code == 1
    screen(text)


def test_removed_without_its_line(office: Any) -> None:
    """A bag that the chain knows and that is gone is told with the day on which it was entered."""
    shutil.rmtree(office.bag("2022"))
    (fault,) = office.verify().faults
    assert (fault.code, fault.file) == ("archive.missing_bag", "county_trial/2022/v1")


def test_older_heads_still_anchor(office: Any, archiving: Any) -> None:
    """A head printed last year lies on the chain of today."""
    first = archiving.json.loads((office.archive / "archive.jsonl").read_text("utf-8").splitlines()[0])["hash"]
    assert office.verify(anchor=first).faults == ()

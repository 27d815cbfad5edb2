"""G01: killed, or out of disk, while an archive is packed."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evalbook.errors import Refused

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks")


@pytest.fixture
def unarchived(archiving: Any, archived: Path) -> Iterator[Any]:
    """The office with 2019 taken out of its archive again; in memory, where flushes cost nothing."""
    memory = Path("/dev/shm")  # noqa: S108 - a private folder is made in it
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        office = archiving.copied(archived, Path(folder) / "office")
        shutil.rmtree(office.archive)
        yield office


def operations_of(unarchived: Any, operations: Any) -> int:
    """How many operations on files one making takes."""
    with operations(unarchived.archive, -1, lambda: None) as counted:
        unarchived.make(2019)
    shutil.rmtree(unarchived.archive)
    return int(counted.count)


def stopped_at(unarchived: Any, operations: Any, fork: Any, join: Any, number: int, act: Any, code: set[int]) -> None:
    """Stop a making at one operation: nothing or all of the bag is there, and the next making ends it."""

    def attempt() -> None:
        with operations(unarchived.archive, number, act):
            unarchived.make(2019)

    assert join(fork(attempt)) in code, number
    visible = sorted(path.name for path in unarchived.archive.glob("county_trial/2019/*"))
    assert visible in ([], ["v1"])
    if visible:
        assert {fault.code for fault in unarchived.verify().faults} <= {"archive.not_entered", "archive.no_chain", "archive.chain_torn"}
    with contextlib.suppress(Refused):  # it came to its end, or recovery ended it
        unarchived.make(2019)
    found = unarchived.verify()
    assert found.faults == (), number
    assert found.bags == 1
    assert not list(unarchived.archive.glob(".staging/*")), number
    shutil.rmtree(unarchived.archive)


def some(count: int, step: int) -> list[int]:
    """Places spread over all operations, the last ones (rename, chain) all of them."""
    return sorted({*range(1, count + 1, step), *range(max(1, count - 9), count + 1)})


def test_killed(unarchived: Any, operations: Any, fork: Any, join: Any, kill_here: Any) -> None:
    """At places spread over the whole making."""
    for number in some(operations_of(unarchived, operations), 40):
        stopped_at(unarchived, operations, fork, join, number, kill_here, {-9, 0})


def test_disk_full(unarchived: Any, operations: Any, fork: Any, join: Any, disk_errors: Any) -> None:
    """A disk that is full, or breaks, at one operation."""
    for number in some(operations_of(unarchived, operations), 60):
        stopped_at(unarchived, operations, fork, join, number, disk_errors["ENOSPC"], {0, 1})


@pytest.mark.campaign
@pytest.mark.parametrize("cause", ["kill", "ENOSPC", "EIO"])
def test_at_every_operation(unarchived: Any, operations: Any, fork: Any, join: Any, kill_here: Any, disk_errors: Any, cause: str) -> None:
    """At each single one."""
    act = kill_here if cause == "kill" else disk_errors[cause]
    for number in range(1, operations_of(unarchived, operations) + 1):
        stopped_at(unarchived, operations, fork, join, number, act, {-9, 0, 1})


def test_the_run_folder_is_left_alone(office: Any) -> None:
    """A bag is made of copies: the run is afterwards as it was, byte for byte."""
    run = office.run("2019")
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    shutil.rmtree(office.archive)
    office.make(2019)
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before

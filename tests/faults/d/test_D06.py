"""D06: bits flip in the archive and its chain, at random."""

from __future__ import annotations

import random
from typing import Any

import pytest

from evalbook import ledger


def flips(office: Any, count: int) -> list[str]:
    """Flip single bits, one after the other, each anywhere in the archive; those that verification did not notice."""
    chance = random.Random(20261128)  # noqa: S311 - the same places in every run
    files = sorted(path for path in office.archive.rglob("*") if path.is_file() and ".locks" not in path.parts)
    missed = []
    for _ in range(count):
        # Small files as often as large ones: most of the danger is in the small.
        path = chance.choice(files)
        data = path.read_bytes()
        place, bit = chance.randrange(len(data)), 1 << chance.randrange(8)
        path.write_bytes(data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :])
        if office.verify().sound:
            missed.append(f"{path.name} {place} {bit}")
        path.write_bytes(data)
    return missed


def test_random_flips(office: Any) -> None:
    """Each of thirty is found."""
    assert flips(office, 30) == []


@pytest.mark.campaign
def test_four_hundred_flips(office: Any) -> None:
    """Each of four hundred is found."""
    assert flips(office, 400) == []


def test_every_byte_of_a_line_of_the_chain(office: Any) -> None:
    """Whichever byte of the chain changes, the chain does not hold, and the row is told."""
    path = office.archive / "archive.jsonl"
    data = path.read_bytes()
    for place in range(0, len(data), 3):
        path.write_bytes(data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :])
        assert [fault.row for fault in ledger.verify(office.archive, name="archive.jsonl")], place
    path.write_bytes(data)
    assert office.verify().faults == ()

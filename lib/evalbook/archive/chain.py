"""The chain of the archive: one line per bag, each carrying the hash of the one before; its head is what paper and file cross-check.

``archive.jsonl`` is of the make of the ledger. The head stands on the public list, is signed, time-stamped or noted elsewhere: then
removing the newest bags or writing the whole chain anew shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import ledger
from .policy import read_policy

__all__ = ["CHAIN", "Entry", "archive_folder", "entries", "head", "latest"]

CHAIN = "archive.jsonl"


@dataclass(frozen=True)
class Entry:
    """A bag as the chain knows it. ``bag_sha256`` is the hash of its ``tagmanifest-sha256.txt``; ``line`` is what is written."""

    scheme: str
    period: str
    version: int
    bag_sha256: str
    run_sha256: str
    entered: str
    previous: str
    hash: str
    line: dict[str, Any]

    @property
    def folder(self) -> str:
        """Where the bag lies, relative to the archive."""
        return f"{self.scheme}/{self.period}/v{self.version}"


def archive_folder(root: Path, given: Path | None = None) -> Path:
    """The archive of a workbook: the folder given, or the one its policy names."""
    return given.resolve() if given is not None else (root / read_policy(root).archive).resolve()


def entries(archive: Path) -> Iterator[Entry]:
    """The bags that were entered, oldest first; lines that are none are left to :func:`evalbook.ledger.verify`."""
    for line in ledger.entries(archive, name=CHAIN):
        texts = [line.get(name) for name in ("scheme", "period", "bag_sha256", "run_sha256", "entered", "previous", "hash")]
        version = line.get("version")
        if type(version) is int and all(isinstance(text, str) for text in texts):
            scheme, period, bag, run, entered, previous, digest = map(str, texts)
            yield Entry(scheme, period, version, bag, run, entered, previous, digest, line)


def head(archive: Path) -> str:
    """Hash of the newest line: print it, sign it, keep it elsewhere. 64 zeros where nothing is archived yet."""
    return ledger.head(archive, name=CHAIN)


def latest(archive: Path, scheme: str, period: str) -> Entry | None:
    """The newest version of a period; None while it is not archived."""
    found = [entry for entry in entries(archive) if (entry.scheme, entry.period) == (scheme, period)]
    return max(found, key=lambda entry: entry.version, default=None)

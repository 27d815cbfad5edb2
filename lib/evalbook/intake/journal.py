"""Writing the record (核定记录): rows are added behind those that are there, which keep their bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..durable import Lock
from ..errors import Fault, Refused
from ..safe import defuse, write_bytes
from .entries import COLUMNS, link
from .folder import RECORD

#: Columns that hold what somebody wrote: a spreadsheet must not take it for a formula.
_FREE = ("unit_name", "note", "department", "by", "source", "file", "sheet", "appeal_id", "evidence_id")
_BUSY_SECONDS = 30


def enter(folder: Path, entries: Sequence[Mapping[str, str]], lock: Path, *, keep: Mapping[str, Path] | None = None) -> list[str]:
    """Add entries to the record of a period's folder; the returned files they come from are kept beside it under ``keep``'s names.

    The files are there before the entries that speak of them. Nothing to enter, nothing written.
    """
    if not entries:
        return []
    used = {entry.get("file", "") for entry in entries}
    for name, path in (keep or {}).items():
        if name in used and not (folder / name).is_file():
            write_bytes(folder / name, path.read_bytes())
    return append(folder, entries, lock)


def append(folder: Path, entries: Sequence[Mapping[str, str]], lock: Path) -> list[str]:
    """Add entries to the record of a period's folder and return their numbers; all of them are written, or none.

    An entry maps names of :data:`~evalbook.intake.entries.COLUMNS` to texts; its number and chain are set here. Refused when
    somebody else is writing (``lock``), or when the record has other columns than it was begun with.
    """
    held = Lock(lock)
    if not held.acquire(timeout=_BUSY_SECONDS):
        raise Refused([Fault("record.busy", "核定记录正被另一个程序写入", "请稍后再试", file=RECORD)])
    try:
        path = folder / RECORD
        before = path.read_bytes() if path.is_file() else b""
        last, chain = _end(before)
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, lineterminator="\r\n")
        if not before:
            writer.writerow(COLUMNS)
        numbers = []
        for number, entry in enumerate(entries, last + 1):
            texts = {"entry": str(number)} | {name: defuse(text) if name in _FREE else text for name, text in entry.items()}
            cells = [texts.get(name, "").strip() for name in COLUMNS if name != "chain"]
            chain = link(chain, cells)
            writer.writerow([*cells, chain])
            numbers.append(str(number))
        joint = b"\r\n" if before and not before.endswith(b"\n") else b""
        write_bytes(path, before + joint + buffer.getvalue().encode("utf-8" if before else "utf-8-sig"))
        return numbers
    finally:
        held.release()


def _end(before: bytes) -> tuple[int, str]:
    """Number and chain of the last entry."""
    if not before:
        return 0, ""
    try:
        rows = list(csv.reader(io.StringIO(before.decode("utf-8-sig"), newline=""), strict=True))
        rows = [row for row in rows if any(row)]
        if tuple(rows[0]) != COLUMNS or any(len(row) != len(COLUMNS) for row in rows):
            raise ValueError
        return (int(rows[-1][0]), rows[-1][-1]) if len(rows) > 1 else (0, "")
    except (UnicodeDecodeError, ValueError, IndexError, csv.Error) as error:
        fault = Fault("record.columns", "核定记录的列或行已不是登记时的样子", "请恢复备份后再登记；核定记录不要用表格软件另存", file=RECORD)
        raise Refused([fault]) from error

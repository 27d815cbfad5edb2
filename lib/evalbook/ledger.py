"""Ledger of runs (运行台账): an append-only file of JSON lines, each carrying the hash of the one before.

Every run has one line, refused, failed and interrupted ones too. Changing, removing or inserting a line breaks the chain, and
:func:`verify` says where. The chain shows accidents and quiet edits; somebody who rewrites the whole file is found out only
against a head (:func:`head`) that was kept elsewhere: signed, time-stamped or printed on the issued notice.

The sign-off records and the archive keep logs of the same make under names of their own (``name``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .durable import Lock, sha256
from .durable import append as append_bytes
from .errors import Fault

#: Name of the ledger inside ``outputs/``.
NAME = "ledger.jsonl"
#: What the first line carries as the hash of the one before.
FIRST = "0" * 64
_LOCK_SECONDS = 30


class Moved(Exception):
    """The log has grown since its head was read: whoever wants to build on that head looks again."""


def append(outputs: Path, entry: Mapping[str, Any], *, name: str = NAME, after: str | None = None) -> dict[str, Any]:
    """Enter one run; returns the line as written, with its number, time of entry and hashes.

    The line is written under a lock and flushed. A torn last line, left by a writer that died, is cut off first: it never
    counted as entered. With ``after`` the line is written only if that still is the head; :class:`Moved` otherwise.

    Examples
    --------
    >>> import tempfile
    >>> outputs = Path(tempfile.mkdtemp())
    >>> append(outputs, {"run": "a", "outcome": "completed"})["n"], append(outputs, {"run": "b", "outcome": "refused"})["n"]
    (1, 2)
    >>> verify(outputs)
    []
    """
    path = outputs / name
    lock = Lock(outputs / ".locks" / f"{Path(name).stem}.lock")
    if not lock.acquire(_LOCK_SECONDS):
        raise OSError(f"台账被其他程序占用超过{_LOCK_SECONDS}秒：{path}")
    try:
        number, previous = _tail(path)
        if after is not None and after != previous:
            raise Moved(previous)
        line = {"n": number + 1, **entry, "entered": datetime.now(UTC).isoformat(timespec="seconds"), "previous": previous}
        line["hash"] = _hash(line)
        append_bytes(path, (_text(line) + "\n").encode("utf-8"))
        return line
    finally:
        lock.release()


def entries(outputs: Path, *, name: str = NAME) -> Iterator[dict[str, Any]]:
    """The lines that can be read, oldest first."""
    for _, raw in _lines(outputs / name):
        entry = _parse(raw)
        if entry is not None:
            yield entry


def head(outputs: Path, *, name: str = NAME) -> str:
    """Hash of the newest line: what to keep elsewhere, so that a later rewrite of the whole ledger shows."""
    return _tail(outputs / name, cut=False)[1]


def verify(outputs: Path, *, name: str = NAME) -> list[Fault]:
    """Everything wrong with the ledger, each fault with the line where it stands; empty when the chain holds.

    A published folder whose manifest no longer is the one that was entered is a fault too; a folder that is gone is not, since
    drafts may be removed.
    """
    path = outputs / name
    if not path.exists():
        return []
    faults: list[Fault] = []

    def fault(code: str, row: int, message: str, remedy: str, severity: str = "error") -> None:
        faults.append(Fault(code, message, remedy, file=name, row=row, severity=severity))

    keep = "请保留现场，由另一人对照备份或另存的台账摘要核对"
    previous, number, last_time = FIRST, 0, ""
    raw = path.read_bytes()
    for row, line in _lines(path):
        entry = _parse(line)
        if entry is None:
            fault("ledger.unreadable", row, "这一行读不出来", keep)
            previous, number = hashlib.sha256(line).hexdigest(), number + 1
            continue
        stated = str(entry.get("hash", ""))
        # Compared as bytes too: a blank or a key twice changes the line and not what it is read as.
        if stated != _hash({key: value for key, value in entry.items() if key != "hash"}) or line != _text(entry).encode("utf-8"):
            fault("ledger.line_changed", row, "这一行写入后被改动，摘要与内容不符", keep)
        if entry.get("previous") != previous:
            fault("ledger.chain_broken", row, "与上一行的链条断开：之间有行被改动、删除或插入", keep)
        if entry.get("n") != number + 1:
            fault("ledger.number", row, f"序号应为{number + 1}，实为{entry.get('n')}", keep)
        # Runs may end in another order than they began, but lines are entered one after the other.
        if str(entry.get("entered", "")) < last_time:
            fault("ledger.time", row, "登记时间早于上一行，当时的系统时钟可能被拨回", "请核对该机器的时钟", "finding")
        last_time = max(last_time, str(entry.get("entered", "")))
        faults.extend(_folder_faults(outputs, entry, row))
        # A number that somebody made nonsense of was told above; the lines after it are counted on.
        previous, number = stated, entry["n"] if type(entry.get("n")) is int else number + 1
    if raw and not raw.endswith(b"\n"):
        fault("ledger.torn", raw.count(b"\n") + 1, "最后一行没有写完（写入时中断）", "下次执行会自动清除这一残行，无需处理", "finding")
    return faults


def _folder_faults(outputs: Path, entry: Mapping[str, Any], row: int) -> list[Fault]:
    folder, stated = entry.get("folder"), entry.get("manifest_sha256")
    if not isinstance(folder, str) or not stated:
        return []
    manifest = outputs / folder / "manifest.json"
    if not manifest.is_file() or sha256(manifest) == stated:
        return []
    message = f"运行清单 {folder}/manifest.json 与台账记录不符"
    return [Fault("ledger.manifest_changed", message, "运行结果可能被改动，请重新执行并对照", file=NAME, row=row)]


def _text(entry: Mapping[str, Any]) -> str:
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _hash(entry: Mapping[str, Any]) -> str:
    return hashlib.sha256(_text(entry).encode("utf-8")).hexdigest()


def _parse(raw: bytes) -> dict[str, Any] | None:
    """One line as written by :func:`append`; None for anything else, whatever somebody made of it."""
    try:
        entry = json.loads(raw.decode("utf-8"), parse_constant=_refuse)
        # A character that no file can hold (half of a pair) would stop the hashing.
        _text(entry).encode("utf-8")
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) else None


def _refuse(name: str) -> None:
    raise ValueError(name)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Complete lines with their numbers; a torn last one is left out."""
    if not path.exists():
        return
    with path.open("rb") as stream:
        for row, line in enumerate(stream, 1):
            if line.endswith(b"\n"):
                yield row, line[:-1]


def _tail(path: Path, *, cut: bool = True) -> tuple[int, str]:
    """Number and hash of the last complete line; with ``cut``, what comes after it is removed."""
    if not path.exists():
        return 0, FIRST
    with path.open("r+b" if cut else "rb") as stream:
        size = stream.seek(0, 2)
        block, start = b"", size
        while start > 0 and block.rstrip(b"\n").count(b"\n") < 2:
            step = min(65536, start)
            start -= step
            stream.seek(start)
            block = stream.read(step) + block
        end = block.rfind(b"\n") + 1
        if cut and start + end < size:
            stream.truncate(start + end)
        lines = block[:end].split(b"\n")[:-1]
    if not lines:
        return 0, FIRST
    entry = _parse(lines[-1])
    number = entry.get("n") if entry else None
    if type(number) is not int:
        number = sum(1 for _ in _lines(path))
    return number, str(entry.get("hash", "")) if entry is not None else hashlib.sha256(lines[-1]).hexdigest()

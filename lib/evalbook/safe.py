"""Files that other programs open: text that a spreadsheet would take for a formula, and writing that leaves no halves."""

from __future__ import annotations

import csv
import io
import os
import tempfile
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

__all__ = ["csv_bytes", "defuse", "write_bytes", "write_csv"]

_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def defuse(text: str) -> str:
    """Text that a spreadsheet shows as it stands: what it would take for a formula gets a leading apostrophe.

    Blanks and invisible characters before the sign do not hide it; a lone dash means "no value" and stays.

    >>> defuse("=cmd|' /C calc'!A0"), defuse("\\u3000＝1+1"), defuse("杭州市"), defuse("-")
    ("'=cmd|' /C calc'!A0", "'\\u3000＝1+1", '杭州市', '-')
    """
    if text[:1].isalnum():  # almost every cell, and a table has hundreds of thousands
        return text
    if text[:1] in ("\t", "\r", "\n"):
        return "'" + text
    start = next((i for i, c in enumerate(text) if not c.isspace() and unicodedata.category(c) != "Cf"), len(text))
    return "'" + text if text.startswith(_FORMULA_STARTS, start) and len(text.strip()) > 1 else text


def write_bytes(path: Path, data: bytes, *, flush: bool = True) -> None:
    """Write a file beside its place and move it there: whoever reads sees the old content or the new one, never a half.

    ``flush=False`` for one of many files of a stage that is flushed as a whole before it is published.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            if flush:
                stream.flush()
                os.fsync(stream.fileno())
        beside.chmod(0o644)  # a temporary file is the writer's own; a result is for everybody
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def csv_bytes(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A csv file that Excel and WPS open rightly: UTF-8 with BOM, CRLF line ends. Cells are written as they are given.

    >>> csv_bytes(["甲"], [["1"]]).decode("utf-8-sig")
    '甲\\r\\n1\\r\\n'
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(headers)
    writer.writerows(rows)
    return buffer.getvalue().encode("utf-8-sig")


def write_csv(path: Path, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a csv file as :func:`csv_bytes` makes it."""
    write_bytes(path, csv_bytes(headers, rows))

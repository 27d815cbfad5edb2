"""The values of every sheet of a workbook, by calamine. Runs by itself too, as a child process that may die.

An old xls file cannot be looked over before it is opened, and a damaged one makes the reader ask for terabytes of memory, which
ends the process. So such files are opened in a child with a limit on memory and time; what it prints is JSON. The module
imports nothing of the package, so that the child starts quickly and depends on no path.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

MOST_MEMORY = 4_000_000_000
MOST_SECONDS = 120


class Unreadable(Exception):
    """The file cannot be read; the argument is ``password`` or ``damaged``."""


def sheets_of(path: str) -> list[dict[str, Any]]:
    """Every sheet in order: name, whether it is visible, rows of texts, numbers and truth values, merged ranges.

    Rows begin at A1; dates are ISO texts, an error value is an empty text. Unreadable when the reader fails.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_path(path) as book:
            found = []
            for meta in book.sheets_metadata:
                page = book.get_sheet_by_name(meta.name)
                rows = page.to_python(skip_empty_area=False) if page.height else []
                found.append(
                    {
                        "name": meta.name,
                        "visible": meta.visible == SheetVisibleEnum.Visible,
                        "rows": [[value if isinstance(value, (str, int, float)) else _text(value) for value in row] for row in rows],
                        "merged": [[*first, *last] for first, last in page.merged_cell_ranges or []],
                    }
                )
            return found
    except PasswordError as error:
        raise Unreadable("password") from error
    except (CalamineError, OSError) as error:
        raise Unreadable("damaged") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how the Rust library says that it met the impossible
            raise
        raise Unreadable("damaged") from error


def _text(value: Any) -> str:
    """Dates as ISO text, without a time that is midnight."""
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else str(value)


def sheets_in_child(path: Path) -> list[dict[str, Any]]:
    """The same, read in a process of its own; Unreadable when it fails, dies, or takes too much time or memory."""
    command = [sys.executable, "-I", "-X", "utf8", __file__, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=MOST_SECONDS, check=False)  # noqa: S603 - our own script
    except subprocess.TimeoutExpired as error:
        raise Unreadable("damaged") from error
    if done.returncode != 0:
        raise Unreadable("password" if done.stdout == b"password" else "damaged")
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def _limit_memory() -> None:
    """Where the system can, keep the child from taking more memory than any honest file needs."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


if __name__ == "__main__":
    _limit_memory()
    try:
        sys.stdout.write(json.dumps(sheets_of(sys.argv[1])))
    except Unreadable as unreadable:
        sys.stdout.write(str(unreadable))
        sys.exit(1)

"""Registering evidence: evidence.csv gets a row per file and its hash; what people wrote in it stays as it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ..errors import Fault, Refused
from ..safe import defuse, write_csv
from .csv_file import read_csv
from .evidence import HEADINGS
from .evidence_files import listed_in, locate, sha256
from .remarks import Remarks
from .sheet import understand

NAME = "evidence.csv"
_COLUMNS = tuple(heading.name for heading in HEADINGS)


@dataclass
class Indexed:
    """What was done: files registered anew, hashes added, and files that are not the ones registered (``refreshed`` or not)."""

    added: list[str] = field(default_factory=list)
    hashed: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    refreshed: bool = False


def index(folder: Path, *, refresh: bool = False) -> Indexed:
    """Register the files of a period's evidence folder in evidence.csv.

    Rows that are there keep every cell; only a blank hash is filled in, and with ``refresh`` the hash of a file that was replaced.
    Refused when the list cannot be read, or stands in a workbook.
    """
    path, found = folder / NAME, Indexed(refreshed=refresh)
    books = [one.name for one in sorted(folder.glob("*.xls*")) if not one.name.startswith(("~$", "."))]
    if not path.is_file() and books:
        remedy = "请在工作表“佐证”中登记；或把各表另存为 csv"
        raise Refused([Fault("evidence.in_workbook", "佐证清单在工作簿里，不能自动登记", remedy, file=books[0])], "没有登记")
    rows = _rows(path)
    header = rows[0]
    at = {name: header.index(name) for name in _COLUMNS}
    for row in rows[1:]:
        name, given = row[at["file"]].strip(), row[at["sha256"]].strip().lower()
        if not name:
            continue
        real = locate(folder, name)
        if real is None:
            found.missing.append(name)
            continue
        now = sha256(real)
        if not given:
            row[at["sha256"]] = now
            found.hashed.append(name)
        elif given != now:
            found.altered.append(name)
            if refresh:
                row[at["sha256"]] = now
    known = {row[at["file"]].strip() for row in rows[1:]}
    numbers = {row[at["evidence_id"]].strip() for row in rows[1:]}
    for name in listed_in(folder):
        if name in known:
            continue
        number = next(f"ZL-{n:03d}" for n in range(1, len(numbers) + 2) if f"ZL-{n:03d}" not in numbers)
        numbers.add(number)
        texts = {"evidence_id": number, "title": defuse(PurePosixPath(name).stem), "file": name, "sha256": sha256(folder / name)}
        rows.append([texts.get(column, "") for column in header])
        found.added.append(name)
    if found.added or found.hashed or (refresh and found.altered):
        write_csv(path, header, rows[1:])
    return found


def _rows(path: Path) -> list[list[str]]:
    """Header (English names) and rows of the list as they stand; the columns that are missing are added at the end."""
    if not path.is_file():
        return [list(_COLUMNS)]
    remarks = Remarks()
    grid = read_csv(path, remarks)
    sheet = None if grid is None else understand(grid, HEADINGS, ["evidence_id", "title"], remarks)
    if sheet is None or remarks.failed:
        raise Refused(remarks.faults({}), "佐证清单读不出，没有登记")
    names = {index: name for name, index in sheet.columns.items()}
    header = [names.get(index, text) for index, text in enumerate(sheet.header)]
    more = [name for name in _COLUMNS if name not in header]
    width = len(header)
    rows = [cells for cells in sheet.grid.rows[sheet.header_row + 1 :] if any(cells)]
    body = [[*cells[:width], *[""] * (width - len(cells) + len(more))] for cells in rows]
    return [header + more, *body]

"""What the build scripts share: the columns of the shipped files, and writing them so that a rerun gives identical bytes."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

DATA = Path(__file__).resolve().parents[1]
SOURCES = DATA / "_sources"

UNIT_COLUMNS = ["unit_code", "unit_name", "participation", "aliases"]
VALUE_COLUMNS = [
    "unit_code", "unit_name", "indicator", "period", "stage", "value", "uom", "source", "evidence_id", "origin", "by", "date", "note",
]  # fmt: skip
ITEM_KEYS = ["table", "item_id", "unit_code", "item_name"]
ITEM_TRAIL = ["evidence_id", "origin", "source", "by", "date", "note"]
EVIDENCE_COLUMNS = ["evidence_id", "title", "file", "page", "sha256", "supports", "note"]


def write_csv(path: Path, columns: list[str], rows: list[dict[str, str]]) -> None:
    """Write ``rows`` as Excel reads them: UTF-8 with BOM, CRLF. A key that is no column is an error; a column left out is blank."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)


def write_text(path: Path, text: str) -> None:
    """Write a page with LF line ends on every system."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def read_source(name: str) -> list[tuple[int, dict[str, str]]]:
    """Rows of a raw file with the line of the file on which each stands (the heading is line 1)."""
    with (SOURCES / name).open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        return [(reader.line_num, row) for row in reader]


def sha256(name: str) -> str:
    """Hash of a raw file's bytes, as it stands in evidence.csv."""
    return hashlib.sha256((SOURCES / name).read_bytes()).hexdigest()

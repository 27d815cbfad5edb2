"""What the build scripts share: the columns of the shipped files, and writing them so that a rerun gives identical bytes."""

from __future__ import annotations

import csv
import hashlib
from decimal import ROUND_HALF_UP, Decimal
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

#: What a synthetic row says in its column source.
SYNTHETIC = "模拟数据"


class Draw:
    """Whole numbers drawn from SHA-256 of a seed and the figure's own name: no floats, no generator state, so one figure can be
    added without moving another."""

    def __init__(self, seed: str) -> None:
        self._seed = seed

    def __call__(self, low: int, high: int, *key: str) -> int:
        """A whole number from low to high, both included."""
        digest = hashlib.sha256("|".join((self._seed, *key)).encode()).digest()
        return low + int.from_bytes(digest[:8], "big") % (high - low + 1)

    def day(self, year: int, month: int, low: int, high: int, *key: str) -> str:
        """A date in the month given, from day low to day high."""
        return f"{year}-{month:02d}-{self(low, high, *key):02d}"


def tenths(value: Decimal) -> Decimal:
    """Rounded half up to one decimal."""
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def plain(value: Decimal) -> str:
    """The number as text, never with an exponent."""
    return format(value, "f")


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

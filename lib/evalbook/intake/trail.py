"""What stands beside every value: source, evidence, nature, person, date, note. Shared by figures and items."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from ..errors import nearest
from ..scoring.dataset import Filing
from ..terms import ORIGINS, STAGES
from .dates import read_date
from .evidence import EvidenceCheck
from .remarks import Remarks
from .sheet import Sheet
from .text import key, trimmed

#: Columns of the trail, in the order of :class:`Trail`.
COLUMNS = ("source", "evidence_id", "origin", "by", "date", "note")

#: Columns that say where a collected value stood in the workbook that was returned (``collect`` writes them).
FILING_COLUMNS = ("file", "sheet", "cell", "sha256")


class Trail(NamedTuple):
    """The trail of one row; ``date`` is ISO text."""

    source: str
    evidence_id: str
    origin: str
    by: str
    date: str
    note: str


def words(vocabulary: dict[str, str]) -> dict[str, str]:
    """Spelling key → code, for the English code and the Chinese word.

    >>> words(STAGES)["核定值"], words(STAGES)["核定"]
    ('verified', 'verified')
    """
    found: dict[str, str] = {}
    for code, label in vocabulary.items():
        found |= {key(code): code, key(label): code, key(label.removesuffix("值")): code}
    return found


STAGE_WORDS = words(STAGES)
ORIGIN_WORDS = words(ORIGINS)


@dataclass
class TrailReader:
    """Reads the trail of the rows of one sheet; equal texts are judged once."""

    sheet: Sheet
    evidence: EvidenceCheck
    remarks: Remarks
    _dates: dict[str, str] = field(default_factory=dict)

    def read(self, row: int, cells: list[str]) -> Trail:
        """The trail of one row. Blank 数据性质 is 官方公布: what offices file themselves."""
        columns = self.sheet.columns
        texts = {name: cells[columns[name]] for name in COLUMNS if name in columns}
        number = texts.get("evidence_id", "")
        return Trail(
            trimmed(texts.get("source", "")),
            self.evidence.clean(number, self.sheet.place(row, "evidence_id")) if number else "",
            self._origin(row, texts.get("origin", "")),
            trimmed(texts.get("by", "")),
            self._date(row, texts.get("date", "")),
            trimmed(texts.get("note", "")),
        )

    def filing(self, cells: list[str]) -> Filing | None:
        """Where the row was collected from; None for a row that nobody collected."""
        columns = self.sheet.columns
        if FILING_COLUMNS[0] not in columns:
            return None
        file, *rest = (trimmed(cells[columns[name]]) if name in columns else "" for name in FILING_COLUMNS)
        return Filing(file, *rest) if file else None

    def _origin(self, row: int, text: str) -> str:
        if text in ORIGINS:
            return text
        if not trimmed(text):
            return "official"
        found = ORIGIN_WORDS.get(key(text))
        if found is None:
            known = [*ORIGINS, *ORIGINS.values()]
            self.remarks.error("origin.unknown", "没有这种数据性质", nearest(trimmed(text), known), self.sheet.place(row, "origin"), text)
        return found or "official"

    def _date(self, row: int, text: str) -> str:
        found = self._dates.get(text)
        if found is not None:
            return found
        found = read_date(text) if trimmed(text) else ""
        if found is None:
            at = self.sheet.place(row, "date")
            self.remarks.error("date.form", "不是日期", "请写成 2024-03-10 或 2024年3月10日", at, text)
            return ""
        self._dates[text] = found
        return found

"""The list of evidence (evidence.csv): what each 佐证编号 stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .remarks import Place, Remarks
from .sheet import Sheet, standard
from .text import trimmed

HEADINGS = standard(["evidence_id", "title", "file", "page", "sha256", "supports", "note"])
_SEPARATORS = re.compile(r"\s*[、;；,，]\s*")
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


def read_evidence(sheet: Sheet, remarks: Remarks) -> tuple[Mapping[str, str], ...]:
    """Rows of evidence.csv by column name. Faults: no number, a number twice, no title, a checksum that is none."""
    found: dict[str, dict[str, str]] = {}
    places: dict[str, int] = {}
    for row, cells in sheet.records(remarks):
        record = {name: trimmed(cells[index]) for name, index in sheet.columns.items()}
        number = record["evidence_id"]
        if not number:
            remarks.error("evidence.no_id", "没有写佐证编号", "请补填编号", sheet.place(row, "evidence_id"))
            continue
        if number in found:
            at = sheet.place(row, "evidence_id")
            remarks.error("evidence.twice", f"佐证编号与第{places[number]}行重复", "每份材料一个编号，请改正", at, number)
            continue
        if not record["title"]:
            remarks.error("evidence.no_title", "没有写材料名称", "请补填", sheet.place(row, "title"))
        if record.get("sha256") and not _SHA256.fullmatch(record["sha256"]):
            at = sheet.place(row, "sha256")
            remarks.error("evidence.sha256", "校验码应为64位十六进制数", "请重新计算校验码，或留空", at, record["sha256"])
        found[number], places[number] = record, row + 1
    return tuple(found.values())


def numbers(text: str) -> list[str]:
    """The evidence numbers in one cell.

    >>> numbers("ZJ-01、 ZJ-02;ZJ-03")
    ['ZJ-01', 'ZJ-02', 'ZJ-03']
    """
    return [number for number in _SEPARATORS.split(trimmed(text)) if number]


class EvidenceCheck:
    """Whether the numbers that figures and items give are in the list; each unknown one is a finding. ``cited`` are all of them."""

    def __init__(self, known: tuple[Mapping[str, str], ...] | None, remarks: Remarks) -> None:
        self._known = None if known is None else {record["evidence_id"] for record in known}
        self._remarks = remarks
        self._seen: dict[str, str] = {}
        self.cited: set[str] = set()

    def clean(self, text: str, at: Place) -> str:
        """The number or numbers as kept (joined by 、)."""
        kept = self._seen.get(text)
        if kept is not None:
            return kept
        given = numbers(text)
        self.cited.update(given)
        unknown = [] if self._known is None else [number for number in given if number not in self._known]
        for number in unknown:
            self._remarks.finding("evidence.unknown", f"佐证编号“{number}”不在佐证清单中", "请补登记该材料，或改正编号", at, number)
        kept = "、".join(given)
        if not unknown:
            self._seen[text] = kept
        return kept

"""核定记录 (adjustments.csv): what departments, spot checks and appeals made of the figures, one dated entry after another.

Nothing in it is ever changed or removed: a later entry of a stage takes the place of an earlier one, and both are kept. So the value
used is never in doubt (复核 over 抽查 over 核定 over 填报, within a stage the last entry) and the way to it is always there. An entry
is about a figure of a unit or, where it names a list, about one of its items: a column of it, or (no column) the item as a whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..errors import nearest
from ..exact import Exact, plain
from ..scoring.dataset import Appeal, Cell, ItemKey
from ..terms import APPEAL_OPEN, ENTRIES, REASONS, RESULTS, STRUCK, State
from .calibre import Boundaries, Figures, Key
from .evidence import EvidenceCheck
from .figures import FigureReader, place_cell
from .item_entries import ItemEntryReader, name_of
from .items import ItemReader
from .reading import MISSING
from .remarks import Place, Remarks
from .roster import Roster
from .sheet import Heading, Sheet, standard
from .text import key, trimmed
from .trail import words

#: Columns of the record in the order in which they are written. ``chain`` ties a row to all rows before it.
COLUMNS = (
    *("entry", "date", "stage", "unit_code", "unit_name", "table", "item_id", "item_key", "indicator", "period", "calibre", "disputed"),
    *("value", "uom"),
    *("reason", "note", "department", "by", "evidence_id", "appeal_id", "result", "origin", "source", "file", "sheet", "cell", "sha256"),
    "chain",
)
HEADINGS: list[Heading] = standard(COLUMNS)
REQUIRED = ("entry", "date", "stage", "unit_code|unit_name", "indicator", "period", "value", "by")
_ENTRY_WORDS, _RESULT_WORDS, _REASON_WORDS = words(ENTRIES), words(RESULTS), words(REASONS)
_CHAIN_DIGITS = 16


def link(before: str, cells: Sequence[str]) -> str:
    """The chain behind a row: of the chain before it and its own cells.

    >>> link("", ["1", "2024-03-10"]) == link("", ["1", "2024-03-11"])
    False
    """
    return hashlib.sha256("\x1f".join((before, *cells)).encode("utf-8")).hexdigest()[:_CHAIN_DIGITS]


def chain_cells(sheet: Sheet, cells: Sequence[str]) -> list[str]:
    """The cells that a link covers, in the fixed order of the columns."""
    return [trimmed(cells[sheet.columns[name]]) if name in sheet.columns else "" for name in COLUMNS if name != "chain"]


def reason_of(text: str) -> str | None:
    """Code of a reason written as code, as word, or as both; None when there is no such reason.

    >>> reason_of("R01"), reason_of("统计口径不符"), reason_of("R01 统计口径不符"), reason_of("x")
    ('R01', 'R01', 'R01', None)
    """
    bare = key(text)
    return _REASON_WORDS.get(bare) or next((code for code, word in REASONS.items() if bare == key(code + word)), None)


@dataclass
class Record:
    """What the record says beyond the figures it changes: cells it took the place of, appeals, and where its chain ends."""

    replaced: dict[Key, list[Cell]] = field(default_factory=dict)
    appeals: dict[str, Appeal] = field(default_factory=dict)


class EntryReader(FigureReader):
    """Reads the record over the figures and items that were filed; ``series`` and ``items`` are changed in place. Without ``items``
    entries about items are passed over.
    """

    def __init__(
        self,
        sheet: Sheet,
        roster: Roster,
        boundaries: Boundaries,
        current: str,
        periods: frozenset[str],
        evidence: EvidenceCheck,
        remarks: Remarks,
        series: dict[str, Figures],
        items: ItemReader | None = None,
    ) -> None:
        super().__init__(sheet, roster, boundaries, current, periods, evidence, remarks)
        self.items = items
        self.series = series
        self.record = Record()
        self._last = 0
        self._chain: str | None = ""

    def enter(self) -> Record:
        """All entries in their order; every fault is told to the remarks."""
        for row, cells in self.sheet.records(self.remarks):
            self._number(row, cells)
            self._linked(row, cells)
            if self._text(cells, "table") or self._text(cells, "item_id"):
                self._item(row, cells)
            else:
                self._row(row, cells)
        for appeal in self.record.appeals.values():
            if appeal.decided is None:
                who = f"{self.roster.labels[self.roster.rows[appeal.unit_code]]}”{self._called(appeal)}"
                at = Place(self.sheet.grid.file, self.sheet.grid.sheet, appeal.opened.row, self.sheet.place(0, "appeal_id").column)
                ask = f"请用 evalbook appeal decide 登记 {appeal.number} 的决定"
                self.remarks.finding("appeal.open", f"复核 {appeal.number}（“{who} {appeal.period}）尚未作出决定", ask, at)
        return self.record

    def _text(self, cells: list[str], name: str) -> str:
        return trimmed(cells[self.sheet.columns[name]]) if name in self.sheet.columns else ""

    def _number(self, row: int, cells: list[str]) -> None:
        text = self._text(cells, "entry")
        if not text.isascii() or not text.isdigit() or int(text) <= self._last:
            at = self.sheet.place(row, "entry")
            self.remarks.error("entry.number", f"序号应为大于{self._last}的整数，逐条递增", "核定记录只能续写，请恢复原来的行", at, text)
            return
        self._last = int(text)

    def _linked(self, row: int, cells: list[str]) -> None:
        """The first row that is not as it was entered is told; behind it nothing can be said."""
        if self._chain is None:
            return
        expected = link(self._chain, chain_cells(self.sheet, cells))
        if self._text(cells, "chain") != expected:
            self._chain = None
            message = "自本行起核定记录与登记时不一致（被改动、删行或手工加行）"
            self.remarks.finding("entry.chain", message, "请恢复备份；确须更正的，另行登记一条", self.sheet.place(row, "chain"))
            return
        self._chain = expected

    def _stage(self, row: int, text: str) -> str | None:
        found = _ENTRY_WORDS.get(key(text))
        if found is None:
            known = [*ENTRIES, *ENTRIES.values()]
            message = "没有这个环节" if text else "没有写环节"
            self.remarks.error("entry.stage", message, nearest(text, known), self.sheet.place(row, "stage"), text)
        return found

    def _called(self, appeal: Appeal) -> str:
        """What an appeal is about, in words."""
        if appeal.item is None or self.items is None:
            return self.quantities[appeal.indicator].label
        return name_of(self.items.tables[appeal.item.table], appeal.item, self.items.items[appeal.item], appeal.indicator)

    def _item(self, row: int, cells: list[str]) -> None:
        """An entry about an item of a list: it goes behind those that the item has."""
        if self.items is None:
            return
        reader, at = ItemEntryReader(self.items, self.remarks), self.sheet.place(row, "value")
        unit = self.finder.find(row, cells)
        period = self._period(row, cells[self.sheet.columns["period"]])
        if period is not None and period != self.current:
            self.remarks.error("entry.item_period", "清单项目只有本期的", f"请写 {self.current}", self.sheet.place(row, "period"), period)
            return
        stage = self._stage(row, self._text(cells, "stage"))
        trail = self.trail.read(row, cells)
        code = None if unit is None else self.roster.codes[unit]
        target = reader.target(lambda name: self._text(cells, name), lambda name: self.sheet.place(row, name), code)
        if target is None or stage is None or period is None:
            return
        which, column, spec = target
        text, uom = self._text(cells, "value"), self._text(cells, "uom")
        claimed = stage == APPEAL_OPEN and not text
        undecided = stage == "appeal" and _RESULT_WORDS.get(key(self._text(cells, "result"))) != "changed"
        reading = MISSING if claimed or undecided else reader.value(spec, column, text, uom, at)
        if reading is None:
            return
        if column and not text and not (claimed or undecided):
            self._blank(stage, at)
            return
        raw = text if reading.value is not None else reading.state.label
        cell = self._cell(at, cells, trail, (reading.value, raw, stage, uom))
        cell = self._signed(row, cells, cell)
        if reading.value == STRUCK and not column and stage != "appeal" and cell.reason in ("", "R00"):
            self.remarks.error("entry.no_reason", "不予认定却没有写原因", "请补写原因代码", self.sheet.place(row, "reason"), cell.reason)
        if stage in (APPEAL_OPEN, "appeal"):
            decided = self._appeal(row, cells, (which.unit_code, column, period, which), cell)
            if stage == APPEAL_OPEN or decided != "changed":
                return
        item = self.items.items[which]
        self._in_order(cell, item.row, f"“{self.roster.labels[self.roster.rows[which.unit_code]]}”{name_of(spec, which, item, column)}")
        self.items.items[which] = replace(item, entries=(*item.entries, (column, cell)))

    def _signed(self, row: int, cells: list[str], cell: Cell) -> Cell:
        """A cell with who entered it and why; an entry that nobody stands for is told."""
        for name in ("by", "date"):
            if not getattr(cell, name):
                self.remarks.error("entry.unsigned", "没有写由谁、在哪一天登记", "请恢复原来的行", self.sheet.place(row, name))
        reason = self._reason(row, self._text(cells, "reason"))
        return cell._replace(department=self._text(cells, "department"), entry=self._text(cells, "entry"), reason=reason)

    def _blank(self, stage: str, at: Place) -> None:
        self.remarks.error("figure.blank_stage", f"{ENTRIES[stage]}是空的", "核定为没有数据请填“缺失”", at)

    def _in_order(self, cell: Cell, filed: Cell, who: str) -> None:
        """Nobody verifies what has not been filed yet."""
        if filed.date and cell.date and cell.date < filed.date:
            message = f"{who}的{ENTRIES[cell.stage]}日期早于填报值（{filed.date}）"
            self.remarks.finding("figure.date_order", message, "请核对日期", self.sheet.place(cell.row - 1, "date"), cell.date)

    def _keep(self, cells: list[str], where: Key, figures: Figures, cell: Cell, state: State, at: Place) -> None:
        row = cell.row - 1
        cell = self._signed(row, cells, cell)
        if cell.stage in (APPEAL_OPEN, "appeal"):
            decided = self._appeal(row, cells, (self.roster.codes[where[0]], where[1], where[2], None), cell)
            if cell.stage == APPEAL_OPEN or decided != "changed":
                return
        if not trimmed(cell.raw):
            self._blank(cell.stage, at)
            return
        stages = figures.cells.setdefault(where, {})
        filed = stages.get("reported")
        if filed is not None:
            self._in_order(cell, filed, f"“{self.roster.labels[where[0]]}”{self.quantities[where[1]].label} {where[2]}")
        if cell.stage in stages:
            self.record.replaced.setdefault(where, []).append(stages[cell.stage])
        place_cell(figures, where, cell, state)

    def _reason(self, row: int, text: str) -> str:
        if not text:
            return ""
        found = reason_of(text)
        if found is None:
            at = self.sheet.place(row, "reason")
            self.remarks.error("entry.reason", "没有这个原因代码", nearest(text, [*REASONS, *REASONS.values()]), at, text)
        return found or ""

    def _appeal(self, row: int, cells: list[str], about: tuple[str, str, str, ItemKey | None], cell: Cell) -> str:
        """Open or decide an appeal about the figure of a unit (code), quantity and period, or about an item; what the decision
        comes to."""
        number, at = self._text(cells, "appeal_id"), self.sheet.place(row, "appeal_id")
        known = self.record.appeals.get(number)
        if not number:
            self.remarks.error("appeal.no_id", "没有写复核编号", "请恢复原来的行", at)
            return ""
        if cell.stage == APPEAL_OPEN:
            if known is not None:
                self.remarks.error("appeal.twice", "复核编号已经用过", "请另编一个编号", at, number)
                return ""
            self.record.appeals[number] = Appeal(number, *about[:3], self._text(cells, "disputed"), cell, item=about[3])
            return ""
        result = _RESULT_WORDS.get(key(self._text(cells, "result")), "")
        if not result:
            place = self.sheet.place(row, "result")
            self.remarks.error("appeal.result", "没有写复核结论", f"应为{'、'.join(RESULTS.values())}", place, self._text(cells, "result"))
        elif known is None or (known.unit_code, known.indicator, known.period, known.item) != about:
            self.remarks.error("appeal.unknown", "没有针对这个数据提出过这一复核", "请先登记提出复核", at, number)
        elif known.decided is not None:
            self.remarks.error("appeal.decided", "这一复核已有决定", "再有异议的，请另提一次复核", at, number)
        else:
            self.record.appeals[number] = replace(known, decided=cell, result=result)
            return result
        return ""


def appeal_number(period: str, used: Sequence[str]) -> str:
    """The next number of an appeal in a period.

    >>> appeal_number("2023", []), appeal_number("2023", ["FH-2023-001"])
    ('FH-2023-001', 'FH-2023-002')
    """
    number = 1
    while f"FH-{period}-{number:03d}" in used:
        number += 1
    return f"FH-{period}-{number:03d}"


def shown(value: Exact | str | None) -> str:
    """A value as the record writes it."""
    return "缺失" if value is None else plain(value) if isinstance(value, Exact) else value


def read_references(
    sheet: Sheet,
    roster: Roster,
    boundaries: Boundaries,
    current: str,
    periods: frozenset[str],
    evidence: EvidenceCheck,
    remarks: Remarks,
) -> Mapping[Key, Sequence[Cell]]:
    """旁证数据 (references.csv): what other sources publish of the same figures. They score nothing and are compared."""
    reader = _ReferenceReader(sheet, roster, boundaries, current, periods, evidence, remarks)
    reader.read()
    return reader.found


class _ReferenceReader(FigureReader):
    """Reads references.csv: rows like those of values.csv, any number of them for a figure."""

    found: dict[Key, list[Cell]]

    def read(self) -> dict[str, Figures]:
        self.found = {}
        return super().read()

    def _stage(self, row: int, text: str) -> str | None:
        return "reported"

    def _keep(self, cells: list[str], where: Key, figures: Figures, cell: Cell, state: State, at: Place) -> None:
        if not cell.source:
            self.remarks.error("reference.source", "没有写数据来源", "旁证数据须写明出处", self.sheet.place(cell.row - 1, "source"))
        elif cell.value is not None:
            self.found.setdefault(where, []).append(cell)

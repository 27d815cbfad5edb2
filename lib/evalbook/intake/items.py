"""Rows of child tables (items.csv, or one file per table): projects, events, ratings … that belong to units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import nearest
from ..exact import Exact, exact, plain
from ..scheme.tables import Quantity, TableSpec
from ..scoring.dataset import Cell, Item, ItemKey, Table, listed
from .evidence import EvidenceCheck
from .reading import Reading
from .remarks import Place, Remarks
from .roster import SUMS, Roster, UnitFinder
from .sheet import Heading, Sheet, standard
from .text import key, trimmed
from .trail import COLUMNS, FILING_COLUMNS, TrailReader

#: A share of an item that two units carry: a column of this name, if the table declares one.
SHARE = "share"
#: Columns that say which row it is; none of them may speak of a sum.
_NAMES = ("unit_code", "unit_name", "item_id", "item_name")


def headings(tables: Mapping[str, TableSpec]) -> list[Heading]:
    """Columns that a file with rows of these tables may have."""
    own = [Heading(name, quantity.label, table) for table, spec in tables.items() for name, quantity in spec.columns.items()]
    return [*standard(["table", "item_id", "unit_code", "unit_name", "item_name", *COLUMNS, *FILING_COLUMNS]), *own]


@dataclass
class _Columns:
    """The columns of one table in one sheet: its own with what was read of each text in them, and those that only other tables have."""

    own: list[tuple[str, Quantity, dict[str, Reading]]]
    foreign: list[str]


class ItemReader:
    """Reads sheets with items of child tables; ``tables`` are all child tables of the scheme."""

    def __init__(self, tables: Mapping[str, TableSpec], roster: Roster, evidence: EvidenceCheck, remarks: Remarks) -> None:
        self.tables, self.roster, self.evidence, self.remarks = tables, roster, evidence, remarks
        self._names = {key(text): name for name, spec in tables.items() for text in (name, spec.label)}
        #: Every row read, in the order of the files.
        self.items: dict[ItemKey, Item] = {}

    def read(self, sheet: Sheet, table: str = "") -> None:
        """Read one sheet; with ``table``, all its rows are of that table."""
        finder = UnitFinder(self.roster, sheet, self.remarks)
        trail = TrailReader(sheet, self.evidence, self.remarks)
        columns = {name: self._columns(sheet, name) for name in self.tables}
        for row, cells in sheet.records(self.remarks):
            if which := table or self._table(sheet, row, cells):
                self._row(sheet, row, cells, which, columns[which], finder, trail)

    def _table(self, sheet: Sheet, row: int, cells: list[str]) -> str:
        text = cells[sheet.columns["table"]]
        if text in self.tables:
            return text
        found = self._names.get(key(text), "")
        if not found:
            known = [word for name, spec in self.tables.items() for word in (name, spec.label)]
            self.remarks.error("item.table", "没有这个清单", nearest(trimmed(text), known), sheet.place(row, "table"), text)
        return found

    def _row(self, sheet: Sheet, row: int, cells: list[str], table: str, columns: _Columns, finder: UnitFinder, trail: TrailReader) -> None:
        texts = {name: trimmed(cells[sheet.columns[name]]) for name in _NAMES if name in sheet.columns}
        at = sheet.place(row, "item_id")
        if not SUMS.isdisjoint(map(key, texts.values())):
            self.remarks.error("item.total", "清单中不应有合计行", "请删除该行", at)
            return
        unit = finder.find(row, cells)
        if not texts["item_id"]:
            self.remarks.error("item.no_id", "没有写项目编号", "请补填编号", at)
        spec = self.tables[table]
        for name in columns.foreign:
            if text := trimmed(cells[sheet.columns[name]]):
                where = sheet.place(row, name)
                message = f"清单“{spec.label}”没有“{where.column}”这一列"
                self.remarks.error("item.column", message, "请清空该格，或核对清单名", where, text)
        filed = self._filed(sheet, row, cells, columns)
        about = trail.read(row, cells)
        if unit is None or not texts["item_id"] or len(filed) < len(columns.own):
            return
        which = ItemKey(table, self.roster.codes[unit], texts["item_id"], tuple(key_text(filed[name][0]) for name in spec.key))
        if which in self.items:
            same = "、".join(["对象", "编号", *(spec.columns[name].label for name in spec.key)])
            first = self.items[which].row
            where_first = f"第{first.row}行" if first.file == sheet.grid.file else f"{first.file} 第{first.row}行"
            self.remarks.error("item.twice", f"与{where_first}重复（{same}相同）", "请删去重复的一行，或改正编号", at, texts["item_id"])
            return
        file, grid, line, column = at
        cell = Cell(None, texts["item_id"], "reported", "", *about, file, grid, line or 0, column, "", trail.filing(cells))
        self.items[which] = Item(texts.get("item_name", ""), cell, filed, spec.judged)

    def _filed(self, sheet: Sheet, row: int, cells: list[str], columns: _Columns) -> dict[str, Reading]:
        """What a row says in the columns of its table, without those at fault (told). A text of which nothing is to be told is read once:
        lists repeat few words and dates."""
        filed = {}
        for name, quantity, known in columns.own:
            text = cells[sheet.columns[name]] if name in sheet.columns else ""
            reading = known.get(text)
            if reading is None:
                before = self.remarks.count
                reading = sheet.read(row, cells, name, quantity, self.remarks)
                if reading is None:
                    continue
                if self.remarks.count == before and not sheet.grid.blind:  # there it matters which cell holds the text
                    known[text] = reading
            filed[name] = reading
        return filed

    def _columns(self, sheet: Sheet, table: str) -> _Columns:
        """The columns of a table in a sheet; a foreign one does not belong, under another name, to the table itself."""
        own = self.tables[table].columns
        others = {name for other, spec in self.tables.items() if other != table for name in spec.columns}
        taken = {sheet.columns.get(name) for name in own}
        foreign = [name for name, index in sheet.columns.items() if name in others and name not in own and index not in taken]
        return _Columns([(name, quantity, {}) for name, quantity in own.items()], foreign)

    def found(self) -> dict[str, Table]:
        """The child tables, rows in the order of the files, without items struck out; empty ones are there with no rows."""
        return {name: listed(name, spec.columns, self.items, self.roster.rows) for name, spec in self.tables.items()}

    def check(self, used: frozenset[str]) -> None:
        """Across rows: an item that stands under two units is told as its table says; a table that is used and has no rows is noted.

        An item that was struck out under one of them is theirs no more.
        """
        for name, spec in self.tables.items():
            rows = [(which, item) for which, item in self.items.items() if which.table == name]
            if not rows and name in used:
                self.remarks.note("item.none", f"清单“{spec.label}”没有任何项目", Place("items.csv"))
            owners: dict[str, list[tuple[ItemKey, Item]]] = {}
            for which, item in rows:
                if spec.across_units != "fine" and not item.struck:
                    owners.setdefault(which.item_id, []).append((which, item))
            for same in owners.values():
                if len({which.unit_code for which, _ in same}) > 1:
                    self._shared(spec, same)

    def _shared(self, spec: TableSpec, same: list[tuple[ItemKey, Item]]) -> None:
        """One item under several units: shares that add up to one settle it."""
        if SHARE in spec.columns:
            whole = exact(100) if spec.columns[SHARE].uom == "%" else exact(1)
            sums: dict[tuple[str, ...], Exact] = {}
            for which, item in same:
                part = item.used(SHARE)[0]
                sums[which.key] = sums.get(which.key, exact(0)) + (part if isinstance(part, Exact) else 0)
            if all(total == whole for total in sums.values()):
                return
        first = same[0][1].row
        second = next(item.row for which, item in same if which.unit_code != same[0][0].unit_code)
        units = "、".join(dict.fromkeys(self.roster.labels[self.roster.rows[which.unit_code]] for which, _ in same))
        message = f"清单“{spec.label}”的同一项目列在{units}名下（另见第{first.row}行）"
        remedy = "请填写各方份额，合计为100%" if SHARE in spec.columns else "请核对归属，避免重复计算"
        tell = self.remarks.error if spec.across_units == "fault" else self.remarks.finding
        tell("item.two_units", message, remedy, Place(second.file, second.sheet, second.row, second.column), same[0][0].item_id)


def key_text(value: Exact | str | None) -> str:
    """A value of a column that identifies an item, as text: equal values are equal texts.

    >>> key_text(exact("1.50")), key_text("2019-06-30"), key_text(None)
    ('1.5', '2019-06-30', '')
    """
    return "" if value is None else value if isinstance(value, str) else plain(value)

"""Rows of child tables (items.csv, or one file per table): projects, events, ratings … that belong to units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ..errors import nearest
from ..exact import Exact, exact
from ..scheme.tables import TableSpec
from ..scoring.dataset import Cell, Table
from .evidence import EvidenceCheck
from .reading import MISSING, Reading
from .remarks import Place, Remarks
from .roster import SUBTOTALS, TOTALS, Roster, UnitFinder, column_of
from .sheet import Heading, Sheet, standard
from .text import key, trimmed
from .trail import COLUMNS, FILING_COLUMNS, TrailReader

#: A share of an item that two units carry: a column of this name, if the table declares one.
SHARE = "share"


def headings(tables: Mapping[str, TableSpec]) -> list[Heading]:
    """Columns that a file with rows of these tables may have."""
    own = [Heading(name, quantity.label, table) for table, spec in tables.items() for name, quantity in spec.columns.items()]
    return [*standard(["table", "item_id", "unit_code", "unit_name", "item_name", *COLUMNS, *FILING_COLUMNS]), *own]


@dataclass
class _Rows:
    """What was read of one table."""

    ids: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    units: list[int] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    columns: dict[str, list[Reading]] = field(default_factory=dict)
    seen: dict[tuple[object, ...], int] = field(default_factory=dict)


class ItemReader:
    """Reads sheets with items of child tables; ``tables`` are all child tables of the scheme."""

    def __init__(self, tables: Mapping[str, TableSpec], roster: Roster, evidence: EvidenceCheck, remarks: Remarks) -> None:
        self.tables, self.roster, self.evidence, self.remarks = tables, roster, evidence, remarks
        self._names = {key(text): name for name, spec in tables.items() for text in (name, spec.label)}
        self._found = {name: _Rows(columns={column: [] for column in spec.columns}) for name, spec in tables.items()}

    def read(self, sheet: Sheet, table: str = "") -> None:
        """Read one sheet; with ``table``, all its rows are of that table."""
        finder = UnitFinder(self.roster, sheet, self.remarks)
        trail = TrailReader(sheet, self.evidence, self.remarks)
        for row, cells in sheet.records(self.remarks):
            self._row(sheet, row, cells, table or self._table(sheet, row, cells), finder, trail)

    def _table(self, sheet: Sheet, row: int, cells: list[str]) -> str:
        text = cells[sheet.columns["table"]]
        if text in self.tables:
            return text
        found = self._names.get(key(text), "")
        if not found:
            known = [word for name, spec in self.tables.items() for word in (name, spec.label)]
            self.remarks.error("item.table", "没有这个清单", nearest(trimmed(text), known), sheet.place(row, "table"), text)
        return found

    def _row(self, sheet: Sheet, row: int, cells: list[str], table: str, finder: UnitFinder, trail: TrailReader) -> None:
        if not table:
            return
        texts = {name: trimmed(cells[index]) for name, index in sheet.columns.items()}
        at = sheet.place(row, "item_id")
        if {key(texts.get(name, "")) for name in ("unit_code", "unit_name", "item_id", "item_name")} & {*TOTALS, *SUBTOTALS}:
            self.remarks.error("item.total", "清单中不应有合计行", "请删除该行", at)
            return
        unit = finder.find(row, cells)
        if not texts["item_id"]:
            self.remarks.error("item.no_id", "没有写项目编号", "请补填编号", at)
        spec, rows = self.tables[table], self._found[table]
        foreign = [name for name in sheet.columns if name not in spec.columns and self._is_other(name, table) and texts[name]]
        foreign = [name for name in foreign if sheet.columns[name] not in {sheet.columns.get(own) for own in spec.columns}]
        for name in foreign:
            where = sheet.place(row, name)
            message = f"清单“{spec.label}”没有“{where.column}”这一列"
            self.remarks.error("item.column", message, "请清空该格，或核对清单名", where, texts[name])
        readings: dict[str, Reading | None] = {}
        for name, quantity in spec.columns.items():
            readings[name] = sheet.read(row, cells, name, quantity, self.remarks)
        about = trail.read(row, cells)
        if unit is None or not texts["item_id"] or any(reading is None for reading in readings.values()):
            return
        identity = (unit, texts["item_id"], *(getattr(readings[name], "value", None) for name in spec.key))
        if identity in rows.seen:
            same = "、".join(["对象", "编号", *(spec.columns[name].label for name in spec.key)])
            first = rows.cells[rows.seen[identity]]
            where_first = f"第{first.row}行" if first.file == sheet.grid.file else f"{first.file} 第{first.row}行"
            self.remarks.error("item.twice", f"与{where_first}重复（{same}相同）", "请删去重复的一行，或改正编号", at, texts["item_id"])
            return
        rows.seen[identity] = len(rows.ids)
        rows.ids.append(texts["item_id"])
        rows.labels.append(texts.get("item_name", ""))
        rows.units.append(unit)
        for name, reading in readings.items():
            rows.columns[name].append(reading or MISSING)
        rows.cells.append(
            Cell(
                None,
                texts["item_id"],
                "reported",
                "",
                *about,
                file=at.file,
                sheet=at.sheet,
                row=row + 1,
                column=at.column,
                filing=trail.filing(cells),
            )
        )

    def _is_other(self, name: str, table: str) -> bool:
        """Whether a column belongs to another child table."""
        return any(name in spec.columns for other, spec in self.tables.items() if other != table)

    def found(self) -> dict[str, Table]:
        """The child tables, rows in the order of the files; empty ones are there with no rows."""
        return {
            name: Table(
                name,
                tuple(rows.ids),
                {(column, ""): column_of(readings) for column, readings in rows.columns.items()},
                np.array(rows.units, dtype=int),
                tuple(rows.labels),
                tuple(rows.cells),
            )
            for name, rows in self._found.items()
        }

    def check(self, used: frozenset[str]) -> None:
        """Across rows: an item that stands under two units is told as its table says; a table that is used and has no rows is noted."""
        for name, rows in self._found.items():
            spec = self.tables[name]
            if not rows.ids and name in used:
                self.remarks.note("item.none", f"清单“{spec.label}”没有任何项目", Place("items.csv"))
            owners: dict[str, list[int]] = {}
            for index, item in enumerate(rows.ids):
                owners.setdefault(item, []).append(index)
            for item, indices in owners.items():
                if spec.across_units != "fine" and len({rows.units[index] for index in indices}) > 1:
                    self._shared(spec, rows, item, indices)

    def _shared(self, spec: TableSpec, rows: _Rows, item: str, indices: list[int]) -> None:
        """One item under several units: shares that add up to one settle it."""
        if SHARE in spec.columns:
            whole = exact(100) if spec.columns[SHARE].uom == "%" else exact(1)
            sums: dict[tuple[object, ...], Exact] = {}
            for index in indices:
                part = rows.columns[SHARE][index].value
                listed = tuple(rows.columns[name][index].value for name in spec.key)
                sums[listed] = sums.get(listed, exact(0)) + (part if isinstance(part, Exact) else 0)
            if all(total == whole for total in sums.values()):
                return
        first = rows.cells[indices[0]]
        second = next(rows.cells[index] for index in indices if rows.units[index] != rows.units[indices[0]])
        units = "、".join(dict.fromkeys(self.roster.labels[rows.units[index]] for index in indices))
        message = f"清单“{spec.label}”的同一项目列在{units}名下（另见第{first.row}行）"
        remedy = "请填写各方份额，合计为100%" if SHARE in spec.columns else "请核对归属，避免重复计算"
        tell = self.remarks.error if spec.across_units == "fault" else self.remarks.finding
        tell("item.two_units", message, remedy, Place(second.file, second.sheet, second.row, second.column), item)

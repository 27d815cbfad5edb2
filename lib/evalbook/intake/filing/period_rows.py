"""The period's own files as rows: what stands in them now, and what they become when a collection is taken."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ...safe import defuse
from ...scoring.dataset import Cell
from ...terms import HEADINGS, State
from ..evidence import HEADINGS as EVIDENCE_HEADINGS
from ..evidence import EvidenceCheck
from ..figures import HEADINGS as VALUE_HEADINGS
from ..grid import Grid
from ..items import ItemReader
from ..items import headings as item_headings
from ..remarks import Remarks
from ..sheet import Heading, Sheet, understand
from ..text import trimmed
from ..trail import COLUMNS, FILING_COLUMNS
from .filers import Field

if TYPE_CHECKING:
    from ...scheme.tables import TableSpec
    from .office import Office
    from .returned import Claim, Row

_VALUE_COLUMNS = ("unit_code", "unit_name", "indicator", "period", "stage", "value", "uom", *COLUMNS, *FILING_COLUMNS)


class _Rows:
    """One file: its header, its rows, and where each column stands; columns that are missing are added behind."""

    def __init__(self, grid: Grid | None, known: Sequence[Heading], wanted: Sequence[str]) -> None:
        sheet = None if grid is None or not grid.rows else understand(grid, known, [], Remarks())
        self.sheet: Sheet | None = sheet
        self.header = [trimmed(cell) for cell in sheet.header] if sheet is not None else []
        self.first = sheet.header_row + 1 if sheet is not None else 0
        self.rows = [list(row) for row in sheet.grid.rows[self.first :]] if sheet is not None else []
        self.at = dict(sheet.columns) if sheet is not None else {}
        chinese = bool(self.header) and not self.header[0].isascii()
        for name in wanted:
            if name not in self.at:
                self.at[name] = len(self.header)
                self.header.append(HEADINGS.get(name, name) if chinese else name)

    def put(self, index: int | None, texts: Mapping[str, str]) -> None:
        """Write cells of a row (index in the file, from 0), or append one; columns not named keep what they hold."""
        if index is None:
            row = [""] * len(self.header)
            self.rows.append(row)
        else:
            row = self.rows[index - self.first]
            row += [""] * (len(self.header) - len(row))
        for name, text in texts.items():
            row[self.at[name]] = text

    def drop(self, indices: set[int]) -> None:
        """Take rows away."""
        self.rows = [row for number, row in enumerate(self.rows) if number + self.first not in indices]

    def data(self) -> bytes:
        """The file as it is now: UTF-8 with BOM."""
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, lineterminator="\r\n")
        writer.writerow(self.header)
        for row in self.rows:
            if any(map(str.strip, row)):
                writer.writerow([*row, *[""] * (len(self.header) - len(row))])
        return buffer.getvalue().encode("utf-8-sig")


@dataclass
class PeriodRows:
    """The rows of a period's files."""

    office: Office

    @cached_property
    def _children(self) -> dict[str, TableSpec]:
        return {name: spec for name, spec in self.office.scheme.tables.items() if spec.belongs_to}

    def _file(self, name: str) -> str:
        """The file of a sheet: what it is called in the period's folder, or will be."""
        grid = self.office.grids.get(name)
        return f"{name}.csv" if grid is None else grid.file

    def _home(self, table: str) -> str:
        """The sheet to which rows of a list are added: its own where it has one."""
        return table if table in self.office.grids else "items"

    @cached_property
    def _lists(self) -> dict[str, _Rows]:
        """The common sheet of the lists, and those of lists that have one of their own."""
        found = {}
        for name in ("items", *(table for table in self._children if table in self.office.grids)):
            tables = self._children if name == "items" else {name: self._children[name]}
            own = dict.fromkeys(column for spec in tables.values() for column in spec.columns)
            columns = (*(("table",) if name == "items" else ()), "item_id", "unit_code", "item_name", *own, *COLUMNS, *FILING_COLUMNS)
            found[name] = _Rows(self.office.grids.get(name), item_headings(tables), columns)
        return found

    @cached_property
    def _standing(self) -> dict[tuple[int, str], list[tuple[str, int]]]:
        """(unit, table) → the rows that are there: sheet and index."""
        found: dict[tuple[int, str], list[tuple[str, int]]] = {}
        for name, rows in self._lists.items():
            sheet, quiet = rows.sheet, Remarks()
            if sheet is None or not {"item_id", *(["table"] if name == "items" else [])} <= set(sheet.columns):
                continue
            reader = ItemReader(self._children, self.office.roster, EvidenceCheck(None, quiet), quiet)
            reader.read(sheet, "" if name == "items" else name)
            for table, read in reader.found().items():
                assert read.parent is not None
                for unit, cell in zip(read.parent.tolist(), read.origin, strict=True):
                    found.setdefault((unit, table), []).append((name, cell.row - 1))
        return found

    def of(self, unit: int, table: str) -> list[tuple[str, ...]]:
        """The rows of a unit's list as they stand, each as comparable texts."""
        found = []
        for name, index in self._standing.get((unit, table), ()):
            rows = self._lists[name]
            row = rows.rows[index - rows.first]
            texts = {column: row[at] if at < len(row) else "" for column, at in rows.at.items()}
            found.append(self._texts(table, texts))
        return found

    def comparable(self, row: Row) -> tuple[str, ...]:
        """A filed row as comparable texts."""
        return self._texts(row.table, {name: safe(text) for name, text in row.texts.items()})

    def _texts(self, table: str, texts: Mapping[str, str]) -> tuple[str, ...]:
        own = self.office.scheme.tables[table].columns
        return tuple(trimmed(texts.get(name, "")) for name in ("item_id", "item_name", *own, "evidence_id", "note"))

    # --- taking ---------------------------------------------------------------------------------------------------------------

    def take(
        self,
        figures: Mapping[Field, tuple[Claim, str, str]],
        lists: Mapping[tuple[int, str], tuple[Sequence[Row], str, str]],
        evidence: Sequence[Mapping[str, str]],
    ) -> dict[str, bytes]:
        """The files as they are with these figures, lists and evidence; only files that change. Each comes with the file it was filed
        in (relative to the period's folder) and its sha256."""
        found: dict[str, bytes] = {}
        if figures:
            found[self._file("values")] = self._values(figures)
        if lists:
            found |= self._with_lists(lists)
        if evidence:
            names = [heading.name for heading in EVIDENCE_HEADINGS]
            rows = _Rows(self.office.grids.get("evidence"), EVIDENCE_HEADINGS, names)
            for record in evidence:
                rows.put(None, {name: safe(text) for name, text in record.items()})
            found[self._file("evidence")] = rows.data()
        return found

    def _values(self, figures: Mapping[Field, tuple[Claim, str, str]]) -> bytes:
        wanted = [*_VALUE_COLUMNS, *(["calibre"] if any(which.calibre for which in figures) else [])]
        rows = _Rows(self.office.grids.get("values"), VALUE_HEADINGS, wanted)
        order = {name: number for number, name in enumerate(self.office.scheme.tables["units"].columns)}
        for which in sorted(figures, key=lambda f: (f.unit, order[f.quantity], f.period, f.calibre)):
            claim, file, sha256 = figures[which]
            cell, known = claim.cell, self._known(which)
            texts = {"file": safe(file), "sheet": safe(claim.sheet), "cell": claim.at, "sha256": sha256}
            if known is None or (known.value, known.raw.strip() != "") != (cell.value, True):
                texts |= {
                    "unit_code": self.office.roster.codes[which.unit],
                    "unit_name": self.office.roster.labels[which.unit],
                    "indicator": which.quantity,
                    "period": which.period,
                    "stage": "reported",
                    "value": _value(cell),
                    "uom": cell.uom,
                    "source": safe(cell.source),
                    "evidence_id": safe(cell.evidence_id),
                    "origin": "" if known is not None else cell.origin if cell.origin != "official" else "",
                    "by": safe(cell.by),
                    "date": cell.date,
                    "note": safe(cell.note),
                }
                if which.calibre:
                    texts["calibre"] = which.calibre
            rows.put(None if known is None else known.row - 1, texts)
        return rows.data()

    def _known(self, which: Field) -> Cell | None:
        """The reported row of a figure, blank or not."""
        return self.office.known[which.calibre].cells.get((which.unit, which.quantity, which.period), {}).get("reported")

    def _with_lists(self, lists: Mapping[tuple[int, str], tuple[Sequence[Row], str, str]]) -> dict[str, bytes]:
        changed: dict[str, set[int]] = {}
        for pair in lists:
            for name, index in self._standing.get(pair, ()):
                changed.setdefault(name, set()).add(index)
            changed.setdefault(self._home(pair[1]), set())
        for name, indices in changed.items():
            self._lists[name].drop(indices)
        turn = list(self._children)
        for unit, table in sorted(lists, key=lambda pair: (turn.index(pair[1]), pair[0])):
            filed, file, sha256 = lists[unit, table]
            rows = self._lists[self._home(table)]
            for row in filed:
                texts = {"table": table, **{name: safe(text) for name, text in row.texts.items()}}
                texts |= {"unit_code": self.office.roster.codes[unit]}
                texts |= {"file": safe(file), "sheet": safe(row.sheet), "cell": row.at, "sha256": sha256}
                rows.put(None, {name: text for name, text in texts.items() if name in rows.at})
        return {self._file(name): self._lists[name].data() for name in changed}


def safe(text: str) -> str:
    """A text as it is written into a csv file: trimmed, never a formula; numbers keep their sign."""
    clean = trimmed(text)
    bare = clean.lstrip("+-").rstrip("%")
    return clean if bare.replace(".", "", 1).replace(",", "").isdigit() else defuse(clean)


def _value(cell: Cell) -> str:
    """The text of a figure: as filed, unless it stands for no figure and would look like a formula."""
    raw = trimmed(cell.raw)
    if cell.value is None and raw[:1] in "=+-@":
        return State.MISSING.label
    return defuse(raw) if isinstance(cell.value, str) else raw

"""Reads tables that are no forms: long ones (one row per figure, as values.csv has them) and wide ones (one row per unit)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...terms import PROSE_SHEETS
from ..figures import HEADINGS as VALUE_HEADINGS
from ..figures import REQUIRED
from ..grid import Grid
from ..remarks import Remarks
from ..roster import SUBTOTALS, TOTALS
from ..sheet import Sheet, understand
from ..text import half_width, key, trimmed
from ..trail import STAGE_WORDS
from .claims import PageReader
from .matching import UnitMatcher
from .office import Office
from .returned import TABLE, Returned
from .wide import WideTable
from .wide_header import WITHIN


def read_tables(office: Office, pages: Sequence[Grid], returned: Returned, remarks: Remarks) -> None:
    """Fill ``returned`` with the figures of every table in a file; every fault is told to ``remarks``."""
    returned.kind = TABLE
    matcher = UnitMatcher(office.roster)
    found = 0
    for page in pages:
        if key(page.sheet) not in map(key, PROSE_SHEETS):
            reader = LongTable if _is_long(page) else WideTable
            found += reader(office, page, matcher, returned, remarks).read()
    if not found and not remarks.failed:
        at = pages[0].place() if pages else Grid(returned.name, "", []).place()
        remarks.error("table.nothing", "没有找到可读的表（要有考核对象一列和本期的指标列）", "请用发放的填报表，或写明列名", at)


def _is_long(page: Grid) -> bool:
    """Whether a sheet is laid out as values.csv is."""
    wanted = [{key(word) for word in words} for words in (("indicator", "指标"), ("value", "数值"), ("period", "考核期"))]
    headers = ({key(half_width(cell).partition("(")[0]) for cell in row} for row in page.rows[:WITHIN])
    return any(all(words & header for words in wanted) for header in headers)


@dataclass
class LongTable(PageReader):
    """One sheet with a row per figure."""

    def read(self) -> int:
        """Number of figures read."""
        sheet = understand(self.page, VALUE_HEADINGS, [name for name in REQUIRED if name != "stage"], self.remarks)
        if sheet is None:
            return 0
        rows = [list(row) for row in sheet.grid.rows]
        width = len(sheet.header)
        columns = dict(sheet.columns)
        for row, cells in sheet.records(Remarks()):
            code = cells[columns["unit_code"]] if "unit_code" in columns else ""
            name = cells[columns["unit_name"]] if "unit_name" in columns else ""
            if {key(code), key(name)} & {*TOTALS, *SUBTOTALS}:
                resolved = ["", name or code, "reported"]
            else:
                unit = self.unit(row, code, name, numeric=sheet.is_numeric(row, "unit_code"))
                resolved = [] if unit is None else [self.office.roster.codes[unit], "", "reported"]
            rows[row] = [*cells, *resolved] if resolved else [""] * (width + 3)
        rows[sheet.header_row] = [*sheet.header, "unit_code", "unit_name", "stage"]
        if "stage" in columns:
            self._only_reported(sheet)
        columns |= {"unit_code": width, "unit_name": width + 1, "stage": width + 2}
        ready = Sheet(
            replace(sheet.grid, rows=rows, merged=(), numeric=self.numeric(columns["value"])), sheet.header_row, columns, sheet.uoms
        )
        return self.claims(ready, columns["value"])

    def _only_reported(self, sheet: Sheet) -> None:
        """What units return is 填报值, whatever they call it."""
        index = sheet.columns["stage"]
        for row, cells in sheet.records(Remarks()):
            if trimmed(cells[index]) and STAGE_WORDS.get(key(cells[index])) != "reported":
                message = "报送的表只收填报值；核定值、抽查值由核实退回表导入"
                self.remarks.error(
                    "table.stage", message, "请删去该行，或用 evalbook verification import", sheet.place(row, "stage"), cells[index]
                )

"""What every reader of tables does: find the unit of a row, and turn cells that intake has read into claims."""

from __future__ import annotations

from dataclasses import dataclass

from ..evidence import EvidenceCheck
from ..grid import Grid
from ..remarks import Remarks
from ..sheet import Sheet
from ..text import trimmed
from .filers import Field
from .matching import UnitMatcher
from .office import Office
from .paper import cell_name
from .returned import Claim, Returned


@dataclass
class PageReader:
    """One sheet while it is read."""

    office: Office
    page: Grid
    matcher: UnitMatcher
    returned: Returned
    remarks: Remarks

    def unit(self, row: int, code: str, name: str, *, numeric: bool = False) -> int | None:
        """The unit of a row, with what is odd about how it is written told."""
        match = self.matcher.match(code, name)
        at = self.page.place(row, "考核对象")
        shown = " ".join(filter(None, (trimmed(code), trimmed(name))))
        if match.unit is None:
            self.remarks.error("unit.unknown", match.question, match.remedy, at, shown)
            return None
        if numeric:
            self.remarks.note("code.number", "单位代码存成了数字，按整数读入；请把该列设为文本", at, trimmed(code))
        if match.renamed:
            self.remarks.finding("unit.renamed", match.renamed, "请核对填报的是哪个范围的数", at, shown)
        elif match.note:
            self.remarks.note("unit.matched", match.note, at, shown)
        return match.unit

    def numeric(self, column: int) -> frozenset[tuple[int, int]]:
        """Cells stored as numbers, of one column: in the other ones, codes were looked at before."""
        return frozenset(spot for spot in self.page.numeric if spot[1] == column)

    def claims(self, sheet: Sheet, column: int) -> int:
        """Read the figures and keep each with its cell. An empty cell claims nothing."""
        check = EvidenceCheck(tuple({"evidence_id": number} for number in self.office.evidence_ids), self.remarks)
        series = self.office.reader(sheet, check, self.remarks).read()
        found = 0
        for calibre, figures in series.items():
            for (unit, quantity, period), stages in figures.cells.items():
                cell = stages.get("reported")
                if cell is None or not cell.raw.strip():
                    continue
                if (quantity, period) not in self.office.filings.keys:
                    self.remarks.note("table.not_asked", "不是本期要填报的，未读", sheet.place(cell.row - 1, "indicator"), quantity)
                    continue
                field = Field(unit, quantity, period, calibre)
                if not cell.uom and "value" in sheet.uoms:
                    cell = cell._replace(uom=sheet.uoms["value"])
                self.returned.claims.append(Claim(field, cell, self.page.sheet, cell_name(cell.row - 1, column)))
                found += 1
        return found

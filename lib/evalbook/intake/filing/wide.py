"""Reads wide tables: one row per unit, one column per figure, as offices make them themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .. import uom as units_of_measure
from ..grid import Grid
from ..roster import SUBTOTALS, TOTALS
from ..sheet import Sheet
from ..text import half_width, key, trimmed
from .claims import PageReader
from .wide_header import WITHIN, Column, WideHeader

_NOTES = re.compile(
    r"(?:注|备注|说明|填[表报]说明|资料来源|数据来源|填[表报]人|制表人?|审核人?|(?:单位)?负责人|联系人|联系电话|填报单位|填[表报]日期)"
    r"[:： ].*|\(盖章\)|※.*|\*.*"
)
#: A longer text in the first cell of a row without figures is a remark, whatever it begins with.
_LONG = 30


@dataclass
class WideTable(PageReader):
    """One sheet with a row per unit."""

    def read(self) -> int:
        """Number of columns understood; 0 where the sheet holds no figures of this period."""
        header = WideHeader.find(self.office, self.page)
        if header is None:
            if any(map(trimmed, (cell for row in self.page.rows for cell in row))):
                self.remarks.note("table.unread", "工作表没有考核对象一列，未读", self.page.place())
            return 0
        columns = list(header.columns(self.remarks))
        if not columns:
            if not self.remarks.failed:
                self.remarks.note("table.unread", "表中没有本期要填报的指标，未读", self.page.place(header.first))
            return 0
        if header.first:
            self.remarks.note("header.title", f"表头上方有{header.first}行标题，未读", self.page.place(0))
        page = self._unmerged(header.last)
        units = self._units(page, header, columns)
        for column in columns:
            self._column(page, header, column, units)
        return len(columns)

    def _unmerged(self, last: int) -> Grid:
        """A cell merged downwards says the same for each of its rows; in a row of figures any other merge is a question."""
        rows = [list(row) for row in self.page.rows]
        for merge in self.page.merged:
            if merge.top <= last:
                continue
            words = rows[merge.top][merge.left] if merge.left < len(rows[merge.top]) else ""
            if merge.left != merge.right and not _NOTES.fullmatch(half_width(trimmed(words))):
                if merge.left > 0 or merge.bottom > merge.top:
                    at = self.page.place(merge.top)
                    self.remarks.error("cell.merged", "数据中有跨列的合并单元格", "请取消合并，每格分别填写", at, words)
                continue
            if merge.left == merge.right:
                for row in range(merge.top + 1, merge.bottom + 1):
                    if any(rows[row]) and merge.left < len(rows[row]):
                        rows[row][merge.left] = words
                self.remarks.note("cell.merged", "纵向合并的单元格，其内容用于所含各行", self.page.place(merge.top), words)
        return replace(self.page, rows=rows, merged=())

    def _units(self, page: Grid, header: WideHeader, columns: Sequence[Column]) -> dict[int, list[str]]:
        """(unit_code, unit_name) of every row with figures: the canonical code, or the word of a total."""
        found: dict[int, list[str]] = {}
        places: dict[int, int] = {}
        for row in range(header.last + 1, len(page.rows)):
            cells = page.rows[row]
            texts = [cells[index] if index is not None and index < len(cells) else "" for index in (header.code, header.name)]
            filled = any(column.index < len(cells) and trimmed(cells[column.index]) for column in columns)
            first = next((trimmed(cell) for cell in cells if trimmed(cell)), "")
            if not filled and (not first or _NOTES.fullmatch(half_width(first)) or not any(map(trimmed, texts)) or len(first) > _LONG):
                if first:
                    self.remarks.note("table.note", "表下的说明未读", page.place(row), first[:40])
                continue
            words = set(map(key, texts)) & {*TOTALS, *SUBTOTALS}
            if words:
                found[row] = ["", next(text for text in texts if key(text) in words)]
                continue
            unit = self.unit(row, texts[0], texts[1], numeric=(row, header.code) in page.numeric)
            if unit is None:
                continue
            if unit in places:
                self.remarks.error(
                    "table.unit_twice", f"“{self.office.roster.labels[unit]}”在第{places[unit]}行已有", "请保留一行", page.place(row)
                )
                continue
            places[unit] = row + 1
            found[row] = [self.office.roster.codes[unit], ""]
        return found

    def _column(self, page: Grid, header: WideHeader, column: Column, units: Mapping[int, list[str]]) -> None:
        width = max(len(row) for row in page.rows)
        rows = [[""] * (width + 5) for _ in page.rows]
        shown = trimmed(header.cell(header.last, column.index))
        rows[header.last] = [*["" for _ in range(width)], "unit_code", "unit_name", "indicator", "period", "stage"]
        rows[header.last][column.index] = shown
        for row, (code, name) in units.items():
            value = page.rows[row][column.index] if column.index < len(page.rows[row]) else ""
            rows[row][column.index] = value
            rows[row][width:] = [code, name, column.quantity, column.period, "reported"]
        columns = {
            "unit_code": width,
            "unit_name": width + 1,
            "indicator": width + 2,
            "period": width + 3,
            "stage": width + 4,
            "value": column.index,
        }
        uoms = {"value": column.uom} if column.uom else {}
        sheet = Sheet(replace(page, rows=rows, numeric=self.numeric(column.index)), header.last, columns, uoms)
        quantity = self.office.scheme.tables["units"].columns[column.quantity]
        if not column.uom and units_of_measure.needs_saying(quantity.uom) and not self._says_uom():
            message = f"“{quantity.label}”的列名没有写计量单位"
            self.remarks.error("uom.missing", message, f"请写成“{quantity.label}（{quantity.uom}）”", page.place(header.last, shown))
            return
        if not column.uom:
            sheet = replace(sheet, uoms={"value": self._says_uom() or quantity.uom})
        self.claims(sheet, column.index)

    def _says_uom(self) -> str:
        """The uom that a line above the table states for all of it: 单位：万元."""
        for row in self.page.rows[:WITHIN]:
            for cell in row:
                match = re.search(r"(?:计量)?单位[:：]\s*([^\s,，;；()（）]+)", half_width(trimmed(cell)))
                if match and units_of_measure.is_known(units_of_measure.spelled(match[1])):
                    return units_of_measure.spelled(match[1])
        return ""

"""Finds the header of a grid and gives its columns their names, by English name, Chinese word or the scheme's label."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..errors import nearest
from ..scheme.tables import Quantity
from ..terms import HEADINGS
from . import uom as units_of_measure
from .grid import Grid
from .reading import Reading, read_cell
from .remarks import Place, Remarks
from .text import half_width, key, trimmed

#: A header is looked for in so many rows from the top; above it may stand a title.
_HEADER_WITHIN = 10
_SUFFIX = re.compile(r"(.+?)\(([^()]+)\)")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029]")


@dataclass(frozen=True)
class Heading:
    """A column that a sheet may have. ``table`` keeps apart columns of the same label in different child tables."""

    name: str
    label: str
    table: str = ""


def standard(names: Iterable[str]) -> list[Heading]:
    """Headings of the vocabulary."""
    return [Heading(name, HEADINGS[name]) for name in names]


@dataclass(frozen=True)
class Sheet:
    """A grid whose header is understood.

    ``columns`` maps a name to its index, ``uoms`` a name to the uom that its heading states (``评分（分）``).
    """

    grid: Grid
    header_row: int
    columns: Mapping[str, int]
    uoms: Mapping[str, str]

    @property
    def header(self) -> list[str]:
        """The header as it stands in the file."""
        return self.grid.rows[self.header_row]

    def place(self, row: int | None = None, name: str = "") -> Place:
        """Place of a cell; the column is called as the file calls it."""
        grid = self.grid
        return Place(grid.file, grid.sheet, None if row is None else row + 1, self._called.get(name, name))

    @cached_property
    def _called(self) -> dict[str, str]:
        """Names of columns as the file spells them."""
        return {name: trimmed(self.header[index]) for name, index in self.columns.items()}

    def records(self, remarks: Remarks) -> Iterator[tuple[int, list[str]]]:
        """(row index, cells) of every row with content; rows of another width than the header are told and left out."""
        width, rows = len(self.header), self.grid.rows
        for row in range(self.header_row + 1, len(rows)):
            cells = rows[row]
            if not any(map(str.strip, cells)):
                continue
            if len(cells) > width and not any(map(str.strip, cells[width:])):
                cells = cells[:width]
            if len(cells) != width:
                remarks.error(
                    "csv.ragged",
                    f"该行有{len(cells)}格，表头有{width}格",
                    "请核对是否多了或少了逗号；含逗号的内容须加引号",
                    self.place(row),
                )
                continue
            yield row, cells

    def read(
        self, row: int, cells: list[str], name: str, quantity: Quantity, remarks: Remarks, uom: str | None = None, at: Place | None = None
    ) -> Reading | None:
        """Read the cell of one column as its quantity declares it (see :func:`~evalbook.intake.reading.read_cell`).

        ``at`` is its place, where the caller has it at hand.
        """
        at = at or self.place(row, name)
        text = cells[self.columns[name]] if name in self.columns else ""
        if self.grid.blind and units_of_measure.family(quantity.uom) == "比率" and self.is_numeric(row, name):
            message = f"旧版 xls 看不出数字格式：“{quantity.label}”是 {text}% 还是把百分数存成了小数"
            remarks.error("number.blind_percent", message, "请另存为 xlsx，或把百分数写成文本，如 12.5%", at, text)
            return None
        return read_cell(text, quantity, at, remarks, uom or self.uoms.get(name, uom))

    def is_numeric(self, row: int, name: str) -> bool:
        """Whether a spreadsheet stored the cell as a number."""
        return name in self.columns and (row, self.columns[name]) in self.grid.numeric


def understand(grid: Grid, known: Sequence[Heading], required: Sequence[str], remarks: Remarks) -> Sheet | None:
    """Find the header among the first rows and name its columns; None when a required column is missing (already told).

    ``required`` names may hold alternatives: ``unit_code|unit_name``.
    """
    names = _names(known)
    counts = [sum(_split(cell, names)[0] in names for cell in row if cell) for row in grid.rows[:_HEADER_WITHIN]]
    header_row = counts.index(max(counts, default=0)) if any(counts) else 0
    header = grid.rows[header_row] if grid.rows else []
    titles = [row for row in grid.rows[:header_row] if any(map(str.strip, row))]
    columns: dict[str, int] = {}
    uoms: dict[str, str] = {}
    for index, cell in enumerate(header):
        bare, uom = _split(cell, names)
        found = names.get(bare, ())
        at = grid.place(header_row, trimmed(cell))
        if not trimmed(cell):
            if any(index < len(row) and row[index].strip() for row in grid.rows[header_row + 1 :]):
                remarks.error("header.blank", f"第{index + 1}列有内容却没有列名", "请补上列名，或删去该列", grid.place(header_row))
        elif not found and any(counts):
            remarks.error("header.unknown", "不认识的列名", nearest(trimmed(cell), _choices(known)), at, trimmed(cell))
        for name in found:
            if name in columns:
                remarks.error("header.twice", f"列“{trimmed(cell)}”与第{columns[name] + 1}列重复", "请保留一列", at)
                continue
            columns[name] = index
            if uom:
                uoms[name] = uom
    missing = [name for name in required if not any(option in columns for option in name.split("|"))]
    if missing:
        labels = HEADINGS | {heading.name: heading.label for heading in known if heading.name not in HEADINGS}
        words = "、".join(" 或 ".join(f"{option}（{labels[option]}）" for option in name.split("|")) for name in missing)
        remedy = "请补上列名；列名可用英文名或括号中的中文名"
        if len(header) == 1 and re.search(r"[;\t|]", header[0]):
            remedy = "文件似乎不是用逗号分隔的，请另存为“CSV UTF-8（逗号分隔）”"
        remarks.error("header.missing", f"缺少列 {words}", remedy, grid.place(header_row))
        return None
    if titles:
        remarks.note("header.title", f"表头上方有{len(titles)}行标题，未读", grid.place(0))
    _characters(grid, header_row, remarks)
    _unmerge(grid, header_row, remarks)
    return Sheet(grid, header_row, columns, uoms)


def _names(known: Sequence[Heading]) -> dict[str, list[str]]:
    """Spelling key → names it stands for. A label that two columns of one table share names neither."""
    names: dict[str, list[str]] = {}
    owners: dict[tuple[str, str], set[str]] = {}
    for heading in known:
        owners.setdefault((heading.table, key(heading.label)), set()).add(heading.name)
    for heading in known:
        for spelling in (heading.name, heading.label):
            shared = spelling == heading.label and len(owners[heading.table, key(spelling)]) > 1
            found = names.setdefault(key(spelling), [])
            if not shared and heading.name not in found:
                found.append(heading.name)
    return names


def _choices(known: Sequence[Heading]) -> list[str]:
    return [text for heading in known for text in (heading.name, heading.label)]


def _split(cell: str, names: Mapping[str, list[str]]) -> tuple[str, str]:
    """Spelling key and uom of a heading: ``数值（万元）`` is 数值 in 万元, unless the whole is a name itself."""
    whole = key(cell)
    if whole in names:
        return whole, ""
    match = _SUFFIX.fullmatch(half_width(trimmed(cell)))
    if match is None:
        return whole, ""
    return key(match[1]), units_of_measure.spelled(match[2].strip())


def _characters(grid: Grid, header_row: int, remarks: Remarks) -> None:
    """Characters that no figure has: control characters are refused, line breaks inside a cell are noted."""
    for row in range(header_row, len(grid.rows)):
        if "".join(grid.rows[row]).isprintable():
            continue
        for index, cell in enumerate(grid.rows[row]):
            if cell.isprintable():
                continue
            header = grid.rows[header_row]
            at = grid.place(row, trimmed(header[index]) if index < len(header) else "")
            if _CONTROL.search(cell):
                remarks.error("cell.control", "单元格中有控制字符", "请重新录入该单元格", at, cell)
            elif "\n" in cell or "\r" in cell:
                remarks.note("cell.line_break", "单元格内有换行", at)


def _unmerge(grid: Grid, header_row: int, remarks: Remarks) -> None:
    """A cell merged downwards says the same for each of its rows; any other merge has no single reading."""
    for merge in grid.merged:
        if merge.bottom < header_row:
            continue
        letters = trimmed(grid.rows[header_row][merge.left]) if merge.left < len(grid.rows[header_row]) else ""
        at = grid.place(merge.top, letters)
        if merge.top <= header_row:
            remarks.error("header.merged", "表头有合并单元格", "表头应只占一行，每列一格；请取消合并", at)
        elif merge.left != merge.right:
            remarks.error("cell.merged", "数据中有跨列的合并单元格", "请取消合并，每格分别填写", at)
        else:
            text = grid.rows[merge.top][merge.left]
            for cells in grid.rows[merge.top + 1 : merge.bottom + 1]:
                if any(cells):
                    cells[merge.left] = text
            remarks.note("cell.merged", "纵向合并的单元格，其内容用于所含各行", at, text)

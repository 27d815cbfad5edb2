"""A worksheet that takes whole tables.

xlsxwriter keeps an object for each cell and asks a dozen questions about it twice, when it is given and when it is written; a table of
a large evaluation has a quarter of a million cells. Most of them say what another cell of their column says, and then their XML differs
only in the number of the row. Here each different cell of a column is turned into text once, and a row is such texts joined by its
number. The file is the same to the byte, which a test holds against xlsxwriter's own way.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from functools import cache
from itertools import chain, repeat
from typing import Any, NamedTuple

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

__all__ = ["Cell", "Column", "Live", "RowSheet"]

_letters = cache(xl_col_to_name)
#: So many rows share what the file says of the columns over which they reach.
_BLOCK = 16
_FUNCTION = re.compile(r"[\w.]+(?=\()")
#: What our formulas call. xlsxwriter looks into each formula for thirty functions of later versions, whose names it must change.
_FUNCTIONS = frozenset({"COUNTIFS", "MAX", "MIN", "ROUND", "SUM", "SUMPRODUCT"})


class Live(NamedTuple):
    """A formula and the value that it has now."""

    formula: str
    value: float | str


#: Format of a cell and what it stores: a number, a text, a formula, or nothing.
Cell = tuple[Any, float | str | Live | None]


class Column(NamedTuple):
    """A column of a table: a key for each cell, and what these keys stand for. Cells that have the same key are written alike."""

    keys: Sequence[Hashable]
    cells: Mapping[Hashable, Cell]


class _Table(NamedTuple):
    """A table that is to be written: the row it begins in, its columns, formats in the order of reading, numbers of its texts."""

    row: int
    columns: Sequence[Column]
    styles: Sequence[Any]
    numbers: Mapping[str | None, int]


class RowSheet(Worksheet):  # type: ignore[misc]
    """A worksheet with :meth:`write_rows` besides xlsxwriter's own methods; no row is written both ways."""

    dim_rowmin: int
    dim_rowmax: int

    def __init__(self) -> None:
        super().__init__()
        self._tables: list[_Table] = []

    def write_rows(self, row: int, columns: Sequence[Column]) -> None:
        """Write a table from a row (counted from 0) and column A on, below the tables before it. Its rows have the usual height.

        Texts are stored as they are and must fit into a cell (32,767 units of UTF-16).

        Parameters
        ----------
        columns
            Of one length.

        Examples
        --------
        >>> from io import BytesIO
        >>> from xlsxwriter import Workbook
        >>> buffer = BytesIO()
        >>> with Workbook(buffer, {"in_memory": True}) as book:
        ...     style = book.add_format()
        ...     names, points = Column("甲甲", {"甲": (style, "=甲")}), Column([1, 0], {1: (style, 1.5), 0: (style, None)})
        ...     book.add_worksheet("表", RowSheet).write_rows(0, [names, points])
        >>> from python_calamine import CalamineWorkbook
        >>> CalamineWorkbook.from_filelike(BytesIO(buffer.getvalue())).get_sheet_by_index(0).to_python()
        [['=甲', 1.5], ['=甲', '']]
        """
        if not columns or not columns[0].keys:
            return
        self._check_dimensions(row, 0)
        self._check_dimensions(row + len(columns[0].keys) - 1, len(columns) - 1)
        self._tables.append(_Table(row, columns, self._styles(columns), self._numbers(columns)))

    def _styles(self, columns: Sequence[Column]) -> Sequence[Any]:
        """The formats of a table in the order of reading, in which the file numbers them."""
        first = [cells[keys[0]][0] for keys, cells in columns]
        several = ([cells[key][0] for key in keys] for keys, cells in columns if len({style for style, _ in cells.values()}) > 1)
        return [*dict.fromkeys((*first, *chain.from_iterable(zip(*several, strict=True))))]

    def _numbers(self, columns: Sequence[Column]) -> Mapping[str | None, int]:
        """The numbers of a table's texts, which the file gives them in the order of reading."""
        stored = [{key: text for key, (_, text) in cells.items() if isinstance(text, str)} for _, cells in columns]
        texts = [[*map(some.get, keys)] for some, (keys, _) in zip(stored, columns, strict=True) if some]
        order = dict.fromkeys(chain.from_iterable(zip(*texts, strict=True)))
        order.pop(None, None)
        # The file says how many cells hold texts, and xlsxwriter counts each text that it is asked for.
        self.str_table.count += sum(len(column) - column.count(None) for column in texts) - len(order)
        return {text: self.str_table._get_shared_string_index(text) for text in order}

    def _write_rows(self) -> None:
        """Called by xlsxwriter when the file is written. Its own way looks into each row for cells: it is left those between tables."""
        first, last = self.dim_rowmin, self.dim_rowmax
        self._calculate_spans()
        for table in self._tables:
            self.dim_rowmax = table.row - 1
            super()._write_rows()
            self._write_table(table)
            self.dim_rowmin = table.row + len(table.columns[0].keys)
        self.dim_rowmax = last
        super()._write_rows()
        self.dim_rowmin = first

    def _calculate_spans(self) -> None:
        """Called by xlsxwriter before it writes rows: the first and the last column of every sixteen of them."""
        if self.row_spans:  # known of all rows
            return
        super()._calculate_spans()
        for row, columns, *_ in self._tables:
            for block in range(row // _BLOCK, (row + len(columns[0].keys) - 1) // _BLOCK + 1):
                beside = self.row_spans.get(block, "1:1")
                self.row_spans[block] = f"1:{max(len(columns), int(beside.partition(':')[2]))}"

    def _write_table(self, table: _Table) -> None:
        """The rows of a table."""
        # A text reaches from behind the number of the row in its own address to that in the address of the next cell.
        turn = '</row><row r="'
        ends = [*(f'<c r="{_letters(column)}' for column in range(1, len(table.columns))), turn]
        looks = {style: f'" s="{style._get_xf_index()}"' for style in table.styles}
        texts = [
            {key: f"{looks[style]}{self._rest(stored, table.numbers)}{end}" for key, (style, stored) in cells.items()}
            for (_, cells), end in zip(table.columns, ends, strict=True)
        ]
        numbers = range(table.row + 1, table.row + 1 + len(table.columns[0].keys))
        starts = (f'" spans="{self.row_spans[(number - 1) // _BLOCK]}"><c r="A' for number in numbers)
        columns = [map(known.__getitem__, keys) for known, (keys, _) in zip(texts, table.columns, strict=True)]
        text = "".join(map(str.join, map(str, numbers), zip(repeat("", len(numbers)), starts, *columns, strict=True)))
        self.fh.write(f'<row r="{text[: -len(turn)]}</row>')

    def _rest(self, stored: float | str | Live | None, numbers: Mapping[str | None, int]) -> str:
        """What stands behind the format of a cell."""
        if isinstance(stored, str):
            return f' t="s"><v>{numbers[stored]}</v></c>'
        if stored is None:
            return "/>"
        if isinstance(stored, Live):
            formula, value = stored
            if not formula.startswith("=") or not _FUNCTIONS.issuperset(_FUNCTION.findall(formula)):
                raise ValueError(f"a formula of other functions than {', '.join(sorted(_FUNCTIONS))}: {formula}")
            kind = ' t="str"' if isinstance(value, str) and value else ""
            return f"{kind}><f>{self._escape_data(formula[1:])}</f><v>{self._escape_data(value)}</v></c>"
        return f"><v>{stored:.16G}</v></c>"

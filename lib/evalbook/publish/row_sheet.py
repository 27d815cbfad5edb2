"""A worksheet that takes whole tables.

xlsxwriter keeps an object for each cell and asks a dozen questions about it twice, when it is given and when it is written; a table of
a large evaluation has a quarter of a million cells. Most of them say what another cell of their column says, and then their XML differs
only in the number of the row. Here each different cell of a column is turned into text once, and a row is such texts joined by its
number. The file is the same to the byte, which a test holds against xlsxwriter's own way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from functools import cache
from typing import Any, NamedTuple

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

__all__ = ["Cell", "Live", "RowSheet"]

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


class _Table(NamedTuple):
    """The keys of a table, and for each column what they stand for: format, XML behind it. The formats in the order of reading."""

    columns: Sequence[Sequence[Hashable]]
    known: Sequence[dict[Hashable, tuple[Any, str]]]
    styles: dict[Any, None]


class RowSheet(Worksheet):  # type: ignore[misc]
    """A worksheet with :meth:`write_rows` besides xlsxwriter's own methods; no row is written both ways."""

    def write_rows(self, row: int, columns: Sequence[Sequence[Hashable]], cell: Callable[[int, int], Cell]) -> None:
        """Write a table from a row (counted from 0) and column A on. Its rows have the usual height.

        Texts are stored as they are and must fit into a cell (32,767 units of UTF-16).

        Parameters
        ----------
        columns
            A key for each cell, column by column, as many in each: cells of a column that have the same key are written alike.
        cell
            The cell in a column and a row of the table (both counted from 0). Asked for where a key comes first, in the order of
            reading, since the file numbers formats and texts in that order.

        Examples
        --------
        >>> from io import BytesIO
        >>> from xlsxwriter import Workbook
        >>> buffer, columns = BytesIO(), [["=甲", "=甲"], [1.5, None]]
        >>> with Workbook(buffer, {"in_memory": True}) as book:
        ...     style = book.add_format()
        ...     book.add_worksheet("表", RowSheet).write_rows(0, columns, lambda column, row: (style, columns[column][row]))
        >>> from python_calamine import CalamineWorkbook
        >>> CalamineWorkbook.from_filelike(BytesIO(buffer.getvalue())).get_sheet_by_index(0).to_python()
        [['=甲', 1.5], ['=甲', '']]
        """
        if not columns or not columns[0]:
            return
        width, height = len(columns), len(columns[0])
        first: dict[int, Hashable] = {}
        for column, keys in enumerate(columns):
            # Backwards, so that what stays is the row in which a key comes first.
            at = dict(zip(reversed(keys), range(height - 1, -1, -1), strict=True))
            first.update({width * number + column: key for key, number in at.items()})
        known: list[dict[Hashable, tuple[Any, str]]] = [{} for _ in columns]
        styles: dict[Any, None] = {}
        texts: list[set[Hashable]] = [set() for _ in columns]
        for place in sorted(first):
            (number, column), key = divmod(place, width), first[place]
            style, stored = cell(column, number)
            styles[style] = None
            known[column][key] = style, self._rest(stored)
            if isinstance(stored, str):
                texts[column].add(key)
        # The file says how many cells hold texts, and each was counted once so far.
        self.str_table.count += sum(sum(map(some.__contains__, keys)) - len(some) for some, keys in zip(texts, columns, strict=True))
        self._check_dimensions(row, 0)
        self._check_dimensions(row + height - 1, width - 1)
        # The first cell brings all the others; xlsxwriter asks for the last one to find how far a row reaches.
        self.table[row] = {width - 1: None, 0: _Table(columns, known, styles)}

    def _rest(self, stored: float | str | Live | None) -> str:
        """What stands behind the format of a cell."""
        if stored is None:
            return "/>"
        if isinstance(stored, str):
            return f' t="s"><v>{self.str_table._get_shared_string_index(stored)}</v></c>'
        if isinstance(stored, Live):
            formula, value = stored
            if not formula.startswith("=") or not _FUNCTIONS.issuperset(_FUNCTION.findall(formula)):
                raise ValueError(f"a formula of other functions than {', '.join(sorted(_FUNCTIONS))}: {formula}")
            kind = ' t="str"' if isinstance(value, str) and value else ""
            return f"{kind}><f>{self._escape_data(formula[1:])}</f><v>{self._escape_data(value)}</v></c>"
        return f"><v>{stored:.16G}</v></c>"

    def _calculate_spans(self) -> None:
        """Called by xlsxwriter before it writes the rows: the first and the last column of every sixteen of them."""
        super()._calculate_spans()
        for row, cells in self.table.items():
            if isinstance(table := cells.get(0), _Table):
                for block in range(row // _BLOCK, (row + len(table.columns[0]) - 1) // _BLOCK + 1):
                    beside = self.row_spans.get(block, "1:1")
                    self.row_spans[block] = f"1:{max(len(table.columns), int(beside.partition(':')[2]))}"

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        """Called by xlsxwriter for each cell that it knows of, row by row, when the file is written."""
        if isinstance(cell, _Table):
            self._write_table(row, cell)
        elif cell is not None:
            super()._write_cell(row, col, cell)

    def _write_table(self, row: int, table: _Table) -> None:
        """The rows of a table, but for the start of the first and the end of the last one, which xlsxwriter writes."""
        # A text reaches from behind the number of the row in its own address to that in the address of the next cell.
        turn = '</row><row r="'
        ends = [*(f'<c r="{_letters(column)}' for column in range(1, len(table.columns))), turn]
        looks = {style: f'" s="{style._get_xf_index()}"' for style in table.styles}
        texts = [
            {key: f"{looks[style]}{rest}{end}" for key, (style, rest) in known.items()}
            for known, end in zip(table.known, ends, strict=True)
        ]
        numbers = range(row + 1, row + 1 + len(table.columns[0]))
        starts = (f'" spans="{self.row_spans[(number - 1) // _BLOCK]}"><c r="A' for number in numbers)
        columns = [map(known.__getitem__, keys) for known, keys in zip(texts, table.columns, strict=True)]
        lines = zip(numbers, zip(starts, *columns, strict=True), strict=True)
        text = "".join([str(number).join(("", *line)) for number, line in lines])
        self.fh.write(text[text.index("<c ") : -len(turn)])

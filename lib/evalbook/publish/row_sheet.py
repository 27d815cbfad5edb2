"""A worksheet that takes whole rows.

xlsxwriter keeps an object for each cell and asks a dozen questions about it twice, when it is given and when it is written; a table of
a large evaluation has a quarter of a million cells. Here a row is turned into text when it is given. The file is the same to the
byte, which a test holds against xlsxwriter's own way.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

__all__ = ["Cell", "RowSheet"]

_letters = cache(xl_col_to_name)

#: Format of a cell and what it stores: a number, a text, or nothing.
Cell = tuple[Any, float | str | None]


class _Row(NamedTuple):
    """The cells of a row as they were given, and the XML behind the format of each.

    Two lists and no object per cell: hundreds of thousands of new pairs would set the garbage collector going again and again.
    """

    cells: Sequence[Cell]
    rest: list[str]


class RowSheet(Worksheet):  # type: ignore[misc]
    """A worksheet with :meth:`write_cells` besides xlsxwriter's own methods; no row is written both ways."""

    def write_cells(self, row: int, cells: Sequence[Cell]) -> None:
        """Write a row (counted from 0) from column A on.

        Texts are stored as they are and must fit into a cell (32,767 units of UTF-16).

        >>> from io import BytesIO
        >>> from xlsxwriter import Workbook
        >>> buffer = BytesIO()
        >>> with Workbook(buffer, {"in_memory": True}) as book:
        ...     page = book.add_worksheet("表", RowSheet)
        ...     page.write_cells(0, [(book.add_format(), "=甲"), (book.add_format({"num_format": "0.0"}), 1.5)])
        >>> from python_calamine import CalamineWorkbook
        >>> CalamineWorkbook.from_filelike(BytesIO(buffer.getvalue())).get_sheet_by_index(0).to_python()
        [['=甲', 1.5]]
        """
        if not cells:
            return
        index = self.str_table._get_shared_string_index
        rest = []
        for _, value in cells:
            if value is None:
                rest.append("/>")
            elif isinstance(value, str):
                rest.append(f' t="s"><v>{index(value)}</v></c>')
            else:
                rest.append(f"><v>{value:.16G}</v></c>")
        last = len(cells) - 1
        self._check_dimensions(row, 0)
        self._check_dimensions(row, last)
        # xlsxwriter asks which columns a row has only to find its first and its last one.
        self.table[row] = {last: None, 0: _Row(cells, rest)}

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        """Called by xlsxwriter for each cell that the table names, row by row, when the file is written."""
        if isinstance(cell, _Row):
            number = row + 1
            pairs = enumerate(zip(cell.cells, cell.rest, strict=True))
            cells = [f'<c r="{_letters(at)}{number}" s="{style._get_xf_index()}"{rest}' for at, ((style, _), rest) in pairs]
            self.fh.write("".join(cells))
        elif cell is not None:
            super()._write_cell(row, col, cell)

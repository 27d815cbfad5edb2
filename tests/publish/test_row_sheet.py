"""Rows given whole come out as xlsxwriter writes them cell by cell."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from evalbook.publish.row_sheet import RowSheet

FORMATS = [{}, {"num_format": "0.00", "border": 1}, {"num_format": "@", "text_wrap": True, "align": "left"}]
#: What xlsxwriter treats specially: markup, quotes, control characters and what looks like them escaped, blanks at the ends, rich text.
TEXTS = st.one_of(st.text(max_size=12), st.sampled_from(["<r>a</r>", "&<>\"'", "_x0001_", "\x01\n", " a ", "=1+1", "\ufffe", "𠮷" * 3]))
VALUES = st.one_of(st.none(), TEXTS.filter(bool), st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**6), 10**6).map(float))
ROWS = st.lists(st.lists(st.tuples(st.integers(0, 2), VALUES), max_size=30), max_size=40)


def written(rows: list[list[tuple[int, float | str | None]]], kind: type | None) -> bytes:
    """A workbook with a title, the rows, a note below and one row with a formula: whole rows for a RowSheet, else cell by cell."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - as xlsxwriter wants it
    formats = [book.add_format(properties) for properties in FORMATS]
    for name in ("甲", "乙"):
        page = book.add_worksheet(name, kind)
        page.write_string(0, 0, "题")
        page.set_row(0, 26)
        page.set_column(1, 1, 30, formats[1])
        page.write_formula(1, 2, "=A1", formats[1], 1)
        for number, row in enumerate(rows, start=2):
            cells = [(formats[look], value) for look, value in row]
            if isinstance(page, RowSheet):
                page.write_cells(number, cells)
                continue
            for position, (style, value) in enumerate(cells):
                if value is None:
                    page.write_blank(number, position, None, style)
                elif isinstance(value, str):
                    page.write_string(number, position, value, style)
                else:
                    page.write_number(number, position, value, style)
        page.write_string(len(rows) + 4, 0, "注")
        page.autofilter(1, 0, len(rows) + 1, 5)
    book.close()
    return buffer.getvalue()


@given(ROWS)
def test_whole_rows_are_written_as_cell_by_cell(rows: list[list[tuple[int, float | str | None]]]) -> None:
    """The same bytes as xlsxwriter's own sheets, whatever texts, numbers and blanks the rows hold and however long they are."""
    assert written(rows, RowSheet) == written(rows, None)

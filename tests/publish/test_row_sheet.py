"""Tables given whole come out as xlsxwriter writes them cell by cell."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from itertools import product

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from evalbook.publish.row_sheet import Cell, Column, Live, RowSheet

FORMATS = [{}, {"num_format": "0.00", "border": 1}, {"num_format": "@", "text_wrap": True, "align": "left"}]
#: What xlsxwriter treats specially: markup, quotes, control characters and what looks like them escaped, blanks at the ends, rich text.
TEXTS = st.one_of(st.text(max_size=12), st.sampled_from(["<r>a</r>", "&<>\"'", "_x0001_", "\x01\n", " a ", "=1+1", "\ufffe", "𠮷" * 3]))
NUMBERS = st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**6), 10**6).map(float))
LIVE = ["=A1", '=ROUND(A3+B3,2)&"<"', "=MAX(A3,SUM(B3:B4))"]
FORMULAS = st.builds(Live, st.sampled_from(LIVE), st.one_of(st.sampled_from(["缺数<", ""]), NUMBERS))
VALUES = st.one_of(st.none(), TEXTS.filter(bool), NUMBERS, FORMULAS)


@st.composite
def tables(draw: st.DrawFn) -> list[list[tuple[int, float | str | Live | None]]]:
    """Columns of one length in which cells recur: the format's number and the value."""
    known = draw(st.lists(st.tuples(st.integers(0, 2), VALUES), min_size=1, max_size=12))
    width, height = draw(st.integers(0, 30)), draw(st.integers(0, 40))
    return [[known[i] for i in draw(st.lists(st.integers(0, len(known) - 1), min_size=height, max_size=height))] for _ in range(width)]


def written(columns: list[list[tuple[int, float | str | Live | None]]], kind: type | None, top: int) -> bytes:
    """A workbook with a title, the table, a note below and one row with a formula: at once for a RowSheet, else cell by cell."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - as xlsxwriter wants it
    formats = [book.add_format(properties) for properties in FORMATS]
    height = len(columns[0]) if columns else 0

    def cell(column: int, row: int) -> Cell:
        look, value = columns[column][row]
        return formats[look], value

    for name in ("甲", "乙"):
        page = book.add_worksheet(name, kind)
        page.write_string(0, 0, "题")
        page.set_row(0, 26)
        page.set_column(1, 1, 30, formats[1])
        page.write_formula(1, 2, "=A1", formats[1], 1)
        if isinstance(page, RowSheet):
            keys = [[*map(repr, values)] for values in columns]
            cells = [{key: cell(column, row) for row, key in enumerate(found)} for column, found in enumerate(keys)]
            page.write_rows(top, [*map(Column, keys, cells)])
        for row, column in [] if kind else product(range(height), range(len(columns))):
            style, value = cell(column, row)
            if value is None:
                page.write_blank(top + row, column, None, style)
            elif isinstance(value, Live):
                page.write_formula(top + row, column, value.formula, style, value.value)
            elif isinstance(value, str):
                page.write_string(top + row, column, value, style)
            else:
                page.write_number(top + row, column, value, style)
        page.write_string(top + height + 2, 0, "注")
        page.autofilter(1, 0, top + height, 5)
    book.close()
    return buffer.getvalue()


@given(tables(), st.sampled_from([2, 14, 15, 16, 40]))
def test_tables_are_written_as_cell_by_cell(columns: list[list[tuple[int, float | str | Live | None]]], top: int) -> None:
    """The same bytes as xlsxwriter's own sheets, whatever texts, numbers, formulas and blanks recur in it, wherever it stands."""
    assert written(columns, RowSheet, top) == written(columns, None, top)


@pytest.mark.parametrize("formula", ["A1", "{=SUM(A1:A2)}", "=UNIQUE(A1:A2)", "=1+SORT(A1:A2)", "=WEBSERVICE(A1)", "=BETA.DIST(1)"])
def test_formulas_of_other_functions_are_refused(formula: str) -> None:
    """What xlsxwriter would write in another way, or what no formula of ours calls."""
    with pytest.raises(ValueError, match="formula"):
        written([[(0, Live(formula, 1.0))]], RowSheet, 2)

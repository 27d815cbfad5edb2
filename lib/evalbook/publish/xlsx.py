"""Excel workbooks that say exactly what the report says, and nothing that a data file smuggled in."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any, Literal

from evalbook.exact import Exact, exact, to_decimal
from evalbook.safe import write_bytes

if TYPE_CHECKING:
    from .row_sheet import Cell, Column

__all__ = ["Col", "Formula", "Sheet", "workbook_bytes", "write_workbook"]

Kind = Literal["text", "number", "percent", "int"]

_FONT = "微软雅黑"
#: Excel keeps 15 significant digits; a longer number would change on opening.
_EXCEL_DIGITS = 15
_EXCEL_TEXT = 32767
#: Decimals that are written without an exponent.
_PLAIN = re.compile(r"-?[0-9.]+")
_TEXTS = {True: "是", False: "否"}
_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - xlsxwriter wants a naive time; a constant keeps the bytes equal


@dataclass(frozen=True)
class Col:
    """A column: heading, width in characters, kind of its values, decimals shown (None: each value with its own).

    ``percent`` columns hold shares: 0.125 is shown as 12.5%.
    """

    heading: str
    width: float = 12
    kind: Kind = "text"
    decimals: int | None = None


@dataclass(frozen=True, eq=False)
class Formula:
    """A live formula with the value it has now, since viewers that do not calculate show the stored value."""

    text: str
    value: Any


@dataclass(frozen=True)
class Sheet:
    """A worksheet: name of its tab, title above the table, columns, rows and notes below."""

    name: str
    title: str
    columns: Sequence[Col]
    rows: Sequence[Sequence[Any]]
    notes: Sequence[str] = ()


def _tab_names(sheets: Sequence[Sheet]) -> list[str]:
    """Names that Excel accepts: at most 31 characters, none of its reserved ones, all different."""
    names: list[str] = []
    for sheet in sheets:
        base = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", sheet.name).strip().strip("'")[:31] or "表"
        name, number = base, 1
        while name.casefold() in {n.casefold() for n in names} | {"history"}:
            number += 1
            name = f"{base[: 30 - len(str(number))]}_{number}"
        names.append(name)
    return names


def _number(value: Any, column: Col) -> Decimal | None:
    """A value as the decimal that is stored; None for text. A ratio without end gets the digits that Excel can keep."""
    if value is None or isinstance(value, (bool, str)):
        return None
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{column.heading}: {value} is no value for a workbook; write the state instead")
        return value
    number: Exact = exact(value)
    try:
        return to_decimal(number)
    except ValueError:
        return to_decimal(number, max(0, _EXCEL_DIGITS - len(str(int(abs(number))))))


@cache
def _format(kind: Kind, decimals: int | None, exponent: int) -> str:
    """Number format with the column's decimals, or with those the value has."""
    if kind == "int":
        return "0"
    own = max(0, -exponent)
    if kind == "percent":
        decimals = decimals if decimals is not None else max(0, own - 2)
        return "0" + ("." + "0" * decimals if decimals else "") + "%"
    decimals = decimals if decimals is not None else min(own, 10)
    return "0" + ("." + "0" * decimals if decimals else "")


class _Writer:
    """One workbook while it is written; formats are shared between its sheets."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.dresses: dict[tuple[str, str, bool], Any] = {}
        self.lives: dict[str, Any] = {}

    def style(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"font_name": _FONT, "font_size": 10, "valign": "vcenter", **properties})
        return self.formats[key]

    def dress(self, align: str, number_format: str = "@", *, wrap: bool = False) -> Any:
        """The format of a cell of a table."""
        key = (align, number_format, wrap)
        if key not in self.dresses:
            self.dresses[key] = self.style(border=1, border_color="#CFD5DC", align=align, text_wrap=wrap, num_format=number_format)
        return self.dresses[key]

    def column(self, values: Sequence[Any], column: Col) -> Column:
        """A column of a table; values that are written alike are looked at once."""
        from .row_sheet import Column

        kinds = {*map(type, values)} - {NoneType}
        if kinds <= {str}:
            look = self.look(column)
            return Column(values, {text: (look, _fitting(text, column) if text else None) for text in {*values}})
        if kinds <= {Decimal, str}:
            return self.decimals(values, column)
        # 1, True and 1.0 are equal, but they are not written alike.
        keys = [value if value is None or isinstance(value, (str, Formula)) else (type(value), str(value)) for value in values]
        return Column(keys, {key: self.cell(value, column) for key, value in dict(zip(keys, values, strict=True)).items()})

    def decimals(self, values: Sequence[Decimal | str | None], column: Col) -> Column:
        """A column of decimals, whose text says how they are written: 1.5 and 1.50 are equal, but they are not shown alike."""
        from .row_sheet import Column

        look = cache(lambda places: self.dress("right", _format(column.kind, column.decimals, -places)))
        keys = [str(value) if isinstance(value, Decimal) else None if value is None else (value,) for value in values]
        cells: dict[Hashable, Cell] = {}
        for key, value in dict(zip(keys, values, strict=True)).items():
            if isinstance(key, str) and len(key) <= _EXCEL_DIGITS and _PLAIN.fullmatch(key):
                cells[key] = look(len(key.partition(".")[2])), float(key)
            else:
                cells[key] = self.cell(value, column)
        return Column(keys, cells)

    def cell(self, value: Any, column: Col) -> Cell:
        """The format of a value, and what is stored."""
        if isinstance(value, str) or value is None:
            return self.look(column), _fitting(value, column) if value else None
        if isinstance(value, Formula):
            return self.formula(value, column)
        number = _number(value, column)
        if number is not None:
            _, digits, exponent = number.as_tuple()
            if len(digits) <= _EXCEL_DIGITS or len(number.normalize().as_tuple().digits) <= _EXCEL_DIGITS:
                return self.dress("right", _format(column.kind, column.decimals, int(exponent))), float(number)
        text = format(number, "f") if number is not None else _TEXTS[value] if isinstance(value, bool) else str(value)
        return self.look(column), _fitting(text, column)

    def look(self, column: Col) -> Any:
        """The format of a text, and of nothing."""
        return self.dress("left", wrap=True) if column.kind == "text" else self.dress("right")

    def formula(self, formula: Formula, column: Col) -> Cell:
        from .row_sheet import Live

        number = _number(formula.value, column)
        look = "@" if number is None else _format(column.kind, column.decimals, int(number.as_tuple().exponent))
        if look not in self.lives:
            self.lives[look] = self.style(border=1, border_color="#CFD5DC", num_format=look)
        return self.lives[look], Live(formula.text, str(formula.value) if number is None else float(number))

    def sheet(self, sheet: Sheet, name: str) -> None:
        from .row_sheet import RowSheet

        page = self.book.add_worksheet(name, RowSheet)
        last = max(len(sheet.columns) - 1, 0)
        page.write_string(0, 0, sheet.title, self.style(bold=True, font_size=14))
        page.set_row(0, 26)
        head = self.style(bold=True, bg_color="#E9EEF4", border=1, border_color="#9AA5B1", align="center", text_wrap=True)
        for position, column in enumerate(sheet.columns):
            page.set_column(position, position, column.width)
            page.write_string(1, position, column.heading, head)
        columns = zip(*sheet.rows, strict=True) if sheet.rows else [()] * len(sheet.columns)
        page.write_rows(2, [self.column(values, head) for values, head in zip(columns, sheet.columns, strict=True)])
        end = 1 + len(sheet.rows)
        for number, note in enumerate(sheet.notes, start=end + 2):
            page.write_string(number, 0, note, self.style(font_color="#5D6670"))
        page.freeze_panes(2, 1)
        if sheet.columns:
            page.autofilter(1, 0, end, last)
        page.set_paper(9)  # A4
        if sum(column.width for column in sheet.columns) > 95:
            page.set_landscape()
        page.fit_to_pages(1, 0)  # as wide as the paper, as long as it takes
        page.repeat_rows(0, 1)
        page.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
        page.set_footer(f'&C&"{_FONT}"&9第&P页　共&N页')


def _fitting(text: str, column: Col) -> str:
    """A text, which must not be longer than a cell."""
    # Counted as Excel counts: a character outside the basic plane takes two units.
    if len(text) > _EXCEL_TEXT // 2 and len(text.encode("utf-16-le")) > 2 * _EXCEL_TEXT:
        raise ValueError(f"{column.heading}: text of {len(text)} characters does not fit into a cell")
    return text


def workbook_bytes(sheets: Sequence[Sheet], *, title: str = "", created: datetime = _EPOCH) -> bytes:
    """A workbook; the same sheets give the same bytes.

    Text stays text whatever it looks like (formulas, addresses, numbers); numbers are stored as the decimal they are and shown
    with the column's decimals; a number with more digits than Excel keeps is stored as text rather than changed.

    Parameters
    ----------
    sheets
        At least one.
    title
        Title in the file's properties.
    created
        Date in the file's properties: constant, or the day of the figures.

    Raises
    ------
    ValueError
        No sheet, a row that is longer or shorter than the columns, a NaN or an infinity, a text longer than a cell.

    Examples
    --------
    >>> sheet = Sheet("总分", "综合得分", [Col("考核对象"), Col("得分", kind="number", decimals=2)], [["=甲", exact("85.13")]])
    >>> workbook_bytes([sheet])[:2]
    b'PK'
    """
    import xlsxwriter  # lazy: a quarter of a second

    if not sheets:
        raise ValueError("a workbook needs at least one sheet")
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": title, "author": "evalbook", "created": created})
    writer = _Writer(book)
    for sheet, name in zip(sheets, _tab_names(sheets), strict=True):
        writer.sheet(sheet, name)
    book.close()
    return buffer.getvalue()


def write_workbook(path: Path, sheets: Sequence[Sheet], *, title: str = "", created: datetime = _EPOCH) -> None:
    """Write a workbook as :func:`workbook_bytes` makes it; a file of that name is replaced only when the new one is complete."""
    write_bytes(Path(path), workbook_bytes(sheets, title=title, created=created))

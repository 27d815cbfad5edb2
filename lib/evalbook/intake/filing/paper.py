"""The paper that forms are written on: looks, validation, protection and print set-up of one workbook, by xlsxwriter."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

from ...exact import plain
from ...scheme.tables import Quantity

_FONT = "微软雅黑"
_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - xlsxwriter wants a naive time; a constant keeps the bytes equal
#: What may stand in the place of a number.
MARKS = ("缺失", "不适用")
#: Excel refuses longer lists and formulas in a validation.
_MOST_LIST, _MOST_TEXT = 255, 255
_LINE = {"border": 1, "border_color": "#9AA5B1"}
#: Looks by role; what is not ``input`` is locked.
_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 15, "align": "left"},
    "title_wrapped": {"bold": True, "font_size": 15, "text_wrap": True},
    "plain": {"text_wrap": True, "valign": "top"},
    "quiet": {"font_color": "#8A929B", "font_size": 8},
    "strong": {"bold": True},
    "head": {"bold": True, "bg_color": "#DCE6F1", "align": "center", "text_wrap": True, **_LINE},
    "head_required": {"bold": True, "bg_color": "#B8CCE4", "align": "center", "text_wrap": True, **_LINE},
    "group": {"bold": True, "bg_color": "#EEF2F6", **_LINE},
    "cell": {"text_wrap": True, **_LINE},
    "small": {"text_wrap": True, "font_size": 8, "font_color": "#5D6670", **_LINE},
    "center": {"align": "center", "text_wrap": True, **_LINE},
    "computed": {"align": "right", "font_color": "#5D6670", "num_format": "+0.0%;-0.0%;0.0%", **_LINE},
    "input": {"bg_color": "#FFF9DB", "locked": False, **_LINE},
    "input_number": {"bg_color": "#FFF9DB", "locked": False, "align": "right", **_LINE},
    "input_text": {"bg_color": "#FFF9DB", "locked": False, "text_wrap": True, "num_format": "@", **_LINE},
    "input_date": {"bg_color": "#FFF9DB", "locked": False, "align": "center", "num_format": "yyyy-mm-dd", **_LINE},
    "open_text": {"locked": False, "num_format": "@"},
    "open_number": {"locked": False},
    "open_date": {"locked": False, "num_format": "yyyy-mm-dd"},
    "label": {"align": "right", "bold": True},
}


class Paper:
    """A workbook being written; the same calls give the same bytes."""

    def __init__(self, title: str, subject: str) -> None:
        import xlsxwriter  # lazy: a quarter of a second

        self._buffer = BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self._book = xlsxwriter.Workbook(self._buffer, options)
        self._book.set_properties({"title": title, "subject": subject, "author": "evalbook", "created": _EPOCH})
        self._styles: dict[str, Any] = {}

    def style(self, role: str) -> Any:
        """The format of a role."""
        if role not in self._styles:
            look = {"font_name": _FONT, "font_size": 10, "valign": "vcenter", **_LOOKS[role]}
            self._styles[role] = self._book.add_format(look)
        return self._styles[role]

    def page(self, name: str, widths: list[float], *, head: int, landscape: bool = True) -> Page:
        """A protected sheet with columns of these widths; the first ``head`` rows are repeated on each printed page."""
        page = Page(self, self._book.add_worksheet(name), widths)
        page.sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})
        page.sheet.set_paper(9)  # A4
        if landscape:
            page.sheet.set_landscape()
        page.sheet.fit_to_pages(1, 0)
        page.sheet.set_margins(left=0.45, right=0.45, top=0.6, bottom=0.6)
        page.sheet.set_footer(f'&C&"{_FONT}"&9&A　第&P页　共&N页')
        if head:
            page.sheet.freeze_panes(head, 0)
            page.sheet.repeat_rows(head - 1)
        for column, width in enumerate(widths):
            page.sheet.set_column(column, column, width)
        return page

    def close(self) -> bytes:
        """The finished workbook."""
        self._book.close()
        return self._buffer.getvalue()


class Page:
    """One sheet of a form."""

    def __init__(self, paper: Paper, sheet: Any, widths: list[float]) -> None:
        self._paper, self.sheet, self.widths = paper, sheet, widths

    def text(self, row: int, column: int, text: str, role: str = "cell") -> None:
        """A text that stays a text."""
        if text:
            self.sheet.write_string(row, column, text[:32767], self._paper.style(role))
        else:
            self.sheet.write_blank(row, column, None, self._paper.style(role))

    def number(self, row: int, column: int, text: str, role: str = "input_number") -> None:
        """A number, from its text; one with more digits than a spreadsheet keeps stays a text."""
        if len(text.strip("-").replace(".", "")) > 15:
            self.text(row, column, text, role)
        else:
            self.sheet.write_number(row, column, float(text), self._paper.style(role))

    def formula(self, row: int, column: int, formula: str, role: str = "computed") -> None:
        """A formula of ours, empty as long as nothing is filled in."""
        self.sheet.write_formula(row, column, formula, self._paper.style(role), "")

    def height(self, row: int, points: float) -> None:
        """Height of a row."""
        self.sheet.set_row(row, points)

    def open(self, first: int, quantities: list[Quantity | None]) -> None:
        """Everything below the header may be filled in, beyond the printed lines too: columns are open, only what is written is not."""
        for column, quantity in enumerate(quantities, first):
            role = f"open_{_input_of(quantity)}"
            self.sheet.set_column(column, column, self.widths[column], self._paper.style(role))

    def input(self, row: int, column: int, quantity: Quantity | None, *, last_row: int | None = None, marks: bool = True) -> None:
        """Blank cells to be filled in as a quantity says (None: any text), checked while typing."""
        last_row = row if last_row is None else last_row
        style = self._paper.style(f"input_{_input_of(quantity)}")
        for number in range(row, last_row + 1):
            self.sheet.write_blank(number, column, None, style)
        if quantity is not None:
            self.validate(row, column, quantity, last_row=last_row, marks=marks)

    def validate(self, row: int, column: int, quantity: Quantity, *, last_row: int, marks: bool) -> None:
        """Refuse while typing what intake would refuse; a number may be replaced by 缺失 or 不适用."""
        rule = _rule(quantity, cell_name(row, column), marks)
        if rule:
            self.sheet.data_validation(row, column, last_row, column, rule)


def _input_of(quantity: Quantity | None) -> str:
    kind = "text" if quantity is None else quantity.type
    return {"date": "date", "number": "number", "integer": "number"}.get(kind, "text")


def _rule(quantity: Quantity, cell: str, marks: bool) -> dict[str, Any]:
    """The validation of a quantity's cells; the first of them is ``cell``."""
    others = list(MARKS) if marks else []
    help_ = {"input_title": quantity.label[:32], "input_message": _hint(quantity)[:_MOST_TEXT], "error_title": "请核对"}
    values = ["是", "否"] if quantity.type == "yes_no" else list(quantity.values)
    if values:
        listed = [*values, *others]
        if len(",".join(listed)) <= _MOST_LIST and not any("," in value for value in listed):
            return {"validate": "list", "source": listed, "error_message": "请从下拉列表中选择", **help_}
        return {"validate": "any", **help_}
    if quantity.type == "text":
        return {"validate": "any", **help_} if quantity.note else {}
    tests = [f"ISNUMBER({cell})"]
    if quantity.type == "integer":
        tests.append(f"{cell}=INT({cell})")
    if quantity.min is not None:
        tests.append(f"{cell}>={plain(quantity.min)}")
    if quantity.max is not None:
        tests.append(f"{cell}<={plain(quantity.max)}")
    either = "".join(f',{cell}="{mark}"' for mark in others)
    whole = f"=OR(AND({','.join(tests)}){either})" if either else f"=AND({','.join(tests)})"
    if quantity.type == "number" and quantity.uom == "%":
        whole = "" if quantity.min is not None or quantity.max is not None else whole  # typed as 12.5% it is stored as 0.125
    rule: dict[str, Any] = {"validate": "custom", "value": whole} if whole and len(whole) <= _MOST_TEXT else {"validate": "any"}
    return {**rule, "error_message": _hint(quantity)[:_MOST_TEXT], **help_}


def _hint(quantity: Quantity) -> str:
    """What to fill in, in one line."""
    kinds = {"number": "填数", "integer": "填整数", "yes_no": "选“是”或“否”", "date": "填日期，如 2024-03-10", "text": "填文字"}
    low, high = quantity.min, quantity.max
    bounds = [f"不小于{plain(low)}" if low is not None else "", f"不大于{plain(high)}" if high is not None else ""]
    parts = [
        f"从下拉列表中选择：{'、'.join(quantity.values)}" if quantity.values else kinds[quantity.type],
        f"计量单位：{quantity.uom}" if quantity.uom else "",
        *bounds,
        quantity.note,
        "没有数据填“缺失”，与本单位无关填“不适用”" if quantity.type in ("number", "integer") else "",
    ]
    return "；".join(filter(None, parts))


def cell_name(row: int, column: int) -> str:
    """A1 name of a cell, both counted from 0.

    >>> cell_name(0, 0), cell_name(6, 27)
    ('A1', 'AB7')
    """
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"

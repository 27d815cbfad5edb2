"""A page of a verification sheet: locked cells with what is given, open ones with what is asked, lists behind them, printed on A4."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..exact import Exact

FONT = "微软雅黑"
#: What each stage is called on the page.
STAGE_WORDS = {"verified": "核实", "spot_check": "抽查"}
_EXCEL_DIGITS = 15
_HEAD = 3


class Page:
    """One page: title, hint and header stand in the first three rows, lines below; ``asked`` are the columns to fill in."""

    def __init__(self, book: Any, page: Any, columns: Sequence[str], asked: Sequence[str]) -> None:
        self.book, self.page, self.columns, self.asked = book, page, list(columns), frozenset(asked)
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def style(self, **properties: Any) -> Any:
        """A format, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            common = {"font_name": FONT, "font_size": 10, "valign": "vcenter", "border": 1, "border_color": "#CFD5DC"}
            self._formats[key] = self.book.add_format({**common, **properties})
        return self._formats[key]

    def head(self, title: str, hint: str, labels: Mapping[str, str], widths: Mapping[str, int]) -> None:
        """Title, hint and header."""
        bold = self.book.add_format({"font_name": FONT, "font_size": 14, "bold": True})
        plain_style = self.book.add_format({"font_name": FONT, "font_size": 10, "font_color": "#5D6670"})
        self.page.write_string(0, 0, title, bold)
        self.page.set_row(0, 26)
        self.page.write_string(1, 0, hint, plain_style)
        head = {"bold": True, "align": "center", "text_wrap": True, "bg_color": "#E9EEF4"}
        asked = head | {"bg_color": "#FCE8B2"}
        for position, name in enumerate(self.columns):
            self.page.set_column(position, position, widths[name])
            self.page.write_string(_HEAD - 1, position, labels[name], self.style(**(asked if name in self.asked else head)))

    def line(self, number: int, given: Mapping[str, tuple[Any, str]], forms: Mapping[str, str]) -> None:
        """A line (from 0): what is given, as value and text, and blank cells for what is asked (``forms``: its number formats)."""
        for position, name in enumerate(self.columns):
            if name in self.asked:
                form = "yyyy-mm-dd" if name == "date" else forms.get(name, "@")
                style = self.style(locked=False, bg_color="#FFF9E5", num_format=form, text_wrap=name == "note")
                self.page.write_blank(number + _HEAD, position, None, style)
            else:
                self._given(number + _HEAD, position, *given[name])

    def _given(self, row: int, position: int, value: Any, text: str) -> None:
        """A number that Excel can keep is a number, anything else a text as it stands."""
        grey = {"font_color": "#39424C", "bg_color": "#F7F8FA"}
        number = isinstance(value, Exact) and text not in ("是", "否") and len(text.replace(".", "").lstrip("-0")) <= _EXCEL_DIGITS
        if number and "/" not in text:
            decimals = len(text.partition(".")[2])
            form = "0" + ("." + "0" * decimals if decimals else "")
            self.page.write_number(row, position, float(text), self.style(**grey, num_format=form))
        else:
            self.page.write_string(row, position, text, self.style(**grey, num_format="@", text_wrap=True))

    def choices(self, count: int, name: str, source: str | Sequence[str], title: str, message: str) -> None:
        """Only what is on a list may be entered in a column."""
        options = {"validate": "list", "source": source, "error_title": title, "error_message": message}
        self._validate(count, name, options)

    def hint(self, count: int, name: str, title: str, text: str) -> None:
        """A note beside the cells of a column."""
        self._validate(count, name, {"validate": "any", "input_title": title, "input_message": text})

    def _validate(self, count: int, name: str, options: Mapping[str, Any]) -> None:
        if count:
            position = self.columns.index(name)
            self.page.data_validation(_HEAD, position, _HEAD - 1 + count, position, options)

    def finish(self, count: int, frozen: int) -> None:
        """Protection, panes and print setup for ``count`` lines; ``frozen`` columns stay in sight."""
        page, last = self.page, len(self.columns) - 1
        page.ignore_errors({"number_stored_as_text": f"A1:{_letters(last)}{count + _HEAD}"})
        page.freeze_panes(_HEAD, frozen)
        page.autofilter(_HEAD - 1, 0, _HEAD - 1 + count, last)
        page.protect("", {"autofilter": True, "sort": False, "format_columns": True, "format_rows": True})
        page.set_paper(9)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0, _HEAD - 1)
        page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        page.set_footer(f'&C&"{FONT}"&9第&P页　共&N页　　核实人：　　　　　　负责人：　　　　　　（盖章）')


def _letters(column: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(column))


def width(text: str) -> int:
    """Columns a text takes: Chinese characters take two."""
    return sum(2 if ord(c) > 255 else 1 for c in text)

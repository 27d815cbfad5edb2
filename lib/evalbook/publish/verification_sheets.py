"""Verification sheets (核实表): one workbook per department, to be filled in and imported again.

What is given is locked and comes back unchanged or is refused; what is asked is open, with lists and notes. The same figures give the
same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..analysis.verification import Line, departments
from ..exact import Exact, plain, round_half_up, to_decimal
from ..intake.returned import ASKED, FORMAT, GIVEN, IDENTITY, TABS, display
from ..safe import write_bytes
from ..terms import CALIBRES, REASONS, STAGES

if TYPE_CHECKING:
    from ..workbook import Prepared

_FONT = "微软雅黑"
_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - xlsxwriter wants a naive time; a constant keeps the bytes equal
_EXCEL_DIGITS = 15
_WIDTHS = {
    "unit_code": 8,
    "unit_name": 10,
    "indicator": 13,
    "label": 17,
    "period": 7,
    "calibre": 7,
    "uom": 7,
    "reported": 10,
    "current": 10,
    "earlier": 10,
    "change": 8,
    "median": 9,
    "quartiles": 20,
    "references": 18,
    "evidence_id": 13,
    "value": 11,
    "reason": 16,
    "note": 18,
    "by": 8,
    "date": 10,
    "given": 12,
}
#: Columns that are left out where no line has anything in them.
_OPTIONAL = frozenset({"calibre", "current", "references"})
_NUMBERS = frozenset({"reported", "current", "earlier", "median"})
_WORDS = {"verified": "核实", "spot_check": "抽查"}
_RULES = (
    "只填带底色的六栏；其他各栏是发出时的数据，不得改动，改动的整表退回。",
    "与填报一致的，核定值填“属实”；不一致的填核定的数，并选择原因代码。核定为没有数据的填“缺失”，不适用的填“不适用”。尚未核定的整行留空，下次再填。",
    "核定值按“计量单位”栏的单位填写；用别的单位的，在数值后写明，如 1.2亿元。",
    "核实人、日期逐行填写（可以下拉复制）。佐证编号填已登记的编号，多个用“、”分隔。",
    "填好后按原文件格式（xlsx）发回，由主办单位用 evalbook verification import 登记；登记只增不改，每次核定都留痕。",
)


def write_sheets(prepared: Prepared, lines: Sequence[Line], folder: Path, *, stage: str, only: str = "") -> dict[str, tuple[Path, int]]:
    """One workbook per department that has something to verify: department → file and number of lines. ``only`` names one of them."""
    whose = departments(prepared.definition)
    found: dict[str, list[Line]] = {}
    for line in lines:
        for department in whose[line.quantity]:
            if only in ("", department):
                found.setdefault(department, []).append(line)
    written = {}
    for department, own in found.items():
        word = _WORDS[stage]
        name = "".join(c for c in department if c.isalnum()) or "部门"
        path = folder / f"{word}表-{prepared.scheme}-{prepared.period}-{name}.xlsx"
        write_bytes(path, _workbook(prepared, department, own, stage))
        written[department] = path, len(own)
    return written


def _workbook(prepared: Prepared, department: str, lines: Sequence[Line], stage: str) -> bytes:
    import xlsxwriter

    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": f"{prepared.title} {_WORDS[stage]}表", "author": "evalbook", "created": _EPOCH})
    tabs = {name: tab for tab, name in TABS.items()}
    _Lines(book, book.add_worksheet(tabs["lines"]), prepared, department, stage).write(lines)
    _pairs(book, book.add_worksheet("说明"), [[rule] for rule in _RULES], [110])
    _pairs(book, book.add_worksheet(tabs["reasons"]), [[f"{code} {word}"] for code, word in REASONS.items()], [34])
    identity = [FORMAT, prepared.scheme, Path(prepared.definition.edition_file).stem, prepared.period, stage, department]
    _pairs(book, book.add_worksheet(tabs["identity"]), list(zip(IDENTITY.values(), identity, strict=True)), [14, 30])
    book.close()
    return buffer.getvalue()


def _pairs(book: Any, page: Any, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    """A locked page of texts."""
    style = book.add_format({"font_name": _FONT, "font_size": 10, "text_wrap": True, "valign": "vcenter", "num_format": "@"})
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            page.write_string(row, column, text, style)
    page.protect()
    page.set_paper(9)
    page.fit_to_pages(1, 0)


class _Lines:
    """The page with the figures."""

    def __init__(self, book: Any, page: Any, prepared: Prepared, department: str, stage: str) -> None:
        self.book, self.page, self.prepared, self.department, self.stage = book, page, prepared, department, stage
        self.quantities = prepared.definition.tables["units"].columns
        self.columns: list[str] = []
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def style(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            common = {"font_name": _FONT, "font_size": 10, "valign": "vcenter", "border": 1, "border_color": "#CFD5DC"}
            self._formats[key] = self.book.add_format({**common, **properties})
        return self._formats[key]

    def write(self, lines: Sequence[Line]) -> None:
        given = [self._given(line) for line in lines]
        self.columns = [name for name in (*GIVEN, *ASKED) if name not in _OPTIONAL or any(one[name] != "" for one in given)]
        page, last = self.page, len(self.columns) - 1
        word = _WORDS[self.stage]
        bold = self.book.add_format({"font_name": _FONT, "font_size": 14, "bold": True})
        plain_style = self.book.add_format({"font_name": _FONT, "font_size": 10, "font_color": "#5D6670"})
        page.write_string(0, 0, f"{self.prepared.title}　{word}表（{self.department}）", bold)
        page.set_row(0, 26)
        page.write_string(
            1, 0, f"共{len(lines)}项。只填带底色的六栏；与填报一致的填“属实”，不一致的填数并选原因；尚未{word}的整行留空。", plain_style
        )
        head = {"bold": True, "align": "center", "text_wrap": True, "bg_color": "#E9EEF4"}
        asked = head | {"bg_color": "#FCE8B2"}
        for position, name in enumerate(self.columns):
            label = STAGES[self.stage] if name == "value" else (GIVEN | ASKED)[name]
            page.set_column(position, position, _WIDTHS[name])
            page.write_string(2, position, label, self.style(**(asked if name in ASKED else head)))
        for number, (line, one) in enumerate(zip(lines, given, strict=True), start=3):
            self._line(number, line, one)
        self._lists(len(lines))
        page.ignore_errors({"number_stored_as_text": f"A1:{chr(65 + last)}{len(lines) + 3}"})
        page.freeze_panes(3, 4)
        page.autofilter(2, 0, 2 + len(lines), last)
        page.protect("", {"autofilter": True, "sort": False, "format_columns": True, "format_rows": True})
        page.set_paper(9)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0, 2)
        page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        page.set_footer(f'&C&"{_FONT}"&9第&P页　共&N页　　核实人：　　　　　　负责人：　　　　　　（盖章）')

    def _given(self, line: Line) -> dict[str, Any]:
        """What stands in the locked columns of a line."""
        quantity, figure = self.quantities[line.quantity], line.figure
        reported = None if figure is None else figure.stage("reported")
        change = _change(reported.value if reported else None, line.earlier.value if line.earlier else None)
        return {
            "unit_code": line.unit_code,
            "unit_name": line.unit_name,
            "indicator": line.quantity,
            "label": quantity.label,
            "period": line.period,
            "calibre": CALIBRES.get(line.calibre, ""),
            "uom": quantity.uom,
            "reported": "未报" if reported is None else reported.value if reported.value is not None else "缺失",
            "current": "" if figure is None or figure.used is reported else figure.used.value if figure.used.value is not None else "缺失",
            "earlier": "" if line.earlier is None else line.earlier.value if line.earlier.value is not None else "缺失",
            "change": "" if quantity.type == "yes_no" else change,
            "median": "" if line.peers is None else line.peers.median,
            "quartiles": "" if line.peers is None else f"{_short(line.peers.low)} — {_short(line.peers.high)}（{line.peers.count}个）",
            "references": _references(line),
            "evidence_id": figure.used.evidence_id if figure is not None else "",
        }

    def _line(self, number: int, line: Line, given: dict[str, Any]) -> None:
        quantity = self.quantities[line.quantity]
        if any(_width(str(given[name])) > _WIDTHS[name] for name in self.columns if name in given and name not in _NUMBERS):
            self.page.set_row(number, 28)  # two lines: the height of a wrapped cell is the reader's own guess otherwise
        for position, name in enumerate(self.columns):
            if name in ASKED:
                form = "yyyy-mm-dd" if name == "date" else "@" if name in ("reason", "note", "by", "given") else "General"
                style = self.style(locked=False, bg_color="#FFF9E5", num_format=form, text_wrap=name == "note")
                self.page.write_blank(number, position, None, style)
            else:
                self._cell(number, position, given[name], name, display(given[name], quantity) if name in _NUMBERS else str(given[name]))

    def _cell(self, row: int, position: int, value: Any, name: str, text: str) -> None:
        """A number that Excel can keep is a number, anything else a text as it stands."""
        grey = {"font_color": "#39424C", "bg_color": "#F7F8FA"}
        if name == "median" and isinstance(value, Exact):
            text = _short(value)
        number = isinstance(value, Exact) and text not in ("是", "否") and len(text.replace(".", "").lstrip("-0")) <= _EXCEL_DIGITS
        if number and "/" not in text:
            decimals = len(text.partition(".")[2])
            self.page.write_number(
                row, position, float(text), self.style(**grey, num_format="0" + ("." + "0" * decimals if decimals else ""))
            )
        else:
            self.page.write_string(row, position, text, self.style(**grey, num_format="@", text_wrap=True))

    def _lists(self, count: int) -> None:
        """Lists and notes for the cells that are asked."""
        if not count:
            return
        first, last, tabs = 3, 2 + count, {name: tab for tab, name in TABS.items()}
        at = {name: position for position, name in enumerate(self.columns)}
        reasons = f"='{tabs['reasons']}'!$A$1:$A${len(REASONS)}"
        self.page.data_validation(
            first, at["reason"], last, at["reason"],
            {"validate": "list", "source": reasons, "error_title": "原因代码", "error_message": "请从列表中选择原因"},
        )  # fmt: skip
        notes = {
            "value": ("核定值", "与填报一致填“属实”；没有数据填“缺失”；不一致的填数，按本行计量单位"),
            "date": ("日期", "如 2024-03-10"),
            "given": ("佐证编号", "已登记的编号，多个用“、”分隔"),
        }
        for name, (title, text) in notes.items():
            self.page.data_validation(
                first, at[name], last, at[name], {"validate": "any", "input_title": title, "input_message": text}
            )  # fmt: skip


def _width(text: str) -> int:
    """Columns a text takes: Chinese characters take two."""
    return sum(2 if ord(c) > 255 else 1 for c in text)


def _short(value: Exact) -> str:
    """A statistic of peers, at two decimals."""
    return plain(round_half_up(value, 2))


def _change(now: Any, before: Any) -> str:
    """Growth over the last period in percent, for the reader's eye."""
    if not isinstance(now, Exact) or not isinstance(before, Exact) or before <= 0:
        return ""
    return f"{to_decimal((now / before - 1) * 100, 1):+f}%"


def _references(line: Line) -> str:
    """What other sources say of the figure."""
    cells = line.figure.references if line.figure is not None else ()
    return "；".join(f"{plain(c.value) if isinstance(c.value, Exact) else c.value}（{c.source}）" for c in cells)

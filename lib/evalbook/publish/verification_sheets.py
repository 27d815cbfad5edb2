"""Verification sheets (核实表): one workbook per department, to be filled in and imported again.

What is given is locked and comes back unchanged or is refused; what is asked is open, with lists and notes. The same figures give the
same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..analysis.verification import ItemLine, Line, departments, list_departments
from ..exact import Exact, plain, round_half_up, to_decimal
from ..intake.answers import display
from ..intake.item_sheet import list_tabs, own_columns
from ..intake.returned import ASKED, FORMAT, GIVEN, IDENTITY, TABS
from ..safe import write_bytes
from ..terms import CALIBRES, REASONS, STAGES
from .item_sheets import write_items
from .sheet_page import FONT, STAGE_WORDS, Page, width

if TYPE_CHECKING:
    from ..workbook import Prepared

_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - xlsxwriter wants a naive time; a constant keeps the bytes equal
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
_FIGURE_RULES = (
    "“核实表”：与填报一致的，核定值填“属实”；不一致的填核定的数，并选择原因代码。核定为没有数据的填“缺失”，不适用的填“不适用”。",
    "核定值按“计量单位”栏的单位填写；用别的单位的，在数值后写明，如 1.2亿元。",
)
_ITEM_RULES = (
    "“清单”各表一行一个项目：全部与填报一致的，认定填“属实”；有不一致的填“调整”，在对应的核定栏填核定的值（其余核定栏留空），并选择原因；"
    "整个项目不能计入的填“不予认定”，并选择原因，核定栏留空。",
    "标明是哪个项目的各栏（编号、识别栏）有误的，不予认定，由考核对象另行补报；漏报的项目也由考核对象补报，不要加行。",
)
_RULES = (
    "只填带底色的各栏；其他各栏是发出时的数据，不得改动，改动的整表退回。尚未核定的整行留空，下次再填。",
    "核实人、日期逐行填写（可以下拉复制）。佐证编号填已登记的编号，多个用“、”分隔。",
    "填好后按原文件格式（xlsx）发回，由主办单位用 evalbook verification import 登记；登记只增不改，每次核定都留痕。",
)


def write_sheets(
    prepared: Prepared, lines: Sequence[Line], items: Sequence[ItemLine], folder: Path, *, stage: str, only: str = ""
) -> dict[str, tuple[Path, int]]:
    """One workbook per department that has something to verify: department → file and number of lines, of figures and of items.
    ``only`` names one of them."""
    whose, lists = departments(prepared.definition), list_departments(prepared.definition)
    found: dict[str, tuple[list[Line], dict[str, list[ItemLine]]]] = {}
    for line in lines:
        for department in whose[line.quantity]:
            found.setdefault(department, ([], {}))[0].append(line)
    for item in items:
        table = item.which.table
        for department in dict.fromkeys(name for names in lists[table].values() for name in names):
            found.setdefault(department, ([], {}))[1].setdefault(table, []).append(item)
    written = {}
    for department, (figures, own) in found.items():
        if only not in ("", department):
            continue
        name = "".join(c for c in department if c.isalnum()) or "部门"
        path = folder / f"{STAGE_WORDS[stage]}表-{prepared.scheme}-{prepared.period}-{name}.xlsx"
        write_bytes(path, _workbook(prepared, department, figures, own, stage))
        written[department] = path, len(figures) + sum(map(len, own.values()))
    return written


def _workbook(prepared: Prepared, department: str, lines: Sequence[Line], items: Mapping[str, Sequence[ItemLine]], stage: str) -> bytes:
    import xlsxwriter

    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": f"{prepared.title} {STAGE_WORDS[stage]}表", "author": "evalbook", "created": _EPOCH})
    tabs, lists = {name: tab for tab, name in TABS.items()}, list_departments(prepared.definition)
    if lines:
        _Lines(book, book.add_worksheet(tabs["lines"]), prepared, department, stage).write(lines)
    for table, own in items.items():
        page = book.add_worksheet(list_tabs(prepared.definition.tables)[table])
        write_items(book, page, prepared, table, own_columns(lists[table], department) or (), department, stage, own)
    rules = [*(_FIGURE_RULES if lines else ()), *(_ITEM_RULES if items else ()), *_RULES]
    _pairs(book, book.add_worksheet("说明"), [[rule] for rule in rules], [110])
    _pairs(book, book.add_worksheet(tabs["reasons"]), [[f"{code} {word}"] for code, word in REASONS.items()], [34])
    identity = [FORMAT, prepared.scheme, Path(prepared.definition.edition_file).stem, prepared.period, stage, department]
    _pairs(book, book.add_worksheet(tabs["identity"]), list(zip(IDENTITY.values(), identity, strict=True)), [14, 30])
    book.close()
    return buffer.getvalue()


def _pairs(book: Any, page: Any, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    """A locked page of texts."""
    style = book.add_format({"font_name": FONT, "font_size": 10, "text_wrap": True, "valign": "vcenter", "num_format": "@"})
    for column, wide in enumerate(widths):
        page.set_column(column, column, wide)
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

    def write(self, lines: Sequence[Line]) -> None:
        given = [self._given(line) for line in lines]
        columns = [name for name in (*GIVEN, *ASKED) if name not in _OPTIONAL or any(one[name] != "" for one in given)]
        word, page = STAGE_WORDS[self.stage], Page(self.book, self.page, columns, tuple(ASKED))
        page.head(
            f"{self.prepared.title}　{word}表（{self.department}）",
            f"共{len(lines)}项。只填带底色的六栏；与填报一致的填“属实”，不一致的填数并选原因；尚未{word}的整行留空。",
            GIVEN | ASKED | {"value": STAGES[self.stage]},
            _WIDTHS,
        )
        for number, (line, one) in enumerate(zip(lines, given, strict=True)):
            if any(width(str(one[name])) > _WIDTHS[name] for name in columns if name in one and name not in _NUMBERS):
                self.page.set_row(number + 3, 28)  # two lines: the height of a wrapped cell is the reader's own guess otherwise
            page.line(number, {name: self._shown(name, value, line) for name, value in one.items()}, {"value": "General"})
        tabs = {name: tab for tab, name in TABS.items()}
        page.choices(len(lines), "reason", f"='{tabs['reasons']}'!$A$1:$A${len(REASONS)}", "原因代码", "请从列表中选择原因")
        page.hint(len(lines), "value", "核定值", "与填报一致填“属实”；没有数据填“缺失”；不一致的填数，按本行计量单位")
        page.hint(len(lines), "date", "日期", "如 2024-03-10")
        page.hint(len(lines), "given", "佐证编号", "已登记的编号，多个用“、”分隔")
        page.finish(len(lines), 4)

    def _shown(self, name: str, value: Any, line: Line) -> tuple[Any, str]:
        """What is given, as value and text."""
        if name == "median" and isinstance(value, Exact):
            return value, _short(value)
        return value, display(value, self.quantities[line.quantity]) if name in _NUMBERS else str(value)

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

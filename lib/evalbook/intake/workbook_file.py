"""Reads the sheets of one workbook (xlsx, xls) as texts, the way a person sees them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from ..errors import nearest
from ..terms import PROSE_SHEETS
from .grid import Grid, Merge
from .number_format import NumberFormat
from .remarks import Place, Remarks
from .sheets_of import Unreadable, sheets_in_child, sheets_of
from .text import key
from .xlsx_scan import MOST_BYTES, BadWorkbook, SheetFacts, scan

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
#: A binary number holds so many decimal digits; more of them are residue of the conversion, fewer digits are lost behind it.
_DIGITS = 15
#: Why the reader of values gave up: what is wrong, what to do.
_WHY = {
    "password": ("文件已加密", "请取消密码后另存"),
    "damaged": ("文件已损坏，或不是工作簿", "请在 Excel 或 WPS 中打开后另存为新的 .xlsx"),
}
_PROSE = {key(word) for word in PROSE_SHEETS}


def read_pages(path: Path, remarks: Remarks) -> list[Grid] | None:
    """Every sheet with content, whatever it is called; None when the file cannot be opened (told). Hidden ones are told too."""
    opened = _open(path, remarks)
    if opened is None:
        return None
    pages, facts = opened
    found = []
    for page in pages:
        at = Place(path.name, page["name"])
        if not page["rows"]:
            continue
        if not page["visible"]:
            remarks.error("workbook.hidden_sheet", "有隐藏的工作表", "请取消隐藏并核对，或删除该表", at)
        merged = tuple(Merge(*corners) for corners in page["merged"])
        found.append(_grid(page["rows"], at, merged, None if facts is None else facts[page["name"]], remarks))
    return found


def read_workbook(path: Path, words: Mapping[str, str], remarks: Remarks) -> dict[str, Grid]:
    """Grids by name; ``words`` maps spelling keys of sheet names to names. Everything amiss is told."""
    opened = _open(path, remarks)
    if opened is None:
        return {}
    pages, facts = opened
    return _choose(pages, words, facts, Place(path.name), remarks)


def _open(path: Path, remarks: Remarks) -> tuple[list[dict[str, Any]], Mapping[str, SheetFacts] | None] | None:
    """The sheets of a workbook and what a scan of it tells; None when it cannot be opened (told)."""
    at = Place(path.name)
    try:
        facts = _open_facts(path)
        pages = sheets_in_child(path) if facts is None else sheets_of(str(path))
    except BadWorkbook as bad:
        remarks.error("workbook.unreadable", str(bad), bad.remedy, at)
        return None
    except Unreadable as bad:
        remarks.error("workbook.unreadable", *_WHY[str(bad)], at)
        return None
    if facts is not None and [page["name"] for page in pages] != list(facts):
        remarks.error("workbook.unreadable", *_WHY["damaged"], at)
        return None
    if facts is None:
        remarks.note("workbook.xls", "旧版 xls 看不出隐藏的行列、公式错误和数字格式，建议另存为 xlsx", at)
    return pages, facts


def _open_facts(path: Path) -> dict[str, SheetFacts] | None:
    """What a scan tells of an xlsx file; None for an old xls file, of which only values can be read."""
    with path.open("rb") as stream:
        start = stream.read(8)
    suffix = path.suffix.lower()
    if suffix == ".xlsx" and start.startswith(_OLE):
        raise BadWorkbook("文件已加密，或是改了扩展名的旧版 xls", "请取消密码，或另存为 .xlsx")
    if path.stat().st_size == 0:
        raise BadWorkbook("文件是空的（0字节），可能没有传完", "请重新报送")
    if not start.startswith(_ZIP if suffix == ".xlsx" else _OLE):
        raise BadWorkbook(f"内容不是{suffix[1:]}工作簿（可能是网页或文本改了扩展名）")
    if suffix == ".xlsx":
        return scan(path)
    if path.stat().st_size > MOST_BYTES:
        raise BadWorkbook(f"文件超过{MOST_BYTES // 1_000_000}MB", "请删去无关内容，或改用 csv 文件")
    return None


def _choose(
    pages: list[dict[str, Any]], words: Mapping[str, str], facts: Mapping[str, SheetFacts] | None, book: Place, remarks: Remarks
) -> dict[str, Grid]:
    """The sheets that are known by name; others with content are told, unless they are prose."""
    found: dict[str, Grid] = {}
    for page in pages:
        title, rows = page["name"], page["rows"]
        name, at = words.get(key(title)), book._replace(sheet=title)
        if name is None and (key(title) in _PROSE or not rows):
            continue
        if not page["visible"]:
            remarks.error("workbook.hidden_sheet", "有隐藏的工作表", "请取消隐藏并核对，或删除该表", at)
        elif name is None:
            remedy = f"{nearest(title, words)}；说明文字请放在名为“说明”的工作表"
            remarks.error("workbook.unknown_sheet", "不认识的工作表", remedy, at, title)
        elif name in found:
            remarks.error("folder.two_sources", f"与工作表“{found[name].sheet}”是同一张表", "请只保留一个", at)
        else:
            if not rows:
                remarks.error("file.empty", "工作表是空的", "请填入表头和数据", at)
            merged = tuple(Merge(*corners) for corners in page["merged"])
            found[name] = _grid(rows, at, merged, None if facts is None else facts[title], remarks)
    return found


def _grid(values: list[list[Any]], at: Place, merged: tuple[Merge, ...], facts: SheetFacts | None, remarks: Remarks) -> Grid:
    """The values of a sheet as texts."""
    numeric: set[tuple[int, int]] = set()
    formats = facts.formats if facts else {}
    rows = []
    for row, cells in enumerate(values):
        texts = []
        for column, value in enumerate(cells):
            if isinstance(value, str):
                texts.append(value)
                continue
            here = at._replace(row=row + 1, column=letters(column))
            if isinstance(value, bool):
                texts.append("TRUE" if value else "FALSE")
            else:
                numeric.add((row, column))
                texts.append(_number(value, formats.get((row, column)), here, remarks))
        rows.append(texts)
    if facts is not None:
        _hidden(facts, at, remarks)
        for row, column in facts.uncalculated:
            here = at._replace(row=row + 1, column=letters(column))
            remarks.error("workbook.uncalculated", "公式没有保存计算结果", "请在 Excel 或 WPS 中打开、重算并保存", here)
        for row, column in facts.external:
            here = at._replace(row=row + 1, column=letters(column))
            remarks.error("workbook.external", "公式取自别的文件或网络，取值无法核对", "请复制后“选择性粘贴—数值”，再保存", here)
        for (row, column), text in facts.errors.items():
            rows[row][column] = text
        for row, column in facts.formulas:
            remarks.note("workbook.formula", "单元格是公式，按保存时的结果读入", at._replace(row=row + 1, column=letters(column)))
    return Grid(at.file, at.sheet, rows, frozenset(numeric), merged, blind=facts is None)


def _hidden(facts: SheetFacts, at: Place, remarks: Remarks) -> None:
    for row in facts.hidden_rows:
        remarks.error("workbook.hidden_row", "有隐藏的行，其中有内容", "请取消隐藏或筛选并核对，或删除该行", at._replace(row=row + 1))
    for column in facts.hidden_columns:
        here = at._replace(column=letters(column))
        remarks.error("workbook.hidden_column", "有隐藏的列，其中有内容", "请取消隐藏并核对，或删除该列", here)


def _number(value: float, shown: NumberFormat | None, at: Place, remarks: Remarks) -> str:
    """A stored number as text: its 15 significant digits, in percent where it is seen in percent, with the words seen behind it."""
    text = format(value, f".{_DIGITS}g")
    if abs(value) >= 10**_DIGITS:
        remarks.error("number.digits", f"数字超过{_DIGITS}位，表格软件已丢失末尾的位数", "请把单元格设为文本后重新填写", at, text)
        return text
    if float(text) != value:
        remarks.note("number.residue", f"存储值带二进制尾差，按{_DIGITS}位有效数字读入", at, repr(value))
    number = Decimal(text)
    if shown is not None:
        if shown.scaled:
            remarks.error(
                "number.scaled", "数字格式把数值缩放显示，显示值与存储值不同", "请把单元格设为常规格式，核对数值和计量单位", at, text
            )
        if shown.zeros > len(str(abs(int(number)))):
            padded = text.zfill(shown.zeros)
            remarks.error("number.padded", f"显示为“{padded}”，存储的是“{text}”", "请把该列设为文本后重新填写", at, text)
        if shown.percent:
            number *= 100
        if shown.decimals is not None and -int(number.normalize().as_tuple().exponent) > shown.decimals:
            remarks.note("number.display", f"只显示{shown.decimals}位小数，按存储值读入", at, format(number, "f"))
    digits = format(number, "f")
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    if shown is None:
        return digits
    return digits + ("%" if shown.percent else shown.suffix)


def letters(column: int) -> str:
    """Column letters as spreadsheets name them.

    >>> letters(0), letters(25), letters(26)
    ('A', 'Z', 'AA')
    """
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text

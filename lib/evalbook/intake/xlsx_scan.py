"""Looks at an xlsx file before anything else opens it: is it small enough, whole, and what does it hide?

The reader of values (calamine) is fast and tells neither formulas without a saved result, nor hidden rows, nor number formats;
and a crafted file can make any reader fill the memory. Hence one pass over the XML, without DTD or entities, cell by cell.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

import defusedxml.sax
from defusedxml import DefusedXmlException

from .number_format import BUILT_IN, NumberFormat

#: Caps, checked before parsing (bytes, entries, ratio of packed to unpacked size, cells).
MOST_BYTES = 50_000_000
MOST_UNPACKED = 600_000_000
MOST_ENTRIES = 2_000
MOST_RATIO = 200
RATIO_FROM = 10_000_000
MOST_COLUMNS = 1_000
MOST_AREA = 10_000_000

_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_OFFICE = "/officeDocument"
#: A formula that takes its value from another file, or from the network.
_EXTERNAL = re.compile(r"\[[^\]]+\][^\[\]]*!|WEBSERVICE\(|RTD\(|\|'", re.IGNORECASE)
#: What the standard library raises over an archive whose bytes are not what they should be.
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, LookupError, ValueError, EOFError, OSError, NotImplementedError, RuntimeError)

#: (row, column), both from 0.
Spot = tuple[int, int]


class BadWorkbook(Exception):
    """The file is no workbook that may be opened; the message says why, ``remedy`` what to do."""

    def __init__(self, message: str, remedy: str = "请在 Excel 或 WPS 中打开后另存为新的 .xlsx") -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass
class SheetFacts:
    """What one sheet's XML tells beside the values."""

    formulas: list[Spot] = field(default_factory=list)
    uncalculated: list[Spot] = field(default_factory=list)
    external: list[Spot] = field(default_factory=list)
    errors: dict[Spot, str] = field(default_factory=dict)
    formats: dict[Spot, NumberFormat] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    rows: int = 0
    columns: int = 0


def scan(path: Path) -> dict[str, SheetFacts]:
    """Facts by sheet name, in the order of the workbook. BadWorkbook when the file must not be opened or is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            _sizes(path, archive)
            return _sheets(archive)
    except DefusedXmlException as error:
        raise BadWorkbook("文件内含实体或文档类型声明，可能有害，未打开", "请核实文件来源；确认无误后复制数据到新工作簿") from error
    except _DAMAGE as error:
        raise BadWorkbook("文件已损坏，或不是 xlsx 工作簿") from error
    except SAXException as error:
        raise BadWorkbook("文件内容已损坏") from error


def _sizes(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse bombs by what the archive says of itself, then read every entry once, so that it cannot have lied."""
    entries = archive.infolist()
    if path.stat().st_size > MOST_BYTES:
        raise BadWorkbook(f"文件超过{MOST_BYTES // 1_000_000}MB", "请删去无关内容，或改用 csv 文件")
    if len(entries) > MOST_ENTRIES or len({entry.filename for entry in entries}) != len(entries):
        raise BadWorkbook("文件内部结构异常，未打开")
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
        raise BadWorkbook("文件含有宏", "请另存为不含宏的 .xlsx（“Excel 工作簿”）")
    if any(entry.flag_bits & 1 for entry in entries):
        raise BadWorkbook("文件已加密", "请取消密码后另存")
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if unpacked > MOST_UNPACKED or (unpacked > RATIO_FROM and unpacked / packed > MOST_RATIO):
        raise BadWorkbook("文件解压后过大，可能有害，未打开", "请核实文件来源；确认无误后复制数据到新工作簿，或改用 csv 文件")
    for entry in entries:
        with archive.open(entry) as stream:
            while stream.read(1 << 20):
                pass


def _sheets(archive: zipfile.ZipFile) -> dict[str, SheetFacts]:
    book = next((target for kind, target in _relations(archive, "").values() if kind.endswith(_OFFICE)), "xl/workbook.xml")
    related = _relations(archive, book)
    styles = next((target for kind, target in related.values() if kind.endswith("/styles")), "")
    formats = _formats(archive, styles) if styles in archive.namelist() else {}
    names = _Elements("sheet")
    _parse(archive.open(book), names)
    found = {}
    for sheet in names.found:
        kind, target = related[sheet.get("r:id") or next(value for name, value in sheet.items() if name.endswith(":id"))]
        handler = _SheetHandler(formats)
        if kind.endswith("/worksheet"):
            _parse(archive.open(target), handler)
        found[sheet["name"]] = handler.facts
    return found


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Id → (type, name of the part) for what a part refers to; ``""`` is the package itself."""
    folder, _, name = part.rpartition("/")
    handler = _Elements("Relationship")
    _parse(archive.open(f"{folder}/_rels/{name}.rels".lstrip("/")), handler)
    found = {}
    for item in handler.found:
        target = item["Target"]
        full = target.lstrip("/") if target.startswith("/") or not folder else f"{folder}/{target}"
        found[item["Id"]] = item["Type"], full
    return found


def _formats(archive: zipfile.ZipFile, part: str) -> dict[int, NumberFormat]:
    """Style number → number format, only those that change a reading."""
    handler = _StyleHandler()
    _parse(archive.open(part), handler)
    codes = BUILT_IN | handler.codes
    read = {number: NumberFormat.of(code) for number, code in codes.items()}
    return {style: read[number] for style, number in enumerate(handler.styles) if number in read and read[number] != NumberFormat()}


def _parse(stream: IO[bytes], handler: ContentHandler) -> None:
    with stream:
        defusedxml.sax.parse(stream, handler, forbid_dtd=True)


class _Elements(ContentHandler):
    """Collects the attributes of every element of one name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.found: list[dict[str, str]] = []

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - the parser's name
        if name.rpartition(":")[2] == self.name:
            self.found.append(dict(attrs))


class _StyleHandler(ContentHandler):
    """Format codes by number, and the format number of every cell style in order."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: dict[int, str] = {}
        self.styles: list[int] = []
        self._inside = False

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802
        local = name.rpartition(":")[2]
        if local == "numFmt":
            self.codes[int(attrs["numFmtId"])] = attrs["formatCode"]
        elif local == "cellXfs":
            self._inside = True
        elif local == "xf" and self._inside:
            self.styles.append(int(attrs.get("numFmtId", "0")))

    def endElement(self, name: str) -> None:  # noqa: N802
        if name.rpartition(":")[2] == "cellXfs":
            self._inside = False


class _SheetHandler(ContentHandler):
    """Walks the cells of one sheet. Only cells with content count."""

    def __init__(self, formats: Mapping[int, NumberFormat]) -> None:
        super().__init__()
        self.facts = SheetFacts()
        self._formats = formats
        self._hidden: list[tuple[int, int]] = []
        self._row, self._column = -1, -1
        self._row_hidden = False
        self._type, self._style = "", 0
        self._formula = self._reading = self._inline = self._in_formula = False
        self._text: list[str] = []
        self._formula_text: list[str] = []

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802
        local = name.rpartition(":")[2]
        if local == "c":
            self._cell(attrs)
        elif local == "v" or (local == "t" and self._inline):
            self._reading = True
        elif local == "f":
            self._formula = self._in_formula = True
        elif local == "is":
            self._inline = True
        elif local == "row":
            self._row = int(attrs["r"]) - 1 if "r" in attrs else self._row + 1
            self._column = -1
            self._row_hidden = attrs.get("hidden") in ("1", "true")
        elif local == "col" and attrs.get("hidden") in ("1", "true"):
            self._hidden.append((int(attrs["min"]) - 1, int(attrs["max"]) - 1))

    def characters(self, content: str) -> None:
        if self._reading:
            self._text.append(content)
        elif self._in_formula:
            self._formula_text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802
        local = name.rpartition(":")[2]
        if local in ("v", "t"):
            self._reading = False
        elif local == "is":
            self._inline = False
        elif local == "f":
            self._in_formula = False
        elif local == "c":
            self._end_cell("".join(self._text))

    def _cell(self, attrs: Any) -> None:
        match = _CELL.fullmatch(attrs["r"]) if "r" in attrs else None
        if match is not None:
            self._column = _column_number(match[1])
            self._row = int(match[2]) - 1
        else:
            self._column += 1
        self._type, self._style = attrs.get("t", "n"), int(attrs.get("s", "0"))
        self._formula = self._reading = self._inline = self._in_formula = False
        self._text, self._formula_text = [], []

    def _end_cell(self, text: str) -> None:
        facts, spot = self.facts, (self._row, self._column)
        if self._formula:
            if _EXTERNAL.search("".join(self._formula_text)):
                facts.external.append(spot)
            (facts.formulas if text or self._type == "str" else facts.uncalculated).append(spot)
        if not text:
            return
        facts.rows, facts.columns = max(facts.rows, spot[0] + 1), max(facts.columns, spot[1] + 1)
        if facts.columns > MOST_COLUMNS or facts.rows * facts.columns > MOST_AREA:
            raise BadWorkbook("工作表的范围过大，可能有害，未打开", "请删去表格右侧和下方的多余内容后另存")
        if self._type == "e":
            facts.errors[spot] = text
        elif self._type == "n" and self._style in self._formats:
            facts.formats[spot] = self._formats[self._style]
        if self._row_hidden and (not facts.hidden_rows or facts.hidden_rows[-1] != spot[0]):
            facts.hidden_rows.append(spot[0])
        if any(first <= spot[1] <= last for first, last in self._hidden) and spot[1] not in facts.hidden_columns:
            facts.hidden_columns.append(spot[1])


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1

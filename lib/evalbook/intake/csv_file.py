"""Reads csv files strictly: UTF-8 or GB18030, never a guess; every odd byte is told with its row."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from pathlib import Path

from .grid import Grid
from .remarks import Place, Remarks

#: Largest csv file read.
MOST_BYTES = 100_000_000
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SAVE_AS = "请在 Excel 或 WPS 中另存为“CSV UTF-8（逗号分隔）”"


def read_csv(path: Path, remarks: Remarks) -> Grid | None:
    """Read one file; None when it cannot be read as csv (already told)."""
    at = Place(path.name)
    if path.stat().st_size > MOST_BYTES:
        remarks.error("file.too_large", f"文件超过{MOST_BYTES // 1_000_000}MB", "请核对文件内容，或分考核期存放", at)
        return None
    text = _decode(path.read_bytes(), at, remarks)
    if text is None:
        return None
    if not text.strip():
        remarks.error("file.empty", "文件是空的", "请填入表头和数据", at)
        return None
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows.extend(reader)  # what was read before an error stays, and says in which row it is
    except csv.Error:
        remarks.error(
            "csv.quotes",
            "引号不配对或位置不对，或单元格过长",
            "请用 Excel 或 WPS 打开检查该行的引号，再另存为 CSV",
            Place(path.name, row=len(rows) + 1),
        )
        return None
    return Grid(path.name, "", rows)


def _decode(raw: bytes, at: Place, remarks: Remarks) -> str | None:
    """UTF-8 with or without mark, else strict GB18030. Refused: UTF-16, anything else, bytes that are no text."""
    if raw.startswith(_UTF16) or (raw[:200].count(0) > len(raw[:200]) // 4):
        remarks.error("file.utf16", "文件是 UTF-16 编码（Excel 的“Unicode 文本”）", _SAVE_AS, at)
        return None
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        remarks.error("file.disguised", "文件是 Excel 工作簿，扩展名却是 csv", "请改回 .xlsx 或 .xls，或另存为 CSV", at)
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        if raw.startswith(codecs.BOM_UTF8):
            remarks.error("file.encoding", "文件标明是 UTF-8，内容却有损坏", _SAVE_AS, at)
            return None
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError:
            remarks.error("file.encoding", "文件编码既不是 UTF-8 也不是 GB18030", _SAVE_AS, at)
            return None
        if any(unicodedata.category(c) in ("Co", "Cn") for c in set(text)):
            remarks.error("file.encoding", "按 GB18030 读出了不存在的字，文件编码不明", _SAVE_AS, at)
            return None
        remarks.note("file.gb18030", "文件按 GB18030（GBK）编码读入", at)
    if text.lstrip()[:9].lower().startswith(("<html", "<!doctype", "<table", "<?xml")):
        remarks.error("file.disguised", "文件是网页，扩展名却是 csv", "请在 Excel 或 WPS 中打开后另存为 CSV", at)
        return None
    return text

"""Opens the files of a folder, whatever they are: by what they contain, not by what they are called."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ...errors import Fault
from ..csv_file import read_csv
from ..grid import Grid
from ..remarks import Place, Remarks
from ..workbook_file import read_pages
from .form import TABLE_SHEET
from .form_reader import is_form, read_form
from .office import Office
from .returned import FORM, REFUSED, Returned
from .tables import read_tables

#: Larger files are not opened.
MOST_BYTES = 50_000_000
_XLSX = "请另存为 .xlsx"
#: Kinds that are not read: what they are and what to do.
_OTHERS: dict[str, tuple[str, str]] = {
    ".et": ("WPS 表格文件（.et）", "请在 WPS 中另存为 xlsx"),
    ".ett": ("WPS 表格模板", "请在 WPS 中另存为 xlsx"),
    ".xlsm": ("含宏的工作簿", "请另存为不含宏的 .xlsx"),
    ".xlsb": ("二进制工作簿", _XLSX),
    ".xltx": ("工作簿模板", _XLSX),
    ".ods": ("ODS 表格", _XLSX),
    ".numbers": ("Numbers 表格", "请导出为 .xlsx"),
    ".doc": ("Word 文档", "请填写发放的 xlsx 填报表，Word 表格不能读取"),
    ".docx": ("Word 文档", "请填写发放的 xlsx 填报表，Word 表格不能读取"),
    ".wps": ("WPS 文字文档", "请填写发放的 xlsx 填报表"),
    ".pdf": ("PDF 文件", "请报送填报表的 xlsx 文件；扫描件作为佐证存放"),
    ".ofd": ("OFD 文件", "请报送填报表的 xlsx 文件；版式文件作为佐证存放"),
    ".zip": ("压缩包", "请解压后把其中的填报表放进文件夹"),
    ".rar": ("压缩包", "请解压后把其中的填报表放进文件夹"),
    ".7z": ("压缩包", "请解压后把其中的填报表放进文件夹"),
    ".txt": ("文本文件", "请填写发放的 xlsx 填报表，或另存为“CSV UTF-8（逗号分隔）”"),
    ".tsv": ("以制表符分隔的文本", "请另存为“CSV UTF-8（逗号分隔）”"),
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff"), ("图片", "请报送填报表的 xlsx 文件；照片作为佐证存放")),
}
_LEAVINGS = (".", "~$", "._")
_SYSTEM = ("thumbs.db", "desktop.ini")


def returned_files(folder: Path) -> Iterator[Path]:
    """Every file of a folder and those below it, in the order of their names; what systems and editors leave behind is not there."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(_LEAVINGS) for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and path.name.lower() not in _SYSTEM:
            yield path


def read_hashes(folder: Path) -> dict[str, str]:
    """Name → sha256 of what came back, for a collection that reads no file; blank for what is never opened (links, large files)."""
    return {
        path.relative_to(folder).as_posix(): "" if path.is_symlink() or path.stat().st_size > MOST_BYTES else _sha256(path)
        for path in returned_files(folder)
    }


def read_returned(office: Office, path: Path, name: str, *, accepted: bool = False) -> Returned:
    """Read one file. ``accepted``: its hidden content was waived by name (the analyst saw it)."""
    remarks = Remarks()
    size = path.stat().st_size
    if path.is_symlink() or size > MOST_BYTES:
        what = "是指向别处的链接" if path.is_symlink() else f"文件有{size // 1_000_000}MB，超过{MOST_BYTES // 1_000_000}MB"
        remedy = "请把文件本身放进来" if path.is_symlink() else "请删去图片和无关内容后重报；附件另行报送"
        return Returned(name, "", size, faults=[Fault("file.too_large" if size > MOST_BYTES else "file.link", what, remedy, file=name)])
    returned = Returned(name, _sha256(path), size)
    pages = _pages(path, remarks)
    if pages is not None:  # also where something is wrong: all faults are told at once
        (read_form if is_form(pages) else read_tables)(office, pages, returned, remarks)
    faults = [fault for fault in remarks.faults({}) if not (accepted and fault.code.startswith("workbook.hidden"))]
    faults = [fault for fault in faults if not _ours(fault, returned)]
    returned.faults = [_named(fault, name) for fault in faults]
    returned.notes = [_named(note, name) for note in remarks.notes() if not _ours(note, returned)]
    if returned.faults:
        returned.kind = REFUSED
    return returned


def _pages(path: Path, remarks: Remarks) -> list[Grid] | None:
    """The sheets of a file; None when it is of no kind that is read, or cannot be opened (told)."""
    at, suffix = Place(path.name), path.suffix.lower()
    if suffix in _OTHERS:
        what, remedy = _OTHERS[suffix]
        remarks.error("file.kind", f"是{what}，不读取", remedy, at)
        return None
    if suffix in (".xlsx", ".xls"):
        with path.open("rb") as stream:
            start = stream.read(4096)
        if suffix == ".xlsx" and start and _is_text(start):
            remarks.error("file.disguised", "内容是文本（csv 或网页），扩展名却是 xlsx", "请在 Excel 或 WPS 中打开后另存为 .xlsx", at)
            return None
        if suffix == ".xls" and start.startswith(b"PK\x03\x04"):
            remarks.error("file.disguised", "内容是 xlsx 工作簿，扩展名却是 xls", "请把扩展名改为 .xlsx", at)
            return None
        return read_pages(path, remarks)
    if suffix == ".csv":
        grid = read_csv(path, remarks)
        return None if grid is None else [grid]
    remarks.error("file.kind", f"不认识的文件类型“{suffix or '没有扩展名'}”", "请报送 .xlsx 填报表", at)
    return None


def _is_text(start: bytes) -> bool:
    """Whether a file begins like a text."""
    if b"\x00" in start:
        return False
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            start[: len(start) - 4 if len(start) == 4096 else None].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _ours(fault: Fault, returned: Returned) -> bool:
    """A remark on what the form brought along itself: the formulas of a column that nobody reads."""
    if fault.code not in ("workbook.formula", "workbook.uncalculated") or returned.kind != FORM:
        return False
    return fault.sheet == TABLE_SHEET and fault.column != returned.value_column


def _named(fault: Fault, name: str) -> Fault:
    return replace(fault, file=name)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

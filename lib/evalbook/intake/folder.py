"""Finds the sheets of a period's folder: csv files, or one workbook with the same sheets, never both."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..errors import nearest
from ..scheme.tables import TableSpec
from ..terms import SHEETS
from .csv_file import read_csv
from .grid import Grid
from .remarks import Place, Remarks
from .text import key

#: The record of what was verified, spot-checked and decided: a csv file always, beside a workbook too, since it is only ever added to.
RECORD = "adjustments.csv"
_TABULAR = (".csv", ".xlsx", ".xls")
_NOT_READ = (".xlsm", ".xlsb", ".ods", ".tsv", ".et", ".numbers")


def sheet_words(tables: Mapping[str, TableSpec]) -> dict[str, str]:
    """Spelling key → name of a sheet: the four standard ones, and one per child table."""
    found = {key(word): name for name, words in SHEETS.items() for word in (name, *words)}
    for name, spec in tables.items():
        if spec.belongs_to:
            found |= {key(word): name for word in (name, spec.label) if key(word) not in found}
    return found


def read_folder(folder: Path, tables: Mapping[str, TableSpec], remarks: Remarks) -> dict[str, Grid]:
    """Grids by name of sheet. Told: two sources of one sheet, names nobody knows, files of other kinds."""
    words = sheet_words(tables)
    files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith((".", "~$")))
    for path in files:
        if path.is_symlink():
            remarks.error("file.link", "是指向别处的链接，不随本期数据保存", "请把文件本身放进来", Place(path.name))
        if path.suffix.lower() in _NOT_READ:
            remarks.error("file.kind", "不读取这种文件", "请另存为 .xlsx 或“CSV UTF-8（逗号分隔）”", Place(path.name))
    found: dict[str, Grid]
    tabular = [path for path in files if path.suffix.lower() in _TABULAR]
    books = [path for path in tabular if path.suffix.lower() != ".csv"]
    record = [path for path in tabular if books and path.name == RECORD]
    if books and len(tabular) - len(record) > 1:
        names = "、".join(path.name for path in tabular)
        remarks.error("folder.two_sources", f"同时有{names}", "请只保留一个工作簿，或只保留各 csv 文件", Place(books[0].name))
        return {}
    if books:
        from .workbook_file import read_workbook

        found = read_workbook(books[0], words, remarks)
        for path in record:
            if "adjustments" in found:
                remarks.error("folder.two_sources", f"与{found['adjustments'].file}是同一张表", "请只保留一个", Place(path.name))
            elif (grid := read_csv(path, remarks)) is not None:
                found["adjustments"] = grid
        return found
    found = {}
    for path in tabular:
        name = words.get(key(path.stem))
        if name is None:
            remarks.error("folder.unknown_file", "不认识的数据文件", nearest(path.stem, words), Place(path.name), path.name)
            continue
        if name in found:
            remarks.error("folder.two_sources", f"与{found[name].file}是同一张表", "请只保留一个", Place(path.name))
            continue
        grid = read_csv(path, remarks)
        found[name] = grid if grid is not None else Grid(path.name, "", [])
    return found

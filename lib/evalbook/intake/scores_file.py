"""A table of published scores of others: 名称, 得分, and where known 最低 and 最高 (a csv file)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..errors import Fault, Refused
from ..exact import Exact
from .csv_file import read_csv
from .numbers import NotANumber, read_number
from .remarks import Remarks
from .sheet import Heading, Sheet, understand
from .text import trimmed

HEADINGS = [Heading("name", "名称"), Heading("score", "得分"), Heading("low", "最低"), Heading("high", "最高")]


def read_scores(path: Path) -> list[tuple[str, Exact, Exact | None, Exact | None]]:
    """Name, score, lowest and highest of each row. Refused with every fault, each with its row."""
    if not path.is_file():
        raise Refused([Fault("scores.no_file", "文件不存在", "请给出含“名称”“得分”两列的 csv 文件", file=str(path))])
    remarks = Remarks()
    grid = read_csv(path, remarks)
    sheet = None if grid is None else understand(grid, HEADINGS, ["name", "score"], remarks)
    found = [] if sheet is None else list(_rows(sheet, remarks))
    remarks.refuse({})
    if not found:
        raise Refused([Fault("scores.empty", "表里没有数据", "请填写其他对象已公布的得分", file=path.name)])
    return found


def _rows(sheet: Sheet, remarks: Remarks) -> Iterator[tuple[str, Exact, Exact | None, Exact | None]]:
    for row, cells in sheet.records(remarks):
        numbers: dict[str, Exact | None] = {"score": None, "low": None, "high": None}
        for column in [name for name in numbers if name in sheet.columns]:
            text = trimmed(cells[sheet.columns[column]])
            read = read_number(text) if text else None
            if isinstance(read, NotANumber) or (read is None and column == "score"):
                message, remedy = (read.message, read.remedy) if read is not None else ("没有得分", "请补填，或删去这一行")
                remarks.error("scores.number", message, remedy, sheet.place(row, column), text)
            elif read is not None:
                numbers[column] = read.value
        name = trimmed(cells[sheet.columns["name"]])
        if not name:
            remarks.error("scores.name", "没有名称", "请补填", sheet.place(row, "name"))
        if numbers["score"] is not None:
            yield name, numbers["score"], numbers["low"], numbers["high"]

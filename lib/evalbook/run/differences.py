"""Where two versions of one published file differ: table, row and column, so that a person can go and look.

Understands what a run publishes (csv, xlsx, html, ipynb). Rows of tables are matched by the columns that name them, so that one
changed total is one difference, not a table that looks different from there on.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

Rows = Sequence[Sequence[str]]
#: More columns than these do not name a row.
_MOST_KEY_COLUMNS = 4
_SHOWN = 60


@dataclass(frozen=True)
class Place:
    """One place: table (sheet, n-th table, cell of the notebook), row of the file, column, and the texts on either side."""

    table: str = ""
    row: int | None = None
    column: str = ""
    was: str = ""
    now: str = ""
    what: str = ""

    def __str__(self) -> str:
        where = " ".join(
            text for text in (self.table, f"第{self.row}行" if self.row else "", f"“{self.column}”列" if self.column else "") if text
        )
        change = self.what or f"{self.was or '（空）'} → {self.now or '（空）'}"
        return f"{where} {change}" if where else change


def places(was: Path, now: Path) -> list[Place]:
    """Every place in which two versions of a file differ; one without coordinates where no place can be named.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     old, new = Path(folder, "a.csv"), Path(folder, "b.csv")
    ...     _ = old.write_text("考核对象,综合得分\\n甲,91.2\\n乙,90\\n", "utf-8")
    ...     _ = new.write_text("考核对象,综合得分\\n甲,91.3\\n乙,90\\n", "utf-8")
    ...     [str(place) for place in places(old, new)]
    ['第2行 “综合得分”列 91.2 → 91.3']
    """
    before, after = was.read_bytes(), now.read_bytes()
    if before == after:
        return []
    reader = _READERS.get(was.suffix, _lines)
    try:
        found = list(reader(before, after))
    except Exception:
        # One side was made unreadable: by whom and how is not for the reader of this format to say.
        return [Place(what="文件损坏或格式不对，无法逐格比较")]
    return found or [Place(what="可见的内容相同，字节不同（格式、编码或隐藏内容）")]


def compare_rows(was: Rows, now: Rows, *, table: str = "", first: int = 1, headings: Sequence[str] = ()) -> Iterator[Place]:
    """Differences of two tables of texts; ``first`` is the number of their first row in the file.

    >>> [str(p) for p in compare_rows([["甲", "1"], ["乙", "2"]], [["乙", "2"], ["甲", "3"]], headings=["单位", "得分"])]
    ['第1行 “得分”列 1 → 3', '行的次序不同']
    """
    keys = _key_columns(was, now)
    if keys:
        other = {tuple(row[:keys]): row for row in now}
        pairs = [(number, row, other[tuple(row[:keys])]) for number, row in enumerate(was, first)]
    elif len(was) == len(now):
        pairs = [(number, row, theirs) for number, (row, theirs) in enumerate(zip(was, now, strict=True), first)]
    else:
        yield from _added_and_removed(was, now, table, first)
        return
    for number, row, theirs in pairs:
        for position in range(max(len(row), len(theirs))):
            ours, other_text = (cells[position] if position < len(cells) else "" for cells in (row, theirs))
            if ours != other_text:
                column = headings[position] if position < len(headings) and headings[position] else f"第{position + 1}列"
                yield Place(table, number, column, _brief(ours), _brief(other_text))
    if keys and [row[:keys] for row in was] != [row[:keys] for row in now]:
        yield Place(table, what="行的次序不同")


def _key_columns(was: Rows, now: Rows) -> int:
    """How many first columns name each row on both sides alike; 0 when none do."""
    for count in range(1, _MOST_KEY_COLUMNS + 1):
        ours, theirs = ([tuple(row[:count]) for row in rows] for rows in (was, now))
        if len(set(ours)) == len(ours) and sorted(ours) == sorted(theirs):
            return count
    return 0


def _added_and_removed(was: Rows, now: Rows, table: str, first: int) -> Iterator[Place]:
    from difflib import SequenceMatcher

    ours, theirs = ([tuple(row) for row in rows] for rows in (was, now))
    yield Place(table, what=f"行数不同：{len(ours)} → {len(theirs)}")
    for kind, start, end, begin, stop in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if kind in ("delete", "replace"):
            for number in range(start, end):
                yield Place(table, first + number, what=f"缺少：{_brief('，'.join(ours[number]))}")
        if kind in ("insert", "replace"):
            for number in range(begin, stop):
                yield Place(table, first + number, what=f"多出：{_brief('，'.join(theirs[number]))}")


def _brief(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


def _with_headings(was: Rows, now: Rows, *, table: str = "", above: int = 0) -> Iterator[Place]:
    """Two tables whose first row holds the headings; ``above`` rows stand before it."""
    if not was or not now or list(was[0]) != list(now[0]):
        ours, theirs = ("、".join(rows[0]) if rows else "" for rows in (was, now))
        yield Place(table, above + 1, was=_brief(ours), now=_brief(theirs))
        return
    yield from compare_rows(was[1:], now[1:], table=table, first=above + 2, headings=was[0])


def _csv(was: bytes, now: bytes) -> Iterator[Place]:
    yield from _with_headings(*(list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)) for raw in (was, now)))


def _xlsx(was: bytes, now: bytes) -> Iterator[Place]:
    # Values first, then formulas: a sum that was replaced by a number shows the same value.
    for values in (True, False):
        ours, theirs = (_sheets(raw, values) for raw in (was, now))
        if list(ours) != list(theirs):
            yield Place(was="、".join(ours), now="、".join(theirs))
            return
        found = False
        for name in ours:
            title, *rows = ours[name] or [[]]
            other_title, *other_rows = theirs[name] or [[]]
            for place in (
                *compare_rows([title], [other_title], table=f"工作表“{name}”"),
                *_with_headings(rows, other_rows, table=f"工作表“{name}”", above=1),
            ):
                found = True
                yield place
        if found:
            return


def _sheets(raw: bytes, values: bool) -> dict[str, list[list[str]]]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(raw), read_only=True, data_only=values)
    try:
        return {sheet.title: [[_cell_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets}
    finally:
        book.close()


def _cell_text(value: Any) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _notebook(was: bytes, now: bytes) -> Iterator[Place]:
    ours, theirs = (json.loads(raw)["cells"] for raw in (was, now))
    if len(ours) != len(theirs):
        yield Place(what=f"单元格数不同：{len(ours)} → {len(theirs)}")
    for number, (one, other) in enumerate(zip(ours, theirs, strict=False), 1):
        for part, word in (("source", "内容"), ("outputs", "输出")):
            if one.get(part) != other.get(part):
                yield Place(f"第{number}个单元格", what=f"{word}不同")


class _Page(HTMLParser):
    """Tables, texts and pictures of a page, in order."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self.texts: list[str] = []
        self.pictures: list[str] = []
        self._cell: list[str] | None = None
        self._hidden = 0
        self.feed(raw.decode("utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self._cell = []
        elif tag == "img":
            self.pictures.append(dict(attrs).get("src") or "")
        elif tag == "style":
            self._hidden += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None:
            self.tables[-1][-1].append("".join(self._cell).strip())
            self._cell = None
        elif tag == "style":
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)
        elif not self._hidden and data.strip():
            self.texts.append(data.strip())


def _page(was: bytes, now: bytes) -> Iterator[Place]:
    ours, theirs = _Page(was), _Page(now)
    for word, one, other in (("表", ours.tables, theirs.tables), ("图", ours.pictures, theirs.pictures)):
        if len(one) != len(other):
            yield Place(what=f"页面的{word}数不同：{len(one)} → {len(other)}")
    for number, (table, other_table) in enumerate(zip(ours.tables, theirs.tables, strict=False), 1):
        if table != other_table:
            yield from _with_headings(table, other_table, table=f"第{number}个表")
    for number, (picture, other_picture) in enumerate(zip(ours.pictures, theirs.pictures, strict=False), 1):
        if picture != other_picture:
            yield Place(f"第{number}幅图", what="图不同")
    yield from compare_rows([[text] for text in ours.texts], [[text] for text in theirs.texts], table="正文", headings=["文字"])


def _lines(was: bytes, now: bytes) -> Iterator[Place]:
    """Any other text, line by line."""
    ours, theirs = ([[line] for line in raw.decode("utf-8").splitlines()] for raw in (was, now))
    for place in compare_rows(ours, theirs):
        yield Place(row=place.row, was=place.was, now=place.now, what=place.what)


_READERS: dict[str, Callable[[bytes, bytes], Iterator[Any]]] = {".csv": _csv, ".xlsx": _xlsx, ".html": _page, ".ipynb": _notebook}

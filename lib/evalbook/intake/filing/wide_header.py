"""The header of a wide table: where it is, in one row or two, and which figure each of its columns holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ...errors import UsageError, nearest
from ...periods import Period
from .. import uom as units_of_measure
from ..grid import Grid
from ..remarks import Remarks
from ..text import half_width, key, trimmed
from .office import Office

#: A header is looked for in so many rows from the top.
WITHIN = 12
#: Headings of the column with the units' names, and with their codes.
_NAME_WORDS = (
    "考核对象 单位 单位名称 名称 地区 县市区 县(市、区) 县(市区) 市县 市(县) 设区市 城市 区县 乡镇 乡镇(街道) "
    "责任单位 填报单位 报送单位 开发区 开发区名称 unit_name"
)
_CODE_WORDS = "单位代码 代码 行政区划代码 区划代码 编码 unit_code"
#: Columns that tables have and nobody reads.
_IGNORED = "序号 备注 联系人 联系电话 电话 填报人 审核人 填报日期 排名 名次 位次"
_SUFFIX = re.compile(r"(.+?)\(([^()]+)\)")
_YEAR = re.compile(r"((?:19|20)[0-9]{2})(?:年(?:度)?|)(第[一二三四]季度|上半年|下半年|[Qq][1-4]|[Hh][12])?")
_OFFSETS = {"本期": "current", "本年": "current", "当年": "current", "今年": "current", "上年": "year_before", "去年": "year_before"}
_OFFSETS |= {"上年同期": "year_before", "去年同期": "year_before", "上期": "previous"}


@dataclass(frozen=True)
class Column:
    """A column of a wide table: which figure it holds, and the uom that its heading states."""

    index: int
    quantity: str
    period: str
    uom: str


@dataclass
class WideHeader:
    """The header of one sheet: its rows, and the columns of names and codes."""

    office: Office
    page: Grid
    first: int
    last: int
    name: int | None
    code: int | None

    @classmethod
    def find(cls, office: Office, page: Grid) -> WideHeader | None:
        """The first row with a heading for units; None where there is none."""
        own = (office.scheme.meta.unit_word, office.scheme.tables["units"].label)
        words, codes = {key(word) for word in (*_NAME_WORDS.split(), *own)}, set(map(key, _CODE_WORDS.split()))
        for row, cells in enumerate(page.rows[:WITHIN]):
            spelled = [key(half_width(cell)) for cell in cells]
            name = next((n for n, cell in enumerate(spelled) if cell in words), None)
            code = next((n for n, cell in enumerate(spelled) if cell in codes), None)
            if (name is None and code is None) or sum(1 for cell in spelled if cell) < 2:
                continue
            found = cls(office, page, row, row, name, code)
            found.last = found._last_row(name if name is not None else code)
            return found
        return None

    def _last_row(self, column: int | None) -> int:
        """The second row of a header: the name's cell is merged downwards, or blank below where other columns go on in words."""
        row = self.first
        for merge in self.page.merged:
            if merge.top == row and merge.left == column and merge.bottom > row:
                return merge.bottom
        wide = any(merge.top == row == merge.bottom and merge.right > merge.left for merge in self.page.merged)
        below = self.page.rows[row + 1] if row + 1 < len(self.page.rows) else []
        blank = column is not None and (column >= len(below) or not trimmed(below[column]))
        return row + 1 if blank and (wide or any(self._named(cell)[0] for cell in below)) else row

    def columns(self, remarks: Remarks) -> Iterator[Column]:
        """The columns with figures of this period; what is no such column, and is not known to be nobody's, is told."""
        first, last, taken = self.first, self.last, {self.name, self.code}
        width = max(len(row) for row in self.page.rows)
        now = str(self.office.scheme.period)
        seen: dict[tuple[str, str], int] = {}
        for index in range(width):
            texts = list(dict.fromkeys(filter(None, (self.cell(row, index) for row in range(first, last + 1)))))
            if index in taken or not texts:
                if index not in taken and any(index < len(row) and trimmed(row[index]) for row in self.page.rows[last + 1 :]):
                    message = f"第{index + 1}列有内容却没有列名"
                    remarks.error("header.blank", message, "请补上列名，或删去该列", self.page.place(last))
                continue
            shown = "".join(texts)
            quantity, period, uom = self._figure(texts)
            at = self.page.place(last, shown)
            if not quantity:
                if key(shown) in map(key, _IGNORED.split()) or not self._filled(index, last):
                    continue
                labels = [q.label for q in self.office.scheme.tables["units"].columns.values()]
                remarks.error("header.unknown", "不认识的列名", nearest(trimmed(shown), labels), at, shown)
                continue
            which = quantity, period or now
            if which not in self.office.filings.keys:
                remarks.note("table.not_asked", f"“{shown}”不是本期要填报的，未读", at)
                continue
            if which in seen:
                remarks.error("header.twice", f"“{shown}”与第{seen[which] + 1}列是同一个数", "请保留一列", at, shown)
                continue
            seen[which] = index
            yield Column(index, *which, uom)

    def _filled(self, index: int, last: int) -> bool:
        return any(index < len(row) and trimmed(row[index]) for row in self.page.rows[last + 1 :])

    def cell(self, row: int, column: int) -> str:
        """The text of a header cell, merged ones spread over their range."""
        for merge in self.page.merged:
            if merge.top <= row <= merge.bottom and merge.left <= column <= merge.right:
                row, column = merge.top, merge.left
                break
        cells = self.page.rows[row]
        return trimmed(cells[column]) if column < len(cells) else ""

    def _figure(self, texts: Sequence[str]) -> tuple[str, str, str]:
        """Quantity, period and uom of a column from its header rows: the lowest that names a quantity, the rest may say when."""
        quantity = period = uom = ""
        for text in ("".join(texts), *reversed(texts)):
            found, when, measure = self._named(text)
            quantity, period, uom = quantity or found, period or when, uom or measure
        if not uom and len(texts) > 1:
            last = half_width(texts[-1]).strip("()")
            uom = units_of_measure.spelled(last) if units_of_measure.is_known(units_of_measure.spelled(last)) else ""
            quantity = quantity or self._named("".join(texts[:-1]))[0]
        return quantity, period, uom

    def _named(self, text: str) -> tuple[str, str, str]:
        """Quantity, period and uom that a heading names; blank for what it does not."""
        text, uom = half_width(trimmed(text)).replace("\n", ""), ""
        match = _SUFFIX.fullmatch(text)
        if match is not None and key(text) not in self._quantities:
            text, uom = match[1], units_of_measure.spelled(match[2].removeprefix("单位:").strip())
        period = ""
        year = _YEAR.search(text)
        if year is not None and key(text) not in self._quantities:
            period = self._period(year)
            text = text[: year.start()] + text[year.end() :]
        else:
            for word, offset in sorted(_OFFSETS.items(), key=lambda item: -len(item[0])):
                if text.startswith(word) and key(text) not in self._quantities:
                    period, text = str(self.office.scheme.at(offset)), text[len(word) :]
                    break
        return self._quantities.get(key(text.strip("、:：·-")), ""), period, uom

    def _period(self, year: re.Match[str]) -> str:
        words = {"上半年": "H1", "下半年": "H2"} | {f"第{word}季度": f"Q{n}" for n, word in enumerate("一二三四", 1)}
        part = words.get(year[2] or "", (year[2] or "").upper())
        try:
            return str(Period.parse(f"{year[1]}{part}"))
        except UsageError:
            return ""

    @cached_property
    def _quantities(self) -> Mapping[str, str]:
        columns = self.office.scheme.tables["units"].columns
        labels = [key(quantity.label) for quantity in columns.values()]
        return {key(name): name for name in columns} | {key(q.label): n for n, q in columns.items() if labels.count(key(q.label)) == 1}

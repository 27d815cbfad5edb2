"""Reads tables that are no forms: long ones (one row per figure) and wide ones (one row per unit, one column per figure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ...errors import UsageError, nearest
from ...periods import Period
from .. import uom as units_of_measure
from ..evidence import EvidenceCheck
from ..figures import HEADINGS as VALUE_HEADINGS
from ..figures import REQUIRED
from ..grid import Grid
from ..remarks import Remarks
from ..roster import SUBTOTALS, TOTALS
from ..sheet import Sheet, understand
from ..text import half_width, key, trimmed
from .filers import Field
from .matching import Match, UnitMatcher
from .office import Office
from .paper import cell_name
from .returned import TABLE, Claim, Returned

_WITHIN = 12
#: Headings of the column with the units' names, and with their codes.
_NAME_WORDS = (
    *(
        "考核对象",
        "单位",
        "单位名称",
        "名称",
        "地区",
        "县市区",
        "县(市、区)",
        "县(市区)",
        "市县",
        "市(县)",
        "设区市",
        "城市",
        "区县",
        "乡镇",
    ),
    *("乡镇(街道)", "责任单位", "填报单位", "报送单位", "开发区", "开发区名称", "unit_name"),
)
_CODE_WORDS = ("单位代码", "代码", "行政区划代码", "区划代码", "编码", "unit_code")
#: Columns that tables have and nobody reads.
_IGNORED = ("序号", "备注", "联系人", "联系电话", "电话", "填报人", "审核人", "填报日期", "排名", "名次", "位次")
_NOTES = re.compile(
    r"(?:注|备注|说明|填[表报]说明|资料来源|数据来源|填[表报]人|制表人?|审核人?|(?:单位)?负责人|联系人|联系电话|填报单位|填[表报]日期)"
    r"[:： ].*|\(盖章\)|※.*|\*.*"
)
_SUFFIX = re.compile(r"(.+?)\(([^()]+)\)")
_YEAR = re.compile(r"((?:19|20)[0-9]{2})(?:年(?:度)?|)(第[一二三四]季度|上半年|下半年|[Qq][1-4]|[Hh][12])?")
_OFFSETS = {"本期": "current", "本年": "current", "当年": "current", "今年": "current", "上年": "year_before", "去年": "year_before"}
_OFFSETS |= {"上年同期": "year_before", "去年同期": "year_before", "上期": "previous"}


def read_tables(office: Office, pages: Sequence[Grid], returned: Returned, remarks: Remarks) -> None:
    """Fill ``returned`` with the figures of every table in a file; every fault is told to ``remarks``."""
    returned.kind = TABLE
    matcher = UnitMatcher(office.roster)
    found = 0
    for page in pages:
        if key(page.sheet) in map(key, ("说明", "填报说明", "填表说明", "封面", "目录", "SOURCE")):
            continue
        table = _Table(office, page, matcher, returned, remarks)
        found += table.read()
    if not found and not remarks.failed:
        at = pages[0].place() if pages else Grid(returned.name, "", []).place()
        remarks.error("table.nothing", "没有找到可读的表（要有考核对象一列和本期的指标列）", "请用发放的填报表，或写明列名", at)


@dataclass(frozen=True)
class _Column:
    """A column of a wide table: which figure it holds."""

    index: int
    quantity: str
    period: str
    uom: str


@dataclass
class _Table:
    """One sheet while it is read."""

    office: Office
    page: Grid
    matcher: UnitMatcher
    returned: Returned
    remarks: Remarks

    def read(self) -> int:
        """Number of columns or rows understood; 0 where the sheet holds no table of figures."""
        if self._is_long():
            return self._long()
        header = self._header()
        if header is None:
            if any(map(trimmed, (cell for row in self.page.rows for cell in row))):
                self.remarks.note("table.unread", "工作表没有考核对象一列，未读", self.page.place())
            return 0
        return self._wide(*header)

    # --- long -----------------------------------------------------------------------------------------------------------------

    def _is_long(self) -> bool:
        """Whether the sheet is laid out as values.csv is."""
        wanted = [{key("indicator"), key("指标")}, {key("value"), key("数值")}, {key("period"), key("考核期")}]
        return any(
            all(words & {key(half_width(cell).partition("(")[0]) for cell in row} for words in wanted) for row in self.page.rows[:_WITHIN]
        )

    def _long(self) -> int:
        sheet = understand(self.page, VALUE_HEADINGS, [name for name in REQUIRED if name != "stage"], self.remarks)
        if sheet is None:
            return 0
        rows = [list(row) for row in sheet.grid.rows]
        width = len(sheet.header)
        columns = dict(sheet.columns)
        for row, cells in sheet.records(Remarks()):
            code = cells[columns["unit_code"]] if "unit_code" in columns else ""
            name = cells[columns["unit_name"]] if "unit_name" in columns else ""
            if {key(code), key(name)} & {*TOTALS, *SUBTOTALS}:
                resolved = ["", name or code, "reported"]
            else:
                unit = self._unit(row, code, name, sheet)
                resolved = [] if unit is None else [self.office.roster.codes[unit], "", "reported"]
            rows[row] = [*cells, *resolved] if resolved else [""] * (width + 3)
        rows[sheet.header_row] = [*sheet.header, "unit_code", "unit_name", "stage"]
        if "stage" in columns:
            self._only_reported(sheet)
        columns |= {"unit_code": width, "unit_name": width + 1, "stage": width + 2}
        ready = Sheet(
            replace(sheet.grid, rows=rows, merged=(), numeric=self._numeric(columns["value"])), sheet.header_row, columns, sheet.uoms
        )
        return self._claims(ready, columns["value"])

    def _only_reported(self, sheet: Sheet) -> None:
        """What units return is 填报值, whatever they call it."""
        from ..trail import STAGE_WORDS

        index = sheet.columns["stage"]
        for row, cells in sheet.records(Remarks()):
            if trimmed(cells[index]) and STAGE_WORDS.get(key(cells[index])) != "reported":
                message = "报送的表只收填报值；核定值、抽查值由核实退回表导入"
                self.remarks.error(
                    "table.stage", message, "请删去该行，或用 evalbook verification import", sheet.place(row, "stage"), cells[index]
                )

    # --- wide -----------------------------------------------------------------------------------------------------------------

    def _header(self) -> tuple[int, int, int | None, int | None] | None:
        """(first header row, last header row, column of names, column of codes)."""
        words = {key(word) for word in (*_NAME_WORDS, self.office.scheme.meta.unit_word, self.office.scheme.tables["units"].label)}
        codes = set(map(key, _CODE_WORDS))
        for row, cells in enumerate(self.page.rows[:_WITHIN]):
            spelled = [key(half_width(cell)) for cell in cells]
            filled = sum(1 for cell in spelled if cell)
            name = next((n for n, cell in enumerate(spelled) if cell in words), None)
            code = next((n for n, cell in enumerate(spelled) if cell in codes), None)
            if (name is None and code is None) or filled < 2:
                continue
            return row, self._last_header_row(row, name if name is not None else code), name, code
        return None

    def _last_header_row(self, row: int, column: int | None) -> int:
        """The second row of a header: the name's cell is merged downwards, or blank below where other columns go on in words."""
        for merge in self.page.merged:
            if merge.top == row and merge.left == column and merge.bottom > row:
                return merge.bottom
        wide = any(merge.top == row == merge.bottom and merge.right > merge.left for merge in self.page.merged)
        below = self.page.rows[row + 1] if row + 1 < len(self.page.rows) else []
        blank = column is not None and (column >= len(below) or not trimmed(below[column]))
        return row + 1 if blank and (wide or any(self._named(cell)[0] for cell in below)) else row

    def _wide(self, first: int, last: int, name: int | None, code: int | None) -> int:
        columns = list(self._columns(first, last, {name, code} - {None}))
        if not columns:
            if not self.remarks.failed:
                self.remarks.note("table.unread", "表中没有本期要填报的指标，未读", self.page.place(first))
            return 0
        if first:
            self.remarks.note("header.title", f"表头上方有{first}行标题，未读", self.page.place(0))
        page = self._unmerged(last)
        units = self._units(page, last, name, code, columns)
        for column in columns:
            self._column(page, last, column, units)
        return len(columns)

    def _columns(self, first: int, last: int, taken: set[int | None]) -> Iterator[_Column]:
        width = max(len(row) for row in self.page.rows)
        now = str(self.office.scheme.period)
        seen: dict[tuple[str, str], int] = {}
        for index in range(width):
            texts = list(dict.fromkeys(filter(None, (self._header_cell(row, index) for row in range(first, last + 1)))))
            if index in taken or not texts:
                if index not in taken and any(index < len(row) and trimmed(row[index]) for row in self.page.rows[last + 1 :]):
                    message = f"第{index + 1}列有内容却没有列名"
                    self.remarks.error("header.blank", message, "请补上列名，或删去该列", self.page.place(last))
                continue
            shown = "".join(texts)
            quantity, period, uom = self._figure(texts)
            at = self.page.place(last, shown)
            if not quantity:
                if key(shown) in map(key, _IGNORED) or not self._filled(index, last):
                    continue
                labels = [q.label for q in self.office.scheme.tables["units"].columns.values()]
                self.remarks.error("header.unknown", "不认识的列名", nearest(trimmed(shown), labels), at, shown)
                continue
            which = quantity, period or now
            if which not in self.office.filings.keys:
                self.remarks.note("table.not_asked", f"“{shown}”不是本期要填报的，未读", at)
                continue
            if which in seen:
                self.remarks.error("header.twice", f"“{shown}”与第{seen[which] + 1}列是同一个数", "请保留一列", at, shown)
                continue
            seen[which] = index
            yield _Column(index, *which, uom)

    def _filled(self, index: int, last: int) -> bool:
        return any(index < len(row) and trimmed(row[index]) for row in self.page.rows[last + 1 :])

    def _header_cell(self, row: int, column: int) -> str:
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

    @property
    def _quantities(self) -> Mapping[str, str]:
        columns = self.office.scheme.tables["units"].columns
        labels = [key(quantity.label) for quantity in columns.values()]
        return {key(name): name for name in columns} | {key(q.label): n for n, q in columns.items() if labels.count(key(q.label)) == 1}

    def _unmerged(self, last: int) -> Grid:
        """A cell merged downwards says the same for each of its rows; in a row of figures any other merge is a question."""
        rows = [list(row) for row in self.page.rows]
        for merge in self.page.merged:
            if merge.top <= last:
                continue
            words = rows[merge.top][merge.left] if merge.left < len(rows[merge.top]) else ""
            if merge.left != merge.right and not _NOTES.fullmatch(half_width(trimmed(words))):
                if merge.left > 0 or merge.bottom > merge.top:
                    at = self.page.place(merge.top)
                    self.remarks.error("cell.merged", "数据中有跨列的合并单元格", "请取消合并，每格分别填写", at, words)
                continue
            if merge.left == merge.right:
                for row in range(merge.top + 1, merge.bottom + 1):
                    if any(rows[row]) and merge.left < len(rows[row]):
                        rows[row][merge.left] = words
                self.remarks.note("cell.merged", "纵向合并的单元格，其内容用于所含各行", self.page.place(merge.top), words)
        return replace(self.page, rows=rows, merged=())

    def _units(self, page: Grid, last: int, name: int | None, code: int | None, columns: Sequence[_Column]) -> dict[int, list[str]]:
        """(unit_code, unit_name) of every row with figures: the canonical code, or the word of a total."""
        found: dict[int, list[str]] = {}
        places: dict[int, int] = {}
        for row in range(last + 1, len(page.rows)):
            cells = page.rows[row]
            texts = [cells[index] if index is not None and index < len(cells) else "" for index in (code, name)]
            filled = any(column.index < len(cells) and trimmed(cells[column.index]) for column in columns)
            first = next((trimmed(cell) for cell in cells if trimmed(cell)), "")
            if not filled and (not first or _NOTES.fullmatch(half_width(first)) or not any(map(trimmed, texts)) or len(first) > 30):
                if first:
                    self.remarks.note("table.note", "表下的说明未读", page.place(row), first[:40])
                continue
            words = set(map(key, texts)) & {*TOTALS, *SUBTOTALS}
            if words:
                found[row] = ["", next(text for text in texts if key(text) in words)]
                continue
            unit = self._unit(row, texts[0], texts[1], None, numeric=code is not None and (row, code) in page.numeric)
            if unit is None:
                continue
            if unit in places:
                self.remarks.error(
                    "table.unit_twice", f"“{self.office.roster.labels[unit]}”在第{places[unit]}行已有", "请保留一行", page.place(row)
                )
                continue
            places[unit] = row + 1
            found[row] = [self.office.roster.codes[unit], ""]
        return found

    def _column(self, page: Grid, last: int, column: _Column, units: Mapping[int, list[str]]) -> None:
        width = max(len(row) for row in page.rows)
        rows = [[""] * (width + 5) for _ in page.rows]
        shown = trimmed(self._header_cell(last, column.index))
        rows[last] = [*["" for _ in range(width)], "unit_code", "unit_name", "indicator", "period", "stage"]
        rows[last][column.index] = shown
        for row, (code, name) in units.items():
            value = page.rows[row][column.index] if column.index < len(page.rows[row]) else ""
            rows[row][column.index] = value
            rows[row][width:] = [code, name, column.quantity, column.period, "reported"]
        columns = {
            "unit_code": width,
            "unit_name": width + 1,
            "indicator": width + 2,
            "period": width + 3,
            "stage": width + 4,
            "value": column.index,
        }
        uoms = {"value": column.uom} if column.uom else {}
        sheet = Sheet(replace(page, rows=rows, numeric=self._numeric(column.index)), last, columns, uoms)
        quantity = self.office.scheme.tables["units"].columns[column.quantity]
        if not column.uom and units_of_measure.needs_saying(quantity.uom) and not self._says_uom():
            message = f"“{quantity.label}”的列名没有写计量单位"
            self.remarks.error("uom.missing", message, f"请写成“{quantity.label}（{quantity.uom}）”", page.place(last, shown))
            return
        if not column.uom:
            sheet = replace(sheet, uoms={"value": self._says_uom() or quantity.uom})
        self._claims(sheet, column.index)

    def _says_uom(self) -> str:
        """The uom that a line above the table states for all of it: 单位：万元."""
        for row in self.page.rows[:_WITHIN]:
            for cell in row:
                match = re.search(r"(?:计量)?单位[:：]\s*([^\s,，;；()（）]+)", half_width(trimmed(cell)))
                if match and units_of_measure.is_known(units_of_measure.spelled(match[1])):
                    return units_of_measure.spelled(match[1])
        return ""

    # --- both -----------------------------------------------------------------------------------------------------------------

    def _unit(self, row: int, code: str, name: str, sheet: Sheet | None, *, numeric: bool = False) -> int | None:
        """The unit of a row, with what is odd about how it is written told."""
        numeric = numeric or (sheet is not None and sheet.is_numeric(row, "unit_code"))
        match: Match = self.matcher.match(code, name)
        at = self.page.place(row, "考核对象")
        shown = " ".join(filter(None, (trimmed(code), trimmed(name))))
        if match.unit is None:
            self.remarks.error("unit.unknown", match.question, match.remedy, at, shown)
            return None
        if numeric:
            self.remarks.note("code.number", "单位代码存成了数字，按整数读入；请把该列设为文本", at, trimmed(code))
        if match.renamed:
            self.remarks.finding("unit.renamed", match.renamed, "请核对填报的是哪个范围的数", at, shown)
        elif match.note:
            self.remarks.note("unit.matched", match.note, at, shown)
        return match.unit

    def _numeric(self, column: int) -> frozenset[tuple[int, int]]:
        """Cells stored as numbers, of one column: in the other ones, codes were looked at before."""
        return frozenset(spot for spot in self.page.numeric if spot[1] == column)

    def _claims(self, sheet: Sheet, column: int) -> int:
        """Read the figures and keep each with its cell. An empty cell claims nothing."""
        check = EvidenceCheck(tuple({"evidence_id": number} for number in self.office.evidence_ids), self.remarks)
        series = self.office.reader(sheet, check, self.remarks).read()
        found = 0
        for calibre, figures in series.items():
            for (unit, quantity, period), stages in figures.cells.items():
                cell = stages.get("reported")
                if cell is None or not cell.raw.strip():
                    continue
                if (quantity, period) not in self.office.filings.keys:
                    self.remarks.note("table.not_asked", "不是本期要填报的，未读", sheet.place(cell.row - 1, "indicator"), quantity)
                    continue
                field = Field(unit, quantity, period, calibre)
                if not cell.uom and "value" in sheet.uoms:
                    cell = replace(cell, uom=sheet.uoms["value"])
                self.returned.claims.append(Claim(field, cell, self.page.sheet, cell_name(cell.row - 1, column)))
                found += 1
        return found

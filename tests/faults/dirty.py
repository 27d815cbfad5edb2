"""A corpus of dirty workbooks: each is named for its fault and says what must come of it.

``python tests/faults/dirty.py FOLDER`` writes all of them, with an index; ``test_dirty.py`` reads each one. They are made by code, so that
nothing binary is kept and every fault can be read here. The scheme is made up, the units are few.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter

from evalbook.intake.filing.filers import EVERYBODY
from evalbook.intake.filing.files import read_returned
from evalbook.intake.filing.form import KEY, TABLE_SHEET, VALUE, write_form
from evalbook.intake.filing.office import Office, open_office
from evalbook.intake.filing.returned import Returned

SCHEME, PERIOD = "dirty", "2023"
EDITION = """\
schema: 1
edition: {title: 示例县市区考核办法, number: 示例〔2022〕1号, issued: 2022-01-01, governs: {from: 2022}, unit_word: 县市区, official: false}
tables:
  units:
    label: 县市区
    columns:
      trade: {label: 进出口总额, uom: 万元, source: [地方上报], min: 0}
      growth: {label: 增长率, uom: "%", source: [地方上报]}
      rise: {label: 占比提高, uom: 个百分点, source: [地方上报]}
      reports: {label: 信息采用量, type: integer, uom: 条, source: [地方上报], min: 0}
      sound: {label: 机制健全, type: yes_no, source: [地方上报]}
      judged: {label: 评定分, uom: 分, source: [市考核办], min: 0, max: 10}
  projects:
    label: 重大项目
    belongs_to: units
    key: [list]
    columns:
      list: {label: 所在名单, type: text, values: [国家库, 省库], required: true}
      amount: {label: 投资额, uom: 万元, min: 0}
      started: {label: 开工日期, type: date}
      on_time: {label: 按期, type: yes_no, required: true}
tree:
  total: {label: 综合得分, marks: 100, clause: 一, children: [rise_of_trade, growth_rate, higher, adopted, mechanism, opinion, listed]}
  rise_of_trade: {label: 进出口增加值, marks: 20, clause: 二1, measure: {gap: $trade, against: previous}, rule: {thirds: [20, 15, 10]}}
  growth_rate: {label: 增速, marks: 20, clause: 二2, measure: {value: $growth}, rule: {thirds: [20, 15, 10]}}
  higher: {label: 占比, marks: 10, clause: 二3, measure: {value: $rise}, rule: {thirds: [10, 8, 6]}}
  adopted: {label: 信息, marks: 20, clause: 二4, measure: {value: $reports}, rule: {thirds: [20, 15, 10]}}
  mechanism: {label: 机制, marks: 10, clause: 二5, measure: {value: $sound}, rule: {per_item: 10, cap: marks}}
  opinion: {label: 评定, marks: 10, clause: 二6, measure: {value: $judged}, rule: {judged: marks}}
  listed: {label: 项目, marks: 10, clause: 二7, measure: {count: projects, where: {is: $on_time}}, rule: {per_item: 5, cap: marks}}
rankings: {place: {of: total, label: 名次, clause: 三, ties: competition}}
outcomes: {awarded: {label: 表扬名单, quota: 2, by: place, clause: 四, across_tie: pending}}
"""
SETTINGS = "schema: 1\nperiod: 2023\nas_of: 2024-02-01\nprepared_by: 示例科室\naccept: [edition]\ndemo: true\n"
UNITS = """\
unit_code,unit_name,aliases
330100,杭州市,旧杭县（至2020-06-30）
330200,宁波市,甬城
220723,乾安县,
513231,阿坝县,
410526,滑县,
110105,朝阳区,
211321,朝阳县,
010001,示例新区,
210902101,韩家店镇,
331000,台州市,
440114100201,𬱖村,
"""
#: Everybody's verified figure of the year before.
BASE = "unit_code,unit_name,indicator,period,stage,value,uom,source,evidence_id,origin,by,date,note\n" + "".join(
    f"{code},{name},trade,2022,verified,100,万元,统计局,,official,,,\n"
    for code, name, _ in csv.reader(io.StringIO(UNITS))
    if code != "unit_code"
)
HEADER = ["单位代码", "县市区", "进出口总额（万元）", "增长率（%）", "占比提高（个百分点）", "信息采用量（条）", "机制健全"]
ROWS = [
    HEADER,
    ["330100", "杭州市", 1000.5, 12.5, 1.2, 30, "是"],
    ["330200", "宁波市", 900, 8.3, 0.8, 28, "是"],
    ["220723", "乾安县", 120, 5, -0.3, 12, "否"],
]


def project(root: Path) -> Path:
    """A project with this scheme, in which nobody has filed."""
    files = {
        f"params/{SCHEME}/2022.yaml": EDITION,
        f"params/{SCHEME}/periods/{PERIOD}.yaml": SETTINGS,
        f"data/{SCHEME}/{PERIOD}/units.csv": UNITS,
        f"data/{SCHEME}/{PERIOD}/values.csv": BASE,
        f"data/{SCHEME}/{PERIOD}/items.csv": "table,item_id,unit_code,item_name,list,amount,started,on_time,evidence_id,note\n",
        f"data/{SCHEME}/{PERIOD}/evidence.csv": "evidence_id,title,file,page,sha256,supports,note\n",
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
    (root / "notebooks").mkdir(exist_ok=True)
    return root


@dataclass(frozen=True)
class F:
    """A formula with the value it was saved with; none: not calculated."""

    text: str
    cached: Any = None


@dataclass
class Kit:
    """Makes files in a folder and reads them as ``collect`` does."""

    root: Path
    folder: Path
    _forms: dict[str, bytes] = field(default_factory=dict)

    @cached_property
    def office(self) -> Office:
        """The period before anybody has filed."""
        return open_office(self.root, SCHEME, PERIOD)

    def read(self, path: Path, **options: Any) -> Returned:
        """One file as ``collect`` reads it."""
        return read_returned(self.office, path, path.name, **options)

    def wide(
        self,
        *,
        rows: Sequence[Sequence[Any]] = ROWS,
        name: str = "汇总.xlsx",
        formats: Mapping[str, str] | None = None,
        change: Callable[[xlsxwriter.Workbook, Any], None] | None = None,
        **cells: Any,
    ) -> Path:
        """A table with one row per unit; ``C2=...`` replaces a cell, ``formats`` gives cells a number format."""
        path = self.folder / name
        book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
        page = book.add_worksheet("Sheet1")
        grid = {(r, c): value for r, row in enumerate(rows) for c, value in enumerate(row)}
        for at, value in cells.items():
            row, column = xlsxwriter.utility.xl_cell_to_rowcol(at)
            grid[row, column] = value
        styles = {xlsxwriter.utility.xl_cell_to_rowcol(at): book.add_format({"num_format": code}) for at, code in (formats or {}).items()}
        for (row, column), value in grid.items():
            style = styles.get((row, column))
            if isinstance(value, F):
                page.write_formula(row, column, value.text, style, "" if value.cached is None else value.cached)
            elif isinstance(value, str):
                page.write_string(row, column, value, style)
            elif isinstance(value, dt.date):
                page.write_datetime(
                    row, column, dt.datetime.combine(value, dt.time()), style or book.add_format({"num_format": "yyyy-mm-dd"})
                )
            elif value is not None:
                page.write(row, column, value, style)
        if change is not None:
            change(book, page)
        book.close()
        return path

    def csv(self, data: bytes | str, name: str = "汇总.csv") -> Path:
        """A file with these bytes."""
        path = self.folder / name
        path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
        return path

    def text(self, **cells: str) -> str:
        """The base table as csv text."""
        rows = [[str(cell) for cell in row] for row in ROWS]
        for at, value in cells.items():
            row, column = xlsxwriter.utility.xl_cell_to_rowcol(at)
            rows[row][column] = value
        return "".join(",".join(row) + "\r\n" for row in rows)

    def form(
        self,
        values: Mapping[str, Any] | None = None,
        *,
        who: str = "330100",
        name: str = "",
        projects: Sequence[Sequence[Any]] = (),
        change: Callable[[openpyxl.Workbook], None] | None = None,
    ) -> Path:
        """A form filled in by openpyxl (which keeps no results of formulas); ``values``: key → what is typed."""
        filer = next(one for one in (*self.office.filings.filers, EVERYBODY) if who in (one.code, one.label))
        if who not in self._forms:
            self._forms[who] = write_form(self.office, filer)
        book = openpyxl.load_workbook(io.BytesIO(self._forms[who]))
        page = book[TABLE_SHEET]
        header = {str(cell.value): cell.column for cell in page[4] if cell.value}
        for row in range(5, page.max_row + 1):
            word = page.cell(row, header[KEY]).value
            if values and word in values:
                page.cell(row, header[VALUE]).value = values[word]
        for number, texts in enumerate(projects, 5):
            for column, text in enumerate(texts, 1):
                book["重大项目"].cell(number, column).value = text
        if change is not None:
            change(book)
        path = self.folder / (name or filer.file_name)
        book.save(path)
        return path


def rezip(path: Path, change: Callable[[str, bytes], bytes | None], add: Mapping[str, bytes] | None = None) -> Path:
    """Rewrite the parts of a workbook; None drops a part."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**parts, **(add or {})}.items():
            if (changed := change(name, data)) is not None:
                archive.writestr(name, changed)
    return path


@dataclass(frozen=True)
class Dirty:
    """One dirty file: its name, how it is made, and what comes of it.

    ``outcome``: ``taken`` without a word · ``noted`` (accepted, told) · ``asked`` (taken, a finding) · ``refused`` (an instruction,
    nothing taken). ``code`` is that of the remark, ``hint`` a part of its text; ``values`` what is read, by (unit, quantity).
    """

    name: str
    outcome: str
    code: str
    hint: str
    make: Callable[[Kit], Path]
    values: Mapping[tuple[str, str], str | None] = field(default_factory=dict)


HZ, NB, QA = "330100", "330200", "220723"


def _merge(first: int, column: int, last: int, end: int, text: str) -> Callable[[Any, Any], None]:
    return lambda _book, page: page.merge_range(first, column, last, end, text)


def _hidden_sheet(book: Any, _page: Any) -> None:
    page = book.add_worksheet("旧表（作废）")
    page.write_string(0, 0, "旧数")
    page.hide()


TITLED = [["2023年县市区主要指标完成情况表"], ["单位：万元"], *ROWS]
TWO_ROWS = [
    ["单位代码", "县市区", "进出口总额（万元）", "", "信息采用量（条）"],
    ["", "", "2022年", "2023年", "2023年"],
    [HZ, "杭州市", 100, 1000.5, 30],
    [NB, "宁波市", 100, 900, 28],
]
LONG = [
    ["单位代码", "考核对象", "指标", "考核期", "数值", "计量单位"],
    [HZ, "杭州市", "进出口总额", "2023", "1000.5", "万元"],
    [NB, "宁波市", "进出口总额", "2023", "0.09", "亿元"],
]


def _two_row_header(book: Any, page: Any) -> None:
    style = book.add_format({"align": "center"})
    page.merge_range(0, 0, 1, 0, "单位代码", style)
    page.merge_range(0, 1, 1, 1, "县市区", style)
    page.merge_range(0, 2, 0, 3, "进出口总额（万元）", style)


def _total(kit: Kit, total: Any, word: str = "合计") -> Path:
    return kit.wide(rows=[*ROWS, ["", word, total, "", "", "", ""]])


def _xml(kit: Kit, text: bytes) -> Path:
    """A workbook whose first sheet is this XML."""
    return rezip(kit.wide(), lambda name, data: text if name.endswith("sheet1.xml") else data)


_SHEET = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
_ENTITY = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>&b;</sheetData></worksheet>'
)

CASES: list[Dirty] = [
    Dirty("clean-table", "taken", "", "", lambda k: k.wide(), {(HZ, "trade"): "1000.5", (HZ, "growth"): "12.5", (QA, "rise"): "-0.3"}),
    Dirty("clean-form", "asked", "form.unsigned", "填报人", lambda k: k.form({"trade@2023": 1000.5}), {(HZ, "trade"): "1000.5"}),
    Dirty(
        "clean-long-table",
        "noted",
        "uom.converted",
        "亿元换算为万元",
        lambda k: k.wide(rows=LONG),
        {(HZ, "trade"): "1000.5", (NB, "trade"): "900"},
    ),
    # codes
    Dirty("code-lost-its-zero", "refused", "unit.unknown", "是否为“010001”", lambda k: k.wide(A2=10001, B2="")),
    Dirty(
        "code-shown-with-zeros", "refused", "number.padded", "显示为“010001”", lambda k: k.wide(A2=10001, B2="", formats={"A2": "000000"})
    ),
    Dirty("code-in-scientific-form", "refused", "unit.unknown", "不在名单中", lambda k: k.wide(A2="3.301E5", B2="")),
    Dirty("code-stored-as-number", "noted", "code.number", "存成了数字", lambda k: k.wide(A2=330100), {(HZ, "trade"): "1000.5"}),
    Dirty("code-of-eighteen-digits-as-number", "refused", "number.digits", "超过15位", lambda k: k.wide(A2=330102199001011234)),
    Dirty("code-full-width", "taken", "", "", lambda k: k.wide(A2="３３０１００"), {(HZ, "trade"): "1000.5"}),
    Dirty("code-and-name-disagree", "refused", "unit.unknown", "核对代码和名称", lambda k: k.wide(B2="宁波市")),
    # names
    Dirty("name-with-blanks", "noted", "unit.matched", "空格", lambda k: k.wide(A2="", B2="杭 州　市"), {(HZ, "trade"): "1000.5"}),
    Dirty(
        "name-with-zero-width-space",
        "noted",
        "unit.matched",
        "不可见",
        lambda k: k.wide(A2="", B2="杭\u200b州市"),
        {(HZ, "trade"): "1000.5"},
    ),
    Dirty("name-turned-around", "refused", "unit.unknown", "文字方向", lambda k: k.wide(A2="", B2="杭州\u202e市")),
    Dirty("name-without-its-ending", "noted", "unit.matched", "省略了末字", lambda k: k.wide(A2="", B2="杭州"), {(HZ, "trade"): "1000.5"}),
    Dirty("name-without-its-ending-of-two", "refused", "unit.unknown", "“朝阳区”、“朝阳县”", lambda k: k.wide(A2="", B2="朝阳")),
    Dirty("name-with-another-ending", "refused", "unit.unknown", "改名还是另一单位", lambda k: k.wide(A2="", B2="阿坝市")),
    Dirty(
        "name-in-traditional-characters",
        "noted",
        "unit.matched",
        "繁简",
        lambda k: k.wide(A2="", B2="臺州市"),
        {("331000", "trade"): "1000.5"},
    ),
    Dirty(
        "name-with-a-variant-character",
        "noted",
        "unit.matched",
        "异体",
        lambda k: k.wide(A2="", B2="阿垻县"),
        {("513231", "trade"): "1000.5"},
    ),
    Dirty("name-that-conversion-would-spoil", "taken", "", "", lambda k: k.wide(A4=""), {(QA, "trade"): "120"}),
    Dirty("name-is-an-alias", "noted", "unit.matched", "别名", lambda k: k.wide(A3="", B3="甬城"), {(NB, "trade"): "900"}),
    Dirty("name-of-former-times", "asked", "unit.renamed", "2020-06-30", lambda k: k.wide(A2="", B2="旧杭县"), {(HZ, "trade"): "1000.5"}),
    Dirty("name-misspelt", "refused", "unit.unknown", "“宁波市”", lambda k: k.wide(A3="", B3="宁渡市")),
    Dirty("name-unknown", "refused", "unit.unknown", "名单", lambda k: k.wide(A3="", B3="省直单位")),
    Dirty("unit-twice", "refused", "table.unit_twice", "第2行已有", lambda k: k.wide(A3=HZ, B3="杭州市")),
    Dirty("unit-blank-beside-figures", "refused", "unit.unknown", "没有写考核对象", lambda k: k.wide(A3="", B3="")),
    # numbers
    Dirty("number-full-width", "noted", "number.accepted", "全角", lambda k: k.wide(C2="１２３４．５"), {(HZ, "trade"): "1234.5"}),
    Dirty("number-with-thousand-separators", "noted", "number.accepted", "千位", lambda k: k.wide(C2="22，000"), {(HZ, "trade"): "22000"}),
    Dirty("number-with-wrong-separators", "refused", "number.grouping", "每三位", lambda k: k.wide(C2="2,20,00")),
    Dirty("number-with-its-uom", "noted", "uom.converted", "亿元", lambda k: k.wide(C2="1.2亿元"), {(HZ, "trade"): "12000"}),
    Dirty("number-with-bare-yi", "refused", "number.scale", "完整的计量单位", lambda k: k.wide(C2="1.2亿")),
    Dirty("number-about", "refused", "number.approximate", "确切", lambda k: k.wide(C2="约1000")),
    Dirty("number-range", "refused", "number.range", "一个确切", lambda k: k.wide(C2="100-120")),
    Dirty("number-fraction", "refused", "number.fraction", "小数", lambda k: k.wide(C2="2/3")),
    Dirty("number-in-brackets", "refused", "number.brackets", "负数", lambda k: k.wide(E2="(0.5)")),
    Dirty("number-with-a-mathematical-minus", "noted", "number.accepted", "减号", lambda k: k.wide(E2="−0.5"), {(HZ, "rise"): "-0.5"}),
    Dirty("number-with-a-dash", "refused", "number.dash", "减号", lambda k: k.wide(E2="–0.5")),
    Dirty("number-in-words", "refused", "number.in_words", "阿拉伯数字", lambda k: k.wide(D2="百分之五")),
    Dirty("number-with-letter-o", "refused", "number.letters", "数字 0", lambda k: k.wide(F2="3O")),
    Dirty("number-is-an-error", "refused", "number.error_cell", "#DIV/0!", lambda k: k.wide(C2=F("=1/0", "#DIV/0!"))),
    Dirty("number-is-true", "refused", "number.boolean", "逻辑值", lambda k: k.wide(C2=True)),
    Dirty("number-turned-into-a-date", "refused", "number.date", "3-4", lambda k: k.wide(F2=dt.date(2024, 3, 4))),
    Dirty("number-of-other-currency", "refused", "uom.two", "万美元", lambda k: k.wide(C2="100万美元")),
    Dirty("number-half-a-report", "refused", "number.whole", "整数", lambda k: k.wide(F2=30.5)),
    Dirty("number-below-zero", "refused", "number.low", "不应小于0", lambda k: k.wide(C2=-5)),
    Dirty(
        "number-shown-rounded",
        "noted",
        "number.display",
        "按存储值",
        lambda k: k.wide(C2=12.345678, formats={"C2": "0.0"}),
        {(HZ, "trade"): "12.345678"},
    ),
    Dirty("number-shown-scaled", "refused", "number.scaled", "缩放", lambda k: k.wide(C2=12000, formats={"C2": "0.0,"})),
    # percent
    Dirty("percent-bare", "taken", "", "", lambda k: k.wide(D2=12.5), {(HZ, "growth"): "12.5"}),
    Dirty(
        "percent-as-format",
        "noted",
        "number.accepted",
        "计量单位",
        lambda k: k.wide(D2=0.125, formats={"D2": "0.0%"}),
        {(HZ, "growth"): "12.5"},
    ),
    Dirty("percent-as-fraction", "refused", "number.percent", "0.125% 还是 12.5%", lambda k: k.wide(D2=0.125)),
    Dirty("percent-or-points", "refused", "uom.two", "不一致", lambda k: k.wide(E2="1.2%")),
    # nothing there
    Dirty("blank-with-spaces", "taken", "", "", lambda k: k.wide(C2=" 　 "), {(NB, "trade"): "900"}),
    Dirty("missing-dash", "noted", "cell.mark", "读作缺失", lambda k: k.wide(C2="—"), {(HZ, "trade"): None}),
    Dirty("missing-slash", "noted", "cell.mark", "读作缺失", lambda k: k.wide(C2="/"), {(HZ, "trade"): None}),
    Dirty("missing-none", "noted", "cell.mark", "读作缺失", lambda k: k.wide(C2="无"), {(HZ, "trade"): None}),
    Dirty("missing-ellipsis", "noted", "cell.mark", "读作缺失", lambda k: k.wide(C2="…"), {(HZ, "trade"): None}),
    Dirty("missing-in-words", "taken", "", "", lambda k: k.wide(C2="缺失"), {(HZ, "trade"): None}),
    Dirty("unknown-word", "refused", "number.text", "留空", lambda k: k.wide(C2="见附件")),
    Dirty("answer-maybe", "refused", "cell.yes_no", "“是”或“否”", lambda k: k.wide(G2="基本健全")),
    # layout
    Dirty("title-and-uom-line-above", "noted", "header.title", "标题", lambda k: k.wide(rows=TITLED), {(HZ, "trade"): "1000.5"}),
    Dirty(
        "header-of-two-rows",
        "taken",
        "",
        "",
        lambda k: k.wide(rows=TWO_ROWS, change=_two_row_header),
        {(HZ, "trade"): "1000.5", (NB, "reports"): "28"},
    ),
    Dirty("header-unknown", "refused", "header.unknown", "“进出口总额”", lambda k: k.wide(C1="进出口总额合记（万元）")),
    Dirty("header-twice", "refused", "header.twice", "同一个数", lambda k: k.wide(D1="进出口总额（万元）")),
    Dirty("header-blank", "refused", "header.blank", "没有列名", lambda k: k.wide(D1="")),
    Dirty("header-without-uom", "refused", "uom.missing", "进出口总额（万元）", lambda k: k.wide(C1="进出口总额")),
    Dirty("header-in-other-uom", "noted", "uom.converted", "亿元", lambda k: k.wide(C1="进出口总额（亿元）"), {(NB, "trade"): "9000000"}),
    Dirty("no-table-at-all", "refused", "table.nothing", "考核对象一列", lambda k: k.wide(rows=[["关于报送数据的说明"], ["已报"]])),
    Dirty(
        "cells-merged-downwards",
        "noted",
        "cell.merged",
        "纵向合并",
        lambda k: k.wide(change=_merge(1, 6, 3, 6, "是")),
        {(QA, "sound"): "1"},
    ),
    Dirty("cells-merged-across", "refused", "cell.merged", "跨列", lambda k: k.wide(change=_merge(2, 2, 2, 3, "900"))),
    Dirty("names-merged-downwards", "refused", "table.unit_twice", "已有", lambda k: k.wide(A3="", change=_merge(1, 1, 2, 1, "杭州市"))),
    Dirty(
        "notes-below",
        "noted",
        "table.note",
        "未读",
        lambda k: k.wide(rows=[*ROWS, [], ["注：数据为快报数。"], ["填表人：张三"]]),
        {(QA, "trade"): "120"},
    ),
    Dirty("total-that-adds-up", "noted", "figure.total", "一致", lambda k: _total(k, 2020.5), {(HZ, "trade"): "1000.5"}),
    Dirty("total-that-does-not", "refused", "figure.total_differs", "合计为2020", lambda k: _total(k, 2020)),
    Dirty("subtotal", "refused", "figure.subtotal", "小计", lambda k: _total(k, 2020.5, "小计")),
    Dirty(
        "hidden-row",
        "refused",
        "workbook.hidden_row",
        "隐藏的行",
        lambda k: k.wide(change=lambda _b, p: p.set_row(2, None, None, {"hidden": True})),
    ),
    Dirty(
        "hidden-column",
        "refused",
        "workbook.hidden_column",
        "隐藏的列",
        lambda k: k.wide(change=lambda _b, p: p.set_column(3, 3, 8, None, {"hidden": True})),
    ),
    Dirty("hidden-sheet", "refused", "workbook.hidden_sheet", "隐藏的工作表", lambda k: k.wide(change=_hidden_sheet)),
    # formulas
    Dirty(
        "formula-with-result", "noted", "workbook.formula", "公式", lambda k: k.wide(C2=F("=500+500.5", 1000.5)), {(HZ, "trade"): "1000.5"}
    ),
    Dirty("formula-without-result", "refused", "workbook.uncalculated", "重算", lambda k: k.form({"trade@2023": "=C5*2"})),
    Dirty("formula-of-another-file", "refused", "workbook.external", "选择性粘贴", lambda k: k.wide(C2=F("=[1]台账!C5", 1000.5))),
    Dirty("formula-of-the-network", "refused", "workbook.external", "网络", lambda k: k.wide(C2=F('=WEBSERVICE("http://x/")', 1000.5))),
    Dirty("text-like-a-formula", "refused", "number.text", "阿拉伯数字", lambda k: k.wide(C2="=1+1")),
    # encodings
    Dirty("csv-with-bom", "taken", "", "", lambda k: k.csv(k.text().encode("utf-8-sig")), {(HZ, "trade"): "1000.5"}),
    Dirty("csv-in-gb18030", "noted", "file.gb18030", "GB18030", lambda k: k.csv(k.text().encode("gb18030")), {(HZ, "trade"): "1000.5"}),
    Dirty(
        "csv-with-a-rare-character",
        "noted",
        "file.gb18030",
        "GB18030",
        lambda k: k.csv(k.text(A2="", B2="𬱖村").encode("gb18030")),
        {("440114100201", "trade"): "1000.5"},
    ),
    Dirty("csv-in-utf-16", "refused", "file.utf16", "UTF-16", lambda k: k.csv(k.text().encode("utf-16"))),
    Dirty("csv-with-broken-bytes", "refused", "file.encoding", "编码", lambda k: k.csv(k.text().encode("utf-8") + b"\xff\xff\x80\n")),
    # files
    Dirty("file-of-wps", "refused", "file.kind", "另存为 xlsx", lambda k: k.csv(b"\xd0\xcf\x11\xe0", "上报.et")),
    Dirty("file-of-word", "refused", "file.kind", "Word", lambda k: k.csv(b"PK\x03\x04", "上报.docx")),
    Dirty("file-is-pdf", "refused", "file.kind", "PDF", lambda k: k.csv(b"%PDF-1.4", "上报.pdf")),
    Dirty("file-is-an-archive", "refused", "file.kind", "解压", lambda k: k.csv(b"PK\x03\x04", "上报.zip")),
    Dirty("csv-called-xlsx", "refused", "file.disguised", "内容是文本", lambda k: k.csv(k.text(), "上报.xlsx")),
    Dirty("web-page-called-xls", "refused", "workbook.unreadable", "网页", lambda k: k.csv("<html><table></table></html>", "上报.xls")),
    Dirty("xlsx-called-xls", "refused", "file.disguised", "扩展名改为 .xlsx", lambda k: k.wide().rename(k.folder / "上报.xls")),
    Dirty(
        "file-with-password",
        "refused",
        "workbook.unreadable",
        "密码",
        lambda k: k.csv(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "加密.xlsx"),
    ),
    Dirty("file-truncated", "refused", "workbook.unreadable", "损坏", lambda k: k.csv(k.wide().read_bytes()[:3000], "汇总.xlsx")),
    Dirty("file-empty", "refused", "workbook.unreadable", "0字节", lambda k: k.csv(b"", "空.xlsx")),
    Dirty(
        "file-with-macros", "refused", "workbook.unreadable", "宏", lambda k: rezip(k.wide(), lambda _n, d: d, {"xl/vbaProject.bin": b"x"})
    ),
    Dirty("file-of-macros-by-name", "refused", "file.kind", "不含宏", lambda k: k.csv(b"PK\x03\x04", "上报.xlsm")),
    Dirty(
        "file-with-a-far-cell",
        "refused",
        "workbook.unreadable",
        "范围过大",
        lambda k: _xml(k, _SHEET % b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    ),
    Dirty("file-with-entities", "refused", "workbook.unreadable", "实体", lambda k: _xml(k, _ENTITY)),
    # forms
    Dirty("form-of-another-period", "refused", "form.other_period", "不是 dirty 2023", lambda k: _retitled(k, "2023|unit", "2022|unit")),
    Dirty("form-with-a-changed-id", "refused", "form.id", "表号被改动", lambda k: _retyped(k)),
    Dirty("form-without-a-line", "refused", "form.line_lost", "trade@2023", lambda k: k.form({"growth@2023": 5}, change=_drop_line)),
    Dirty("form-with-a-changed-key", "refused", "form.key", "trade@2023", lambda k: k.form(change=_change_key)),
    Dirty(
        "form-without-a-list",
        "refused",
        "form.sheet_lost",
        "重大项目",
        lambda k: k.form({"trade@2023": 5}, change=lambda b: b.remove(b["重大项目"])),
    ),
    Dirty(
        "form-with-an-own-sheet",
        "noted",
        "form.own_sheet",
        "草稿",
        lambda k: k.form({"trade@2023": 5}, change=_own_sheet),
        {(HZ, "trade"): "5"},
    ),
    Dirty(
        "form-sorted",
        "asked",
        "form.unsigned",
        "填报人",
        lambda k: k.form({"trade@2023": 5, "reports@2023": 7}, change=_swap_lines),
        {(HZ, "trade"): "5", (HZ, "reports"): "7"},
    ),
    Dirty("form-with-hidden-row", "refused", "workbook.hidden_row", "隐藏", lambda k: k.form({"trade@2023": 5}, change=_hide_row)),
    Dirty(
        "list-without-a-required-cell",
        "refused",
        "cell.required",
        "按期",
        lambda k: k.form(projects=[["330100-1-01", "甲项目", "国家库", 100, None, None]]),
    ),
    Dirty(
        "list-with-a-serial-date",
        "refused",
        "cell.date",
        "日期序列号",
        lambda k: k.form(projects=[["330100-1-01", "甲项目", "国家库", 100, "43528", "是"]]),
    ),
    Dirty(
        "list-with-letters-in-a-date",
        "refused",
        "cell.date",
        "2024-03-10",
        lambda k: k.form(projects=[["330100-1-01", "甲", "国家库", 1, "2O23.3.4", "是"]]),
    ),
    Dirty(
        "list-with-a-word-of-its-own",
        "refused",
        "cell.value",
        "国家库",
        lambda k: k.form(projects=[["330100-1-01", "甲项目", "国库", 100, None, "是"]]),
    ),
    Dirty(
        "list-item-twice",
        "refused",
        "item.twice",
        "重复",
        lambda k: k.form(projects=[["X", "甲", "国家库", 1, None, "是"], ["X", "甲", "国家库", 2, None, "是"]]),
    ),
    Dirty("list-without-a-number", "refused", "item.no_id", "编号", lambda k: k.form(projects=[["", "甲项目", "国家库", 100, None, "是"]])),
]


def _ids(book: openpyxl.Workbook, change: Callable[[str], str]) -> None:
    for page in book.worksheets:
        for cells in page.iter_rows(max_row=30, max_col=1):
            if isinstance(cells[0].value, str) and "EB1|" in cells[0].value:
                cells[0].value = change(cells[0].value)


def _retitled(kit: Kit, old: str, new: str) -> Path:
    """A form of another period, with a whole id."""
    from evalbook.intake.filing.form_id import FormId

    def change(text: str) -> str:
        found = FormId.parse(text)
        assert found is not None
        return f"表号 {FormId(found.scheme, found.edition, new.partition('|')[0], found.kind, found.filer, found.shape).line}"

    return kit.form({"trade@2023": 5}, change=lambda book: _ids(book, change))


def _retyped(kit: Kit) -> Path:
    return kit.form({"trade@2023": 5}, change=lambda book: _ids(book, lambda text: text.replace("330100", "330200")))


def _key_cell(book: openpyxl.Workbook, word: str) -> Any:
    page = book[TABLE_SHEET]
    return next(cell for cells in page.iter_rows() for cell in cells if cell.value == word)


def _drop_line(book: openpyxl.Workbook) -> None:
    book[TABLE_SHEET].delete_rows(_key_cell(book, "trade@2023").row)


def _change_key(book: openpyxl.Workbook) -> None:
    _key_cell(book, "trade@2023").value = "trade@2032"


def _own_sheet(book: openpyxl.Workbook) -> None:
    book.create_sheet("草稿")["A1"] = "随手记"


def _swap_lines(book: openpyxl.Workbook) -> None:
    page = book[TABLE_SHEET]
    one, other = _key_cell(book, "trade@2023").row, _key_cell(book, "reports@2023").row
    for column in range(1, page.max_column + 1):
        first, second = page.cell(one, column), page.cell(other, column)
        first.value, second.value = second.value, first.value


def _hide_row(book: openpyxl.Workbook) -> None:
    page = book[TABLE_SHEET]
    page.row_dimensions[_key_cell(book, "reports@2023").row].hidden = True


def write_corpus(folder: Path) -> int:
    """Write every dirty file below a folder, one folder each, and an index of what is expected."""
    root = project(folder / "_project")
    rows = [["case", "file", "outcome", "code", "hint"]]
    for case in CASES:
        place = folder / case.name
        place.mkdir(parents=True, exist_ok=True)
        path = case.make(Kit(root, place))
        rows.append([case.name, path.name, case.outcome, case.code, case.hint])
    with (folder / "index.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return len(CASES)


if __name__ == "__main__":
    print(write_corpus(Path(sys.argv[1])))

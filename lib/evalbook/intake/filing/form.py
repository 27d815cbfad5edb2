"""Writes fill-in workbooks (填报表): instructions, the indicator table, one sheet per list, evidence, signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...exact import Exact, plain
from ...scheme.tables import Quantity
from ...scoring.dataset import Cell
from ...terms import CALIBRES
from .filers import OFFICE_LABEL, UNIT, Field, Filer
from .form_id import FormId
from .office import Office
from .paper import Page, Paper, cell_name

#: Headings of the indicator table, in order; those of ``_UNIT_HEADINGS`` only where a form is about several units.
NUMBER, INDICATOR, UNIT_CODE, UNIT_NAME, ASKED, PERIOD, UOM = "序号", "指标", "单位代码", "考核对象", "填报项目", "考核期", "计量单位"
VALUE, CHANGE, SOURCE, EVIDENCE, NOTE, CLAUSE, KEY = "填报数", "比基期", "数据来源", "佐证编号", "备注", "条款和填报说明", "代号"
_UNIT_HEADINGS = (UNIT_CODE, UNIT_NAME)
HEADINGS = (NUMBER, INDICATOR, *_UNIT_HEADINGS, ASKED, PERIOD, UOM, VALUE, CHANGE, SOURCE, EVIDENCE, NOTE, CLAUSE, KEY)
_WIDTHS = dict(zip(HEADINGS, (5, 20, 11, 16, 24, 9, 9, 13, 9, 15, 13, 18, 30, 16), strict=True))
#: Names of the sheets that every form has.
PROSE_SHEET, TABLE_SHEET, EVIDENCE_SHEET = "填报说明", "指标", "佐证"
#: Labels of the signature block: who filed, who checked, who answers for it, when.
SIGNATURES = ("填报人", "审核人", "单位负责人", "填报日期")
#: Lines printed in a list; more may be filled in below them.
_LINES, _LINES_OF_ALL = 15, 60
_DATE = Quantity(label="填报日期", type="date")


def write_form(office: Office, filer: Filer) -> bytes:
    """The workbook that one filer fills in. The same scheme, period and figures give the same bytes."""
    return _Form(office, filer).write()


@dataclass
class _Form:
    """One form while it is written."""

    office: Office
    filer: Filer

    def __post_init__(self) -> None:
        self.id = FormId.of(self.office, self.filer)
        self.alone = self.filer.kind == UNIT
        self.meta = self.office.scheme.meta
        period = self.office.scheme.called(self.office.scheme.period)
        self.title = f"{self.meta.title} {period} 填报表"

    def write(self) -> bytes:
        """All sheets in order."""
        paper = Paper(self.title, self.id.line)
        self._prose(paper)
        self._table(paper)
        for number, name in enumerate(self.office.filings.tables(self.filer), 1):
            self._list(paper, name, number)
        self._evidence(paper)
        return paper.close()

    # --- sheets ---------------------------------------------------------------------------------------------------------------

    def _prose(self, paper: Paper) -> None:
        page = paper.page(PROSE_SHEET, [70], head=0, landscape=False)
        page.text(0, 0, self.title, "title_wrapped")
        page.height(0, 24 * -(-_width(self.title) // 44))
        due = self.office.scheme.settings.filing_due
        number = f"（{self.meta.number}）" if self.meta.number else ""
        lists = [self.office.scheme.tables[name].label for name in self.office.filings.tables(self.filer)]
        lines = [
            f"填报单位：{self.filer.label}" + (f"（{self.filer.code}）" if self.alone else ""),
            f"依据：{self.meta.title}{number}" + (f"；报送：{self.meta.issuer}" if self.meta.issuer else ""),
            f"报送截止：{due}" if due else "报送截止：见通知",
            "",
            f"1. 只填浅黄色格。“{TABLE_SHEET}”表填“{VALUE}”一列"
            + (f"；清单在“{'”“'.join(lists)}”{'各' if len(lists) > 1 else ''}表，每个项目一行，深色表头的列必填" if lists else "")
            + f"；材料登记在“{EVIDENCE_SHEET}”表，编号写到各行的“{EVIDENCE}”一列，多个编号用“、”隔开。",
            f"2. 数按“{UOM}”一列填，只写数字；换了计量单位的，把单位写在数后，如 1.2亿元。百分数写 12.5 或 12.5%，不写 0.125。",
            "3. 没有数据的写“缺失”，与本单位无关的写“不适用”；0 表示确实是零。不要写“约”“左右”、范围、分数。",
            "4. 已有的基期数是上期核定数；与实际不符的可以改，并在备注写明依据。",
            "5. 不要改表头、代号和表号，不要隐藏行列，不要合并单元格，不要把公式留在填报格里（复制后“选择性粘贴—数值”）。表没有密码。",
            "6. 清单行数不够的，在表下空白处接着填。同一项目列入几个名单的，每个名单一行，用同一个编号。",
            f"7. 填好后填写“{TABLE_SHEET}”表下方的{'、'.join(SIGNATURES)}，另存为 .xlsx（不是 .et、.xls、.pdf）后报送；"
            "一个单位只报一份，改报须说明理由。",
            "",
            f"表号 {self.id.line}",
        ]
        for row, line in enumerate(lines, 1):
            page.text(row, 0, line, "quiet" if line.startswith("表号") else "plain")
            page.height(row, 15.5 * max(1, -(-_width(line) // 74)) + 3)

    def _table(self, paper: Paper) -> None:
        lines = self.office.filings.lines(self.filer)
        now = str(self.office.scheme.period)
        left_out = {
            *(_UNIT_HEADINGS if self.alone else ()),
            *(() if any(f.period != now for li in lines for f in li.fields) else (CHANGE,)),
        }
        headings = [name for name in HEADINGS if name not in left_out]
        at = {name: number for number, name in enumerate(headings)}
        page = paper.page(TABLE_SHEET, [_WIDTHS[name] for name in headings], head=4)
        self._top(page, f"填报单位：{self.filer.label}")
        for name, column in at.items():
            page.text(3, column, name, "head_required" if name == VALUE else "head")
        page.height(3, 30)
        row, dimension = 4, ""
        for number, line in enumerate(lines, 1):
            if line.dimension != dimension and line.dimension:
                for column in at.values():
                    page.text(row, column, line.dimension if column == 0 else "", "group")
                row += 1
            dimension = line.dimension
            if line.table:
                self._see_list(page, row, at, number, line.indicator, line.clause, line.table)
                row += 1
            for order, field in enumerate(line.fields):
                self._field(page, row, at, field, str(number) if not order else "", line.indicator if not order else "", line.clause)
                row += 1
        self._signatures(page, row + 1, at)

    def _top(self, page: Page, who: str) -> None:
        """Title, who fills in, and the id of the form: three lines above every table."""
        due = self.office.scheme.settings.filing_due
        page.text(0, 0, self.title, "title")
        page.height(0, 26)
        page.text(1, 0, who + (f"　　报送截止：{due}" if due else ""), "strong")
        page.text(2, 0, f"表号 {self.id.line}", "quiet")

    def _see_list(self, page: Page, row: int, at: dict[str, int], number: int, indicator: str, clause: str, table: str) -> None:
        label = self.office.scheme.tables[table].label
        texts = {NUMBER: str(number), INDICATOR: indicator, ASKED: f"填“{label}”表", CLAUSE: clause}
        for name, column in at.items():
            page.text(row, column, texts.get(name, ""), "small" if name == CLAUSE else "center" if name == NUMBER else "cell")

    def _field(self, page: Page, row: int, at: dict[str, int], field: Field, number: str, indicator: str, clause: str) -> None:
        office, quantity = self.office, self.office.scheme.tables["units"].columns[field.quantity]
        calibre = f"（{CALIBRES[field.calibre]}口径）" if field.calibre else ""
        base = field.period != str(office.scheme.period)
        words = [clause, quantity.note, "基期数，已填的为上期所用" if base else ""]
        texts = {
            NUMBER: number,
            INDICATOR: indicator,
            UNIT_CODE: office.roster.codes[field.unit],
            UNIT_NAME: office.roster.labels[field.unit],
            ASKED: quantity.label + calibre,
            PERIOD: field.period,
            UOM: quantity.uom or {"yes_no": "是/否", "date": "日期", "text": "文字"}.get(quantity.type, ""),
            CLAUSE: "；".join(filter(None, words)),
            KEY: field.key,
        }
        for name, text in texts.items():
            if name in at:
                role = {NUMBER: "center", PERIOD: "center", UOM: "center", CLAUSE: "small", KEY: "small"}.get(name, "cell")
                page.text(row, at[name], text, role)
        page.input(row, at[VALUE], quantity)
        known = office.cell(field) if base else None
        if known is not None:
            self._prefill(page, row, at, known, quantity)
        self._change(page, row, at, field, base)
        page.input(row, at[SOURCE], None)
        page.text(row, at[SOURCE], "、".join(quantity.source), "input_text")
        page.input(row, at[EVIDENCE], None)
        page.input(row, at[NOTE], None)
        wide = max(-(-_width(texts[name]) // int(_WIDTHS[name] * 1.1)) for name in (INDICATOR, ASKED, CLAUSE))
        wide = max(wide, -(-_width("、".join(quantity.source)) // _WIDTHS[SOURCE]))
        page.height(row, 15 * max(1, wide) + 3)

    def _prefill(self, page: Page, row: int, at: dict[str, int], known: Cell, quantity: Quantity) -> None:
        """The base figure as it is known, in the uom of the form; the same value that intake would read."""
        if isinstance(known.value, Exact) and quantity.type in ("number", "integer"):
            try:
                page.number(row, at[VALUE], plain(known.value))
            except ValueError:  # a ratio without end
                page.text(row, at[VALUE], known.raw, "input_number")
        else:
            page.text(row, at[VALUE], known.raw, "input_text")

    def _change(self, page: Page, row: int, at: dict[str, int], field: Field, base: bool) -> None:
        """Against the base in the row above, where that is the same figure of an earlier period: the filer sees a jump at once."""
        above = getattr(self, "_above", None)
        self._above = field
        same = above is not None and (above.unit, above.quantity, above.calibre) == (field.unit, field.quantity, field.calibre)
        if CHANGE not in at:
            return
        if base or not same:
            page.text(row, at[CHANGE], "", "computed")
            return
        now, then = cell_name(row, at[VALUE]), cell_name(row - 1, at[VALUE])
        page.formula(row, at[CHANGE], f'=IF(AND(ISNUMBER({now}),ISNUMBER({then})),IF({then}>0,{now}/{then}-1,""),"")')

    def _signatures(self, page: Page, row: int, at: dict[str, int]) -> None:
        """填报人 … 填报日期: the label, and beside it the cell to fill in."""
        places = (at[INDICATOR], at[PERIOD], at[SOURCE], at[NOTE])
        for place, word in zip(places, SIGNATURES, strict=True):
            page.text(row, place, f"{word}：", "label")
            page.input(row, place + 1, _DATE if word == SIGNATURES[-1] else None, marks=False)
        page.height(row, 24)
        page.text(row + 1, at[INDICATOR], "（盖章）", "plain")

    def _list(self, paper: Paper, name: str, number: int) -> None:
        spec = self.office.scheme.tables[name]
        first = [] if self.alone else [(UNIT_NAME, 20.0, None, True)]
        names = [("项目编号", 18.0, None, True), ("项目名称", 32.0, None, False)]
        own = [(_headed(quantity), 15.0, quantity, quantity.required) for quantity in spec.columns.values()]
        last = [(EVIDENCE, 14.0, None, False), (NOTE, 22.0, None, False)]
        columns: Sequence[tuple[str, float, Quantity | None, bool]] = [*first, *names, *own, *last]
        page = paper.page(_sheet_name(spec.label), [width for _, width, _, _ in columns], head=4)
        self._top(page, f"{spec.label}　　填报单位：{self.filer.label}　　每个项目一行；深色表头的列必填；没有的不填。{spec.note}")
        page.open(0, [quantity for _, _, quantity, _ in columns])
        end = 3 + (_LINES if self.alone else _LINES_OF_ALL)
        for column, (heading, _, quantity, required) in enumerate(columns):
            page.text(3, column, heading, "head_required" if required else "head")
            page.input(4, column, quantity, last_row=end, marks=not required)
        page.height(3, 30)
        if self.alone and spec.across_units != "fine":
            for row in range(4, end + 1):
                page.text(row, 0, f"{self.filer.code}-{number}-{row - 3:02d}", "input_text")

    def _evidence(self, paper: Paper) -> None:
        headings = [(EVIDENCE, 18.0), ("材料名称", 40.0), ("文件", 26.0), ("页码", 10.0), ("证明事项", 36.0), (NOTE, 20.0)]
        page = paper.page(EVIDENCE_SHEET, [width for _, width in headings], head=4)
        self._top(page, f"佐证材料　　填报单位：{self.filer.label}　　每份材料一行；文件一栏写报送的文件名。")
        page.open(0, [None] * len(headings))
        prefix = self.filer.code if self.alone else "BM" if self.filer.label != OFFICE_LABEL else "ZB"
        for column, (heading, _) in enumerate(headings):
            page.text(3, column, heading, "head_required" if column < 2 else "head")
            page.input(4, column, None, last_row=3 + _LINES)
        for row in range(4, 4 + _LINES):
            page.text(row, 0, f"{prefix}-Z{row - 3:02d}", "input_text")


def _headed(quantity: Quantity) -> str:
    """Heading of a list's column with its unit of measure."""
    return f"{quantity.label}（{quantity.uom}）" if quantity.uom else quantity.label


def _sheet_name(label: str) -> str:
    """A name that Excel accepts for a tab."""
    return "".join(c for c in label if c not in "[]:*?/\\").strip("'")[:31] or "清单"


def _width(text: str) -> int:
    """Width of a text in half characters."""
    return sum(1 if c.isascii() else 2 for c in text)

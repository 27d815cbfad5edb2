"""Reads a form that came back: by its id and the key of each line, so that moved, sorted and added lines do no harm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...errors import nearest
from ..evidence import EvidenceCheck, numbers
from ..grid import Grid
from ..items import ItemReader
from ..items import headings as item_headings
from ..remarks import Place, Remarks
from ..sheet import Heading, Sheet, understand
from ..text import key, trimmed
from .filers import EVERYBODY, UNIT, Field, Filer
from .form import EVIDENCE, EVIDENCE_SHEET, HEADINGS, NOTE, PROSE_SHEET, SIGNATURES, SOURCE, TABLE_SHEET, UNIT_CODE, UNIT_NAME, UOM, VALUE
from .form import KEY as KEY_HEADING
from .form_id import FormId, looks_like_one
from .office import Office
from .paper import cell_name
from .returned import FORM, Claim, Returned, Row

#: The id and the header stand among so many rows from the top.
_WITHIN = 15
_NAMES = {key(name): name for name in HEADINGS}
#: Columns that a figure's row is given, beside those of the form.
_GIVEN = ("unit_code", "indicator", "period", "calibre", "stage")
_EVIDENCE_COLUMNS = {EVIDENCE: "evidence_id", "材料名称": "title", "文件": "file", "页码": "page", "证明事项": "supports", NOTE: "note"}


def is_form(pages: Sequence[Grid]) -> bool:
    """Whether a workbook is one of our forms: any sheet carries an id."""
    return any(looks_like_one(cell) for page in pages for row in page.rows[:_WITHIN] for cell in row[:3])


def read_form(office: Office, pages: Sequence[Grid], returned: Returned, remarks: Remarks) -> None:
    """Fill ``returned`` with what a form says; every fault is told to ``remarks``."""
    found = _identify(office, pages, returned.name, remarks)
    if found is None:
        return
    returned.kind, returned.filer = FORM, found
    _Form(office, found, {page.sheet: page for page in pages}, returned, remarks).read()


def _identify(office: Office, pages: Sequence[Grid], name: str, remarks: Remarks) -> Filer | None:
    """Whose form it is; None where it is none of this period or the id was changed."""
    lines = [cell for page in pages for row in page.rows[:_WITHIN] for cell in row[:3] if looks_like_one(cell)]
    ids = {found for found in map(FormId.parse, lines) if found is not None}
    at = Place(name)
    if not ids or any(FormId.parse(line) is None for line in lines):
        remarks.error("form.id", "表号被改动，认不出是谁的表", "请用发放的填报表重新填写，不要改表号", at, lines[0][:80])
        return None
    if len(ids) > 1:
        remarks.error("form.two_ids", "各工作表的表号不同，像是拼起来的", "请用发放的填报表重新填写", at)
        return None
    (form,) = ids
    if form.scheme != office.scheme.id or form.period != str(office.scheme.period):
        message = f"是 {form.scheme} {form.period} 的填报表，不是 {office.name} 的"
        remarks.error("form.other_period", message, "请放到对应考核期的文件夹，或用本期的填报表重新填写", at)
        return None
    known = [*office.filings.filers, EVERYBODY]
    filer = next((one for one in known if (one.kind, one.code) == (form.kind, form.filer)), None)
    if filer is None:
        code = form.filer
        if form.kind == UNIT and code in office.roster.names:  # a former code among the aliases
            row = office.roster.names[code]
            filer = next((one for one in known if one.kind == UNIT and one.code == office.roster.codes[row]), None)
        if filer is None:
            remedy = f"{nearest(code, [one.code for one in known])}；请核对名单"
            remarks.error("form.unknown_filer", f"填报单位“{code}”不在本期名单中", remedy, at, code)
            return None
    if FormId.of(office, filer).shape != form.shape:
        message = "填报表发放以后，办法要求的填报项目有过变动"
        remarks.finding("form.old_shape", message, "请核对是否缺项；缺项的请按新表补报", at)
    return filer


class _Form:
    """One form while it is read."""

    def __init__(self, office: Office, filer: Filer, pages: dict[str, Grid], returned: Returned, remarks: Remarks) -> None:
        self.office, self.filer, self.pages, self.returned, self.remarks = office, filer, pages, returned, remarks
        self.code = filer.code if filer.kind == UNIT else ""

    def read(self) -> None:
        """All sheets; what is on sheets of the filer's own is not read."""
        scheme = self.office.scheme
        lists = {key(scheme.tables[name].label)[:31]: name for name in self.office.filings.tables(self.filer)}
        self._evidence()
        for name, page in self.pages.items():
            if name in (PROSE_SHEET, EVIDENCE_SHEET):
                continue
            if name == TABLE_SHEET:
                self._table(page)
            elif key(name) in lists:
                self._list(page, lists.pop(key(name)))
            else:
                self.remarks.note("form.own_sheet", f"工作表“{name}”不是填报表的，未读", Place(page.file, name))
        expected = any(line.fields for line in self.office.filings.lines(self.filer))
        if expected and TABLE_SHEET not in self.pages:
            self._lost(TABLE_SHEET)
        for name in lists.values():
            self._lost(scheme.tables[name].label)

    def _lost(self, sheet: str) -> None:
        self.remarks.error(
            "form.sheet_lost", f"缺少工作表“{sheet}”", "请用发放的填报表重新填写，不要删除或改名工作表", Place(self.returned.name)
        )

    # --- figures --------------------------------------------------------------------------------------------------------------

    def _table(self, page: Grid) -> None:
        header = next(
            (row for row, cells in enumerate(page.rows[:_WITHIN]) if {key(VALUE), key(KEY_HEADING)} <= set(map(key, cells))), None
        )
        if header is None:
            remedy = "请用发放的填报表重新填写，不要改表头"
            self.remarks.error("form.header", f"找不到表头（“{VALUE}”“{KEY_HEADING}”）", remedy, page.place())
            return
        at = {_NAMES[key(cell)]: index for index, cell in enumerate(page.rows[header]) if key(cell) in _NAMES}
        self.returned.value_column = cell_name(0, at[VALUE]).rstrip("1")
        self._signed(page, header)
        sheet, fields = self._sheet(page, header, at)
        for merge in page.merged:
            if merge.top > header and merge.left <= at[VALUE] <= merge.right:
                self.remarks.error("cell.merged", "填报格被合并", "请取消合并，每格分别填写", page.place(merge.top, VALUE))
        check = EvidenceCheck(tuple({"evidence_id": number} for number in self._evidence_known()), self.remarks)
        series = self.office.reader(sheet, check, self.remarks).read()
        by = self.returned.by
        for row, field in fields.items():
            cell = series[field.calibre].cells.get((field.unit, field.quantity, field.period), {}).get("reported")
            if cell is not None and cell.row == row + 1:
                signed = cell._replace(by=by, date=self.returned.signed.get(SIGNATURES[-1], ""))
                self.returned.claims.append(Claim(field, signed, page.sheet, cell_name(row, at[VALUE])))
        missing = {f.key for line in self.office.filings.lines(self.filer) for f in line.fields} - {f.key for f in fields.values()}
        if missing:
            words = "、".join(sorted(missing)[:5])
            message = f"少了{len(missing)}个填报项（{words}{'等' if len(missing) > 5 else ''}）"
            self.remarks.error("form.line_lost", message, "请用发放的填报表重新填写，不要删行，不要改代号", page.place())

    def _sheet(self, page: Grid, header: int, at: dict[str, int]) -> tuple[Sheet, dict[int, Field]]:
        """The lines with a key, as a sheet of figures that intake reads: the other rows are blank in it, places stay the same."""
        width = max(len(row) for row in page.rows)
        rows = [[""] * (width + len(_GIVEN)) for _ in page.rows]
        rows[header] = [*page.rows[header], *[""] * (width - len(page.rows[header])), *_GIVEN]
        known = {f.key: f for line in self.office.filings.lines(self.filer) for f in line.fields}
        of_unit = {(f.unit, f.key): f for line in self.office.filings.lines(self.filer) for f in line.fields}
        fields: dict[int, Field] = {}
        for row in range(header + 1, len(page.rows)):
            cells = page.rows[row]
            word = trimmed(cells[at[KEY_HEADING]]) if at[KEY_HEADING] < len(cells) else ""
            if not word:
                continue
            code = self.code or (trimmed(cells[at[UNIT_CODE]]) if UNIT_CODE in at else "")
            unit = self.office.roster.rows.get(code)
            field = None if unit is None else of_unit.get((unit, word))
            if field is None:
                place = page.place(row, KEY_HEADING)
                if unit is None:
                    self.remarks.error("form.unit", "单位代码不在名单中", "请用发放的填报表，不要改单位代码", place, code)
                else:
                    self.remarks.error("form.key", "没有这个填报项", f"{nearest(word, known)}；请不要改代号", place, word)
                continue
            fields[row] = field
            cells = [*cells, *[""] * (width - len(cells))]
            given = (code, field.quantity, field.period, field.calibre, "reported")
            rows[row] = [*cells, *given]
        columns = {name: width + n for n, name in enumerate(_GIVEN)} | {"value": at[VALUE]}
        columns |= {name: at[heading] for name, heading in (("source", SOURCE), ("evidence_id", EVIDENCE), ("note", NOTE)) if heading in at}
        if UOM in at:
            units = self.office.scheme.tables["units"].columns
            for row, field in fields.items():
                if units[field.quantity].type not in ("number", "integer"):
                    rows[row][at[UOM]] = ""
            columns["uom"] = at[UOM]
        return Sheet(replace(page, rows=rows, merged=()), header, columns, {}), fields

    def _signed(self, page: Grid, header: int) -> None:
        """The signature block: the cell beside each label."""
        for row in range(header + 1, len(page.rows)):
            cells = page.rows[row]
            for index, cell in enumerate(cells):
                word = trimmed(cell).rstrip("：:")
                if word in SIGNATURES and trimmed(cell) != word:
                    after = next((trimmed(text) for text in cells[index + 1 :] if trimmed(text)), "")
                    if after and after.rstrip("：:") not in SIGNATURES:
                        self._sign(page, row, word, after)
        unsigned = [word for word in SIGNATURES if word not in self.returned.signed]
        if unsigned:
            self.remarks.finding(
                "form.unsigned", f"没有填写{'、'.join(unsigned)}", "请补签后重报，或确认后说明", Place(page.file, page.sheet)
            )

    def _sign(self, page: Grid, row: int, word: str, text: str) -> None:
        if word == SIGNATURES[-1]:
            from ..dates import read_date

            day = read_date(text)
            if day is None:
                self.remarks.finding("form.signed_date", "填报日期不是日期", "请写成 2024-03-10", page.place(row), text)
                return
            text = day
        self.returned.signed.setdefault(word, text)

    # --- lists ----------------------------------------------------------------------------------------------------------------

    def _list(self, page: Grid, name: str) -> None:
        """The rows of a list; a line on which only the suggested number stands is blank."""
        spec = self.office.scheme.tables[name]
        known = [h for h in item_headings({name: spec}) if h.name not in ("table", "file", "sheet", "cell", "sha256")]
        known.append(Heading("evidence_id", EVIDENCE))
        inner = Remarks()
        sheet = understand(page, known, ["item_id"] if self.code else ["item_id", "unit_code|unit_name"], inner)
        self.remarks.take(inner, leave=("header.title",))
        if sheet is None:
            return
        width = len(sheet.header)
        rows = [[*cells[:width], *[""] * (width - len(cells))] for cells in sheet.grid.rows]
        columns = dict(sheet.columns)
        alone = {columns["item_id"]} | ({columns[UNIT_NAME]} if UNIT_NAME in columns else set())
        for row in range(sheet.header_row + 1, len(rows)):
            if not any(trimmed(cell) for index, cell in enumerate(rows[row]) if index not in alone):
                rows[row] = [""] * width
        if self.code:
            columns["unit_code"] = width
            rows = [[*cells, self.code if any(cells) else ""] for cells in rows]
            rows[sheet.header_row][width] = "unit_code"
        ready = Sheet(replace(sheet.grid, rows=rows, merged=()), sheet.header_row, columns, sheet.uoms)
        check = EvidenceCheck(tuple({"evidence_id": number} for number in self._evidence_known()), self.remarks)
        reader = ItemReader({name: spec}, self.office.roster, check, self.remarks)
        reader.read(ready, name)
        table = reader.found()[name]
        self.returned.rows[name] = []
        for index, cell in enumerate(table.origin):
            texts = {column: rows[cell.row - 1][at] for column, at in columns.items() if column not in ("unit_code", "unit_name")}
            texts |= {"item_id": table.keys[index], "by": self.returned.by, "date": self.returned.signed.get(SIGNATURES[-1], "")}
            for column, uom in sheet.uoms.items():  # the heading's uom goes with the figure
                quantity = spec.columns.get(column)
                if quantity is not None and uom != quantity.uom and trimmed(texts.get(column, "")):
                    texts[column] = f"{trimmed(texts[column])}{uom}"
            assert table.parent is not None
            self.returned.rows[name].append(Row(name, int(table.parent[index]), texts, page.sheet, cell_name(cell.row - 1, 0)))

    # --- evidence -------------------------------------------------------------------------------------------------------------

    def _evidence(self) -> None:
        page = self.pages.get(EVIDENCE_SHEET)
        header = next((n for n, cells in enumerate(page.rows[:_WITHIN]) if key(EVIDENCE) in map(key, cells)), None) if page else None
        if page is None or header is None:
            return
        at = {_EVIDENCE_COLUMNS[trimmed(cell)]: index for index, cell in enumerate(page.rows[header]) if trimmed(cell) in _EVIDENCE_COLUMNS}
        seen: dict[str, int] = {}
        for row in range(header + 1, len(page.rows)):
            cells = page.rows[row]
            record = {name: trimmed(cells[index]) for name, index in at.items() if index < len(cells)}
            if not any(text for name, text in record.items() if name != "evidence_id"):
                continue
            number, place = record.get("evidence_id", ""), page.place(row, EVIDENCE)
            if not number or len(numbers(number)) != 1:
                self.remarks.error("evidence.no_id", "每份材料要有一个编号", "请补填编号", place, number)
            elif number in seen:
                self.remarks.error("evidence.twice", f"佐证编号与第{seen[number]}行重复", "每份材料一个编号，请改正", place, number)
            elif not record.get("title"):
                self.remarks.error("evidence.no_title", "没有写材料名称", "请补填", page.place(row, "材料名称"))
            else:
                seen[number] = row + 1
                self.returned.evidence.append(record)

    def _evidence_known(self) -> set[str]:
        own = {record["evidence_id"] for record in self.returned.evidence}
        return own | self.office.evidence_ids

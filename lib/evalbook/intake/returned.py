"""Reads verification sheets (核实表) as departments return them: every fault of every sheet, or the entries to be made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import Refused, nearest
from ..exact import Exact
from ..scheme.tables import Quantity
from ..scoring.dataset import Cell, Dataset
from ..terms import HEADINGS, State
from .answers import AGREED, SAME, SIGNED, Answers, Identity, Returned, Seen, display, written
from .entries import shown
from .item_sheet import headings_of, list_tabs, own_columns, required_of
from .reading import mark_of, read_cell
from .remarks import Place, Remarks
from .returned_items import ItemSheet, Judged
from .sheet import Heading, understand
from .text import key, trimmed
from .workbook_file import read_workbook

#: Sheets of a verification workbook: name of the tab → what it is called here.
TABS = {"核实表": "lines", "标识": "identity", "原因代码": "reasons"}
#: Tabs with the items of a list have the list's name behind this.
LIST = "list:"
#: What identifies a sheet, in the order in which it is written.
IDENTITY = {"format": "格式", "scheme": "考核办法", "edition": "版本", "period": "考核期", "stage": "环节", "department": "核实部门"}
FORMAT = "核实表1"
#: Columns of 核实表. What follows ``value`` is filled in by the department.
GIVEN = {
    "unit_code": HEADINGS["unit_code"],
    "unit_name": HEADINGS["unit_name"],
    "indicator": "指标代号",
    "label": HEADINGS["indicator"],
    "period": "所属期",
    "calibre": HEADINGS["calibre"],
    "uom": HEADINGS["uom"],
    "reported": "填报值",
    "current": "现用值",
    "earlier": "上期值",
    "change": "较上期",
    "median": "同组中位数",
    "quartiles": "同组四分位",
    "references": "其他来源",
    "evidence_id": "填报佐证",
}
ASKED = {"value": "核定值"} | SIGNED
_LINE_HEADINGS = [Heading(name, label) for name, label in (GIVEN | ASKED | {"value_spot": "抽查值"}).items()]
_REQUIRED = (
    *("unit_code", "unit_name", "indicator", "period", "reported"),
    "value|value_spot",
    *(name for name in ASKED if name != "value"),
)


def read_returned(paths: list[Path], dataset: Dataset, wanted: Identity) -> Returned:
    """Read the sheets. Refused with all faults of all of them; nothing is written here."""
    remarks, found, seen = Remarks(), Returned(), dict[tuple[str, str, str], Seen]()
    judged: Judged = {}
    tabs = {key(tab): name for tab, name in TABS.items()} | {key(tab): f"{LIST}{name}" for name, tab in list_tabs(wanted.tables).items()}
    for path in dict.fromkeys(paths):
        if path.suffix.lower() not in (".xlsx", ".xls"):
            remarks.error("file.kind", "核实表应为发出的 xlsx 文件", "请另存为 .xlsx", Place(path.name))
            continue
        grids = read_workbook(path, tabs, remarks)
        lists = {name.removeprefix(LIST): grid for name, grid in grids.items() if name.startswith(LIST)}
        if "identity" not in grids or not ("lines" in grids or lists):
            if grids or not remarks.failed:
                message = "不是核实表：缺少工作表“标识”，或“核实表”和清单"
                remarks.error("sheet.not_ours", message, "请用 evalbook verification sheet 发出的文件填写", Place(path.name))
            continue
        told = {trimmed(row[0]): trimmed(row[1]) for row in grids["identity"].rows if len(row) > 1}
        identity = {name: told.get(label, "") for name, label in IDENTITY.items()}
        if not _belongs(identity, wanted, Place(path.name, grids["identity"].sheet), remarks):
            continue
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        kept = f"_verified/{sha256[:12]}{path.suffix.lower()}"
        found.files[kept] = (path, sha256)
        about = (dataset, wanted, identity, remarks, found, (kept, path.name, sha256))
        if "lines" in grids:
            sheet = understand(grids["lines"], _LINE_HEADINGS, _REQUIRED, remarks)
            if sheet is not None:
                _Sheet(sheet, *about, seen).read()
        for table, grid in lists.items():
            spec, own = wanted.tables[table], own_columns(wanted.lists.get(table, {}), identity["department"])
            if own is None:
                message = f"清单“{spec.label}”不由{identity['department']}核实"
                remarks.error("sheet.not_theirs", message, "请核对", Place(path.name, grid.sheet))
                continue
            sheet = understand(grid, headings_of(spec), required_of(spec, own), remarks)
            if sheet is not None:
                ItemSheet(sheet, *about, table, own, judged).read()
    found.notes = [note for note in remarks.notes() if note.code != "header.title"]  # our own title
    faults = remarks.faults({})
    if faults:
        raise Refused(faults, "核实表有误，未登记任何核定值")
    return found


def _belongs(identity: Mapping[str, str], wanted: Identity, at: Place, remarks: Remarks) -> bool:
    """Whether a sheet is of this scheme, edition and period and of a department that verifies something."""
    before = remarks.failed_count
    for name in ("format", "scheme", "edition", "period"):
        expected = FORMAT if name == "format" else getattr(wanted, name)
        if identity[name] != expected:
            message = f"{IDENTITY[name]}不符：应为“{expected}”"
            remarks.error("sheet.other", message, "请核对是不是交错了表；本期的表请重新发出", at, identity[name] or "空白")
    by_column = (*wanted.departments.values(), *(names for columns in wanted.lists.values() for names in columns.values()))
    known = sorted({department for names in by_column for department in names})
    if identity["department"] not in known:
        remarks.error("sheet.department", "不是本办法的核实部门", nearest(identity["department"], known), at, identity["department"])
    if identity["stage"] not in ("verified", "spot_check"):
        remarks.error("sheet.stage", "标识中的环节被改动", "请用原表重新填写", at, identity["stage"])
    return remarks.failed_count == before


@dataclass
class _Sheet(Answers):
    """One sheet with figures that was returned; ``seen`` holds what these sheets said before."""

    seen: dict[tuple[str, str, str], Seen]

    def __post_init__(self) -> None:
        super().__post_init__()
        self.value = "value" if "value" in self.sheet.columns else "value_spot"

    def read(self) -> None:
        """Every line; a sheet without any is told."""
        lines = 0
        for row, cells in self.sheet.records(self.remarks):
            texts = {name: trimmed(cells[index]) for name, index in self.sheet.columns.items()}
            if not texts["unit_code"] and not texts["indicator"]:
                if any(texts.get(name) for name in (self.value, "reason", "by")):
                    self.remarks.error("sheet.extra_row", "核实表以外的行", "请删除该行", self.sheet.place(row))
                continue
            lines += 1
            self._line(row, texts)
        if not lines:
            self.remarks.error("sheet.empty", "核实表里没有一行数据", "请核对文件", self.sheet.place())

    def _line(self, row: int, texts: Mapping[str, str]) -> None:
        where = texts["unit_code"], texts["indicator"], texts["period"]
        quantity = self.wanted.quantities.get(where[1])
        at = self.sheet.place(row, "indicator")
        if quantity is None:
            self.remarks.error("sheet.changed_key", "核实表里的考核对象或指标被改动", "请用原表重新填写", at, f"{where[0]} {where[1]}")
            return
        if (where[1], where[2]) not in self.dataset.units.columns and where[2] != self.dataset.period:
            self.remarks.error(
                "sheet.changed_key", "本期没有这个所属期的数据", "请用原表重新填写", self.sheet.place(row, "period"), where[2]
            )
            return
        if not self.unit(row, where[0], texts["unit_name"]):
            return
        if self.department not in self.wanted.departments[where[1]]:
            whose = "、".join(self.wanted.departments[where[1]])
            self.remarks.error("sheet.not_theirs", f"“{quantity.label}”不由{self.department}核实（应为{whose}）", "请核对", at)
            return
        figure = self.dataset.figures.get(where)
        filed = None if figure is None else figure.stage("reported")
        expected = "未报" if filed is None else display(filed.value, quantity)
        self.unchanged(row, "reported", texts["reported"], expected, quantity.uom if filed and isinstance(filed.value, Exact) else "")
        given = {name: texts.get(self.value if name == "value" else name, "") for name in ASKED}
        if not self.blank(given):
            self._answer(row, where, quantity, filed, given)

    def _answer(self, row: int, where: tuple[str, str, str], quantity: Quantity, filed: Cell | None, given: Mapping[str, str]) -> None:
        failed = self.remarks.failed_count
        value, state = self._value(row, given["value"], quantity, filed)
        reason = self.reason(row, given["reason"])
        differs = filed is None or value != filed.value
        if self.remarks.failed_count == failed:
            self.reasoned(row, differs, reason, given)
        day, cited = self.signed(row, given, "" if filed is None else filed.date)
        if self.remarks.failed_count > failed:
            return
        answer = (shown(value), reason or (SAME if not differs else ""), given["note"], given["by"], day, cited)
        first = self.seen.get(where)
        if first is not None:
            self.again(row, self.value, first, answer)
            return
        self.seen[where] = Seen(f"{self.name} 第{row + 1}行", self.department, answer)
        figure = self.dataset.figures.get(where)
        cell = None if figure is None else figure.stage(self.stage)
        failed = self.remarks.failed_count
        if cell is not None and self.entered(row, self.value, cell, answer):
            self.found.known += self.remarks.failed_count == failed
            return
        self.found.entries.append(
            {
                **self.entry(row, self.value, where[0], answer, "official" if filed is None else filed.origin),
                "indicator": where[1],
                "period": where[2],
                "calibre": filed.calibre if filed is not None else "",
                "disputed": "" if filed is None else display(filed.value, quantity),
                "value": "不适用" if state == State.NOT_APPLICABLE else written(value, quantity),
                "uom": quantity.uom if isinstance(value, Exact) else "",
            }
        )

    def _value(self, row: int, text: str, quantity: Quantity, filed: Cell | None) -> tuple[Exact | str | None, State]:
        at = self.sheet.place(row, self.value)
        if not text:
            message = f"填了别的栏，{at.column}却是空的：是尚未核定，还是核定为没有数据"
            self.remarks.error("sheet.no_value", message, "尚未核定请清空整行；与填报一致请填“属实”；没有数据请填“缺失”", at)
            return None, State.MISSING
        if key(text) in AGREED:
            if filed is None:
                self.remarks.error("sheet.nothing_to_agree", f"没有填报值，不能填“{text}”", "请填核定的数，或“缺失”", at, text)
                return None, State.MISSING
            state = State.OK if filed.value is not None else mark_of(filed.raw) or State.MISSING
            return filed.value, state
        reading = read_cell(text, quantity, at, self.remarks, quantity.uom)  # the sheet's own column says the uom
        return (None, State.MISSING) if reading is None else (reading.value, reading.state)

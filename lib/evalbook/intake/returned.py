"""Reads verification sheets (核实表) as departments return them: every fault of every sheet, or the entries to be made."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from ..errors import Fault, Refused, nearest
from ..exact import Exact
from ..scheme.tables import Quantity
from ..scoring.dataset import Cell, Dataset
from ..terms import HEADINGS, REASONS, STAGES, State
from .dates import read_date
from .entries import reason_of, shown
from .evidence import numbers
from .numbers import NotANumber, read_number
from .reading import mark_of, read_cell
from .remarks import Place, Remarks
from .sheet import Heading, Sheet, understand
from .text import key, trimmed
from .workbook_file import letters, read_workbook

#: Sheets of a verification workbook: name of the tab → what it is called here.
TABS = {"核实表": "lines", "标识": "identity", "原因代码": "reasons"}
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
ASKED = {"value": "核定值", "reason": "原因代码", "note": "说明", "by": "核实人", "date": "日期", "given": "佐证编号"}
#: What a department may write instead of repeating the value that was reported.
AGREED = frozenset({"属实", "无误", "同意", "一致", "核实无误"})
_LINE_HEADINGS = [Heading(name, label) for name, label in (GIVEN | ASKED | {"value_spot": "抽查值"}).items()]
_REQUIRED = (
    *("unit_code", "unit_name", "indicator", "period", "reported"),
    "value|value_spot",
    *(name for name in ASKED if name != "value"),
)
_SAME = "R00"


@dataclass(frozen=True)
class Identity:
    """What a returned sheet must belong to. ``departments`` are those that verify each quantity, ``evidence`` the numbers known."""

    scheme: str
    edition: str
    period: str
    departments: Mapping[str, tuple[str, ...]]
    quantities: Mapping[str, Quantity]
    evidence: Collection[str]
    today: date


@dataclass
class Returned:
    """What was read: entries for the record, lines left blank by department, and what was taken as already entered."""

    entries: list[dict[str, str]] = field(default_factory=list)
    blank: dict[str, int] = field(default_factory=dict)
    known: int = 0
    files: dict[str, tuple[Path, str]] = field(default_factory=dict)
    notes: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class _Seen:
    """Where a figure stood first, and what was said of it."""

    place: str
    department: str
    answer: tuple[str, ...]


def read_returned(paths: list[Path], dataset: Dataset, wanted: Identity) -> Returned:
    """Read the sheets. Refused with all faults of all of them; nothing is written here."""
    remarks, found, seen = Remarks(), Returned(), dict[tuple[str, str, str], _Seen]()
    for path in dict.fromkeys(paths):
        if path.suffix.lower() not in (".xlsx", ".xls"):
            remarks.error("file.kind", "核实表应为发出的 xlsx 文件", "请另存为 .xlsx", Place(path.name))
            continue
        grids = read_workbook(path, {key(tab): name for tab, name in TABS.items()}, remarks)
        if not {"identity", "lines"} <= set(grids):
            if grids or not remarks.failed:
                message = "不是核实表：缺少工作表“标识”或“核实表”"
                remarks.error("sheet.not_ours", message, "请用 evalbook verification sheet 发出的文件填写", Place(path.name))
            continue
        told = {trimmed(row[0]): trimmed(row[1]) for row in grids["identity"].rows if len(row) > 1}
        identity = {name: told.get(label, "") for name, label in IDENTITY.items()}
        if not _belongs(identity, wanted, Place(path.name, grids["identity"].sheet), remarks):
            continue
        sheet = understand(grids["lines"], _LINE_HEADINGS, _REQUIRED, remarks)
        if sheet is not None:
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            kept = f"_verified/{sha256[:12]}{path.suffix.lower()}"
            found.files[kept] = (path, sha256)
            _Sheet(sheet, dataset, wanted, identity, remarks, found, seen, (kept, path.name, sha256)).read()
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
    known = sorted({department for all_of in wanted.departments.values() for department in all_of})
    if identity["department"] not in known:
        remarks.error("sheet.department", "不是本办法的核实部门", nearest(identity["department"], known), at, identity["department"])
    if identity["stage"] not in ("verified", "spot_check"):
        remarks.error("sheet.stage", "标识中的环节被改动", "请用原表重新填写", at, identity["stage"])
    return remarks.failed_count == before


class _Sheet:
    """One sheet that was returned."""

    def __init__(
        self,
        sheet: Sheet,
        dataset: Dataset,
        wanted: Identity,
        identity: Mapping[str, str],
        remarks: Remarks,
        found: Returned,
        seen: dict[tuple[str, str, str], _Seen],
        file: tuple[str, str, str],
    ) -> None:
        self.sheet, self.dataset, self.wanted, self.remarks, self.found, self.seen = sheet, dataset, wanted, remarks, found, seen
        self.stage, self.department, (self.kept, self.name, self.sha256) = identity["stage"], identity["department"], file
        self.value = "value" if "value" in sheet.columns else "value_spot"
        self.labels = dict(zip(dataset.units.keys, dataset.units.labels, strict=True))

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
        if where[0] not in self.labels or quantity is None:
            message = "核实表里的考核对象或指标被改动" if quantity is None else "名单中没有这个考核对象"
            self.remarks.error("sheet.changed_key", message, "请用原表重新填写", at, f"{where[0]} {where[1]}")
            return
        if (where[1], where[2]) not in self.dataset.units.columns and where[2] != self.dataset.period:
            self.remarks.error(
                "sheet.changed_key", "本期没有这个所属期的数据", "请用原表重新填写", self.sheet.place(row, "period"), where[2]
            )
            return
        if self.labels[where[0]] != texts["unit_name"]:
            message = f"单位代码与名称不是同一个对象（代码是“{self.labels[where[0]]}”）"
            self.remarks.error("sheet.changed_key", message, "请用原表重新填写", self.sheet.place(row, "unit_name"), texts["unit_name"])
            return
        if self.department not in self.wanted.departments[where[1]]:
            whose = "、".join(self.wanted.departments[where[1]])
            self.remarks.error("sheet.not_theirs", f"“{quantity.label}”不由{self.department}核实（应为{whose}）", "请核对", at)
            return
        figure = self.dataset.figures.get(where)
        filed = None if figure is None else figure.stage("reported")
        self._unchanged(row, texts, filed, quantity)
        given = {name: texts.get(self.value if name == "value" else name, "") for name in ASKED}
        if not any(given.values()):
            self.found.blank[self.department] = self.found.blank.get(self.department, 0) + 1
            return
        self._answer(row, where, quantity, filed, given)

    def _unchanged(self, row: int, texts: Mapping[str, str], filed: Cell | None, quantity: Quantity) -> None:
        """The value reported must still be the one that was sent out: neither touched in the sheet nor filed anew since."""
        text, at = texts["reported"], self.sheet.place(row, "reported")
        expected = "未报" if filed is None else display(filed.value, quantity)
        if same_text(text, expected):
            return
        message = f"填报值与本期数据不一致（应为{expected}{quantity.uom if filed and isinstance(filed.value, Exact) else ''}）"
        self.remarks.error("sheet.changed_value", message, "填报值不得改动；发表以后重新填报过的，请重新发出核实表", at, text or "空白")

    def _answer(self, row: int, where: tuple[str, str, str], quantity: Quantity, filed: Cell | None, given: Mapping[str, str]) -> None:
        place, failed = self.sheet.place, self.remarks.failed_count
        value, state = self._value(row, given["value"], quantity, filed)
        reason = reason_of(given["reason"]) if given["reason"] else ""
        if reason is None:
            remedy = nearest(given["reason"], [*REASONS, *REASONS.values()])
            self.remarks.error("entry.reason", "没有这个原因代码", remedy, place(row, "reason"), given["reason"])
        differs = filed is None or value != filed.value
        if self.remarks.failed_count == failed:
            self._reasons(row, differs, reason or "", given)
        if not given["by"]:
            self.remarks.error("sheet.no_name", "没有写核实人", "请补填", place(row, "by"))
        day = read_date(given["date"]) if given["date"] else None
        if day is None:
            message = "没有写日期" if not given["date"] else "不是日期"
            self.remarks.error("date.form", message, "请写成 2024-03-10 或 2024年3月10日", place(row, "date"), given["date"])
        elif day > self.wanted.today.isoformat():
            self.remarks.error("date.future", "日期在今天以后", "请核对日期", place(row, "date"), given["date"])
        elif filed is not None and filed.date and day < filed.date:
            self.remarks.error("date.before_filing", f"日期早于填报日期（{filed.date}）", "请核对日期", place(row, "date"), given["date"])
        cited = numbers(given["given"])
        for number in cited:
            if number not in self.wanted.evidence:
                message = f"佐证编号“{number}”不在佐证清单中"
                self.remarks.error("evidence.unknown", message, "请先在 evidence.csv 登记该材料，再导入", place(row, "given"), number)
        if self.remarks.failed_count > failed or day is None:
            return
        calibre = filed.calibre if filed is not None else ""
        answer = (shown(value), reason or (_SAME if not differs else ""), given["note"], given["by"], day, "、".join(cited))
        if self._again(row, where, answer) or self._entered(row, where, value, day, answer):
            return
        self.found.entries.append(
            {
                "date": day,
                "stage": self.stage,
                "unit_code": where[0],
                "unit_name": self.labels[where[0]],
                "indicator": where[1],
                "period": where[2],
                "calibre": calibre,
                "disputed": "" if filed is None else display(filed.value, quantity),
                "value": "不适用" if state == State.NOT_APPLICABLE else written(value, quantity),
                "uom": quantity.uom if isinstance(value, Exact) else "",
                "reason": answer[1],
                "note": given["note"],
                "department": self.department,
                "by": given["by"],
                "evidence_id": answer[-1],
                "origin": "official" if filed is None else filed.origin,
                "source": self.department,
                "file": self.kept,
                "sheet": self.sheet.grid.sheet,
                "cell": f"{letters(self.sheet.columns[self.value])}{row + 1}",
                "sha256": self.sha256,
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

    def _reasons(self, row: int, differs: bool, reason: str, given: Mapping[str, str]) -> None:
        """A value that differs says why; one that does not has nothing to say."""
        at = self.sheet.place(row, "reason")
        if differs and reason in ("", _SAME):
            message = "核定值与填报值不同，却没有写原因" if not reason else "核定值与填报值不同，原因却是“核实无误”"
            self.remarks.error("sheet.no_reason", message, "请在原因代码一栏选择原因", at, given["reason"])
        elif not differs and reason not in ("", _SAME):
            self.remarks.error(
                "sheet.idle_reason", "核定值与填报值相同，却写了原因：数漏改了，还是原因多填了", "请改正其一", at, given["reason"]
            )
        elif reason == "R99" and not given["note"]:
            self.remarks.error("sheet.no_note", "原因是“其他”，没有写说明", "请在说明一栏写明", self.sheet.place(row, "note"))

    def _again(self, row: int, where: tuple[str, str, str], answer: tuple[str, ...]) -> bool:
        """Whether the figure was answered before in these sheets; two different answers have no single reading."""
        first = self.seen.get(where)
        here = f"{self.name} 第{row + 1}行"
        if first is None:
            self.seen[where] = _Seen(here, self.department, answer)
            return False
        if first.answer[:2] != answer[:2]:
            who = "两个部门" if first.department != self.department else "同一部门两处"
            message = f"{who}核定不一：{first.place}（{first.department}）为{first.answer[0]}，此处（{self.department}）为{answer[0]}"
            self.remarks.error("sheet.disagree", message, "请商定后只保留一个核定值", self.sheet.place(row, self.value))
        else:
            self.remarks.note("sheet.twice", f"与{first.place}的核定相同，只登记一次", self.sheet.place(row, self.value))
        return True

    def _entered(self, row: int, where: tuple[str, str, str], value: Exact | str | None, day: str, answer: tuple[str, ...]) -> bool:
        """Whether the record has this already; an answer that is older than the one in force is told."""
        figure = self.dataset.figures.get(where)
        cell = None if figure is None else figure.stage(self.stage)
        if cell is None:
            return False
        if cell.value == value and (cell.by, cell.date, cell.note, cell.evidence_id) == (answer[3], day, answer[2], answer[5]):
            self.found.known += 1
            return True
        if cell.department not in ("", self.department):
            return self._others_answer(row, cell, answer)
        if cell.date and day < cell.date:
            message = f"已有{cell.date}登记的{STAGES[self.stage]}{shown(cell.value)}，此处的日期更早"
            self.remarks.error("sheet.older", message, "请核对是不是交了旧表；确要更正的，写更正的日期", self.sheet.place(row, "date"), day)
            return True
        return False

    def _others_answer(self, row: int, cell: Cell, answer: tuple[str, ...]) -> bool:
        """What another department entered before stands until that department itself corrects it: the last to answer does not win."""
        at, whose = self.sheet.place(row, self.value), f"{cell.date}登记的{cell.department}{STAGES[self.stage]}"
        if (shown(cell.value), cell.reason or _SAME) == (answer[0], answer[1] or _SAME):
            self.remarks.note("sheet.twice", f"与{whose}相同，只登记一次", at)
            self.found.known += 1
        else:
            message = f"两个部门核定不一：{whose}为{shown(cell.value)}，此处（{self.department}）为{answer[0]}"
            remedy = f"请商定：改从此处的，先由{cell.department}写更正的日期重新填报；维持已登记的，清空此行"
            self.remarks.error("sheet.disagree", message, remedy, at)
        return True


def display(value: Exact | str | None, quantity: Quantity) -> str:
    """A value as the sheet shows it."""
    if quantity.type == "yes_no" and isinstance(value, Exact):
        return "是" if value == 1 else "否"
    return shown(value)


def written(value: Exact | str | None, quantity: Quantity) -> str:
    """A value as values.csv and the record hold it: a fraction under % carries its sign."""
    text = display(value, quantity)
    return f"{text}%" if quantity.uom == "%" and isinstance(value, Exact) else text


def same_text(found: str, expected: str) -> bool:
    """Whether a cell still says what was written into it, numbers by value.

    >>> same_text("12.50", "12.5"), same_text("", "缺失"), same_text("12.6", "12.5")
    (True, False, False)
    """
    if found == expected:
        return True
    one, two = (read_number(text.removesuffix("%")) for text in (found, expected))
    return not isinstance(one, NotANumber) and not isinstance(two, NotANumber) and one.value == two.value

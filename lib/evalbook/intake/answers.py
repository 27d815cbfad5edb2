"""What departments answer on the sheets they return, whatever the lines are about: who answered, when, why, and on which evidence."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from ..errors import Fault, nearest
from ..exact import Exact
from ..scheme.tables import Quantity, TableSpec
from ..scoring.dataset import Cell, Dataset
from ..terms import REASONS, STAGES
from .dates import read_date
from .entries import reason_of, shown
from .evidence import numbers
from .numbers import NotANumber, read_number
from .remarks import Remarks
from .sheet import Sheet
from .workbook_file import letters

#: What is asked of every line beside the value itself.
SIGNED = {"reason": "原因代码", "note": "说明", "by": "核实人", "date": "日期", "given": "佐证编号"}
#: What a department may write instead of repeating the value that was reported.
AGREED = frozenset({"属实", "无误", "同意", "一致", "核实无误"})
#: The reason that says that nothing was changed.
SAME = "R00"


@dataclass(frozen=True)
class Identity:
    """What a returned sheet must belong to.

    ``departments`` are those that verify each quantity, ``lists`` those that verify each column of each list, ``evidence`` the numbers
    known.
    """

    scheme: str
    edition: str
    period: str
    departments: Mapping[str, tuple[str, ...]]
    quantities: Mapping[str, Quantity]
    evidence: Collection[str]
    today: date
    tables: Mapping[str, TableSpec] = field(default_factory=dict)
    lists: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


@dataclass
class Returned:
    """What was read: entries for the record, lines left blank by department, and what was taken as already entered."""

    entries: list[dict[str, str]] = field(default_factory=list)
    blank: dict[str, int] = field(default_factory=dict)
    known: int = 0
    files: dict[str, tuple[Path, str]] = field(default_factory=dict)
    notes: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class Seen:
    """Where a figure or item was answered first, and what was said of it."""

    place: str
    department: str
    answer: tuple[str, ...]


@dataclass
class Answers:
    """One sheet that was returned: what its lines have in common. ``file`` is the name under which the file is kept, its own, its hash."""

    sheet: Sheet
    dataset: Dataset
    wanted: Identity
    identity: Mapping[str, str]
    remarks: Remarks
    found: Returned
    file: tuple[str, str, str]

    def __post_init__(self) -> None:
        self.stage, self.department, (self.kept, self.name, self.sha256) = self.identity["stage"], self.identity["department"], self.file
        self.labels = dict(zip(self.dataset.units.keys, self.dataset.units.labels, strict=True))

    def blank(self, given: Mapping[str, str]) -> bool:
        """Whether a line is not answered yet (counted)."""
        if any(given.values()):
            return False
        self.found.blank[self.department] = self.found.blank.get(self.department, 0) + 1
        return True

    def unit(self, row: int, code: str, name: str) -> bool:
        """Whether code and name are still those of one unit; told where not."""
        if code not in self.labels:
            self.remarks.error("sheet.changed_key", "名单中没有这个考核对象", "请用原表重新填写", self.sheet.place(row, "unit_code"), code)
        elif self.labels[code] != name:
            message = f"单位代码与名称不是同一个对象（代码是“{self.labels[code]}”）"
            self.remarks.error("sheet.changed_key", message, "请用原表重新填写", self.sheet.place(row, "unit_name"), name)
        else:
            return True
        return False

    def unchanged(self, row: int, name: str, text: str, expected: str, uom: str) -> None:
        """What was reported must still be what was sent out: neither touched in the sheet nor filed anew since."""
        if same_text(text, expected):
            return
        message = f"填报值与本期数据不一致（应为{expected or '空白'}{uom}）"
        remedy = "填报值不得改动；发表以后重新填报过的，请重新发出核实表"
        self.remarks.error("sheet.changed_value", message, remedy, self.sheet.place(row, name), text or "空白")

    def reason(self, row: int, text: str) -> str:
        """The code of a reason; one that does not exist is told."""
        found = reason_of(text) if text else ""
        if found is None:
            remedy = nearest(text, [*REASONS, *REASONS.values()])
            self.remarks.error("entry.reason", "没有这个原因代码", remedy, self.sheet.place(row, "reason"), text)
        return found or ""

    def reasoned(self, row: int, differs: bool, reason: str, given: Mapping[str, str], what: str = "核定值与填报值不同") -> None:
        """An answer that differs from the filing says why; one that does not has nothing to say."""
        at = self.sheet.place(row, "reason")
        if differs and reason in ("", SAME):
            message = f"{what}，却没有写原因" if not reason else f"{what}，原因却是“核实无误”"
            self.remarks.error("sheet.no_reason", message, "请在原因代码一栏选择原因", at, given["reason"])
        elif not differs and reason not in ("", SAME):
            self.remarks.error(
                "sheet.idle_reason", "核定值与填报值相同，却写了原因：数漏改了，还是原因多填了", "请改正其一", at, given["reason"]
            )
        elif reason == "R99" and not given["note"]:
            self.remarks.error("sheet.no_note", "原因是“其他”，没有写说明", "请在说明一栏写明", self.sheet.place(row, "note"))

    def signed(self, row: int, given: Mapping[str, str], filed: str) -> tuple[str, str]:
        """Day and evidence of an answer; what is not signed, or dated before the filing (``filed``) or after today, is told."""
        place = self.sheet.place
        if not given["by"]:
            self.remarks.error("sheet.no_name", "没有写核实人", "请补填", place(row, "by"))
        day = read_date(given["date"]) if given["date"] else None
        if day is None:
            message = "没有写日期" if not given["date"] else "不是日期"
            self.remarks.error("date.form", message, "请写成 2024-03-10 或 2024年3月10日", place(row, "date"), given["date"])
        elif day > self.wanted.today.isoformat():
            self.remarks.error("date.future", "日期在今天以后", "请核对日期", place(row, "date"), given["date"])
        elif filed and day < filed:
            self.remarks.error("date.before_filing", f"日期早于填报日期（{filed}）", "请核对日期", place(row, "date"), given["date"])
        cited = numbers(given["given"])
        for number in cited:
            if number not in self.wanted.evidence:
                message = f"佐证编号“{number}”不在佐证清单中"
                self.remarks.error("evidence.unknown", message, "请先在 evidence.csv 登记该材料，再导入", place(row, "given"), number)
        return day or "", "、".join(cited)

    def again(self, row: int, name: str, first: Seen, answer: tuple[str, ...]) -> None:
        """Something was answered before in these sheets: two different answers have no single reading."""
        if first.answer[:2] != answer[:2]:
            who = "两个部门" if first.department != self.department else "同一部门两处"
            message = f"{who}核定不一：{first.place}（{first.department}）为{first.answer[0]}，此处（{self.department}）为{answer[0]}"
            self.remarks.error("sheet.disagree", message, "请商定后只保留一个核定值", self.sheet.place(row, name))
        else:
            self.remarks.note("sheet.twice", f"与{first.place}的核定相同，只登记一次", self.sheet.place(row, name))

    def entered(self, row: int, name: str, cell: Cell, answer: tuple[str, ...]) -> bool:
        """Whether the record has an answer already, in ``cell``; one that is older than that, or another department's, is told.

        An answer is the value, reason, note, person, day and evidence.
        """
        if (shown(cell.value), cell.by, cell.date, cell.note, cell.evidence_id) == (answer[0], answer[3], answer[4], answer[2], answer[5]):
            return True
        if cell.department not in ("", self.department):
            self._others_answer(row, name, cell, answer)
            return True
        if cell.date and answer[4] < cell.date:
            message = f"已有{cell.date}登记的{STAGES[self.stage]}{shown(cell.value)}，此处的日期更早"
            remedy = "请核对是不是交了旧表；确要更正的，写更正的日期"
            self.remarks.error("sheet.older", message, remedy, self.sheet.place(row, "date"), answer[4])
            return True
        return False

    def _others_answer(self, row: int, name: str, cell: Cell, answer: tuple[str, ...]) -> None:
        """What another department entered before stands until that department itself corrects it: the last to answer does not win."""
        at, whose = self.sheet.place(row, name), f"{cell.date}登记的{cell.department}{STAGES[self.stage]}"
        if (shown(cell.value), cell.reason or SAME) == (answer[0], answer[1] or SAME):
            self.remarks.note("sheet.twice", f"与{whose}相同，只登记一次", at)
        else:
            message = f"两个部门核定不一：{whose}为{shown(cell.value)}，此处（{self.department}）为{answer[0]}"
            remedy = f"请商定：改从此处的，先由{cell.department}写更正的日期重新填报；维持已登记的，清空此行"
            self.remarks.error("sheet.disagree", message, remedy, at)

    def entry(self, row: int, name: str, unit: str, answer: tuple[str, ...], origin: str) -> dict[str, str]:
        """What every entry says, of an answer in column ``name``."""
        return {
            "date": answer[4],
            "stage": self.stage,
            "unit_code": unit,
            "unit_name": self.labels[unit],
            "reason": answer[1],
            "note": answer[2],
            "department": self.department,
            "by": answer[3],
            "evidence_id": answer[5],
            "origin": origin,
            "source": self.department,
            "file": self.kept,
            "sheet": self.sheet.grid.sheet,
            "cell": f"{letters(self.sheet.columns[name])}{row + 1}",
            "sha256": self.sha256,
        }


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

"""What intake has to say about one folder: faults that refuse it, findings to be asked, notes on what was accepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from ..errors import Fault, Refused

#: So many faults are listed one by one; a file that is wrong in every row is wrong for one reason.
MOST_FAULTS = 300
#: So many rows are named in a note that stands for many cells.
_ROWS_NAMED = 5


class Place(NamedTuple):
    """Where something stands: file, sheet (empty for csv), row (1 is the first line) and heading of the column."""

    file: str
    sheet: str = ""
    row: int | None = None
    column: str = ""


@dataclass
class _Remark:
    """A finding or a note, and the rows it was met in."""

    fault: Fault
    rows: list[int]


class Remarks:
    """Collects faults, findings and notes; ``folder`` (posix, relative) is put before every file name.

    >>> remarks = Remarks("data/x/2023")
    >>> for row in (2, 3, 9):
    ...     remarks.note("number.wide", "全角数字按半角读入", Place("values.csv", "", row, "数值"), value="１")
    >>> [str(note) for note in remarks.notes()]
    ['data/x/2023/values.csv 第2行 “数值”列：全角数字按半角读入（共3处：第2、3、9行），原文为“１”']
    """

    def __init__(self, folder: str = "") -> None:
        self._folder = folder
        self._errors: list[Fault] = []
        self._alike: dict[tuple[str, ...], _Remark] = {}
        self._remarks: dict[tuple[str, ...], _Remark] = {}
        #: How often anything was told: whether reading something told anything is seen by comparing.
        self.count = 0

    def error(self, code: str, message: str, remedy: str, at: Place, value: str = "") -> None:
        """Something that refuses the folder."""
        self._errors.append(self._fault(code, message, remedy, at, value, "error"))

    def error_of(self, code: str, message: str, remedy: str, at: Place, value: str = "") -> None:
        """Something that refuses the folder and is one mistake however often it is met: it is told once, with its rows."""
        self._remark(self._fault(code, message, remedy, at, value, "error"), self._alike, value)

    def finding(self, code: str, message: str, remedy: str, at: Place, value: str = "") -> None:
        """问题记录: something to be asked; a final run is blocked until it is settled or waived."""
        self._remark(self._fault(code, message, remedy, at, value, "finding"))

    def note(self, code: str, message: str, at: Place, value: str = "") -> None:
        """Something accepted because it has one reading."""
        self._remark(self._fault(code, message, "", at, value, "note"))

    def take(self, others: Remarks, *, leave: tuple[str, ...] = ()) -> None:
        """Take over what another collection holds, but for some codes."""
        self._errors += [fault for fault in others._errors if fault.code not in leave]
        for mine, theirs in ((self._remarks, others._remarks), (self._alike, others._alike)):
            for which, remark in theirs.items():
                if remark.fault.code not in leave:
                    mine.setdefault(which, _Remark(remark.fault, [])).rows.extend(remark.rows)

    def _remark(self, fault: Fault, kept: dict[tuple[str, ...], _Remark] | None = None, value: str = "") -> None:
        """The same remark on one column becomes one that names its rows."""
        key = (fault.severity, fault.code, fault.message, fault.file, fault.sheet, fault.column, value)
        known = (self._remarks if kept is None else kept).setdefault(key, _Remark(fault, []))
        if fault.row is not None:
            known.rows.append(fault.row)

    def _fault(self, code: str, message: str, remedy: str, at: Place, value: str, severity: str) -> Fault:
        self.count += 1
        file = f"{self._folder}/{at.file}".strip("/")
        return Fault(code, message, remedy, file=file, sheet=at.sheet, row=at.row, column=at.column, value=value, severity=severity)

    @property
    def failed(self) -> bool:
        """Whether anything refuses the folder."""
        return bool(self._errors or self._alike)

    @property
    def failed_count(self) -> int:
        """How many faults are known: whether something added one is told by comparing."""
        return len(self._errors) + sum(len(remark.rows) for remark in self._alike.values())

    @property
    def full(self) -> bool:
        """Whether more faults are known than will be listed."""
        return len(self._errors) > MOST_FAULTS

    def faults(self, order: Mapping[str, int]) -> list[Fault]:
        """All errors by file (``order`` gives each file's turn) and row."""

        def turn(fault: Fault) -> tuple[int, str, int]:
            return order.get(fault.file.rpartition("/")[2], -1), fault.sheet, fault.row or 0

        return sorted([*dict.fromkeys(self._errors), *map(_listed, self._alike.values())], key=turn)

    def refuse(self, order: Mapping[str, int]) -> None:
        """Raise Refused with every error, when there is one."""
        found = self.faults(order)
        if len(found) > MOST_FAULTS:
            rest = len(found) - MOST_FAULTS
            found = found[:MOST_FAULTS]
            found.append(Fault("faults.many", f"另有{rest}处错误未列出", "请先改正以上各处，再检查一次", file=self._folder))
        if found:
            raise Refused(found)

    def notes(self) -> list[Fault]:
        """Findings first, then notes."""
        return sorted(map(_listed, self._remarks.values()), key=lambda fault: fault.severity != "finding")


def _listed(remark: _Remark) -> Fault:
    """A remark that was met more than once says how often and where."""
    rows = sorted(set(remark.rows))
    if len(rows) < 2:
        return remark.fault
    named = "、".join(str(row) for row in rows[:_ROWS_NAMED])
    end = "行等" if len(rows) > _ROWS_NAMED else "行"
    return replace(remark.fault, message=f"{remark.fault.message}（共{len(rows)}处：第{named}{end}）", row=rows[0])

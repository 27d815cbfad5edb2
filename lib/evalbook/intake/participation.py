"""How units take part, as units.csv says it: the status of each, with authority and time, chosen for the period that is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..errors import UsageError, nearest
from ..periods import Period
from ..scheme.tables import ParticipationSpec, first_day, in_force, last_day
from ..terms import PARTICIPATIONS
from .dates import read_date
from .reading import MISSING, Reading
from .remarks import Remarks
from .sheet import Sheet
from .text import key, trimmed

#: Columns of units.csv that speak of taking part.
COLUMNS = ("participation", "participation_basis", "participation_from", "participation_until")
_WORDS = {key(name): code for code, label in PARTICIPATIONS.items() for name in (code, label)}


@dataclass
class ParticipationReader:
    """Reads the columns of participation row by row; ``found`` holds one reading per unit and column, those of 参评 blank."""

    sheet: Sheet
    spec: ParticipationSpec
    period: Period
    remarks: Remarks
    found: dict[str, list[Reading]] = field(default_factory=dict)
    _not_in_force: dict[tuple[str, str, str], list[tuple[int, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = [name for name in COLUMNS if name in self.sheet.columns]
        self.found = {name: [] for name in self.columns}

    def read(self, row: int, cells: list[str], name: str) -> None:
        """Read one unit: its status if it is in force in the period, else 参评, which :meth:`close` notes."""
        texts = {column: trimmed(cells[self.sheet.columns[column]]) for column in self.columns}
        status, basis = self._status(row, texts.get("participation", "")), texts.get("participation_basis", "")
        since, until = (self._bound(row, column, texts.get(column, "")) for column in COLUMNS[2:])
        known = dict(zip(COLUMNS, (status, basis, since, until), strict=True))
        if status == "ranked":
            self._unlimited(row, since, until)
        if status not in ("", "ranked") and not basis:
            at = self.sheet.place(row, "participation_basis" if "participation_basis" in self.sheet.columns else "participation")
            message = f"“{name}”{PARTICIPATIONS[status]}，没有写依据"
            self.remarks.finding("participation.no_basis", message, "请在“参评依据”列写明依据的文件或决定", at)
        if status == "ranked" or (status and not self._in_force(row, name, status, since, until)):
            known = {"participation": "ranked"}
        for column in self.columns:
            text = known.get(column, "")
            self.found[column].append(Reading(text) if text else MISSING)

    def _status(self, row: int, text: str) -> str:
        """A status by English word or Chinese one; blank is 参评. Empty when it is neither (told)."""
        if not text:
            return "ranked"
        status = _WORDS.get(key(text), "")
        if not status:
            known, at = [word for pair in PARTICIPATIONS.items() for word in pair], self.sheet.place(row, "participation")
            self.remarks.error("participation.unknown", "没有这种参评方式", nearest(text, known), at, text)
        return status

    def _bound(self, row: int, column: str, text: str) -> str:
        """A day in ISO form, or the id of a period; blank for none and for what is neither (told)."""
        if not text:
            return ""
        day = read_date(text)
        if day is not None:
            return day
        try:
            return str(Period.parse(key(text).upper().removesuffix("年")))
        except UsageError:
            remedy = "请写 2022-06-30 这样的日期，或 2022、2022H1 这样的年份、考核期"
            self.remarks.error("participation.bound", "不是日期，也不是考核期", remedy, self.sheet.place(row, column), text)
            return ""

    def _unlimited(self, row: int, since: str, until: str) -> None:
        """A time without a status says nothing that can be carried out."""
        for column, bound in zip(COLUMNS[2:], (since, until), strict=True):
            if bound:
                message = "参评的对象不写起止：是哪种参评方式到此为止"
                remedy = f"请写明参评方式（如“{PARTICIPATIONS['files_only']}”），或清空该格"
                self.remarks.error("participation.no_status", message, remedy, self.sheet.place(row, column), bound)

    def _in_force(self, row: int, name: str, status: str, since: str, until: str) -> bool:
        """Whether a status is in force in the period; bounds the wrong way round are at fault."""
        day = self.spec.day(self.period)
        if since and until and first_day(since) > last_day(until):
            at = self.sheet.place(row, "participation_until")
            self.remarks.error("participation.order", f"参评方式的止早于起（{since}）", "请核对起止", at, until)
        elif until and day > last_day(until):
            told = "participation.over", "participation_until", f"{PARTICIPATIONS[status]}至{until}止，已到期"
            self._not_in_force.setdefault(told, []).append((row, name))
        elif since and day < first_day(since):
            told = "participation.not_yet", "participation_from", f"{PARTICIPATIONS[status]}自{since}起，尚未开始"
            self._not_in_force.setdefault(told, []).append((row, name))
        return in_force(since, until, day)

    def close(self) -> None:
        """Note the statuses that are not in force, those alike together."""
        for (code, column, words), units in self._not_in_force.items():
            names = "、".join(name for _, name in units)
            self.remarks.note(code, f"{words}，本期参评：{names}", self.sheet.place(units[0][0], column))

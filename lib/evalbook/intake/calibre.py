"""Units whose boundary changed (管辖范围调整): two series of their figures, of which a date chooses the one that scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ..errors import nearest
from ..periods import Period
from ..scheme.tables import CalibreSpec, Quantity, TableSpec
from ..scoring.dataset import Calibre, Cell
from ..terms import CALIBRES, State
from .remarks import Place, Remarks
from .roster import Roster
from .sheet import Sheet
from .text import key, trimmed

#: (unit row, quantity, period)
Key = tuple[int, str, str]
#: Figures of units whose boundary did not change, or that do not depend on it, then the two series of the others.
SERIES = ("", *CALIBRES)
_WORDS = {key(word): code for code, label in CALIBRES.items() for word in (code, label, f"{label}口径")}


@dataclass
class Figures:
    """Figures by (unit row, quantity, period): their cells by stage, and the state of the one used.

    ``others`` are cells of the same figures on the other boundary, once the series are settled.
    """

    cells: dict[Key, dict[str, Cell]] = field(default_factory=dict)
    states: dict[Key, State] = field(default_factory=dict)
    others: dict[Key, dict[str, Cell]] = field(default_factory=dict)


@dataclass(frozen=True)
class Boundaries:
    """On which day the boundary of each unit changed (by row of the roster), and what the scheme makes of it."""

    spec: CalibreSpec | None
    quantities: Mapping[str, Quantity]
    changed: Mapping[int, date]

    @classmethod
    def of(cls, roster: Roster, units: TableSpec) -> Boundaries:
        """The boundaries as the roster tells them."""
        column = None if units.calibre is None else roster.table.columns.get((units.calibre.changed, ""))
        days = {} if column is None else {row: date.fromisoformat(str(day)) for row, day in enumerate(column.listed()) if day}
        return cls(units.calibre, units.columns, days)

    def splits(self, unit: int, quantity: str) -> bool:
        """Whether a quantity of a unit has two series."""
        return self.spec is not None and unit in self.changed and self.spec.splits(quantity, self.quantities[quantity])

    def used(self, unit: int, period: Period) -> str:
        """The series that scores a period; before the change that is the old boundary, the only one."""
        return (self.spec.used(self.changed[unit], period) if self.spec is not None else "") or "before"

    def differ(self, unit: int, period: str) -> bool:
        """Whether the two series of a unit may differ in a period: not in one that ended before the change."""
        return self.spec is not None and self.spec.differs(self.changed[unit], Period.parse(period))

    def told(self, roster: Roster, period: Period) -> dict[str, Calibre]:
        """The units whose boundary has changed, with the series that scores the period and why."""
        if self.spec is None:
            return {}
        bases = roster.table.columns.get((self.spec.basis or "", ""))
        found = {}
        for unit, day in self.changed.items():
            if self.spec.differs(day, period):
                basis = str(bases.at(unit) or "") if bases is not None else ""
                found[roster.codes[unit]] = Calibre(day.isoformat(), self.used(unit, period), self.spec.sentence(day, period), basis)
        return found


@dataclass
class SeriesReader:
    """Reads the column 口径: to which series a figure belongs."""

    sheet: Sheet
    boundaries: Boundaries
    roster: Roster
    remarks: Remarks

    def word(self, row: int, cells: list[str]) -> str | None:
        """What the column says, blank for nothing; None for a word that means no series (told)."""
        text = trimmed(cells[self.sheet.columns["calibre"]]) if "calibre" in self.sheet.columns else ""
        if not text:
            return ""
        found = _WORDS.get(key(text))
        if found is None:
            known = [word for pair in CALIBRES.items() for word in pair]
            self.remarks.error("calibre.word", "没有这种口径", nearest(text, known), self.sheet.place(row, "calibre"), text)
        return found

    def series(self, row: int, word: str, unit: int, quantity: str, period: str) -> str | None:
        """The series of a figure; None where the row does not say which of the two it is (told)."""
        boundaries = self.boundaries
        splits = boundaries.splits(unit, quantity)
        if not (splits or word):  # nearly every row
            return ""
        at, name, label = self.sheet.place(row, "calibre"), self.roster.labels[unit], boundaries.quantities[quantity].label
        if not splits:
            if unit in boundaries.changed:
                self.remarks.finding("calibre.same", f"“{label}”与管辖范围无关，口径一栏不起作用", "请清空口径", at, CALIBRES[word])
            else:
                message = f"“{name}”没有管辖范围调整日期，口径一栏不起作用"
                self.remarks.finding("calibre.no_change", message, "请在名单中补写调整日期，或清空口径", at, CALIBRES[word])
            return ""
        if word or not boundaries.differ(unit, period):
            return word or "before"
        when = Period.parse(period)
        if boundaries.used(unit, when) == "after":
            self.remarks.note("calibre.assumed", f"“{name}”{when.label}没有写口径，已过使用调整前口径的期限，读作调整后", at)
            return "after"
        message = f"“{name}”的管辖范围{boundaries.changed[unit].isoformat()}调整，{when.label}“{label}”没有写是哪种口径"
        self.remarks.error("calibre.blank", message, "请在口径一栏填“调整前”或“调整后”，两种口径各一行", at)
        return None


def settle(
    series: Mapping[str, Figures],
    boundaries: Boundaries,
    roster: Roster,
    period: Period,
    needed: frozenset[tuple[str, str]],
    excused: Sequence[frozenset[tuple[str, str]]],
    sheet: Sheet,
    remarks: Remarks,
) -> Figures:
    """The figures that score: of a unit whose boundary changed the series of ``period``, the other one beside it.

    Faults: a series that is incomplete while both must be filed, and a base that only the other series has: base and current
    value of a unit are never taken from two boundaries.
    """
    found = Figures(dict(series[""].cells), dict(series[""].states))
    turn = {name: number for number, name in enumerate(boundaries.quantities)}
    filed = {where for name in CALIBRES for where in series[name].cells}
    keys = sorted(filed, key=lambda where: (where[0], where[2], turn[where[1]]))
    lacking: dict[tuple[int, str, str, str], list[str]] = {}
    for where in keys:
        unit, quantity, when = where
        used = boundaries.used(unit, period)
        other = "after" if used == "before" else "before"
        mine, theirs = (series[name].cells.get(where, {}) for name in (used, other))
        if mine:
            found.cells[where], found.states[where] = mine, series[used].states[where]
        if mine and theirs:
            found.others[where] = theirs
        is_needed = (quantity, when) in needed and (quantity, when) not in excused[unit]
        lacks = _lacks(mine, theirs, used, differ=boundaries.differ(unit, when))
        if lacks == used and not is_needed:
            row = next(iter(theirs.values())).row - 1
            words = f"“{roster.labels[unit]}”{Period.parse(when).label}“{boundaries.quantities[quantity].label}”只有{CALIBRES[other]}口径"
            remarks.note("calibre.not_used", f"{words}，本期用{CALIBRES[used]}口径，未采用", sheet.place(row, "calibre"))
        elif lacks:
            lacking.setdefault((unit, when, lacks, used), []).append(quantity)
    _tell(lacking, series, boundaries, roster, sheet, remarks)
    return found


def _lacks(mine: Mapping[str, Cell], theirs: Mapping[str, Cell], used: str, *, differ: bool) -> str:
    """Which series a figure lacks; blank for none. While the old boundary scores both must be filed, afterwards the new one."""
    filed, other_filed = (any(trimmed(cell.raw) for cell in cells.values()) for cells in (mine, theirs))
    if other_filed and not filed:
        return used
    return "after" if filed and not other_filed and used == "before" and differ else ""


def _tell(
    lacking: Mapping[tuple[int, str, str, str], list[str]],
    series: Mapping[str, Figures],
    boundaries: Boundaries,
    roster: Roster,
    sheet: Sheet,
    remarks: Remarks,
) -> None:
    """One fault per unit, period and series that is incomplete."""
    for (unit, when, lacks, used), quantities in lacking.items():
        labels = "、".join(f"“{boundaries.quantities[quantity].label}”" for quantity in quantities)
        who, what = f"“{roster.labels[unit]}”{Period.parse(when).label}", f"{CALIBRES[lacks]}口径的{labels}"
        at = _first(series, (unit, quantities[0], when), sheet)
        if lacks == "after" and not boundaries.differ(unit, when):
            message = f"{who}缺少{what}：本期用调整后口径，基期只有调整前口径，两种口径不得混用"
            remarks.error("calibre.base", message, "请补报按调整后范围追溯的基期数；确无此数的，按该口径填“缺失”", at)
        elif lacks == used:
            message = f"{who}缺少{what}，而本期用的就是该口径"
            remarks.error("calibre.incomplete", message, "请补报；确无此数的，按该口径填“缺失”", at)
        else:
            message = f"{who}缺少{what}：使用调整前口径期间须同时报送调整后口径"
            remarks.error("calibre.incomplete", message, "请补报；确无此数的，按该口径填“缺失”", at)


def _first(series: Mapping[str, Figures], where: Key, sheet: Sheet) -> Place:
    """Place of the series that is there."""
    cells: Iterator[Cell] = (cell for name in CALIBRES for cell in series[name].cells.get(where, {}).values() if trimmed(cell.raw))
    return sheet.place(next(cells).row - 1, "calibre")

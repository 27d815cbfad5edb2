"""What a collection changes: figures and rows against the period's files, and which of it waits for an approval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import Fault
from ...scoring.dataset import Cell
from .filers import Field
from .office import Office
from .period_rows import PeriodRows
from .returned import Claim, Returned

if TYPE_CHECKING:
    from .collection import Collection


@dataclass(frozen=True)
class Change:
    """One thing that differs from what was there: a figure or a row of a list. ``before`` is blank where there was nothing."""

    filer: str
    unit: str
    what: str
    before: str
    after: str
    file: str
    place: str

    @property
    def revises(self) -> bool:
        """Whether something that was there changes or goes."""
        return bool(self.before)


def compare(found: Collection, rows: PeriodRows) -> None:
    """What differs from the period's files. Revisions and late filings of a filer wait, all of them, unless they were approved."""
    due = found.office.scheme.settings.filing_due
    late = bool(due) and found.approval.day.isoformat() > due
    changes = [*_changed_figures(found), *_changed_lists(found, rows)]
    waiting = set() if found.approval.given else {change.filer for change in changes if late or change.revises}
    found.changes = [change for change in changes if change.filer not in waiting]
    found.held = [change for change in changes if change.filer in waiting]
    for which in [which for which, (_, one) in found.taken.items() if _claimant(found.office, which.unit, one) in waiting]:
        del found.taken[which]
    for pair in [pair for pair, (_, one) in found.rows.items() if _claimant(found.office, pair[0], one) in waiting]:
        del found.rows[pair]


def _changed_figures(found: Collection) -> list[Change]:
    """Figures that differ; those that say nothing new are taken out of what is to be written."""
    office, changes = found.office, []
    for which, (claim, one) in list(found.taken.items()):
        before, base = office.reported(which), which.period != str(office.scheme.period)
        used = office.cell(which) if base else before
        if _agrees(before, claim) or (base and _agrees(used, claim)):
            if base or (before is not None and before.filing is not None):  # the row stays, with the cell it was first taken from
                del found.taken[which]
            continue
        if base and used is not None:
            name = office.roster.labels[which.unit]
            message = f"“{name}”{what(office, which)}改为 {shown(claim)}，原用 {_text(used)}（基数修订）"
            remedy = "请核对依据；确需修订的由主管部门核定"
            found.questions.append(Fault("base.revised", message, remedy, file=one.name, sheet=claim.sheet, severity="finding"))
        unit, filer = office.roster.labels[which.unit], _claimant(office, which.unit, one)
        text = "" if before is None else _text(before)  # a verified base stays beside what is filed: nothing of it changes
        changes.append(Change(filer, unit, what(office, which), text, shown(claim), one.name, on(claim)))
    return changes


def _changed_lists(found: Collection, rows: PeriodRows) -> list[Change]:
    """Rows of lists that are new, changed or gone; lists that are as they were are taken out of what is to be written."""
    office, changes = found.office, []
    for (unit, table), (filed, one) in list(found.rows.items()):
        before, now = rows.of(unit, table), [rows.comparable(row) for row in filed]
        if sorted(before) == sorted(now):
            del found.rows[unit, table]
            continue
        label, name, filer = office.scheme.tables[table].label, office.roster.labels[unit], _claimant(office, unit, one)
        gone = [(texts[0], "原有一行", "改动或删去") for texts in before if texts not in now]
        new = [(texts[0], "", "新增一行") for texts in now if texts not in before]
        changes += [Change(filer, name, f"“{label}”{item}", was, becomes, one.name, "") for item, was, becomes in (*gone, *new)]
    return changes


def _agrees(cell: Cell | None, claim: Claim) -> bool:
    """Whether a figure that is there says what is filed now."""
    return cell is not None and cell.value == claim.cell.value


def _text(cell: Cell) -> str:
    return cell.raw if cell.raw.endswith(cell.uom) else f"{cell.raw}{cell.uom}"


def _claimant(office: Office, unit: int, one: Returned) -> str:
    """Who answers for a change: the form's filer, or in a table the unit itself."""
    return one.filer.key if one.filer is not None and one.filer.kind != "all" else f"unit:{office.roster.codes[unit]}"


def what(office: Office, which: Field) -> str:
    """A figure in words."""
    quantity = office.scheme.tables["units"].columns[which.quantity]
    calibre = {"before": "（调整前）", "after": "（调整后）"}.get(which.calibre, "")
    return f"{which.period}“{quantity.label}”{calibre}"


def shown(claim: Claim) -> str:
    """What was filed, with its uom."""
    raw, uom = claim.cell.raw.strip(), claim.cell.uom
    return f"{raw}{uom}" if uom and not raw.endswith(uom) and claim.cell.value is not None else raw


def on(claim: Claim) -> str:
    """Sheet and cell."""
    return f"“{claim.sheet}”{claim.at}" if claim.sheet else claim.at

"""Puts what came back together: who has not filed, who filed twice, what changed, what may be taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from ...errors import Fault
from .changes import Change, compare, on, shown, what
from .filers import Field, Filer
from .files import read_returned, returned_files
from .office import Office
from .period_rows import PeriodRows
from .returned import FORM, Claim, Returned, Row


@dataclass(frozen=True)
class Approval:
    """Who collects, when, and, where filed values change or come late, why and who approved."""

    day: date
    by: str = ""
    reason: str = ""
    approved_by: str = ""
    accept: tuple[str, ...] = ()

    @property
    def given(self) -> bool:
        """Whether revisions may be taken."""
        return bool(self.reason and self.approved_by)


@dataclass
class Collection:
    """The outcome of one collection, before anything is written."""

    office: Office
    approval: Approval
    files: list[Returned]
    taken: dict[Field, tuple[Claim, Returned]] = field(default_factory=dict)
    rows: dict[tuple[int, str], tuple[list[Row], Returned]] = field(default_factory=dict)
    evidence: dict[str, tuple[dict[str, str], Returned]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    held: list[Change] = field(default_factory=list)
    conflicts: list[Fault] = field(default_factory=list)
    questions: list[Fault] = field(default_factory=list)
    filed: dict[str, list[str]] = field(default_factory=dict)
    earlier: frozenset[str] = frozenset()

    @property
    def not_filed(self) -> list[Filer]:
        """Filers of whom nothing usable is there, neither now nor from before."""
        known = {*self.filed, *self.earlier}
        return [filer for filer in self.office.filings.filers if filer.key not in known and not self._has_figures(filer)]

    def _has_figures(self, filer: Filer) -> bool:
        """Whether everything that a filer files is there already."""
        now = str(self.office.scheme.period)
        asked = [f for line in self.office.filings.lines(filer) for f in line.fields if f.period == now]
        covered = set(self.taken) | {f for f in asked if self.office.reported(f) is not None}
        return bool(asked) and set(asked) <= covered

    @property
    def faults(self) -> list[Fault]:
        """Everything that keeps a file or a figure out."""
        return [fault for one in self.files for fault in one.faults] + self.conflicts

    @property
    def notes(self) -> list[Fault]:
        """Findings to ask about, then what was accepted, of the usable files."""
        found = [note for one in self.files if one.usable for note in one.notes] + self.questions
        return sorted(found, key=lambda note: note.severity != "finding")

    @property
    def settled(self) -> bool:
        """Whether nothing is left for the analyst to do."""
        return not (self.faults or self.held or self.not_filed or any(note.severity == "finding" for note in self.notes))


def collect(office: Office, folder: Path, approval: Approval, rows: PeriodRows, earlier: frozenset[str] = frozenset()) -> Collection:
    """Read every file of a folder and work out what is to be taken; nothing is written. ``earlier`` are filers collected before."""
    names = {path: path.relative_to(folder).as_posix() for path in returned_files(folder)}
    accepted = set(approval.accept)
    files = [read_returned(office, path, name, accepted=name in accepted) for path, name in names.items()]
    found = Collection(office, approval, files, earlier=earlier)
    usable = [one for one in files if one.usable]
    for one in usable:
        if one.kind == FORM and one.blank:
            message, severity = ("已签字而没有填任何内容，视为零报送", "note") if one.signed else ("填报表是空的，视为未报", "finding")
            found.questions.append(Fault("form.blank", message, "" if one.signed else "请催报", file=one.name, severity=severity))
    usable = [one for one in usable if one.signed or not (one.kind == FORM and one.blank)]
    usable = _forms_once(found, usable, accepted)
    _figures(found, usable, accepted)
    _lists(found, usable)
    _evidence(found, usable)
    for one in usable:
        for key in _filers_of(office, one):
            found.filed.setdefault(key, []).append(one.name)
    compare(found, rows)
    return found


def _filers_of(office: Office, one: Returned) -> list[str]:
    """The filers that a file speaks for: whose form it is, or of a table the units in it."""
    if one.filer is not None and one.filer.kind != "all":
        return [one.filer.key]
    units = {claim.field.unit for claim in one.claims} | {row.unit for rows in one.rows.values() for row in rows}
    return [f"unit:{office.roster.codes[unit]}" for unit in sorted(units)]


def _forms_once(found: Collection, usable: list[Returned], accepted: set[str]) -> list[Returned]:
    """A filer has one form: of equal ones the first is taken, of different ones the one named by ``--accept``, else none."""
    by_filer: dict[str, list[Returned]] = {}
    for one in usable:
        if one.kind == FORM and one.filer is not None:
            by_filer.setdefault(one.filer.key, []).append(one)
    left_out: set[str] = set()
    for forms in by_filer.values():
        if len(forms) < 2:
            continue
        first, *others = forms
        label = first.filer.label if first.filer else ""
        different = [text for other in others for text in _differences(found.office, first, other)]
        names = "、".join(one.name for one in forms)
        if not different:
            found.questions.append(
                Fault("filed.twice_same", f"“{label}”报了{len(forms)}份，内容相同（{names}），取第一份", file=first.name, severity="note")
            )
            left_out |= {one.name for one in others}
            continue
        chosen = [one for one in forms if one.name in accepted]
        shown = "；".join(different[:8]) + (f"；等{len(different)}处" if len(different) > 8 else "")
        message = f"“{label}”报了{len(forms)}份，内容不同（{names}）：{shown}"
        if len(chosen) == 1:
            found.questions.append(
                Fault("filed.twice_chosen", f"{message}；按分析员指定取 {chosen[0].name}", file=chosen[0].name, severity="note")
            )
            left_out |= {one.name for one in forms if one is not chosen[0]}
        else:
            found.conflicts.append(
                Fault("filed.twice", message, "请问清以哪一份为准：移走其他的，或用 --accept 文件名 指定", file=first.name)
            )
            left_out |= {one.name for one in forms}
    return [one for one in usable if one.name not in left_out]


def _differences(office: Office, one: Returned, other: Returned) -> list[str]:
    """What two files of one filer say differently, cell by cell."""
    mine, theirs = ({claim.field: claim for claim in file.claims} for file in (one, other))
    found = [
        f"{what(office, f)} {shown(mine[f])}（{one.name} {mine[f].at}）与 {shown(theirs[f])}（{other.name} {theirs[f].at}）"
        for f in mine
        if f in theirs and mine[f].same != theirs[f].same
    ]
    for table in {**one.rows, **other.rows}:
        left, right = ({row.same for row in file.rows.get(table, [])} for file in (one, other))
        if left != right:
            label = office.scheme.tables[table].label
            found.append(f"“{label}”有{len(left ^ right)}行不同")
    return found


def _figures(found: Collection, usable: Sequence[Returned], accepted: set[str]) -> None:
    """Each figure once; where two files disagree, neither is taken unless one was accepted by name."""
    said: dict[Field, list[tuple[Claim, Returned]]] = {}
    for one in usable:
        for claim in one.claims:
            if claim.cell.raw.strip():
                said.setdefault(claim.field, []).append((claim, one))
    for which, claims in said.items():
        first = claims[0]
        if len({claim.same for claim, _ in claims}) > 1:
            chosen = [pair for pair in claims if pair[1].name in accepted]
            if len({claim.same for claim, _ in chosen}) != 1:
                places = "，".join(f"{one.name} {on(claim)} 为 {shown(claim)}" for claim, one in claims)
                unit = found.office.roster.labels[which.unit]
                message = f"“{unit}”{what(found.office, which)}两处不一致：{places}"
                remedy = "请核对后改正其一，或用 --accept 文件名 指定"
                found.conflicts.append(Fault("filed.disagree", message, remedy, file=first[1].name, sheet=first[0].sheet))
                continue
            first = chosen[0]
        found.taken[which] = first


def _lists(found: Collection, usable: Sequence[Returned]) -> None:
    """The rows of each list by unit; a form that has the list speaks for all rows of its unit, also when there are none."""
    office = found.office
    for one in usable:
        for table, rows in one.rows.items():
            by_unit: dict[int, list[Row]] = {}
            for row in rows:
                by_unit.setdefault(row.unit, []).append(row)
            units: Iterable[int] = office.filings.units(one.filer) if one.filer is not None else by_unit
            for unit in units:
                mine = by_unit.get(unit, [])
                known = found.rows.get((unit, table))
                if known is not None and [row.same for row in known[0]] != [row.same for row in mine]:
                    label, name = office.scheme.tables[table].label, office.roster.labels[unit]
                    message = f"“{name}”的“{label}”在 {known[1].name} 和 {one.name} 中不同"
                    found.conflicts.append(Fault("filed.disagree", message, "请核对后只留一份", file=one.name))
                    continue
                found.rows[unit, table] = mine, one


def _evidence(found: Collection, usable: Sequence[Returned]) -> None:
    """Evidence by number: one number means one material."""
    for one in usable:
        for record in one.evidence:
            number = record["evidence_id"]
            known = found.evidence.get(number)
            before = found.office.evidence.get(number)
            if known is not None and known[0] != record:
                message = f"佐证编号“{number}”在 {known[1].name} 和 {one.name} 中是不同的材料"
                found.conflicts.append(Fault("evidence.two_meanings", message, "请给其中一份换编号（连同引用处）", file=one.name))
            elif before is not None and before["title"] != record["title"]:
                message = f"佐证编号“{number}”原为“{before['title']}”，现为“{record['title']}”"
                found.questions.append(Fault("evidence.changed", message, "未改动原登记，请核对", file=one.name, severity="finding"))
            elif known is None and before is None:
                found.evidence[number] = record, one


def counts(found: Collection) -> Mapping[str, int]:
    """Figures of a collection for a summary."""
    return {
        "files": len(found.files),
        "refused": sum(1 for one in found.files if one.faults),
        "figures": len(found.taken),
        "lists": len(found.rows),
        "evidence": len(found.evidence),
        "changed": sum(1 for change in found.changes if change.revises),
        "held": len(found.held),
        "not_filed": len(found.not_filed),
    }

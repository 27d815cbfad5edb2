"""How each unit takes part (参评方式): one status per unit, with what it rests on; and the indicators from which units are exempt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..errors import Fault, nearest
from ..kinds.column import in_any_draw
from ..kinds.conditions import TRUE, UNKNOWN
from ..scheme.models import Exemption
from ..scheme.scheme import Scheme
from ..scheme.tables import ParticipationRule
from ..terms import PARTICIPATIONS
from .dataset import Table
from .scope import TableScope

_GRAVITY = list(PARTICIPATIONS)


@dataclass(frozen=True)
class Participation:
    """The one status of a unit, its authority and time, and whether the unit is in the field and may be rewarded.

    ``since`` and ``until`` are days or period ids, blank where nothing limits the status. ``doubt`` says what could not be decided.
    """

    status: str = "ranked"
    ranked: bool = True
    eligible: bool = True
    basis: str = ""
    since: str = ""
    until: str = ""
    doubt: str = ""

    @property
    def label(self) -> str:
        """The status in Chinese."""
        return PARTICIPATIONS[self.status]

    @property
    def plain(self) -> bool:
        """Whether the unit takes part like any other, and nothing is to be said of it."""
        return self.status == "ranked"

    @property
    def sentence(self) -> str:
        """The status with its authority and time.

        >>> Participation("files_only", False, False, "商资函〔2021〕523号", "2021", "2022").sentence
        '只报数据不排名（商资函〔2021〕523号；自2021至2022）'
        """
        time = f"{f'自{self.since}' if self.since else ''}{f'至{self.until}' if self.until else ''}"
        told = "；".join(text for text in (self.basis, time) if text)
        return f"{self.label}（{told}）" if told else self.label


def from_roster(scheme: Scheme, units: Table) -> tuple[Participation, ...]:
    """What the roster says of each unit for this period; blank is 参评."""

    def texts(name: str) -> list[str]:
        column = units.columns.get((name, ""))
        if column is None:
            return [""] * len(units)
        return [str(value) if fine else "" for value, fine in zip(column.values, column.ok.tolist(), strict=True)]

    columns = [texts(name) for name in ("participation", *(f"participation_{part}" for part in ("basis", "from", "until")))]
    return tuple(_made(scheme, status or "ranked", *told) for status, *told in zip(*columns, strict=True))


def _made(scheme: Scheme, status: str, basis: str = "", since: str = "", until: str = "", doubt: str = "") -> Participation:
    spec = scheme.participation
    return Participation(status, spec.ranked(status), spec.eligible(status), basis, since, until, doubt)


def by_rules(scheme: Scheme, scope: TableScope, roster: Sequence[Participation]) -> tuple[Participation, ...]:
    """The roster's statuses, and those of the scheme's rules where they are graver; a rule that cannot be decided leaves a doubt."""
    found = list(roster)
    for rule in scheme.participation.rules:
        truth = rule.when.truth(scope)
        holds, unknown = in_any_draw(truth == TRUE), in_any_draw(truth == UNKNOWN)
        for row, before in enumerate(roster):
            if holds[row] and _GRAVITY.index(rule.status) > _GRAVITY.index(found[row].status):
                found[row] = _made(scheme, rule.status, _basis(rule, scope, row), doubt=found[row].doubt)
            elif unknown[row] and _GRAVITY.index(rule.status) > _GRAVITY.index(before.status):
                doubt = f"缺少判定“{PARTICIPATIONS[rule.status]}”（{rule.when.sentence(scope)}）所需的数据"
                found[row] = Participation(**{**vars(found[row]), "doubt": doubt})
    return tuple(found)


def _basis(rule: ParticipationRule, scope: TableScope, row: int) -> str:
    if scope.is_float():
        return rule.basis
    return "，".join(text for text in (rule.basis, rule.clause, rule.when.facts(scope, row)) if text)


@dataclass(frozen=True)
class Exemptions:
    """Who is exempt from what: entries of the period file by indicator and row of the unit."""

    entries: Mapping[str, Mapping[int, Exemption]] = field(default_factory=dict)

    def of(self, leaf: str, row: int) -> Exemption | None:
        """The entry that exempts a unit from an indicator."""
        return self.entries.get(leaf, {}).get(row)

    def mask(self, leaf: str, rows: int) -> np.ndarray | None:
        """Mask of the units exempt from an indicator; None where nobody is."""
        exempt = self.entries.get(leaf)
        if not exempt:
            return None
        mask = np.zeros(rows, dtype=bool)
        mask[list(exempt)] = True
        return mask

    def __iter__(self) -> Iterator[tuple[int, str, Exemption]]:
        """(row, indicator, entry), unit by unit in roster order."""
        return iter(sorted(((row, leaf, e) for leaf, rows in self.entries.items() for row, e in rows.items()), key=lambda found: found[0]))


def exemptions_of(scheme: Scheme, units: Table) -> tuple[Exemptions, list[Fault]]:
    """The exemptions of the period file as rows of the roster, and those that name nobody or the same twice."""
    rows = {name: row for names in (units.labels, units.keys) for row, name in enumerate(names)}
    found: dict[str, dict[int, Exemption]] = {}
    faults: list[Fault] = []
    for number, entry in enumerate(scheme.settings.exemptions):
        row, at = rows.get(entry.unit), ("exemptions", number, "unit")
        if row is None:
            message = "免评的对象不在名单中"
            remedy = nearest(entry.unit, rows)
            faults.append(scheme.settings_source.fault("exemption.unit", message, at, value=entry.unit, remedy=remedy))
        elif row in found.setdefault(entry.indicator, {}):
            message = f"“{_name(units, row)}”免评“{scheme.label(entry.indicator)}”写了两次"
            faults.append(scheme.settings_source.fault("exemption.twice", message, at, value=entry.unit, remedy="请保留一处"))
        else:
            found[entry.indicator][row] = entry
    return Exemptions(found), faults


def _name(units: Table, row: int) -> str:
    return units.labels[row] if units.labels else units.keys[row]


def doubts(participation: Iterable[Participation], units: Table, file: str) -> list[Fault]:
    """Findings on units whose status could not be decided."""
    remedy = "请补报；查明以前按名单所列方式参评"
    return [
        Fault("participation.unknown", f"“{_name(units, row)}”{one.doubt}", remedy, file, path="participation", severity="finding")
        for row, one in enumerate(participation)
        if one.doubt
    ]

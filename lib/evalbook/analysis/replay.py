"""Two evaluations as six groups of ingredients, scored again in any mixture of the two.

Edition (the regulation), parameters (what the period file or a trial changes of it, exemptions, rulings), assumptions (readings chosen),
data (figures, items, the period they are of and the results of other periods), roster (units and their attributes). The sixth group, the
library, cannot be mixed: another version of the program is not here to be run (:mod:`evalbook.analysis.compare` tells its part).

A mixture takes from either side what means something in it: a change to a node that the other edition does not have stays behind, as
does the reading of an assumption that it does not know. What stayed behind is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import EvalbookError, Fault, Refused
from ..exact import Exact
from ..intake.period_data import read_scheme
from ..kinds.column import ZERO, Column, objects
from ..periods import Period
from ..scheme.by import settle
from ..scheme.offered import offered
from ..scheme.patch import apply_patch
from ..scheme.scheme import Scheme, build_scheme
from ..scheme.source import Source, load_yaml
from ..scheme.tables import TableSpec
from ..scoring.dataset import Dataset, Table
from ..scoring.evaluation import Evaluation, evaluate
from ..terms import State

#: What can be taken from one side or the other, in the order in which it is told.
GROUPS = {"edition": "版本", "parameters": "参数", "assumptions": "假设", "data": "数据", "roster": "名单", "library": "程序"}
#: Entries of a period file that change results without being parameters of the edition or readings.
_SETTINGS = ("not_assessed", "exemptions", "rulings")
#: Groups that make the scheme.
_RULES = frozenset({"edition", "parameters", "assumptions"})


@dataclass(frozen=True)
class Recorded:
    """What a run recorded of its result, where the program of today computes another one: by unit code."""

    totals: Mapping[str, Exact | None] = field(default_factory=dict)
    places: Mapping[str, Exact | None] = field(default_factory=dict)
    money: Mapping[str, Exact | None] = field(default_factory=dict)

    def of(self, what: str) -> Mapping[str, Exact | None]:
        """Totals, places or money."""
        return {"total": self.totals, "place": self.places, "money": self.money}[what]


@dataclass(frozen=True)
class Side:
    """One of two things compared: where its parameters and figures lie, and what they come to.

    ``root`` is a project, or the inputs of a run. ``program`` is the library's version and hash; ``recorded`` is None where the result
    recorded is the one computed here; ``flags`` are those of ``terms.FLAGS`` that stand on its pages.
    """

    name: str
    root: Path
    evaluation: Evaluation
    program: tuple[str, str] = ("", "")
    recorded: Recorded | None = None
    run: str = ""
    flags: tuple[str, ...] = ()

    @property
    def scheme(self) -> Scheme:
        """The scheme as it held."""
        return self.evaluation.scheme

    @property
    def period(self) -> Period:
        """The period evaluated."""
        return self.scheme.period

    @property
    def readings(self) -> dict[str, str]:
        """Readings chosen by name; what an edition reads by default belongs to the edition."""
        return {**self.scheme.settings.readings, **self.scheme.overrides.readings}

    @property
    def changed_parameters(self) -> dict[str, Any]:
        """Path → value of what the period file and a trial change of the edition."""
        return {**{c.path: c.value for c in self.scheme.settings.changes}, **self.scheme.overrides.parameters}

    @property
    def settings(self) -> dict[str, Any]:
        """Other entries of the period file that change results."""
        raw = self.scheme.settings_source.data
        return {key: raw[key] for key in _SETTINGS if raw.get(key)}

    def edition(self) -> Source:
        """The edition as it is written."""
        return load_yaml(self.root / self.scheme.edition_file, self.scheme.edition_file)

    @property
    def folder(self) -> Path:
        """Where its figures lie."""
        return self.root / "data" / self.scheme.id / str(self.period)


class Replay:
    """Mixtures of two sides, each scored once; ``groups`` are those in which they differ."""

    def __init__(self, before: Side, after: Side, groups: Iterable[str] = ()) -> None:
        self.sides = before, after
        self.editions = before.edition(), after.edition()
        self._everything = frozenset(groups)
        self.left_behind: dict[str, None] = {}
        self._known: dict[frozenset[str], Evaluation] = {}
        self._schemes: dict[tuple[frozenset[str], Period, bool], Scheme] = {}
        self._datasets: dict[tuple[frozenset[str], Period, int], Dataset] = {}

    def evaluate(self, changed: frozenset[str]) -> Evaluation:
        """The first side with these groups taken from the second. Refused when the mixture cannot be scored, with the reason."""
        if changed not in self._known:
            self._known[changed] = self._mixed(changed)
        return self._known[changed]

    def _from(self, group: str, changed: frozenset[str]) -> Side:
        return self.sides[group in changed]

    def _mixed(self, changed: frozenset[str]) -> Evaluation:
        data, roster = self._from("data", changed), self._from("roster", changed)
        if changed in (frozenset(), self._everything):
            return self.sides[bool(changed)].evaluation
        scheme = self._scheme(changed, data.period)
        dataset = self._figures(changed, data)
        if roster is not data:
            dataset = with_roster(dataset, self._figures(changed, roster))
        others = {**self._from("edition", changed).evaluation.others, **data.evaluation.others}
        others.pop(str(data.period), None)
        try:
            return evaluate(scheme, dataset, others)
        except Refused as refused:
            if not all(fault.code.startswith("ruling.") for fault in refused.faults):
                raise
            self.left_behind["裁定：并列的对象不同，未带入"] = None
            return evaluate(self._scheme(changed, data.period, rulings=False), dataset, others)

    # the scheme -----------------------------------------------------------------------------------------------------------------

    def _scheme(self, changed: frozenset[str], period: Period, *, rulings: bool = True) -> Scheme:
        """The scheme of a mixture as it holds for a period: figures and roster have no part in it."""
        key = changed & _RULES, period, rulings
        if key not in self._schemes:
            self._schemes[key] = self._built(changed, period, rulings)
        return self._schemes[key]

    def _built(self, changed: frozenset[str], period: Period, rulings: bool) -> Scheme:
        edition, parameters = self.editions["edition" in changed], self._from("parameters", changed)
        settled, _ = settle(edition, period)
        raw = {"schema": "1", "period": str(period), **self._fitting_settings(parameters, settled)}
        if not rulings:
            raw.pop("rulings", None)
        raw["assumptions"] = self._fitting_readings(self._from("assumptions", changed), settled, period)
        settings = Source(raw, parameters.scheme.settings_source.file)
        overrides = self._fitting_changes(parameters, edition, settled)
        files = self._from("edition", changed).scheme.files
        return build_scheme(self.sides[0].scheme.id, period, edition, settings, overrides=overrides, files=files, lenient=True)

    def _fitting_readings(self, side: Side, edition: Source, period: Period) -> dict[str, str]:
        readings, found = offered(edition, period), {}
        for name, choice in side.readings.items():
            if choice in readings.get(name, ()):
                found[name] = choice
            else:
                self.left_behind[f"假设“{name}”：{edition.file}没有这种读法，未带入"] = None
        return found

    def _fitting_changes(self, side: Side, edition: Source, settled: Source) -> dict[str, Any]:
        found = {}
        for path, value in side.changed_parameters.items():
            if apply_patch(edition, {path: value}, origin=settled, at=())[2]:
                self.left_behind[f"参数“{path}”：{edition.file}没有，未带入"] = None
            else:
                found[path] = value
        return found

    def _fitting_settings(self, side: Side, edition: Source) -> dict[str, Any]:
        """Exemptions and nodes not assessed, of nodes that the edition has; rulings on outcomes that it has."""
        tree, outcomes = edition.data.get("tree") or {}, edition.data.get("outcomes") or {}
        own = side.settings
        found: dict[str, Any] = {
            "not_assessed": {name: reason for name, reason in (own.get("not_assessed") or {}).items() if name in tree},
            "exemptions": [entry for entry in own.get("exemptions") or [] if entry.get("indicator") in tree],
            "rulings": {name: ruling for name, ruling in (own.get("rulings") or {}).items() if name in outcomes},
        }
        for key, entries in found.items():
            if len(entries) < len(own.get(key) or ()):
                self.left_behind[f"考核期文件 {key}：{edition.file}没有所指的名称，未全部带入"] = None
        return {key: entries for key, entries in found.items() if entries}

    # the figures ----------------------------------------------------------------------------------------------------------------

    def _figures(self, changed: frozenset[str], side: Side) -> Dataset:
        """A side's figures as a mixture's scheme needs them in the side's own period: a table by year may be another one then."""
        key = changed & _RULES, side.period, int(side is self.sides[1])
        if key not in self._datasets:
            self._datasets[key] = self._read(self._scheme(changed, side.period), side)
        return self._datasets[key]

    def _read(self, scheme: Scheme, side: Side) -> Dataset:
        """A side's figures as another scheme needs them. Refused, naming what lacks, when they do not have it."""
        own = side.scheme
        if scheme.tables == own.tables:
            return side.evaluation.dataset
        try:
            tables = merged_tables(scheme.tables, own.tables)
            dataset, _ = read_scheme(side.folder, scheme, tables=tables, what_if=own.overrides.figures)
        except Refused as refused:
            raise Refused(refused.faults, f"{side.name}的数据不能按 {scheme.edition_file} 计算") from refused
        _complete(scheme, dataset, side, own)
        return dataset


def _complete(scheme: Scheme, dataset: Dataset, side: Side, own: Scheme) -> None:
    """Refuse figures without the columns of the other edition, naming them."""
    own_columns, columns = own.tables["units"].columns, scheme.tables["units"].columns
    lacking = sorted({name for name, when in scheme.needed() if name in columns and (name, when) not in dataset.units.columns})
    lacking = [name for name in columns if name in lacking and name not in own_columns]
    tables = [spec.label for name, spec in scheme.tables.items() if name in scheme.tables_read and name not in own.tables]
    if lacking or tables:
        labels = "、".join([f"{columns[name].label}（{name}）" for name in lacking] + tables)
        message = f"{side.name}的数据缺少 {scheme.edition_file} 要用的{len(lacking) + len(tables)}项：{labels}"
        remedy = "请在该期 values.csv 中补充这些数据（该期自己的版本不用，只供对照），再比较"
        file = f"data/{own.id}/{side.period}"
        raise Refused([Fault("compare.columns", message, remedy, file=file)], "版本与数据对不上，无法对照")


def merged_tables(wanted: Mapping[str, TableSpec], own: Mapping[str, TableSpec]) -> dict[str, TableSpec]:
    """Tables of one edition together with the columns that only the other knows, so that its files can be read."""
    found = {}
    for name in dict.fromkeys([*wanted, *own]):
        if name in wanted and name in own:
            more = {part: {**getattr(own[name], part), **getattr(wanted[name], part)} for part in ("attributes", "columns")}
            # the files were filed on the boundaries that their own edition knows
            found[name] = wanted[name].model_copy(update={**more, "calibre": wanted[name].calibre or own[name].calibre})
        else:
            found[name] = wanted.get(name) or own[name]
    return found


def with_roster(dataset: Dataset, other: Dataset) -> Dataset:
    """The figures of one dataset for the units and attributes of another: rows of units that are not on its roster are left out."""
    units, roster = dataset.units, other.units
    row_of = {code: row for row, code in enumerate(units.keys)}
    rows = [row_of.get(code) for code in roster.keys]
    columns = {key: column for key, column in roster.columns.items() if not key[1]}
    columns |= {key: _taken(column, rows) for key, column in units.columns.items() if key[1]}
    tables = {"units": replace(roster, columns=columns)}
    new_row = {row: number for number, row in enumerate(rows) if row is not None}
    for name, table in dataset.tables.items():
        if name != "units":
            tables[name] = _kept(table, new_row)
    figures = {key: figure for key, figure in dataset.figures.items() if key[0] in set(roster.keys)}
    calibres = {code: one for code, one in dataset.calibres.items() if code in set(roster.keys)}
    items = {key: item for key, item in dataset.items.items() if key.unit_code in set(roster.keys)}
    return replace(dataset, tables=tables, figures=figures, calibres=calibres, items=items)


def _taken(column: Column, rows: list[int | None]) -> Column:
    """The rows of a column in another order; None is a unit that the column does not have."""
    values = [ZERO if row is None else column.values[row] for row in rows]
    states = np.array([State.MISSING if row is None else column.states[row] for row in rows], dtype=np.uint8)
    return Column(objects(values), states)


def _kept(table: Table, new_row: Mapping[int, int]) -> Table:
    """The rows of a child table whose units are there."""
    assert table.parent is not None
    kept = [number for number, parent in enumerate(table.parent.tolist()) if parent in new_row]
    parent = np.array([new_row[int(table.parent[number])] for number in kept], dtype=table.parent.dtype)

    def pick(items: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(items[number] for number in kept) if items else ()

    columns = {key: Column(column.values[kept], column.states[kept]) for key, column in table.columns.items()}
    return Table(table.name, pick(table.keys), columns, parent, pick(table.labels), pick(table.origin))


def refusal(error: EvalbookError) -> str:
    """Why a mixture could not be scored, in one line."""
    return str(error.faults[0]) if isinstance(error, Refused) and error.faults else str(error)

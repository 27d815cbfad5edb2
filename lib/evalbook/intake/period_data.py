"""The front door of intake: a folder of one period becomes a Dataset, or is refused with everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import Fault, Refused, UsageError
from ..kinds.column import Column
from ..periods import Period
from ..scheme.definition import Scheme
from ..scheme.tables import TableSpec
from ..scoring.dataset import Cell, Dataset, Figure, Replaced, Table
from ..terms import SHEETS
from . import entries
from .bases import Beside, EarlierFigures, report_revisions
from .calibre import SERIES, Boundaries, Figures, Key, settle
from .evidence import HEADINGS as EVIDENCE_HEADINGS
from .evidence import EvidenceCheck, read_evidence
from .evidence_files import check_files
from .figures import HEADINGS as VALUE_HEADINGS
from .figures import REQUIRED, FigureReader, columns_of, figures_of, report_missing
from .folder import read_folder
from .grid import Grid
from .items import ItemReader
from .items import headings as item_headings
from .remarks import Place, Remarks
from .roster import Roster, read_roster
from .roster import headings as roster_headings
from .sheet import Heading, Sheet, understand
from .what_if import replace_figures

#: (unit code, name, way of taking part) → the needed (quantity, period) pairs that are not needed of that unit.
Excused = Callable[[str, str, str], frozenset[tuple[str, str]]]
#: What every reader of figures is told: roster, boundaries, period, periods that may stand in a file, evidence, remarks.
_About = tuple[Roster, Boundaries, str, frozenset[str], EvidenceCheck, Remarks]


def _nothing(*_: str) -> frozenset[tuple[str, str]]:
    return frozenset()


def read_period(
    folder: Path,
    *,
    tables: Mapping[str, TableSpec],
    period: Period,
    needed: frozenset[tuple[str, str]],
    used: frozenset[str] | None = None,
    excused: Excused | None = None,
    what_if: Mapping[tuple[str, str, str], str] | None = None,
    elsewhere: Mapping[str, str] | None = None,
) -> tuple[Dataset, list[Fault]]:
    """Read the figures of one period.

    ``folder`` holds units, values, items and evidence as csv files or as sheets of one workbook; ``tables`` are the scheme's,
    ``needed`` the (quantity, period) pairs of units that points depend on. Sheets may be left out where nothing of theirs is
    ``used`` (names of tables; None: all): a year made of its quarters has a roster and perhaps nothing else. ``excused`` tells from
    code, name and way of taking part what of the needed is not needed of a unit. ``what_if`` replaces figures of a trial, by (unit,
    quantity, period or ""); figures of columns ``elsewhere`` (name → label, of other editions) may be there and are not read.

    Returns the dataset and what is to be known about it: findings (问题记录) first, then notes. Refused with every fault of every file.
    """
    remarks = Remarks("/".join(folder.parts[-3:]))
    reader = _Reader(folder, tables, period, needed, frozenset(tables) if used is None else used, excused or _nothing, remarks)
    reader.what_if, reader.elsewhere = what_if or {}, elsewhere or {}
    return reader.read()


def read_scheme(
    folder: Path,
    scheme: Scheme,
    *,
    tables: Mapping[str, TableSpec] | None = None,
    what_if: Mapping[tuple[str, str, str], str] | None = None,
) -> tuple[Dataset, list[Fault]]:
    """Read the figures of a scheme's period from the period's folder, as :func:`read_period` does.

    ``tables`` and ``what_if`` are the scheme's own unless they are given: a comparison reads the files of another edition, whose columns
    it adds, with the figures that were set there.
    """
    tables = scheme.tables if tables is None else tables
    known = {**tables["units"].columns, **tables["units"].attributes}
    return read_period(
        folder,
        tables=tables,
        period=scheme.period,
        needed=scheme.needed(),
        used=scheme.tables_read,
        excused=scheme.excused,
        what_if=scheme.overrides.figures if what_if is None else what_if,
        elsewhere={name: label for name, label in scheme.elsewhere.items() if name not in known},
    )


@dataclass
class _Read:
    """What was read of the figures of the units."""

    figures: dict[tuple[str, str, str], Figure] = field(default_factory=dict)
    columns: dict[tuple[str, str], Column] = field(default_factory=dict)
    replaced: tuple[Replaced, ...] = ()
    record: entries.Record = field(default_factory=entries.Record)
    earlier: Mapping[tuple[str, str, str], Cell] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


class _Reader:
    """One reading of one folder."""

    what_if: Mapping[tuple[str, str, str], str]
    elsewhere: Mapping[str, str]

    def __init__(
        self,
        folder: Path,
        tables: Mapping[str, TableSpec],
        period: Period,
        needed: frozenset[tuple[str, str]],
        used: frozenset[str],
        excused: Excused,
        remarks: Remarks,
    ) -> None:
        self.folder, self.tables, self.period, self.needed, self.used, self.remarks = folder, tables, period, needed, used, remarks
        self.excused = excused
        self.children = {name: spec for name, spec in tables.items() if spec.belongs_to}
        self.grids = read_folder(folder, tables, remarks)
        self.evidence: Sheet | None = None
        self.suffix = "" if any(grid.sheet for grid in self.grids.values()) else ".csv"

    def read(self) -> tuple[Dataset, list[Fault]]:
        """Sheet after sheet; when the roster cannot be read, units are not looked up and the rest is still checked."""
        units = self.tables["units"]
        order = {grid.file: turn for turn, grid in enumerate(self.grids.get(name, Grid("", "", [])) for name in (*SHEETS, *self.children))}
        if self.remarks.failed and not self.grids:
            self.remarks.refuse(order)
        strange = [Heading(name, label, "elsewhere") for name, label in self.elsewhere.items()]
        sheet = self._sheet("units", [*roster_headings(units), *strange], ["unit_code", "unit_name"])
        roster = Roster() if sheet is None else read_roster(sheet, units, self.period, self.remarks)
        evidence = self._evidence()
        check = EvidenceCheck(evidence, self.remarks)
        bases = {when for _, when in self.needed} - {str(self.period)}
        periods = frozenset(bases | {str(self.period.previous()), str(self.period.year_before())})
        values = self._sheet("values", VALUE_HEADINGS, REQUIRED) if self._there("values", units.columns and "units" in self.used) else None
        if not len(roster):
            self.remarks.refuse(order)
        boundaries = Boundaries.of(roster, units)
        about = (roster, boundaries, str(self.period), periods, check, self.remarks)
        series = {name: Figures() for name in SERIES} if values is None else FigureReader(values, *about, self.elsewhere).read()
        items = self._items(roster, check)
        read = _Read(record=self._record(about, series, items))
        if values is not None:
            self._figures(read, values, series, about, bases)
        elif self.what_if:
            raise UsageError("试算设定：本期没有数据表（values），不能改数据")
        items.check(self.used)
        if self.evidence is not None:
            check_files(self.folder, self.evidence, check.cited, self.remarks)
        self.remarks.refuse(order)
        if read.faults:
            raise Refused(read.faults)
        merged = dict(roster.table.columns) | read.columns
        everyone = Table("units", roster.table.keys, merged, labels=roster.table.labels)
        told = boundaries.told(roster, self.period)
        dataset = Dataset(
            str(self.period),
            {"units": everyone, **items.found()},
            read.figures,
            evidence or (),
            told,
            read.replaced,
            tuple(read.record.appeals.values()),
            read.earlier,
            items.items,
        )
        return dataset, self.remarks.notes()

    def _record(self, about: _About, series: dict[str, Figures], items: ItemReader) -> entries.Record:
        """What the record (核定记录) says; the figures and items that it changes are changed."""
        sheet = self._sheet("adjustments", entries.HEADINGS, entries.REQUIRED) if "adjustments" in self.grids else None
        return entries.Record() if sheet is None else entries.EntryReader(sheet, *about, series, items).enter()

    def _figures(self, read: _Read, values: Sheet, series: dict[str, Figures], about: _About, bases: set[str]) -> None:
        """The figures that score: as the record (核定记录) has them, then as a what-if wants them."""
        units, (roster, boundaries, *_) = self.tables["units"], about
        references: Mapping[Key, Sequence[Cell]] = {}
        if "references" in self.grids:
            sheet = self._sheet("references", VALUE_HEADINGS, [name for name in REQUIRED if name != "stage"] + ["source"])
            references = {} if sheet is None else entries.read_references(sheet, *about)
        beside = Beside(self.folder, roster, boundaries, self.tables)
        report_revisions(series, beside, bases, self.remarks)
        read.earlier = EarlierFigures(series, beside, self.period)
        excused = self._excused(roster)
        found = settle(series, boundaries, roster, self.period, self.needed, excused, values, self.remarks)
        read.replaced, read.faults = replace_figures(self.what_if, found, roster, units.columns, self.period, frozenset(bases))
        report_missing(found, roster, units.columns, self.needed, excused, str(self.period), values, self.remarks)
        read.figures = figures_of(found, roster, units.columns, read.record.replaced, references)
        read.columns = columns_of(found, roster, read.figures)

    def _excused(self, roster: Roster) -> list[frozenset[tuple[str, str]]]:
        """What is not needed of each unit."""
        column = roster.table.columns.get(("participation", ""))
        statuses = ["ranked"] * len(roster) if column is None else column.listed()
        return [self.excused(*unit) for unit in zip(roster.codes, roster.labels, map(str, statuses), strict=True)]

    def _there(self, name: str, wanted: object) -> bool:
        """Whether a sheet is there, or has to be."""
        return name in self.grids or bool(wanted)

    def _sheet(self, name: str, known: Sequence[Heading], required: Sequence[str]) -> Sheet | None:
        """A sheet that must be there, with its header understood; None when it is not (told)."""
        grid = self.grids.get(name)
        if grid is None:
            words = SHEETS[name][0]
            what = f"缺少文件{name}.csv（{words}）" if self.suffix else f"缺少工作表“{words}”（{name}）"
            self.remarks.error("folder.missing", what, "请放入该表；没有内容时也要有表头", Place(f"{name}{self.suffix}"))
            return None
        return understand(grid, known, required, self.remarks) if grid.rows else None

    def _evidence(self) -> tuple[Mapping[str, str], ...] | None:
        """The list of evidence; None when it is not there (then its numbers cannot be checked, which is a finding)."""
        if "evidence" not in self.grids:
            if not set(self.grids) - {"units"} and not self.used:  # a roster alone has nothing to give evidence for
                return None
            self.remarks.finding("evidence.missing", "没有佐证清单，佐证编号无法核对", "请补交佐证清单", Place(f"evidence{self.suffix}"))
            return None
        self.evidence = self._sheet("evidence", EVIDENCE_HEADINGS, ["evidence_id", "title"])
        return None if self.evidence is None else read_evidence(self.evidence, self.remarks)

    def _items(self, roster: Roster, evidence: EvidenceCheck) -> ItemReader:
        """The rows of child tables, from the common sheet and from sheets of their own."""
        reader = ItemReader(self.children, roster, evidence, self.remarks)
        own = [name for name in self.children if name in self.grids]
        if self._there("items", set(self.children) & self.used - set(own)):
            sheet = self._sheet("items", item_headings(self.children), ["table", "item_id", "unit_code|unit_name"])
            if sheet is not None:
                reader.read(sheet)
        for name in own:
            sheet = understand(
                self.grids[name], item_headings({name: self.children[name]}), ["item_id", "unit_code|unit_name"], self.remarks
            )
            if sheet is not None:
                reader.read(sheet, name)
        return reader

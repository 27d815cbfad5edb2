"""Base figures against the earlier period's own file: where they differ, the base was revised (基数修订), which is a finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from ..exact import Exact, plain
from ..periods import Period
from ..scheme.tables import TableSpec
from ..scoring.dataset import Cell
from ..terms import STAGES
from . import entries
from .calibre import SERIES, Boundaries, Figures, Key
from .csv_file import read_csv
from .evidence import EvidenceCheck
from .figures import HEADINGS, REQUIRED, FigureReader
from .folder import RECORD, sheet_words
from .grid import Grid
from .remarks import Place, Remarks
from .roster import Roster
from .sheet import understand
from .text import key


def base_files(folder: Path, periods: Iterable[str]) -> dict[str, list[Path]]:
    """Period → file with its figures and, where there is one, its record (核定记录), for those of ``periods`` beside ``folder``.

    These files are inputs like any other: a run takes them along.
    """
    found = {}
    for period in sorted(periods):
        beside = folder.parent / period
        files = sorted(beside.iterdir()) if beside.is_dir() else []
        books = [path for path in files if path.suffix.lower() in (".xlsx", ".xls") and not path.name.startswith((".", "~$"))]
        values = [path for path in files if path.suffix.lower() == ".csv" and sheet_words({}).get(key(path.stem)) == "values"]
        if len(books) + len(values) == 1:
            found[period] = books + values + [path for path in files if path.name == RECORD]
    return found


class Beside:
    """The figures of other periods, from the folders beside that of one period: each is read once, as far as it can be read."""

    def __init__(self, folder: Path, roster: Roster, boundaries: Boundaries, tables: Mapping[str, TableSpec]) -> None:
        self.folder, self.roster, self.boundaries, self.tables = folder, roster, boundaries, tables
        self._read: dict[str, Mapping[str, Figures]] = {}

    def figures(self, period: str) -> Mapping[str, Figures]:
        """Series of figures; none where there is no such file."""
        if period not in self._read:
            paths = base_files(self.folder, [period]).get(period)
            self._read[period] = _figures(paths, period, self.roster, self.boundaries, self.tables) if paths else {}
        return self._read[period]


def report_revisions(own: Mapping[str, Figures], beside: Beside, periods: Iterable[str], remarks: Remarks) -> None:
    """Findings where a base figure is not what the earlier period used. What is wrong in that period's file is told there.

    Series (口径) are compared like with like.
    """
    quantities, labels = beside.tables["units"].columns, beside.roster.labels
    for period in sorted(periods):
        then = beside.figures(period)
        for series, (unit, quantity, when), stages in _all(own) if then else ():
            before = then[series].cells.get((unit, quantity, when)) if when == period else None
            if not before:
                continue
            now, last = _used(stages), _used(before)
            if now.value != last.value:
                message = (
                    f"“{labels[unit]}”{Period.parse(period).label}{quantities[quantity].label}的基数为{_text(now)}，"
                    f"该期数据为{_text(last)}（{period}/{last.file} 第{last.row}行）：基数修订"
                )
                at = Place(now.file, now.sheet, now.row, now.column)
                remarks.finding("figure.base_revised", message, "请核对；确属修订的，在备注中写明依据", at, now.raw)


def _all(series: Mapping[str, Figures]) -> Iterator[tuple[str, Key, Mapping[str, Cell]]]:
    return ((name, where, stages) for name, figures in series.items() for where, stages in figures.cells.items())


class EarlierFigures(Mapping[tuple[str, str, str], Cell]):
    """What :func:`earlier_figures` finds, looked up when something first asks: a trial compares with no other period."""

    def __init__(self, own: Mapping[str, Figures], beside: Beside, period: Period) -> None:
        self._about = own, beside, period

    @cached_property
    def _found(self) -> dict[tuple[str, str, str], Cell]:
        return earlier_figures(*self._about)

    def __getitem__(self, where: tuple[str, str, str]) -> Cell:
        return self._found[where]

    def __iter__(self) -> Iterator[tuple[str, str, str]]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def earlier_figures(own: Mapping[str, Figures], beside: Beside, period: Period) -> dict[tuple[str, str, str], Cell]:
    """What was used in the periods that this one is compared with, by (unit code, quantity, period).

    This period's own file says it first, then the file of that period. Only figures on the boundary that scores this period.
    """
    found: dict[tuple[str, str, str], Cell] = {}
    codes, boundaries = beside.roster.codes, beside.boundaries
    for when in compared_with(period):
        for series in (beside.figures(when), own):
            for name, (unit, quantity, of), stages in _all(series):
                if of != when or not stages:
                    continue
                if name == (boundaries.used(unit, period) if boundaries.splits(unit, quantity) else ""):
                    found[codes[unit], quantity, when] = _used(stages)
    return found


def compared_with(period: Period) -> tuple[str, ...]:
    """Periods whose figures this one is compared with: the one before it and the same one a year before."""
    return tuple(dict.fromkeys((str(period.previous()), str(period.year_before()))))


def _figures(
    paths: list[Path], period: str, roster: Roster, boundaries: Boundaries, tables: Mapping[str, TableSpec]
) -> Mapping[str, Figures]:
    """Figures of an earlier period with what its record made of them, as far as they can be read."""
    quiet = Remarks()
    words = sheet_words(tables)
    grids: dict[str, Grid] = {}
    for path in paths:
        if path.suffix.lower() == ".csv":
            grid = read_csv(path, quiet)
            if grid is not None:
                grids["adjustments" if path.name == RECORD else "values"] = grid
        else:
            from .workbook_file import read_workbook

            grids |= read_workbook(path, words, quiet)
    sheet = understand(grids["values"], HEADINGS, REQUIRED, quiet) if "values" in grids else None
    if sheet is None:
        return {name: Figures() for name in SERIES}
    evidence = EvidenceCheck(None, quiet)
    series = _EarlierReader(sheet, roster, boundaries, period, frozenset(), evidence, quiet).read()
    record = understand(grids["adjustments"], entries.HEADINGS, entries.REQUIRED, quiet) if "adjustments" in grids else None
    if record is not None:
        entries.EntryReader(record, roster, boundaries, period, frozenset(), evidence, quiet, series).enter()
    return series


class _EarlierReader(FigureReader):
    """Reads of an earlier period's file the figures of that period that this edition knows, and has nothing to say of the others."""

    def _row(self, row: int, cells: list[str]) -> None:
        columns = self.sheet.columns
        name, period = cells[columns["indicator"]], cells[columns["period"]]
        known = name in self.quantities or key(name) in self._indicators
        if known and self._periods.get(period, self._periods.get(key(period))) == self.current:
            super()._row(row, cells)


def _used(stages: Mapping[str, Cell]) -> Cell:
    return next(iter(stages.values())) if len(stages) == 1 else stages[max(stages, key=list(STAGES).index)]  # most have one


def _text(cell: Cell) -> str:
    return "缺失" if cell.value is None else plain(cell.value) if isinstance(cell.value, Exact) else cell.value

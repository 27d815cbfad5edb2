"""Base figures against the earlier period's own file: where they differ, the base was revised (基数修订), which is a finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ..exact import Exact, plain
from ..periods import Period
from ..scheme.tables import TableSpec
from ..scoring.dataset import Cell
from ..terms import STAGES
from .calibre import SERIES, Boundaries, Figures, Key
from .csv_file import read_csv
from .evidence import EvidenceCheck
from .figures import HEADINGS, REQUIRED, FigureReader
from .folder import sheet_words
from .remarks import Place, Remarks
from .roster import Roster
from .sheet import understand
from .text import key


def base_files(folder: Path, periods: Iterable[str]) -> dict[str, Path]:
    """Period → file with its figures, for those of ``periods`` that have a folder beside ``folder``.

    These files are inputs like any other: a run takes them along.
    """
    found = {}
    for period in sorted(periods):
        beside = folder.parent / period
        files = sorted(beside.iterdir()) if beside.is_dir() else []
        books = [path for path in files if path.suffix.lower() in (".xlsx", ".xls") and not path.name.startswith((".", "~$"))]
        values = [path for path in files if path.suffix.lower() == ".csv" and sheet_words({}).get(key(path.stem)) == "values"]
        if len(books) + len(values) == 1:
            found[period] = (books + values)[0]
    return found


def report_revisions(
    folder: Path,
    own: Mapping[str, Figures],
    roster: Roster,
    boundaries: Boundaries,
    tables: Mapping[str, TableSpec],
    periods: Iterable[str],
    remarks: Remarks,
) -> None:
    """Findings where a base figure is not what the earlier period used. What is wrong in that period's file is told there.

    Series (口径) are compared like with like.
    """
    quantities = tables["units"].columns
    for period, path in base_files(folder, periods).items():
        then = _figures(path, period, roster, boundaries, tables)
        for series, (unit, quantity, when), stages in _all(own):
            before = then[series].cells.get((unit, quantity, when)) if when == period else None
            if not before:
                continue
            now, last = _used(stages), _used(before)
            if now.value != last.value:
                spec = quantities[quantity]
                message = (
                    f"“{roster.labels[unit]}”{Period.parse(period).label}{spec.label}的基数为{_text(now)}，"
                    f"该期数据为{_text(last)}（{period}/{path.name} 第{last.row}行）：基数修订"
                )
                at = Place(now.file, now.sheet, now.row, now.column)
                remarks.finding("figure.base_revised", message, "请核对；确属修订的，在备注中写明依据", at, now.raw)


def _all(series: Mapping[str, Figures]) -> Iterator[tuple[str, Key, Mapping[str, Cell]]]:
    return ((name, where, stages) for name, figures in series.items() for where, stages in figures.cells.items())


def _figures(path: Path, period: str, roster: Roster, boundaries: Boundaries, tables: Mapping[str, TableSpec]) -> Mapping[str, Figures]:
    """Figures of an earlier period, as far as they can be read."""
    quiet = Remarks()
    words = sheet_words(tables)
    if path.suffix.lower() == ".csv":
        grid = read_csv(path, quiet)
    else:
        from .workbook_file import read_workbook

        grid = read_workbook(path, words, quiet).get("values")
    sheet = None if grid is None else understand(grid, HEADINGS, REQUIRED, quiet)
    if sheet is None:
        return {name: Figures() for name in SERIES}
    return FigureReader(sheet, roster, boundaries, period, frozenset(), EvidenceCheck(None, quiet), quiet).read()


def _used(stages: Mapping[str, Cell]) -> Cell:
    return stages[max(stages, key=list(STAGES).index)]


def _text(cell: Cell) -> str:
    return "缺失" if cell.value is None else plain(cell.value) if isinstance(cell.value, Exact) else cell.value

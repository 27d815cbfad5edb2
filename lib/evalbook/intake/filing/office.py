"""What the office has on its desk when forms go out or come back: the scheme of the period, its roster, and what is known so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ...errors import Fault, Refused
from ...scheme.scheme import Scheme, load_scheme
from ...scoring.dataset import Cell
from ...terms import STAGES
from ..calibre import SERIES, Boundaries, Figures
from ..evidence import HEADINGS as EVIDENCE_HEADINGS
from ..evidence import EvidenceCheck, read_evidence
from ..figures import HEADINGS, REQUIRED, FigureReader
from ..folder import read_folder
from ..grid import Grid
from ..remarks import Remarks
from ..roster import Roster, read_roster
from ..roster import headings as roster_headings
from ..sheet import Sheet, understand
from .filers import Field, Filings


@dataclass(frozen=True)
class Office:
    """One period of one scheme, with its roster; ``folder`` holds the period's files and, below it, what was collected."""

    root: Path
    scheme: Scheme
    folder: Path
    grids: Mapping[str, Grid]
    roster: Roster
    boundaries: Boundaries

    @property
    def name(self) -> str:
        """Scheme and period as on the command line."""
        return f"{self.scheme.id} {self.scheme.period}"

    @property
    def shown(self) -> str:
        """The period's folder relative to the project."""
        return f"data/{self.scheme.id}/{self.scheme.period}"

    @cached_property
    def filings(self) -> Filings:
        """Who files what."""
        return Filings(self.scheme, self.roster, self.boundaries)

    @cached_property
    def periods(self) -> frozenset[str]:
        """Periods whose figures may stand in this period's files."""
        now = self.scheme.period
        return frozenset({when for _, when in self.filings.keys} | {str(now), str(now.previous()), str(now.year_before())})

    def reader(self, sheet: Sheet, evidence: EvidenceCheck, remarks: Remarks) -> FigureReader:
        """A reader of figures for this period."""
        return FigureReader(sheet, self.roster, self.boundaries, str(self.scheme.period), self.periods, evidence, remarks)

    @cached_property
    def known(self) -> Mapping[str, Figures]:
        """The figures in the period's own file by series, as far as they can be read."""
        quiet = Remarks()
        grid = self.grids.get("values")
        sheet = understand(grid, HEADINGS, REQUIRED, quiet) if grid is not None and grid.rows else None
        if sheet is None:
            return {name: Figures() for name in SERIES}
        return self.reader(sheet, EvidenceCheck(None, quiet), quiet).read()

    def only_csv(self) -> None:
        """Refused where the period's figures are a workbook: it may hold more than we read, and writing it anew would lose that."""
        sheets = {grid.sheet: name for name, grid in self.grids.items() if grid.sheet}
        if sheets:
            book = next(grid.file for grid in self.grids.values() if grid.sheet)
            each = "、".join(f"“{sheet}”存为 {name}.csv" for sheet, name in sheets.items())
            remedy = f"请在 Excel 或 WPS 中把各表另存为“CSV UTF-8（逗号分隔）”：{each}，放在同一文件夹，再把 {book} 移到别处"
            raise Refused([Fault("collect.workbook", "本期数据是一个工作簿，收表写入 csv 文件", remedy, file=f"{self.shown}/{book}")])

    @cached_property
    def evidence_ids(self) -> frozenset[str]:
        """Numbers of the evidence that the period's own file lists."""
        return frozenset(self.evidence)

    @cached_property
    def evidence(self) -> Mapping[str, Mapping[str, str]]:
        """The period's own list of evidence by number, as far as it can be read."""
        quiet = Remarks()
        grid = self.grids.get("evidence")
        sheet = understand(grid, EVIDENCE_HEADINGS, ["evidence_id", "title"], quiet) if grid is not None and grid.rows else None
        return {} if sheet is None else {record["evidence_id"]: record for record in read_evidence(sheet, quiet)}

    def cell(self, field: Field) -> Cell | None:
        """The figure of a field as it would be used now, None where there is none or a blank one."""
        stages = self.known[field.calibre].cells.get((field.unit, field.quantity, field.period), {})
        if not stages:
            return None
        cell = stages[max(stages, key=list(STAGES).index)]
        return cell if cell.raw.strip() else None

    def reported(self, field: Field) -> Cell | None:
        """The reported figure of a field, None where there is none or a blank one."""
        cell = self.known[field.calibre].cells.get((field.unit, field.quantity, field.period), {}).get("reported")
        return cell if cell is not None and cell.raw.strip() else None


def open_office(root: Path, scheme: str, period: str) -> Office:
    """Open a period. UsageError for unknown names; Refused when parameters or roster are at fault, or there is no folder yet."""
    definition = load_scheme(root, scheme, period)
    folder = root / "data" / definition.id / str(definition.period)
    shown = f"data/{definition.id}/{definition.period}"
    if not folder.is_dir():
        remedy = f"请用 evalbook new period {definition.id} {definition.period} --from 上一期，或建立文件夹并放入 units.csv"
        raise Refused([Fault("data.no_folder", "没有本期数据文件夹，不知道有哪些考核对象", remedy, file=shown)])
    remarks = Remarks(shown)
    grids = read_folder(folder, definition.tables, remarks)
    grid = grids.get("units")
    if grid is None:
        remarks.refuse({})
        raise Refused([Fault("folder.missing", "缺少名单 units.csv", "请放入名单", file=f"{shown}/units.csv")])
    sheet = understand(grid, roster_headings(definition.tables["units"]), ["unit_code", "unit_name"], remarks) if grid.rows else None
    roster = Roster() if sheet is None else read_roster(sheet, definition.tables["units"], definition.period, remarks)
    remarks.refuse({})
    return Office(root, definition, folder, grids, roster, Boundaries.of(roster, definition.tables["units"]))

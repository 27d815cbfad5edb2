"""Rolls a scheme forward (滚动): a new period with the roster, base figures and readings of the last one, and blanks to fill in."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..durable import flush_tree, remove_tree, rename
from ..errors import UsageError
from ..periods import Period
from ..safe import write_bytes, write_csv
from ..scheme.by import settle
from ..scheme.models import PeriodFile, RuledReading
from ..scheme.offered import offered
from ..scheme.scheme import PERIOD_FOLDER, SECTIONS, Scheme, build_scheme, choose_edition, edition_sources, find, load_scheme
from ..scheme.source import Source, parse_yaml
from ..scheme.tables import Quantity, TableSpec
from ..scoring.dataset import Calibre, Cell, Dataset, Figure, Table
from ..terms import CALIBRES, PARTICIPATIONS
from . import uom as units_of_measure
from .calibre import Boundaries
from .evidence import HEADINGS as EVIDENCE_HEADINGS
from .evidence import numbers
from .figures import HEADINGS as VALUE_HEADINGS
from .folder import read_folder
from .period_data import read_scheme
from .remarks import Remarks
from .roster import Roster, read_roster
from .roster import headings as roster_headings
from .sheet import Sheet, understand
from .trail import COLUMNS, FILING_COLUMNS

_VALUE_COLUMNS = [heading.name for heading in VALUE_HEADINGS if heading.name not in FILING_COLUMNS]


def new_period(root: Path, scheme: str, period: str, last: str) -> list[Path]:
    """Write ``params/<scheme>/periods/<period>.yaml`` and ``data/<scheme>/<period>/``; returns the files written.

    Carried: the roster as it stands, the readings of silent clauses and acceptances that the new period's edition still knows,
    the figures of base periods as they were used (stage, uom, source, evidence). Emptied: dates and names of people, rulings,
    waivers, changes, exemptions, this period's figures (one blank row per unit and indicator), items. A unit whose boundary changed
    gets a row per series (口径) that the new period asks for. Where a status or a boundary of the last period no longer holds, the
    period file and SOURCE.md say so.

    UsageError when the last period is unknown, of another kind or not earlier, or when anything of the new one is already
    there; Refused when the last period's own files are at fault. Nothing is left behind then.
    """
    before, now = find(root, scheme, last), Period.parse(period)
    if before.kind != now.kind:
        raise UsageError(f"考核期种类不同：“{last}”与“{period}”；请从同类的考核期滚动，如 {now.previous()}")
    if not before < now:
        raise UsageError(f"“{last}”不早于“{period}”，不能由它滚动")
    parameters, folder = root / "params" / scheme / PERIOD_FOLDER / f"{now}.yaml", root / "data" / scheme / str(now)
    for path in (parameters, folder):
        if path.exists():
            raise UsageError(f"{path.relative_to(root).as_posix()} 已经存在，不覆盖；如确要重新滚动，请先移走它")
    if not (root / "data" / scheme / str(before)).is_dir():
        raise UsageError(f"上一期“{last}”没有数据文件夹 data/{scheme}/{before}")
    roll = _Roll.prepare(root, scheme, now, before, f"params/{scheme}/{PERIOD_FOLDER}/{now}.yaml")
    stage = folder.with_name(f".{now}.{os.getpid()}.tmp")
    try:
        roll.write(stage)
        flush_tree(stage)
        rename(stage, folder)
    finally:
        remove_tree(stage)
    try:
        write_bytes(parameters, roll.settings_text.encode("utf-8"))
    except BaseException:
        remove_tree(folder)
        raise
    return [parameters, *sorted(folder.iterdir())]


@dataclass(frozen=True)
class _Roll:
    """Everything a new period is made of: the scheme as it will hold, the text of its period file, and the last period's data."""

    root: Path
    scheme: Scheme
    settings: str
    last: Scheme
    data: Dataset
    bases: Mapping[str, Dataset]
    sheet: Sheet
    roster: Roster

    @classmethod
    def prepare(cls, root: Path, name: str, now: Period, before: Period, shown: str) -> _Roll:
        """Read the last period and whatever other base periods have folders of their own."""
        last = load_scheme(root, name, str(before))
        sources = edition_sources(root, name)
        edition = choose_edition(sources, name, now.year)
        text = settings_text(last, edition, now)
        scheme = build_scheme(name, now, edition, parse_yaml(text, shown))
        folder = root / "data" / name
        data = _read(last, folder)
        bases = {str(before): data}
        for when in sorted({when for _, when in scheme.needed()} - {str(now), str(before)}):
            known = root / "params" / name / PERIOD_FOLDER / f"{when}.yaml"
            if known.is_file() and (folder / when).is_dir():
                bases[when] = _read(load_scheme(root, name, when), folder)
        quiet = Remarks()
        grid = read_folder(folder / str(before), last.tables, quiet)["units"]
        sheet = understand(grid, roster_headings(last.tables["units"]), ["unit_code", "unit_name"], quiet)
        assert sheet is not None, "the last period was read just now"
        roster = read_roster(sheet, scheme.tables["units"], now, quiet)
        return cls(root, scheme, text, last, data, bases, sheet, roster)

    @property
    def settings_text(self) -> str:
        """Text of the new period file, with what no longer holds as comments."""
        return self.settings + "".join(f"# {text}\n" for text in self.changes)

    @property
    def changes(self) -> list[str]:
        """Statuses and boundaries that are not those of the last period."""
        found = []
        for row, (code, label) in enumerate(zip(self.roster.codes, self.roster.labels, strict=True)):
            then, now = (_status(units, row) for units in (self.data.units, self.roster.table))
            if then != now:
                found.append(f"“{label}”的参评方式：上期{PARTICIPATIONS[then]}，本期{PARTICIPATIONS[now]}（名单所写起止）")
            calibre, before = self.calibres.get(code), self.data.calibres.get(code)
            if calibre is not None and (before is None or before.used != calibre.used):
                found.append(f"“{label}”的口径：本期起用{CALIBRES[calibre.used]}口径（{calibre.reason}）")
        return found

    @cached_property
    def boundaries(self) -> Boundaries:
        """The boundaries of the units."""
        return Boundaries.of(self.roster, self.scheme.tables["units"])

    @cached_property
    def calibres(self) -> dict[str, Calibre]:
        """The units whose boundary changed, as the new period sees them."""
        return self.boundaries.told(self.roster, self.scheme.period)

    def write(self, folder: Path) -> None:
        """Write the data folder."""
        values = list(self._values())
        columns = [name for name in _VALUE_COLUMNS if name != "calibre" or self.boundaries.spec is not None]
        write_csv(folder / "units.csv", self.sheet.header, [cells for _, cells in self.sheet.records(Remarks())])
        write_csv(folder / "values.csv", columns, [[row[name] for name in columns] for row in values])
        write_csv(folder / "items.csv", item_columns(self.scheme.tables), [])
        write_csv(folder / "evidence.csv", *self._evidence({n for row in values for n in numbers(row["evidence_id"])}))
        blank = sum(1 for row in values if not row["value"])
        write_bytes(folder / "SOURCE.md", self._source_page(blank).encode("utf-8"))

    def _values(self) -> Iterator[dict[str, str]]:
        """Base figures and blanks: unit by unit, indicator by indicator, base before current."""
        columns = self.scheme.tables["units"].columns
        turn = {name: number for number, name in enumerate(columns)}
        needed = sorted(self.scheme.needed(), key=lambda pair: (turn[pair[0]], pair[1]))
        for unit, (code, label) in enumerate(zip(self.roster.codes, self.roster.labels, strict=True)):
            excused = self.scheme.excused(code, label, _status(self.roster.table, unit))
            for name, when in (pair for pair in needed if pair not in excused):
                row = dict.fromkeys(_VALUE_COLUMNS, "") | {"unit_code": code, "unit_name": label, "indicator": name, "period": when}
                figure = None if when == str(self.scheme.period) else self._base(code, name, when)
                for series in self._series(unit, name, when):
                    cell = None if figure is None else _cell(figure, series)
                    yield row | {"calibre": series} | (self._blank(columns[name]) if cell is None else self._carried(cell, columns[name]))

    def _series(self, unit: int, name: str, when: str) -> tuple[str, ...]:
        """The series of a figure that the new period asks for; blank where there is only one."""
        if not self.boundaries.splits(unit, name):
            return ("",)
        if self.boundaries.used(unit, self.scheme.period) == "after":
            return ("after",)
        return ("before", "after") if self.boundaries.differ(unit, when) else ("",)

    def _base(self, code: str, name: str, when: str) -> Figure | None:
        """The figure as its own period used it, else as the last period had it for its base."""
        own = self.bases[when].figures.get((code, name, when)) if when in self.bases else None
        return own or self.data.figures.get((code, name, when))

    def _blank(self, quantity: Quantity) -> dict[str, str]:
        return {"stage": "reported", "uom": quantity.uom, "source": "、".join(quantity.source)}

    def _carried(self, cell: Cell, quantity: Quantity) -> dict[str, str]:
        """A base figure as it was used; one in a uom that the new period cannot convert has to be filed again."""
        if cell.uom and units_of_measure.factor(cell.uom, quantity.uom) is None:
            return self._blank(quantity) | {"note": f"上期以{cell.uom}计（{cell.raw}），不能换算为{quantity.uom}，请补填"}
        return {"stage": cell.stage, "value": cell.raw, "uom": cell.uom} | {name: getattr(cell, name) for name in COLUMNS}

    def _evidence(self, wanted: set[str]) -> tuple[list[str], list[list[str]]]:
        """The evidence that carried figures name."""
        header = [heading.name for heading in EVIDENCE_HEADINGS]
        known = {record["evidence_id"]: record for data in (*self.bases.values(), self.data) for record in data.evidence}
        return header, [[record.get(name, "") for name in header] for number, record in known.items() if number in wanted]

    def _source_page(self, blank: int) -> str:
        """Skeleton of SOURCE.md: what was carried, what is to be filled in, and a table of sources to complete."""
        columns = self.scheme.tables["units"].columns
        todo, rows = "（请填写）", []
        for name, when in sorted(self.scheme.needed(), key=lambda pair: (list(columns).index(pair[0]), pair[1])):
            quantity = columns[name]
            rows.append(f"| {quantity.label} | {when} | {quantity.uom or '—'} | {'、'.join(quantity.source) or todo} | {todo} |")
        listing = "\n".join(rows)
        return (
            f"# {self.scheme.id} {self.scheme.period} 数据来源说明\n\n"
            f"由 {self.last.period} 滚动生成：名单和基期数为上期所用，原样带入；共有{blank}个数据留空待填。\n"
            "填写后请逐项写明来源、取得日期和经办人；有模拟数据的，须在此说明。\n\n"
            f"{self._changes_page()}"
            f"## 来源\n| 指标 | 考核期 | 计量单位 | 数据来源 | 文件与取得日期 |\n|---|---|---|---|---|\n{listing}\n"
        )

    def _changes_page(self) -> str:
        listing = "".join(f"- {text}\n" for text in self.changes)
        return f"## 与上期不同\n{listing}\n" if listing else ""


def _read(scheme: Scheme, folder: Path) -> Dataset:
    """The figures of a period that is there; ``folder`` is that of the scheme."""
    return read_scheme(folder / str(scheme.period), scheme)[0]


def _status(units: Table, row: int) -> str:
    """How a unit takes part; blank is 参评."""
    column = units.columns.get(("participation", ""))
    return str((None if column is None else column.at(row)) or "ranked")


def _cell(figure: Figure, series: str) -> Cell | None:
    """The cell to carry of one series; one that was filed before the boundary changed is on the old one."""
    if not series:
        return figure.used
    cells = figure.series(series) or (figure.series("") if series == "before" else ())
    return Figure(cells).used if cells else None


def item_columns(tables: Mapping[str, TableSpec]) -> list[str]:
    """Header of items.csv for the child tables of a scheme."""
    own = dict.fromkeys(name for spec in tables.values() if spec.belongs_to for name in spec.columns)
    return ["table", "item_id", "unit_code", "item_name", *own, *COLUMNS]


def settings_text(last: Scheme, edition: Source, period: Period) -> str:
    """Text of the new period file. Readings and acceptances that the edition no longer has stand as comments, and so does what
    the last period did not assess: whether that still holds is to be decided anew, and so is each ruling."""
    settings: PeriodFile = last.settings
    readings = offered(edition, period)
    edition, _ = settle(edition, period)
    kept, dropped = [], []
    for name, choice in settings.readings.items():
        if choice in readings.get(name, ()):
            kept.append(f"  {name}: {choice}" + _as_ruled(settings.ruled.get(name)))
        else:
            dropped.append(f"上期选定的假设 {name}: {choice} 在本期适用的版本中已没有")
    known = {"edition", *(name for section in SECTIONS for name in edition.data.get(section) or {})}
    taking_part = ((edition.data.get("tables") or {}).get("units") or {}).get("participation") or {}
    known |= {"participation"} if taking_part.get("official") is False else set()
    accept = [name for name in settings.accept if name in known]
    dropped += [f"上期确认的 {name} 在本期适用的版本中已没有" for name in settings.accept if name not in known]
    lines = [
        f"# {last.meta.title} {period.label}：本期由分析员设定的内容。由 {last.period} 滚动生成，请逐项核对。".replace("\n", " "),
        "schema: 1",
        f"period: {period}",
        'as_of: ""  # 数据截止日期，如 2024-03-31',
        'prepared_by: ""  # 制表',
        "assumptions: {}" if not kept else "assumptions:",
        *kept,
        f"accept: [{', '.join(accept)}]",
        *(f"# {text}" for text in dropped),
    ]
    if settings.not_assessed:
        lines.append("# 上期不考核的指标如下；本期仍不考核的，请去掉行首的“# ”并改写理由")
        lines.append("# not_assessed:")
        lines += [f"#   {name}: {' '.join(reason.split())}" for name, reason in settings.not_assessed.items()]
    if settings.exemptions:
        lines.append("# 上期免评的如下；本期仍免评的，请去掉行首的“# ”，重新写明理由、批准机关和日期")
        lines.append("# exemptions:")
        for entry in settings.exemptions:
            reason = " ".join(entry.reason.split())
            lines.append(f'#   - {{unit: "{entry.unit}", indicator: {entry.indicator}, reason: "{reason}", by: "", date: ""}}')
    return "\n".join(lines) + "\n"


def _as_ruled(ruling: RuledReading | None) -> str:
    """A ruling of the last period, as a comment: it is to be made anew."""
    return "" if ruling is None else f"  # 上期裁定：{' '.join(ruling.reason.split())}（{' '.join(ruling.by.split())}，{ruling.date}）"

"""The figures of the units (values.csv): one row per unit, indicator, period and stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from ..errors import UsageError, nearest
from ..exact import Exact, exact, plain
from ..kinds.column import ZERO, Column, objects
from ..periods import Period
from ..scheme.tables import Quantity
from ..scoring.dataset import Cell, Figure
from ..terms import CALIBRES, STAGES, State
from .calibre import SERIES, Boundaries, Figures, Key, SeriesReader
from .evidence import EvidenceCheck
from .reading import Reading
from .remarks import Place, Remarks
from .roster import SUBTOTALS, TOTALS, Roster, UnitFinder
from .sheet import Heading, Sheet, standard
from .text import key, trimmed
from .trail import COLUMNS, FILING_COLUMNS, STAGE_WORDS, Trail, TrailReader
from .uom import spelled

HEADINGS: list[Heading] = standard(
    ["unit_code", "unit_name", "indicator", "period", "calibre", "stage", "value", "uom", *COLUMNS, *FILING_COLUMNS]
)
REQUIRED = ("unit_code|unit_name", "indicator", "period", "stage", "value")
_STAGE_ORDER = list(STAGES)
_MOST_NAMED = 20


@dataclass
class _Total:
    """A row that claims to be the sum of the others."""

    row: int
    series: str
    quantity: str
    period: str
    stage: str
    value: Exact
    raw: str


class _Said(NamedTuple):
    """What a row says beside unit and value; None for what it does not say (told)."""

    quantity: str | None
    period: str | None
    stage: str | None
    word: str | None
    trail: Trail
    uom: str


def place_cell(figures: Figures, where: Key, cell: Cell, state: State) -> None:
    """Put a cell at its stage; the state of the figure is that of the last stage."""
    stages = figures.cells.setdefault(where, {})
    stages[cell.stage] = cell
    if len(stages) == 1 or max(stages, key=_STAGE_ORDER.index) == cell.stage:
        figures.states[where] = state


class FigureReader:
    """Reads the rows of values.csv against the roster and the declared quantities, each into its series (口径).

    ``periods`` are those that may stand in the file: ``current`` and the bases that the scheme needs. Columns ``elsewhere`` (name → label)
    belong to other editions: they are noted and not read.
    """

    def __init__(
        self,
        sheet: Sheet,
        roster: Roster,
        boundaries: Boundaries,
        current: str,
        periods: frozenset[str],
        evidence: EvidenceCheck,
        remarks: Remarks,
        elsewhere: Mapping[str, str] | None = None,
    ) -> None:
        self._elsewhere = {key(word): label for name, label in (elsewhere or {}).items() for word in (name, label)}
        quantities = boundaries.quantities
        self.sheet, self.roster, self.quantities, self.remarks = sheet, roster, quantities, remarks
        self.current, self.periods = current, periods | {current}
        self.finder = UnitFinder(roster, sheet, remarks)
        self.trail = TrailReader(sheet, evidence, remarks)
        labels: dict[str, list[str]] = {}
        for name, quantity in quantities.items():
            labels.setdefault(key(quantity.label), []).append(name)
        self._indicators = {label: names[0] for label, names in labels.items() if len(names) == 1}
        self._indicators |= {key(name): name for name in quantities}
        self._periods = {spelling: period for period in self.periods for spelling in (period, key(Period.parse(period).label))}
        self.calibre = SeriesReader(sheet, boundaries, roster, remarks)
        self.series = {name: Figures() for name in SERIES}
        self._totals: list[_Total] = []
        apart = {"unit_code", "unit_name", "value", *FILING_COLUMNS}
        self._beside = itemgetter(*(index for name, index in sheet.columns.items() if name not in apart))
        self._known: dict[Any, _Said] = {}

    def read(self) -> dict[str, Figures]:
        """All figures by series; every fault is told to the remarks."""
        for row, cells in self.sheet.records(self.remarks):
            self._row(row, cells)
        self._reconcile()
        self._stages()
        return self.series

    def _row(self, row: int, cells: list[str]) -> None:
        unit = self.finder.known(cells)
        whole = unit is None and self._is_total(row, cells)
        if unit is None and not whole:
            unit = self.finder.find(row, cells)
        quantity, period, stage, word, trail, uom = self._said(row, cells)
        raw = cells[self.sheet.columns["value"]]
        if quantity is None:
            return
        at = self.sheet.place(row, "value")
        reading = self.sheet.read(row, cells, "value", self.quantities[quantity], self.remarks, uom, at)
        if whole:
            self._total(row, word or "", quantity, period, stage, raw, reading)
        if unit is None or period is None or stage is None or reading is None or word is None:
            return
        series = self.calibre.series(row, word, unit, quantity, period)
        if series is None:
            return
        cell = self._cell(at, cells, trail, (reading.value, raw, stage, uom), series)
        self._keep(cells, (unit, quantity, period), self.series[series], cell, reading.state, at)

    def _said(self, row: int, cells: list[str]) -> _Said:
        """What a row says beside unit and value: the same for all units, so it is judged once unless there is something to tell."""
        which = self._beside(cells)
        found = self._known.get(which)
        if found is None:
            before, columns = self.remarks.count, self.sheet.columns
            found = _Said(
                self._indicator(row, cells[columns["indicator"]]),
                self._period(row, cells[columns["period"]]),
                self._stage(row, cells[columns["stage"]] if "stage" in columns else ""),
                self.calibre.word(row, cells),
                self.trail.read(row, cells),
                (spelled(trimmed(cells[columns["uom"]])) if "uom" in columns else "") or self.sheet.uoms.get("value", ""),
            )
            if self.remarks.count == before:
                self._known[which] = found
        return found

    def _cell(self, at: Place, cells: list[str], trail: Trail, said: tuple[Exact | str | None, str, str, str], calibre: str = "") -> Cell:
        """What a row says (value, text, stage, unit of measure), with its trail and its place."""
        file, sheet, row, column = at
        return Cell(*said, *trail, file, sheet, row or 0, column, calibre, self.trail.filing(cells))

    def _keep(self, cells: list[str], where: Key, figures: Figures, cell: Cell, state: State, at: Place) -> None:
        """Put a figure in its place; a stage that is there already, or a later stage that says nothing, is told."""
        stages = figures.cells.get(where, {})
        if cell.stage in stages:
            unit, quantity, period = where
            words = f"{CALIBRES[cell.calibre]}口径" if cell.calibre else ""
            what = f"“{self.roster.labels[unit]}”{self.quantities[quantity].label} {period} {words}{STAGES[cell.stage]}"
            message = f"{what}与第{stages[cell.stage].row}行重复"
            self.remarks.error("figure.twice", message, "每个环节只能有一行，请保留正确的一行", at, cell.raw)
            return
        if cell.stage != "reported" and cell.value is None and not trimmed(cell.raw):
            self.remarks.error(
                "figure.blank_stage",
                f"{STAGES[cell.stage]}是空的：是尚未核定，还是核定为没有数据",
                "尚未核定请删去该行；核定为没有数据请填“缺失”",
                at,
            )
            return
        place_cell(figures, where, cell, state)

    # one cell ----------------------------------------------------------------------------------------------------------

    def _indicator(self, row: int, text: str) -> str | None:
        if text in self.quantities:
            return text
        found = self._indicators.get(key(text))
        if found is None and key(text) in self._elsewhere:
            at = self.sheet.place(row, "indicator")
            self.remarks.note("figure.other_edition", f"“{self._elsewhere[key(text)]}”是其他版本的数据，本期不用，供版本对照", at)
        elif found is None:
            at, known = self.sheet.place(row, "indicator"), [*self.quantities, *(q.label for q in self.quantities.values())]
            message = "没有这个指标" if trimmed(text) else "没有写指标"
            self.remarks.error("figure.indicator", message, nearest(trimmed(text), known), at, text)
        return found

    def _period(self, row: int, text: str) -> str | None:
        found = self._periods.get(text) or self._periods.get(key(text))
        if found is not None:
            return found
        at = self.sheet.place(row, "period")
        try:
            bare = key(text).upper()
            Period.parse(bare)
        except UsageError as error:
            self.remarks.error("figure.period_form", "考核期写法有误", str(error).rpartition("；")[2], at, text)
            return None
        if bare in self.periods:
            return bare
        listing = "、".join(sorted(self.periods, key=Period.parse, reverse=True))
        self.remarks.error("figure.period", "本期不用这个考核期的数据", f"本期需要的考核期：{listing}", at, text)
        return None

    def _stage(self, row: int, text: str) -> str | None:
        if text in STAGES:
            return text
        found = STAGE_WORDS.get(key(text))
        if found is None:
            known = [*STAGES, *STAGES.values()]
            message = "没有这个环节" if trimmed(text) else "没有写环节"
            self.remarks.error("figure.stage", message, nearest(trimmed(text), known), self.sheet.place(row, "stage"), text)
        return found

    # totals ------------------------------------------------------------------------------------------------------------

    def _is_total(self, row: int, cells: list[str]) -> bool:
        """Whether the row is a total; a subtotal is refused, since nobody says of what."""
        columns = self.sheet.columns
        code = cells[columns["unit_code"]] if "unit_code" in columns else ""
        name = cells[columns["unit_name"]] if "unit_name" in columns else ""
        words = {key(code), key(name)}
        if words & set(SUBTOTALS):
            self.remarks.error("figure.subtotal", "小计行无法核对", "请删除该行", self.sheet.place(row, "unit_name"), name or code)
            return True
        return bool(words & set(TOTALS)) and words <= {*TOTALS, ""}

    def _total(
        self, row: int, series: str, quantity: str, period: str | None, stage: str | None, raw: str, reading: Reading | None
    ) -> None:
        spec, at = self.quantities[quantity], self.sheet.place(row, "value")
        if reading is None or period is None or stage is None or reading.value is None:
            return
        if spec.type not in ("number", "integer") or isinstance(reading.value, str):
            self.remarks.error("figure.total_type", f"“{spec.label}”不是可加的数，不应有合计行", "请删除该行", at, raw)
            return
        self._totals.append(_Total(row, series, quantity, period, stage, reading.value, raw))

    def _reconcile(self) -> None:
        """A total row that equals the sum of the rows of its indicator, period and stage is accepted; another one is refused.

        Where units have two series the total says which one it adds, beside the figures of all others.
        """
        parts: dict[tuple[str, str, str, str], list[Exact]] = {
            (series, t.quantity, t.period, t.stage): [] for t in self._totals for series in SERIES
        }
        for series, (_, quantity, period), stages in (
            (name, where, stages) for name, figures in self.series.items() for where, stages in figures.cells.items() if parts
        ):
            for stage, cell in stages.items():
                if (series, quantity, period, stage) in parts and isinstance(cell.value, Exact):
                    parts[series, quantity, period, stage].append(cell.value)
        for total in self._totals:
            which = total.quantity, total.period, total.stage
            split = any(parts[series, *which] for series in CALIBRES)
            if split and not total.series:
                message = f"“{self.quantities[total.quantity].label}”有两种口径的数，合计行没有写按哪种口径"
                at = self.sheet.place(total.row, "calibre")
                self.remarks.error("figure.total_calibre", message, "请在合计行的口径一栏填“调整前”或“调整后”", at, total.raw)
                continue
            summed = parts["", *which] + (parts[total.series, *which] if total.series else [])
            found = sum(summed, exact(0))
            at, spec = self.sheet.place(total.row, "value"), self.quantities[total.quantity]
            if found == total.value:
                self.remarks.note("figure.total", f"“{spec.label}”合计行与各对象之和一致，未作为考核对象", at, total.raw)
            else:
                self.remarks.error(
                    "figure.total_differs",
                    f"“{spec.label}”合计为{plain(total.value)}{spec.uom}，{len(summed)}个对象之和为{plain(found)}{spec.uom}",
                    "请核对各行和合计，或删除合计行",
                    at,
                    total.raw,
                )

    # stages ------------------------------------------------------------------------------------------------------------

    def _stages(self) -> None:
        """Findings: a spot check of what nobody reported or verified; a later stage dated before an earlier one.

        Of a base year only the figure used need be there.
        """
        for (unit, quantity, period), stages in (item for figures in self.series.values() for item in figures.cells.items()):
            if len(stages) == 1 and "spot_check" not in stages:
                continue
            cells = sorted(stages.values(), key=lambda cell: _STAGE_ORDER.index(cell.stage))
            last, label = cells[-1], f"“{self.roster.labels[unit]}”{self.quantities[quantity].label} {period}"
            if last.stage == "spot_check" and len(cells) == 1 and period == self.current:
                at = self.sheet.place(last.row - 1, "stage")
                self.remarks.finding("figure.only_spot_check", f"{label}有抽查值，却没有填报值和核定值", "请补填报值或核定值", at)
            for before, after in pairwise(cells):
                if before.date and after.date and after.date < before.date:
                    at = self.sheet.place(after.row - 1, "date")
                    words = f"{label}的{STAGES[after.stage]}日期早于{STAGES[before.stage]}（第{before.row}行 {before.date}）"
                    self.remarks.finding("figure.date_order", words, "请核对日期", at, after.date)


def figures_of(
    found: Figures,
    roster: Roster,
    quantities: Mapping[str, Quantity],
    replaced: Mapping[Key, Sequence[Cell]],
    references: Mapping[Key, Sequence[Cell]],
) -> dict[tuple[str, str, str], Figure]:
    """Figures by (unit code, quantity, period), in the order of roster, scheme and time; stages in their order.

    ``replaced`` are cells that the record took the place of, ``references`` what other sources say.
    """
    turn = {name: number for number, name in enumerate(quantities)}
    figures = {}
    for where in sorted(found.cells, key=lambda k: (k[0], turn[k[1]], k[2])):
        if cells := _by_stage(found.cells[where]):
            unit, quantity, period = where
            others = _by_stage(found.others.get(where, {}))
            figures[roster.codes[unit], quantity, period] = Figure(
                cells, others, tuple(replaced.get(where, ())), tuple(references.get(where, ()))
            )
    return figures


def _by_stage(cells: Mapping[str, Cell]) -> tuple[Cell, ...]:
    return tuple([cells[stage] for stage in STAGES if stage in cells] if len(cells) > 1 else cells.values())  # most have one


def columns_of(found: Figures, roster: Roster, figures: Mapping[tuple[str, str, str], Figure]) -> dict[tuple[str, str], Column]:
    """One column per (quantity, period) over the roster; a unit without a figure is missing there."""
    size = len(roster)
    columns: dict[tuple[str, str], tuple[list[object], bytearray]] = {}
    for (code, quantity, period), figure in figures.items():
        column = quantity, period
        if column not in columns:
            columns[column] = [ZERO] * size, bytearray([State.MISSING]) * size
        (values, states), unit = columns[column], roster.rows[code]
        if (used := figure.cells[-1].value) is not None:  # the stages are in their order
            values[unit] = used
        states[unit] = found.states[unit, quantity, period]
    return {column: Column(objects(values), np.frombuffer(states, dtype=np.uint8)) for column, (values, states) in columns.items()}


def report_missing(
    found: Figures,
    roster: Roster,
    quantities: Mapping[str, Quantity],
    needed: frozenset[tuple[str, str]],
    excused: Sequence[frozenset[tuple[str, str]]],
    period: str,
    sheet: Sheet,
    remarks: Remarks,
) -> None:
    """Findings: figures that points depend on and that are missing (scoring treats them as missing). Required ones are faults.

    ``excused`` are the pairs that are not needed of each unit. A gap that a later stage than the filing states (核定为“缺失”) is
    settled and only noted.
    """
    missing = State.MISSING
    wanted = needed | {(name, period) for name, quantity in quantities.items() if quantity.required}
    turn = {name: number for number, name in enumerate(quantities)}
    for name, when in sorted(wanted, key=lambda pair: (turn[pair[0]], pair[1])):
        asked = [unit for unit in range(len(roster)) if (name, when) not in excused[unit]]
        gaps = [unit for unit in asked if found.states.get((unit, name, when), missing) == missing]
        settled = [unit for unit in gaps if set(found.cells.get((unit, name, when), {})) - {"reported"}]
        open_gaps = [unit for unit in gaps if unit not in settled]
        spec, label = quantities[name], f"{Period.parse(when).label}“{quantities[name].label}”"
        cells = [(unit, cell) for unit in gaps for cell in found.cells.get((unit, name, when), {}).values()]
        rows = {unit: cell.row - 1 for unit, cell in cells if cell.file == sheet.grid.file}

        def at(units: list[int], rows: Mapping[int, int] = rows) -> Place:
            row = next((rows[unit] for unit in units if unit in rows), None)
            return sheet.place(row, "" if row is None else "value")

        if settled:
            remarks.note("figure.confirmed_missing", f"{label}经核定没有数据：{_named(settled, roster)}", at(settled))
        if not open_gaps:
            continue
        message = f"{label}缺少数据：{_named(open_gaps, roster)}"
        if spec.required and when == period:
            remarks.error("figure.required", message, "该指标必须填写，请补报", at(open_gaps))
        else:
            # Nobody's figure: not a gap among others, but a period that is not filled in yet.
            code = "figure.none" if len(open_gaps) == len(asked) > 1 and when == period else "figure.missing"
            remarks.finding(code, message, "请补报；确无数据的，在核定值中填“缺失”", at(open_gaps))


def _named(units: list[int], roster: Roster) -> str:
    """Names of units, the first twenty."""
    if len(units) == len(roster) > 1:
        return f"全部{len(units)}个对象"
    names = "、".join(roster.labels[unit] for unit in units[:_MOST_NAMED])
    return f"{names}等{len(units)}个" if len(units) > _MOST_NAMED else names

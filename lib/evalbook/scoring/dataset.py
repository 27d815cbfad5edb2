"""The figures of one period in the shape that scoring reads: tables of columns, and each figure's origin.

A figure keeps everything the report must say about it: the text found, the file, sheet, row and column, the stages it
passed (填报 → 核定 → 抽查 → 复核), source, evidence, who and when.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from ..exact import Exact, exact
from ..kinds.column import ZERO, Column, objects
from ..terms import CONFIRMED, RECOGNISED, STAGES, STRUCK, State


@dataclass(frozen=True, slots=True)
class Filing:
    """Where a value stood in what was returned: file (relative to the period's folder), sheet, cell; sha256 of the file."""

    file: str
    sheet: str = ""
    cell: str = ""
    sha256: str = ""

    @property
    def place(self) -> str:
        """Where it stands, in one phrase; the file by its name alone.

        >>> Filing("_collected/001/returned/330100.xlsx", "指标", "F7").place
        '330100.xlsx “指标”F7'
        """
        where = f"“{self.sheet}”{self.cell}" if self.sheet else self.cell
        return f"{self.file.rpartition('/')[2]} {where}".strip()


class Cell(NamedTuple):
    """One value as filed at one stage. ``value`` is exact, in the quantity's own uom; None is missing (blank).

    ``filing`` is where a collected value stood in what the unit returned.
    """

    value: Exact | str | None
    raw: str
    stage: str
    uom: str = ""
    source: str = ""
    evidence_id: str = ""
    origin: str = "official"
    by: str = ""
    date: str = ""
    note: str = ""
    file: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""
    calibre: str = ""
    filing: Filing | None = None
    reason: str = ""
    department: str = ""
    entry: str = ""


class Figure(NamedTuple):
    """A value with its trail of stages, in order; the last stage present is the one used.

    ``others`` is the trail of the same figure on the other boundary (口径), for a unit whose boundary changed: it is shown and does
    not score. ``replaced`` are cells that a later entry of the record (核定记录) took the place of, ``references`` what other sources
    say of the same figure (旁证).
    """

    cells: tuple[Cell, ...]
    others: tuple[Cell, ...] = ()
    replaced: tuple[Cell, ...] = ()
    references: tuple[Cell, ...] = ()

    @property
    def used(self) -> Cell:
        """The cell whose value scoring uses: spot check before verified before reported."""
        return _latest(self.cells)

    @property
    def other(self) -> Cell | None:
        """The cell that would be used on the other boundary, None where there is none."""
        return _latest(self.others) if self.others else None

    @property
    def history(self) -> tuple[Cell, ...]:
        """Every value the figure ever had, those replaced among them: as filed by stage, then in the order of entry."""
        return tuple(sorted((*self.replaced, *self.cells), key=lambda c: (int(c.entry or 0), _ORDER[c.stage])))

    def series(self, calibre: str) -> tuple[Cell, ...]:
        """The trail on one boundary (``before``, ``after``), empty where it was not filed."""
        return tuple(cell for cell in (*self.cells, *self.others) if cell.calibre == calibre)

    @property
    def verified(self) -> bool:
        """Whether a department verified (or spot-checked) the figure."""
        return len(self.cells) > 1 or self.cells[0].stage != "reported"  # a figure has one cell of a stage

    def stage(self, name: str) -> Cell | None:
        """The cell of one stage, None when the figure did not pass it."""
        for cell in self.cells:  # no generator: asked of every figure again and again
            if cell.stage == name:
                return cell
        return None


#: Stages in the order in which a figure passes them.
_ORDER = {stage: number for number, stage in enumerate(STAGES)}


def _latest(cells: tuple[Cell, ...]) -> Cell:
    return cells[0] if len(cells) == 1 else max(cells, key=lambda c: _ORDER[c.stage])  # most have one


class ItemKey(NamedTuple):
    """Which row of which list: its number, and the values of the columns that the table names as its ``key``, as texts."""

    table: str
    unit_code: str
    item_id: str
    key: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """A row of a list with its trail.

    ``row`` is the row as filed (its value is None, its raw text the number), ``filed`` the value and state of each column in it.
    ``judged`` are the columns that can be verified: all but those that say which row it is. ``entries`` are what the record
    (核定记录) says, in its order, each about one column or, under a blank name, about the item as a whole: that everything is as
    filed (属实), that it is not recognised (不予认定), that it is recognised again (予以认定).
    """

    label: str
    row: Cell
    filed: Mapping[str, tuple[Exact | str | None, State]]
    judged: tuple[str, ...] = ()
    entries: tuple[tuple[str, Cell], ...] = ()

    def figure(self, column: str) -> Figure:
        """The trail of one column: the last entry of the highest stage is used. 属实 is an entry for every column."""
        value, state = self.filed[column]
        raw = "" if value is not None else state.label
        found = [cell if name else cell._replace(value=value, raw=raw) for name, cell in self._about(column)]
        return _trail(self.row._replace(value=value, raw=raw), found)

    @property
    def whole(self) -> Figure:
        """Whether the item is recognised (予以认定, as it is when filed, or 不予认定), with the trail of that."""
        said = [cell._replace(value=STRUCK if cell.value == STRUCK else RECOGNISED) for name, cell in self.entries if not name]
        return _trail(self.row._replace(value=RECOGNISED), said)

    @property
    def struck(self) -> bool:
        """Whether the item is not recognised: it is left out of scoring."""
        return bool(self.entries) and self.whole.used.value == STRUCK

    @property
    def unverified(self) -> tuple[str, ...]:
        """Columns that nobody has looked at; none where the item is struck out."""
        if not self.entries:
            return self.judged
        return () if self.struck else tuple(name for name in self.judged if not self._about(name))

    @property
    def verified(self) -> bool:
        """Whether somebody answered for the whole of it. A list without such columns asks only for the item itself."""
        return bool(self.entries) and not self.unverified

    @property
    def changed(self) -> tuple[str, ...]:
        """Columns whose used value is not the one filed."""
        return tuple(name for name in self.judged if self.used(name)[0] != self.filed[name][0]) if self.entries else ()

    def used(self, column: str) -> tuple[Exact | str | None, State]:
        """Value and state that scoring uses."""
        if not (self.entries and self._about(column)):
            return self.filed[column]
        cell = self.figure(column).used
        if cell.value is not None:
            return cell.value, State.OK
        return None, State.NOT_APPLICABLE if cell.raw == State.NOT_APPLICABLE.label else State.MISSING

    def _about(self, column: str) -> list[tuple[str, Cell]]:
        """Entries that say something of a column."""
        return [(name, cell) for name, cell in self.entries if name == column or (not name and cell.value == CONFIRMED)]


def _trail(filed: Cell, entries: Iterable[Cell]) -> Figure:
    """A filed value and what was entered of it, in order: within a stage the last entry stands, those before it are kept."""
    stages, replaced = {"reported": filed}, []
    for cell in entries:
        if cell.stage in stages:
            replaced.append(stages[cell.stage])
        stages[cell.stage] = cell
    return Figure(tuple(stages[stage] for stage in STAGES if stage in stages), replaced=tuple(replaced))


@dataclass(frozen=True)
class Calibre:
    """On which boundary (口径) a unit's figures score: the day of its change, the series used (``before``, ``after``), and why."""

    changed: str
    used: str
    reason: str
    basis: str = ""


@dataclass(frozen=True)
class Replaced:
    """A figure that a what-if run (试算) puts in the place of the one filed; ``old`` is None where there was none."""

    unit: str
    quantity: str
    period: str
    old: Exact | str | None
    new: Exact | str | None


@dataclass(frozen=True, slots=True)
class Appeal:
    """复核: an entry against a value. ``opened`` holds the value that is claimed, ``disputed`` the one in force then.

    Against an item of a list ``item`` says which, ``indicator`` the column, blank for whether the item is recognised. ``decided``
    holds the decision, None while it is open; ``result`` is one of ``terms.RESULTS``.
    """

    number: str
    unit_code: str
    indicator: str
    period: str
    disputed: str
    opened: Cell
    decided: Cell | None = None
    result: str = ""
    item: ItemKey | None = None


@dataclass(frozen=True)
class Table:
    """Rows of one table. ``keys`` are unit codes or item ids; ``columns`` maps (quantity, period or "") to a column.

    ``parent`` gives, for a child table, the row number of the unit each row belongs to. Text columns hold str values.
    """

    name: str
    keys: tuple[str, ...]
    columns: Mapping[tuple[str, str], Column] = field(default_factory=dict)
    parent: np.ndarray | None = None
    labels: tuple[str, ...] = ()
    origin: tuple[Cell, ...] = ()

    def __len__(self) -> int:
        return len(self.keys)

    def without(self, row: int) -> Table:
        """The table without one of its rows."""
        stays = np.arange(len(self)) != row

        def kept(items: tuple[Any, ...]) -> tuple[Any, ...]:
            return items[:row] + items[row + 1 :]

        columns = {key: Column(column.values[stays], column.states[stays]) for key, column in self.columns.items()}
        parent = None if self.parent is None else self.parent[stays]
        return Table(self.name, kept(self.keys), columns, parent, kept(self.labels), kept(self.origin))


def listed(name: str, columns: Iterable[str], items: Mapping[ItemKey, Item], units: Mapping[str, int]) -> Table:
    """The rows of one list that score: items with their used values, in their order, without those struck out.

    ``units`` maps a unit's code to its row.
    """
    rows = [(key, item) for key, item in items.items() if key.table == name and not item.struck]
    found = {}
    for column in columns:
        used = [item.used(column) for _, item in rows]
        values = objects([ZERO if value is None else value for value, _ in used])
        found[column, ""] = Column(values, np.array([state for _, state in used], dtype=np.uint8))
    return Table(
        name,
        tuple(key.item_id for key, _ in rows),
        found,
        np.array([units[key.unit_code] for key, _ in rows], dtype=int),
        tuple(item.label for _, item in rows),
        tuple(item.row for _, item in rows),
    )


@dataclass(frozen=True)
class Dataset:
    """All figures of one period of one scheme.

    ``tables["units"]`` has the attributes (group, participation, …) under period "" and the quantities under their period.
    ``figures`` maps (unit_code, quantity, period) to the figure's trail. ``evidence`` are the rows of evidence.csv. ``calibres`` has
    the units whose boundary changed, by code. ``replaced`` are figures that a what-if run changed. ``appeals`` are those entered in
    the record, in the order in which they were opened. ``earlier`` are the figures used in other periods for comparison only, by
    (unit code, quantity, period). ``items`` are all rows of all lists with their trails, struck ones too; ``tables`` hold those that
    score.
    """

    period: str
    tables: Mapping[str, Table]
    figures: Mapping[tuple[str, str, str], Figure] = field(default_factory=dict)
    evidence: tuple[Mapping[str, str], ...] = ()
    calibres: Mapping[str, Calibre] = field(default_factory=dict)
    replaced: tuple[Replaced, ...] = ()
    appeals: tuple[Appeal, ...] = ()
    earlier: Mapping[tuple[str, str, str], Cell] = field(default_factory=dict)
    items: Mapping[ItemKey, Item] = field(default_factory=dict)

    @cached_property
    def items_of(self) -> Mapping[tuple[str, str], Sequence[tuple[ItemKey, Item]]]:
        """The items of each (list, unit code), in their order."""
        found: dict[tuple[str, str], list[tuple[ItemKey, Item]]] = {}
        for which, item in self.items.items():
            found.setdefault((which.table, which.unit_code), []).append((which, item))
        return found

    @property
    def units(self) -> Table:
        """The roster."""
        return self.tables["units"]

    def with_values(self, values: Mapping[tuple[str, str, str], tuple[Exact | str | None, State]]) -> Dataset:
        """The same figures with other used values, by (unit code, quantity, period), for comparing evaluations. The trails stay."""
        units, rows = self.units, {code: row for row, code in enumerate(self.units.keys)}
        columns = dict(units.columns)
        for (code, quantity, period), (value, state) in values.items():
            old = columns[quantity, period]
            new_values, new_states = old.values.copy(), old.states.copy()
            new_values[rows[code]] = exact(0) if value is None else value
            new_states[rows[code]] = state
            columns[quantity, period] = Column(new_values, new_states)
        return replace(self, tables={**self.tables, "units": replace(units, columns=columns)})

    def with_item(self, key: ItemKey, item: Item) -> Dataset:
        """The same figures with another trail of one item, for comparing evaluations."""
        items, table = {**self.items, key: item}, self.tables[key.table]
        units = {code: row for row, code in enumerate(self.units.keys)}
        changed = listed(key.table, [column for column, _ in table.columns], items, units)
        return replace(self, items=items, tables={**self.tables, key.table: changed})

    def digest(self) -> str:
        """sha256 of everything that is said about the units: figures at every stage, attributes, items; not of who said it where.

        Neither the order in which figures were read nor the files they stood in change it.
        """

        def text(value: Exact | str | None) -> str | None:
            return None if value is None else str(value)

        tables = {
            name: {
                "keys": table.keys,
                "labels": table.labels,
                "parent": None if table.parent is None else table.parent.tolist(),
                "columns": {
                    f"{quantity}@{period}": [text(v) for v in column.listed()] for (quantity, period), column in table.columns.items()
                },
            }
            for name, table in self.tables.items()
        }
        figures = {
            "\t".join(key): {f"{c.stage} {c.calibre}".strip(): text(c.value) for c in (*figure.cells, *figure.others)}
            for key, figure in self.figures.items()
        }
        whole: dict[str, object] = {"period": self.period, "tables": tables, "figures": figures}
        entered = {
            "\t".join((*key[:3], *key.key)): [[name, cell.stage, text(cell.value)] for name, cell in item.entries]
            for key, item in self.items.items()
            if item.entries
        }
        whole |= {"items": entered} if entered else {}
        written = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(written.encode("utf-8")).hexdigest()

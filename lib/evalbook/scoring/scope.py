"""What a kind sees while the graph is walked: columns by name, the field, child rows, and texts for its sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from ..exact import Exact, exact, plain
from ..kinds.base import RankingView, Ref, Ruling
from ..kinds.column import Column, DrawsDiffer, objects
from ..kinds.measures.against import IN_YEAR
from ..periods import Period
from ..scheme.tables import Quantity
from ..terms import PARTICIPATIONS, Standing, State
from .dataset import Table

if TYPE_CHECKING:
    from .evaluate import Walk
    from .views import View

_KEYS = {"unit_code": "单位代码", "unit_name": "名称", "item_id": "项目编号"}
_PERIOD_WORDS = {"current": "本期", "previous": "上期", "year_before": "上年同期", IN_YEAR: "上期"}


class TableScope:
    """Scope of one table (see :class:`evalbook.kinds.base.OutcomeScope`)."""

    def __init__(self, walk: Walk, name: str, without: np.ndarray | None = None) -> None:
        """``without`` is the mask of the units that take no place in any field: they are exempt from the indicator looked at."""
        self._walk = walk
        self._name = name
        self._without = without
        self._made: dict[tuple[int, str], tuple[Any, Any]] = {}
        self._texts: dict[str, np.ndarray] = {}
        self._kept: dict[tuple[str, str], Column | None] = {}
        self._shown: dict[tuple[str, str], list[str | None]] = {}
        self._table: Table = walk.dataset.tables.get(name) or Table(name, (), parent=np.zeros(0, dtype=int))

    # values ------------------------------------------------------------------------------------------------------------

    def column(self, ref: Ref, period: str = "current") -> Column:
        """Values of a reference; a figure that was not filed at all is missing in every row."""
        if ref.kind == "result":
            column = self._walk.column(ref.name)
            return column if self._name == "units" else Column(column.values[..., self._units], column.states[self._units])
        if ref.kind == "number":
            return self._constant(ref.value)
        if ref.kind == "text":
            raise TypeError(f"text where a number belongs: {ref}")
        if self._begins(period):
            return self._constant(0)
        found = self._stored(ref.name, period)
        if found is None:
            return Column(self._constant(0).values, np.full(self.rows(), State.MISSING, dtype=np.uint8))
        return self._walk.in_arithmetic(found)

    def _stored(self, name: str, period: str) -> Column | None:
        if (name, period) not in self._kept:
            self._kept[name, period] = self._look_up(name, period)
        return self._kept[name, period]

    def _look_up(self, name: str, period: str) -> Column | None:
        if name == "participation":
            return Column(self.texts(Ref("column", name)), np.zeros(self.rows(), dtype=np.uint8))
        key = str(self._walk.scheme.at(period)) if self._name == "units" else ""
        return self._table.columns.get((name, key)) or self._table.columns.get((name, ""))

    def _begins(self, period: str) -> bool:
        """Whether the year so far is asked for in the first period of a year: then nothing has been counted."""
        return period == IN_YEAR and self._walk.scheme.at(period) == self._walk.scheme.period

    def _constant(self, value: Any) -> Column:
        if self.is_float():
            return Column(np.full(self.rows(), float(value)), np.zeros(self.rows(), dtype=np.uint8))
        return Column(objects([exact(value)] * self.rows()), np.zeros(self.rows(), dtype=np.uint8))

    def texts(self, ref: Ref) -> np.ndarray:
        """The reference as texts; a missing one is empty."""
        if ref.kind == "text":
            return objects([ref.value] * self.rows())
        if ref.kind == "column" and ref.name in ("unit_code", "item_id"):
            return objects(list(self._table.keys))
        if _is_participation(ref):
            return objects([self._walk.participation[unit].status for unit in self._units])
        if ref.kind == "result" and ref.name in self._walk.scheme.outcomes:
            waits = self.standings(ref) == Standing.PENDING
            return objects(["" if waits[row] else self.show(ref, row) for row in range(self.rows())])
        if ref.kind != "column":
            return objects([self.show(ref, row, blank="") for row in range(self.rows())])
        if ref.name not in self._texts:  # every field within a group asks for the same words
            self._texts[ref.name] = objects([self.show(ref, row, blank="") for row in range(self.rows())])
            self._texts[ref.name].flags.writeable = False
        return self._texts[ref.name]

    def type_of(self, ref: Ref) -> str:
        """``text`` for texts, dates and keys, else ``number``."""
        if ref.kind == "text" or (ref.kind == "column" and ref.name in _KEYS):
            return "text"
        quantity = self._quantity(ref)
        if quantity is not None:
            return "text" if quantity.type in ("text", "date") else "number"
        if ref.kind == "column":
            return "text"
        outcome = self._walk.scheme.outcomes.get(ref.name) if ref.kind == "result" else None
        return "text" if outcome is not None and not outcome.main.numeric else "number"

    def standings(self, ref: Ref) -> np.ndarray:
        """Standing of each row (its unit's, in a child table) under an outcome."""
        found = self._walk.decision(ref.name).standings
        return found if self._name == "units" else found[self._units]

    @property
    def _units(self) -> np.ndarray:
        """Row number of the unit that each row belongs to."""
        return np.arange(self.rows()) if self._table.parent is None else self._table.parent

    def field(self, among: Any, within: Ref | None, open_to: Sequence[str] = ()) -> tuple[np.ndarray, np.ndarray]:
        """Units that take part in rankings, or are admitted to this one, and meet ``among``; groups numbered in order of appearance."""
        member = np.ones(self.rows(), dtype=bool)
        if self._name == "units":
            member = np.array([p.ranked or p.status in open_to for p in self._walk.participation], dtype=bool)
        if self._without is not None:
            member &= ~self._without
        if among is not None:
            member &= among.holds(self)
        if within is None:
            return member, np.zeros(self.rows(), dtype=int)
        names = [str(t) for t in self.texts(within)]
        numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
        return member, np.array([numbers[name] for name in names], dtype=int)

    def child(self, table: str) -> tuple[TableScope, np.ndarray]:
        """Scope of a child table and, per child row, the row number of its unit."""
        scope = self._walk.scope(table)
        return scope, scope._units

    def rows(self) -> int:
        """Number of rows of the table."""
        return len(self._table)

    def item_ids(self) -> tuple[str, ...]:
        """Keys of the table's rows."""
        return self._table.keys

    def is_float(self) -> bool:
        """Whether the walk computes on float64."""
        return self._walk.floats

    # words -------------------------------------------------------------------------------------------------------------

    def show(self, ref: Ref, row: int, period: str = "current", *, blank: str = "缺失") -> str:
        """One value as text, without uom; a figure of many draws has no text (``DrawsDiffer``)."""
        if ref.kind == "text":
            return str(ref.value)
        if ref.kind == "number":
            return plain(ref.value)
        if ref.kind == "result":
            unit = row if self._table.parent is None else int(self._table.parent[row])
            if ref.name in self._walk.decisions:
                verdict = self._walk.decisions[ref.name].verdicts[unit]
                return _text(verdict)
            column = self._walk.column(ref.name)
            value = column.settled().at(unit)
            return (blank and State(int(column.states[unit])).label) if value is None else _text(value)
        if _is_participation(ref):
            return self._walk.participation[self._units[row]].label
        if ref.name == "unit_name" and self._table.labels:
            return self._table.labels[row]
        if self._begins(period):
            return "0"
        text = self._shown_texts(ref, period)[row]
        if text is not None:
            return text
        stored = self._stored(ref.name, period)
        apart = stored is not None and stored.states[row] == State.NOT_APPLICABLE
        return blank and (State.NOT_APPLICABLE.label if apart else blank)

    def _shown_texts(self, ref: Ref, period: str) -> list[str | None]:
        """The stored values of a column as texts, None where there are none: found once, for sentences ask row by row."""
        key = (ref.name, period)
        if key not in self._shown:
            stored, quantity = self._stored(ref.name, period), self._quantity(ref)
            values = [None] * self.rows() if stored is None else stored.settled().listed()
            said = _yes_or_no if quantity is not None and quantity.type == "yes_no" else _text
            self._shown[key] = [None if value is None else said(value) for value in values]
        return self._shown[key]

    def _quantity(self, ref: Ref) -> Quantity | None:
        return self._walk.scheme.quantity(self._name, ref.name) if ref.kind == "column" else None

    def uom(self, ref: Ref) -> str:
        """Unit of measure of a reference; empty for counts, texts and shares."""
        quantity = self._quantity(ref)
        if quantity is not None:
            return quantity.uom
        return self._walk.uom(ref.name) if ref.kind == "result" else ""

    def label(self, ref: Ref) -> str:
        """Chinese name of what a reference names."""
        if ref.kind == "result":
            return self._walk.scheme.label(ref.name)
        if ref.kind == "text":
            return PARTICIPATIONS.get(str(ref.value), str(ref.value))  # a condition compares $participation with its English word
        if ref.kind != "column":
            return self.show(ref, 0)
        quantity = self._quantity(ref)
        return quantity.label if quantity is not None else _KEYS.get(ref.name, ref.name)

    def column_sentence(self, measure: Any, row: int) -> str:
        """Sentence of a nested measure, or label and value of a reference."""
        if isinstance(measure, Ref):
            history = self._walk.scheme.periods.get(measure.name) if measure.kind == "result" else None
            if history is not None:
                chosen = self._walk.results[measure.name].variant
                column = self._walk.column(measure.name)
                return f"{self.label(measure)}：{history.models[int(chosen[row])][1].told(self, row, column.at(row))}"
            label, uom = self.once(measure, "words", lambda: (self.label(measure), self.uom(measure)))
            value = self.show(measure, row, blank="")
            return f"{label} {value}{uom}" if value else f"{label}缺失"
        value = self.once(measure, "compute", lambda: measure.compute(self)).at(row)
        return f"{self.column_label(measure)}缺失" if value is None else measure.told(self, row, value)

    def column_label(self, measure: Any) -> str:
        """Name of a nested measure or reference."""
        return self.label(measure) if isinstance(measure, Ref) else measure.title

    def row_name(self, row: int) -> str:
        """Name of a row of this table: of the unit, or of the item."""
        return self._table.labels[row] if self._table.labels else self._table.keys[row]

    def table_label(self, table: str) -> str:
        """Chinese name of a table."""
        return self._walk.scheme.tables[table].label

    def period_label(self, period: str) -> str:
        """The period as a reader calls it, e.g. 2022年."""
        return "年初" if self._begins(period) else f"{_PERIOD_WORDS[period]}（{self._walk.scheme.at(period).label}）"

    def day(self, which: str) -> date:
        """First (``period_start``) or last (``period_end``) day of the period evaluated."""
        period = self._walk.scheme.period
        return period.first_day if which == "period_start" else period.last_day

    def once(self, owner: Any, what: str, make: Callable[[], Any]) -> Any:
        """What ``make`` gives, worked out once for a model; the model is kept, so that no other can take its place."""
        key = (id(owner), what)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = (owner, make())
        return found[1]

    # other periods ----------------------------------------------------------------------------------------------------

    def period(self) -> Period:
        """The period evaluated."""
        return self._walk.scheme.period

    def view(self, period: Period) -> View | None:
        """The results of a period as the units of this one see them; None where there is no such period."""
        return self._walk.view(period)

    def new_period_command(self, period: Period) -> str:
        """What to type in order to add a period."""
        return f"evalbook new period {self._walk.scheme.id} {period} --from 已有的考核期"

    def assumptions_on(self, model: Any, field: str) -> list[str]:
        """Labels of the readings that assumptions offer for a field of a block of ``periods``."""
        scheme = self._walk.scheme
        names = {"*", *(name for name, variants in scheme.periods.items() if any(model is one for one in variants))}
        found = []
        for spec in (scheme.source.data.get("assumptions") or {}).values():
            for choice in (spec.get("alternatives") or {}).values():
                paths = [path.split(".") for path in choice.get("patch") or {}]
                if any(path[0] == "periods" and path[-1] == field and path[-2] in names for path in paths):
                    found.append(str(choice.get("label", "")))
        return found

    # for outcomes ------------------------------------------------------------------------------------------------------

    def ranking(self, name: str) -> RankingView:
        """A computed ranking; outcomes take one for all draws of a simulation (``DrawsDiffer``)."""
        view = self._walk.ranking(name)
        if view.of.values.ndim > 1:
            raise DrawsDiffer
        return view

    def outcome_variants(self, name: str) -> tuple[tuple[Any, np.ndarray], ...]:
        """The by-variants of another outcome, each with the mask of the units it is for."""
        variants = self._walk.scheme.outcomes[name]
        chosen = self._walk.choose_variant(variants)
        return tuple((model, chosen == number) for number, model in enumerate(variants))

    def group_name(self, ranking: str, row: int) -> str:
        """The group in which a ranking compares a unit; empty where it compares all."""
        within = self._walk.scheme.rankings[ranking].main.within
        return "" if within is None else self.show(within, row)

    def eligible(self) -> np.ndarray:
        """Units that may be rewarded, as they take part."""
        return self._walk.eligible_units

    def ruling(self, name: str) -> Ruling | None:
        """The ruling of the period file on an outcome."""
        entry = self._walk.scheme.settings.rulings.get(name)
        return None if entry is None else Ruling(tuple(entry.units), entry.by, entry.date, entry.reason)

    def unit_name(self, row: int) -> str:
        """Name of the unit in a row."""
        return self._walk.dataset.units.labels[row] if self._walk.dataset.units.labels else self.unit_key(row)

    def unit_key(self, row: int) -> str:
        """Code of the unit in a row."""
        return self._walk.dataset.units.keys[row]


def _is_participation(ref: Ref) -> bool:
    return ref.kind == "column" and ref.name == "participation"


def _yes_or_no(value: Any) -> str:
    return "是" if value == 1 else "否"


def _text(value: Any) -> str:
    """A value as a sentence shows it."""
    return plain(value) if isinstance(value, (Exact, int)) else str(value)

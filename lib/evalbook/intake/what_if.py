"""Figures of a what-if run (试算): another value in the place of the one used, read as strictly as one that was filed.

The cell keeps its place and trail, so that a reader finds the value that it stands in for; its nature (数据性质) is 试算.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..errors import Fault, Refused, UsageError, nearest
from ..exact import Exact, plain
from ..periods import Period
from ..scheme.definition import Scheme
from ..scheme.tables import Quantity
from ..scoring.dataset import Cell, Dataset, Replaced
from ..terms import STAGES
from .calibre import Figures
from .reading import read_cell
from .remarks import Place, Remarks
from .roster import Roster
from .text import key

_FILE = "试算设定"
#: What the figure's nature is called.
WHAT_IF = "试算"
_STAGES = list(STAGES)


def replace_figures(
    wanted: Mapping[tuple[str, str, str], str],
    found: Figures,
    roster: Roster,
    quantities: Mapping[str, Quantity],
    period: Period,
    bases: frozenset[str] = frozenset(),
) -> tuple[tuple[Replaced, ...], list[Fault]]:
    """Put the figures of a what-if into ``found``; what was replaced by what, and the faults of the values.

    ``wanted`` maps (unit, quantity, period or "") to the text of the value; units and quantities go by code, name or label. ``bases``
    are the other periods whose figures score.

    Raises
    ------
    UsageError
        There is no such unit or quantity, or the period's figures do not score.
    """
    remarks, replaced = Remarks(), []
    for (unit, quantity, when), text in wanted.items():
        row, name = _unit(unit, roster), _quantity(quantity, quantities)
        if when and when not in bases | {str(period)}:
            listing = "、".join(sorted({str(period), *bases}, reverse=True))
            raise UsageError(f"试算设定：本期不用{when}的数据；可用的所属期：{listing}")
        where = row, name, when or str(period)
        at = Place(_FILE, column=f"values.{roster.codes[row]}.{name}" + (f".{when}" if when else ""))
        reading = read_cell(text, quantities[name], at, remarks)
        if reading is None:
            continue
        cells = found.cells.get(where, {})
        stage = max(cells, key=_STAGES.index) if cells else "reported"
        old = cells.get(stage)
        was = "没有数据" if old is None else f"原值{_told(old.value, quantities[name])}"
        base = old or Cell(None, "", stage, file=_FILE)
        new = base._replace(value=reading.value, raw=text, uom=quantities[name].uom, origin=WHAT_IF, note=f"试算设定，{was}")
        found.cells[where] = {**cells, stage: new}
        found.states[where] = reading.state
        replaced.append(Replaced(roster.codes[row], name, where[2], old.value if old else None, reading.value))
    return tuple(replaced), [replace(fault, column="", path=fault.column) for fault in remarks.faults({})]


def with_figures(dataset: Dataset, scheme: Scheme) -> Dataset | None:
    """A dataset that has been read, with the figures of the scheme's what-if put in as :func:`replace_figures` does.

    None where only reading again can tell: a unit that is called neither by code nor by its name in the roster, and a figure that
    was not filed. Raises Refused with the faults of the values, UsageError for a quantity that there is not.
    """
    wanted, period, quantities = scheme.overrides.figures, scheme.period, scheme.tables["units"].columns
    units = dataset.units
    roster = Roster(list(units.keys), list(units.labels or units.keys), units)
    for row, (code, label) in enumerate(zip(roster.codes, roster.labels, strict=True)):
        roster.rows[code], roster.names[key(label)] = row, row
    found = Figures()
    for unit, quantity, when in wanted:
        known = roster.rows.get(unit, roster.names.get(key(unit)))
        if known is None:
            return None
        where = roster.codes[known], _quantity(quantity, quantities), when or str(period)
        if where not in dataset.figures:
            return None
        found.cells[(known, *where[1:])] = {cell.stage: cell for cell in dataset.figures[where].cells}
    bases = frozenset(when for _, when in scheme.needed()) - {str(period)}
    replaced, faults = replace_figures(wanted, found, roster, quantities, period, bases)
    if faults:
        raise Refused(faults)
    figures = dict(dataset.figures)
    for (row, quantity, when), cells in found.cells.items():
        where = roster.codes[row], quantity, when
        figures[where] = figures[where]._replace(cells=tuple(sorted(cells.values(), key=lambda cell: _STAGES.index(cell.stage))))
    values = {(one.unit, one.quantity, one.period): one.new for one in replaced}
    states = {(roster.codes[row], *rest): state for (row, *rest), state in found.states.items()}
    changed = dataset.with_values({where: (value, states[where]) for where, value in values.items()})
    return replace(changed, figures=figures, replaced=replaced)


def _told(value: Exact | str | None, quantity: Quantity) -> str:
    return "缺失" if value is None else value if isinstance(value, str) else plain(value) + quantity.uom


def _unit(word: str, roster: Roster) -> int:
    row = roster.rows.get(word, roster.names.get(key(word)))
    if row is None:
        raise UsageError(f"试算设定：没有考核对象“{word}”；{nearest(word, [*roster.labels, *roster.codes])}")
    return row


def _quantity(word: str, quantities: Mapping[str, Quantity]) -> str:
    found = [name for name, quantity in quantities.items() if word == name or key(word) == key(quantity.label)]
    if len(found) > 1:
        raise UsageError(f"试算设定：叫“{word}”的数据有{'、'.join(found)}；请写代号")
    if not found:
        known = [*quantities, *(quantity.label for quantity in quantities.values())]
        raise UsageError(f"试算设定：没有数据“{word}”；{nearest(word, known)}")
    return found[0]

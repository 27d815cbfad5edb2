"""核实: which department verifies which figures, and what stands beside each of them when it does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..exact import Exact, exact
from ..intake.filing.filers import UNIT, list_claims
from ..kinds.column import ZERO
from ..periods import Period
from ..scheme.scheme import Scheme
from ..scoring.dataset import Cell, Figure, Item, ItemKey
from ..scoring.evaluation import Evaluation
from ..terms import SELF_REPORTED

#: Who verifies what no other department is named for.
ORGANISER = "主办单位"


def departments(scheme: Scheme) -> dict[str, tuple[str, ...]]:
    """Quantity → departments that verify it: its own sources, else those of the indicators that read it, without those that report."""
    found: dict[str, list[str]] = {}
    readers: dict[str, list[str]] = {}
    for leaf in scheme.leaves():
        for name, _ in scheme.needed(leaf):
            readers.setdefault(name, []).extend(source for model in scheme.tree[leaf] for source in getattr(model, "source", ()))
    for name, quantity in scheme.tables["units"].columns.items():
        named = [source for source in quantity.source if source not in SELF_REPORTED]
        found[name] = named or [source for source in readers.get(name, ()) if source not in SELF_REPORTED] or [ORGANISER]
    return {name: tuple(dict.fromkeys(sources)) for name, sources in found.items()}


def list_departments(scheme: Scheme) -> dict[str, dict[str, tuple[str, ...]]]:
    """List → column → departments that verify it: its own sources, else those of the list, else those of the indicators that read the
    list, without those that report. Only lists that are the units' own word and that something reads: what a department or the office
    enters itself needs nobody else.
    """
    found = {}
    for table in (name for name, who in list_claims(scheme).items() if who == UNIT):
        spec = scheme.tables[table]
        readers = [
            source
            for leaf in scheme.leaves()
            if table in scheme.tables_of(leaf)
            for model in scheme.tree[leaf]
            for source in getattr(model, "source", ())
        ]
        found[table] = {
            column: next(filter(None, map(_verifying, (spec.columns[column].source, spec.source, readers))), (ORGANISER,))
            for column in spec.judged
        }
        if not spec.judged:  # then there is only the item itself to be recognised
            found[table] = {"": next(filter(None, map(_verifying, (spec.source, readers))), (ORGANISER,))}
    return found


def _verifying(sources: Sequence[str]) -> tuple[str, ...]:
    """Those of the sources that do not report themselves, each once."""
    return tuple(dict.fromkeys(source for source in sources if source not in SELF_REPORTED))


@dataclass(frozen=True)
class Peers:
    """What the other units of the same group have: number of values, lower quartile, median, upper quartile (nearest rank, exact)."""

    count: int
    low: Exact
    median: Exact
    high: Exact


@dataclass(frozen=True)
class Line:
    """One figure to be verified. ``figure`` is None where nobody filed any; ``earlier`` is what the last period used."""

    unit_code: str
    unit_name: str
    quantity: str
    period: str
    figure: Figure | None
    earlier: Cell | None
    peers: Peers | None

    @property
    def calibre(self) -> str:
        """The boundary that the figure is counted on, blank where that makes no difference."""
        return self.figure.used.calibre if self.figure is not None else ""


def lines(evaluation: Evaluation, *, every: bool = False) -> list[Line]:
    """The figures that points depend on, in the order of scheme, time and roster: those not verified yet, or ``every`` one."""
    scheme, dataset = evaluation.scheme, evaluation.dataset
    order = list(scheme.tables["units"].columns)
    needed = {pair for pair in scheme.needed() if pair[0] in order} | {(name, period) for _, name, period in dataset.figures}
    groups, found = _groups(evaluation), []
    for name, period in sorted(needed, key=lambda pair: (order.index(pair[0]), Period.parse(pair[1]))):
        if (name, period) not in dataset.units.columns and period != str(scheme.period):
            continue
        for row, code in enumerate(evaluation.unit_codes):
            figure = dataset.figures.get((code, name, period))
            excused = (name, period) in scheme.excused(code, evaluation.unit_names[row], evaluation.walk.participation[row].status)
            if figure is None and (excused or (name, period) not in scheme.needed()):
                continue
            if every or figure is None or not figure.verified:
                earlier = dataset.earlier.get((code, name, str(Period.parse(period).previous())))
                peers = _peers(evaluation, name, period, groups[row], groups)
                found.append(Line(code, evaluation.unit_names[row], name, period, figure, earlier, peers))
    return found


@dataclass(frozen=True)
class ItemLine:
    """One item of a list to be verified."""

    which: ItemKey
    unit_name: str
    item: Item


def item_lines(evaluation: Evaluation, *, every: bool = False) -> list[ItemLine]:
    """The items of lists that must be verified, list after list in the order of the files: those not verified yet, or ``every`` one."""
    names = dict(zip(evaluation.unit_codes, evaluation.unit_names, strict=True))
    return [
        ItemLine(which, names[which.unit_code], item)
        for table in list_departments(evaluation.scheme)
        for which, item in evaluation.dataset.items.items()
        if which.table == table and (every or not item.verified)
    ]


def _groups(evaluation: Evaluation) -> list[str]:
    """Group of each unit, blank where the roster has none."""
    column = evaluation.dataset.units.columns.get(("group", ""))
    return ["" if value is None else str(value) for value in column.listed()] if column else [""] * len(evaluation.unit_codes)


def _peers(evaluation: Evaluation, name: str, period: str, group: str, groups: Sequence[str]) -> Peers | None:
    column = evaluation.dataset.units.columns.get((name, period))
    if column is None or evaluation.scheme.tables["units"].columns[name].type not in ("number", "integer"):
        return None
    values = sorted(value for value, one in zip(column.listed(), groups, strict=True) if value is not None and one == group)
    return quartiles(values)


def quartiles(values: Sequence[Exact]) -> Peers | None:
    """Of sorted values; None for none.

    >>> quartiles([exact(n) for n in (1, 2, 3, 10)])
    Peers(count=4, low=mpq(1,1), median=mpq(5,2), high=mpq(3,1))
    """
    if not values:
        return None
    size = len(values)
    middle = (values[(size - 1) // 2] + values[size // 2]) / exact(2)
    return Peers(size, values[(size - 1) // 4], middle, values[(3 * size + 3) // 4 - 1])


# --- what verification made of the figures ------------------------------------------------------------------------------------


@dataclass
class Difference:
    """Figures of one unit or department: how many, verified, changed, cut and raised; by how much they were changed, per uom."""

    figures: int = 0
    verified: int = 0
    changed: int = 0
    cut: int = 0
    raised: int = 0
    spot_checked: int = 0


@dataclass(frozen=True)
class Change:
    """One quantity of one unit (or of all) whose value verification changed: sums of what was reported and what is used."""

    who: str
    quantity: str
    period: str
    reported: Exact
    used: Exact

    @property
    def amount(self) -> Exact:
        """Used minus reported: negative for a cut (核减)."""
        return self.used - self.reported

    @property
    def share(self) -> Exact | None:
        """The change as a share of what was reported; None where nothing was reported."""
        return self.amount / self.reported if self.reported else None


def differences(evaluation: Evaluation, by: str) -> dict[str, Difference]:
    """Counts per ``unit`` (name) or ``department``; a figure that two departments verify counts with both."""
    names = dict(zip(evaluation.unit_codes, evaluation.unit_names, strict=True))
    whose = departments(evaluation.scheme) if by == "department" else {}
    found: dict[str, Difference] = {}
    for (code, quantity, _), figure in evaluation.dataset.figures.items():
        reported, used, verified = figure.stage("reported"), figure.used, figure.verified
        amount = difference(reported, used)
        for who in (names[code],) if by == "unit" else whose[quantity]:
            one = found.setdefault(who, Difference())
            one.figures += 1
            if not verified:  # what was filed is used
                continue
            one.verified += 1
            one.spot_checked += figure.stage("spot_check") is not None
            one.changed += reported is not None and used.value != reported.value
            one.cut += amount is not None and amount < 0
            one.raised += amount is not None and amount > 0
    return found


def difference(reported: Cell | None, used: Cell) -> Exact | None:
    """Used minus reported, where both are numbers."""
    if reported is None or not isinstance(reported.value, Exact) or not isinstance(used.value, Exact):
        return None
    return ZERO if used is reported else used.value - reported.value


def changes(evaluation: Evaluation, by: str) -> list[Change]:
    """Numbers that verification changed, summed per ``unit`` or ``department``, quantity and period; all sums of that quantity count.

    Units are only summed within one quantity, so that nothing of two units of measure is ever added.
    """
    names = dict(zip(evaluation.unit_codes, evaluation.unit_names, strict=True))
    whose = departments(evaluation.scheme) if by == "department" else {}
    columns = evaluation.scheme.tables["units"].columns
    sums: dict[tuple[str, str, str], list[Exact]] = {}
    compared = [
        ([(who, quantity, period) for who in ((names[code],) if by == "unit" else whose[quantity])], figure, amount)
        for (code, quantity, period), figure in evaluation.dataset.figures.items()
        if columns[quantity].type != "yes_no" and (amount := difference(figure.stage("reported"), figure.used)) is not None
    ]
    touched = {key for keys, _, amount in compared if amount for key in keys}
    for keys, figure, _ in compared:
        for key in keys:
            if key in touched:
                pair = sums.setdefault(key, [exact(0), exact(0)])
                pair[0] += figure.cells[0].value
                pair[1] += figure.used.value
    return [Change(*key, *pair) for key, pair in sums.items()]


@dataclass
class ListDifference:
    """Items of one list: how many, verified, with a changed value, struck out, and synthetic ones."""

    items: int = 0
    verified: int = 0
    changed: int = 0
    struck: int = 0
    synthetic: int = 0


def list_differences(evaluation: Evaluation) -> dict[str, ListDifference]:
    """Counts per list that has items and must be verified, or of which an item was changed or struck out."""
    found: dict[str, ListDifference] = {}
    wanted = list_departments(evaluation.scheme)
    for which, item in evaluation.dataset.items.items():
        if which.table in wanted or item.entries:
            one = found.setdefault(which.table, ListDifference())
            one.items += 1
            one.verified += item.verified
            one.struck += item.struck
            one.changed += bool(item.changed) and not item.struck
            one.synthetic += item.row.origin == "synthetic"
    return found


@dataclass(frozen=True)
class ItemChange:
    """What verification made of an item: a column (blank: the item as a whole) with its trail; it was changed or struck out."""

    which: ItemKey
    unit_name: str
    item: Item
    column: str
    figure: Figure


def item_changes(evaluation: Evaluation) -> Iterator[ItemChange]:
    """Every struck item and every changed column of the others, in the order of the files."""
    names = dict(zip(evaluation.unit_codes, evaluation.unit_names, strict=True))
    for which, item in evaluation.dataset.items.items():
        if item.struck:
            yield ItemChange(which, names[which.unit_code], item, "", item.whole)
        else:
            for column in item.changed:
                yield ItemChange(which, names[which.unit_code], item, column, item.figure(column))


@dataclass(frozen=True)
class Reliance:
    """Points of one unit and those of them that rest on a figure or an item of its own that nobody verified."""

    points: Exact
    unverified: Exact
    indicators: tuple[str, ...]

    @property
    def share(self) -> Exact | None:
        """Share of the points; None where there are none."""
        return self.unverified / self.points if self.points else None


def reliance(evaluation: Evaluation) -> dict[str, Reliance]:
    """Unit name → how much of its points rests on unverified data: Σ points of the indicators of which one of the unit's own figures,
    or one of its items in a list that the indicator reads, is unverified ÷ Σ points of all its indicators.
    """
    needed = {leaf: evaluation.scheme.needed(leaf) for leaf in evaluation.leaves}
    read = {leaf: evaluation.scheme.tables_of(leaf) for leaf in evaluation.leaves}
    open_figures = {which for which, figure in evaluation.dataset.figures.items() if not figure.verified}
    open_lists = {(line.which.unit_code, line.which.table) for line in item_lines(evaluation)}
    found = {}
    for row, (code, name) in enumerate(zip(evaluation.unit_codes, evaluation.unit_names, strict=True)):
        total, open_points, open_leaves = exact(0), exact(0), []
        for leaf in evaluation.leaves:
            points = evaluation.points(leaf, row)
            if points is None:
                continue
            total += points
            if any((code, *pair) in open_figures for pair in needed[leaf]) or any((code, table) in open_lists for table in read[leaf]):
                open_points += points
                open_leaves.append(leaf)
        found[name] = Reliance(total, open_points, tuple(open_leaves))
    return found

"""Who files what: units their own figures and lists, departments what the scheme names them as the source of, the office the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ...kinds.column import Column
from ...scheme.models import Leaf
from ...scheme.scheme import Scheme
from ..calibre import Boundaries
from ..roster import Roster

#: Kinds of filers, as they stand in the id of a form.
UNIT, DEPARTMENT, OFFICE, ALL = "unit", "department", "office", "all"
#: How the office that evaluates is called on its own form.
OFFICE_LABEL = "主办单位"
#: A source that ends like this is the unit itself; one that begins like that is a document, which nobody but the office can file.
_SELF = ("上报", "自报", "填报", "报送")
_DOCUMENTS = ("附表", "附件", "另行下发", "文件", "考核期文件")


@dataclass(frozen=True)
class Filer:
    """Somebody who fills in a form: a unit (by its code), a department (by its name), or the office."""

    kind: str
    code: str
    label: str

    @property
    def key(self) -> str:
        """Kind and code in one word, for records."""
        return f"{self.kind}:{self.code}"

    @property
    def file_name(self) -> str:
        """Name of its form: characters that a file system may refuse are left out."""
        name = "".join(c for c in self.label if c.isalnum() or c in "-_（）()·")[:60]
        return f"{self.code}-{name}.xlsx" if self.kind == UNIT else f"{'汇总' if self.kind == ALL else '部门'}-{name}.xlsx"


@dataclass(frozen=True)
class Field:
    """One figure to be filed: of which unit (row of the roster), which quantity, for which period, on which boundary (口径)."""

    unit: int
    quantity: str
    period: str
    calibre: str = ""

    @property
    def key(self) -> str:
        """How a form calls it, the unit apart.

        >>> Field(0, "trade", "2023", "before").key, Field(0, "trade", "2023").key
        ('trade@2023@before', 'trade@2023')
        """
        return "@".join(filter(None, (self.quantity, self.period, self.calibre)))


@dataclass(frozen=True)
class Line:
    """A line of the indicator table: the dimension and indicator it stands under, its fields, or the list to fill in instead."""

    dimension: str
    indicator: str
    clause: str
    fields: tuple[Field, ...] = ()
    table: str = ""


@dataclass(frozen=True)
class Filings:
    """What every filer of a period files, worked out from the scheme: only what this period's results depend on."""

    scheme: Scheme
    roster: Roster
    boundaries: Boundaries

    @cached_property
    def filers(self) -> tuple[Filer, ...]:
        """Everybody who files anything: units in the order of the roster, then departments, then the office."""
        found = [Filer(UNIT, code, label) for code, label in zip(self.roster.codes, self.roster.labels, strict=True)]
        names = dict.fromkeys((*self._quantity_filers.values(), *self._table_filers.values()))
        found += [Filer(DEPARTMENT, name, name) for name in names if name not in (UNIT, OFFICE)]
        found += [Filer(OFFICE, OFFICE, OFFICE_LABEL)] if OFFICE in names else []
        return tuple(filer for filer in found if self.tables(filer) or any(line.fields for line in self.lines(filer)))

    def tables(self, filer: Filer) -> tuple[str, ...]:
        """The child tables that a filer fills in."""
        return tuple(name for name, who in self._table_filers.items() if who == _who(filer))

    def units(self, filer: Filer) -> Sequence[int]:
        """The rows of the roster that a filer files for: itself, or everybody."""
        return [self.roster.rows[filer.code]] if filer.kind == UNIT else range(len(self.roster))

    def lines(self, filer: Filer) -> tuple[Line, ...]:
        """The indicator table of a filer in the document's order: each figure once, under the first indicator that needs it."""
        units, who = self.units(filer), _who(filer)
        found, seen = [], set[tuple[str, str]]()
        for dimension, indicator, clause, pairs, tables in self._document:
            own = [pair for pair in pairs if pair not in seen and self._quantity_filers[pair[0]] == who]
            seen.update(own)
            fields = tuple(field for pair in own for unit in units for field in self._fields(unit, *pair))
            lists = [name for name in tables if self._table_filers.get(name) == who]
            if fields:
                found.append(Line(dimension, indicator, clause, fields))
            found += [Line(dimension, indicator, clause, table=name) for name in lists if not fields]
        return tuple(found)

    @cached_property
    def keys(self) -> frozenset[tuple[str, str]]:
        """(quantity, period) of everything that is filed."""
        return frozenset(self._wanted)

    # --- who ------------------------------------------------------------------------------------------------------------------

    @cached_property
    def _wanted(self) -> list[tuple[str, str]]:
        """What is needed or required this period, in the order of the columns, earlier periods first."""
        columns = self.scheme.tables["units"].columns
        turn = {name: number for number, name in enumerate(columns)}
        required = {(name, str(self.scheme.period)) for name, quantity in columns.items() if quantity.required}
        return sorted(self.scheme.needed() | required, key=lambda pair: (turn[pair[0]], pair[1]))

    @cached_property
    def _quantity_filers(self) -> dict[str, str]:
        columns = self.scheme.tables["units"].columns
        return {name: columns[name].filed_by or filed_by(columns[name].source) for name, _ in self._wanted}

    @cached_property
    def _table_filers(self) -> dict[str, str]:
        return list_filers(self.scheme)

    # --- what -----------------------------------------------------------------------------------------------------------------

    @cached_property
    def _document(self) -> list[tuple[str, str, str, list[tuple[str, str]], list[str]]]:
        """(dimension, indicator, clause, figures needed, lists read) in the order of the document; what no indicator reads comes last."""
        scheme, found = self.scheme, []
        turn = {pair: number for number, pair in enumerate(self._wanted)}
        rest, lists = dict.fromkeys(self._wanted), dict.fromkeys(self._table_filers)
        for dimension, leaf in self._leaves():
            model = scheme.tree[leaf].main
            if getattr(model, "not_assessed", ""):
                continue
            pairs = sorted(scheme.needed(leaf) & turn.keys(), key=turn.__getitem__)
            tables = [name for name in self._table_filers if name in scheme.tables_of(leaf)]
            found.append((dimension, scheme.label(leaf), getattr(model, "clause", ""), pairs, tables))
            for pair in pairs:
                rest.pop(pair, None)
            for name in tables:
                lists.pop(name, None)
        columns = scheme.tables["units"].columns
        for name in dict.fromkeys(name for name, _ in rest):
            found.append(("", columns[name].label, columns[name].clause, [pair for pair in rest if pair[0] == name], []))
        found += [("", scheme.tables[name].label, "", [], [name]) for name in lists]
        return found

    def _leaves(self) -> Iterator[tuple[str, str]]:
        """(label of the branch below the root, leaf)."""
        seen = set[str]()
        for root in self.scheme.roots:
            for model in self.scheme.tree[root]:
                for child in getattr(model, "children", [root]):
                    for leaf in self.scheme.leaves(child):
                        if leaf not in seen:
                            seen.add(leaf)
                            yield (self.scheme.label(child) if leaf != child else ""), leaf

    def _fields(self, unit: int, quantity: str, period: str) -> Iterator[Field]:
        """The fields of one figure of one unit: none where it is excused, one per boundary where it has two."""
        if (quantity, period) in self._excused[unit]:
            return
        if not self.boundaries.splits(unit, quantity):
            yield Field(unit, quantity, period)
        elif self.boundaries.used(unit, self.scheme.period) == "after":
            yield Field(unit, quantity, period, "after")
        elif self.boundaries.differ(unit, period):
            yield Field(unit, quantity, period, "before")
            yield Field(unit, quantity, period, "after")
        else:
            yield Field(unit, quantity, period)

    @cached_property
    def _excused(self) -> list[frozenset[tuple[str, str]]]:
        column: Column | None = self.roster.table.columns.get(("participation", ""))
        statuses = ["ranked"] * len(self.roster) if column is None else [status or "ranked" for status in column.listed()]
        known: dict[tuple[str, ...], frozenset[tuple[str, str]]] = {}
        found = []
        exempt = {entry.unit for entry in self.scheme.settings.exemptions}
        for code, label, status in zip(self.roster.codes, self.roster.labels, map(str, statuses), strict=True):
            which = (code, status) if {code, label} & exempt else (status,)
            if which not in known:
                known[which] = self.scheme.excused(code, label, status)
            found.append(known[which])
        return found


def filed_by(sources: Sequence[str]) -> str:
    """Who files what has these sources: the unit where one of them is the unit's own report or none is named; a document is typed in
    by the office; else the first department.

    >>> filed_by(["省商务厅", "地方上报"]), filed_by([]), filed_by(["市统计局", "市财政局"]), filed_by(["附表"])
    ('unit', 'unit', '市统计局', 'office')
    """
    if not sources or any(source.endswith(_SELF) for source in sources):
        return UNIT
    return OFFICE if sources[0].startswith(_DOCUMENTS) else sources[0]


def list_claims(scheme: Scheme) -> dict[str, str]:
    """Whose word the rows of each list are that is read: as the table says, else as the sources of the indicators say."""
    leaves = [
        (model, scheme.tables_of(leaf))
        for leaf in scheme.leaves()
        for model in scheme.tree[leaf]
        if isinstance(model, Leaf) and not model.not_assessed
    ]
    found = {}
    for name, spec in scheme.tables.items():
        if spec.belongs_to and name in scheme.tables_read:
            found[name] = spec.filed_by or filed_by([source for leaf, tables in leaves if name in tables for source in leaf.source])
    return found


def list_filers(scheme: Scheme) -> dict[str, str]:
    """Who is asked for the rows of each list that is read: whose word they are; raters, who rate all units, are asked by the office."""
    tables = scheme.tables
    return {
        name: OFFICE if tables[name].across_units == "fine" and not tables[name].filed_by else who
        for name, who in list_claims(scheme).items()
    }


def _who(filer: Filer) -> str:
    """The filer as quantities and tables name it."""
    return filer.code if filer.kind == DEPARTMENT else UNIT if filer.kind == ALL else filer.kind


#: One form for all units: whoever gathers their figures fills it in.
EVERYBODY = Filer(ALL, ALL, "全部考核对象")

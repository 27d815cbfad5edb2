"""One scheme as it holds for one period: the edition that governs the year, with the period's choices carried out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from ..errors import Fault
from ..kinds.base import Kind, Measure, Ref, once, refs_in
from ..kinds.conditions import Condition
from ..kinds.fields import AnyMeasure
from ..kinds.history import History
from ..kinds.measures.against import IN_YEAR, PERIODS
from ..kinds.outcomes import AnyOutcome
from ..kinds.outcomes.base import Outcome
from ..kinds.ranking import Ranking
from ..periods import Period
from .bounds import Bounds
from .by import Choice
from .doubts import Doubts
from .models import Branch, Change, EditionMeta, Leaf, Node, PeriodFile, RuledReading
from .overrides import Overrides
from .source import Source
from .tables import PARTICIPATION, ParticipationSpec, Quantity, TableSpec

T = TypeVar("T")
#: Types of columns that have no error: answers, words, days.
FIXED = ("yes_no", "text", "date")
#: Sections of an edition whose blocks are results, with what a block of each is.
SECTIONS: dict[str, Any] = {"measures": AnyMeasure, "tree": Node, "rankings": Ranking, "outcomes": AnyOutcome, "periods": History}


@dataclass(frozen=True)
class Variants(Generic[T]):
    """A block of the edition, once or, with ``by``, once per combination of keys."""

    models: tuple[tuple[tuple[Choice, ...], T], ...]

    @property
    def main(self) -> T:
        """The first variant: label, clause and shape, which do not vary."""
        return self.models[0][1]

    def __iter__(self) -> Iterator[T]:
        return (model for _, model in self.models)


@dataclass(frozen=True)
class Chosen:
    """An assumption with the reading that this period uses, and what its patch changed. ``options`` are all readings, in words.

    ``ruling`` is who chose it, when and why, as far as the period file says; ``tried`` marks the choice of a what-if.
    """

    name: str
    clause: str
    silent: str
    choice: str
    label: str
    is_default: bool
    options: Mapping[str, str]
    changed: tuple[tuple[str, Any, Any], ...] = ()
    ruling: RuledReading | None = None
    tried: bool = False

    @property
    def alternatives(self) -> dict[str, str]:
        """The readings not chosen: code → words."""
        return {name: label for name, label in self.options.items() if name != self.choice}

    @property
    def basis(self) -> str:
        """What the reading rests on."""
        return "试算" if self.tried else "裁定" if self.ruling else "默认" if self.is_default else "本期选定"

    @property
    def explained(self) -> bool:
        """Whether a reader can know why it is read so: as the edition is written, or with who decided it, when and why."""
        return self.is_default or self.ruling is not None

    def coded(self, *codes: str) -> str:
        """Readings with their codes, as a period file names them."""
        return "；".join(f"{code}：{self.options[code]}" for code in codes)


@dataclass(frozen=True)
class Amendment:
    """One parameter of the edition that the period file changes: what it was and is, why, by whom and when.

    A path with a wildcard changes several parameters, each an amendment of its own.
    """

    path: str
    old: Any
    new: Any
    change: Change


@dataclass(frozen=True)
class Scheme:
    """A validated scheme: what scoring walks.

    ``source`` is the patched YAML that it was read from, ``settings_source`` the period file. ``changes`` are the (path, old, new)
    of the period file and of a what-if, ``amendments`` those of the period file with their reasons, ``trial`` those of the what-if
    alone, which ``overrides`` asked for; ``told`` are checks that it does not pass any more. ``elsewhere`` are columns and attributes
    of units (name → label) that only other editions know; ``as_read`` is how the file was read, for trials of this scheme: as it was
    written and as it holds.
    """

    id: str
    period: Period
    edition_file: str
    meta: EditionMeta
    tables: Mapping[str, TableSpec]
    measures: Mapping[str, Variants[Any]]
    tree: Mapping[str, Variants[Any]]
    rankings: Mapping[str, Variants[Ranking]]
    outcomes: Mapping[str, Variants[Any]]
    periods: Mapping[str, Variants[History]]
    assumptions: tuple[Chosen, ...]
    settings: PeriodFile
    source: Source
    settings_source: Source
    changes: tuple[tuple[str, Any, Any], ...] = ()
    files: tuple[str, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    checks: Doubts = field(default_factory=Doubts)
    bounds: Bounds = field(default_factory=Bounds)
    trial: tuple[tuple[str, Any, Any], ...] = ()
    overrides: Overrides = field(default_factory=Overrides)
    told: tuple[Fault, ...] = ()
    as_read: tuple[Any, ...] = field(default=(), compare=False, repr=False)

    @property
    def bounds_from(self) -> str:
        """Which file states the bounds of a study of robustness."""
        edition, period = self.source.data.get("robustness") is not None, self.settings.robustness is not None
        return "、".join([*(["版本文件"] if edition else []), *(["考核期文件"] if period else [])]) or "默认"

    @property
    def varied(self) -> frozenset[str]:
        """Quantities of the units that a study may vary: numbers that points rest on."""
        found = {name: self.quantity("units", name) for name, _ in self.needed(*self.roots)} if self.roots else {}
        return frozenset(name for name, spec in found.items() if spec is not None and spec.type not in FIXED)

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """Nodes of the tree that are nobody's child."""
        children = {c for v in self.tree.values() for model in v if isinstance(model, Branch) for c in model.children}
        return tuple(name for name in self.tree if name not in children)

    def leaves(self, name: str | None = None) -> list[str]:
        """Leaves below a node (or of the whole tree), in the document's order."""
        starts = self.roots if name is None else [name]
        found: list[str] = []
        for start in starts:
            for model in self.tree[start]:
                if isinstance(model, Leaf):
                    if start not in found:
                        found.append(start)
                else:
                    found += [leaf for child in model.children for leaf in self.leaves(child) if leaf not in found]
        return found

    @property
    def names(self) -> list[str]:
        """Every result, section by section."""
        return [name for section in SECTIONS for name in getattr(self, section)]

    @property
    def others(self) -> tuple[Period, ...]:
        """Other periods whose results are read, in time order, whether they exist or not."""
        found = {period for variants in self.periods.values() for model in variants for period in model.window(self.period)}
        return tuple(sorted(found - {self.period}))

    def called(self, period: Period) -> str:
        """What the document calls a period."""
        words = {"period": period.label, "year": str(period.year), "next_year": str(period.year + 1)}
        return self.meta.period_label.format_map(words)

    @cached_property
    def edges(self) -> Mapping[str, tuple[str, ...]]:
        """What each block reads of this period's results, in all its variants."""
        return {name: tuple(dict.fromkeys(o for model in group for o in result_refs(model))) for name, group in self._groups().items()}

    @cached_property
    def columns_read(self) -> Mapping[str, frozenset[str]]:
        """Names of the columns, of whatever table, that each block reads or is chosen by."""
        return {
            name: frozenset(
                [
                    *(ref.local.name for model in group for ref in refs_in(model)),
                    *(choice.attribute for choices, _ in group.models for choice in choices),
                ]
            )
            for name, group in self._groups().items()
        }

    def _groups(self) -> dict[str, Any]:
        """Every block by its name, with its variants."""
        return {name: group for section in SECTIONS for name, group in getattr(self, section).items()}

    def section_of(self, name: str) -> str:
        """Which section holds a name; empty when none does."""
        return self._section_of.get(name, "")

    @cached_property
    def _section_of(self) -> dict[str, str]:
        return {name: section for section in reversed(SECTIONS) for name in getattr(self, section)}

    def label(self, name: str) -> str:
        """Chinese label of a result or of a units column."""
        section = self.section_of(name)
        if section:
            return getattr(getattr(self, section)[name].main, "label", "") or name
        found = self.quantity("units", name)
        return found.label if found else name

    def quantity(self, table: str, name: str) -> Quantity | None:
        """A column or attribute of a table, 参评方式 among them; None when it has none of that name."""
        spec = self.tables.get(table)
        own = None if spec is None else spec.columns.get(name) or spec.attributes.get(name)
        return PARTICIPATION if own is None and spec is not None and name == "participation" else own

    @property
    def participation(self) -> ParticipationSpec:
        """How units take part."""
        return self.tables["units"].participation

    def needed(self, *starts: str, but: frozenset[str] = frozenset()) -> frozenset[tuple[str, str]]:
        """(quantity, period id) of the units table that points and outcomes, or the blocks named, depend on; ``but`` are left out.

        Nodes not assessed this period need nothing; a ranking that is only set beside a published one does without.
        """
        return self._needed_by(starts, but) if starts or but else self._needed

    @cached_property
    def _needed(self) -> frozenset[tuple[str, str]]:
        return self._needed_by((), frozenset())

    def _needed_by(self, starts: tuple[str, ...], but: frozenset[str]) -> frozenset[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        columns = self.tables["units"].columns
        names = list(starts)
        if not starts:
            rules = self.participation.rules
            names = [*self.tree, *self.outcomes, *(name for rule in rules for name in result_refs(rule))]
            found = {(ref.name, str(self.period)) for rule in rules for _, ref, _ in column_refs(rule) if ref.name in columns}
        seen = set(but)
        while names:
            name = names.pop()
            section = self.section_of(name)
            if name in seen or not section:
                continue
            seen.add(name)
            chosen_by = {choice.attribute for choices, _ in getattr(self, section)[name].models for choice in choices}
            found |= {(attribute, str(self.period)) for attribute in chosen_by if attribute in columns}
            for model in getattr(self, section)[name]:
                if isinstance(model, Leaf) and model.not_assessed:
                    continue
                names += result_refs(model)
                for table, ref, period in column_refs(model):
                    if not table and not ref.table and ref.name in columns:
                        found.add((ref.name, str(self.at(period))))
        return frozenset(found)

    def excused(self, code: str, label: str, status: str) -> frozenset[tuple[str, str]]:
        """Of what is needed, what is not needed of one unit: what only an indicator reads from which it is exempt, and of a unit
        without a task (``status``) all but what the rankings that are open to it read."""
        exempt = frozenset(e.indicator for e in self.settings.exemptions if e.unit in (code, label))
        if status != "no_task":
            return self.needed() - self.needed(but=exempt) if exempt else frozenset()
        open_to_it = [name for name, variants in self.rankings.items() if status in variants.main.open_to]
        return self.needed() - (self.needed(*open_to_it, but=exempt) if open_to_it else frozenset())

    @cached_property
    def tables_read(self) -> frozenset[str]:
        """Tables of which some block reads a figure or counts the rows."""
        models = (*(model for _, model in self.blocks()), *self.participation.rules)
        return frozenset[str]().union(*(self.tables_in(model) for model in models))

    def tables_of(self, name: str) -> frozenset[str]:
        """The tables that one block reads, itself or through the results it depends on."""
        found: set[str] = set()
        names, seen = [name], set[str]()
        while names:
            name = names.pop()
            section = self.section_of(name)
            if name in seen or not section:
                continue
            seen.add(name)
            for model in getattr(self, section)[name]:
                found |= self.tables_in(model)
                names += result_refs(model)
        return frozenset(found)

    def tables_in(self, model: Any) -> set[str]:
        """The tables that a block itself reads."""
        if isinstance(model, Leaf) and model.not_assessed:
            return set()
        figures = self.tables["units"].columns
        return {table or "units" for table, name in _tables_named(model) if table or name in figures}

    def blocks(self) -> Iterator[tuple[tuple[str, str], Any]]:
        """Every block of the graph with its (section, name), variants one by one."""
        for section in SECTIONS:
            for name, group in getattr(self, section).items():
                for model in group:
                    yield (section, name), model

    def at(self, period: str) -> Period:
        """The period that current, previous, year_before or previous_in_year means; the last is this one at the beginning of a year."""
        return self._at[period]

    @cached_property
    def _at(self) -> dict[str, Period]:
        now = self.period
        in_year = now if now.number == 1 else now.previous()
        return {"current": now, "previous": now.previous(), "year_before": now.year_before(), IN_YEAR: in_year}

    def digest(self) -> str:
        """sha256 of the scheme as it holds for this period."""
        text = json.dumps(self.source.data, ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()


@once
def parts(value: Any) -> Iterator[tuple[str, Any]]:
    """Everything inside a block, the block first, each with the child table (or "") whose rows it speaks of."""
    return _parts(value, "")


def _parts(value: Any, table: str) -> Iterator[tuple[str, Any]]:
    yield table, value
    if isinstance(value, BaseModel):
        inner, of_child = (value.child_table(), value.of_child) if isinstance(value, (Measure, Outcome)) else ("", ())
        for name in type(value).model_fields:
            yield from _parts(getattr(value, name), inner if inner and name in of_child else table)
    elif isinstance(value, (dict, list, tuple)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _parts(item, table)


@once
def conditions_in(block: Any) -> Iterator[tuple[str, Condition]]:
    """Every condition of a block, with the child table (or "") whose rows it speaks of."""
    return ((table, part) for table, part in parts(block) if isinstance(part, Condition))


@once
def column_refs(value: Any) -> Iterator[tuple[str, Ref, str]]:
    """(child table or "", column reference, period) for everything a block reads from this period's figures."""
    if isinstance(value, History) and not value.reads_current:
        return
    for table, part in parts(value):
        if isinstance(part, Ref) and part.kind == "column":
            yield table, part, "current"
        elif isinstance(part, Kind):
            subject = getattr(part, part.name())
            for period in (getattr(part, name) for name in ("against", "to", "at") if name in type(part).model_fields):
                if isinstance(period, str) and period in PERIODS and isinstance(subject, Ref) and subject.kind == "column":
                    yield table, subject, period


@once
def _tables_named(block: Any) -> Iterator[tuple[str, str]]:
    """(table or "", column) of what a block reads, and (table, "") of the lists whose rows it goes through."""
    found = dict.fromkeys((ref.table or table, ref.name) for table, ref, _ in column_refs(block))
    children = (part.child_table() for _, part in parts(block) if isinstance(part, (Measure, Outcome)))
    yield from (found | {(table, ""): None for table in children if table})


@once
def result_refs(model: Any) -> list[str]:
    """Names of this period's results that a block reads: the edges of the graph."""
    if isinstance(model, History) and not model.reads_current:
        return []
    names = [ref.name for ref in refs_in(model) if ref.kind == "result"]
    if isinstance(model, Branch):
        names += model.children
    for attribute in ("by", "shortlist"):
        value = getattr(model, attribute, None)
        if isinstance(value, str):
            names.append(value)
    return list(dict.fromkeys(names))

"""One scheme as it holds for one period: the edition that governs the year, with the period's choices carried out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from ..errors import Fault, Refused, UsageError, nearest
from ..kinds.base import Kind, Measure, Ref, refs_in
from ..kinds.fields import AnyMeasure
from ..kinds.measures.against import PERIODS
from ..kinds.outcomes import AnyOutcome
from ..kinds.outcomes.base import Outcome
from ..kinds.ranking import Ranking
from ..periods import Period
from .by import Choice, fix, settle, variants
from .models import Branch, EditionFile, EditionMeta, Leaf, Node, PeriodFile
from .patch import apply_patch
from .source import Source, load_yaml
from .tables import TableSpec
from .validate import validate

T = TypeVar("T")
SECTIONS: dict[str, Any] = {"measures": AnyMeasure, "tree": Node, "rankings": Ranking, "outcomes": AnyOutcome}
PERIOD_FOLDER = "periods"


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
    """An assumption with the reading that this period uses, and what its patch changed."""

    name: str
    clause: str
    silent: str
    choice: str
    label: str
    is_default: bool
    alternatives: tuple[str, ...]
    changed: tuple[tuple[str, Any, Any], ...] = ()


@dataclass(frozen=True)
class Scheme:
    """A validated scheme: what scoring walks. ``source`` is the patched YAML that it was read from."""

    id: str
    period: Period
    edition_file: str
    meta: EditionMeta
    tables: Mapping[str, TableSpec]
    measures: Mapping[str, Variants[Any]]
    tree: Mapping[str, Variants[Any]]
    rankings: Mapping[str, Variants[Ranking]]
    outcomes: Mapping[str, Variants[Any]]
    assumptions: tuple[Chosen, ...]
    settings: PeriodFile
    source: Source
    changes: tuple[tuple[str, Any, Any], ...] = ()
    files: tuple[str, ...] = ()
    notes: tuple[Fault, ...] = field(default=())

    @property
    def roots(self) -> list[str]:
        """Nodes of the tree that are nobody's child."""
        children = {c for v in self.tree.values() for model in v if isinstance(model, Branch) for c in model.children}
        return [name for name in self.tree if name not in children]

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

    def section_of(self, name: str) -> str:
        """Which section holds a name; empty when none does."""
        return next((s for s in SECTIONS if name in getattr(self, s)), "")

    def label(self, name: str) -> str:
        """Chinese label of a result or of a units column."""
        section = self.section_of(name)
        if section:
            return getattr(getattr(self, section)[name].main, "label", "") or name
        units = self.tables["units"]
        found = units.columns.get(name) or units.attributes.get(name)
        return found.label if found else name

    def needed(self, *starts: str) -> frozenset[tuple[str, str]]:
        """(quantity, period id) of the units table that points and outcomes, or the blocks named, depend on.

        Nodes not assessed this period need nothing; a ranking that is only set beside a published one does without.
        """
        found: set[tuple[str, str]] = set()
        columns = self.tables["units"].columns
        names = list(starts) or [*self.tree, *self.outcomes]
        seen: set[str] = set()
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

    def blocks(self) -> Iterator[tuple[tuple[str, str], Any]]:
        """Every block of the graph with its (section, name), variants one by one."""
        for section in SECTIONS:
            for name, group in getattr(self, section).items():
                for model in group:
                    yield (section, name), model

    def at(self, period: str) -> Period:
        """The period that current, previous or year_before means."""
        return {"current": lambda: self.period, "previous": self.period.previous, "year_before": self.period.year_before}[period]()

    def digest(self) -> str:
        """sha256 of the scheme as it holds for this period."""
        text = json.dumps(self.source.data, ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()


def column_refs(value: Any, table: str = "") -> Iterator[tuple[str, Ref, str]]:
    """(child table or "", column reference, period) for everything a model reads from figures."""
    if isinstance(value, Ref):
        if value.kind == "column":
            yield table, value, "current"
        return
    if isinstance(value, Kind):
        against = [getattr(value, n) for n in ("against", "to", "at") if n in type(value).model_fields]
        subject = getattr(value, value.name())
        for period in against:
            if isinstance(period, str) and period in PERIODS and isinstance(subject, Ref) and subject.kind == "column":
                yield table, subject, period
        inner, of_child = (value.child_table(), value.of_child) if isinstance(value, (Measure, Outcome)) else ("", ())
        for name in type(value).model_fields:
            yield from column_refs(getattr(value, name), inner if inner and name in of_child else table)
        return
    if hasattr(type(value), "model_fields"):
        for name in type(value).model_fields:
            yield from column_refs(getattr(value, name), table)
    elif isinstance(value, dict):
        for item in value.values():
            yield from column_refs(item, table)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from column_refs(item, table)


def result_refs(model: Any) -> list[str]:
    """Names of results that a block reads: the edges of the graph."""
    names = [ref.name for ref in refs_in(model) if ref.kind == "result"]
    if isinstance(model, Branch):
        names += model.children
    for attribute in ("by", "shortlist"):
        value = getattr(model, attribute, None)
        if isinstance(value, str):
            names.append(value)
    return list(dict.fromkeys(names))


# --- loading -----------------------------------------------------------------------------------------------------------


def scheme_ids(root: Path) -> list[str]:
    """Schemes that have parameters."""
    folder = root / "params"
    return sorted(p.name for p in folder.iterdir() if p.is_dir() and any(p.glob("*.yaml"))) if folder.is_dir() else []


def period_ids(root: Path, scheme: str) -> list[str]:
    """Periods of a scheme that have a period file, in time order."""
    found = [p.stem for p in (root / "params" / scheme / PERIOD_FOLDER).glob("*.yaml")]
    return sorted(found, key=lambda text: Period.parse(text))


def find(root: Path, scheme: str, period: str) -> Period:
    """The period, or UsageError naming the nearest scheme or the known periods."""
    ids = scheme_ids(root)
    if scheme not in ids:
        raise UsageError(f"没有名为“{scheme}”的考核办法；{nearest(scheme, ids)}")
    parsed = Period.parse(period)
    known = period_ids(root, scheme)
    if str(parsed) not in known:
        raise UsageError(
            f"考核办法“{scheme}”没有考核期“{period}”；已有：{'、'.join(known) or '无'}。"
            f"新增用 evalbook new period {scheme} {period} --from 上一期"
        )
    return parsed


def edition_sources(root: Path, scheme: str) -> list[Source]:
    """Every edition of a scheme, oldest first."""
    folder = root / "params" / scheme
    return [load_yaml(path, f"params/{scheme}/{path.name}") for path in sorted(folder.glob("*.yaml"))]


def choose_edition(sources: list[Source], scheme: str, year: int) -> Source:
    """The edition that governs the evaluated year; Refused when none or more than one does."""
    governing, faults, spans = [], [], []
    for source in sources:
        meta, found = validate(EditionMeta, source, source.data.get("edition"), ("edition",))
        faults += found
        if meta is not None:
            spans.append(f"{source.file}（{meta.governs.from_}—{'今' if meta.governs.to == '9999' else meta.governs.to}）")
            if int(meta.governs.from_) <= year <= int(meta.governs.to):
                governing.append(source)
    if not faults and len(governing) != 1:
        problem = f"没有适用于{year}年的版本" if not governing else f"{year}年同时适用多个版本：" + "、".join(s.file for s in governing)
        faults = [Fault("edition.dates", problem, "现有版本：" + "、".join(spans) + "；请核对 edition.governs", file=f"params/{scheme}")]
    if faults:
        raise Refused(faults)
    return governing[0]


def load_scheme(root: Path, scheme: str, period: str, *, overrides: Mapping[str, Any] | None = None) -> Scheme:
    """Load the scheme for one period. All faults of its files are raised at once."""
    when = find(root, scheme, period)
    sources = edition_sources(root, scheme)
    edition = choose_edition(sources, scheme, when.year)
    settings_source = load_yaml(root / "params" / scheme / PERIOD_FOLDER / f"{when}.yaml", f"params/{scheme}/{PERIOD_FOLDER}/{when}.yaml")
    return build_scheme(
        scheme, when, edition, settings_source, overrides=overrides, files=(*(s.file for s in sources), settings_source.file)
    )


def build_scheme(
    scheme: str,
    period: Period,
    edition: Source,
    settings_source: Source,
    *,
    overrides: Mapping[str, Any] | None = None,
    files: tuple[str, ...] = (),
) -> Scheme:
    """Validate an edition and a period file, carry out the choices, and return the scheme."""
    settings, faults = validate(PeriodFile, settings_source, settings_source.data)
    settled, found = settle(edition, period)
    faults += found
    main, found = _validate_edition(settled, period)
    faults += found
    if settings is None or main is None:
        raise Refused(faults)
    if settings.period != str(period):
        faults.append(
            settings_source.fault("period.name", "考核期与文件名不一致", ("period",), value=settings.period, remedy=f"应为“{period}”")
        )
    chosen, patched, found = _choose(edition, main, settings, settings_source)
    faults += found
    patched, changes, found = _settle_changes(patched, settled, settings, settings_source, overrides or {})
    faults += found
    patched, _ = settle(patched, period)
    if faults:
        raise Refused(faults)
    final, found = _validate_edition(patched, period)
    blocks, more = _blocks(patched, period)
    if final is None or more:
        raise Refused(list(dict.fromkeys(found + more)))
    result = Scheme(
        id=scheme,
        period=period,
        edition_file=edition.file,
        meta=final.edition,
        tables=final.tables,
        measures=blocks["measures"],
        tree=blocks["tree"],
        rankings=blocks["rankings"],
        outcomes=blocks["outcomes"],
        assumptions=chosen,
        settings=settings,
        source=patched,
        changes=changes,
        files=files,
    )
    from .lint import lint_scheme

    errors = [f for f in lint_scheme(result) if f.severity == "error"]
    if errors:
        raise Refused(errors)
    return result


def _validate_edition(source: Source, period: Period) -> tuple[EditionFile | None, list[Fault]]:
    """The whole file, each block with its first variant; other variants are validated when the blocks are built."""
    flat = {
        key: {name: variants(raw, period)[0][1] for name, raw in value.items()}
        if key in SECTIONS and isinstance(value, dict)
        else fix(value, period)
        for key, value in source.data.items()
    }
    return validate(EditionFile, source, flat)


def _choose(
    edition: Source, main: EditionFile, settings: PeriodFile, settings_source: Source
) -> tuple[tuple[Chosen, ...], Source, list[Fault]]:
    faults: list[Fault] = []
    chosen: list[Chosen] = []
    patched = edition
    for name in settings.assumptions:
        if name not in main.assumptions:
            faults.append(
                settings_source.fault(
                    "assumption.unknown", f"没有名为“{name}”的假设", ("assumptions", name), remedy=nearest(name, main.assumptions)
                )
            )
    for name, assumption in main.assumptions.items():
        choice = settings.assumptions.get(name, assumption.default_name)
        options = [*assumption.default, *assumption.alternatives]
        changed: list[tuple[str, Any, Any]] = []
        if choice not in options:
            faults.append(
                settings_source.fault(
                    "assumption.choice", f"假设“{name}”没有这种读法", ("assumptions", name), value=choice, remedy=nearest(choice, options)
                )
            )
            continue
        if choice in assumption.alternatives:
            at = ("assumptions", name, "alternatives", choice, "patch")
            patched, changed, found = apply_patch(patched, assumption.alternatives[choice].patch, origin=edition, at=at)
            faults += found
        others = tuple(assumption.label(o) for o in options if o != choice)
        chosen.append(
            Chosen(
                name,
                assumption.clause,
                assumption.silent,
                choice,
                assumption.label(choice),
                choice == assumption.default_name,
                others,
                tuple(changed),
            )
        )
    return tuple(chosen), patched, faults


def _settle_changes(
    patched: Source, settled: Source, settings: PeriodFile, settings_source: Source, overrides: Mapping[str, Any]
) -> tuple[Source, tuple[tuple[str, Any, Any], ...], list[Fault]]:
    """The period file's own changes, the nodes it does not assess, and what-if overrides, in this order."""
    faults: list[Fault] = []
    changes: list[tuple[str, Any, Any]] = []
    for number, change in enumerate(settings.changes):
        patched, changed, found = apply_patch(patched, {change.path: change.value}, origin=settings_source, at=("changes", number))
        changes += changed
        faults += found
    tree = settled.data.get("tree") or {}
    for name, reason in settings.not_assessed.items():
        if name not in tree or "children" in tree[name]:
            leaves = [n for n, node in tree.items() if isinstance(node, dict) and "children" not in node]
            faults.append(
                settings_source.fault(
                    "not_assessed.unknown", f"没有名为“{name}”的指标", ("not_assessed", name), remedy=nearest(name, leaves)
                )
            )
            continue
        patched, _, _ = apply_patch(patched, {f"tree.{name}.not_assessed": reason}, origin=settings_source, at=("not_assessed",))
    if overrides:
        origin = Source(dict(overrides), "--set")
        patched, changed, found = apply_patch(patched, overrides, origin=origin, at=())
        changes += changed
        faults += found
    return patched, tuple(changes), faults


def _blocks(source: Source, period: Period) -> tuple[dict[str, dict[str, Variants[Any]]], list[Fault]]:
    faults: list[Fault] = []
    blocks: dict[str, dict[str, Variants[Any]]] = {section: {} for section in SECTIONS}
    for section, annotation in SECTIONS.items():
        for name, raw in (source.data.get(section) or {}).items():
            models = []
            for choices, variant in variants(raw, period):
                model, found = validate(annotation, source, variant, (section, name))
                faults += [f for f in found if f not in faults]
                models.append((choices, model))
            blocks[section][name] = Variants(tuple(models))
    return blocks, faults

"""Loading a scheme for one period: the edition that governs the year, with the period's choices carried out, checked as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from ..errors import Fault, Refused, UsageError, nearest
from ..periods import Period
from .bounds import Bounds
from .by import absent, fix, inside, locate, problems, settle, variants
from .checks import lint_scheme
from .definition import SECTIONS, Amendment, Chosen, Scheme, Variants, column_refs, result_refs
from .doubts import Doubts
from .folders import PERIOD_FOLDER, find, period_file, period_ids, scheme_ids
from .models import Assumption, EditionMeta, EditionShape, Leaf, PeriodFile, Years
from .overrides import ORIGIN, Overrides, tolerated
from .patch import apply_patch
from .source import PathKey, Source, load_yaml
from .tables import TableSpec
from .validate import ready, validate

__all__ = [
    "PERIOD_FOLDER",
    "SECTIONS",
    "Scheme",
    "Variants",
    "build_scheme",
    "choose_edition",
    "column_refs",
    "edition_sources",
    "find",
    "load_scheme",
    "period_ids",
    "result_refs",
    "scheme_ids",
]


def edition_sources(root: Path, scheme: str) -> list[Source]:
    """Every edition of a scheme, oldest first. Refused with the faults of all files that cannot be read."""
    sources, faults = [], []
    for path in sorted((root / "params" / scheme).glob("*.yaml")):
        try:
            sources.append(load_yaml(path, f"params/{scheme}/{path.name}"))
        except Refused as refused:
            faults += refused.faults
    if faults:
        raise Refused(faults)
    return sources


def choose_edition(sources: list[Source], scheme: str, year: int) -> Source:
    """The edition that governs the evaluated year; Refused when none or more than one does."""
    governing, faults, spans = [], [], []
    for source in sources:
        raw = source.data.get("edition")
        years, found = validate(Years, source, raw.get("governs") if isinstance(raw, dict) else None, ("edition", "governs"))
        faults += found
        if years is not None:
            spans.append(f"{source.file}（{years.from_}—{'今' if years.to == '9999' else years.to}）")
            if int(years.from_) <= year <= int(years.to):
                governing.append(source)
    if not faults and len(governing) != 1:
        problem = f"没有适用于{year}年的版本" if not governing else f"{year}年同时适用多个版本：" + "、".join(s.file for s in governing)
        faults = [Fault("edition.dates", problem, "现有版本：" + "、".join(spans) + "；请核对 edition.governs", file=f"params/{scheme}")]
    if faults:
        raise Refused(faults)
    return governing[0]


def load_scheme(root: Path, scheme: str, period: str, *, overrides: Mapping[str, Any] | None = None, known: Scheme | None = None) -> Scheme:
    """Load the scheme for one period. All faults of its files are raised at once.

    ``overrides`` say what if (:mod:`evalbook.scheme.overrides`): another edition than the one that governs, other readings and
    parameters. Figures among them are left to intake. Of ``known``, a scheme loaded before, blocks that stand in the same words are
    taken over instead of being read again.
    """
    when = find(root, scheme, period)
    sources, edition, settings = load_sources(root, scheme, when)
    named = {Path(source.file).stem: source for source in sources}
    what_if = Overrides.of(overrides).edition
    faults: list[Fault] = []
    if not what_if:
        faults += _expected(settings, named, edition, when.year)
    elif what_if in named:
        edition = named[what_if]
    else:
        raise UsageError(f"考核办法“{scheme}”没有{what_if}版；{nearest(what_if, named)}")
    try:
        files = (*(s.file for s in sources), settings.file)
        loaded = build_scheme(scheme, when, edition, settings, overrides=overrides, files=files, known=known)
    except Refused as refused:
        raise Refused([*refused.faults, *faults]) from refused
    if faults:
        raise Refused(faults)
    return replace(loaded, elsewhere=_elsewhere(sources, loaded))


def _elsewhere(sources: list[Source], loaded: Scheme) -> dict[str, str]:
    """Columns and attributes of units that other editions have and this one has not: they may be filed too, for comparisons."""
    found: dict[str, str] = {}
    for source in sources:
        units = inside(source.data.get("tables"), "units")
        for part in ("columns", "attributes"):
            columns = inside(units, part)
            for name, block in columns.items() if isinstance(columns, dict) else ():
                if loaded.quantity("units", name) is None:
                    found[str(name)] = str(inside(block, "label") or name)
    return found


def _expected(settings: Source, named: Mapping[str, Source], edition: Source, year: int) -> list[Fault]:
    """Faults of a period file that names another edition than the one that governs its year, or none that there is."""
    asked, governing = settings.data.get("edition"), Path(edition.file).stem
    if not isinstance(asked, str) or asked in ("", governing):
        return []
    if asked not in named:
        return [settings.fault("edition.unknown", f"没有{asked}版", ("edition",), value=asked, remedy=nearest(asked, named))]
    message = f"{year}年适用的是{governing}版，不是考核期文件指定的{asked}版"
    remedy = f"请改为 {governing} 或删去 edition"
    return [settings.fault("edition.against_dates", message, ("edition",), remedy=remedy)]


def load_sources(root: Path, scheme: str, period: Period) -> tuple[list[Source], Source, Source]:
    """(every edition, the one that governs, the period file). Refused when one of them cannot be read, with what is wrong in all."""
    faults: list[Fault] = []
    settings: Source | None = None
    name = period_file(scheme, str(period))
    try:
        settings = load_yaml(root / name, name)
    except Refused as refused:
        faults += refused.faults
    try:
        sources = edition_sources(root, scheme)
        edition = choose_edition(sources, scheme, period.year)
    except Refused as refused:
        raise Refused([*refused.faults, *faults, *(validate(PeriodFile, settings, settings.data)[1] if settings else ())]) from refused
    if settings is None:
        try:
            build_scheme(scheme, period, edition, Source({"schema": "1", "period": str(period)}, name))
        except Refused as refused:
            faults = [*refused.faults, *faults]
        raise Refused(faults)
    return sources, edition, settings


# --- building ----------------------------------------------------------------------------------------------------------


#: Sections of named blocks with what a block of each is.
_BLOCKS: dict[str, Any] = {"tables": TableSpec, **SECTIONS, "assumptions": Assumption}
ready(PeriodFile, EditionShape, EditionMeta, Years, Doubts, Bounds, *_BLOCKS.values())


#: What stands for the heading of an edition that cannot be read.
_NO_META = EditionMeta.model_construct(title="", issued="", governs=Years())


@dataclass
class _Reading:
    """An edition as far as it can be read: what is whole, the names of the blocks that are not, and what is wrong with them."""

    source: Source
    meta: EditionMeta = _NO_META
    blocks: dict[str, dict[str, Any]] = field(default_factory=lambda: {section: {} for section in _BLOCKS})
    broken: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    checks: Doubts = field(default_factory=Doubts)
    bounds: Bounds = field(default_factory=Bounds)

    @property
    def whole(self) -> bool:
        """Whether every section can be read, so that it is known which names there are."""
        return all(isinstance(self.source.data.get(section, {}), dict) for section in _BLOCKS)


def build_scheme(
    scheme: str,
    period: Period,
    edition: Source,
    settings_source: Source,
    *,
    overrides: Mapping[str, Any] | None = None,
    files: tuple[str, ...] = (),
    lenient: bool = False,
    known: Scheme | None = None,
) -> Scheme:
    """Validate an edition and a period file, carry out the choices, and return the scheme.

    ``lenient`` is for mixtures of two schemes (compare): like a trial, they need not pass the checks of an edition's sums.

    Refused with every fault of both: what does not fit its type, what the period file asks for in vain, and, of everything that
    could be read, what does not fit together.
    """
    settings, faults = validate(PeriodFile, settings_source, settings_source.data)
    settings = settings or PeriodFile(schema="1", period=str(period))
    if settings.period != str(period):
        faults.append(
            settings_source.fault("period.name", "考核期与文件名不一致", ("period",), value=settings.period, remedy=f"应为“{period}”")
        )
    settled, lost = settle(edition, period)
    before: tuple[_Reading, ...] = known.as_read if known is not None and known.period == period else ()
    written = reading = next((one for one in before if one.source is settled), None) or _read(settled, period, *before)
    readings, found = _readings(reading, settings, settings_source)
    faults += [*lost, *found]
    what_if = Overrides.of(overrides)
    chosen: tuple[Chosen, ...] = ()
    changes: tuple[tuple[str, Any, Any], ...] = ()
    amendments: tuple[Amendment, ...] = ()
    trial: tuple[tuple[str, Any, Any], ...] = ()
    if not reading.faults and not lost:
        what_if = what_if.completed(edition, period)
        trial = _other_readings(reading.blocks["assumptions"], readings, what_if)
        chosen, patched, found = _carry_out(edition, settled, period, reading.blocks["assumptions"], {**readings, **what_if.readings})
        chosen = tuple(_founded(one, settings, what_if) for one in chosen)
        faults += found
        leaves = [name for name, group in reading.blocks["tree"].items() if isinstance(group.main, Leaf)]
        patched, amendments, found = _settle_changes(patched, leaves, settings, settings_source)
        changes = tuple((one.path, one.old, one.new) for one in amendments)
        faults += found
        if what_if.parameters:
            patched, changed, found = apply_patch(patched, what_if.parameters, origin=Source(dict(what_if.parameters), ORIGIN), at=())
            trial, changes = (*trial, *changed), (*changes, *changed)
            faults += found
        reading = _read(settle(patched, period)[0], period, written, *before)
    faults += reading.faults
    result = Scheme(
        id=scheme,
        period=period,
        edition_file=edition.file,
        meta=reading.meta,
        tables=reading.blocks["tables"],
        measures=reading.blocks["measures"],
        tree=reading.blocks["tree"],
        rankings=reading.blocks["rankings"],
        outcomes=reading.blocks["outcomes"],
        periods=reading.blocks["periods"],
        assumptions=chosen,
        settings=settings,
        checks=reading.checks.over(settings.checks),
        bounds=reading.bounds.over(settings.robustness),
        source=reading.source,
        settings_source=settings_source,
        changes=changes,
        files=files,
        amendments=amendments,
        trial=trial,
        overrides=what_if,
        as_read=(written, reading),
    )
    if reading.whole and not lost:
        found = lint_scheme(result, frozenset(reading.broken), _new(reading, before[-1]) if before else None)
        if trial or lenient:
            found, told = tolerated(found)
            result = replace(result, told=tuple(told))
        faults += [fault for fault in found if fault.severity == "error"]
    if faults:
        raise Refused(sorted(dict.fromkeys(faults), key=lambda f: (f.file != edition.file, f.file, f.row or 0)))
    return result


def _new(reading: _Reading, checked: _Reading) -> frozenset[str] | None:
    """Names of blocks that are not those of a reading that was checked; None where these would not be read in the same light."""
    if reading.blocks["tables"] != checked.blocks["tables"] or any(reading.blocks[s].keys() != checked.blocks[s].keys() for s in SECTIONS):
        return None
    return frozenset(name for s in SECTIONS for name, group in reading.blocks[s].items() if group is not checked.blocks[s][name])


def _read(source: Source, period: Period, *before: _Reading) -> _Reading:
    """Every block on its own, so that one that is wrong does not hide what is wrong with the others.

    Blocks that a reading without faults ``before`` has in the same words are taken from it.
    """
    reading = _Reading(source)
    _, reading.faults = validate(EditionShape, source, source.data)
    if "edition" in source.data:
        found = _block(reading, EditionMeta, source.data["edition"], ("edition",), period)
        reading.meta = found.main if found else reading.meta
    if source.data.get("checks") is not None:
        found = _block(reading, Doubts, source.data["checks"], ("checks",), period)
        reading.checks = found.main if found else reading.checks
    if source.data.get("robustness") is not None:
        found = _block(reading, Bounds, source.data["robustness"], ("robustness",), period)
        reading.bounds = found.main if found else reading.bounds
    for section, annotation in _BLOCKS.items():
        raw = source.data.get(section)
        for name, block in raw.items() if isinstance(raw, dict) else ():
            if absent(block, period):
                continue
            same = (one for one in before if name in one.blocks[section] and inside(one.source.data[section], name) == block)
            if one := next(same, None):
                reading.blocks[section][name] = one.blocks[section][name]
                continue
            found = _block(reading, annotation, block, (section, name), period)
            if found is None:
                reading.broken.add(name)
            else:
                reading.blocks[section][name] = found if section in SECTIONS else found.main
    return reading


def _block(reading: _Reading, annotation: Any, raw: Any, at: PathKey, period: Period) -> Variants[Any] | None:
    """The models of one block, None when it is at fault. Only results may differ from unit to unit."""
    varied = at[0] in SECTIONS
    faults = [reading.source.fault(p.code, p.message, (*at, *p.path), remedy=p.remedy) for p in problems(raw, period, varied=varied)]
    models = []
    for choices, variant in () if faults else variants(raw, period) if varied else [((), fix(raw, period))]:
        chosen = {choice.attribute: choice.key for choice in choices}
        model, found = validate(annotation, reading.source, variant, at, locate=partial(locate, raw, chosen, period))
        models.append((choices, model))
        faults += found
    reading.faults += dict.fromkeys(faults)
    return None if faults else Variants(tuple(models))


def _readings(reading: _Reading, settings: PeriodFile, settings_source: Source) -> tuple[dict[str, str], list[Fault]]:
    """Assumption → the reading that the period file chooses; assumptions that it does not name keep their default."""
    faults: list[Fault] = []
    found: dict[str, str] = {}
    assumptions = reading.blocks["assumptions"]
    for name, choice in settings.readings.items():
        at = ("assumptions", name)
        if name in assumptions:
            options = [*assumptions[name].default, *assumptions[name].alternatives]
            if choice in options:
                found[name] = choice
            else:
                message = f"假设“{name}”没有这种读法"
                faults.append(settings_source.fault("assumption.choice", message, at, value=choice, remedy=nearest(choice, options)))
        elif name not in reading.broken:
            remedy = nearest(name, assumptions)
            faults.append(settings_source.fault("assumption.unknown", f"没有名为“{name}”的假设", at, remedy=remedy))
    return found, faults


def _carry_out(
    edition: Source, settled: Source, period: Period, assumptions: Mapping[str, Assumption], readings: Mapping[str, str]
) -> tuple[tuple[Chosen, ...], Source, list[Fault]]:
    """The edition under the readings chosen. Patches are taken as written: a table by kind of period in them is settled afterwards."""
    faults: list[Fault] = []
    chosen: list[Chosen] = []
    patched = edition
    for name, assumption in assumptions.items():
        choice = readings.get(name, assumption.default_name)
        changed: list[tuple[str, Any, Any]] = []
        if choice in assumption.alternatives:
            patch = settled.data["assumptions"][name]
            below = locate(patch, {}, period, ("alternatives", choice, "patch"))
            for segment in below:
                patch = inside(patch, segment)
            patched, changed, found = apply_patch(patched, patch, origin=settled, at=("assumptions", name, *below))
            faults += found
        chosen.append(
            Chosen(
                name,
                assumption.clause,
                assumption.silent,
                choice,
                assumption.label(choice),
                choice == assumption.default_name,
                {option: assumption.label(option) for option in (*assumption.default, *assumption.alternatives)},
                tuple(changed),
            )
        )
    return tuple(chosen), patched, faults


def _founded(one: Chosen, settings: PeriodFile, what_if: Overrides) -> Chosen:
    """With what it rests on: a ruling of the period file says nothing about what a what-if tries."""
    tried = one.name in what_if.readings
    return replace(one, tried=tried, ruling=None if tried else settings.ruled.get(one.name))


def _other_readings(
    assumptions: Mapping[str, Assumption], readings: Mapping[str, str], what_if: Overrides
) -> tuple[tuple[str, str, str], ...]:
    """(path, reading, other reading) of each assumption that a what-if reads otherwise, in words."""
    found = []
    for name, choice in what_if.readings.items():
        own = readings.get(name, assumptions[name].default_name)
        found.append((f"assumptions.{name}", assumptions[name].label(own), assumptions[name].label(choice)))
    return tuple(found)


def _settle_changes(
    patched: Source, leaves: list[str], settings: PeriodFile, settings_source: Source
) -> tuple[Source, tuple[Amendment, ...], list[Fault]]:
    """The period file's own changes and the nodes it does not assess, in this order."""
    faults: list[Fault] = []
    amendments: list[Amendment] = []
    for number, change in enumerate(settings.changes):
        here = ("changes", number)
        patched, changed, found = apply_patch(patched, {change.path: change.value}, origin=settings_source, at=here)
        faults += found
        faults += _idle(settings_source, here, change.path, changed, {one.path for one in amendments})
        amendments += [Amendment(path, old, new, change) for path, old, new in changed]
    for name, reason in settings.not_assessed.items():
        at = ("not_assessed", name)
        if name not in leaves:
            faults.append(settings_source.fault("not_assessed.unknown", f"没有名为“{name}”的指标", at, remedy=nearest(name, leaves)))
            continue
        patched, _, _ = apply_patch(patched, {f"tree.{name}.not_assessed": reason}, origin=settings_source, at=("not_assessed",))
    return patched, tuple(amendments), faults


def _idle(source: Source, at: PathKey, path: str, changed: list[tuple[str, Any, Any]], before: set[str]) -> Iterator[Fault]:
    """A change that changes nothing, and one that quietly undoes another: neither can be explained to a reader."""
    if changed and all(old == new for _, old, new in changed):
        yield source.fault("change.no_effect", f"对“{path}”的修改与版本原来的写法相同", at, remedy="请核对路径和取值，或删去这一条")
    if again := [one for one, _, _ in changed if one in before]:
        remedy = "同一参数只写一条修改，理由写在一起"
        yield source.fault("change.twice", f"“{again[0]}”在 changes 中改了两次", at, remedy=remedy)

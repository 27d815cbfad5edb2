"""What two evaluations differ in, group by group: parameters by path, figures by cell, the roster by unit, the library by version."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..exact import Exact, plain
from ..kinds.column import Column
from ..scoring.dataset import Dataset, Figure
from ..terms import HEADINGS, PARTICIPATIONS
from .replay import Side

#: Path of the difference that says that the editions are two files.
EDITION = "edition"
#: What an edition says of itself and does not score.
_HEAD = {f"edition.{key}" for key in ("title", "number", "issuer", "issued", "governs", "governs.from", "governs.to", "notes", "notebook")}
#: Keys of any block that say something to a reader and change no result.
_WORDS = {"clause", "label", "note", "quote", "source", "official", "silent", "benefits", "consequences"}
#: Sections in the order in which a reader asks for them.
_ORDER = ("tree", "measures", "rankings", "outcomes", "periods", "assumptions", "edition", "tables")
#: How a unit takes part where the roster says nothing.
_PLAIN = PARTICIPATIONS["ranked"]


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same: group, path, what it is called, both values as texts ("" = not there), and where they stand."""

    group: str
    path: str
    label: str
    before: str
    after: str
    place: str = ""

    def as_dict(self) -> dict[str, str]:
        """Plain mapping."""
        return asdict(self)


def differences(before: Side, after: Side) -> tuple[Difference, ...]:
    """Every difference, in the order of the groups."""
    return (
        *_edition(before, after),
        *_parameters(before, after),
        *_assumptions(before, after),
        *_data(before, after),
        *_roster(before, after),
        *_library(before, after),
    )


def _edition(before: Side, after: Side) -> Iterator[Difference]:
    first, second = before.edition(), after.edition()
    if first.data == second.data:
        return
    if first.file != second.file:
        yield Difference("edition", EDITION, "版本", first.file, second.file)
    found = [one for one in changed_paths(first.data, second.data) if one[0] not in _HEAD and one[0].rpartition(".")[2] not in _WORDS]
    for path, old, new in sorted(found, key=lambda one: _turn(one[0])):
        name = path.split(".")[1] if "." in path else ""
        yield Difference("edition", path, _label(after, name) or _label(before, name), _part(old), _part(new), second.file)


def _turn(path: str) -> int:
    section = path.split(".")[0]
    return _ORDER.index(section) if section in _ORDER else len(_ORDER)


def _part(value: Any) -> str:
    """A value of an edition; a whole block is named by its label."""
    return str(value.get("label") or "有此项") if isinstance(value, dict) else text_of(value)


def _label(side: Side, name: str) -> str:
    return side.scheme.label(name) if name in side.scheme.names else ""


def _parameters(before: Side, after: Side) -> Iterator[Difference]:
    first, second = before.changed_parameters, after.changed_parameters
    for path in dict.fromkeys([*first, *second]):
        if first.get(path) != second.get(path):
            name = path.split(".")[1] if "." in path else ""
            old, new = (
                text_of(mine[path]) if path in mine else _in_edition(side, path) for side, mine in ((before, first), (after, second))
            )
            yield Difference("parameters", path, _label(after, name), old, new, _trial(after) or after.scheme.settings_source.file)
    for key, label in {"not_assessed": "本期不考核", "exemptions": "免评", "rulings": "裁定"}.items():
        own, other = (_effect(side, key) for side in (before, after))
        if own != other:
            yield Difference("parameters", key, label, "；".join(own), "；".join(other), after.scheme.settings_source.file)


def _effect(side: Side, key: str) -> list[str]:
    """What an entry of the period file does; by whom and why is another matter."""
    settings, label = side.scheme.settings, side.scheme.label
    if key == "not_assessed":
        return [label(name) for name in settings.not_assessed]
    if key == "exemptions":
        return [f"{one.unit} {label(one.indicator)}" for one in settings.exemptions]
    return [f"{label(name)}：{'、'.join(ruling.units) or '都不列入'}" for name, ruling in settings.rulings.items()]


def _trial(side: Side) -> str:
    return "试算设定" if side.scheme.overrides.parameters else ""


def _in_edition(side: Side, path: str) -> str:
    """What an edition says at a path that only the other side changes."""
    value: Any = side.edition().data
    for segment in path.split("."):
        value = value.get(segment) if isinstance(value, dict) else None
    return text_of(value)


def _assumptions(before: Side, after: Side) -> Iterator[Difference]:
    first, second = before.readings, after.readings
    for name in dict.fromkeys([*first, *second]):
        old, new = (_reading(side, name) for side in (before, after))
        if first.get(name) != second.get(name) and old != new:
            silent = next((one.silent for side in (after, before) for one in side.scheme.assumptions if one.name == name), "")
            yield Difference("assumptions", f"assumptions.{name}", silent, old, new)


def _reading(side: Side, name: str) -> str:
    return next((one.label for one in side.scheme.assumptions if one.name == name), "")


def _data(before: Side, after: Side) -> Iterator[Difference]:
    first, second = before.evaluation, after.evaluation
    if before.period != after.period:
        yield Difference("data", "period", "考核期", before.period.label, after.period.label)
        return
    names = dict(zip(second.unit_codes, second.unit_names, strict=True)) | dict(zip(first.unit_codes, first.unit_names, strict=True))
    ours, theirs = first.dataset.figures, second.dataset.figures
    for key in dict.fromkeys([*ours, *theirs]):
        old, new = ours.get(key), theirs.get(key)
        if _used(old) != _used(new):
            unit, quantity, period = key
            label = f"{names[unit]} {_quantity(after, quantity) or _quantity(before, quantity) or quantity}"
            label += "" if period == str(after.period) else f"（{period}）"
            used = (new or old).used  # type: ignore[union-attr]
            place = " ".join(p for p in (used.file, used.sheet, f"第{used.row}行" if used.row else "") if p)
            yield Difference("data", ".".join(("values", *key)), label, _figure(old), _figure(new), place)
    for name in dict.fromkeys([*first.dataset.tables, *second.dataset.tables]):
        if name != "units":
            yield from _items(before, after, name)
    for period in dict.fromkeys([*first.others, *second.others]):
        one, other = (side.evaluation.others.get(period) for side in (before, after))
        digests = ["" if found is None else found.digest()[:12] for found in (one, other)]
        if digests[0] != digests[1]:
            yield Difference("data", f"periods.{period}", f"{period}的结果", *digests)


def _quantity(side: Side, name: str) -> str:
    spec = side.scheme.tables["units"].columns.get(name)
    return "" if spec is None else spec.label + (f"（{spec.uom}）" if spec.uom else "")


def _used(figure: Figure | None) -> tuple[Any, ...]:
    """What of a figure scores."""
    return () if figure is None else (figure.used.value, figure.used.stage, figure.used.calibre)


def _figure(figure: Figure | None) -> str:
    return "" if figure is None else "缺失" if figure.used.value is None else text_of(figure.used.value)


def _items(before: Side, after: Side, name: str) -> Iterator[Difference]:
    """Items of a child table that are there on one side only, or say something else."""
    first, second = (_rows(side.evaluation.dataset, name) for side in (before, after))
    spec = after.scheme.tables.get(name) or before.scheme.tables[name]
    for key in dict.fromkeys([*first, *second]):
        old, new = first.get(key), second.get(key)
        if old != new:
            title = f"{spec.label} {key}"
            if old is None or new is None:
                yield Difference("data", f"items.{name}.{key}", title, "" if old is None else "有", "" if new is None else "有")
                continue
            for column in dict.fromkeys([*old, *new]):
                if old.get(column) != new.get(column):
                    label = getattr(spec.columns.get(column), "label", column)
                    yield Difference("data", f"items.{name}.{key}.{column}", f"{title} {label}", old.get(column, ""), new.get(column, ""))


def _rows(dataset: Dataset, name: str) -> dict[str, dict[str, str]]:
    """Item id → column → text, the unit it belongs to among them."""
    table = dataset.tables.get(name)
    if table is None:
        return {}
    columns = {quantity: column.listed() for (quantity, _), column in table.columns.items()}
    parents = [""] * len(table) if table.parent is None else [dataset.units.keys[int(row)] for row in table.parent]
    return {
        key: {"考核对象": parents[row], **{quantity: _cell(values[row]) for quantity, values in columns.items()}}
        for row, key in enumerate(table.keys)
    }


def _cell(value: Any) -> str:
    return "缺失" if value is None else text_of(value)


def _roster(before: Side, after: Side) -> Iterator[Difference]:
    first, second = before.evaluation.dataset.units, after.evaluation.dataset.units
    ours, theirs = (dict(zip(table.keys, table.labels or table.keys, strict=True)) for table in (first, second))
    for code in dict.fromkeys([*ours, *theirs]):
        if code not in ours or code not in theirs:
            words = ("", "列入名单") if code in theirs else ("列入名单", "")
            yield Difference("roster", f"units.{code}", theirs.get(code) or ours[code], *words)
    both = [code for code in ours if code in theirs]
    attributes = dict.fromkeys(key for table in (first, second) for key in table.columns if not key[1])
    for key in attributes:
        old, new = (_by_code(table.keys, table.columns.get(key)) for table in (first, second))
        spec = after.scheme.quantity("units", key[0]) or before.scheme.quantity("units", key[0])
        label = HEADINGS.get(key[0]) or (key[0] if spec is None else spec.label)
        if not (old and new) and not key[0].startswith("participation"):  # an attribute that only one of two editions has
            yield Difference("roster", f"units.*.{key[0]}", label, "有此属性" if old else "", "有此属性" if new else "")
            continue
        for code in both:
            one, other = (PARTICIPATIONS.get(found.get(code, ""), found.get(code, "")) for found in (old, new))
            if (one or _PLAIN) != (other or _PLAIN):
                yield Difference("roster", f"units.{code}.{key[0]}", f"{theirs[code]} {label}", one, other)


def _by_code(codes: tuple[str, ...], column: Column | None) -> dict[str, str]:
    return {} if column is None else dict(zip(codes, map(text_of, column.listed()), strict=True))


def _library(before: Side, after: Side) -> Iterator[Difference]:
    for side in (before, after):
        if side.recorded is not None:
            version, digest = side.program
            yield Difference(
                "library", "library", f"{side.name}记录的结果与现在的程序算出的不同", f"evalbook {version}（{digest[:8]}）", "现在的程序"
            )
    (one, first), (other, second) = before.program, after.program
    if first and second and first != second:
        words = (f"evalbook {version}（{digest[:8]}）" for version, digest in ((one, first), (other, second)))
        yield Difference("library", "program", "程序版本", *words)


def changed_paths(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """(dotted path, old, new) of every place in which two blocks of YAML differ; None where one has nothing.

    >>> list(changed_paths({"a": {"b": "1", "c": "2"}}, {"a": {"b": "1", "c": "3", "d": []}}))
    [('a.c', '2', '3'), ('a.d', None, [])]
    """
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*old, *new]):
            yield from changed_paths(old.get(key), new.get(key), f"{path}.{key}" if path else str(key))
    elif old != new:
        yield path, old, new


def text_of(value: Any) -> str:
    """A parameter or a figure as a reader sees it."""
    if value is None:
        return ""
    if isinstance(value, Exact):
        return plain(value)
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, (dict, list, bool)) else str(value)

"""``by``: any parameter, mark, weight, aggregate or child list may be a table keyed by an attribute.

``marks: {by: $group, 县: 10, 区: 8}``; ``yellow_card: {by: period_kind, quarter: {…}, else: null}`` is there in quarters only. A block
that holds such tables is written out once per combination of keys; scoring computes every variant over the whole field and takes, for
each unit, the variant its attributes choose.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import Fault, nearest
from ..periods import Period
from .source import PathKey, Source

#: Selectors that are not attributes of units.
RUN_SELECTORS = ("year", "period_kind")
PERIOD_KINDS = {"": "year", "H": "half", "Q": "quarter", "-": "month"}


@dataclass(frozen=True)
class Choice:
    """One key of a by-table: rows whose attribute equals ``key`` (``else``: none of ``keys``)."""

    attribute: str
    key: str
    keys: tuple[str, ...]

    def allows(self, value: str) -> bool:
        """Whether a unit with this value of the attribute is meant; ``else`` stands for the values without a key of their own."""
        return value not in self.keys if self.key == "else" else value == self.key


@dataclass(frozen=True)
class Problem:
    """What is wrong with a by-table, at its path inside the block."""

    code: str
    path: PathKey
    message: str
    remedy: str


def is_table(raw: Any) -> bool:
    """Whether a mapping is a by-table: its ``by`` names an attribute (``$…``) or a property of the run."""
    return isinstance(raw, dict) and isinstance(raw.get("by"), str) and (raw["by"].startswith("$") or raw["by"] in RUN_SELECTORS)


def variants(raw: Any, period: Period) -> list[tuple[tuple[Choice, ...], Any]]:
    """Every variant of a block with the choices that select it; a block without by-tables has one, without choices.

    >>> [(c[0].key, v) for c, v in variants({"marks": {"by": "$group", "县": "10", "区": "8"}}, Period(2023))]
    [('县', {'marks': '10'}), ('区', {'marks': '8'})]
    """
    raw, selectors = fix(raw, period), _selectors(raw, period)
    if not selectors:
        return [((), raw)]
    found = []
    for keys in itertools.product(*selectors.values()):
        chosen = dict(zip(selectors, keys, strict=True))
        choices = tuple(Choice(attribute, key, tuple(k for k in selectors[attribute] if k != "else")) for attribute, key in chosen.items())
        found.append((choices, _substitute(raw, chosen)))
    return found


def fix(raw: Any, period: Period) -> Any:
    """Resolve tables keyed by year or kind of period: they are the same for every unit, so any key of the edition may have one."""
    if is_table(raw) and raw["by"] in RUN_SELECTORS:
        return fix(raw.get(_run_key(raw["by"], period), raw.get("else")), period)
    if isinstance(raw, dict):
        return {k: fix(v, period) for k, v in raw.items()}
    return [fix(v, period) for v in raw] if isinstance(raw, list) else raw


def absent(raw: Any, period: Period) -> bool:
    """Whether a block is not there in this kind of period, or year: its by-table has ``null`` for it.

    >>> absent({"by": "period_kind", "quarter": {"list": "…"}, "else": None}, Period(2023))
    True
    """
    if not is_table(raw) or raw["by"] not in RUN_SELECTORS:
        return False
    key = _run_key(raw["by"], period)
    key = key if key in raw else "else"
    return key in raw and (raw[key] is None or absent(raw[key], period))


def settle(source: Source, period: Period) -> tuple[Source, list[Fault]]:
    """The file with whole sections keyed by year or kind of period resolved; every path keeps its line.

    ``tree: {by: period_kind, quarter: {…}, year: {…}}``: the quarters are scored by one tree, the year by another.

    >>> from .source import parse_yaml
    >>> source, faults = settle(parse_yaml("tree: {by: period_kind, year: {total: 1}, else: {}}", "x.yaml"), Period(2023))
    >>> source.data, source.places["tree", "total"], faults
    ({'tree': {'total': '1'}}, ('x.yaml', 1), [])
    """
    if period not in source.settled:  # a source never changes, and every trial of a scheme asks
        source.settled[period] = _settle(source, period)
    settled, faults = source.settled[period]
    return settled, list(faults)


def _settle(source: Source, period: Period) -> tuple[Source, list[Fault]]:
    faults: list[Fault] = []
    for section in source.data:
        while is_table(table := source.data[section]):
            by, keys = table["by"], [key for key in table if key != "by"]
            if by not in RUN_SELECTORS:
                remedy = "按属性取值请写在具体的键上"
                faults.append(source.fault("by.section", "整节只能按 year 或 period_kind 列表", (section, "by"), value=by, remedy=remedy))
                source = _take(source, section, "")
                continue
            faults += [source.fault(p.code, p.message, p.path, remedy=p.remedy) for p in _run_problems((section,), by, keys, period)]
            key = _run_key(by, period)
            source = _take(source, section, key if key in table else "else")
    return source, faults


def _take(source: Source, section: str, key: str) -> Source:
    """The file with a section replaced by what stands under one of its keys."""
    places: dict[PathKey, tuple[str, int | None]] = {}
    for path, place in source.places.items():
        if path[:1] != (section,):
            places[path] = place
        elif path[1:2] == (key,):
            places[section, *path[2:]] = place
    return Source({**source.data, section: source.data[section].get(key) or {}}, source.file, places)


def holds_elsewhere(raw: Any, path: PathKey, period: Period) -> bool:
    """Whether a path leads into what holds for another year or kind of period.

    >>> raw = {"tree": {"by": "period_kind", "year": {"total": {}}, "else": {"part": {}}}}
    >>> [holds_elsewhere(raw, ("tree", *path), Period(2023)) for path in (("year", "total"), ("else", "part"))]
    [False, True]
    """
    for segment in path:
        if is_table(raw) and raw["by"] in RUN_SELECTORS:
            key = _run_key(raw["by"], period)
            if segment != (key if key in raw else "else"):
                return True
        raw = inside(raw, segment)
    return False


def locate(raw: Any, chosen: Mapping[str, str], period: Period, path: PathKey) -> PathKey:
    """Where a path of a variant stands in the block as it was written, the keys of by-tables in between.

    >>> raw = {"marks": {"by": "$group", "县": "10", "区": "-8"}}
    >>> locate(raw, {"group": "区"}, Period(2023), ("marks",))
    ('marks', '区')
    """
    found: list[str | int] = []
    for segment in (*path, None):
        while is_table(raw) and (raw["by"] in RUN_SELECTORS or raw["by"][1:] in chosen):
            key = _run_key(raw["by"], period) if raw["by"] in RUN_SELECTORS else chosen[raw["by"][1:]]
            key = key if key in raw else "else"
            found.append(key)
            raw = raw.get(key)
        if segment is not None:
            found.append(segment)
            raw = inside(raw, segment)
    return tuple(found)


def inside(raw: Any, segment: str | int) -> Any:
    """What stands under a key or a number; None where nothing does."""
    if isinstance(raw, dict):
        return raw.get(segment)
    return raw[segment] if isinstance(raw, list) and isinstance(segment, int) and segment < len(raw) else None


def problems(raw: Any, period: Period, *, varied: bool = True) -> Iterator[Problem]:
    """Tables that leave a case without a value: no keys, keys that no period has, a key that only the table beside has.

    ``varied`` blocks may hold tables keyed by an attribute of units; elsewhere these mean nothing.
    """
    selectors = _selectors(raw, period)
    for path, table in _tables(raw, (), period):
        by, keys = table["by"], [key for key in table if key != "by"]
        if not keys:
            yield Problem("by.empty", path, "by 表里没有写任何取值", "请按“取值: 内容”逐项写出，或去掉 by")
        elif by in RUN_SELECTORS:
            yield from _run_problems(path, by, keys, period)
        elif varied and "else" not in keys and (absent := [key for key in selectors[by[1:]] if key not in keys]):
            words = "、".join(f"“{key}”" for key in absent)
            yield Problem("by.no_key", path, f"by 表缺少{words}，而同一处的其他 by 表有", "请补上，或写 else")


def _run_problems(path: PathKey, by: str, keys: list[str], period: Period) -> Iterator[Problem]:
    for key in keys:
        if key == "else":
            continue
        if by == "year" and not (len(key) == 4 and key.isascii() and key.isdigit()):
            yield Problem("by.key", (*path, key), f"“{key}”不是年度", "应为四位数字的年份，或 else")
        if by == "period_kind" and key not in PERIOD_KINDS.values():
            yield Problem("by.key", (*path, key), f"“{key}”不是考核期的种类", nearest(key, [*PERIOD_KINDS.values(), "else"]))
    if _run_key(by, period) not in keys and "else" not in keys:
        yield Problem("by.no_key", path, f"by 表没有“{_run_key(by, period)}”，也没有 else", "请补上本期的取值，或写 else")


def _run_key(by: str, period: Period) -> str:
    return str(period.year) if by == "year" else PERIOD_KINDS[period.kind]


def _tables(raw: Any, path: PathKey, period: Period) -> Iterator[tuple[PathKey, dict[str, Any]]]:
    """Every by-table that matters in the period with its path, the outer ones first."""
    items: Any = raw.items() if isinstance(raw, dict) else enumerate(raw) if isinstance(raw, list) else ()
    if is_table(raw):
        yield path, raw
        if raw["by"] in RUN_SELECTORS:
            key = _run_key(raw["by"], period)
            items = [(k, raw[k]) for k in (key if key in raw else "else",) if k in raw]
    for key, value in items:
        yield from _tables(value, (*path, key), period)


def _selectors(raw: Any, period: Period) -> dict[str, tuple[str, ...]]:
    """Attribute → every key that some table of the block has for it."""
    found: dict[str, tuple[str, ...]] = {}
    for _, table in _tables(raw, (), period):
        if table["by"] not in RUN_SELECTORS:
            attribute = table["by"][1:]
            found[attribute] = tuple(dict.fromkeys([*found.get(attribute, ()), *(key for key in table if key != "by")]))
    return found


def _substitute(raw: Any, chosen: dict[str, str]) -> Any:
    if is_table(raw):
        return _substitute(raw.get(chosen[raw["by"][1:]], raw.get("else")), chosen)
    if isinstance(raw, dict):
        return {k: _substitute(v, chosen) for k, v in raw.items()}
    return [_substitute(v, chosen) for v in raw] if isinstance(raw, list) else raw

"""Situations: a few units, a few blocks of a scheme and their figures, written down small and scored by the library itself.

``situation(text)`` is used by the tests of the scoring core and by ``tests/cases``; the format is told in
``tests/cases/README.md``. What a situation does not say (schema, title, labels, clauses, columns) is filled in here.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

from evalbook.exact import exact, is_number_text
from evalbook.kinds.column import ZERO, Column, objects
from evalbook.periods import Period
from evalbook.scheme.by import is_table
from evalbook.scheme.scheme import Scheme, build_scheme
from evalbook.scheme.source import Source, load_yaml, parse_yaml, scalar
from evalbook.scoring.dataset import Cell, Dataset, Figure, Item, ItemKey, Table
from evalbook.scoring.evaluate import Walk
from evalbook.scoring.evaluation import Evaluation, evaluate
from evalbook.terms import STAGES, State

# Properties are tried on the same examples in every run, so that a red test is red again; `--hypothesis-profile=campaign` looks further.
settings.register_profile("repeatable", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("campaign", max_examples=3000, deadline=None)
settings.load_profile("repeatable")

ROOT = Path(__file__).resolve().parents[1]
SHAPE = {"period", "edition", "settings", "change", "units", "figures", "items", "others"}
_REPEATED = re.compile(r"(.+) x ([0-9]+)")
_WORDS = {"是": exact(1), "否": exact(0)}
_CLAUSE = "手工算例"


@dataclass(frozen=True)
class Situation:
    """A scheme and the figures of one period; ``others`` are the other periods there are."""

    scheme: Scheme
    dataset: Dataset
    others: Mapping[str, Situation] = field(default_factory=dict)

    def evaluate(self) -> Evaluation:
        """Scored exactly."""
        return evaluate(self.scheme, self.dataset, self._read())

    def floats(self) -> Walk:
        """Walked on float64, as simulation does."""
        return Walk(self.scheme, self.dataset, self._read(), floats=True).run()

    def _read(self) -> dict[str, Evaluation]:
        """Evaluations of the periods that this one reads."""
        return {str(p): self.others[str(p)].evaluate() for p in self.scheme.others if str(p) in self.others}


@pytest.fixture(scope="session")
def situation() -> Callable[[str | Mapping[str, Any]], Situation]:
    """Build a situation from YAML text, or from a mapping read by ``parse_yaml``. Raises what loading raises."""
    return lambda raw: _build(parse_yaml(raw, "situation.yaml").data if isinstance(raw, str) else raw)


@pytest.fixture(scope="session")
def spread() -> Callable[[Any, int], list[Any]]:
    """One entry per unit from a list in which ``6 x 3`` stands for three times 6."""
    return _spread


def _build(raw: Mapping[str, Any]) -> Situation:
    raw = {**raw, "items": {name: _rows(rows) for name, rows in (raw.get("items") or {}).items()}}
    unknown = set(raw) - SHAPE
    assert not unknown, f"a situation has no {sorted(unknown)}; it has {sorted(SHAPE)}"
    period = Period.parse(str(raw.get("period", "2023")))
    units = _units(raw["units"])
    edition = _edition(raw.get("edition") or {})
    specs = _tables(edition, units, raw)
    settings = {"schema": "1", "period": str(period), **(raw.get("settings") or {})}
    scheme = build_scheme(
        "case",
        period,
        Source(edition, "params/case/2020.yaml"),
        Source(settings, f"params/case/periods/{period}.yaml"),
        overrides=raw.get("change"),
    )
    figures, columns = _figures(raw.get("figures") or {}, units, specs["units"].get("columns") or {}, period)
    names = tuple(units)
    codes = tuple(attributes["unit_code"] for attributes in units.values())
    for name in specs["units"].get("attributes") or {}:
        columns[name, ""] = _column([attributes.get(name) for attributes in units.values()], specs["units"]["attributes"][name]["type"])
    if any("participation" in attributes for attributes in units.values()):
        columns["participation", ""] = _column([attributes.get("participation") for attributes in units.values()], "text")
    tables = {"units": Table("units", codes, columns, labels=names)}
    for name, rows in (raw.get("items") or {}).items():
        tables[name] = _items(name, rows, specs[name]["columns"], names)
    others: dict[str, Situation] = {}
    for other, own in (raw.get("others") or {}).items():
        if own is not None:
            built = _build({**{part: raw[part] for part in ("edition", "units") if part in raw}, **own, "period": other})
            others[other] = dataclasses.replace(built, others=others)
    items = {key: item for table in tables.values() for key, item in _trails(table, codes, specs)}
    return Situation(scheme, Dataset(str(period), tables, figures, items=items), others)


def _spread(given: Any, rows: int) -> list[Any]:
    """One entry per unit: a list (``10 x 30`` repeats), or ``{first, each}`` for an even run of numbers."""
    if isinstance(given, Mapping):
        first, each = exact(str(given["first"])), exact(str(given["each"]))
        return [str(first + each * step) for step in range(rows)]
    found: list[Any] = []
    for entry in given:
        repeated = _REPEATED.fullmatch(entry) if isinstance(entry, str) else None
        found += [scalar(repeated[1])] * int(repeated[2]) if repeated else [entry]
    assert len(found) == rows, f"{len(found)} entries for {rows} units: {given}"
    return found


def _units(raw: Any) -> dict[str, dict[str, str]]:
    """Name → attributes; codes are 01, 02 … in roster order unless given."""
    if not isinstance(raw, (dict, list)):
        count = int(raw)
        raw = [f"单位{number:0{len(str(count))}d}" for number in range(1, count + 1)]
    given = raw if isinstance(raw, dict) else dict.fromkeys(raw)
    width = max(2, len(str(len(given))))
    return {name: {"unit_code": f"{number:0{width}d}", **(attributes or {})} for number, (name, attributes) in enumerate(given.items(), 1)}


def _edition(raw: Any) -> dict[str, Any]:
    """The blocks under test with everything a whole edition must say besides; or a shipped edition, named by its path."""
    if isinstance(raw, str):
        return dict(load_yaml(ROOT / raw, raw).data)
    meta = {"title": "手工算例", "issued": "2020-01-01", "governs": {"from": "1900"}, "round": {"decimals": "2"}, **raw.get("edition", {})}
    edition: dict[str, Any] = {"schema": "1", **raw, "edition": meta}
    for section in ("tree", "rankings", "outcomes"):
        edition[section] = _section(section, raw.get(section) or {})
    for name, block in (raw.get("assumptions") or {}).items():
        edition["assumptions"] = {**edition["assumptions"], name: {"clause": _CLAUSE, "silent": name, **block}}
    return edition


def _section(section: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The blocks of a section; a section of its own for each kind of period is completed one by one."""
    if is_table(raw):
        return {key: block if key == "by" else _section(section, block) for key, block in raw.items()}
    return {name: _completed(section, name, block) for name, block in raw.items()}


def _completed(section: str, name: str, block: Any) -> Any:
    if not isinstance(block, dict) or is_table(block):
        return block
    return {"label": name, "clause": _CLAUSE, **block}


def _tables(edition: dict[str, Any], units: Mapping[str, Mapping[str, str]], raw: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Declares every table, column and attribute that the situation uses and the edition does not declare."""
    given = edition.get("tables") or {}
    specs: dict[str, dict[str, Any]] = {"units": {"label": "考核对象", **given.get("units", {})}}
    figures: dict[str, list[Any]] = {}
    for key, values in (raw.get("figures") or {}).items():
        figures.setdefault(key.partition("@")[0], []).extend(_texts(values))
    specs["units"]["columns"] = _quantities(figures, specs["units"].get("columns") or {})
    attributes = _by_key(units.values(), but=("unit_code", "participation"))
    specs["units"]["attributes"] = _quantities(attributes, specs["units"].get("attributes") or {})
    for name, rows in (raw.get("items") or {}).items():
        spec = {"label": name, "belongs_to": "units", **given.get(name, {})}
        specs[name] = {**spec, "columns": _quantities(_by_key(rows, but=("unit", "id", "name")), spec.get("columns") or {})}
    if isinstance(raw.get("edition"), str):
        for name, spec in specs.items():
            for part in ("columns", "attributes"):
                strangers = set(spec.get(part) or {}) - set(given[name].get(part) or {})
                assert not strangers, f"{raw['edition']} declares no {sorted(strangers)} in {name}"
    else:
        edition["tables"] = {**given, **specs}
    return specs


def _by_key(rows: Iterable[Mapping[str, Any]], *, but: tuple[str, ...]) -> dict[str, list[Any]]:
    """Values that rows hold under each key."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        for key, value in row.items():
            if key not in but:
                found.setdefault(key, []).append(value)
    return found


def _texts(values: Any) -> Iterator[str]:
    """Every value that a column of figures holds, at whatever stage."""
    for value in values.values() if isinstance(values, Mapping) else values:
        for text in value.values() if isinstance(value, Mapping) else [value]:
            repeated = _REPEATED.fullmatch(str(text))
            once = scalar(repeated[1]) if repeated else text
            if once is not None:
                yield str(once)


def _quantities(found: Mapping[str, list[Any]], given: Mapping[str, Any]) -> dict[str, Any]:
    specs = {name: {"label": name, "type": _type([str(v) for v in values if v is not None])} for name, values in found.items()}
    return {name: {**specs.get(name, {"label": name, "type": "number"}), **(given.get(name) or {})} for name in {**specs, **given}}


def _type(texts: list[str]) -> str:
    if texts and all(text in _WORDS for text in texts):
        return "yes_no"
    return "number" if all(is_number_text(text) for text in texts) else "text"


def _value(text: Any, kind: str) -> Any:
    if text is None:
        return None
    if kind in ("text", "date"):
        return str(text)
    return _WORDS[text] if kind == "yes_no" else exact(str(text))


def _column(texts: list[Any], kind: str) -> Column:
    values = [_value(text, kind) for text in texts]
    blank: Any = "" if kind in ("text", "date") else ZERO
    states = np.array([State.MISSING if v is None else State.OK for v in values], dtype=np.uint8)
    return Column(objects([blank if v is None else v for v in values]), states)


def _figures(
    raw: Mapping[str, Any], units: Mapping[str, Mapping[str, str]], specs: Mapping[str, Any], period: Period
) -> tuple[dict[tuple[str, str, str], Figure], dict[tuple[str, str], Column]]:
    """Trails and columns, as the file values.csv would give them: one row per figure and stage, in the order written."""
    when = {"": period, "previous": period.previous(), "year_before": period.year_before()}
    figures: dict[tuple[str, str, str], Figure] = {}
    columns: dict[tuple[str, str], Column] = {}
    line = 1
    for key, given in raw.items():
        name, _, which = key.partition("@")
        at = str(when[which] if which in when else Period.parse(which))
        kind = specs[name]["type"]
        by_unit = given if isinstance(given, Mapping) and "each" not in given else dict(zip(units, _spread(given, len(units)), strict=True))
        strangers = set(by_unit) - set(units)
        assert not strangers, f"figures of {key} name {sorted(strangers)}, who are no units"
        for unit, value in by_unit.items():
            stages = value if isinstance(value, Mapping) else {"reported": value}
            cells = []
            for stage, text in stages.items():
                assert stage in STAGES, f"{stage} is no stage"
                line += 1
                cells.append(Cell(_value(text, kind), str(text or ""), stage, file="values.csv", row=line, column="数值"))
            figures[units[unit]["unit_code"], name, at] = Figure(tuple(cells))
        used = [figures.get((attributes["unit_code"], name, at)) for attributes in units.values()]
        values = [None if figure is None else figure.used.value for figure in used]
        blank: Any = "" if kind in ("text", "date") else ZERO
        states = np.array([State.MISSING if v is None else State.OK for v in values], dtype=np.uint8)
        columns[name, at] = Column(objects([blank if v is None else v for v in values]), states)
    return figures, columns


def _rows(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of a list; ``times: 12`` stands for twelve rows alike."""
    return [{k: v for k, v in row.items() if k != "times"} for row in given for _ in range(int(row.get("times", 1)))]


def _items(name: str, rows: list[dict[str, Any]], specs: Mapping[str, Any], units: tuple[str, ...]) -> Table:
    keys = tuple(str(row.get("id") or f"{name}-{number}") for number, row in enumerate(rows, 1))
    columns = {(column, ""): _column([row.get(column) for row in rows], spec["type"]) for column, spec in specs.items()}
    parent = np.array([units.index(row["unit"]) for row in rows], dtype=int)
    labels = tuple(str(row.get("name") or key) for row, key in zip(rows, keys, strict=True))
    origin = tuple(Cell(None, "", "reported", file="items.csv", row=number) for number in range(2, len(rows) + 2))
    return Table(name, keys, columns, parent, labels, origin)


def _trails(table: Table, codes: tuple[str, ...], specs: Mapping[str, Any]) -> Iterator[tuple[ItemKey, Item]]:
    """The rows of a list as filed, which is how they score; rows alike are told apart by their number."""
    if table.parent is None:
        return
    for row, (number, unit) in enumerate(zip(table.keys, table.parent.tolist(), strict=True)):
        filed = {name: (column.at(row), State(int(column.states[row]))) for (name, _), column in table.columns.items()}
        key = () if table.keys.count(number) == 1 else (str(row + 1),)
        judged = tuple(name for name in filed if name not in specs[table.name].get("key", ()))
        yield ItemKey(table.name, codes[unit], number, key), Item(table.labels[row], table.origin[row], filed, judged)

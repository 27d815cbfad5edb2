"""``by``: any parameter, mark, weight, aggregate or child list may be a table keyed by an attribute.

``marks: {by: $group, 县: 10, 区: 8}``. A block that holds such tables is written out once per combination of keys; scoring
computes every variant over the whole field and takes, for each unit, the variant its attributes choose.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from ..periods import Period

#: Selectors that are not attributes of units.
RUN_SELECTORS = ("year", "period_kind")
PERIOD_KINDS = {"": "year", "H": "half", "Q": "quarter", "-": "month"}


@dataclass(frozen=True)
class Choice:
    """One key of a by-table: rows whose attribute equals ``key`` (``else``: none of ``keys``)."""

    attribute: str
    key: str
    keys: tuple[str, ...]


def is_table(raw: Any) -> bool:
    """Whether a mapping is a by-table: its ``by`` names an attribute (``$…``) or a property of the run."""
    return isinstance(raw, dict) and isinstance(raw.get("by"), str) and (raw["by"].startswith("$") or raw["by"] in RUN_SELECTORS)


def variants(raw: Any, period: Period) -> list[tuple[tuple[Choice, ...], Any]]:
    """Every variant of a block with the choices that select it; a block without by-tables has one, without choices.

    >>> [(c[0].key, v) for c, v in variants({"marks": {"by": "$group", "县": "10", "区": "8"}}, Period(2023))]
    [('县', {'marks': '10'}), ('区', {'marks': '8'})]
    """
    raw = fix(raw, period)
    selectors: dict[str, tuple[str, ...]] = {}
    _collect(raw, selectors)
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
        key = str(period.year) if raw["by"] == "year" else PERIOD_KINDS[period.kind]
        return fix(raw.get(key, raw.get("else")), period)
    if isinstance(raw, dict):
        return {k: fix(v, period) for k, v in raw.items()}
    return [fix(v, period) for v in raw] if isinstance(raw, list) else raw


def _collect(raw: Any, found: dict[str, tuple[str, ...]]) -> None:
    if is_table(raw):
        attribute = raw["by"][1:]
        keys = [k for k in raw if k != "by"]
        found[attribute] = tuple(dict.fromkeys([*found.get(attribute, ()), *keys]))
    for value in raw.values() if isinstance(raw, dict) else raw if isinstance(raw, list) else ():
        _collect(value, found)


def _substitute(raw: Any, chosen: dict[str, str]) -> Any:
    if is_table(raw):
        return _substitute(raw.get(chosen[raw["by"][1:]], raw.get("else")), chosen)
    if isinstance(raw, dict):
        return {k: _substitute(v, chosen) for k, v in raw.items()}
    return [_substitute(v, chosen) for v in raw] if isinstance(raw, list) else raw

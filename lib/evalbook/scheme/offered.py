"""The readings that an edition offers for its silent clauses in a period, read from the text before it becomes a scheme.

An assumption may hold for some kinds of period or years only (a by-table with ``null``), and so may one of its readings.
"""

from __future__ import annotations

from typing import Any

from ..periods import Period
from .by import absent, fix, settle
from .source import Source

SECTION = "assumptions"


def offered(edition: Source, period: Period) -> dict[str, dict[str, str]]:
    """Assumption → reading → how it is called, the default first. What is not there in the period is left out.

    >>> from .source import parse_yaml
    >>> text = "assumptions: {a: {by: period_kind, year: {default: {x: 甲}, alternatives: {y: {label: 乙}}}, else: null}}"
    >>> edition = parse_yaml(text, "2020.yaml")
    >>> offered(edition, Period(2023)), offered(edition, Period(2023, "Q"))
    ({'a': {'x': '甲', 'y': '乙'}}, {})
    """
    raw = settle(edition, period)[0].data.get(SECTION)
    blocks = raw.items() if isinstance(raw, dict) else ()
    return {str(name): labels(block, period) for name, block in blocks if not absent(block, period)}


def labels(block: Any, period: Period) -> dict[str, str]:
    """Reading → how it is called, of one assumption as the edition is written."""
    block = fix(block, period)
    block = block if isinstance(block, dict) else {}
    default, others = block.get("default"), block.get("alternatives")
    found = {str(key): str(label) for key, label in default.items()} if isinstance(default, dict) else {}
    for key, other in others.items() if isinstance(others, dict) else ():
        if other is not None:
            found[str(key)] = str(other.get("label")) if isinstance(other, dict) else str(key)
    return found

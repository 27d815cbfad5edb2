"""What a check looks at: a scheme, and the names of those of its blocks that could not be read."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ...errors import Fault
from ..by import Choice
from ..definition import SECTIONS, Scheme, Variants
from ..source import PathKey

#: Columns that every table of units, or of items, has without declaring them.
BUILT_IN = frozenset({"unit_code", "unit_name", "participation", "group", "item_id"})


@dataclass(frozen=True)
class Subject:
    """A scheme under check; ``broken`` are the names that could not be read, ``new`` those of blocks not checked yet (None: all)."""

    scheme: Scheme
    broken: frozenset[str]
    new: frozenset[str] | None = None

    @property
    def results(self) -> list[str]:
        """Names of all results."""
        return [name for section in SECTIONS for name in getattr(self.scheme, section)]

    @cached_property
    def blocks(self) -> tuple[tuple[tuple[str, str], Any], ...]:
        """The new blocks with their (section, name), variants one by one: for what is asked of a block, the names and the tables alone."""
        return tuple((place, model) for place, model in self.scheme.blocks() if self.new is None or place[1] in self.new)

    def unknown(self, name: str) -> bool:
        """Whether a name stands for nothing at all."""
        return not self.scheme.section_of(name) and name not in self.broken

    def columns(self, table: str) -> set[str] | None:
        """Columns of a table, those built in too; None when the table could not be read."""
        spec = self.scheme.tables.get(table)
        return None if spec is None else set(spec.columns) | set(spec.attributes) | BUILT_IN

    def fault(self, code: str, message: str, path: PathKey, *, remedy: str, value: str = "", severity: str = "error") -> Fault:
        """A fault at a path of the edition."""
        return self.scheme.source.fault(code, message, path, remedy=remedy, value=value, severity=severity)

    def spot(self, path: PathKey, text: str) -> PathKey:
        """The path below ``path`` where ``text`` stands as a value; ``path`` itself when it does not."""
        raw = self.scheme.source.data
        for segment in path:
            raw = raw.get(segment) if isinstance(raw, dict) else None
        return next((where for where, value in _scalars(raw, path) if str(value) == text), path)


def _scalars(raw: Any, path: PathKey) -> Iterator[tuple[PathKey, Any]]:
    if isinstance(raw, (dict, list)):
        for key, value in raw.items() if isinstance(raw, dict) else enumerate(raw):
            yield from _scalars(value, (*path, key))
    else:
        yield path, raw


def cases(*groups: Variants[Any]) -> Iterator[dict[str, str]]:
    """Every combination of attribute values that the by-tables of some blocks tell apart; one empty one where there are none."""
    keys: dict[str, list[str]] = {}
    for choices, _ in (variant for group in groups for variant in group.models):
        for choice in choices:
            keys.setdefault(choice.attribute, []).append(choice.key)
    options = [list(dict.fromkeys(found)) for found in keys.values()]
    yield from (dict(zip(keys, values, strict=True)) for values in itertools.product(*options))


def variant_in(group: Variants[Any], case: Mapping[str, str]) -> Any:
    """The model of a block in one case; None where its by-table has no key for it."""
    return next((model for choices, model in group.models if all(_meant(choice, case[choice.attribute]) for choice in choices)), None)


def _meant(choice: Choice, value: str) -> bool:
    return choice.key == value if value == "else" else choice.allows(value)


def words(scheme: Scheme, case: Mapping[str, str]) -> str:
    """A case as a reader calls it, in brackets; empty where nothing is told apart."""
    said = "，".join(f"{scheme.label(attribute)}为{'其他' if value == 'else' else f'“{value}”'}" for attribute, value in case.items())
    return f"（{said}）" if said else ""

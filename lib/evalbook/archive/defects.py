"""Known defects of the library (已知缺陷): which archived runs one may have touched, told by what they were made with and of.

The list travels with the library: a bag whose library knew a defect was made after its correction. So no version numbers have to be
kept in step; ``before`` narrows further where releases were numbered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import Fault, Refused
from ..scheme.source import Source, load_yaml, parse_yaml

__all__ = ["LIST", "Defect", "known_ids", "parts_of", "read_defects"]

#: The list inside the library (and inside the library of each bag).
LIST = "archive/defects.yaml"
_SHIPPED = Path(__file__).with_name("defects.yaml")
_FIELDS = frozenset({"id", "title", "corrected", "before", "schemes", "uses", "assumptions"})


@dataclass(frozen=True)
class Defect:
    """One defect: what was wrong, what is right, and where it could show."""

    id: str
    title: str
    corrected: str
    before: str = ""
    schemes: tuple[str, ...] = ()
    uses: Mapping[str, str] = field(default_factory=dict)
    assumptions: Mapping[str, str] = field(default_factory=dict)

    def may_touch(self, manifest: Mapping[str, Any], parts: Mapping[str, set[str]], known: frozenset[str]) -> bool:
        """Whether a run may be affected.

        Parameters
        ----------
        parts
            Every key of the run's parameter files with the values it has there.
        known
            Defects that the run's own library knew, and so had corrected.
        """
        if self.id in known or (self.schemes and manifest["scheme"] not in self.schemes):
            return False
        if self.before and _order(str(manifest["library"].get("version", "0"))) >= _order(self.before):
            return False
        chosen = manifest.get("assumptions") or {}
        if any(str(chosen.get(name)) != choice for name, choice in self.assumptions.items()):
            return False
        return all(key in parts and (value == "any" or value in parts[key]) for key, value in self.uses.items())


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"[0-9]+", version))


def read_defects(path: Path | None = None) -> list[Defect]:
    """The list, the shipped one unless another is named. Refused when it cannot be read."""
    source = load_yaml(path or _SHIPPED, (path or _SHIPPED).name)
    return list(_defects(source))


def known_ids(text: bytes) -> frozenset[str]:
    """Ids in the list of another library; none for a library that has no list, or one that this one cannot read."""
    try:
        data = parse_yaml(text.decode("utf-8"), "defects.yaml").data
        return frozenset(str(entry["id"]) for entry in data["defects"])
    except (Refused, UnicodeDecodeError, KeyError, TypeError):
        return frozenset()


def _defects(source: Source) -> Iterator[Defect]:
    entries = source.data.get("defects") if isinstance(source.data, dict) else None
    if not isinstance(entries, list):
        raise Refused([Fault("recall.list", "缺陷清单应有 defects 列表", "请参照程序自带的清单", file=source.file)])
    for number, entry in enumerate(entries):
        path = ("defects", number)
        if not isinstance(entry, dict) or not {"id", "title", "corrected"} <= entry.keys() <= _FIELDS:
            raise Refused([source.fault("recall.entry", f"缺陷应写 id、title、corrected，可写 {'、'.join(sorted(_FIELDS))}", path)])
        texts = {name: str(entry.get(name, "")) for name in ("id", "title", "corrected", "before")}
        maps = {name: {str(k): str(v) for k, v in (entry.get(name) or {}).items()} for name in ("uses", "assumptions")}
        yield Defect(**texts, schemes=tuple(map(str, entry.get("schemes") or ())), uses=maps["uses"], assumptions=maps["assumptions"])


def parts_of(folder: Path) -> dict[str, set[str]]:
    """Every key of the parameter files below, with the plain values it has (a list counts as its entries)."""
    found: dict[str, set[str]] = {}

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                plain = inner if isinstance(inner, list) else [inner]
                found.setdefault(str(key), set()).update(str(one) for one in plain if not isinstance(one, (dict, list)))
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    for path in sorted(folder.rglob("*.yaml")):
        try:
            walk(load_yaml(path, path.name).data)
        except Refused:
            # Not readable by this library: nothing can be ruled out by it, and the replay tells.
            continue
    return found

"""Patches: the one way in which an assumption, a period's change or a what-if alters an edition.

A patch maps dotted paths to values. ``*`` stands for one segment; a path with a wildcard applies wherever the key means
something to the block it reaches (``tree.*.rule.ties`` touches the rules that rank), and it must reach at least one.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import Fault, nearest
from ..kinds.fields import MEASURES
from ..kinds.outcomes import OUTCOMES
from ..kinds.ranking import Ranking
from ..kinds.rules import RULES
from .models import Branch, Leaf
from .source import PathKey, Source


def apply_patch(
    source: Source, patch: Mapping[str, Any], *, origin: Source, at: PathKey
) -> tuple[Source, list[tuple[str, Any, Any]], list[Fault]]:
    """New source with the patch applied, the (path, old, new) it changed, and the faults.

    ``origin`` and ``at`` say in which file, under which path the patch itself stands, for fault texts.
    """
    data, places = copy.deepcopy(source.data), dict(source.places)
    changed: list[tuple[str, Any, Any]] = []
    faults: list[Fault] = []
    for dotted, value in patch.items():
        here = (*at, dotted)
        segments = tuple(dotted.split("."))
        targets = list(_targets(data, segments, (), wild="*" in segments))
        if not targets:
            faults.append(origin.fault("patch.no_target", f"补丁路径“{dotted}”没有落到任何位置", here, remedy=_suggest(data, segments)))
        for target in targets:
            parent = data
            for segment in target[:-1]:
                parent = parent[segment]
            changed.append((".".join(map(str, target)), copy.deepcopy(parent.get(target[-1])), value))
            parent[target[-1]] = copy.deepcopy(value)
            for old in [p for p in places if p[: len(target)] == target]:
                del places[old]
            places[target] = (origin.file, origin.place(here)[1] or 0)
    return Source(data, source.file, places), changed, faults


def _targets(node: Any, segments: tuple[str, ...], path: PathKey, *, wild: bool) -> Iterator[PathKey]:
    """Full paths that a patch path reaches; the last segment may be new."""
    head, rest = segments[0], segments[1:]
    if not isinstance(node, dict):
        return
    if not rest:
        if head == "*" or (wild and head not in node and head not in _allowed(path, node)):
            return
        yield (*path, head)
        return
    for key in list(node) if head == "*" else [head]:
        if key in node:
            yield from _targets(node[key], rest, (*path, key), wild=wild)


def _allowed(path: PathKey, node: dict[str, Any]) -> set[str]:
    """Keys that mean something to the block at ``path``."""
    section, depth = (path[0] if path else ""), len(path)
    model: Any = None
    if section == "rankings" and depth == 2:
        model = Ranking
    elif section == "tree" and depth == 2:
        model = Branch if "children" in node else Leaf
    else:
        kinds = {("tree", 3): {**RULES, **MEASURES}, ("measures", 2): MEASURES, ("outcomes", 2): OUTCOMES}.get((str(section), depth), {})
        if section == "tree" and depth == 3:
            kinds = RULES if path[2] == "rule" else MEASURES if path[2] == "measure" else {}
        model = next((kinds[key] for key in node if key in kinds), None)
    if model is None:
        return set()
    return {(info.alias or name) for name, info in model.model_fields.items()}


def _suggest(data: Any, segments: tuple[str, ...]) -> str:
    """Nearest name at the first segment that does not exist."""
    for segment in segments:
        if not isinstance(data, dict):
            break
        if segment == "*":
            return "请核对通配路径后面的键"
        if segment not in data:
            return nearest(segment, [str(k) for k in data])
        data = data[segment]
    return "请核对路径"

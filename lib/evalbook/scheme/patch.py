"""Patches: the one way in which an assumption, a period's change or a what-if alters an edition.

A patch maps dotted paths to values. ``*`` stands for one segment; a path with a wildcard applies wherever the key means
something to the block it reaches (``tree.*.rule.ties`` touches the rules that rank), and it must reach at least one. A by-table on
the way is passed through: the path reaches what stands under each of its keys, or under the one that it names. ``null`` for a whole
block takes the block away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import Fault, nearest
from .by import is_table
from .keys import Options, below, keys_of, options_of
from .models import EditionFile
from .source import PathKey, Source

#: Segments of the path of a whole block: its section and its name.
_BLOCK = 2


def apply_patch(
    source: Source, patch: Mapping[str, Any], *, origin: Source, at: PathKey
) -> tuple[Source, list[tuple[str, Any, Any]], list[Fault]]:
    """New source with the patch applied, the (path, old, new) it changed, and the faults.

    ``origin`` and ``at`` say in which file, under which path the patch itself stands, for fault texts.
    """
    data, places = dict(source.data), dict(source.places)
    changed: list[tuple[str, Any, Any]] = []
    faults: list[Fault] = []
    for dotted, value in patch.items():
        here = (*at, dotted)
        segments = tuple(dotted.split("."))
        targets = list(_targets(data, segments, (), options_of(EditionFile), wild="*" in segments))
        if value is None:  # a block that is not there cannot be taken away
            targets = [target for target in targets if len(target) != _BLOCK or target[-1] in data[target[0]]]
        if not targets:
            faults.append(origin.fault("patch.no_target", f"补丁路径“{dotted}”没有落到任何位置", here, remedy=_suggest(data, segments)))
        for target in targets:
            parent = data
            for segment in target[:-1]:  # only what the patch touches is copied; the rest is shared with the source, which nobody changes
                parent[segment] = dict(parent[segment])
                parent = parent[segment]
            old = parent.get(target[-1])
            changed.append((".".join(map(str, target)), old, value))
            for path in _paths(old):  # a value says itself what stands below its path; all places would be many to look through
                places.pop((*target, *path), None)
            if value is None and len(target) == _BLOCK:
                del parent[target[-1]]
                continue
            parent[target[-1]] = value
            places[target] = origin.place(here)
            places |= {(*target, *path): origin.places[*here, *path] for path in _paths(value) if (*here, *path) in origin.places}
    return Source(data, source.file, places), changed, faults


def _paths(value: Any) -> Iterator[PathKey]:
    """The paths of a value and of everything in it, from the value on."""
    yield ()
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from ((key, *path) for path in _paths(inner))


def _targets(node: Any, segments: tuple[str, ...], path: PathKey, options: Options, *, wild: bool) -> Iterator[PathKey]:
    """Full paths that a patch path reaches; the last segment may be new."""
    head, rest = segments[0], segments[1:]
    if not isinstance(node, dict):
        return
    if is_table(node) and head not in node and (through := [key for key, value in node.items() if _has(value, head, options)]):
        for key in through:
            yield from _targets(node[key], segments, (*path, key), options, wild=wild)
        return
    if not rest:
        if head != "*" and (not wild or head in node or head in keys_of(options, node)):
            yield (*path, head)
        return
    for key in list(node) if head == "*" else [head]:
        if key in node:
            inner = options if is_table(node) else below(options, node, key)
            yield from _targets(node[key], rest, (*path, key), inner, wild=wild)


def _has(block: Any, key: str, options: Options) -> bool:
    """Whether a patch can go on below a block of a by-table: the block has the key, or may have it."""
    return isinstance(block, dict) and (key == "*" or key in block or key in keys_of(options, block))


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

"""Which blocks of a walk need not be computed again, because another walk has them already.

Trials differ from one another in little: another way of settling ties, one figure. A block that reads nothing that differs gives what it
gave before, and its result is taken over.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from ..kinds.base import refs_in
from ..scheme.definition import Scheme, result_refs
from .dataset import Dataset

if TYPE_CHECKING:
    from .evaluate import Walk


def kept(walk: Walk, known: Walk, order: list[tuple[str, str]], before: Collection[str] = ()) -> frozenset[str]:
    """Names of the blocks that neither differ nor read what does; ``order`` has each block after what it reads, ``before`` are kept.

    None is kept where the walks differ in more than blocks and figures of the units: roster, lists, how units take part, rounding.
    """
    figures = _figures(walk.dataset, known.dataset)
    if figures is None or not _alike(walk, known):
        return frozenset()
    done = {*known.results, *known.rankings, *known.decisions}
    found = set(before)
    for section, name in order:
        variants = getattr(walk.scheme, section)[name]
        reads = [other for model in variants for other in result_refs(model)]
        if name in done and found.issuperset(reads) and _same(walk.scheme, known.scheme, section, name):
            columns = {ref.name for model in variants for ref in refs_in(model)}
            if figures.isdisjoint(columns | {choice.attribute for choices, _ in variants.models for choice in choices}):
                found.add(name)
    return frozenset(found)


def _same(scheme: Scheme, known: Scheme, section: str, name: str) -> bool:
    return scheme is known or getattr(known, section).get(name) == getattr(scheme, section)[name]


def _alike(walk: Walk, known: Walk) -> bool:
    """Whether everything is the same that a block may read besides other blocks and figures."""
    here, there = walk.scheme, known.scheme
    if walk.floats != known.floats or walk.weights or known.weights or known.faults or here.period != there.period:
        return False
    if walk.others.keys() != known.others.keys() or any(known.others[key] is not other for key, other in walk.others.items()):
        return False
    if here is there:
        return True
    parts: list[Any] = [(s.id, s.meta, s.tables, s.settings, s.source.data.get("assumptions")) for s in (here, there)]
    return bool(parts[0] == parts[1])


def _figures(dataset: Dataset, known: Dataset) -> frozenset[str] | None:
    """Quantities of the units whose figures differ; None where more than that does."""
    if dataset is known:
        return frozenset()
    units, others = dataset.units, known.units
    same_rows = (units.keys, units.labels, units.columns.keys()) == (others.keys, others.labels, others.columns.keys())
    if not same_rows or dataset.tables.keys() != known.tables.keys():
        return None
    if any(table is not known.tables[name] for name, table in dataset.tables.items() if name != "units"):
        return None
    differing = {key for key, column in units.columns.items() if column is not others.columns[key]}
    return None if any(not period for _, period in differing) else frozenset(quantity for quantity, _ in differing)

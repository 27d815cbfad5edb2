"""Lint of one scheme and period: its own faults and those of every reading that an assumption offers."""

from __future__ import annotations

from pathlib import Path

from ..errors import Fault, Refused
from .by import fix, holds_elsewhere, locate, settle
from .checks import in_order, lint_scheme
from .checks.uses import unexplained, unofficial
from .definition import SECTIONS, Scheme
from .offered import offered
from .scheme import build_scheme, find, load_sources
from .source import Source

__all__ = ["lint_edition", "lint_scheme", "unexplained", "unofficial"]


def lint_edition(root: Path, scheme: str, period: str) -> list[Fault]:
    """Everything wrong with one scheme and period, each assumption's other readings tried one by one. UsageError for unknown names."""
    when = find(root, scheme, period)
    try:
        sources, edition, settings = load_sources(root, scheme, when)
        files = (*(source.file for source in sources), settings.file)
        main = build_scheme(scheme, when, edition, settings, files=files)
    except Refused as refused:
        return refused.faults
    found = lint_scheme(main)
    settled, _ = settle(edition, when)
    for assumption, readings in offered(edition, when).items():
        default, *alternatives = readings
        for choice in alternatives:
            chosen = {**(settings.data.get("assumptions") or {}), assumption: choice}
            trial = Source({**settings.data, "assumptions": chosen}, settings.file, settings.places)
            block = settled.data["assumptions"][assumption]
            path = ("assumptions", assumption, *locate(block, {}, when, ("alternatives", choice)))
            try:
                other = build_scheme(scheme, when, edition, trial, files=files)
            except Refused as refused:
                found += [
                    settled.fault("assumption.broken", f"读法“{choice}”用不了：{f.message}", path, remedy=f.remedy or "请核对 patch")
                    for f in refused.faults
                ]
                continue
            changed = next(a.changed for a in other.assumptions if a.name == assumption)
            # what holds for other years or kinds of period only is judged there
            if all(holds_elsewhere(edition.data, tuple(path.split(".")), when) or fix(new, when) != new for path, _, new in changed):
                continue
            if main.settings.readings.get(assumption, default) != choice and _same(main, other):
                message = f"读法“{choice}”与现行读法没有区别"
                found.append(settled.fault("assumption.no_effect", message, path, remedy="请核对 patch 的路径和取值，或删去这一读法"))
    return in_order(found)


def _same(one: Scheme, other: Scheme) -> bool:
    """Whether two readings come to the same scheme."""
    return all(getattr(one, part) == getattr(other, part) for part in ("meta", "tables", *SECTIONS))

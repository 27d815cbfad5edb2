"""What a person should see before signing: how often it was run until it came out so, and which figures changed since the last time."""

from __future__ import annotations

import json
from pathlib import Path

from ..run.differences import places
from ..run.publication import MANIFEST
from ..terms import OUTCOMES, STATUSES
from .signoff import SignedRun, attempts

__all__ = ["attempts_in_words", "changed_since_last"]

#: More changes of one file than these are counted, not listed.
_MOST = 20


def attempts_in_words(run: SignedRun) -> str:
    """Every run of the period, trials, refused and failed ones too, counted from the ledger."""
    told = []
    for key, count in attempts(run.outputs, run.manifest["scheme"], run.manifest["period"]).items():
        status, _, outcome = key.partition(".")
        told.append(f"{STATUSES.get(status, status)}{OUTCOMES.get(outcome, outcome)}{count}次")
    return "、".join(told)


def changed_since_last(run: SignedRun) -> tuple[str, list[str]]:
    """Name of the completed run before this one, and what differs in its inputs, cell by cell; empty where there is none."""
    before = _before(run)
    if before is None:
        return "", []
    found = []
    names = {name for name in run.files if name.startswith("inputs/")}
    names |= {path.relative_to(before).as_posix() for path in (before / "inputs").rglob("*") if path.is_file()}
    for name in sorted(names):
        old, new = before / name, run.folder / name
        shown = name.removeprefix("inputs/")
        if not old.is_file() or not new.is_file():
            found.append(f"{shown} {'新增' if new.is_file() else '删去'}")
            continue
        different = places(old, new)
        found += [f"{shown} {place}" for place in different[:_MOST]]
        if len(different) > _MOST:
            found.append(f"{shown} 另有{len(different) - _MOST}处")
    return before.name, found


def _before(run: SignedRun) -> Path | None:
    """The newest completed run of the period that is older, whatever its status."""
    for path in sorted(run.folder.parent.glob(f"*/{MANIFEST}"), reverse=True):
        if path.parent.name >= run.folder.name:
            continue
        try:
            manifest = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            continue
        if isinstance(manifest, dict) and manifest.get("outcome") == "completed":
            return path.parent
    return None

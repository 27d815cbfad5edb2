"""Replay of a bag: the run inside is executed anew with the library of then, and compared byte by byte.

Where this machine's environment and library are those of the run, they are used (quickly); otherwise the environment is rebuilt from
the bag's lock and library, by the same program that lies in the bag for people who have nothing else.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ..errors import Refused, UsageError
from ..run.environment import PrivateFolder
from ..run.identity import environment, library_sha256
from ..run.reproduce import NOT_ENTERED, Reproduction, reproduce
from .bag_check import check_bag
from .content import RUN, BagContent

__all__ = ["opened", "replay_here", "replay_rebuilt", "same_environment"]

Progress = Callable[[str], None]


def opened(bag: Path, shown: str) -> BagContent:
    """A bag whose every byte was checked. Refused when something is wrong with it: what is damaged is not executed."""
    if not (bag / "bagit.txt").is_file():
        raise UsageError(f"这不是档案包：{bag}")
    checked = check_bag(bag, shown)
    content = BagContent(checked, shown)
    faults = [*checked.faults, *(content.check() if checked.files else ())]
    if faults:
        raise Refused(faults, "档案包有问题，没有复演")
    return content


def same_environment(content: BagContent) -> bool:
    """Whether library and packages of this machine are those that made the run."""
    manifest = content.manifest
    return bool(manifest["library"]["sha256"] == library_sha256() and manifest["environment"] == environment())


def restore(content: BagContent, target: Path) -> Path:
    """A copy of the run under its own names; returns its folder."""
    original = content.original_names()
    for name in content.bag.files:
        if name.startswith(RUN):
            path = target / original.get(name, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(content.data / name, path)
    return target / RUN.rstrip("/")


def replay_here(content: BagContent, *, progress: Progress = lambda _text: None, warm: bool | None = None) -> Reproduction:
    """Execute with what is installed here; differences are explained as by ``evalbook reproduce``."""
    with PrivateFolder() as private:
        found = reproduce(restore(content, private.folder), progress=progress, warm=warm)
    # The bag's own manifests and signatures vouch for the manifest, where a run folder has the ledger beside it.
    return replace(found, run=content.bag.folder, notes=tuple(note for note in found.notes if note != NOT_ENTERED))


def replay_rebuilt(content: BagContent, *, wheelhouse: Path | None = None, as_json: bool = False) -> int:
    """Rebuild the environment of then and execute in it; exit code of the bag's own program."""
    from . import entry

    arguments = [str(content.bag.folder), *(["--wheelhouse", str(wheelhouse)] if wheelhouse else []), *(["--json"] if as_json else [])]
    return entry.main(arguments)

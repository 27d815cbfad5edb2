"""Periods that a worker has prepared already: of a scheme with history each period reads those before it, which are run as well.

Only the supervisor's side may remember; every kernel reads and computes for itself, from the run's own copies, and the gate compares.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..workbook import Prepared, Workbook

if TYPE_CHECKING:
    from .job import Job

#: What tells that a file is the same: where it stands, its place on the disk, size, and when it was changed.
_State = tuple[str, int, int, int, int]


class Kept:
    """The periods of one scheme, as long as none of their files changes; those of the next scheme take their place."""

    def __init__(self) -> None:
        self._of: tuple[Path, str] | None = None
        self._files: frozenset[_State] = frozenset()
        self._done: dict[str, Prepared] = {}

    def prepare(self, job: Job) -> Prepared:
        """The period of a job: :meth:`~evalbook.workbook.Workbook.prepare`, without preparing anything twice."""
        if self._of != (job.root, job.scheme) or self._files != (before := self._states()):
            self._of, self._done = (job.root, job.scheme), {}
            before = self._states()
        prepared = Workbook(job.root).prepare(job.scheme, job.period, overrides=job.overrides or None, done=self._done)
        self._files = before | self._states()
        return prepared

    def _states(self) -> frozenset[_State]:
        """Every file from which a period of the scheme may be read, as it is now."""
        assert self._of is not None
        root, scheme = self._of
        tops = (root / "params" / scheme, root / "data" / scheme)
        paths = {os.path.join(folder, name) for top in tops for folder, _, names in os.walk(top) for name in names}  # noqa: PTH118
        # Evidence may lie elsewhere.
        paths |= {str(item.path) for prepared in self._done.values() for item in prepared.inputs}
        return frozenset(map(_state, paths))


def _state(path: str) -> _State:
    try:
        found = os.stat(path)  # noqa: PTH116 - thousands of evidence files may lie there
    except OSError:
        return (path, 0, 0, 0, 0)
    return (path, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)

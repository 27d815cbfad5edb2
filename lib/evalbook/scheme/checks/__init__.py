"""Lint: everything about a scheme that the types of its blocks alone cannot say, told in the office's terms."""

from __future__ import annotations

from collections.abc import Iterable

from ...errors import Fault
from ..definition import Scheme
from .doubts import CHECKS as DOUBTS
from .history import CHECKS as HISTORY
from .names import CHECKS as NAMES
from .points import CHECKS as POINTS
from .roster import CHECKS as ROSTER
from .subject import Subject
from .uses import CHECKS as USES

__all__ = ["in_order", "lint_scheme"]


def lint_scheme(scheme: Scheme, broken: frozenset[str] = frozenset(), new: frozenset[str] | None = None) -> list[Fault]:
    """All faults of a scheme as it holds for its period, in the order of the file.

    ``broken`` names blocks that could not be read: nothing is said of them, nor of what depends on them. ``new`` names those that were
    not checked before among the same names and tables (None: all are new): what can be said of the others alone was not refused.
    """
    subject = Subject(scheme, broken, new)
    return in_order(fault for check in (*NAMES, *ROSTER, *POINTS, *HISTORY, *USES, *DOUBTS) for fault in check(subject))


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """Errors first, then by file and line, each once."""
    return sorted(dict.fromkeys(faults), key=lambda f: (f.severity != "error", f.file, f.row or 0, f.code))

"""疑点核对: what looks odd among the figures, each with where it stands, why it is odd and what to ask.

Settings are those of :mod:`evalbook.scheme.doubts`; nothing here changes a figure or a point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ...errors import Fault
from ...scoring.evaluation import Evaluation
from .lists import find_idle, find_list_falls, find_same_projects
from .numbers import find_breaks, find_jumps, find_peers, find_round
from .view import View
from .wholes import find_falls, find_parts, find_sources, find_targets

__all__ = ["doubts"]

#: Check of the settings → what finds it.
_FINDERS: dict[str, tuple[Callable[[View, Any], Iterator[Fault]], ...]] = {
    "sources": (find_sources,),
    "cumulative": (find_falls, find_list_falls),
    "parts": (find_parts,),
    "calibre_break": (find_breaks,),
    "jump": (find_jumps,),
    "peers": (find_peers,),
    "targets": (find_targets,),
    "same_project": (find_same_projects,),
    "idle": (find_idle,),
    "round_numbers": (find_round,),
}


def doubts(evaluation: Evaluation, *, findings_only: bool = False) -> list[Fault]:
    """Everything that the checks of the scheme find in the figures of a period, findings before questions.

    ``findings_only`` leaves out checks that only raise questions: nothing has to be settled before a final run but findings.
    """
    view = View(evaluation)
    found: list[Fault] = []
    for name, setting in evaluation.scheme.checks.listed().items():
        if setting.off or (findings_only and setting.severity != "finding"):
            continue
        for finder in _FINDERS[name]:
            found += finder(view, setting)
    return sorted(found, key=lambda fault: fault.severity != "finding")

"""Base of the outcomes (考核结果运用): who is rewarded, with what, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from ..base import Flag, Kind, OutcomeScope

#: Verdicts of a list outcome, in the order a reader wants them.
VERDICTS = ("入选", "待裁定", "未入选", "无入选资格", "不参与排名")


@dataclass(frozen=True)
class Decision:
    """What an outcome says of each row.

    ``verdicts`` are words (or amounts as exact numbers) per row; ``margins`` the distance to the cut-off, None where there is
    none; ``order`` the row numbers in the order in which the list is read; ``pending`` texts say what must be ruled.
    """

    verdicts: np.ndarray
    margins: tuple[Any, ...]
    order: tuple[int, ...]
    places: tuple[int | None, ...] = ()
    pending: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


class Outcome(Kind):
    """One use of the results. ``benefits`` are printed on the sheet of every unit rewarded."""

    title: ClassVar[str] = ""
    label: str = ""
    clause: str = ""
    note: str = ""
    official: Flag = True
    benefits: list[str] = Field(default_factory=list)

    def decide(self, scope: OutcomeScope, name: str) -> Decision:
        """The decision over the units."""
        raise NotImplementedError

    def sentence(self) -> str:
        """What the outcome does, in Chinese."""
        raise NotImplementedError

"""The first n are rewarded (激励名额)."""

from __future__ import annotations

from typing import ClassVar

from ..base import Flag, Name, OutcomeScope, Whole
from ..conditions import Condition
from .base import Decision, Outcome
from .selection import AcrossTie, select_first, tie_sentence


class Quota(Outcome):
    """激励名额: the first ``quota`` units of ranking ``by``, in each group of that ranking.

    ``across_tie`` says what happens when a tie crosses the cut-off: ``pending`` (all tied are listed, a final run waits for a
    ruling), ``all_in``, ``none_in`` or ``{decided_by: result}``. Units that are not ``eligible`` are passed over; with
    ``refill`` the next ones move up. Example: ZJ 第三条: 设区市激励名额3个 → ``{quota: 3, by: place, across_tie: pending}``.
    """

    title: ClassVar[str] = "激励名额"
    quota: Whole
    by: Name
    across_tie: AcrossTie = "pending"
    eligible: Condition | None = None
    refill: Flag = True

    def decide(self, scope: OutcomeScope, name: str) -> Decision:
        return select_first(
            scope, name, count=self.quota, by=self.by, across_tie=self.across_tie, eligible=self.eligible, refill=self.refill
        )

    def sentence(self) -> str:
        return f"按排名取前{self.quota}名；并列跨越名额线时：{tie_sentence(self.across_tie)}"

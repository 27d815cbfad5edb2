"""Shortlist with a margin over the quota (差额推荐名单)."""

from __future__ import annotations

from typing import ClassVar

from ...exact import plain
from ..base import ExactNumber, Name, OutcomeScope
from .base import Decision, Outcome
from .quota import Quota
from .selection import AcrossTie, select_first, tie_sentence


class Shortlist(Outcome):
    """差额名单: the first ``ceil(quota × (1 + margin))`` units of the award list ``shortlist``.

    Example: ZJ 第六条（五）按照一定差额比例形成推荐名单; with quota 3 and margin 0.5 it holds ceil(4.5) = 5 cities.
    """

    title: ClassVar[str] = "差额推荐名单"
    shortlist: Name
    margin: ExactNumber
    across_tie: AcrossTie = "all_in"

    def size(self, quota: int) -> int:
        """Number of places on the list.

        >>> Shortlist.model_validate({"shortlist": "awarded", "margin": "0.5"}).size(3)
        5
        """
        exact_size = quota * (1 + self.margin)
        return int(-(-exact_size.numerator // exact_size.denominator))

    def decide(self, scope: OutcomeScope, name: str) -> Decision:
        quota = scope.outcome(self.shortlist)
        if not isinstance(quota, Quota):
            raise TypeError(f"{self.shortlist} is no quota")
        return select_first(
            scope,
            name,
            count=self.size(quota.quota),
            by=quota.by,
            across_tie=self.across_tie,
            eligible=quota.eligible,
            refill=quota.refill,
        )

    def sentence(self) -> str:
        return f"按名额 ×（1＋{plain(self.margin)}）进一取整列出；并列跨越线时：{tie_sentence(self.across_tie)}"

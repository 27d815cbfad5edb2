"""Shortlist with a margin over the quota (差额推荐名单)."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ...exact import plain
from ...terms import Standing
from ..base import ExactNumber, Name, OutcomeScope
from .base import Decision, Draft, Outcome, merged
from .quota import Quota
from .selection import AcrossTie, select, tie_sentence


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

    def decide(self, scope: OutcomeScope, name: str, mine: np.ndarray) -> Decision:
        parts, chosen = [], np.zeros(scope.rows(), dtype=int)
        for number, (quota, theirs) in enumerate(scope.outcome_variants(self.shortlist)):
            chosen[theirs] = number
            parts.append(self._like(quota, Draft(self, scope, name, mine & theirs)))
        return merged(parts, chosen)

    def _like(self, quota: Quota, draft: Draft) -> Decision:
        """The longer list of one award list."""
        return select(
            draft,
            count=self.size(quota.quota),
            by=quota.by,
            last=quota.from_ == "last",
            across_tie=self.across_tie,
            eligible=quota.eligible,
            refill=quota.refill,
        ).decision()

    def says(self, standing: Standing) -> str:
        return self.word or "入选" if standing == Standing.LISTED else "未入选" if standing == Standing.NOT_LISTED else standing.label

    def sentence(self) -> str:
        return f"按名额 ×（1＋{plain(self.margin)}）进一取整列出；并列跨越线时：{tie_sentence(self.across_tie)}"

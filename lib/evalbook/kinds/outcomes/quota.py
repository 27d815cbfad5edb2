"""The first n are rewarded, or the last n warned (激励名额, 后n名)."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ...terms import Standing
from ..base import ExactNumber, Flag, Name, OutcomeScope, Whole
from ..conditions import Condition
from .base import Decision, Draft, Finding, Outcome, may_be_listed, money
from .selection import AcrossTie, select, tie_sentence

_AWARD = {Standing.LISTED: "入选", Standing.NOT_LISTED: "未入选"}


class Quota(Outcome):
    """激励名额: the first ``quota`` units of ranking ``by``, or with ``from: last`` the last ones, in each group of that ranking.

    ``across_tie`` says what happens when a tie crosses the cut-off: ``pending`` (all tied are listed, a final run waits for a
    ruling), ``all_in``, ``none_in`` or ``{decided_by: result}`` (several results decide one after the other). Units that are
    not ``eligible`` are passed over; with ``refill`` the next ones move up. ``amount`` is what each unit listed is paid, ``least``
    the smallest number of winners where the document leaves a range. A quota that differs by group is a by-table::

        {quota: {by: $group, 县: 3, 区: 2}, by: place_in_group}
        {quota: 5, from: last, by: place_in_region, word: 退出风险警示}
        {quota: 3, least: 2, by: investment_place, amount: 20000, payer: 区财政}

    Examples: ZJ 第三条 设区市激励名额3个; HZ-4.3.2 单项奖2—3名; ETDZ-7b the last 5 of each region.
    """

    title: ClassVar[str] = "名额"
    quota: Whole
    by: Name
    from_: Literal["first", "last"] = Field("first", alias="from")
    least: Whole | None = None
    across_tie: AcrossTie = "pending"
    eligible: Condition | None = None
    refill: Flag = True
    amount: ExactNumber | None = None

    @model_validator(mode="after")
    def _range(self) -> Quota:
        if self.least is not None and not 1 <= self.least <= self.quota:
            raise PydanticCustomError("least", "least 应在1到名额{quota}之间", {"quota": self.quota})
        return self

    def decide(self, scope: OutcomeScope, name: str, mine: np.ndarray) -> Decision:
        draft = Draft(self, scope, name, mine)
        select(
            draft,
            count=self.quota,
            by=self.by,
            last=self.from_ == "last",
            across_tie=self.across_tie,
            eligible=self.eligible,
            refill=self.refill,
        )
        self._warn_of_few(draft)
        self._find_excess(draft)
        listed = np.flatnonzero(draft.standings == Standing.LISTED)
        for row in map(int, listed) if self.amount is not None else ():
            draft.pay(self.amount, f"{self.says(Standing.LISTED)}（第{draft.places[row]}名）", row)
        return draft.decision()

    def _warn_of_few(self, draft: Draft) -> None:
        """Note a group in which fewer are listed than the document wants at least."""
        groups = draft.scope.ranking(self.by).groups
        for group in np.unique(groups) if self.least is not None else ():
            rows = np.flatnonzero(groups == group)
            found = int(may_be_listed(draft.standings[rows]).sum())
            if found < (self.least or 0):
                name = draft.scope.group_name(self.by, int(rows[0]))
                draft.tell(f"{name + '：' if name else ''}只有{found}个可列入，少于应评的{self.least}个", rows)

    def _find_excess(self, draft: Draft) -> None:
        """A quota that a group could never fill, whatever its results: either the quota or the roster is wrong."""
        groups = draft.scope.ranking(self.by).groups
        for group in np.unique(groups[draft.mine]):
            rows = np.flatnonzero(groups == group)
            if self.quota > len(rows):
                name = draft.scope.group_name(self.by, int(rows[0]))
                text = f"名额{self.quota}个多于{f'“{name}”' if name else '名单上'}的全部对象（{len(rows)}个）"
                draft.findings.append(Finding(text, "请核对名额和名单", "finding"))

    def says(self, standing: Standing) -> str:
        if self.word or self.from_ == "last":
            return super().says(standing)
        return _AWARD.get(standing) or standing.label

    def amounts(self) -> list[Any]:
        return [] if self.amount is None else [self.amount]

    def sentence(self) -> str:
        which = "后" if self.from_ == "last" else "前"
        number = f"{self.quota}名" if self.least in (None, self.quota) else f"{self.least}—{self.quota}名"
        each = f"，每个{money(self.amount, self.uom or '元')}" if self.amount is not None else ""
        return f"按排名取{which}{number}{each}；并列跨越名额线时：{tie_sentence(self.across_tie)}"

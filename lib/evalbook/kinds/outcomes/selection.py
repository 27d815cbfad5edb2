"""Choosing the first or last n by a ranking, with the margin to the cut-off and a declared policy for a tie across it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BeforeValidator, Field, WithJsonSchema

from ...terms import Standing
from ..base import KindFault, Model, Operand, OutcomeScope, RankingView
from ..conditions import FALSE, TRUE, UNKNOWN, Condition
from ..places import Places, places
from .base import Decision, Draft

_ONE_OR_MORE = {"type": ["string", "number", "array"], "description": "结果名，或按先后排列的多个结果名"}


class DecidedBy(Model):
    """Named results that decide, one after the other, among units that are tied."""

    decided_by: Annotated[
        list[Operand],
        BeforeValidator(lambda raw: raw if isinstance(raw, list) else [raw]),
        WithJsonSchema(_ONE_OR_MORE),
        Field(min_length=1),
    ]
    order: Literal["desc", "asc"] = "desc"

    def places(self, scope: OutcomeScope, tied: np.ndarray) -> Places:
        """Places of the tied rows among themselves; one without a value comes last."""
        inside = np.zeros(scope.rows(), bool)
        inside[tied] = True
        nowhere = np.zeros(scope.rows(), int)
        combined = nowhere
        for ref in self.decided_by:
            column = scope.column(ref)
            found = places(column.values, column.ok, inside, nowhere, descending=self.order == "desc", missing_last=True)
            combined = combined * (scope.rows() + 2) + found.dense
            combined = places(combined, inside, inside, nowhere, descending=False, missing_last=False).dense
        return places(combined, inside, inside, nowhere, descending=False, missing_last=False)

    def names(self, scope: OutcomeScope) -> str:
        """What decides, as a sentence names it."""
        return "、".join(f"“{scope.label(ref)}”" for ref in self.decided_by)


AcrossTie = Literal["pending", "all_in", "none_in"] | DecidedBy
_TIE_WORDS = {"pending": "待裁定，列出全部并列对象", "all_in": "并列者全部列入", "none_in": "并列者均不列入"}


def tie_sentence(policy: Any) -> str:
    """The policy for a tie across the cut-off, in Chinese."""
    return _TIE_WORDS.get(policy, "") if isinstance(policy, str) else f"由{'、'.join(map(str, policy.decided_by))}决定先后"


def view_places(view: RankingView, contenders: np.ndarray) -> Places:
    """Places among the contenders, tie-breakers of the ranking included."""
    return places(view.order, contenders, contenders, view.groups, descending=False, missing_last=False)


class Cut:
    """Gives the seats of one outcome: units tied across a cut-off meet the ruling of the period file, else the declared policy."""

    def __init__(self, draft: Draft, policy: Any, *, where: str = "名额线") -> None:
        self.draft, self.policy, self.where = draft, policy, where
        self.ruling = draft.scope.ruling(draft.name)
        self._tied: set[str] = set()

    def seats(self, rows: np.ndarray, low: np.ndarray, high: np.ndarray, seats: int) -> tuple[np.ndarray, np.ndarray]:
        """(rows that get a seat, rows that wait) among ``rows``, whose places from the top are ``low`` to ``high``."""
        sure = rows[high[rows] <= seats]
        tied = rows[(low[rows] <= seats) & (high[rows] > seats)]
        inside, waiting = self._settle(tied, seats - (int(low[tied[0]]) - 1)) if len(tied) else (tied, tied)
        return np.concatenate([sure, inside]), waiting

    def _settle(self, tied: np.ndarray, free: int) -> tuple[np.ndarray, np.ndarray]:
        draft, scope, none = self.draft, self.draft.scope, np.zeros(0, dtype=int)
        who = draft.names(tied)
        self._tied |= {scope.unit_key(int(row)) for row in tied}
        if self.ruling is not None:
            chosen = tied[[scope.unit_key(int(row)) in self.ruling.units for row in tied]]
            draft.tell(f"{who}并列跨越{self.where}，依裁定（{self.ruling.by} {self.ruling.date}：{self.ruling.reason}）处理", tied)
            return chosen, none
        if self.policy in ("all_in", "none_in"):
            draft.tell(f"{who}并列跨越{self.where}，按假设{_TIE_WORDS[self.policy]}", tied)
            return (tied, none) if self.policy == "all_in" else (none, none)
        inside = none
        if isinstance(self.policy, DecidedBy):
            found = self.policy.places(scope, tied)
            inside, still = tied[found.high[tied] <= free], tied[(found.low[tied] <= free) & (found.high[tied] > free)]
            draft.tell(f"{who}并列跨越{self.where}，由{self.policy.names(scope)}决定先后", tied)
            if not len(still):
                return inside, none
            tied, free = still, free - len(inside)
        draft.wait(f"{draft.names(tied)}并列，剩余名额{free}个，须在考核期文件 rulings 中裁定", tied)
        return inside, tied

    def finish(self) -> None:
        """Refuse a ruling that names others than the tied units; note one that decided nothing."""
        if self.ruling is None:
            return
        draft, scope = self.draft, self.draft.scope
        rows = {scope.unit_key(row): row for row in range(scope.rows())}
        strangers = [code for code in self.ruling.units if code not in self._tied and (code not in rows or draft.mine[rows[code]])]
        if strangers and self._tied:
            who = draft.names(rows[code] for code in sorted(self._tied))
            raise KindFault(
                "ruling.not_tied",
                f"裁定列出的代码{'、'.join(strangers)}不在须裁定的并列对象（{who}）之中",
                "请按代码列出并列对象中应列入的",
            )
        if not self._tied:
            draft.notes.append(f"没有须裁定的并列，裁定（{self.ruling.by} {self.ruling.date}）未用到，请核对后删去")


def select(
    draft: Draft, *, count: int, by: str, last: bool, across_tie: Any, eligible: Condition | None, refill: bool
) -> Decision:
    """The first (or last) ``count`` units of ranking ``by`` in each of its groups.

    Who may not be rewarded at all is passed over among the first, but not among the last: a warning spares nobody.
    """
    scope, mine = draft.scope, draft.mine
    view = scope.ranking(by)
    groups, ranked = view.groups, view.places.ok
    truth = np.full(scope.rows(), TRUE) if eligible is None else eligible.truth(scope)
    allowed = (truth != FALSE) & (last | scope.eligible())
    contenders = ranked & allowed if refill else ranked
    found = view_places(view, contenders)
    low, high = (found.size + 1 - found.high, found.size + 1 - found.low) if last else (found.low, found.high)
    cut = Cut(draft, across_tie)
    for group in np.unique(groups[contenders]) if contenders.any() else ():
        rows = np.flatnonzero(contenders & (groups == group))
        inside, _ = cut.seats(rows, low, high, count)
        draft.standings[inside] = Standing.LISTED
        if count > len(rows):
            name = scope.group_name(by, int(rows[0]))
            draft.tell(f"{name + '：' if name else ''}名额{count}个多于可列入对象{len(rows)}个，全部列出", rows)
    cut.finish()
    draft.standings[ranked & ~allowed] = Standing.BARRED
    unsure = np.flatnonzero((truth == UNKNOWN) & np.isin(draft.standings, (Standing.LISTED, Standing.PENDING)) & mine)
    if len(unsure):
        draft.wait(f"{draft.names(unsure)}缺少判定入选资格所需的数据", unsure)
    draft.standings[~ranked] = Standing.UNRANKED
    toward = -1 if last else 1
    listed = sorted(range(scope.rows()), key=lambda r: (int(groups[r]), not ranked[r], toward * int(view.order[r]), r))
    shown = [int(found.low[r]) if contenders[r] else None for r in range(scope.rows())]
    return draft.decision(listed, places=shown, margins=_margins(draft.standings, view, contenders, last=last))


def _margins(standings: np.ndarray, view: RankingView, contenders: np.ndarray, *, last: bool) -> list[Any]:
    """Distance in the ranked value to the cut-off: units listed to the nearest one outside, the others to the nearest inside."""
    margins: list[Any] = [None] * len(standings)
    upper, lower = (max, min) if view.descending else (min, max)
    nearest_outside, nearest_inside = (lower, upper) if last else (upper, lower)
    for group in np.unique(view.groups[contenders]) if contenders.any() else ():
        rows = [int(r) for r in np.flatnonzero(contenders & (view.groups == group))]
        inside = [view.of.values[r] for r in rows if standings[r] == Standing.LISTED]
        outside = [view.of.values[r] for r in rows if standings[r] != Standing.LISTED]
        for row in rows:
            listed = standings[row] == Standing.LISTED
            across = outside if listed else inside
            if across:
                margins[row] = view.of.values[row] - (nearest_outside if listed else nearest_inside)(across)
    return margins

"""Choosing the first or last n by a ranking, with the margin to the cut-off and a declared policy for a tie across it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BeforeValidator, Discriminator, Field, Tag, WithJsonSchema

from ...terms import Standing
from ..base import Model, Operand, OutcomeScope, RankingView
from ..conditions import FALSE, TRUE, UNKNOWN, Condition
from ..discovery import tag
from ..places import Places, places
from .base import Draft, may_be_listed

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
            column = scope.column(ref).settled()
            found = places(column.values, column.ok, inside, nowhere, descending=self.order == "desc", missing_last=True)
            combined = combined * (scope.rows() + 2) + found.dense
            combined = places(combined, inside, inside, nowhere, descending=False, missing_last=False).dense
        return places(combined, inside, inside, nowhere, descending=False, missing_last=False)

    def names(self, scope: OutcomeScope) -> str:
        """What decides, as a sentence names it."""
        return "、".join(f"“{scope.label(ref)}”" for ref in self.decided_by)


def tie_policy(*words: str) -> Any:
    """A tie policy: one of the words, or what decides; told apart by its form, so that a slip gets one complaint."""
    word = Annotated[Literal[words], Tag(tag("policy"))]  # type: ignore[valid-type]
    decided = Annotated[DecidedBy, Tag(tag("decided"))]
    return Annotated[word | decided, Discriminator(lambda raw: tag("decided" if isinstance(raw, (dict, DecidedBy)) else "policy"))]


AcrossTie = tie_policy("pending", "all_in", "none_in")
SharedTie = tie_policy("shared", "each_full", "none", "pending")
_TIE_WORDS = {"pending": "待裁定，列出全部并列对象", "all_in": "并列者全部列入", "none_in": "并列者均不列入"}


def tie_sentence(policy: Any) -> str:
    """The policy for a tie across the cut-off, in Chinese."""
    return _TIE_WORDS.get(policy, "") if isinstance(policy, str) else f"由{'、'.join(map(str, policy.decided_by))}决定先后"


def view_places(view: RankingView, contenders: np.ndarray) -> Places:
    """Places among the contenders, tie-breakers of the ranking included."""
    return places(view.order, contenders, contenders, view.groups, descending=False, missing_last=False)


def take_seats(
    draft: Draft, rows: np.ndarray, low: np.ndarray, high: np.ndarray, seats: int, policy: Any, allowed: np.ndarray, where: str = "名额线"
) -> tuple[np.ndarray, np.ndarray]:
    """(rows that get a seat, rows that wait) among ``rows``, whose places from the top are ``low`` to ``high``.

    Those not ``allowed`` hold their place but do not contend with the units they are tied with. Units tied across the last seat
    meet the ruling of the period file, else the policy.
    """
    sure = rows[high[rows] <= seats]
    tied = rows[(low[rows] <= seats) & (high[rows] > seats)]
    free = seats - (int(low[tied[0]]) - 1) if len(tied) else 0
    tied = tied[allowed[tied]]
    inside, waiting = _settle(draft, tied, free, policy, where) if len(tied) > free else (tied, tied[:0])
    return np.concatenate([sure, inside]), waiting


def _settle(draft: Draft, tied: np.ndarray, free: int, policy: Any, where: str) -> tuple[np.ndarray, np.ndarray]:
    """(rows that get one of the free seats, rows that wait) among the tied."""
    scope, none, who, ruling = draft.scope, tied[:0], draft.names(tied), draft.ruling
    draft.contest(tied)
    if ruling is not None:
        draft.tell(f"{who}并列跨越{where}，依裁定（{ruling.by} {ruling.date}：{ruling.reason}）处理", tied)
        return tied[[scope.unit_key(int(row)) in ruling.units for row in tied]], none
    if policy in ("all_in", "none_in"):
        draft.tell(f"{who}并列跨越{where}，按假设{_TIE_WORDS[policy]}", tied)
        return (tied, none) if policy == "all_in" else (none, none)
    inside = none
    if isinstance(policy, DecidedBy):
        found = policy.places(scope, tied)
        draft.tell(f"{who}并列跨越{where}，由{policy.names(scope)}决定先后", tied)
        inside, tied = tied[found.high[tied] <= free], tied[(found.low[tied] <= free) & (found.high[tied] > free)]
        free -= len(inside)
    if len(tied):
        draft.wait(f"{draft.names(tied)}并列，剩余名额{free}个，须在考核期文件 rulings 中裁定", tied)
    return inside, tied


def select(draft: Draft, *, count: int, by: str, last: bool, across_tie: Any, eligible: Condition | None, refill: bool) -> Draft:
    """List the first (or last) ``count`` units of ranking ``by`` in each of its groups; returns the same draft.

    Who may not be rewarded at all is passed over among the first, but not among the last: a warning spares nobody.
    """
    scope, mine = draft.scope, draft.mine
    view = scope.ranking(by)
    groups, ranked = view.groups, view.places.ok
    truth = np.full(scope.rows(), TRUE) if eligible is None else eligible.settled(scope)
    allowed = (truth != FALSE) & (last | scope.eligible())
    contenders = ranked & allowed if refill else ranked
    found = view_places(view, contenders)
    low, high = (found.size + 1 - found.high, found.size + 1 - found.low) if last else (found.low, found.high)
    for group in np.unique(groups[contenders]) if contenders.any() else ():
        rows = np.flatnonzero(contenders & (groups == group))
        inside, _ = take_seats(draft, rows, low, high, count, across_tie, allowed)
        draft.standings[inside] = Standing.LISTED
        if count > len(rows):
            name = scope.group_name(by, int(rows[0]))
            draft.tell(f"{name + '：' if name else ''}名额{count}个多于可列入对象{len(rows)}个，全部列出", rows)
    draft.close_ruling()
    draft.standings[ranked & ~allowed] = Standing.BARRED
    unsure = np.flatnonzero((truth == UNKNOWN) & may_be_listed(draft.standings) & mine)
    if len(unsure):
        draft.wait(f"{draft.names(unsure)}缺少判定入选资格所需的数据", unsure)
    draft.standings[~ranked] = Standing.UNRANKED
    draft.read_by(view, contenders, found, last=last)
    draft.margins = _margins(draft.standings, view, contenders, last=last)
    return draft


def _margins(standings: np.ndarray, view: RankingView, contenders: np.ndarray, *, last: bool) -> list[Any]:
    """Distance in the ranked value to the cut-off: units listed to the nearest one outside, the others to the nearest inside."""
    margins: list[Any] = [None] * len(standings)
    upper, lower = (max, min) if view.descending else (min, max)
    nearest_outside, nearest_inside = (lower, upper) if last else (upper, lower)
    listed, values = standings == Standing.LISTED, view.of.values
    for group in np.unique(view.groups[contenders]) if contenders.any() else ():
        rows = contenders & view.of.ok & (view.groups == group)
        inside, outside = (np.flatnonzero(rows & side).tolist() for side in (listed, ~listed))
        if inside and outside:
            first_out, last_in = nearest_outside(values[r] for r in outside), nearest_inside(values[r] for r in inside)
            for row in inside:
                margins[row] = values[row] - first_out
            for row in outside:
                margins[row] = values[row] - last_in
    return margins

"""Choosing the first n by a ranking, with the margin to the cut-off and a declared policy for a tie across it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Discriminator, Tag

from ..base import KindFault, Model, Operand, OutcomeScope, RankingView
from ..conditions import Condition
from ..discovery import tag
from ..places import places
from .base import Decision


class DecidedBy(Model):
    """A named result that decides among units tied across the cut-off."""

    decided_by: Operand
    order: Literal["desc", "asc"] = "desc"


AcrossTie = Annotated[
    Annotated[Literal["pending", "all_in", "none_in"], Tag(tag("word"))] | Annotated[DecidedBy, Tag(tag("decided_by"))],
    Discriminator(lambda raw: tag("decided_by" if isinstance(raw, (dict, DecidedBy)) else "word")),
]
TIE_SENTENCES = {"pending": "待裁定，列出全部并列对象", "all_in": "并列者全部入选", "none_in": "并列者均不入选"}


def tie_sentence(policy: Any) -> str:
    """The policy for a tie across the cut-off, in Chinese."""
    return TIE_SENTENCES.get(policy, "") if isinstance(policy, str) else f"由“{policy.decided_by}”决定"


def select_first(
    scope: OutcomeScope,
    name: str,
    *,
    count: int,
    by: str,
    across_tie: Any,
    eligible: Condition | None,
    refill: bool,
) -> Decision:
    """The first ``count`` units of ranking ``by`` in each of its groups."""
    view = scope.ranking(by)
    groups, ranked = view.groups, view.places.ok
    allowed = scope.eligible() & (np.ones(scope.rows(), bool) if eligible is None else eligible.holds(scope))
    contenders = ranked & allowed if refill else ranked
    found = places(view.order, contenders, contenders, groups, descending=False, missing_last=False)
    low, high = found.low, found.high
    verdicts = np.full(scope.rows(), "未入选", dtype=object)
    pending: list[str] = []
    notes: list[str] = []
    for group in np.unique(groups[contenders]) if contenders.any() else ():
        rows = np.flatnonzero(contenders & (groups == group))
        verdicts[rows[high[rows] <= count]] = "入选"
        tied = rows[(low[rows] <= count) & (high[rows] > count)]
        if len(tied):
            _settle(scope, name, tied, count - int(low[tied[0]]) + 1, across_tie, verdicts, pending, notes)
        if count > len(rows):
            notes.append(f"名额{count}个多于可入选对象{len(rows)}个，全部列出")
    verdicts[ranked & ~allowed] = "无入选资格"
    verdicts[~ranked] = "不参与排名"
    margins = _margins(verdicts, view, contenders)
    listed = sorted(range(scope.rows()), key=lambda r: (int(groups[r]), int(view.order[r]) if ranked[r] else scope.rows() + 1, r))
    shown = tuple(int(low[r]) if contenders[r] else None for r in range(scope.rows()))
    return Decision(verdicts, margins, tuple(listed), shown, tuple(pending), tuple(notes), {"count": count})


def _settle(
    scope: OutcomeScope, name: str, tied: np.ndarray, seats: int, policy: Any, verdicts: np.ndarray, pending: list[str], notes: list[str]
) -> None:
    """Apply the tie policy, or the ruling of the period file, to the units tied across the cut-off."""
    who = "、".join(scope.unit_name(int(r)) for r in tied)
    ruling = scope.ruling(name)
    if ruling is not None:
        chosen = {int(r) for r in tied if scope.unit_key(int(r)) in ruling.units}
        strangers = sorted(ruling.units - {scope.unit_key(int(r)) for r in tied})
        if strangers:
            raise KindFault(
                "ruling.not_tied",
                f"裁定列出的代码{'、'.join(strangers)}不在跨越名额线的并列对象（{who}）之中",
                "请按代码列出并列对象中入选的",
            )
        for row in tied:
            verdicts[row] = "入选" if int(row) in chosen else "未入选"
        notes.append(f"{who} 并列跨越名额线，依裁定（{ruling.by} {ruling.date}：{ruling.reason}）处理")
        return
    if isinstance(policy, DecidedBy):
        column = scope.column(policy.decided_by)
        inside = np.zeros(scope.rows(), bool)
        inside[tied] = True
        found = places(column.values, column.ok, inside, np.zeros(scope.rows(), int), descending=policy.order == "desc", missing_last=True)
        verdicts[tied] = "未入选"
        verdicts[tied[found.high[tied] <= seats]] = "入选"
        still = tied[(found.low[tied] <= seats) & (found.high[tied] > seats)]
        notes.append(f"{who} 并列跨越名额线，由“{scope.label(policy.decided_by)}”决定先后")
        if not len(still):
            return
        tied, who = still, "、".join(scope.unit_name(int(r)) for r in still)
    elif policy in ("all_in", "none_in"):
        verdicts[tied] = "入选" if policy == "all_in" else "未入选"
        notes.append(f"{who} 并列跨越名额线，按假设{TIE_SENTENCES[policy]}")
        return
    verdicts[tied] = "待裁定"
    pending.append(f"{who} 并列，剩余名额{seats}个，须在考核期文件 rulings 中裁定")


def _margins(verdicts: np.ndarray, view: RankingView, contenders: np.ndarray) -> tuple[Any, ...]:
    """Distance in the ranked value to the cut-off: selected units to the best one outside, the others to the last inside."""
    margins: list[Any] = [None] * len(verdicts)
    best, last = (max, min) if view.descending else (min, max)
    for group in np.unique(view.groups[contenders]) if contenders.any() else ():
        rows = [int(r) for r in np.flatnonzero(contenders & (view.groups == group))]
        inside = [view.of.values[r] for r in rows if verdicts[r] == "入选"]
        outside = [view.of.values[r] for r in rows if verdicts[r] != "入选"]
        for row in rows:
            across = outside if verdicts[row] == "入选" else inside
            if across:
                margins[row] = view.of.values[row] - (best if verdicts[row] == "入选" else last)(across)
    return tuple(margins)

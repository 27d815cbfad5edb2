"""Grades by threshold and by share (评定等次)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ...exact import plain
from ...terms import Standing
from ..base import ExactNumber, Model, Name, OutcomeScope, RankingView, ShareNumber, Text, Whole
from ..conditions import TRUE, UNKNOWN, Condition
from ..rules.shares import cut_at
from .base import Decision, Draft, Outcome
from .selection import AcrossTie, take_seats, tie_sentence, view_places

_CUTS = {"floor": "舍去小数", "ceil": "进一取整", "half_up": "四舍五入"}


class Rung(Model):
    """One grade: at least the ``threshold`` in the ranked value (at most, where less is better), at most a ``share`` of the units
    ranked in the group or a ``count`` of them, and the condition ``when``. Whoever falls short goes on to the next rung.
    """

    grade: Text
    threshold: ExactNumber | None = None
    share: ShareNumber | None = None
    count: Whole | None = None
    when: Condition | None = None

    @model_validator(mode="after")
    def _sensible(self) -> Rung:
        if self.share is not None and self.count is not None:
            raise PydanticCustomError("share_or_count", "“{grade}”的 share 与 count 只能写一个", {"grade": self.grade})
        if self.share is not None and not 0 < self.share <= 1:
            raise PydanticCustomError("share", "“{grade}”的比例应大于0、不超过1（20% 写 0.2）", {"grade": self.grade})
        return self

    @property
    def open(self) -> bool:
        """Whether everybody can have the grade."""
        return (self.threshold, self.share, self.count, self.when) == (None, None, None, None)

    def sentence(self) -> str:
        """The grade and what it asks for."""
        asks = [f"达到{plain(self.threshold)}"] if self.threshold is not None else []
        asks += [f"不超过{plain(self.share * 100)}%"] if self.share is not None else []
        asks += [f"不超过{self.count}个"] if self.count is not None else []
        asks += ["符合条件"] if self.when is not None else []
        return f"{self.grade}（{'、'.join(asks)}）" if asks else self.grade


class Ladder(Outcome):
    """等次: ``{ladder: [{grade: 优秀, threshold: 90, share: 20%, when: {not: {listed: veto}}}, …, {grade: 合格}], by: place}``.

    Each group of ranking ``by`` is graded from the top; the last grade takes whoever is left. ``cut`` says how a share of the units
    ranked becomes a number of them; ``across_tie`` what happens when a tie crosses it (as for a quota). A unit for which ``when``
    cannot be decided is 待裁定 and holds none of the seats.
    Example: 优秀不超过20%, an office's yearly assessment, where a unit under a veto cannot be 优秀 (CO-3.5).
    """

    title: ClassVar[str] = "等次"
    ladder: Annotated[list[Rung], Field(min_length=2)]
    by: Name
    cut: Literal["floor", "ceil", "half_up"] = "floor"
    across_tie: AcrossTie = "pending"

    @model_validator(mode="after")
    def _whole(self) -> Ladder:
        grades = [rung.grade for rung in self.ladder]
        twice = [grade for grade in grades if grades.count(grade) > 1]
        if twice:
            raise PydanticCustomError("grade_twice", "等次“{grade}”写了两次", {"grade": twice[0]})
        if not self.ladder[-1].open:
            raise PydanticCustomError("ladder_end", "最后一个等次“{grade}”不设条件，其余对象都归入它", {"grade": grades[-1]})
        closed = next((rung.grade for rung in self.ladder[:-1] if rung.open), None)
        if closed is not None:
            raise PydanticCustomError("ladder_open", "等次“{grade}”没有条件，后面的等次无人可得", {"grade": closed})
        return self

    def seats(self, rung: Rung, size: int) -> int:
        """How many of ``size`` units may have the grade.

        >>> rungs = [{"grade": "优秀", "share": "20%"}, {"grade": "合格"}]
        >>> [Ladder.model_validate({"ladder": rungs, "by": "x", "cut": cut}).seats(Rung(grade="优秀", share="0.2"), 13)
        ...  for cut in ("floor", "ceil", "half_up")]
        [2, 3, 3]
        """
        if rung.count is not None:
            return rung.count
        return size if rung.share is None else cut_at(rung.share, size, self.cut)

    def decide(self, scope: OutcomeScope, name: str, mine: np.ndarray) -> Decision:
        draft = Draft(self, scope, name, mine)
        view = scope.ranking(self.by)
        ranked = view.places.ok
        draft.standings[~ranked] = Standing.UNRANKED
        truths = [None if rung.when is None else rung.when.settled(scope) for rung in self.ladder]
        for group in np.unique(view.groups[ranked]):
            left = ranked & (view.groups == group)
            size = int(left.sum())
            self._tell_seats(draft, np.flatnonzero(left))
            for rung, truth in zip(self.ladder, truths, strict=True):
                self._climb(draft, view, rung, truth, left, self.seats(rung, size))
        draft.close_ruling()
        draft.read_by(view, ranked, view_places(view, ranked))
        return draft.decision()

    def _climb(self, draft: Draft, view: RankingView, rung: Rung, truth: np.ndarray | None, left: np.ndarray, seats: int) -> None:
        """Give the grade to those of ``left`` that reach it, and take them out of ``left``, with those who wait."""
        able = left.copy()
        if rung.threshold is not None:
            limit = view.of.number(rung.threshold)
            able &= view.of.ok & (view.of.values >= limit if view.descending else view.of.values <= limit)
        if truth is not None:
            unsure = able & (truth == UNKNOWN)
            for row in map(int, np.flatnonzero(unsure)):
                draft.wait(f"{draft.scope.unit_name(row)}缺少判定“{rung.grade}”所需的数据", [row])
            left &= ~unsure
            able &= truth == TRUE
        found = view_places(view, able)
        chosen, waiting = take_seats(
            draft, np.flatnonzero(able), found.low, found.high, seats, self.across_tie, able, where=f"“{rung.grade}”的名额线"
        )
        for row in map(int, chosen):
            draft.values[row] = rung.grade
        if rung is not self.ladder[-1]:
            draft.standings[chosen] = Standing.LISTED
        left[np.concatenate([chosen, waiting])] = False

    def _tell_seats(self, draft: Draft, rows: np.ndarray) -> None:
        """Note what the shares come to in one group."""
        name = draft.scope.group_name(self.by, int(rows[0]))
        parts = [f"“{r.grade}”{plain(r.share * 100)}%为{self.seats(r, len(rows))}个" for r in self.ladder if r.share is not None]
        if parts:
            draft.tell(f"{name + '：' if name else ''}参评{len(rows)}个，{'、'.join(parts)}（{_CUTS[self.cut]}）", rows)

    def sentence(self) -> str:
        tie = f"；并列跨越名额线时：{tie_sentence(self.across_tie)}" if any(r.share or r.count for r in self.ladder) else ""
        return "由高到低依次评定：" + "、".join(rung.sentence() for rung in self.ladder) + tie

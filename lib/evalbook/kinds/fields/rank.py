"""Rank in a declared field (排名) under a declared tie policy."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from ...exact import exact, plain
from ...terms import State
from ..base import ColumnRef, KindFault, Measure, Model, Ref, Scope
from ..column import Column, objects
from ..conditions import Condition
from ..measures import LocalMeasure
from ..places import places

Ties = Literal["competition", "dense", "worst", "mean_points"]
TIE_WORDS = {
    "competition": "并列者同名次，后续名次空出",
    "dense": "并列者同名次，后续名次连续",
    "worst": "并列者取所占名次中最后一名",
    "mean_points": "并列者按所占各名次得分的平均值计分",
}


class Field(Model):
    """Fields common to everything that ranks: direction, ties, who is compared, what a missing value means.

    ``missing: unranked`` leaves the unit without a place; ``last`` puts it after the last one that has a value.
    """

    order: Literal["desc", "asc"] = "desc"
    ties: Ties = "competition"
    missing: Literal["unranked", "last", "refuse"] = "unranked"
    among: Condition | None = None
    within: ColumnRef | None = None


class Rank(Measure, Field):
    """排名: place of the unit in its field, 1 the best; tied units share the interval ``low``–``high`` of places.

    competition 1,2,2,4 · dense 1,2,2,3 · worst 1,3,3,4 · mean_points: points are averaged over the places shared.
    Example: ZJ 附件2 信息采用: ``{rank: $adopted}``, then −0.3 per place. Ties are judged on the measured value, which is
    exact unless the inner measure declares ``round`` (a statistics bureau ranks the rate rounded to 0.1).
    """

    title: ClassVar[str] = "排名"
    rank: LocalMeasure

    def inner(self, scope: Scope) -> Column:
        """The column ranked."""
        return scope.column(self.rank) if isinstance(self.rank, Ref) else self.rank.compute(scope)

    def measure(self, scope: Scope) -> Column:
        return rank_column(self.inner(scope), scope, self)

    def sentence(self, scope: Scope, row: int, value: Any) -> str:
        column = self.compute(scope)
        inner = scope.column_sentence(self.rank, row)
        return f"{inner}；{place_sentence(column, row, self.ties)}"

    def uom(self, scope: Scope) -> str:
        return "名"


def rank_column(column: Column, scope: Scope, field: Field) -> Column:
    """Places of a column in the field that ``field`` declares."""
    member, groups = scope.field(field.among, field.within)
    if field.missing == "refuse" and (member & ~column.ok).any():
        rows = tuple(int(r) for r in np.flatnonzero(member & ~column.ok))
        raise KindFault("rank.missing", "排名指标缺少数据，而假设规定缺数即拒绝", "请补报数据，或改选缺数处理办法", rows=rows, absent=True)
    found = places(column.values, column.ok, member, groups, descending=field.order == "desc", missing_last=field.missing == "last")
    states = np.where(member, np.where(found.low.reshape(-1, found.low.shape[-1])[0] > 0, State.OK, column.states), State.UNRANKED)
    chosen = {"dense": found.dense, "worst": found.high}.get(field.ties, found.low)
    values = chosen.astype(float) if column.is_float else objects([exact(int(v)) for v in chosen])
    return Column(values, states.astype(np.uint8), found.low, found.high, found.size, found.roster, mean_points=field.ties == "mean_points")


def place_sentence(column: Column, row: int, ties: str) -> str:
    """How a place is told: size of the field, place, who shares it."""
    assert column.low is not None
    assert column.high is not None
    assert column.size is not None
    low, high, size = int(column.low[row]), int(column.high[row]), int(column.size[row])
    place = plain(column.values[row])
    if low > size:
        return f"无数据，按假设排在{size}个有数据的对象之后（第{place}名）"
    shared = f"，{high - low + 1}个对象并列（{TIE_WORDS[ties]}）" if high > low else ""
    return f"在{size}个有数据的对象中排第{place}名{shared}"

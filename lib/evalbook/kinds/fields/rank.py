"""Rank in a declared field (排名) under a declared tie policy."""

from __future__ import annotations

from typing import Any, ClassVar

from ..base import Measure, Ref, Scope
from ..column import Column
from ..measures import LocalMeasure
from ..places import Field, place_sentence, rank_column


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
        column = scope.once(self, "compute", lambda: self.compute(scope))
        inner = scope.column_sentence(self.rank, row)
        return f"{inner}；{place_sentence(column, row, self.ties)}"

    def uom(self, scope: Scope) -> str:
        return "名"

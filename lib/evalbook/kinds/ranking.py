"""Rankings (排序): the order of units by a result, with ties and tie-breakers."""

from __future__ import annotations

from pydantic import Field

from .base import ColumnRef, Operand
from .places import Field as RankField


class Ranking(RankField):
    """排序: places by the result ``of``; ``then`` are results that break ties, in order.

    ``published`` names a column with the places that the source itself published: the report sets both side by side.
    Example: ZJ 第六条（四）按照评价结果进行排序: ``{of: total, ties: competition}``.
    """

    of: Operand
    label: str = ""
    clause: str = ""
    then: list[Operand] = Field(default_factory=list)
    published: ColumnRef | None = None

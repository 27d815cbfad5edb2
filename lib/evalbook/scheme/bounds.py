"""``robustness``: within which bounds a study of robustness varies weights and figures. Stated by the edition, by a period file, or in a
file of its own (``--spec``); what is not stated keeps its default.

::

    robustness: {weights: 20%, figures: 5%, columns: {trade_total: 10%}, experts: true, draws: 10000, seed: 20200326}
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from ..exact import Exact, exact
from ..kinds.base import Flag, Model, Name, ShareNumber, Whole

MOST_DRAWS = 100_000


def _part(value: Exact) -> Exact:
    if not 0 <= value < 1:
        raise PydanticCustomError("part", "幅度应不小于0且小于1；如 20% 表示上下浮动20%")
    return value


def _some(value: int) -> int:
    if not 1 <= value <= MOST_DRAWS:
        raise PydanticCustomError("draws", "抽样次数应在1到{most}之间；一般 10000 次足够", {"most": MOST_DRAWS})
    return value


#: By how much something may be larger or smaller, of itself.
Part = Annotated[ShareNumber, AfterValidator(_part)]


class Bounds(Model):
    """稳健性分析的幅度: weights by ± ``weights``, figures by ± ``figures``, single ``columns`` by an error of their own, ``experts``
    drawn again; ``draws`` times from ``seed``."""

    weights: Part = exact("0.2")
    figures: Part = exact(0)
    columns: dict[Name, Part] = Field(default_factory=dict)
    experts: Flag = False
    draws: Annotated[Whole, AfterValidator(_some)] = 10_000
    seed: Whole = 20200326

    def over(self, other: Bounds | None) -> Bounds:
        """These bounds with what another states otherwise, key by key.

        >>> Bounds(weights="30%", draws=50).over(Bounds(draws=60)).model_dump(include={"weights", "draws"})
        {'weights': '0.3', 'draws': 60}
        """
        changed = {} if other is None else {name: getattr(other, name) for name in other.model_fields_set}
        return self.model_copy(update=changed)

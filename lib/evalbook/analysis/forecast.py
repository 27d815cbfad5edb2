"""Forecast of place (预判位次): where a unit would stand among others whose scores are published, with a range.

AY-5.2: the monthly meeting judges in advance the city's place in the province. The others' scores come from a table with a name and a
score; they may carry a lowest and a highest value of their own. The range is that of the places at the ends: at best the unit has its
high score and all others their low ones, at worst the reverse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import Fault, Refused
from ..exact import Exact


@dataclass(frozen=True)
class Score:
    """A published or expected score, and between which values it may lie."""

    name: str
    score: Exact
    low: Exact
    high: Exact

    @classmethod
    def of(cls, name: str, score: Exact, low: Exact | None = None, high: Exact | None = None) -> Score:
        """A score; without bounds it is certain. Refused when the bounds do not hold it."""
        one = cls(name, score, score if low is None else low, score if high is None else high)
        if not one.low <= one.score <= one.high:
            raise Refused([Fault("forecast.range", f"“{name}”的最低、最高值没有包住预计值", "请核对三个数的大小", value=str(score))])
        return one


@dataclass(frozen=True)
class Forecast:
    """The place at the expected scores, the best and worst place possible, and what the next place up would take (None: first)."""

    unit: Score
    place: int
    best: int
    worst: int
    size: int
    to_next: Exact | None
    ahead: str


def forecast(unit: Score, others: Sequence[Score]) -> Forecast:
    """Place of a unit among others; equal scores share the better place (1, 2, 2, 4).

    >>> from evalbook.exact import exact
    >>> rivals = [Score.of("甲", exact("92")), Score.of("乙", exact("88"), exact("85"), exact("91")), Score.of("丙", exact("80"))]
    >>> found = forecast(Score.of("本市", exact("89"), exact("86"), exact("90")), rivals)
    >>> found.place, found.best, found.worst, str(found.to_next), found.ahead
    (2, 2, 3, '3', '甲')
    """
    names = [unit.name, *(one.name for one in others)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Refused([Fault("forecast.twice", f"“{name}”出现不止一次", "每个对象只留一行，不含本单位", value=name) for name in twice])
    above = [one for one in others if one.score > unit.score]
    nearest = min(above, key=lambda one: one.score, default=None)
    return Forecast(
        unit,
        1 + len(above),
        1 + sum(one.low > unit.high for one in others),
        1 + sum(one.high > unit.low for one in others),
        1 + len(others),
        None if nearest is None else nearest.score - unit.score,
        "" if nearest is None else nearest.name,
    )

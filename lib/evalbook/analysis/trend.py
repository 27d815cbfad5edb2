"""Totals and places over several periods, and every reason why two of them cannot simply be set side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from ..errors import UsageError
from ..exact import Exact
from ..terms import CALIBRES
from .differ import EDITION, differences
from .replay import GROUPS, Side


@dataclass(frozen=True)
class Point:
    """One unit in one period: place and total, None where it has none; ``on_roster`` tells the two kinds of nothing apart."""

    place: int | None = None
    total: Exact | None = None
    on_roster: bool = False


@dataclass(frozen=True)
class Break:
    """Why two periods next to each other are not measured alike; ``unit`` is a code where it concerns one unit only."""

    before: str
    after: str
    kind: str
    text: str
    unit: str = ""


class Trend:
    """Several periods of one scheme, in the order given.

    Parameters
    ----------
    sides
        Periods or runs, the earliest first.

    Raises
    ------
    UsageError
        The scheme gives neither totals nor places.
    """

    def __init__(self, sides: Sequence[Side]) -> None:
        self.sides = tuple(sides)
        if not any(side.evaluation.main_root or side.evaluation.main_ranking for side in sides):
            raise UsageError("本办法没有总分和排名，列不出趋势；各期指标的变化请用 evalbook compare 甲 乙 --report")

    @property
    def labels(self) -> list[str]:
        """What each period is called: the period itself where that tells them apart."""
        periods = [side.period.label for side in self.sides]
        return periods if len(set(periods)) == len(periods) else [side.name for side in self.sides]

    @cached_property
    def units(self) -> dict[str, str]:
        """Code → name, in order of rank of the last period that has the unit."""
        found: dict[str, str] = {}
        for side in reversed(self.sides):
            evaluation = side.evaluation
            found |= {evaluation.unit_codes[r]: evaluation.unit_names[r] for r in evaluation.order if evaluation.unit_codes[r] not in found}
        return found

    @cached_property
    def points(self) -> dict[str, tuple[Point, ...]]:
        """Code → one point per period."""
        return {code: tuple(_point(side, code) for side in self.sides) for code in self.units}

    @cached_property
    def breaks(self) -> tuple[Break, ...]:
        """Editions, parameters, readings and boundaries (口径) that differ between one period and the next."""
        found: list[Break] = []
        for before, after, first, second in zip(self.sides, self.sides[1:], self.labels, self.labels[1:], strict=False):
            own = differences(before, after)
            two_files = any(one.path == EDITION for one in own)
            for one in own:
                # two editions are one reason, not one per line; a ruling settles one tie and changes no measure
                told = one.path == EDITION if one.group == "edition" and two_files else one.path != "rulings"
                if told and one.group in ("edition", "parameters", "assumptions"):
                    text = f"{one.label or one.path}：{one.before or '（无）'} → {one.after or '（无）'}"
                    found.append(Break(first, second, GROUPS[one.group], text))
            old, new = (side.evaluation.dataset.calibres for side in (before, after))
            for code in dict.fromkeys([*old, *new]):
                used = [_calibre(side, code) for side in (old, new)]
                if used[0] != used[1] and code in before.evaluation.unit_codes and code in after.evaluation.unit_codes:
                    found.append(Break(first, second, "口径", f"{self.units[code]}：{used[0]} → {used[1]}", code))
        return tuple(found)

    @property
    def rules_changed(self) -> tuple[str, str] | None:
        """The first two periods next to each other between which the rules changed, as ``compare`` takes them; None for none."""
        for one in self.breaks:
            if not one.unit:
                at = self.labels.index(one.after)
                return (f"{self.sides[0].scheme.id}/{self.sides[at - 1].period}", str(self.sides[at].period))
        return None

    def broken(self, number: int, unit: str) -> bool:
        """Whether something stands between a unit's point and the one before it."""
        second = self.labels[number]
        return any(one.after == second and one.unit in ("", unit) for one in self.breaks)

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        series = {
            code: [{"place": p.place, "total": None if p.total is None else str(p.total), "on_roster": p.on_roster} for p in points]
            for code, points in self.points.items()
        }
        return {
            "scheme": self.sides[-1].scheme.id,
            "periods": [{"name": side.name, "period": str(side.period), "edition": side.scheme.edition_file} for side in self.sides],
            "units": self.units,
            "series": series,
            "breaks": [asdict(one) for one in self.breaks],
        }


def _point(side: Side, code: str) -> Point:
    evaluation = side.evaluation
    if code not in evaluation.unit_codes:
        return Point()
    row = evaluation.unit_codes.index(code)
    place = evaluation.place(evaluation.main_ranking, row) if evaluation.main_ranking else None
    return Point(place, evaluation.points(evaluation.main_root, row) if evaluation.main_root else None, on_roster=True)


def _calibre(calibres: Any, code: str) -> str:
    return CALIBRES.get(calibres[code].used, calibres[code].used) + "口径" if code in calibres else "范围未调整"

"""Points by bands of the rank (名次分档)."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from ...exact import exact, round_half_up
from ..base import Grading, KindFault
from .bands import OPEN, BandTable, band_sentence, in_bands
from .field_rule import FieldRule


class RankBands(FieldRule):
    """名次分档: rank the measured value in its field, then points by band of places.

    The bands are written for a roster of a stated size. With another number of units ``recut: refuse`` refuses and names
    the expected number; ``recut: proportional`` moves each band's last place b to b × N ÷ roster, rounded half up.
    Bands that end with ``rest`` hold for any number.
    Example: ZJ 附件1 货物贸易进出口总额增加值: ``{rank_bands: {1: 6, 2-4: 5, 5-7: 4, 8-10: 3, 11: 2}}`` for 11 cities.
    """

    title: ClassVar[str] = "名次分档计分"
    rank_bands: BandTable
    recut: Literal["refuse", "proportional"] = "refuse"

    def cut(self, roster: int) -> tuple[tuple[int, int, Any], ...]:
        """The bands for a field of ``roster`` units.

        >>> rule = RankBands.model_validate({"rank_bands": {"1": 6, "2-4": 5, "5-7": 4, "8-10": 3, "11": 2}, "recut": "proportional"})
        >>> [(low, high) for low, high, _ in rule.cut(14)]
        [(1, 1), (2, 5), (6, 9), (10, 13), (14, 14)]
        """
        expected = self.rank_bands[-1][1]
        if expected in (roster, OPEN):
            return self.rank_bands
        if self.recut == "refuse":
            raise KindFault(
                "rank_bands.roster",
                f"名次分档按{expected}个对象设定，本期参评对象为{roster}个",
                f"请核对名单（应为{expected}个），或在考核期文件的假设中选择按比例重划分档",
            )
        bands, start = [], 1
        for _, high, points in self.rank_bands:
            end = int(round_half_up(exact(high) * roster / expected, 0))
            if end >= start:
                bands.append((start, end, points))
                start = end + 1
        return tuple(bands)

    def most(self, marks: Any) -> Any:
        return max(points for *_, points in self.rank_bands)

    def points(self, values: np.ndarray, grading: Grading) -> np.ndarray:
        assert grading.roster is not None
        out = np.zeros_like(values)
        for roster in np.unique(grading.roster):
            rows = np.flatnonzero(grading.roster == roster)
            out[..., rows] = in_bands(values[..., rows], self.cut(int(roster)))
        return out

    def sentence(self, value: Any, points: Any, grading: Grading) -> str:
        return band_sentence(self.cut(int(grading.roster)), value, points)  # type: ignore[arg-type]

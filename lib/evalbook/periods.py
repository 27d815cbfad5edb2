"""Period ids: ``2023``, ``2023H1``, ``2023Q1``, ``2023-05``; their order, year and neighbours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering

from .errors import UsageError

_FORM = re.compile(r"([12][0-9]{3})(?:(H)([12])|(Q)([1-4])|(-)(0[1-9]|1[0-2]))?")
_LABELS = {"": "{y}年", "H": "{y}年{h}", "Q": "{y}年第{q}季度", "-": "{y}年{n}月"}


@total_ordering
@dataclass(frozen=True)
class Period:
    """One evaluation period (考核期).

    >>> Period.parse("2023Q1").previous(), Period.parse("2023").previous().label
    (Period(year=2022, kind='Q', number=4), '2022年')
    """

    year: int
    kind: str = ""
    number: int = 1

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read a period id; UsageError with the accepted forms when it is none."""
        match = _FORM.fullmatch(text)
        if not match:
            raise UsageError(f"考核期“{text}”写法有误；可用写法：2023（年）、2023H1（半年）、2023Q1（季度）、2023-05（月）")
        year, h, hn, q, qn, m, mn = match.groups()
        return cls(int(year), h or q or m or "", int(hn or qn or mn or 1))

    @property
    def per_year(self) -> int:
        """How many periods of this kind a year has."""
        return {"": 1, "H": 2, "Q": 4, "-": 12}[self.kind]

    def shift(self, steps: int) -> Period:
        """The period ``steps`` later (earlier when negative)."""
        index = self.year * self.per_year + self.number - 1 + steps
        return Period(index // self.per_year, self.kind, index % self.per_year + 1)

    def previous(self) -> Period:
        """The period of the same kind just before (上期)."""
        return self.shift(-1)

    def year_before(self) -> Period:
        """The same period of the year before (上年同期)."""
        return self.shift(-self.per_year)

    @property
    def label(self) -> str:
        """How a Chinese reader writes it."""
        half = "上半年" if self.number == 1 else "下半年"
        quarter = "一二三四"[self.number - 1] if self.kind == "Q" else ""
        return _LABELS[self.kind].format(y=self.year, n=self.number, h=half, q=quarter)

    def __str__(self) -> str:
        number = f"{self.number:02d}" if self.kind == "-" else str(self.number) if self.kind else ""
        return f"{self.year}{self.kind}{number}"

    def __lt__(self, other: Period) -> bool:
        return (self.year, self.number / self.per_year, self.per_year) < (other.year, other.number / other.per_year, other.per_year)

"""Period ids: ``2023``, ``2023H1``, ``2023Q1``, ``2023-05``; their order, year and neighbours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache, total_ordering

from .errors import UsageError

_FORM = re.compile(r"([12][0-9]{3})(?:(H)([12])|(Q)([1-4])|(-)(0[1-9]|1[0-2]))?")
_PER_YEAR = {"": 1, "H": 2, "Q": 4, "-": 12}


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
    @lru_cache(maxsize=1 << 10)
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
        return _PER_YEAR[self.kind]

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

    def parts(self, kind: str) -> tuple[Period, ...]:
        """The periods of a shorter kind (``H``, ``Q``, ``-``) that make it up; none where it is not longer than that kind.

        >>> [str(p) for p in Period.parse("2021H2").parts("Q")], Period.parse("2021Q1").parts("H")
        (['2021Q3', '2021Q4'], ())
        """
        each = _PER_YEAR[kind] // self.per_year if _PER_YEAR[kind] > self.per_year else 0
        return tuple(Period(self.year, kind, (self.number - 1) * each + turn + 1) for turn in range(each))

    @property
    def first_day(self) -> date:
        """First day of the period.

        >>> Period.parse("2023Q4").first_day.isoformat(), Period.parse("2024-02").last_day.isoformat()
        ('2023-10-01', '2024-02-29')
        """
        return date(self.year, (self.number - 1) * 12 // self.per_year + 1, 1)

    @property
    def last_day(self) -> date:
        """Last day of the period."""
        return self.shift(1).first_day - timedelta(days=1)

    @property
    def label(self) -> str:
        """How a Chinese reader writes it."""
        return f"{self.year}年" if not self.kind else f"{self.year}年{self.label_in_year}"

    @property
    def label_in_year(self) -> str:
        """How it is called where the year is known; a year by itself.

        >>> Period.parse("2021Q3").label_in_year, Period.parse("2021H1").label, Period.parse("2021").label_in_year
        ('第三季度', '2021年上半年', '2021年')
        """
        if self.kind == "H":
            return "上半年" if self.number == 1 else "下半年"
        if self.kind == "Q":
            return f"第{'一二三四'[self.number - 1]}季度"
        return f"{self.number}月" if self.kind else f"{self.year}年"

    def __str__(self) -> str:
        number = f"{self.number:02d}" if self.kind == "-" else str(self.number) if self.kind else ""
        return f"{self.year}{self.kind}{number}"

    def __lt__(self, other: Period) -> bool:
        return (self.year, self.number / self.per_year, self.per_year) < (other.year, other.number / other.per_year, other.per_year)

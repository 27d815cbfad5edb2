"""Time between two dates (相隔时间): days, full months or full years."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from ...exact import exact, plain
from ..base import KindFault, Measure, Ref, Scope
from ..column import Column

_WORDS = {"days": "天", "months": "个月", "years": "年"}
PERIOD_DAYS = ("period_start", "period_end")


def _parse(raw: Any) -> Ref | str:
    if isinstance(raw, str) and raw in PERIOD_DAYS:
        return str(raw)
    ref = Ref.parse(raw)
    if ref.kind == "text" and as_day(ref.value) is None:
        raise PydanticCustomError("not_a_date", "日期“{text}”应写成 2024-03-10", {"text": ref.value})
    if ref.kind not in ("column", "text"):
        raise PydanticCustomError("date_operand", "应为日期列（$列名）、加引号的日期，或 period_start、period_end")
    return ref


#: A date: a column of dates, a quoted date, or the first or last day of the period.
Day = Annotated[
    Any,
    BeforeValidator(_parse),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "description": '$列名 | "2024-03-10" | period_start | period_end'}),
]


class Elapsed(Measure):
    """相隔时间: from ``since`` to ``elapsed``, ``in`` days (the first day is not counted), full months or full years.

    Negative when ``elapsed`` is the earlier day. ``period_start`` and ``period_end`` are the days of the period evaluated.
    Example: ETDZ-1c 自调整之日起两年内: ``{elapsed: period_end, since: $boundary_changed, in: years}`` is below 2.
    """

    title: ClassVar[str] = "相隔时间"
    elapsed: Day
    since: Day
    in_: Literal["days", "months", "years"] = Field("days", alias="in")

    def measure(self, scope: Scope) -> Column:
        pairs = zip(self._dates(scope, self.since), self._dates(scope, self.elapsed), strict=True)
        numbers = [None if start is None or end is None else exact(between(start, end, self.in_)) for start, end in pairs]
        found = Column.of(numbers)
        return Column(found.values.astype(float), found.states) if scope.is_float() else found

    def _dates(self, scope: Scope, operand: Any) -> list[datetime.date | None]:
        """A date per row, None where there is none; a text that is no date is refused."""
        if isinstance(operand, str):
            return [scope.day(operand)] * scope.rows()
        texts = [str(text) for text in scope.texts(operand)]
        dates = [as_day(text) for text in texts]
        wrong = [row for row, text in enumerate(texts) if text and dates[row] is None]
        if wrong:
            raise KindFault(
                "elapsed.not_a_date",
                f"{scope.label(operand)}不是日期",
                "日期应写成 2024-03-10，并把该列声明为 type: date",
                rows=tuple(wrong),
                found=tuple(texts[row] for row in wrong),
            )
        return dates

    def sentence(self, scope: Scope, row: int, value: Any) -> str:
        start, end = (self._dates(scope, operand)[row] for operand in (self.since, self.elapsed))
        return f"从{start}到{end}共{plain(value)}{_WORDS[self.in_]}"

    def uom(self, scope: Scope) -> str:
        return _WORDS[self.in_]


def as_day(text: str) -> datetime.date | None:
    """The day that an ISO text names; None when it names none.

    >>> as_day("2024-02-29"), as_day("2023-02-29"), as_day("20240229")
    (datetime.date(2024, 2, 29), None, None)
    """
    try:
        return datetime.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def between(start: datetime.date, end: datetime.date, unit: str) -> int:
    """Days, or full months or years, from one day to another.

    >>> day = datetime.date.fromisoformat
    >>> between(day("2020-05-10"), day("2022-05-09"), "years"), between(day("2020-05-10"), day("2022-05-10"), "years")
    (1, 2)
    >>> between(day("2024-01-31"), day("2024-03-01"), "days"), between(day("2024-01-31"), day("2024-02-29"), "months")
    (30, 0)
    """
    if end < start:
        return -between(end, start, unit)
    if unit == "days":
        return (end - start).days
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    return months if unit == "months" else months // 12

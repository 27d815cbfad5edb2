"""What a measure compares with (比较基准): an earlier period of the same figure, another figure, or a number."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from ..base import Ref, Scope
from ..column import Column

#: What stands for the year so far: the period before this one, if it belongs to the same year, and zero if there is none.
IN_YEAR = "previous_in_year"
PERIODS = ("previous", "year_before", IN_YEAR)


def _parse(raw: Any) -> Ref | str:
    return raw if isinstance(raw, str) and raw in PERIODS else Ref.parse(raw)


#: ``previous`` (上期), ``year_before`` (上年同期), ``previous_in_year`` (年内上期, 0 at the beginning of a year), or any operand.
Against = Annotated[
    Any,
    BeforeValidator(_parse),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": ["string", "number"], "description": "previous | year_before | previous_in_year | $列名 | 结果名 | 数"}),
]


def base_of(scope: Scope, subject: Ref, against: Any) -> Column:
    """The column compared with."""
    return scope.column(subject, against) if isinstance(against, str) else scope.column(against)


def base_figure(subject: Ref, against: Any) -> tuple[Ref, str]:
    """Which column of which period is compared with, for a fault in it."""
    return (subject, against) if isinstance(against, str) else (against, "current")


def told(scope: Scope, ref: Ref, row: int, period: str = "current") -> str:
    """Name and value of a figure; a number that stands in the scheme has no name."""
    shown = scope.show(ref, row, period)
    return shown if ref.kind == "number" else f"{scope.label(ref)} {shown}"


def told_base(scope: Scope, subject: Ref, against: Any, row: int) -> str:
    """Name and value of what the comparison is with."""
    if isinstance(against, str):
        return f"{base_label(scope, against)} {scope.show(subject, row, against)}"
    return told(scope, against, row)


def base_label(scope: Scope, against: Any) -> str:
    """What the comparison is called."""
    return scope.period_label(against) if isinstance(against, str) else scope.label(against)

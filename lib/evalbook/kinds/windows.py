"""Which periods are brought together and how: the words under ``over``, ``how`` and ``since`` of a result of other periods."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Tag, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from ..errors import UsageError
from ..periods import Period
from .base import Model, ShareNumber, Whole
from .discovery import tag

#: Words for the parts of the period evaluated → the kind of period they are.
PARTS = {"halves": "H", "quarters": "Q", "months": "-"}
PART_WORDS = {"halves": "半年", "quarters": "季度", "months": "月"}
#: One period back.
BACK = ("previous", "year_before")
#: Words of ``how`` that count periods instead of combining values.
COUNTS = ("count", "streak")


class Window(Model):
    """A number of periods of the same kind, at least one."""

    @model_validator(mode="after")
    def _some(self) -> Window:
        if self.size < 1:
            raise PydanticCustomError("window", "期数应不小于1")
        return self

    @property
    def size(self) -> int:
        """How many periods."""
        return int(getattr(self, next(iter(type(self).model_fields))))


class Last(Window):
    """The last n periods, this one included."""

    last: Whole


class Before(Window):
    """The n periods before this one."""

    before: Whole


_OverWord = Literal["previous", "year_before", "year_to_date", "halves", "quarters", "months"]


def _which_window(raw: Any) -> str:
    if isinstance(raw, (dict, Window)):
        return tag("before" if isinstance(raw, Before) or (isinstance(raw, dict) and "before" in raw) else "last")
    return tag("word")


#: Which periods are read.
Over = Annotated[
    Annotated[_OverWord, Tag(tag("word"))] | Annotated[Last, Tag(tag("last"))] | Annotated[Before, Tag(tag("before"))],
    Discriminator(_which_window),
]


class Weights(Model):
    """A weight for each part: Q1 to Q4, H1 and H2, or 01 to 12. Weights are relative: the mean is divided by those that count."""

    weights: dict[str, ShareNumber]

    @model_validator(mode="after")
    def _positive(self) -> Weights:
        if any(weight < 0 for weight in self.weights.values()) or not any(self.weights.values()):
            raise PydanticCustomError("weights", "权重不能为负，也不能全为0")
        return self


#: How they are brought together.
How = Annotated[
    Annotated[Literal["mean", "sum", "last", "min", "max", "count", "streak"], Tag(tag("word"))] | Annotated[Weights, Tag(tag("weights"))],
    Discriminator(lambda raw: tag("weights" if isinstance(raw, (dict, Weights)) else "word")),
]


def _to_period(value: Any) -> Period:
    try:
        return value if isinstance(value, Period) else Period.parse(str(value))
    except UsageError as error:
        raise PydanticCustomError("period", "{why}", {"why": str(error)}) from None


#: A period id, read as a period.
PeriodId = Annotated[Any, BeforeValidator(_to_period), WithJsonSchema({"type": ["string", "integer"]})]


def part_key(period: Period) -> str:
    """How a part of a year is called among weights.

    >>> part_key(Period.parse("2021Q3")), part_key(Period.parse("2021-05"))
    ('Q3', '05')
    """
    return str(period)[4:].removeprefix("-")

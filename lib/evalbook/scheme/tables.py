"""Tables of a scheme: which columns the figures have, their type, unit of measure and source."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..kinds.base import ExactNumber, Flag, Model, Name

ColumnType = Literal["number", "integer", "yes_no", "text", "date"]


class Quantity(Model):
    """One column of a table (a quantity or an attribute).

    ``uom`` is the unit of measure that scoring uses; figures given in a convertible one are converted exactly.
    ``min``/``max`` bound a number, ``values`` lists the texts allowed, ``required`` forbids blanks.
    """

    label: str
    type: ColumnType = "number"
    uom: str = ""
    source: list[str] = Field(default_factory=list)
    clause: str = ""
    min: ExactNumber | None = None
    max: ExactNumber | None = None
    values: list[str] = Field(default_factory=list)
    required: Flag = False
    note: str = ""


class TableSpec(Model):
    """A table: ``units`` (the roster with its attributes and figures) or a child table whose rows belong to units.

    ``attributes`` (of units) are columns of units.csv that hold for the whole period; ``columns`` are figures: of units
    in values.csv, per period; of child tables in items.csv. A row of a child table is unique by unit, item id and ``key``;
    ``across_units`` says what it means that one item id stands under two units: a project counted twice is a finding or a fault,
    an expert who rates all of them is fine.
    """

    label: str
    belongs_to: Literal["units"] | None = None
    attributes: dict[Name, Quantity] = Field(default_factory=dict)
    columns: dict[Name, Quantity] = Field(default_factory=dict)
    key: list[Name] = Field(default_factory=list)
    across_units: Literal["finding", "fault", "fine"] = "finding"
    note: str = ""

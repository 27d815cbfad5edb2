"""Tables of a scheme: which columns the figures have, their type, unit of measure and source; how units take part, on which boundary."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ..kinds.base import ExactNumber, Flag, Model, Name, Text, Whole
from ..kinds.conditions import Condition
from ..periods import Period
from ..terms import CALIBRES, PARTICIPATIONS

ColumnType = Literal["number", "integer", "yes_no", "text", "date"]


class Quantity(Model):
    """One column of a table (a quantity or an attribute).

    ``uom`` is the unit of measure that scoring uses; figures given in a convertible one are converted exactly.
    ``min``/``max`` bound a number, ``values`` lists the texts allowed, ``required`` forbids blanks. ``filed_by`` says who files it:
    ``unit``, ``office`` (the office that evaluates), or a department by name; blank: as the sources say. What checks need to know:
    ``cumulative`` (累计数: never falls within a year), ``part_of`` (分项: never more than that column), ``breaks`` (口径变化: period
    from which the calibre is another one → what changed).
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
    filed_by: str = ""
    cumulative: Flag = False
    part_of: Name | None = None
    breaks: dict[Text, Annotated[Text, Field(min_length=1)]] = Field(default_factory=dict)
    note: str = ""


#: The column that every unit has without its being declared: how it takes part in the period evaluated.
PARTICIPATION = Quantity(label="参评方式", type="text", values=list(PARTICIPATIONS))
#: Counts of years in the scheme stay below this.
_MOST_YEARS = 99
#: A status other than 参评.
Status = Literal["not_eligible", "no_task", "files_only", "disqualified"]


def _few_years(key: str, years: int) -> None:
    if years > _MOST_YEARS:
        raise PydanticCustomError("many_years", "{key} 是年数，应不超过{most}", {"key": key, "most": _MOST_YEARS})


class ParticipationRule(Model):
    """Gives a unit a status where a condition over its own figures and lists holds; ``basis`` is what the report says of it."""

    status: Status
    when: Condition
    basis: Annotated[Text, Field(min_length=1)]
    clause: Text = ""


class ParticipationSpec(Model):
    """参评方式: who is ranked, who only files figures, who is out, and from when to when.

    units.csv gives each unit a status with its authority and time; ``rules`` give one besides. Of several that hold for a unit the
    gravest does. ``years`` says what the times of the roster mean: years of the figures (``data``), or of the rounds in which they
    are evaluated (``round``), which are held ``held_after`` years later. ``disqualified`` says what a disqualification takes: the
    place (``unranked``) or the awards only (``not_eligible``).

    Example: ETDZ 第七条 2021、2022年考核评价只报送数据不参与排名 (read as rounds; the alternative patches ``years`` to ``data``)::

        {years: round, rules: [{status: disqualified, when: {ge: [confirmed, 1]}, basis: 查实统计造假, clause: 第九条}], official: false}
    """

    years: Literal["data", "round"] = "data"
    held_after: Whole = 1
    disqualified: Literal["unranked", "not_eligible"] = "unranked"
    rules: list[ParticipationRule] = Field(default_factory=list)
    official: Flag = True

    @model_validator(mode="after")
    def _possible(self) -> ParticipationSpec:
        _few_years("held_after", self.held_after)
        return self

    def day(self, period: Period) -> date:
        """The day whose status holds for a whole period: its last day, or the last day of the year in which its round is held.

        >>> [ParticipationSpec(years=years).day(Period(2021)).isoformat() for years in ("data", "round")]
        ['2021-12-31', '2022-12-31']
        """
        return period.last_day if self.years == "data" else date(period.year + self.held_after, 12, 31)

    def ranked(self, status: str) -> bool:
        """Whether a unit of this status is in the field that is ranked, where a ranking says nothing else (``open_to``)."""
        return status in ("ranked", "not_eligible") or (status == "disqualified" and self.disqualified == "not_eligible")

    def eligible(self, status: str) -> bool:
        """Whether a unit of this status may be rewarded, provided that it has a place."""
        return status in ("ranked", "no_task")


def in_force(since: str, until: str, day: date) -> bool:
    """Whether ``day`` lies between two bounds, both included; each is a day, a period, or blank for no bound.

    >>> [in_force("2021", "2022", date(year, 12, 31)) for year in (2020, 2021, 2022, 2023)]
    [False, True, True, False]
    """
    return (not since or first_day(since) <= day) and (not until or day <= last_day(until))


def first_day(bound: str) -> date:
    """First day that a bound names: ``2021-06-30`` is a day, ``2021``, ``2021H1``, ``2021-06`` are periods."""
    return date.fromisoformat(bound) if bound.count("-") == 2 else Period.parse(bound).first_day


def last_day(bound: str) -> date:
    """Last day that a bound names."""
    return date.fromisoformat(bound) if bound.count("-") == 2 else Period.parse(bound).last_day


class CalibreSpec(Model):
    """口径: units whose boundary changed file two series, and a date decides which one scores; the other is reported beside it.

    ``changed`` names the attribute with the day of the change, ``basis`` one with its authority. For ``old_for_years`` years after
    it the old boundary scores (调整前), then the new one (调整后). ``counted`` says how these years are counted: ``date``: from the day
    of the change, and a period belongs to them if its last day does; ``calendar_years``: the year of the change and the full years
    after it. ``same`` lists quantities that do not depend on the boundary; texts, dates and answers never do.

    Example: ETDZ 第一条 自调整之日起两年内须以调整前口径参加考核评价，同时报送调整后口径数据，第三年可以调整后口径:
    ``{changed: boundary_changed, old_for_years: 2, counted: calendar_years}``. The last day of a term of years: 民法典 第二百零二条.
    """

    changed: Name
    basis: Name | None = None
    old_for_years: Whole
    counted: Literal["date", "calendar_years"]
    same: list[Name] = Field(default_factory=list)

    @model_validator(mode="after")
    def _possible(self) -> CalibreSpec:
        _few_years("old_for_years", self.old_for_years)
        return self

    def last_old_day(self, changed: date) -> date:
        """Last day of the years in which the old boundary scores.

        >>> spec = dict(changed="moved", old_for_years=2)
        >>> [CalibreSpec(**spec, counted=way).last_old_day(date(2020, 6, 30)).isoformat() for way in ("date", "calendar_years")]
        ['2022-06-30', '2022-12-31']
        >>> CalibreSpec(**spec, counted="date").last_old_day(date(2020, 2, 29)).isoformat()
        '2022-02-28'
        """
        year = changed.year + self.old_for_years
        if self.counted == "calendar_years":
            return date(year, 12, 31)
        try:
            return changed.replace(year=year)
        except ValueError:  # 29 February: a month without the day ends on its last one
            return changed.replace(year=year, day=28)

    def used(self, changed: date, period: Period) -> str:
        """The series that scores a period: ``before`` or ``after``; blank while the boundary has not changed yet.

        >>> spec = dict(changed="moved", old_for_years=2)
        >>> for way in ("date", "calendar_years"):
        ...     [CalibreSpec(**spec, counted=way).used(date(2020, 6, 30), Period(year)) for year in range(2019, 2024)]
        ['', 'before', 'before', 'after', 'after']
        ['', 'before', 'before', 'before', 'after']
        """
        if not self.differs(changed, period):
            return ""
        return "before" if period.last_day <= self.last_old_day(changed) else "after"

    @staticmethod
    def differs(changed: date, period: Period) -> bool:
        """Whether the figures of a period may differ between the boundaries: it does not end before the change."""
        return period.last_day >= changed

    def splits(self, name: str, quantity: Quantity) -> bool:
        """Whether a quantity depends on the boundary."""
        return quantity.type in ("number", "integer") and name not in self.same

    def sentence(self, changed: date, period: Period) -> str:
        """Why a series scores a period, in Chinese."""
        count = {"date": "自调整之日起", "calendar_years": "调整当年及其后"}[self.counted]
        day = f"{period.label}末（{period.last_day.isoformat()}）"
        side = "在期限内" if self.used(changed, period) == "before" else "已过期限"
        return (
            f"{changed.isoformat()}调整；{count}{self.old_for_years}年内（至{self.last_old_day(changed).isoformat()}）用{CALIBRES['before']}口径，"
            f"{day}{side}，用{CALIBRES[self.used(changed, period)]}口径"
        )


class TableSpec(Model):
    """A table: ``units`` (the roster with its attributes and figures) or a child table whose rows belong to units.

    ``attributes`` (of units) are columns of units.csv that hold for the whole period; ``columns`` are figures: of units
    in values.csv, per period; of child tables in items.csv. A row of a child table is unique by unit, item id and ``key``;
    ``across_units`` says what it means that one item id stands under two units: a project counted twice is a finding or a fault,
    an expert who rates all of them is fine. ``compared_by`` names the date in the key of a list that is filed again on each of these
    days: the report sets units side by side day by day (对标). ``filed_by`` says who files its rows, as for a quantity; ``source`` which
    departments verify its columns, where those name none of their own.
    ``participation`` and ``calibre`` are of units.
    ``amount`` is what two items have in common when they are the same one; ``started`` (a date, a yes, or one of ``started_words``)
    and ``invested`` tell whether a start was more than a report.
    """

    label: str
    belongs_to: Literal["units"] | None = None
    attributes: dict[Name, Quantity] = Field(default_factory=dict)
    columns: dict[Name, Quantity] = Field(default_factory=dict)
    key: list[Name] = Field(default_factory=list)
    across_units: Literal["finding", "fault", "fine"] = "finding"
    compared_by: Name | None = None
    amount: Name | None = None
    started: Name | None = None
    started_words: list[Text] = Field(default_factory=list)
    invested: Name | None = None
    filed_by: str = ""
    source: list[str] = Field(default_factory=list)
    participation: ParticipationSpec = ParticipationSpec()
    calibre: CalibreSpec | None = None
    note: str = ""

    @property
    def judged(self) -> tuple[str, ...]:
        """Columns of a list that can be verified: all but those that say which row it is."""
        return tuple(name for name in self.columns if name not in self.key)

    @model_validator(mode="after")
    def _dated(self) -> TableSpec:
        name = self.compared_by
        if name is not None and not (name in self.key and name in self.columns and self.columns[name].type == "date"):
            raise PydanticCustomError("compared_by", "compared_by 应为列在 key 中的日期列，“{name}”不是", {"name": name})
        return self

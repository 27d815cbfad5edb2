"""The typed models of an edition (版本) and of a period file: the whole shape of a scheme, strict in every key."""

from __future__ import annotations

import datetime
import difflib
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from ..kinds.aggregates import AnyAggregate
from ..kinds.aggregates.sum import Sum
from ..kinds.base import Clip, Decimals, ExactNumber, Flag, Model, Name, Text, Whole
from ..kinds.conditions import Condition
from ..kinds.discovery import tag
from ..kinds.fields import AnyMeasure
from ..kinds.history import History
from ..kinds.outcomes import AnyOutcome
from ..kinds.ranking import Ranking
from ..kinds.rules import AnyRule
from .bounds import Bounds
from .doubts import Doubts
from .tables import TableSpec


def _to_day(value: Any) -> str:
    text = str(value) if isinstance(value, str) else ""
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise PydanticCustomError("day", "日期应写成 2024-03-31 这样的年-月-日")


_DAY_SCHEMA = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
#: A day of the calendar, as text.
Day = Annotated[str, BeforeValidator(_to_day), WithJsonSchema(_DAY_SCHEMA)]
#: ... that may still be blank.
DayOrBlank = Annotated[
    str,
    BeforeValidator(lambda value: "" if value in (None, "") else _to_day(value)),
    WithJsonSchema({"anyOf": [_DAY_SCHEMA, {"enum": ["", None]}]}),
]


def _to_notebook(value: Any) -> str:
    if isinstance(value, str) and re.fullmatch(_NOTEBOOK, value):
        return str(value)
    raise PydanticCustomError("notebook", "应为 notebooks 文件夹中的文件名，如 {example}（不含路径）", {"example": "evaluation.ipynb"})


_NOTEBOOK = r"[a-z0-9_]+\.ipynb"
#: A template under notebooks/: a bare name, so that it never leads out of the folder.
NotebookName = Annotated[str, BeforeValidator(_to_notebook), WithJsonSchema({"type": "string", "pattern": f"^{_NOTEBOOK}$"})]
Version = Annotated[Literal["1"], WithJsonSchema({"enum": ["1", 1]})]


class Rounding(Model):
    """Decimals and mode of the points of a leaf; sums are exact. ``half_up`` is 四舍五入, ``half_even`` 四舍六入五成双 (GB/T 8170).

    The mode holds for points of leaves and branches; the ``round`` of a measure is 四舍五入 always.
    """

    decimals: Decimals = 2
    mode: Literal["half_up", "half_even"] = "half_up"

    @property
    def word(self) -> str:
        """How the mode is called."""
        return "四舍五入" if self.mode == "half_up" else "四舍六入五成双"


class Years(Model):
    """Evaluated years an edition governs, both ends included; an open end is left out."""

    from_: Text = Field("0000", alias="from")
    to: Text = "9999"

    @model_validator(mode="after")
    def _order(self) -> Years:
        for year in (self.from_, self.to):
            if not (len(year) == 4 and year.isascii() and year.isdigit()):
                raise PydanticCustomError("year", "年份应为四位数字")
        if self.from_ > self.to:
            raise PydanticCustomError("years", "适用年份的起止颠倒")
        return self


_PERIOD_WORD = re.compile(r"\{(period|year|next_year)\}")


def _to_period_label(value: Any) -> str:
    text = str(value) if isinstance(value, str) else ""
    rest = _PERIOD_WORD.sub("", text)
    if rest == text or "{" in rest or "}" in rest:
        example = "数据年度{year}（{next_year}年考核评价）"
        raise PydanticCustomError("period_label", "应含花括号里的 period、year 或 next_year，如 {example}", {"example": example})
    return text


#: How a period is called, with ``{period}`` (2021年第一季度), ``{year}`` and ``{next_year}`` in it.
PeriodLabel = Annotated[str, BeforeValidator(_to_period_label), WithJsonSchema({"type": "string"})]


class Fund(Model):
    """专项资金: money that the document sets aside, with what it may be used for. It stands beside the payment sheet and pays none of it.

    Example: CO-2.3 外经贸发展专项基金 200万元.
    """

    label: Text
    amount: ExactNumber
    uom: Literal["元", "万元", "亿元"] = "元"
    payer: Text = ""
    clause: Annotated[Text, Field(min_length=1)]
    uses: Annotated[list[Text], Field(min_length=1)]
    note: Text = ""


class Publishes(Model):
    """公布范围: what of the results the document lets be published besides who is ranked where and who is rewarded.

    ``totals`` publishes the total of every ranked unit, ``outcomes`` are published beside the rewards (criticism, sanctions, grades).
    What a document does not say is not published; a period file may state it anew.
    """

    totals: Flag = False
    outcomes: list[Name] = Field(default_factory=list)
    clause: Text = ""


class EditionMeta(Model):
    """What the document is: title, number, date of issue, evaluated years, size of the roster, rounding.

    ``totals`` are the marks that it states for nodes of the tree, ``lines`` the number of indicators that it lists below them; lint
    holds both against the tree.

    ``period_label`` is how the document calls a period where that is not just its year: ETDZ evaluates a data year in the round after
    it, ``"数据年度{year}（{next_year}年考核评价）"``.
    """

    title: Text
    number: Text = ""
    issuer: Text = ""
    issued: Text
    governs: Years
    roster: Whole | None = None
    round: Rounding = Rounding()
    unit_word: Text = "考核对象"
    period_label: PeriodLabel = "{period}"
    official: Flag = True
    notebook: NotebookName = "evaluation.ipynb"
    totals: dict[Name, ExactNumber] = Field(default_factory=dict)
    lines: dict[Name, Whole] = Field(default_factory=dict)
    funds: list[Fund] = Field(default_factory=list)
    publishes: Publishes | None = None
    notes: list[Text] = Field(default_factory=list)


class NodeBase(Model):
    """What leaf and branch share. ``counts: false`` shows a node without adding it; ``official: false`` marks a choice of ours.

    ``extra: true`` (加减分项): its points are added to the branch above, outside the marks: its own marks do not count towards those
    of the branch, and it is neither scaled nor a reason to scale. Below it nodes need no marks.
    """

    label: Text
    marks: ExactNumber | None = None
    clause: Text = ""
    when: Condition | None = None
    otherwise: Literal["not_applicable", "exempt", "zero"] = "not_applicable"
    clip: Clip | None = None
    round: Decimals | None = None
    counts: Flag = True
    extra: Flag = False
    official: Flag = True
    quote: Text = ""
    note: Text = ""


class Leaf(NodeBase):
    """指标: a measure and the rule that turns it into points. ``not_assessed`` gives the reason why it is left out this period."""

    measure: AnyMeasure
    rule: AnyRule
    source: list[Text] = Field(default_factory=list)
    not_assessed: Text = ""


class Branch(NodeBase):
    """A node over children. ``missing`` and ``not_applicable`` say what a child in that state does to the branch.

    zero: it counts 0 of its marks · rescale: left out, the rest scaled to the full marks · fewer: left out, out of fewer
    marks (a branch above may rescale) · refuse · propagate: the branch is missing too.
    """

    children: Annotated[list[Name], Field(min_length=1)]
    aggregate: AnyAggregate = Sum()
    missing: Literal["zero", "rescale", "fewer", "refuse", "propagate"] = "zero"
    not_applicable: Literal["rescale", "fewer"] = "rescale"
    base: ExactNumber | None = None


def _which(raw: Any) -> str:
    if not isinstance(raw, dict):
        return tag("branch" if isinstance(raw, Branch) else "leaf")
    named = "children" in raw or "aggregate" in raw
    # neither a leaf nor a branch by its keys: a misspelt `children` is told as that, not as a leaf without measure and rule
    meant = not {"measure", "rule"} & set(raw) and any(difflib.get_close_matches(key, ("children", "aggregate")) for key in raw)
    return tag("branch" if named or meant else "leaf")


Node = Annotated[Annotated[Leaf, Tag(tag("leaf"))] | Annotated[Branch, Tag(tag("branch"))], Discriminator(_which)]


class Alternative(Model):
    """Another reading of a silent clause: how it is called and the patch that carries it out."""

    label: Annotated[Text, Field(min_length=1)]
    patch: Annotated[dict[Text, Any], Field(min_length=1), WithJsonSchema({"type": "object", "minProperties": 1})]


class Assumption(Model):
    """假设: a clause that is silent, the default reading (as the edition is written) and its alternatives."""

    clause: Text
    silent: Text
    default: Annotated[dict[Name, Annotated[Text, Field(min_length=1)]], Field(min_length=1, max_length=1)]
    alternatives: dict[Name, Alternative] = Field(default_factory=dict)
    note: Text = ""

    @model_validator(mode="after")
    def _apart(self) -> Assumption:
        if self.default_name in self.alternatives:
            raise PydanticCustomError("reading_twice", "“{name}”既是默认读法又是其他读法，请改名", {"name": self.default_name})
        return self

    @property
    def default_name(self) -> str:
        """Name of the reading that holds when nothing is chosen."""
        return next(iter(self.default))

    def label(self, choice: str) -> str:
        """How a reading is called."""
        return self.default[choice] if choice in self.default else self.alternatives[choice].label


class EditionShape(Model):
    """The sections of an edition and the names in them; what stands under a name is validated block by block."""

    schema_: Version = Field(alias="schema")
    edition: Any
    tables: dict[Name, Any]
    measures: dict[Name, Any] = Field(default_factory=dict)
    tree: dict[Name, Any] = Field(default_factory=dict)
    rankings: dict[Name, Any] = Field(default_factory=dict)
    outcomes: dict[Name, Any] = Field(default_factory=dict)
    periods: dict[Name, Any] = Field(default_factory=dict)
    assumptions: dict[Name, Any] = Field(default_factory=dict)
    checks: Any = None
    robustness: Any = None


class EditionFile(EditionShape):
    """One file ``params/<scheme>/<year of issue>.yaml``: the regulation as data."""

    edition: EditionMeta
    tables: dict[Name, TableSpec]
    measures: dict[Name, AnyMeasure] = Field(default_factory=dict)
    tree: dict[Name, Node] = Field(default_factory=dict)
    rankings: dict[Name, Ranking] = Field(default_factory=dict)
    outcomes: dict[Name, AnyOutcome] = Field(default_factory=dict)
    periods: dict[Name, History] = Field(default_factory=dict)
    assumptions: dict[Name, Assumption] = Field(default_factory=dict)
    robustness: Bounds | None = None


def _to_words(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("blank", "不能为空；请填写")
    return value


#: A text that says something: a reason, a person.
Words = Annotated[Text, Field(min_length=1), AfterValidator(_to_words)]


class Change(Model):
    """An edit of the official parameters for one period, with its reason, person and date."""

    path: Text
    value: Any
    reason: Words
    by: Words
    date: Day


class RuledReading(Model):
    """裁定的读法: which reading of a silent clause holds this period, why, who decided it and when. It may confirm the default."""

    reading: Text
    reason: Words
    by: Words
    date: Day


class RulingEntry(Model):
    """裁定: which of the units tied across a cut-off get in."""

    units: list[Text]
    reason: Words
    by: Words
    date: Day


class Waiver(Model):
    """A named exemption from a rule that blocks a final run.

    ``units`` (codes or names), ``indicators`` and ``lists`` say for which figures and items an exemption from verification holds: an
    indicator stands for the figures and lists that it reads, a list for its items; ``codes`` say for which kinds of finding an
    exemption from findings holds. Left out, it holds for all of them.
    """

    what: Literal["unverified", "missing", "findings"]
    units: list[Text] = Field(default_factory=list)
    indicators: list[Name] = Field(default_factory=list)
    lists: list[Name] = Field(default_factory=list)
    codes: list[Text] = Field(default_factory=list)
    reason: Words
    by: Words
    date: Day


class Exemption(Model):
    """免评: one unit is not assessed on one indicator this period; who decided it, when and why. ``unit`` is a code or a name.

    The unit takes no place on the indicator, and the branch above leaves it out as its ``not_applicable`` says.
    """

    unit: Annotated[Text, Field(min_length=1)]
    indicator: Name
    reason: Words
    by: Words
    date: Day


class PeriodFile(Model):
    """One file ``params/<scheme>/periods/<period>.yaml``: what the analyst sets for one period.

    ``edition`` may name the edition (the year in its file name) that the analyst expects: it is refused unless it governs the year.
    ``filing_due`` is the last day for units to file: forms print it, and what comes later needs a reason and an approver.
    ``assumptions`` chooses readings of silent clauses, by their code alone or with the ruling.
    """

    schema_: Version = Field(alias="schema")
    period: Text
    edition: Text = ""
    as_of: DayOrBlank = ""
    prepared_by: Text = ""
    filing_due: DayOrBlank = ""
    publishes: Publishes | None = None
    demo: Flag = False
    assumptions: dict[Name, Text | RuledReading] = Field(default_factory=dict)
    not_assessed: dict[Name, Annotated[Text, Field(min_length=1)]] = Field(default_factory=dict)
    exemptions: list[Exemption] = Field(default_factory=list)
    accept: list[Name] = Field(default_factory=list)
    rulings: dict[Name, RulingEntry] = Field(default_factory=dict)
    changes: list[Change] = Field(default_factory=list)
    waivers: list[Waiver] = Field(default_factory=list)
    checks: Doubts | None = None
    robustness: Bounds | None = None
    notes: list[Text] = Field(default_factory=list)

    @property
    def readings(self) -> dict[str, str]:
        """Assumption → code of the reading chosen."""
        return {name: one.reading if isinstance(one, RuledReading) else one for name, one in self.assumptions.items()}

    @property
    def ruled(self) -> dict[str, RuledReading]:
        """Assumption → the ruling, where there is one."""
        return {name: one for name, one in self.assumptions.items() if isinstance(one, RuledReading)}

"""Base of all typed models and kinds: strict keys, exact numbers, references by name, and what a kind may ask for.

A kind is one class: its fields are the YAML, ``compute``/``points``/``combine`` its arithmetic over whole columns,
``sentence`` its explanation in Chinese. The kind's name is the name of its main field (``{gap: $x, against: previous}``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, NamedTuple, Protocol, TypeVar

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from ..exact import Exact, exact, is_number_text, plain
from ..periods import Period
from .column import Column

T = TypeVar("T")


class Quoted(str):
    """A text that stood in quotes in the YAML: a literal, never a name."""

    __slots__ = ()


class Model(BaseModel):
    """Unknown keys are refused, values are frozen, exact numbers are allowed."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    #: Answers of :func:`once`; beside the fields, so that copies start without them and equality does not see them.
    __slots__ = ("_answers",)
    if TYPE_CHECKING:
        _answers: dict[Any, tuple[Any, ...]]


def once(question: Callable[[Any], Iterable[T]]) -> Callable[[Any], tuple[T, ...]]:
    """A question about what a model holds, asked once: models never change, and checks, scoring and trials all ask.

    >>> class Block(Model):
    ...     name: str
    >>> @once
    ... def letters(block):
    ...     print("asked")
    ...     return list(block.name)
    >>> block = Block(name="ab")
    >>> letters(block), letters(block), letters(block.model_copy(update={"name": "c"}))
    asked
    asked
    (('a', 'b'), ('a', 'b'), ('c',))
    """

    @wraps(question)
    def answer(value: Any) -> tuple[T, ...]:
        if not isinstance(value, Model):
            return tuple(question(value))
        try:
            answers = value._answers
        except AttributeError:
            answers = {}
            object.__setattr__(value, "_answers", answers)
        if (found := answers.get(question)) is None:
            found = answers[question] = tuple(question(value))
        return found

    return answer


# --- numbers -----------------------------------------------------------------------------------------------------------


#: A number of more characters than this is a slip of the keyboard, and would take for ever to print.
_MAX_DIGITS = 40
_LEADING_ZERO = re.compile(r"[+-]?0[0-9]")


def _number_text(value: Any) -> str | None:
    """The text of a number as YAML has it; None when it is none. A leading zero is a code, or octal to other readers."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    text = str(value)
    if len(text) > _MAX_DIGITS or not is_number_text(text):
        return None
    if _LEADING_ZERO.match(text):
        raise PydanticCustomError("leading_zero", "数不以0开头；是代码就加引号，是数就去掉前面的0")
    return text


def _to_exact(value: Any) -> Exact:
    if isinstance(value, Exact):
        return value
    text = _number_text(value)
    if text is None:
        raise PydanticCustomError("not_a_number", "应为数（如 6、2.5、1/3）")
    return exact(text)


_NUMBER_SCHEMA: dict[str, Any] = {
    "anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$|^[+-]?[0-9]+/[1-9][0-9]*$"}]
}


def _to_text(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value


#: A text; YAML numbers and dates written without quotes stay the text they are.
Text = Annotated[str, BeforeValidator(_to_text), WithJsonSchema({"type": ["string", "number"]})]

#: A name in the graph.
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]

#: A number written in YAML, kept exact.
ExactNumber = Annotated[
    Any, BeforeValidator(_to_exact), PlainSerializer(lambda v: plain(v), return_type=str), WithJsonSchema(_NUMBER_SCHEMA)
]


_PERCENT_SCHEMA: dict[str, Any] = {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?%$"}


@dataclass(frozen=True)
class PartOfMarks:
    """A part of the marks of the node, written ``80%``."""

    share: Exact

    def __str__(self) -> str:
        return f"{plain(self.share * 100)}%"


def _to_share(value: Any) -> Exact:
    percent = isinstance(value, str) and value.endswith("%")
    return _to_exact(value[:-1]) / 100 if percent else _to_exact(value)


#: A share, written as a number (0.5, 1/3) or in per cent (50%).
ShareNumber = Annotated[
    Any,
    BeforeValidator(_to_share),
    PlainSerializer(lambda v: plain(v), return_type=str),
    WithJsonSchema({"anyOf": [*_NUMBER_SCHEMA["anyOf"], _PERCENT_SCHEMA]}),
]


def _to_marks(value: Any) -> Any:
    if isinstance(value, str) and value.endswith("%"):
        return PartOfMarks(_to_share(value))
    return value if value == "marks" or isinstance(value, PartOfMarks) else _to_exact(value)


#: Points: a number, ``marks`` (the marks of the node the rule belongs to) or a part of them (``80%``).
MarksOrNumber = Annotated[
    Any,
    BeforeValidator(_to_marks),
    PlainSerializer(lambda v: plain(v) if isinstance(v, Exact) else str(v), return_type=str),
    WithJsonSchema({"anyOf": [{"const": "marks"}, *_NUMBER_SCHEMA["anyOf"], _PERCENT_SCHEMA]}),
]


def _to_int(value: Any) -> int:
    text = _number_text(value)
    if text is None or not text.isdigit():
        raise PydanticCustomError("not_an_integer", "应为非负整数")
    return int(text)


#: A non-negative whole number written in YAML.
Whole = Annotated[int, BeforeValidator(_to_int), WithJsonSchema({"type": "integer", "minimum": 0})]

_MAX_DECIMALS = 12


def _to_decimals(value: Any) -> int:
    decimals = _to_int(value)
    if decimals > _MAX_DECIMALS:
        raise PydanticCustomError("decimals", "小数位数应为0到{most}", {"most": _MAX_DECIMALS})
    return decimals


#: A number of decimals to round to.
Decimals = Annotated[int, BeforeValidator(_to_decimals), WithJsonSchema({"type": "integer", "minimum": 0, "maximum": _MAX_DECIMALS})]


def _to_flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise PydanticCustomError("not_a_flag", "应为 true 或 false")


Flag = Annotated[bool, BeforeValidator(_to_flag), WithJsonSchema({"type": "boolean"})]


# --- references --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ref:
    """What an operand names: ``$name`` a column, a bare name a result, a number, or a quoted text.

    >>> Ref.parse("$trade_total").kind, Ref.parse("total").kind, Ref.parse("0.5").kind, Ref.parse(Quoted("省库")).kind
    ('column', 'result', 'number', 'text')
    """

    kind: Literal["column", "result", "number", "text"]
    name: str = ""
    value: Any = None

    @classmethod
    def parse(cls, raw: Any) -> Ref:
        """Read an operand as it stood in the YAML."""
        if isinstance(raw, Ref):
            return raw
        if isinstance(raw, Exact) or (isinstance(raw, int) and not isinstance(raw, bool)):
            return cls("number", value=exact(raw))
        if isinstance(raw, Quoted):
            return cls("text", value=str(raw))
        if isinstance(raw, str):
            if raw.startswith("$"):
                return cls("column", raw[1:])
            if _number_text(raw) is not None:
                return cls("number", value=exact(raw))
            if raw.replace("_", "").isalnum() and raw.isascii():
                return cls("result", raw)
        raise PydanticCustomError("not_a_name", "应为 $列名、结果名、数，或加引号的文字")

    @property
    def table(self) -> str:
        """Child table of ``$table.column``, empty otherwise."""
        return self.name.partition(".")[0] if "." in self.name else ""

    @property
    def local(self) -> Ref:
        """``$table.column`` as the child table itself calls it."""
        return Ref(self.kind, self.name.rpartition(".")[2])

    def __str__(self) -> str:
        if self.kind == "column":
            return f"${self.name}"
        return self.name or (plain(self.value) if self.kind == "number" else f"“{self.value}”")


Operand = Annotated[
    Any,
    BeforeValidator(Ref.parse),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": ["string", "number"], "description": '$列名 | 结果名 | 数 | "文字"'}),
]


def _to_column_ref(value: Any) -> Ref:
    ref = Ref.parse(value)
    if ref.kind != "column":
        raise PydanticCustomError("not_a_column", "应为以 $ 开头的列名")
    return ref


ColumnRef = Annotated[
    Any, BeforeValidator(_to_column_ref), PlainSerializer(str, return_type=str), WithJsonSchema({"type": "string", "pattern": r"^\$"})
]


@once
def refs_in(value: Any) -> Iterator[Ref]:
    """Every reference inside a model, at any depth: the edges of the graph of names."""
    return _refs_in(value)


def _refs_in(value: Any) -> Iterator[Ref]:
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _refs_in(getattr(value, name))
    elif isinstance(value, dict):
        for item in value.values():
            yield from _refs_in(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _refs_in(item)


# --- what a kind may ask for --------------------------------------------------------------------------------------------


@dataclass
class KindFault(Exception):
    """A figure breaks a kind's own rule (a judged score outside its range …); scoring adds where the figure stands.

    ``figure`` is the column and period at fault where a kind reads several; ``absent`` says that the fault is a blank, and
    ``names`` which blocks below have it, per row; ``found`` are the values at fault, one per row.
    """

    code: str
    message: str
    remedy: str = ""
    rows: tuple[int, ...] = ()
    figure: tuple[Ref, str] | None = None
    absent: bool = False
    names: dict[int, list[str]] = field(default_factory=dict)
    found: tuple[str, ...] = ()


class Scope(Protocol):
    """What the evaluation offers to a kind: columns by name, the field of comparison, child rows, texts for sentences."""

    def column(self, ref: Ref, period: str = "current") -> Column:
        """Values of a reference over the rows of the current table (``period``: current, previous, year_before)."""

    def texts(self, ref: Ref) -> np.ndarray:
        """The reference as texts, for conditions."""

    def type_of(self, ref: Ref) -> str:
        """``text`` when a reference holds texts, else ``number``."""

    def field(self, among: Any, within: Ref | None, open_to: Sequence[str] = ()) -> tuple[np.ndarray, np.ndarray]:
        """(member mask, group number per row) of the field in which units are compared; ``open_to`` are ways of taking part that
        are admitted beside those who are ranked."""

    def child(self, table: str) -> tuple[Scope, np.ndarray]:
        """Scope of a child table and, per child row, the row number of its unit."""

    def rows(self) -> int:
        """Number of rows of the current table."""

    def is_float(self) -> bool:
        """Whether this evaluation runs on float64 (simulation)."""

    def table_label(self, table: str) -> str:
        """Chinese name of a table."""

    def item_ids(self) -> tuple[str, ...]:
        """Keys of the current table's rows."""

    def show(self, ref: Ref, row: int, period: str = "current") -> str:
        """One value as text, without uom."""

    def uom(self, ref: Ref) -> str:
        """Unit of measure of a reference, empty when it has none."""

    def label(self, ref: Ref) -> str:
        """Chinese name of what a reference names."""

    def column_sentence(self, measure: Any, row: int) -> str:
        """Sentence of a nested measure or reference."""

    def column_label(self, measure: Any) -> str:
        """Name of a nested measure or reference."""

    def period_label(self, period: str) -> str:
        """How a reader calls the period."""

    def day(self, which: str) -> date:
        """First (``period_start``) or last (``period_end``) day of the period evaluated."""

    def once(self, owner: Any, what: str, make: Callable[[], Any]) -> Any:
        """What ``make`` gives, worked out once for a model: sentences of many rows read the same columns."""

    def period(self) -> Period:
        """The period evaluated."""

    def view(self, period: Period) -> PeriodView | None:
        """The results of a period as the units of this one see them; None where there is no such period."""

    def new_period_command(self, period: Period) -> str:
        """What to type in order to add a period."""

    def assumptions_on(self, model: Any, field: str) -> list[str]:
        """Labels of the readings that assumptions offer for a field of a block."""

    def row_name(self, row: int) -> str:
        """Name of a row of the current table."""

    def standings(self, ref: Ref) -> np.ndarray:
        """What an outcome makes of each row (:class:`evalbook.terms.Standing`), in a child table of the unit the row belongs to."""


class PeriodView(Protocol):
    """Results of one period, with the rows of the period evaluated: a unit that was not on the roster then has no value."""

    label: str
    edition: str

    def lacks(self, ref: Ref) -> str:
        """What is near a name that the period does not know; empty when it knows it."""

    def column(self, ref: Ref) -> Column:
        """Values of then."""

    def truth(self, condition: Any) -> np.ndarray:
        """Truth per row of a condition as it was then."""

    def on_roster(self, row: int) -> bool:
        """Whether the unit was on the roster then."""

    def facts(self, condition: Any, row: int) -> str:
        """What a condition read then."""

    def condition(self, condition: Any) -> str:
        """A condition in Chinese."""

    def uom(self, ref: Ref) -> str:
        """Unit of measure of a reference then."""

    def name(self, ref: Ref) -> str:
        """Chinese name of a reference then."""


@dataclass(frozen=True)
class RankingView:
    """A computed ranking: places, the value ranked, group numbers, and the full order with tie-breakers (1 the best)."""

    places: Column
    of: Column
    groups: np.ndarray
    order: np.ndarray
    descending: bool


@dataclass(frozen=True)
class Ruling:
    """A decision of the office on what an outcome leaves open: the codes that get in, in their order, who decided, when, why."""

    units: tuple[str, ...]
    by: str
    date: str
    reason: str


class OutcomeScope(Scope, Protocol):
    """What an outcome may ask for besides: rankings, other outcomes, rulings, names."""

    def ranking(self, name: str) -> RankingView:
        """A computed ranking."""

    def outcome_variants(self, name: str) -> tuple[tuple[Any, np.ndarray], ...]:
        """The by-variants of another outcome, each with the mask of the units it is for."""

    def group_name(self, ranking: str, row: int) -> str:
        """The group in which a ranking compares a unit; empty where it compares all."""

    def eligible(self) -> np.ndarray:
        """Mask of units that may be rewarded at all."""

    def ruling(self, name: str) -> Ruling | None:
        """The ruling of the period file on this outcome, if any."""

    def unit_name(self, row: int) -> str:
        """Name of the unit in a row."""

    def unit_key(self, row: int) -> str:
        """Code of the unit in a row."""


class Kind(Model):
    """One way to compute. ``title`` is its Chinese name in reports and in the reference."""

    title: ClassVar[str] = ""

    @classmethod
    def name(cls) -> str:
        """The YAML key: the name of the first field the class itself declares."""
        own = [n for n in cls.__annotations__ if n in cls.model_fields]
        return own[0]


class Grading(NamedTuple):
    """What a rule may know beside the number: the node's marks and, for places, the size of the field.

    ``size`` counts the units that hold a place, ``roster`` all units of the field (with or without data).
    """

    marks: Any
    size: np.ndarray | None = None
    roster: np.ndarray | None = None


def resolved(value: Any, marks: Any) -> Any:
    """The number behind ``marks`` or a part of them.

    >>> from evalbook.exact import exact
    >>> resolved("marks", exact(20)) == 20, resolved(PartOfMarks(exact("0.8")), exact(20)) == 16, resolved(exact(3), exact(20)) == 3
    (True, True, True)
    """
    if isinstance(value, PartOfMarks):
        return value.share * marks
    return marks if isinstance(value, str) and value == "marks" else value


def uses_marks(value: Any) -> bool:
    """Whether a rule speaks of the marks of its node, at any depth."""
    if isinstance(value, BaseModel):
        return any(uses_marks(getattr(value, name)) for name in type(value).model_fields)
    if isinstance(value, (list, tuple)):
        return any(uses_marks(item) for item in value)
    return isinstance(value, PartOfMarks) or value == "marks"


def like(values: np.ndarray, constant: Any) -> Any:
    """A constant in the arithmetic of ``values``."""
    return constant if values.dtype == object else float(constant)


class Rule(Kind):
    """One number → points (``yields: points``) or a share of the marks (``yields: share``). Pure and local."""

    def most(self, marks: Any) -> Any:
        """Points of the best case as the YAML states them, held by lint against the marks; None where it states none."""
        return None

    def points(self, values: np.ndarray, grading: Grading) -> np.ndarray:
        """Points for the values of rows that are OK."""
        raise NotImplementedError

    def sentence(self, value: Any, points: Any, grading: Grading) -> str:
        """One Chinese sentence on how this value came to these points."""
        raise NotImplementedError


class Clip(Model):
    """Bounds between which a value is kept."""

    floor: ExactNumber | None = None
    cap: ExactNumber | None = None

    @model_validator(mode="after")
    def _order(self) -> Clip:
        if self.cap is not None and self.floor is not None and self.cap < self.floor:
            raise PydanticCustomError("cap_below_floor", "上限{cap}低于下限{floor}", {"cap": plain(self.cap), "floor": plain(self.floor)})
        return self

    def apply(self, column: Column) -> Column:
        """The column kept inside the bounds."""

        def inside(values: np.ndarray) -> np.ndarray:
            if self.floor is not None:
                values = np.maximum(values, like(values, self.floor))
            return values if self.cap is None else np.minimum(values, like(values, self.cap))

        return column.map(inside)

    def bounded(self, value: Exact) -> Exact:
        """One exact number kept inside the bounds."""
        value = value if self.floor is None else max(value, self.floor)
        return value if self.cap is None else min(value, self.cap)

    def sentence(self) -> str:
        """The bounds in Chinese."""
        if self.floor is not None and self.cap is not None:
            return f"限于{plain(self.floor)}—{plain(self.cap)}"
        return f"不低于{plain(self.floor)}" if self.floor is not None else f"不高于{plain(self.cap)}"


class Measure(Kind):
    """A number per row. ``clip`` bounds the measured value, then ``round`` rounds it (half up), before anything reads it.

    A named measure may carry a ``label``, under which reports speak of it, its ``clause``, and whether it is ``official``.
    """

    #: Fields that speak of the columns of the child table whose rows the measure reads.
    of_child: ClassVar[tuple[str, ...]] = ("where",)

    clip: Clip | None = None
    round: Decimals | None = None
    label: Text = ""
    clause: Text = ""
    note: Text = ""
    official: Flag = True

    def child_table(self) -> str:
        """The child table whose rows the measure reads."""
        return ""

    def measure(self, scope: Scope) -> Column:
        """The unrounded value over the rows of the scope's table."""
        raise NotImplementedError

    def compute(self, scope: Scope) -> Column:
        """The value, kept inside its bounds and rounded where declared."""
        column = self.measure(scope)
        if self.clip is not None:
            column = self.clip.apply(column)
        return column if self.round is None else column.rounded(self.round)

    def sentence(self, scope: Scope, row: int, value: Any) -> str:
        """One Chinese sentence with the numbers in it."""
        raise NotImplementedError

    def measures(self) -> Iterator[Measure]:
        """This measure and those nested in it."""
        yield self
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, Measure):
                yield from value.measures()

    def told(self, scope: Scope, row: int, value: Any) -> str:
        """The sentence, and what the bounds made of the number in it."""
        if self.clip is None:
            return self.sentence(scope, row, value)
        raw = scope.once(self, "unclipped", lambda: self._unclipped(scope)).at(row)
        text = self.sentence(scope, row, raw)
        return text if raw == value else f"{text}，{self.clip.sentence()}，取{plain(value, self.round)}"

    def _unclipped(self, scope: Scope) -> Column:
        column = self.measure(scope)
        return column if self.round is None else column.rounded(self.round)

    def uom(self, scope: Scope) -> str:
        """Unit of measure of the result."""
        return ""

    def rounding_note(self) -> str:
        """What the sentence adds when the value is rounded."""
        return "" if self.round is None else f"（四舍五入到{self.round}位小数）"

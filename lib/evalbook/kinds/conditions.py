"""Conditions: one closed grammar for which rows count, whether a node applies, who is ranked, who is rewarded.

A condition is a mapping with one key; it holds, does not hold, or is unknown where a figure it reads is missing. A comparison
with something that does not apply to the row (不适用, 免评, 本期不考核, 不参与排名) does not hold, nor does its negation.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np
from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from ..errors import nearest
from ..exact import is_number_text
from ..terms import Standing, State
from .base import ColumnRef, Model, Operand, Ref, Scope, Whole, once, refs_in
from .column import Column, in_every_draw

TRUE, FALSE, UNKNOWN = 1, 0, -1
#: Inside a condition only: what is compared does not apply to the row.
_APART = -2
#: By the number of a state, whether it says so.
_APART_STATES = np.isin(np.arange(len(State)), (State.NOT_APPLICABLE, State.EXEMPT, State.NOT_ASSESSED, State.UNRANKED))
_COMPARISONS = {"eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge}
_SIGNS = {"eq": "＝", "ne": "≠", "lt": "＜", "le": "≤", "gt": "＞", "ge": "≥"}


class AtLeast(Model):
    """``k`` of the conditions hold."""

    k: Whole
    of: list[Condition]

    @model_validator(mode="after")
    def _possible(self) -> AtLeast:
        if not 1 <= self.k <= len(self.of):
            raise PydanticCustomError("at_least", "k 应在1到所列条件数之间（列有{count}个）", {"count": len(self.of)})
        return self


class ListedIn(Model):
    """The same item also stands in the list named ``value`` (another row with the same item id)."""

    column: ColumnRef
    value: str


class Condition(Model):
    """Exactly one of: all, any, not, at_least, eq, ne, lt, le, gt, ge, in, is (a yes/no column says yes), missing, listed_in, listed.

    ``{ge: [$done, $target]}``, ``{all: [{is: $active}, {eq: [$list, "省库"]}]}``. ``listed_in: "国家库"`` reads ``$list``.
    ``{listed: veto}``: the unit is on the list of an outcome; ``{eq: [grade, "优秀"]}`` reads the word of one.
    """

    model_config = ConfigDict(populate_by_name=True, json_schema_extra={"maxProperties": 1, "minProperties": 1})

    all: list[Condition] | None = None
    any: list[Condition] | None = None
    not_: Condition | None = Field(None, alias="not")
    at_least: AtLeast | None = None
    eq: list[Operand] | None = None
    ne: list[Operand] | None = None
    lt: list[Operand] | None = None
    le: list[Operand] | None = None
    gt: list[Operand] | None = None
    ge: list[Operand] | None = None
    in_: list[Any] | None = Field(None, alias="in")
    is_: ColumnRef | None = Field(None, alias="is")
    missing: Operand | None = None
    listed_in: ListedIn | None = None
    listed: Operand | None = None

    KEYS: ClassVar[dict[str, str]] = {"not": "not_", "in": "in_", "is": "is_"}

    @model_validator(mode="before")
    @classmethod
    def _one_key(cls, raw: Any) -> Any:
        if isinstance(raw, Condition):
            return {k: v for k, v in raw if v is not None}
        if not isinstance(raw, dict) or len(raw) != 1:
            raise PydanticCustomError(
                "not_a_condition", "条件应写成只有一个键的映射，如 {example}", {"example": "{ge: [$完成值列, $目标值列]}"}
            )
        key, value = next(iter(raw.items()))
        name = cls.KEYS.get(key, key)
        if name not in cls.model_fields:
            known = [k for k in cls.model_fields if not k.endswith("_")] + list(cls.KEYS)
            raise PydanticCustomError(
                "unknown_condition", "没有名为“{name}”的条件；{near}", {"name": str(key), "near": nearest(str(key), known)}
            )
        if value is None:
            raise PydanticCustomError(
                "blank_condition", "“{name}”后面没有写内容，应写成如 {example}", {"name": key, "example": "{missing: $列}"}
            )
        if name in ("all", "any") and value == []:
            raise PydanticCustomError("empty_condition", "“{name}”至少要列一个条件", {"name": name})
        if name in _COMPARISONS and (not isinstance(value, list) or len(value) != 2):
            raise PydanticCustomError("two_operands", "“{name}”需要两个比较对象，如 [$a, 1]", {"name": key})
        if name == "in_":
            if not (isinstance(value, list) and len(value) == 2 and isinstance(value[1], list) and value[1]):
                raise PydanticCustomError("in_operands", "“in”应写成 {example}", {"example": '[$列, ["甲", "乙"]]'})
            value = [Ref.parse(value[0]), [Ref.parse(v) for v in value[1]]]
        if name == "listed_in" and isinstance(value, str):
            value = {"column": "$list", "value": str(value)}
        if name == "missing" and Ref.parse(value).kind not in ("column", "result"):
            raise PydanticCustomError("missing_operand", "“missing”应写列或结果，如 {example}", {"example": "{missing: $列}"})
        if name == "listed" and Ref.parse(value).kind != "result":
            raise PydanticCustomError("listed", "“listed”应写结果运用的名称，如 {example}", {"example": "{listed: veto}"})
        return {name: value}

    @property
    def _key(self) -> str:
        (name,) = self.model_fields_set
        return name

    def truth(self, scope: Scope) -> np.ndarray:
        """TRUE, FALSE or UNKNOWN per row, in a simulation also per draw."""
        weighed = self._weigh(scope)
        return np.where(weighed == _APART, FALSE, weighed)

    def settled(self, scope: Scope) -> np.ndarray:
        """The truth per row for readers that take one for all draws of a simulation; ``DrawsDiffer`` where it depends on the draw."""
        return in_every_draw(self.truth(scope))

    def _weigh(self, scope: Scope) -> np.ndarray:
        """The truth per row, with what does not apply told apart from what is false."""
        key = self._key
        value = getattr(self, key)
        if key == "all":
            return _both([c._weigh(scope) for c in value])
        if key == "any":
            return _either([c._weigh(scope) for c in value])
        if key == "not_":
            return _negate(value._weigh(scope))
        if key == "at_least":
            truths = np.stack(np.broadcast_arrays(*(c._weigh(scope) for c in value.of)))
            sure, unknown, apart = ((truths == t).sum(axis=0) for t in (TRUE, UNKNOWN, _APART))
            reached = [sure >= value.k, sure + unknown >= value.k, sure + unknown + apart >= value.k]
            return np.select(reached, [TRUE, UNKNOWN, _APART], FALSE)
        if key == "missing":
            return np.where(scope.column(value).ok, FALSE, TRUE)
        if key == "is_":
            column = scope.column(value)
            return _known(np.where(column.values == column.number(1), TRUE, FALSE), column)
        if key == "listed":
            standings = scope.standings(value)
            return np.where(standings == Standing.PENDING, UNKNOWN, (standings == Standing.LISTED).astype(int))
        if key == "listed_in":
            listed = scope.texts(value.column) == value.value
            ids = np.array(scope.item_ids(), dtype=object)
            return np.isin(ids.astype(str), ids[listed].astype(str)).astype(int)
        if key == "in_":
            subject, options = value
            return _either([_compare(scope, subject, option, "eq") for option in options])
        return _compare(scope, value[0], value[1], key)

    def holds(self, scope: Scope) -> np.ndarray:
        """Mask of rows where the condition is known to hold."""
        return self.settled(scope) == TRUE

    def facts(self, scope: Scope, row: int) -> str:
        """What the condition compared in a row: every column and result with its value."""
        return "，".join([fact(scope, ref, row) for ref in self._compared()])

    @once
    def _compared(self) -> Iterable[Ref]:
        """Columns and results whose values decide; what is simply yes or listed is said by the sentence itself."""
        key = self._key
        value = getattr(self, key)
        found: Iterable[Ref] = ()
        if key in ("all", "any", "not_", "at_least"):
            parts = value.of if key == "at_least" else [value] if key == "not_" else value
            found = (ref for part in parts for ref in part._compared())
        elif key not in ("is_", "listed"):
            found = (ref for ref in refs_in(value) if ref.kind in ("column", "result"))
        return dict.fromkeys(found)

    def _enclosed(self, scope: Scope) -> str:
        """The sentence as part of a longer one."""
        text = self.sentence(scope)
        return f"（{text}）" if self._key in ("all", "any", "at_least") else text

    def sentence(self, scope: Scope) -> str:
        """The condition in Chinese."""
        key = self._key
        value = getattr(self, key)
        if key in ("all", "any"):
            return (" 且 " if key == "all" else " 或 ").join(c._enclosed(scope) for c in value)
        if key == "not_":
            return value._denied(scope)
        if key == "at_least":
            return f"至少满足{value.k}项：" + "；".join(c.sentence(scope) for c in value.of)
        if key == "missing":
            return f"{scope.label(value)}缺失"
        if key == "is_":
            return f"{scope.label(value)}为“是”"
        if key == "listed_in":
            return f"同一项目已列入“{value.value}”"
        if key == "listed":
            return f"列入“{scope.label(value)}”"
        if key == "in_":
            return f"{scope.label(value[0])}属于" + "、".join(scope.label(v) for v in value[1])
        return f"{scope.label(value[0])} {_SIGNS[key]} {scope.label(value[1])}"

    def _denied(self, scope: Scope) -> str:
        """That the condition does not hold, as an office would put it."""
        key, value = self._key, getattr(self, self._key)
        if key == "listed":
            return f"未{self.sentence(scope)}"
        if key == "listed_in":
            return f"同一项目未列入“{value.value}”"
        if key == "missing":
            return f"有{scope.label(value)}"
        if key == "is_":
            return f"{scope.label(value)}不为“是”"
        if key == "in_":
            return f"{scope.label(value[0])}不属于" + "、".join(scope.label(v) for v in value[1])
        return f"非（{self.sentence(scope)}）"


def _compare(scope: Scope, left: Any, right: Any, key: str) -> np.ndarray:
    if "text" in (scope.type_of(left), scope.type_of(right)):
        left_texts, right_texts = scope.texts(left), scope.texts(right)
        truth = _COMPARISONS[key](left_texts, right_texts).astype(int)
        return np.where((left_texts == "") | (right_texts == ""), UNKNOWN, truth)
    a, b = scope.column(left), scope.column(right)
    return _known(_COMPARISONS[key](a.values, b.values).astype(int), a, b)


def _known(truth: np.ndarray, *columns: Column) -> np.ndarray:
    """The truth where every column has a value; apart where one does not apply, else unknown where one is missing."""
    ok = np.all([column.ok for column in columns], axis=0)
    if ok.all():
        return truth
    apart = np.any([_APART_STATES[column.states] for column in columns], axis=0)
    return np.where(ok, truth, np.where(apart, _APART, UNKNOWN))


def fact(scope: Scope, ref: Ref, row: int) -> str:
    """Name and value of a reference in a row, with its unit of measure."""
    value = scope.show(ref, row)
    return f"{scope.label(ref)} {value}{scope.uom(ref) if is_number_text(value.removeprefix('≈')) else ''}"


def _negate(truth: np.ndarray) -> np.ndarray:
    return np.where(truth < FALSE, truth, 1 - truth)


def _both(truths: list[np.ndarray]) -> np.ndarray:
    """Kleene and: false wins over unknown, unknown over what does not apply, that over true."""
    return _first(truths, FALSE, TRUE)


def _either(truths: list[np.ndarray]) -> np.ndarray:
    """Kleene or: true wins over unknown, unknown over what does not apply, that over false."""
    return _first(truths, TRUE, FALSE)


def _first(truths: list[np.ndarray], strong: int, weak: int) -> np.ndarray:
    stack = np.stack(np.broadcast_arrays(*truths))
    order = (strong, UNKNOWN, _APART)
    return np.select([(stack == truth).any(axis=0) for truth in order], order, weak)

"""Conditions: the truth of any formula against Kleene's tables, and what is refused when a condition is written wrongly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalbook.exact import exact
from evalbook.kinds.base import Quoted, Ref
from evalbook.kinds.column import Column
from evalbook.kinds.conditions import FALSE, TRUE, UNKNOWN, Condition

#: Rows: flag yes, flag no, flag missing.
FLAG = Column.of([exact(1), exact(0), None])
#: Kleene's third value lies between false and true.
HALF = 0.5


class Rows:
    """A scope with one yes/no column ``flag`` and rows of all three truths."""

    def column(self, ref: Ref, period: str = "current") -> Column:
        """The flag."""
        return FLAG

    def rows(self) -> int:
        """Yes, no, missing."""
        return 3


ATOM = {"is": "$flag"}
FORMULAS = st.recursive(
    st.sampled_from([ATOM, {"missing": "$flag"}]),
    lambda inner: st.one_of(
        inner.map(lambda c: {"not": c}),
        st.lists(inner, min_size=1, max_size=3).map(lambda cs: {"all": cs}),
        st.lists(inner, min_size=1, max_size=3).map(lambda cs: {"any": cs}),
        st.lists(inner, min_size=1, max_size=3).flatmap(lambda cs: st.integers(1, len(cs)).map(lambda k: {"at_least": {"k": k, "of": cs}})),
    ),
    max_leaves=12,
)


def kleene(formula: dict[str, Any], flag: float) -> float:
    """Truth by the tables: and is the least, or the greatest, not the complement, k of n the k-th greatest."""
    key, value = next(iter(formula.items()))
    if key == "is":
        return flag
    if key == "missing":
        return float(flag == HALF)
    if key == "not":
        return 1 - kleene(value, flag)
    if key == "at_least":
        return sorted((kleene(c, flag) for c in value["of"]), reverse=True)[value["k"] - 1]
    return (min if key == "all" else max)(kleene(c, flag) for c in value)


def truth(formula: dict[str, Any]) -> list[int]:
    """Truth of the three rows."""
    found: np.ndarray = Condition.model_validate(formula).truth(Rows())  # type: ignore[arg-type]
    return found.tolist()


@given(FORMULAS)
def test_truth_is_kleenes(formula: dict[str, Any]) -> None:
    """Any nesting of all, any, not and at_least has the truth of the three-valued tables."""
    words = {1.0: TRUE, 0.0: FALSE, HALF: UNKNOWN}
    assert truth(formula) == [words[kleene(formula, flag)] for flag in (1.0, 0.0, HALF)]


@given(FORMULAS, FORMULAS)
def test_de_morgan(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Not both is the same as one or the other not, whatever is missing."""
    assert truth({"not": {"all": [one, other]}}) == truth({"any": [{"not": one}, {"not": other}]})
    assert truth({"not": {"not": one}}) == truth(one)


@given(st.lists(FORMULAS, min_size=1, max_size=4))
def test_at_least_generalises_any_and_all(formulas: list[dict[str, Any]]) -> None:
    """One of n is any, n of n is all."""
    assert truth({"at_least": {"k": 1, "of": formulas}}) == truth({"any": formulas})
    assert truth({"at_least": {"k": len(formulas), "of": formulas}}) == truth({"all": formulas})


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({}, "只有一个键"),
        ({"eq": ["$a", 1], "ne": ["$a", 2]}, "只有一个键"),
        ("$a > 1", "只有一个键"),
        ({"eqq": ["$a", 1]}, "没有名为“eqq”的条件；最接近的名称是“eq”"),
        ({"eq": ["$a"]}, "需要两个比较对象"),
        ({"ge": "$a"}, "需要两个比较对象"),
        ({"in": ["$a", "甲"]}, "应写成"),
        ({"in": ["$a", []]}, "应写成"),
        ({"all": []}, "至少要列一个条件"),
        ({"any": []}, "至少要列一个条件"),
        ({"at_least": {"k": 3, "of": [ATOM]}}, "k 应在1到"),
        ({"at_least": {"k": 0, "of": [ATOM]}}, "k 应在1到"),
        ({"is": "flag"}, "以 \\$ 开头"),
        ({"not": {"is": "flag"}}, "以 \\$ 开头"),
    ],
)
def test_a_condition_written_wrongly_is_refused(raw: Any, says: str) -> None:
    """One key, known, with the operands it needs; everything else is told in Chinese."""
    with pytest.raises(ValueError, match=says):
        Condition.model_validate(raw)


@pytest.mark.parametrize(
    ("raw", "kind", "shown"),
    [
        ("$trade", "column", "$trade"),
        ("total", "result", "total"),
        ("0.5", "number", "0.5"),
        ("1/3", "number", "≈0.333333"),
        (Quoted("省库"), "text", "“省库”"),
        (Quoted("0330"), "text", "“0330”"),
        (5, "number", "5"),
    ],
)
def test_operands(raw: Any, kind: str, shown: str) -> None:
    """``$`` is a column, quotes make a text, a bare name is a result, digits are a number."""
    found = Ref.parse(raw)
    assert (found.kind, str(found)) == (kind, shown)


@pytest.mark.parametrize("raw", ["省库", "a b", "", None, True, 0.5, "-", "a-b", ["a"]])
def test_no_operand(raw: Any) -> None:
    """An unquoted Chinese word, a float, an empty text: refused with the four ways to write an operand."""
    with pytest.raises(ValueError, match="应为 \\$列名、结果名、数，或加引号的文字"):
        Ref.parse(raw)

"""Kinds are found by their modules and told apart by their main field."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from evalbook.kinds.aggregates import AGGREGATES
from evalbook.kinds.base import Kind, Ref
from evalbook.kinds.fields import FIELD_MEASURES, MEASURES, AnyMeasure
from evalbook.kinds.measures import LOCAL_MEASURES
from evalbook.kinds.outcomes import OUTCOMES
from evalbook.kinds.rules import RULES, AnyRule

ROOMS: dict[str, dict[str, type[Kind]]] = {
    "measures": LOCAL_MEASURES,
    "fields": FIELD_MEASURES,
    "rules": RULES,
    "aggregates": AGGREGATES,
    "outcomes": OUTCOMES,
}


@pytest.mark.parametrize("room", ROOMS)
def test_every_kind_is_named_by_its_main_field(room: str) -> None:
    """The YAML key is a field of the class, the title is Chinese, the docstring says more than one line."""
    for name, cls in ROOMS[room].items():
        assert name == cls.name()
        assert name in {info.alias or field for field, info in cls.model_fields.items()} | set(cls.model_fields)
        assert any("\u4e00" <= c <= "\u9fff" for c in cls.title)
        assert cls.__module__.startswith(f"evalbook.kinds.{room}.")
        assert cls.__doc__


def test_no_name_means_two_things() -> None:
    """A measure of the row and one of the field never share a key, so that a block has one reading."""
    assert not set(LOCAL_MEASURES) & set(FIELD_MEASURES)
    assert set(MEASURES) == set(LOCAL_MEASURES) | set(FIELD_MEASURES)


@pytest.mark.parametrize(
    ("union", "raw", "says"),
    [
        (AnyRule, {"rank_band": {"1": 6}}, "没有名为“rank_band”的计分规则；最接近的名称是“rank_bands”"),
        (AnyRule, {"met": 5, "deduct": 1}, "一处只能用一种计分规则，这里写了：met、deduct"),
        (AnyRule, {}, "没有写明用哪一种计分规则；可用的名称：bands"),
        (AnyRule, "met", "应写成一种计分规则"),
        (AnyMeasure, {"gap": "$x", "growth": "$x", "against": "previous"}, "一处只能用一种指标口径"),
        (AnyMeasure, {"gapp": "$x", "against": "previous"}, "最接近的名称是“gap”"),
        (AnyMeasure, "贸易额", "应为 $列名、结果名、数，或加引号的文字"),
    ],
    ids=["misspelt", "two", "none", "bare-word", "two-measures", "misspelt-measure", "chinese-name"],
)
def test_a_block_of_no_known_kind_is_refused(union: Any, raw: Any, says: str) -> None:
    """No known key, two known keys, no mapping: refused in Chinese with the nearest name."""
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(union).validate_python(raw)
    assert says in refused.value.errors()[0]["msg"]


def test_a_name_may_stand_for_a_measure() -> None:
    """Where a measure is expected, a column or a result may be named instead."""
    found = TypeAdapter(AnyMeasure).validate_python("$trade")
    assert found == Ref("column", "trade")

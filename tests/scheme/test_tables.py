"""Tables: what a column and a child table may say of themselves."""

from __future__ import annotations

from typing import Any

import pytest

from evalbook.exact import exact
from evalbook.scheme.tables import Quantity, TableSpec

COLUMN = "{label: 投资额, uom: 万元}"


def test_a_column_is_a_number_unless_it_says_otherwise(small: Any) -> None:
    """Type, bounds and values as written; numbers exact."""
    scheme = small.build((COLUMN, "{label: 投资额, uom: 万元, min: 0.1, max: 1/3, required: true}"))
    column = scheme.tables["units"].columns["investment"]
    assert column == Quantity(label="投资额", uom="万元", min=exact("0.1"), max=exact("1/3"), required=True)
    assert (column.type, scheme.tables["units"].attributes["group"].values) == ("number", ["县", "区"])


def test_values_that_look_like_numbers_stay_texts(small: Any) -> None:
    """Codes and grades are listed as they stand, leading zeros and all."""
    scheme = small.build(("values: [国家库, 省库]", 'values: [国家库, 01, "02"]'))
    assert scheme.tables["projects"].columns["list"].values == ["国家库", "01", "02"]


def test_a_unit_of_measure_may_differ_by_year(small: Any) -> None:
    """A table by year inside a column is settled for the period evaluated; a year left out without else is told."""
    assert (
        small.build((COLUMN, "{label: 投资额, uom: {by: year, 2023: 亿元, else: 万元}}")).tables["units"].columns["investment"].uom
        == "亿元"
    )
    (fault,) = small.faults((COLUMN, "{label: 投资额, uom: {by: year, 2022: 亿元}}"))
    assert (fault.code, fault.path) == ("by.no_key", "tables.units.columns.investment.uom")


def test_columns_cannot_differ_from_unit_to_unit(small: Any) -> None:
    """A column means the same for every unit."""
    (fault,) = small.faults((COLUMN, "{label: 投资额, uom: {by: $group, 县: 亿元, 区: 万元}}"))
    assert fault.path == "tables.units.columns.investment.uom"
    assert "year 或 period_kind" in fault.remedy


MISTAKES = {
    "type": (COLUMN, "{label: 投资额, type: numbr}", "value.not_allowed", "columns.investment.type", "“number”"),
    "bound": (COLUMN, "{label: 投资额, min: 低}", "value.not_a_number", "columns.investment.min", "低"),
    "required": (COLUMN, "{label: 投资额, required: 是}", "value.not_a_flag", "columns.investment.required", "true 或 false"),
    "no-label": (COLUMN, "{uom: 万元}", "key.missing", "columns.investment", "请补写 label"),
    "values": (COLUMN, "{label: 投资额, type: text, values: 甲}", "value.list_type", "columns.investment.values", "应为列表"),
    "not-a-column": (COLUMN, "投资额", "value.model_type", "columns.investment", "投资额"),
    "column-name": ("      investment:", "      投资:", "value.string_pattern_mismatch", "columns.投资", "label"),
    "reserved-name": ("      investment:", "      participation:", "column.reserved", "columns.participation", "请删去，或改名"),
}


@pytest.mark.parametrize("case", MISTAKES.values(), ids=MISTAKES)
def test_mistakes_in_a_column(small: Any, case: tuple[str, str, str, str, str]) -> None:
    """A column that says something wrong of itself is told at its own line."""
    old, new, code, path, words = case
    found = [f for f in small.faults((old, new)) if f.code == code]
    assert [f.path for f in found] == [f"tables.units.{path}"]
    assert words in str(found[0])
    assert found[0].row == small.line(COLUMN, (COLUMN, COLUMN))


def test_a_broken_table_does_not_make_its_columns_unknown(small: Any) -> None:
    """Where a table cannot be read nothing is said of the columns that blocks take from it."""
    assert [f.code for f in small.faults((COLUMN, "{label: 投资额, typ: text}"))] == ["key.unknown"]


def test_a_child_table_of_its_own() -> None:
    """A table says whose rows it holds, by which columns a row is unique and what one item under two units means."""
    spec = TableSpec.model_validate({"label": "项目", "belongs_to": "units", "key": ["list"], "columns": {"list": {"label": "名单"}}})
    assert (spec.belongs_to, spec.key, spec.across_units) == ("units", ["list"], "finding")

"""One cell and its quantity: marks, percent, uoms, words and dates."""

from __future__ import annotations

from typing import Any

import pytest

from evalbook.exact import exact
from evalbook.intake.reading import read_cell
from evalbook.intake.remarks import Place, Remarks
from evalbook.scheme.tables import Quantity
from evalbook.terms import State

AT = Place("values.csv", "", 7, "数值")
MONEY = Quantity(label="投资额", uom="万元")
PERCENT = Quantity(label="增长率", uom="%")


def read(text: str, quantity: Quantity, uom: str | None = None) -> tuple[Any, list[str], list[str]]:
    """Reading, codes of errors, codes of notes."""
    remarks = Remarks()
    found = read_cell(text, quantity, AT, remarks, uom)
    return found, [fault.code for fault in remarks.faults({})], [note.code for note in remarks.notes()]


@pytest.mark.parametrize(
    "text", ["", "  ", "—", "——", "－", "-", "–", "/", "／", "…", "……", "...", "无", "N/A", "n/a", "空", "暂无数据", "缺失", "NaN", "null"]
)
def test_missing_marks_are_missing_and_never_zero(text: str) -> None:
    """Whatever offices write where there is no figure is a gap."""
    found, errors, _ = read(text, MONEY)
    assert errors == []
    assert (found.value, found.state) == (None, State.MISSING)


def test_not_applicable_is_not_missing() -> None:
    """不适用 is a state of its own."""
    assert read("不适用", MONEY)[0] == (None, State.NOT_APPLICABLE)


@pytest.mark.parametrize(("text", "noted"), [("—", ["cell.mark"]), ("缺失", []), ("", [])], ids=["dash", "word", "blank"])
def test_a_mark_that_is_no_plain_word_is_noted(text: str, noted: list[str]) -> None:
    """A dash is somebody's habit, and the report says how it was read; 缺失 says it itself."""
    assert read(text, MONEY)[2] == noted


def test_a_note_never_shows_an_ellipsis() -> None:
    """Three dots in a report would look like a table cut off: they are called by name."""
    remarks = Remarks()
    read_cell("……", MONEY, AT, remarks)
    assert [str(note) for note in remarks.notes()] == ["values.csv 第7行 “数值”列：省略号读作缺失"]


def test_none_is_an_answer_among_words() -> None:
    """无 in a column of words is a word; a dash is not."""
    words = Quantity(label="牵头部门", type="text")
    assert read("无", words)[0] == ("无", State.OK)
    assert read("—", words)[0] == (None, State.MISSING)
    assert read("缺失", words)[0] == (None, State.MISSING)


def test_none_is_a_question_where_yes_or_no_is_asked() -> None:
    """无 under 机制健全 may be no or unknown: refused."""
    assert read("无", Quantity(label="机制健全", type="yes_no"))[1] == ["cell.yes_no"]
    assert read("未报", Quantity(label="机制健全", type="yes_no"))[0] == (None, State.MISSING)


@pytest.mark.parametrize(
    ("text", "uom", "expected", "notes"),
    [
        ("1.2", "亿元", "12000", ["uom.converted"]),
        ("1.2亿元", "亿元", "12000", ["number.accepted", "uom.converted"]),
        ("1.2亿元", "", "12000", ["number.accepted", "uom.converted"]),
        ("1.2亿元", "万元", "12000", ["number.accepted", "uom.in_cell", "uom.converted"]),
        ("12000", "万元", "12000", []),
        ("1", "元", "1/10000", ["uom.converted"]),
        ("12000", None, "12000", []),
    ],
)
def test_a_uom_in_cell_or_column_is_converted_exactly(text: str, uom: str | None, expected: str, notes: list[str]) -> None:
    """1.2亿元 is 12000万元 wherever the uom stands; what was done is noted."""
    found, errors, noted = read(text, MONEY, uom)
    assert errors == []
    assert found.value == exact(expected)
    assert noted == notes


@pytest.mark.parametrize(
    ("text", "uom", "expected", "errors"),
    [
        ("12.5", "%", "12.5", []),
        ("12.5%", "", "12.5", []),
        ("0.125%", "%", "0.125", []),
        ("0.5‰", "", "1/20", []),
        ("0", "%", "0", []),
        ("1", "%", "1", []),
        ("-1.5", "%", "-1.5", []),
        ("0.125", "%", None, ["number.percent"]),
        ("-0.3", "%", None, ["number.percent"]),
        ("0.125", "", None, ["uom.missing"]),
        ("12.5个百分点", "%", None, ["uom.two"]),
        ("12.5", "个百分点", None, ["uom.other"]),
    ],
)
def test_percent(text: str, uom: str, expected: str | None, errors: list[str]) -> None:
    """A bare number between −1 and 1 under % may be a fraction: refused until the cell itself says %; zero is zero."""
    found, actual, _ = read(text, PERCENT, uom)
    assert actual == errors
    assert (None if found is None else found.value) == (None if expected is None else exact(expected))


def test_the_percent_question_names_both_readings() -> None:
    """The user is asked: 0.125% or 12.5%?"""
    remarks = Remarks()
    read_cell("0.125", PERCENT, AT, remarks, "%")
    assert "是 0.125% 还是 12.5%" in remarks.faults({})[0].message


@pytest.mark.parametrize(("text", "expected"), [("是", 1), ("否", 0), ("1", 1), ("0", 0), ("TRUE", 1), ("False", 0), ("１", 1)])
def test_yes_and_no(text: str, expected: int) -> None:
    """The declared spellings of yes and no."""
    assert read(text, Quantity(label="健全", type="yes_no"))[0].value == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03-10", "2024-03-10"), ("2024年3月10日", "2024-03-10"), ("2024/3/10", "2024-03-10"), ("2024.3.10", "2024-03-10"),
        ("2024-03-10 00:00:00", "2024-03-10"), ("２０２４年３月１０日", "2024-03-10"), ("2024-02-29", "2024-02-29"),
        ("2023-02-29", None), ("2024-13-01", None), ("3/10/2024", None), ("2024-3", None), ("2024/3-10", None), ("45361", None),
        ("2O24年3月10日", None), ("24-03-10", None),
    ],
)  # fmt: skip
def test_dates(text: str, expected: str | None) -> None:
    """Year first and a day that exists; the 29th of February only in leap years."""
    found, errors, _ = read(text, Quantity(label="日期", type="date"))
    assert (None if found is None else found.value) == expected
    assert errors == ([] if expected else ["cell.date"])


def test_a_listed_word_with_blanks_is_recognised_and_noted() -> None:
    """省 级 is 省级; 省及 is a fault with the nearest word."""
    level = Quantity(label="级别", type="text", values=["国家级", "省级"])
    assert read("省 级", level) == (("省级", State.OK), [], ["cell.spelling"])
    assert read("省及", level)[1] == ["cell.value"]


@pytest.mark.parametrize(("text", "error"), [("", "cell.required"), ("—", "cell.required"), ("不适用", "cell.required")])
def test_required_forbids_blanks_and_marks(text: str, error: str) -> None:
    """A required cell holds a value."""
    assert read(text, Quantity(label="评分", uom="分", required=True))[1] == [error]


def test_bounds_are_in_the_quantity_s_own_uom() -> None:
    """0.9万元 is 9000元: below a minimum of 1万元, whatever it is filed in."""
    least = Quantity(label="投资额", uom="万元", min="1")
    assert read("9000", least, "元")[1] == ["number.low"]
    assert read("10000", least, "元")[0].value == 1

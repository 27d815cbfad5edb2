"""Reads the text of one cell as its quantity declares it: type, missing marks, uom, bounds, words allowed."""

from __future__ import annotations

from typing import NamedTuple

from ..errors import nearest
from ..exact import Exact, exact, plain
from ..scheme.tables import Quantity
from ..terms import State
from . import uom as units_of_measure
from .dates import read_date
from .numbers import NotANumber, Number, read_number
from .remarks import Place, Remarks
from .text import half_width, key, trimmed

#: Marks that offices write where there is no figure. None of them is ever zero.
MARKS: dict[str, State] = {
    **dict.fromkeys(("/", "…", "……", "...", ".."), State.MISSING),
    **dict.fromkeys(("缺失", "缺", "缺数", "暂缺", "暂无", "暂无数据", "无数据", "无", "空"), State.MISSING),
    **dict.fromkeys(("未报", "未报送", "未提供", "未公布"), State.MISSING),
    **dict.fromkeys(("n/a", "na", "nan", "null", "none", "nil"), State.MISSING),
    **dict.fromkeys(("不适用", "不涉及"), State.NOT_APPLICABLE),
}
#: Lines, however long, mean "nothing here".
_LINES = "-—–―─\u2212"
_YES_NO = {"是": 1, "否": 0, "1": 1, "0": 0, "true": 1, "false": 0}
_ZERO, _ONE = exact(0), exact(1)


class Reading(NamedTuple):
    """What a cell says: an exact number or a text in the quantity's own uom; None with a state when it holds none."""

    value: Exact | str | None
    state: State = State.OK


MISSING = Reading(None, State.MISSING)


def mark_of(text: str) -> State | None:
    """The state that a missing mark stands for, None when the text is no mark.

    >>> mark_of("－").name, mark_of(" N/A ").name, mark_of("不适用").name, mark_of("0")
    ('MISSING', 'MISSING', 'NOT_APPLICABLE', None)
    """
    bare = key(text)
    return State.MISSING if bare and not bare.strip(_LINES) else MARKS.get(bare)


def read_cell(text: str, quantity: Quantity, at: Place, remarks: Remarks, uom: str | None = None) -> Reading | None:
    """Read one cell; None when it is at fault (already told to ``remarks``).

    ``uom`` is what the row or heading says the number is in; None where neither says anything, which means the quantity's own.
    """
    if quantity.type in ("number", "integer") and isinstance(number := read_number(text), Number):
        return _number(text, number, quantity, at, remarks, uom)  # what is a number is neither blank nor a mark
    if not trimmed(text):
        if quantity.required:
            remarks.error("cell.required", f"“{quantity.label}”必须填写", "请补填", at)
            return None
        return MISSING
    mark = mark_of(text)
    if mark is not None and not _may_answer(key(text), quantity):
        if quantity.required:
            remarks.error("cell.required", f"“{quantity.label}”必须填写", "请补填", at, text)
            return None
        shown = trimmed(text)
        dots = not shown.strip("….")  # three dots in a report would look like something cut off
        if shown != mark.label:
            remarks.note("cell.mark", f"{'省略号' if dots else f'“{shown}”'}读作{mark.label}", at, "" if dots else text)
        return Reading(None, mark)
    if quantity.type == "text":
        return _text(text, quantity, at, remarks)
    if quantity.type == "date":
        return _date(text, quantity, at, remarks)
    if quantity.type == "yes_no":
        return _yes_no(text, quantity, at, remarks)
    told = read_number(text)
    assert isinstance(told, NotANumber)
    remarks.error(f"number.{told.slug}", f"“{quantity.label}”{told.message}", told.remedy, at, text)
    return None


def _may_answer(word: str, quantity: Quantity) -> bool:
    """Whether a missing mark may be an answer: 无 to a question of yes or no, any word in a column of words but 缺失 and 不适用."""
    if quantity.type == "yes_no":
        return word == "无"
    return quantity.type == "text" and word.isalpha() and word not in (State.MISSING.label, State.NOT_APPLICABLE.label)


def _text(text: str, quantity: Quantity, at: Place, remarks: Remarks) -> Reading | None:
    clean = trimmed(text)
    if not quantity.values or clean in quantity.values:
        return Reading(clean)
    same = [value for value in quantity.values if key(value) == key(clean)]
    if len(same) == 1:
        remarks.note("cell.spelling", f"“{quantity.label}”按“{same[0]}”读入", at, text)
        return Reading(same[0])
    remarks.error("cell.value", f"“{quantity.label}”没有这个选项", nearest(clean, quantity.values), at, text)
    return None


def _date(text: str, quantity: Quantity, at: Place, remarks: Remarks) -> Reading | None:
    found = read_date(text)
    if found is None:
        remedy = "请写成 2024-03-10 或 2024年3月10日"
        if text.strip().isdigit():
            remedy = f"像是表格软件的日期序列号，{remedy}"
        remarks.error("cell.date", f"“{quantity.label}”不是日期", remedy, at, text)
        return None
    return Reading(found)


def _yes_no(text: str, quantity: Quantity, at: Place, remarks: Remarks) -> Reading | None:
    found = _YES_NO.get(key(text))
    if found is None:
        remarks.error("cell.yes_no", f"“{quantity.label}”应填“是”或“否”", "请改填“是”或“否”", at, text)
        return None
    return Reading(_ONE if found else _ZERO)


def _number(text: str, number: Number, quantity: Quantity, at: Place, remarks: Remarks, uom: str | None) -> Reading | None:
    for words in number.notes:
        remarks.note("number.accepted", words, at, text)
    given = _given_uom(number.uom, uom, quantity, at, remarks, text)
    if given is None:
        return None
    if given == "%" and not number.uom and number.value != _ZERO and -1 < number.value < 1:
        percent = plain(number.value * 100)
        remarks.error(
            "number.percent",
            f"计量单位是“%”而数值的绝对值小于1：是 {half_width(trimmed(text))}% 还是 {percent}%",
            "请在数值后写上百分号，如 0.5%",
            at,
            text,
        )
        return None
    value = number.value
    if given != quantity.uom:
        times = units_of_measure.factor(given, quantity.uom)
        if times is None:
            remedy = units_of_measure.question(given, quantity.uom)
            own = quantity.uom or "无"
            remarks.error("uom.other", f"“{quantity.label}”的计量单位应为“{own}”，此处为“{given}”", remedy, at, text)
            return None
        if times != _ONE:
            value *= times
            remarks.note("uom.converted", f"“{quantity.label}”由{given}换算为{quantity.uom}", at, text)
    return _checked(value, quantity, at, remarks, text)


def _given_uom(written: str, stated: str | None, quantity: Quantity, at: Place, remarks: Remarks, text: str) -> str | None:
    """The uom a number is in: the one behind it, else the one its row or heading states, else the quantity's own."""
    if written and stated and written != stated:
        if units_of_measure.factor(written, stated) is None:
            remarks.error(
                "uom.two",
                f"数值后写的是“{written}”，计量单位栏写的是“{stated}”",
                "两处不一致，请核对后只保留一种",
                at,
                text,
            )
            return None
        remarks.note("uom.in_cell", f"数值后的计量单位“{written}”与计量单位栏“{stated}”不同，以数值后的为准", at, text)
    if written or stated:
        return written or stated
    if stated == "" and units_of_measure.needs_saying(quantity.uom):
        remarks.error("uom.missing", f"“{quantity.label}”没有写计量单位", f"请在计量单位列填写，如“{quantity.uom}”", at, text)
        return None
    return quantity.uom


def _checked(value: Exact, quantity: Quantity, at: Place, remarks: Remarks, text: str) -> Reading | None:
    """A number within what its quantity allows."""
    if quantity.type == "integer" and value.denominator != 1:
        remarks.error("number.whole", f"“{quantity.label}”应为整数", "请核对数值", at, text)
        return None
    if quantity.min is not None and value < quantity.min:
        remarks.error("number.low", f"“{quantity.label}”不应小于{plain(quantity.min)}{quantity.uom}", "请核对数值和计量单位", at, text)
        return None
    if quantity.max is not None and value > quantity.max:
        remarks.error("number.high", f"“{quantity.label}”不应大于{plain(quantity.max)}{quantity.uom}", "请核对数值和计量单位", at, text)
        return None
    return Reading(value)

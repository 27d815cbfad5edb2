"""The one grammar of numbers in figures: what has one reading is read exactly, what has several is refused with the question.

Accepted as they stand: ``1234``, ``-0.5``, ``+12.5``. Accepted and noted: full-width digits and punctuation, the minus sign
U+2212, groups of three digits (``22,000``), a uom written behind the number (``1.2亿元``, ``12.5%``). Everything else is refused: a
number that was cut (``5.``), typed as a code (``007``), a range, a fraction, an estimate, accounting brackets, an exponent,
a bare 万 or 亿 (of what?).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from ..exact import Exact
from .text import half_width, trimmed
from .uom import spelled

#: Longest run of digits read as a number; what is longer is an identity number or an attack.
MOST_DIGITS = 30

_PLAIN = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,29})(?:\.[0-9]{1,30})?")
_SHAPE = re.compile(r"(?P<sign>[+-]?)(?P<whole>[0-9][0-9,]*)(?P<rest>\.[0-9]*)? *(?P<uom>[%‰]|[A-Za-z\u4e00-\u9fff][^0-9]*)?")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+")

#: Shapes that are no number, in the order in which they are recognised: pattern, slug, what it is, what to do.
_REFUSALS: list[tuple[str, str, str, str]] = [
    (r"#.*", "error_cell", "是表格软件的错误值", "请修正公式后填写结果"),
    (r"(?:true|false)", "boolean", "是逻辑值，此列应为数", "请填写数值"),
    (r".*(?:约|大约|近|左右|上下|余|多|几|超过?|以上|以下|不到|不足|至少|>|<|≥|≤|≈).*", "approximate", "是约数", "请填写确切数值"),
    (r"[0-9]{4}[-/年][0-9]{1,2}[-/月][0-9]{1,2}日?", "date", "是日期，此列应为数", "表格软件会把 3-4 改成日期，请设为文本后重填"),
    (r"[-+]?[0-9.,]+ *[%a-zA-Z\u4e00-\u9fff]* *(?:-|--|~|～|—|–|至|到) *[0-9.,]+.*", "range", "是范围", "请填写一个确切数值"),
    (r"[-+]?[0-9]+ */ *[0-9]+", "fraction", "可能是分数、比值或日期", "请填写算好的小数，或分列填写"),
    (r"[-+]?[0-9.]+[eE][-+]?[0-9]+", "scientific", "是科学计数法，可能已丢失位数", "请把单元格设为常规或文本后填写完整数字"),
    (r"\(.*\)", "brackets", "带括号：是负数还是注释", "负数请写成 -500，注释请移到备注列"),
    (r"[–—―\u2012]+ *[0-9.,]+.*", "dash", "前面的横线不是减号：是负数还是破折号", "负数请用减号“-”"),
    (r"[¥$￥€].*", "currency_sign", "带货币符号", "请去掉符号，在计量单位列写明币种"),
    (r".*百分之.*|[零〇一二三四五六七八九十百千万亿两点]+.*", "in_words", "是中文数字", "请用阿拉伯数字填写"),
    (r".*[千百十万亿]", "scale", "数后只有“万”“亿”等字，没有完整的计量单位", "请写完整的计量单位，如 万元、万美元"),
    (r"[-+]?[0-9][0-9.,]*(?: +[0-9.,]+)+", "inner_blank", "数字中间有空格", "请去掉空格，或核对是否填了两个数"),
    (r"[-+]?[0-9.,]*[oli][0-9oli.,]*", "letters", "数字中混有字母 O、l 或 I", "请改为数字 0 或 1"),
]
_COMPILED = [(re.compile(pattern, re.IGNORECASE), slug, what, remedy) for pattern, slug, what, remedy in _REFUSALS]


class Number(NamedTuple):
    """A number read: exact value, the uom written behind it (or empty), and what was accepted on the way."""

    value: Exact
    uom: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotANumber:
    """Why a text is not read as a number and what to do."""

    slug: str
    message: str
    remedy: str


@lru_cache(maxsize=65536)
def read_number(text: str) -> Number | NotANumber:
    """Read one number.

    >>> read_number("-0.50").value, read_number("２２，０００").value, read_number("1.2亿元")
    (mpq(-1,2), mpq(22000,1), Number(value=mpq(6,5), uom='亿元', notes=('数值后写有计量单位',)))
    >>> [read_number(t).slug for t in ("2/3", "(500)", "约30", "2,20,00", "3-4", "1.5e3", "5000万", "–5", "007", "5.", "无数")]
    ['fraction', 'brackets', 'approximate', 'grouping', 'range', 'scientific', 'scale', 'dash', 'leading_zero', 'cut', 'text']
    """
    if _PLAIN.fullmatch(text):
        return Number(Exact(text.removeprefix("+")))
    notes = []
    clean = half_width(trimmed(text))
    if clean != trimmed(text):
        notes.append("全角数字或符号按半角读入")
    if "\u2212" in clean:
        clean = clean.replace("\u2212", "-")
        notes.append("减号“\u2212”按负号读入")
    shape = _SHAPE.fullmatch(clean)
    refusal = _refusal(clean)
    if shape is None or refusal is not None:
        return refusal or NotANumber("text", "不是数", "请填写阿拉伯数字；没有数据请留空")
    whole, rest, uom = shape["whole"], shape["rest"] or "", spelled((shape["uom"] or "").strip())
    if "," in whole:
        if not _GROUPED.fullmatch(whole):
            return NotANumber("grouping", "千位分隔不对", "分隔符应每三位一个，如 22,000；请核对数值")
        notes.append("千位分隔符已去除")
        whole = whole.replace(",", "")
    if rest == ".":
        return NotANumber("cut", "小数点后没有数字", "请填写完整数值")
    if len(whole) > 1 and whole.startswith("0"):
        return NotANumber("leading_zero", "以0开头，像是代码而不是数", "请核对是否填错列")
    if len(whole) > MOST_DIGITS or len(rest) > MOST_DIGITS:
        return NotANumber("too_long", "位数过多", "请核对是否填错列")
    if uom:
        notes.append("数值后写有计量单位")
    return Number(Exact(shape["sign"].replace("+", "") + whole + rest), uom, tuple(notes))


def _refusal(clean: str) -> NotANumber | None:
    """The first known shape that a text has, told as a question."""
    for pattern, slug, what, remedy in _COMPILED:
        if pattern.fullmatch(clean):
            return NotANumber(slug, what, remedy)
    return None

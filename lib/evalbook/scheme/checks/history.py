"""History: windows that this kind of period does not have, and columns that are no numbers.

Names that are read in other periods are checked against the edition of then when they are read.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import Fault
from ...kinds.windows import PART_WORDS, PARTS
from ..by import PERIOD_KINDS
from .subject import Subject


def _windows(subject: Subject) -> Iterator[Fault]:
    """A period is made of its parts only where it has such parts."""
    period = subject.scheme.period
    for name, variants in subject.scheme.periods.items():
        for over in dict.fromkeys(model.over for model in variants):
            if isinstance(over, str) and over in PARTS and not period.parts(PARTS[over]):
                message = f"“{name}”由各{PART_WORDS[over]}合成，而{period.label}不含{PART_WORDS[over]}"
                remedy = f"请按 by: period_kind 列表，只为较长的考核期写这一项（本期取 {PERIOD_KINDS[period.kind]} 或 else 下的内容）"
                yield subject.fault("history.over", message, subject.spot(("periods", name), over), remedy=remedy)


def _numbers(subject: Subject) -> Iterator[Fault]:
    """What is combined is a number."""
    for name, variants in subject.scheme.periods.items():
        for of in dict.fromkeys(model.of for model in variants):
            quantity = None if of is None or of.kind != "column" else subject.scheme.quantity("units", of.name)
            if quantity is not None and quantity.type in ("text", "date"):
                message = f"“{name}”取“{quantity.label}”，但它不是数，不能合成"
                remedy = "请改用数值列；数满足条件的期数用 where 和 how: count"
                yield subject.fault("history.text", message, subject.spot(("periods", name), str(of)), remedy=remedy)


CHECKS = (_windows, _numbers)

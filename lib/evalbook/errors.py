"""Errors are instructions: every user's mistake becomes a :class:`Fault`, and all faults of one input are told at once.

The tree::

    EvalbookError
    ├── Refused          the input is at fault: carries every Fault found (exit code 1)
    ├── UsageError       the request is at fault: unknown scheme, period, option (exit code 2)
    └── RunFailed        the notebook did not complete or its output is not evidence (exit code 3)
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

#: More names than these are not listed in a remedy.
_MOST_LISTED = 40


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, where it stands and what to do about it (texts in Chinese).

    ``code`` is a stable slug for tests and programs; ``severity`` is ``error`` (refuses), ``question`` (疑点, to be asked, blocks
    nothing), ``finding`` (问题记录, to be
    asked) or ``note`` (accepted, recorded).
    """

    code: str
    message: str
    remedy: str = ""
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    path: str = ""
    severity: str = "error"

    @property
    def place(self) -> str:
        """Where it stands, in one phrase.

        >>> Fault("x", "y", file="values.csv", row=7, column="数值").place
        'values.csv 第7行 “数值”列'
        """
        parts = [self.file]
        if self.sheet:
            parts.append(f"工作表“{self.sheet}”")
        if self.row is not None:
            parts.append(f"第{self.row}行")
        if self.column:
            parts.append(f"“{self.column}”列")
        if self.path:
            parts.append(self.path)
        return " ".join(p for p in parts if p)

    def __str__(self) -> str:
        written = self.row is not None or self.column or self.path
        found = (f"，原文为“{self.value}”" if written else f"：“{self.value}”") if self.value else ""
        remedy = f"；{self.remedy}" if self.remedy else ""
        text = f"{self.place}：{self.message}{found}{remedy}" if self.place else f"{self.message}{found}{remedy}"
        return visible(text).replace("\n", "\\n")  # one line: a value cannot forge the next fault of a list

    def as_dict(self) -> dict[str, object]:
        """Plain mapping for ``--json``."""
        return asdict(self)


class EvalbookError(Exception):
    """Root of all errors this package raises on purpose."""

    exit_code = 3


@dataclass
class Refused(EvalbookError):
    """The input cannot be used as it is; ``faults`` lists everything wrong with it."""

    faults: list[Fault] = field(default_factory=list)
    headline: str = "输入有误，未执行"
    exit_code = 1

    def __str__(self) -> str:
        return "\n".join([f"{self.headline}（共{len(self.faults)}处）："] + [f"  {i}. {f}" for i, f in enumerate(self.faults, 1)])


class UsageError(EvalbookError):
    """The request itself is wrong: an unknown scheme, period, unit, option."""

    exit_code = 2


class RunFailed(EvalbookError):
    """A run started and did not end as evidence; ``outcome`` is one of ``terms.OUTCOMES``."""

    exit_code = 3

    def __init__(self, message: str, outcome: str = "failed") -> None:
        super().__init__(message)
        self.outcome = outcome


def visible(text: str) -> str:
    """Text with control and invisible formatting characters spelled out, so that data cannot drive a terminal.

    >>> visible("甲\\x1b[2J\\u202e乙")
    '甲\\\\x1b[2J\\\\u202e乙'
    """
    if text.isprintable():  # nearly every text
        return text
    return "".join(c if c.isprintable() or c == "\n" or c == "\u3000" else c.encode("unicode_escape").decode("ascii") for c in text)


def nearest(name: str, known: Iterable[str]) -> str:
    """Suggestion for a misspelt name: ``；最接近的是“x”`` or, with nothing near, the list of known names.

    >>> nearest("totl", ["total", "main"])
    '最接近的名称是“total”'
    >>> nearest("zzz", ["total", "main"])
    '可用的名称：main、total'
    """
    options = sorted(set(known))
    close = difflib.get_close_matches(name, options, n=1, cutoff=0.6)
    if close:
        return f"最接近的名称是“{close[0]}”"
    if len(options) > _MOST_LISTED:
        return f"可用的名称有{len(options)}个，如“{options[0]}”"
    return "可用的名称：" + "、".join(options) if options else "此处没有可用的名称"

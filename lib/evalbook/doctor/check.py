"""One thing looked at, and what came of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Result = Literal["ok", "wrong", "note", "question"]
#: Result → the word printed for it.
WORDS: dict[str, str] = {"ok": "正常", "wrong": "有问题", "note": "提示", "question": "请自问"}


@dataclass(frozen=True)
class Check:
    """``subject`` is what was looked at, ``told`` what was found, ``remedy`` what to do; a ``question`` is for people to answer."""

    subject: str
    result: Result
    told: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"［{WORDS[self.result]}］{self.subject}：{self.told}" + (f"；{self.remedy}" if self.remedy else "")

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for ``--json``."""
        return asdict(self)


def judged(subject: str, ok: bool, told: str, remedy: str = "") -> Check:
    """A check that is in order or not; the remedy is told only where it is not."""
    return Check(subject, "ok" if ok else "wrong", told, "" if ok else remedy)

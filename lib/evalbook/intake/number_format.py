"""What a spreadsheet's number format changes between the number stored and the number seen."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Built-in formats that matter here; all other built-in ones show the number itself, or a date.
BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"}
_QUOTED = re.compile(r'"([^"]*)"')
_LITERAL = re.compile(r'"([^"]*)"|[!\\](.)')
_NOT_SHOWN = re.compile(r"\[[^\]]*\]|_.|\*.")
_DECIMALS = re.compile(r"(?<![!\\])\.([0#?]+)")


@dataclass(frozen=True)
class NumberFormat:
    """A number format in so far as it changes the reading: percent (12.5% is stored as 0.125), zeros shown before a short number,
    decimals shown, words shown behind it (``0"万元"``), and scaling that shows 12000 as 1.2.

    >>> NumberFormat.of("0.00%").percent, NumberFormat.of('0.0"万元"').suffix, NumberFormat.of("000000").zeros
    (True, '万元', 6)
    >>> NumberFormat.of("#,##0.0,").scaled, NumberFormat.of("#,##0.00").scaled, NumberFormat.of("0!.0,").scaled
    (True, False, True)
    """

    percent: bool = False
    zeros: int = 0
    decimals: int | None = None
    suffix: str = ""
    scaled: bool = False

    @classmethod
    def of(cls, code: str) -> NumberFormat:
        """Read a format code; only its first section counts, the one for positive numbers."""
        section = code.partition(";")[0] if '"' not in code else _first_section(code)
        if section in ("General", "@", "") or re.search(r"[yYmMdDhHsS]", _QUOTED.sub("", _NOT_SHOWN.sub("", section))):
            return cls()
        tail = section[max(section.rfind(c) for c in "0#?") + 1 :]
        words = "".join(quoted or escaped for quoted, escaped in _LITERAL.findall(tail))
        bare = _NOT_SHOWN.sub("", _QUOTED.sub("", section))
        shown = _DECIMALS.search(bare)
        digits = bare.strip()
        return cls(
            percent=bool(re.search(r"(?<![!\\])%", bare)),
            zeros=len(digits) if len(digits) > 1 and not digits.strip("0") else 0,
            decimals=len(shown[1]) if shown else 0 if any(c in bare for c in "0#?") else None,
            suffix=words.strip(),
            scaled=bool(re.search(r"[0#?],+(?![0#?])|[!\\]\.", bare)),
        )


def _first_section(code: str) -> str:
    """The part before the first semicolon that stands outside quotes."""
    inside = False
    for index, character in enumerate(code):
        if character == '"':
            inside = not inside
        elif character == ";" and not inside:
            return code[:index]
    return code

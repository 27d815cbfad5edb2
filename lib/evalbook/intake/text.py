"""Texts as people type them: full-width forms, blanks and characters nobody sees."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

#: Full-width forms of ASCII and the full-width blank. Not NFKC as a whole: it would turn 5² into 52 and ① into 1.
_HALF_WIDTH = {0xFF01 + n: chr(0x21 + n) for n in range(0x5E)} | {0x3000: " ", 0xFFE5: "¥"}
#: Categories of characters that do not show: blanks and formatting marks (zero-width space, byte order mark, direction marks).
_UNSEEN = ("Cf", "Zs", "Zl", "Zp")


def half_width(text: str) -> str:
    """Full-width digits, letters and punctuation as ASCII; nothing else changes.

    >>> half_width("１２．５％"), half_width("5²")
    ('12.5%', '5²')
    """
    return text if text.isascii() else text.translate(_HALF_WIDTH)


@lru_cache(maxsize=65536)
def trimmed(text: str) -> str:
    """Text without blanks around it and without characters that do not show.

    >>> trimmed("\\ufeff 杭州市\\u200b\\u00a0")
    '杭州市'
    """
    if text.isascii():
        return text.strip()
    return "".join(c for c in text if unicodedata.category(c) != "Cf").strip()


@lru_cache(maxsize=65536)
def key(text: str) -> str:
    """What two spellings of one name have in common: no blanks at all, half-width letters, lower case.

    >>> key("韩 家　店镇") == key("韩家店镇"), key("Ｕnit_code")
    (True, 'unit_code')
    """
    if text.isascii():
        return "".join(text.split()).lower()
    return half_width("".join(c for c in text if unicodedata.category(c) not in _UNSEEN and not c.isspace())).lower()


def turned_around(text: str) -> str:
    """The characters in a text that change the direction of reading: a name that holds one may show as another name.

    >>> turned_around("甲\\u202e乙")
    '\\u202e'
    """
    if text.isascii():
        return ""
    return "".join(c for c in text if c in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

"""Names that every file system of the next decades can hold: what a bag calls its files, and what they were called before."""

from __future__ import annotations

import hashlib
import re

__all__ = ["is_safe", "safe_name"]

_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", re.ASCII)
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,8}", re.ASCII)
#: Names that Windows keeps for itself, with any ending.
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})
_LONGEST = 200


def is_safe(name: str) -> bool:
    """Whether a relative path (posix) is one that a bag may hold: ASCII letters, digits, ``. _ -``; no way out, no reserved name.

    >>> is_safe("run/tables/scores.csv"), is_safe("../x"), is_safe("/x"), is_safe("a//b"), is_safe("con.txt"), is_safe("甲.csv")
    (True, False, False, False, False, False)
    """
    return len(name) <= _LONGEST and all(_is_safe_part(part) for part in name.split("/"))


def _is_safe_part(part: str) -> bool:
    return bool(_PART.fullmatch(part)) and not part.endswith(".") and part.partition(".")[0].casefold() not in _RESERVED


def safe_name(name: str) -> str:
    """The name under which a bag holds a file: itself where it is safe; parts that are not become a hash with their ending.

    >>> safe_name("run/tables/scores.csv")
    'run/tables/scores.csv'
    >>> safe_name("run/units/001-甲县.html")
    'run/units/x-40f43488ccf3.html'
    """
    return "/".join(part if _is_safe_part(part) else _hashed(part) for part in name.split("/"))


def _hashed(part: str) -> str:
    stem = hashlib.sha256(part.encode("utf-8", "surrogateescape")).hexdigest()[:12]
    ending = part[part.rfind(".") :] if "." in part else ""
    return f"x-{stem}{ending.lower() if _EXTENSION.fullmatch(ending) else ''}"

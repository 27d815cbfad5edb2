"""Dates with one reading: year first, then month and day."""

from __future__ import annotations

import re
from datetime import date

from .text import half_width, trimmed

_SHAPE = re.compile(r"([12][0-9]{3})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)(?: 00:00:00)?")


def read_date(text: str) -> str | None:
    """ISO form of a date written ``2024-03-10``, ``2024/3/10``, ``2024.3.10`` or ``2024年3月10日``; None when it is none of these.

    >>> read_date("2024年3月10日"), read_date("2024/3/10"), read_date("2023-02-29"), read_date("3/10/2024"), read_date("45361")
    ('2024-03-10', '2024-03-10', None, None, None)
    """
    match = _SHAPE.fullmatch(half_width(trimmed(text)))
    if match is None:
        return None
    year, _, month, day, chinese_month, chinese_day = match.groups()
    try:
        return date(int(year), int(month or chinese_month), int(day or chinese_day)).isoformat()
    except ValueError:
        return None

"""A26: a spreadsheet turned 1/2 or 3-4 into a date."""

from __future__ import annotations

import datetime as dt
from typing import Any


def test_date_among_numbers(kit: Any, refused: Any) -> None:
    """A date cell in a column of numbers is refused, with what may have happened."""
    refused(kit.wide(F2=dt.date(2024, 1, 2)), "number.date", "3-4")


def test_date_among_words(kit: Any, refused: Any) -> None:
    """... and in a column of words."""
    refused(kit.form(projects=[["330100-1-01", "甲项目", dt.date(2024, 3, 4), 1, None, "是"]]), "cell.value", "国家库")

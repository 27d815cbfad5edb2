"""A24: dates as serial numbers, with a letter for a digit, or counted from 1904."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from evalbook.intake.dates import read_date

ITEM = ["330100-1-01", "甲项目", "国家库", 100]


@pytest.mark.parametrize("text", ["43528", "2O19-03-04", "2019-02-30", "3/4/2019"])
def test_no_date(kit: Any, refused: Any, text: str) -> None:
    """A serial number, a letter O, a day that is none: refused."""
    refused(kit.form(projects=[[*ITEM, text, "是"]]), "cell.date", "2024-03-10")


@pytest.mark.parametrize("text", ["2019-03-04", "2019年3月4日", "2019.3.4", dt.date(2019, 3, 4)])
def test_dates_of_one_reading(kit: Any, text: Any) -> None:
    """ISO, 年月日, year first with dots, and date cells are the same day."""
    returned = kit.read(kit.form(projects=[[*ITEM, text, "是"]]))
    assert returned.faults == []
    assert read_date(returned.rows["projects"][0].texts["started"]) == "2019-03-04"


def test_workbook_counted_from_1904(kit: Any) -> None:
    """A date cell of a workbook that counts from 1904 is the day that is shown."""

    def change(book: Any) -> None:
        book.epoch = CALENDAR_MAC_1904
        book["重大项目"]["E5"].value = dt.date(2019, 3, 4)
        book["重大项目"]["E5"].number_format = "yyyy-mm-dd"

    returned = kit.read(kit.form(projects=[[*ITEM, None, "是"]], change=change))
    assert read_date(returned.rows["projects"][0].texts["started"]) == "2019-03-04"

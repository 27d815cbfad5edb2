"""E06: a unit's name is a formula, which a spreadsheet would calculate."""

from __future__ import annotations

import csv
import re
from typing import Any

import pytest
from openpyxl import load_workbook

NAMES = ['=HYPERLINK("http://example.org")', "=cmd|' /C calc'!A0", "＝1+1", "@SUM(A1)", "+1+1", "-2+3"]
#: The functions that we write: sums, rounding, bounds and places.
OURS = {"COUNTIFS", "MAX", "MIN", "ROUND", "SUM", "SUMPRODUCT"}


@pytest.mark.parametrize("name", NAMES)
def test_name_stays_text_in_tables_and_workbook(workshop: Any, name: str) -> None:
    """In the csv files it is defused, in the workbook it is a text; the only formulas are our own, and none holds the name."""
    quoted = '"' + name.replace('"', '""') + '"'
    for file in ("units", "values"):
        workshop.edit(f"data/{workshop.scheme}/{workshop.period}/{file}.csv", lambda text: text.replace("大祥区", quoted))
    report = workshop.perform()
    assert report.outcome == "completed", report.faults
    found = 0
    for path in (report.folder / "tables").glob("*.csv"):
        for row in csv.reader(path.read_text("utf-8-sig").splitlines()):
            assert name not in row
            found += "'" + name in row
    assert found > 1
    book = load_workbook(report.folder / "scores.xlsx")
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if cell.value == name].count("s") > 1
    assert {cell.data_type for cell in cells if cell.value == name} == {"s"}
    formulas = [cell.value for cell in cells if cell.data_type == "f"]
    assert not any(name.lstrip("=＝+-@") in formula for formula in formulas)
    assert {word for formula in formulas for word in re.findall(r"[A-Z.]+(?=\()", formula)} <= OURS
    workshop.sound()

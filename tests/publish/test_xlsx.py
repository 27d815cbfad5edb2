"""Workbooks: numbers are numbers, texts are texts, the file is the same every time."""

from __future__ import annotations

import zipfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from evalbook.exact import exact
from evalbook.publish.xlsx import Col, Formula, Sheet, workbook_bytes, write_workbook

HOSTILE = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "＝1+1",
    "\t=1",
    "http://example.org",
    "mailto:a@b",
    "007",
    "1e5",
    "{=1+1}",
]
COLUMNS = [Col("考核对象", 14), Col("综合得分", 10, "number", 2), Col("名次", 8, "int"), Col("占比", 8, "percent", 1), Col("备注", 30)]


def sheet(rows: list[list[object]], **more: object) -> Sheet:
    return Sheet("总分", "综合得分", COLUMNS, rows, **more)  # type: ignore[arg-type]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "得分.xlsx"


def test_values_come_back_as_they_are(path: Path) -> None:
    """Both readers see the exact decimals as numbers and the words as text."""
    write_workbook(path, [sheet([["杭州市", exact("85.13"), 1, exact("0.125"), "无"], ["宁波市", Decimal("0.3"), 2, None, ""]])])

    _title, head, first, second = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    page = openpyxl.load_workbook(path)["总分"]

    assert head == [c.heading for c in COLUMNS]
    assert first == ["杭州市", 85.13, 1.0, 0.125, "无"]
    assert second == ["宁波市", 0.3, 2.0, "", ""]
    assert [c.number_format for c in page[3]] == ["@", "0.00", "0", "0.0%", "@"]
    assert [c.data_type for c in page[3]] == ["s", "n", "n", "n", "s"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str, path: Path) -> None:
    """Formulas, addresses and numbers in text are neither run nor linked nor converted, in cells, headings, titles and notes."""
    write_workbook(path, [Sheet("表", text, [Col(text)], [[text]], [text])])

    page = openpyxl.load_workbook(path)["表"]
    cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]

    assert [(c.value, c.data_type, c.hyperlink) for c in cells] == [(text, "s", None)] * 4


def test_the_same_sheets_give_the_same_bytes(tmp_path: Path) -> None:
    """Neither the time nor the name of the file is in it."""
    rows = [["杭州市", exact("85.13"), 1, exact("1/3"), "=x"]]
    write_workbook(tmp_path / "a.xlsx", [sheet(rows)])
    write_workbook(tmp_path / "b.xlsx", [sheet(rows)])

    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"]


def test_the_date_of_the_figures_can_be_the_files_date(path: Path) -> None:
    """The created date is a given one, never today."""
    write_workbook(path, [sheet([])], created=datetime(2024, 3, 31))  # noqa: DTZ001 - as xlsxwriter wants it

    assert openpyxl.load_workbook(path).properties.created == datetime(2024, 3, 31)  # noqa: DTZ001


def test_set_up_for_reading_and_printing(path: Path) -> None:
    """Head and first column stay in sight, can be filtered, repeat in print; A4, numbered pages."""
    write_workbook(path, [sheet([["甲", 1, 1, 0, ""]], notes=["注：示例"])])

    page = openpyxl.load_workbook(path)["总分"]

    assert page.freeze_panes == "B3"
    assert page.auto_filter.ref == "A2:E3"
    assert page.print_title_rows == "$1:$2"
    assert (page.page_setup.paperSize, page.sheet_properties.pageSetUpPr.fitToPage) == (9, True)
    assert page.oddFooter.center.text == "第&P页　共&N页"
    assert page["A3"].font.name == "微软雅黑"
    assert page["A5"].value == "注：示例"


def test_formulas_of_ours_carry_their_value(path: Path) -> None:
    """A viewer that does not calculate shows the value that the program computed."""
    write_workbook(path, [Sheet("表", "x", [Col("甲", kind="number", decimals=2)], [[exact("1.25")], [Formula("=A3*2", exact("2.50"))]])])

    assert openpyxl.load_workbook(path)["表"]["A4"].value == "=A3*2"
    assert openpyxl.load_workbook(path, data_only=True)["表"]["A4"].value == 2.5


def test_numbers_are_not_changed_to_fit(path: Path) -> None:
    """More digits than Excel keeps stand as text; a ratio without end has the digits that Excel can keep."""
    write_workbook(path, [Sheet("表", "x", [Col("甲", kind="number")], [[exact("12345678901234.567")], [exact("1/3")], [exact("12.5")]])])

    values = [row[0] for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[2:]]

    assert values == ["12345678901234.567", 0.33333333333333, 12.5]


def test_equal_values_are_written_as_they_are_given(path: Path) -> None:
    """In one column 1.5, 1.50 and the text 1.5 stay apart, each with its own decimals; so do 1 and 是 for True."""
    given = [
        ["1.5", 1],
        [Decimal("1.5"), True],
        [Decimal("1.50"), Decimal(1)],
        [Decimal("-0.05"), 1.0],
        [Decimal("12E+2"), "1"],
        [None, None],
    ]
    long = [[Decimal("1E-7"), ""], [Decimal("123456789012345.0"), ""], [Decimal("0.1234567890123456"), ""]]
    write_workbook(path, [Sheet("表", "x", [Col("甲", kind="number"), Col("乙", kind="number")], [*given, *long])])

    page = openpyxl.load_workbook(path)["表"]
    cells = [[(row[n].value, row[n].data_type, row[n].number_format) for row in page.iter_rows(min_row=3)] for n in (0, 1)]

    assert cells[0] == [
        ("1.5", "s", "@"),
        (1.5, "n", "0.0"),
        (1.5, "n", "0.00"),
        (-0.05, "n", "0.00"),
        (1200, "n", "0"),
        (None, "n", "@"),
        (1e-7, "n", "0.0000000"),
        (123456789012345, "n", "0.0"),
        ("0.1234567890123456", "s", "@"),
    ]
    assert cells[1][:6] == [(1, "n", "0"), ("是", "s", "@"), (1, "n", "0"), (1, "n", "0.0"), ("1", "s", "@"), (None, "n", "@")]


@pytest.mark.parametrize("value", [Decimal("NaN"), float("inf"), float("nan")], ids=str)
def test_no_value_is_no_number(value: object, path: Path) -> None:
    """NaN and infinity are refused; nothing is written."""
    with pytest.raises(ValueError, match="综合得分"):
        write_workbook(path, [sheet([["甲", value, 1, 0, ""]])])

    assert not path.exists()


def test_rows_must_fit_their_columns(path: Path) -> None:
    """A row that is shorter or longer than the head is a mistake of the caller, and the old file stays."""
    path.write_bytes(b"old")
    with pytest.raises(ValueError, match="zip"):
        write_workbook(path, [sheet([["甲"]])])

    assert path.read_bytes() == b"old"


def test_tab_names_are_made_acceptable(path: Path) -> None:
    """Forbidden characters, length and repetition are taken care of."""
    names = ["a/b:c[1]*?", "a/b:c[1]*?", "很" * 40, "很" * 40, "", "History", "'x'"]
    write_workbook(path, [Sheet(name, "", [Col("甲")], []) for name in names])

    found = CalamineWorkbook.from_path(str(path)).sheet_names

    assert len(set(found)) == len(names)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in found)


def test_nothing_of_the_machine_is_in_the_file(path: Path, tmp_path: Path) -> None:
    """No path, user or time stands in any part of the file."""
    write_workbook(path, [sheet([["甲", 1, 1, 0, ""]])])

    with zipfile.ZipFile(path) as parts:
        assert {info.date_time for info in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not any(str(tmp_path).encode() in parts.read(name) for name in parts.namelist())


def test_a_text_that_excel_would_cut_is_refused() -> None:
    """A cell holds 32,767 units of UTF-16, and rare characters take two: such a text is refused, not silently cut."""
    fits, long = "𠮷" * 16383, "𠮷" * 16384

    assert workbook_bytes([Sheet("表", "题", [Col("备注")], [[fits]])])
    with pytest.raises(ValueError, match="备注"):
        workbook_bytes([Sheet("表", "题", [Col("备注")], [[long]])])

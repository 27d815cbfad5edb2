"""Workbooks: read as a person sees them, refused where they hide something, and never opened when they are bombs."""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from evalbook.exact import exact
from evalbook.intake.number_format import NumberFormat

#: What differs between a csv file and a sheet with the same content.
PLACE: dict[str, Any] = {"raw": "", "file": "", "sheet": "", "column": ""}
CHINESE = {"units": "名单", "values": "数据", "items": "项目", "evidence": "佐证"}


def same(actual: Any, expected: Any) -> None:
    """Two datasets hold the same tables, figures and evidence; only their places may differ."""
    assert list(actual.figures) == list(expected.figures)
    for key, figure in expected.figures.items():
        assert [cell._replace(**PLACE) for cell in actual.figures[key].cells] == [cell._replace(**PLACE) for cell in figure.cells]
    for name, table in expected.tables.items():
        other = actual.tables[name]
        assert (other.keys, other.labels) == (table.keys, table.labels)
        assert {k: c.listed() for k, c in other.columns.items()} == {k: c.listed() for k, c in table.columns.items()}
    assert actual.evidence == expected.evidence


def put(sheet: str, cell: str, value: Any, format_code: str = "") -> Any:
    """A change that writes one cell of a workbook."""

    def change(book: xlsxwriter.Workbook) -> None:
        style = book.add_format({"num_format": format_code}) if format_code else None
        book.get_worksheet_by_name(sheet).write(cell, value, style)

    return change


def rezip(path: Path, edits: dict[str, Any]) -> None:
    """Rewrite parts of an xlsx file: name → new bytes, or a function of the old text."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, edit in edits.items():
        parts[name] = edit(parts[name].decode("utf-8")).encode("utf-8") if callable(edit) else edit
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def sheet_part(path: Path, name: str) -> str:
    """The part that holds a sheet: xlsxwriter numbers them in order."""
    number = openpyxl.load_workbook(path, read_only=True).sheetnames.index(name) + 1
    return f"xl/worksheets/sheet{number}.xml"


@pytest.mark.parametrize("names", [None, CHINESE], ids=["english", "chinese"])
def test_one_workbook_gives_the_same_data_as_csv_files(folder: Any, names: dict[str, str] | None) -> None:
    """Sheets called units … or 名单 … hold what the csv files hold; places name the sheet."""
    folder.write()
    expected, _ = folder.read()
    for path in folder.path.iterdir():
        path.unlink()
    folder.write_workbook(names=names)
    actual, notes = folder.read()
    same(actual, expected)
    assert notes == []
    used = actual.figures["330102", "trade", "2023"].used
    assert (used.file, used.sheet, used.row) == ("填报.xlsx", (names or {}).get("values", "values"), 4)


def test_typed_cells_give_the_same_data_too(folder: Any) -> None:
    """Numbers, dates and truth values stored as such are read as the texts that csv holds."""
    folder.write()
    expected, _ = folder.read()
    for path in folder.path.iterdir():
        path.unlink()

    def typed(book: xlsxwriter.Workbook) -> None:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in folder.sheets.items():
            page = book.get_worksheet_by_name(name)
            for row, cells in enumerate(rows[1:], 1):
                for column, text in enumerate(cells):
                    if re.fullmatch(r"[0-9.]+", text):
                        page.write_number(row, column, float(text))
                    elif re.fullmatch(r"[0-9]{4}-[0-9-]+", text):
                        page.write_datetime(row, column, dt.datetime.fromisoformat(text), day)

    folder.write_workbook(typed)
    actual, notes = folder.read()
    same(actual, expected)
    assert {note.code for note in notes} == {"code.number"}
    assert [note.row for note in notes if note.sheet == "units"] == [2]


def test_dates_of_the_1904_calendar(folder: Any) -> None:
    """A workbook that counts days from 1904 (old Macs) gives the day that is shown."""
    folder.path.mkdir(parents=True)
    book = xlsxwriter.Workbook(folder.path / "a.xlsx", {"date_1904": True})
    day = book.add_format({"num_format": "yyyy/m/d"})
    for name, rows in folder.sheets.items():
        page = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            page.write_row(row, 0, cells)
        if name == "values":
            page.write_datetime(14, 5, dt.datetime(2023, 6, 1), day)  # noqa: DTZ001
    book.close()
    assert folder.read()[0].units.columns["opened", "2023"].at(0) == "2023-06-01"


@pytest.mark.parametrize(
    ("cell", "value", "format_code", "expected", "note"),
    [
        ("F9", 0.125, "0.0%", "12.5", "number.accepted"),
        ("F9", 0.125, "0%", "12.5", "number.display"),
        ("F9", 1.25, "0.00%", "125", "number.accepted"),
        ("F9", 18.504, "0.00", "18.504", "number.display"),
        ("F9", 18.5, "#,##0.00_);(#,##0.00)", "18.5", ""),
        ("F9", 0.1 + 0.2 + 5, "", "5.3", ""),
        ("F3", 120.5, '0.0"万元"', "120.5", "number.accepted"),
        ("F3", 1.2, '0.0"亿元"', "12000", "uom.in_cell"),
    ],
    ids=["percent", "percent-rounded", "over-100-percent", "more-decimals", "brackets-format", "binary", "uom-shown", "other-uom-shown"],
)
def test_a_number_is_read_as_it_is_seen(folder: Any, cell: str, value: float, format_code: str, expected: str, note: str) -> None:
    """12.5% is stored as 0.125 and read as 12.5%; words in the format count; the stored digits are used, and rounding is noted."""
    folder.write_workbook(put("values", cell, value, format_code))
    dataset, notes = folder.read()
    quantity = "growth" if cell == "F9" else "trade"
    figure = dataset.figures["330102", quantity, "2023"]
    assert figure.cells[0].value == exact(expected)
    assert (note in [n.code for n in notes]) is bool(note)


def test_binary_residue_is_cut_and_noted(folder: Any) -> None:
    """Excel keeps 0.1 + 0.2 as 0.30000000000000004; its 15 digits say 0.3."""
    folder.write_workbook(put("items", "F2", 1))
    path = folder.path / "填报.xlsx"
    rezip(path, {sheet_part(path, "items"): lambda text: text.replace("<v>1</v>", "<v>0.30000000000000004</v>")})
    dataset, notes = folder.read()
    assert dataset.tables["projects"].columns["amount", ""].at(0) == exact("0.3")
    assert [(n.code, n.row, n.column) for n in notes] == [("number.residue", 2, "F")]


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        (put("values", "F3", 1.2, "0.0,"), "number.scaled", ("values", 3, "F")),
        (put("values", "F3", 12345, "0!.0000"), "number.scaled", ("values", 3, "F")),
        (put("units", "A2", 10000, "000000"), "number.padded", ("units", 2, "A")),
        (put("values", "F3", 330102199001011234), "number.digits", ("values", 3, "F")),
        (put("values", "F3", True), "number.boolean", ("values", 3, "value")),
        (put("values", "F3", dt.datetime(2024, 3, 4), "m/d"), "number.date", ("values", 3, "value")),  # noqa: DTZ001
        (
            lambda book: book.get_worksheet_by_name("values").set_row(2, None, None, {"hidden": True}),
            "workbook.hidden_row",
            ("values", 3, ""),
        ),
        (
            lambda book: book.get_worksheet_by_name("values").set_column(5, 5, None, None, {"hidden": True}),
            "workbook.hidden_column",
            ("values", None, "F"),
        ),
        (lambda book: book.get_worksheet_by_name("evidence").hide(), "workbook.hidden_sheet", ("evidence", None, "")),
        (lambda book: book.add_worksheet("数椐").write(0, 0, "x"), "workbook.unknown_sheet", ("数椐", None, "")),
        (lambda book: book.add_worksheet("佐证").write(0, 0, "x"), "folder.two_sources", ("佐证", None, "")),
        (lambda book: book.get_worksheet_by_name("values").merge_range("F3:G3", "1"), "cell.merged", ("values", 3, "value")),
        (lambda book: book.get_worksheet_by_name("values").merge_range("A1:A2", "单位代码"), "header.merged", ("values", 1, "单位代码")),
        (
            lambda book: book.get_worksheet_by_name("values").write_formula("F3", "=1/0", None, "#DIV/0!"),
            "number.error_cell",
            ("values", 3, "value"),
        ),
    ],
    ids=[
        "shown-in-thousands", "shown-with-a-false-point", "shown-with-zeros", "eighteen-digits", "truth", "became-a-date", "hidden-row",
        "hidden-column", "hidden-sheet", "unknown-sheet", "two-sheets", "merged-across", "merged-header", "error-value",
    ],
)  # fmt: skip
def test_what_has_no_single_reading_is_refused(folder: Any, change: Any, code: str, place: tuple[str, int | None, str]) -> None:
    """Hidden, merged, scaled, padded, cut or wrong: refused with sheet, row, column and remedy."""
    folder.write_workbook(change)
    found = [fault for fault in folder.faults() if fault.code == code]
    assert [(fault.sheet, fault.row, fault.column) for fault in found] == [place]
    assert found[0].file == "data/demo/2023/填报.xlsx"
    assert found[0].remedy


def test_formulas_with_results_are_read_and_noted(folder: Any) -> None:
    """The saved result is used; the note says that it is one."""
    folder.write_workbook(lambda book: book.get_worksheet_by_name("values").write_formula("F3", "=100+20.5", None, 120.5))
    dataset, notes = folder.read()
    assert dataset.figures["330102", "trade", "2023"].cells[0].value == exact("120.5")
    assert [(n.code, n.row) for n in notes] == [("workbook.formula", 3)]


def test_formulas_without_results_are_refused(folder: Any) -> None:
    """A file written by a program that does not calculate holds formulas and no numbers."""
    folder.write_workbook()
    path = folder.path / "填报.xlsx"
    book = openpyxl.load_workbook(path)
    book["values"]["F3"] = "=100+20.5"
    book.save(path)
    assert ("workbook.uncalculated", 3, "F") in [(fault.code, fault.row, fault.column) for fault in folder.faults()]


def test_cells_merged_downwards_count_for_each_row(folder: Any) -> None:
    """A code and name merged over three rows belong to all three; no row is lost."""
    folder.write()
    expected, _ = folder.read()
    for path in folder.path.iterdir():
        path.unlink()

    def merge(book: xlsxwriter.Workbook) -> None:
        page = book.get_worksheet_by_name("values")
        page.merge_range("A2:A4", "330102")
        page.merge_range("B2:B4", "上城区")

    folder.write_workbook(merge)
    actual, notes = folder.read()
    same(actual, expected)
    assert [(n.code, n.row, n.column) for n in notes] == [("cell.merged", 2, "unit_code"), ("cell.merged", 2, "unit_name")]


def test_prose_and_empty_sheets_are_skipped(folder: Any) -> None:
    """填报说明 is for people; a sheet without cells is nothing."""

    def prose(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("填报说明").write(0, 0, "请逐项填写")
        book.add_worksheet("Sheet5")
        page = book.add_chartsheet("图表")
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=values!$F$2:$F$4"})
        page.set_chart(chart)

    folder.write_workbook(prose)
    assert folder.read()[1] == []


def test_csv_and_workbook_together_are_refused(folder: Any) -> None:
    """Nobody can say which one counts."""
    folder.write()
    folder.write_workbook()
    faults = folder.faults()
    assert [fault.code for fault in faults] == ["folder.two_sources"]
    assert "只保留" in faults[0].remedy


def test_a_lock_file_of_an_open_workbook_is_ignored(folder: Any) -> None:
    """~$填报.xlsx lies there while somebody has the file open."""
    folder.write_workbook()
    (folder.path / "~$填报.xlsx").write_bytes(b"owner")
    assert folder.faults() == []


@pytest.mark.parametrize("name", ["填报.xlsm", "填报.ods", "values.tsv"])
def test_other_kinds_of_files_are_named(folder: Any, name: str) -> None:
    """Macros and other formats are not read, and not passed over."""
    (folder.write() / name).write_bytes(b"x")
    assert [(fault.code, fault.file) for fault in folder.faults()] == [("file.kind", f"data/demo/2023/{name}")]


def test_an_unknown_csv_file_is_named(folder: Any) -> None:
    """value.csv is not passed over as if nobody had filed it."""
    (folder.write() / "value.csv").write_bytes(b"a,b")
    faults = folder.faults()
    assert [fault.code for fault in faults] == ["folder.unknown_file"]
    assert "“values”" in faults[0].remedy


# hostile files --------------------------------------------------------------------------------------------------------------------


def test_a_cell_at_the_far_corner_is_not_laid_out(folder: Any) -> None:
    """A tiny file whose one cell is XFD1048576 would fill the memory: refused before any reader sees it."""
    folder.write_workbook()
    path = folder.path / "填报.xlsx"
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    rezip(path, {sheet_part(path, "evidence"): lambda text: text.replace("</sheetData>", far)})
    assert [fault.code for fault in folder.faults()] == ["workbook.unreadable"]


def test_a_zip_bomb_is_not_unpacked(folder: Any) -> None:
    """60 MB of blanks in 60 kB: refused by the directory of the archive."""
    folder.write_workbook()
    path = folder.path / "填报.xlsx"
    rezip(path, {"xl/media/a.bin": b" " * 60_000_000})
    assert path.stat().st_size < 200_000
    assert [(fault.code, fault.message) for fault in folder.faults()] == [("workbook.unreadable", "文件解压后过大，可能有害，未打开")]


def test_a_directory_that_lies_about_sizes_is_found_out(folder: Any) -> None:
    """The sizes are checked by reading: an entry that is not what the directory says is damaged."""
    folder.write_workbook()
    path = folder.path / "填报.xlsx"
    raw = bytearray(path.read_bytes())
    entry = raw.rfind(b"PK\x01\x02", 0, raw.rfind(b"xl/worksheets/sheet1.xml"))
    raw[entry + 24 : entry + 28] = struct.pack("<I", 10)  # uncompressed size in the central directory
    path.write_bytes(bytes(raw))
    assert [fault.code for fault in folder.faults()] == ["workbook.unreadable"]


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE x SYSTEM "http://example.invalid/x.dtd">',
    ],
    ids=["entity-bomb", "external-entity", "external-dtd"],
)
def test_declarations_are_refused(folder: Any, declaration: str) -> None:
    """A spreadsheet has no document type: entities are neither expanded nor fetched."""
    folder.write_workbook()
    path = folder.path / "填报.xlsx"
    rezip(path, {sheet_part(path, "units"): lambda text: re.sub(r"(\?>\s*)", lambda m: m[0] + declaration, text, count=1)})
    faults = folder.faults()
    assert [fault.code for fault in faults] == ["workbook.unreadable"]
    assert "可能有害" in faults[0].message


def test_encrypted_or_renamed_files_are_recognised(folder: Any) -> None:
    """An encrypted xlsx is an OLE container; a web page saved as xls is text; a cut file is damaged."""
    folder.write_workbook()
    path = folder.path / "填报.xlsx"
    whole = path.read_bytes()
    messages = []
    for raw in (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        b"<html><table></table></html>",
        whole[: len(whole) // 2],
        b"",
        b"PK\x03\x04",
    ):
        path.write_bytes(raw)
        faults = folder.faults()
        assert [fault.code for fault in faults] == ["workbook.unreadable"]
        messages.append(faults[0].message)
    assert "加密" in messages[0]
    assert "改了扩展名" in messages[1]
    assert all("损坏" in message for message in (messages[2], messages[4]))


@pytest.mark.parametrize("seed", range(40))
def test_damaged_bytes_never_end_in_a_traceback(folder: Any, seed: int) -> None:
    """One part of the file overwritten: it is still read, or refused; nothing else happens."""
    import random

    folder.write_workbook()
    path = folder.path / "填报.xlsx"
    raw, chance = bytearray(path.read_bytes()), random.Random(seed)  # noqa: S311 - no secret
    start = chance.randrange(len(raw))
    raw[start : start + 8] = chance.randbytes(8)
    path.write_bytes(bytes(raw))
    assert all(fault.code for fault in folder.faults())


# xls ------------------------------------------------------------------------------------------------------------------------------


def xls(sheets: dict[str, list[list[Any]]]) -> bytes:
    """A minimal xls file: BIFF8 records (strings as LABEL, numbers as NUMBER) in an OLE container of one stream."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def text(value: str, width: str) -> bytes:
        return struct.pack(width, len(value)) + b"\x01" + value.encode("utf-16-le")

    pages = []
    for rows in sheets.values():
        page = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
        page += record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if isinstance(value, float):
                    page += record(0x0203, struct.pack("<HHHd", row, column, 0, value))
                elif value:
                    page += record(0x0204, struct.pack("<HHH", row, column, 0) + text(value, "<H"))
        pages.append(page + record(0x000A, b""))
    head = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + record(0x0042, struct.pack("<H", 1200))
    entries = [struct.pack("<IBB", 0, 0, 0) + text(name, "<B") for name in sheets]
    start = len(head) + sum(len(entry) + 4 for entry in entries) + 4
    for index, page in enumerate(pages):
        head += record(0x0085, struct.pack("<I", start) + entries[index][4:])
        start += len(page)
    stream = head + record(0x000A, b"") + b"".join(pages)
    return _container(stream + bytes(-len(stream) % 512 + 4096))


def _container(stream: bytes) -> bytes:
    """An OLE container (version 3, sectors of 512 bytes): one sector of allocation table, one of directory, then the stream."""
    count = len(stream) // 512
    assert count <= 126
    table = [0xFFFFFFFD, 0xFFFFFFFE, *(number + 3 for number in range(count - 1)), 0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 - len(table))

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = name.encode("utf-16-le")
        return (
            raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child) + bytes(36)
            + struct.pack("<III", start, size, 0)
        )  # fmt: skip

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream))
    directory += 2 * (bytes(66) + struct.pack("<BBIII", 0, 1, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF) + bytes(48))[:128]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0) + b"\xff" * 432
    return header + struct.pack("<128I", *table) + directory.ljust(512, b"\0") + stream


def test_old_xls_files_are_read_and_noted(folder: Any) -> None:
    """The same data as xls; the note says what such a file does not tell."""
    folder.write()
    expected, _ = folder.read()
    for path in folder.path.iterdir():
        path.unlink()
    (folder.path / "填报.xls").write_bytes(xls(folder.sheets))
    actual, notes = folder.read()
    same(actual, expected)
    assert [note.code for note in notes] == ["workbook.xls"]


def test_an_xls_file_that_claims_to_be_endless_ends_only_the_child(folder: Any) -> None:
    """A few bytes that announce 3 thousand million rows make the reader ask for terabytes and abort: the file is refused."""
    folder.path.mkdir(parents=True)
    dimensions = struct.pack("<HHII", 0x0200, 14, 0, len(folder.sheets["evidence"]))
    endless = struct.pack("<HHII", 0x0200, 14, 0, 0xC8000000)
    raw = xls(folder.sheets)
    assert raw.count(dimensions) == 1
    (folder.path / "填报.xls").write_bytes(raw.replace(dimensions, endless))
    assert [(fault.code, fault.message) for fault in folder.faults()] == [("workbook.unreadable", "文件已损坏，或不是工作簿")]


def test_a_percent_in_an_xls_number_is_a_question(folder: Any) -> None:
    """125% may be stored as 1.25, and the format cannot be seen: refused; a text 125% is clear."""
    folder.path.mkdir(parents=True)
    folder.sheets["values"][8][5] = 1.25
    (folder.path / "填报.xls").write_bytes(xls(folder.sheets))
    assert [(fault.code, fault.row) for fault in folder.faults()] == [("number.blind_percent", 9)]
    folder.sheets["values"][8][5] = "125%"
    (folder.path / "填报.xls").write_bytes(xls(folder.sheets))
    assert folder.read()[0].units.columns["growth", "2023"].at(0) == 125


# formats --------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("General", NumberFormat()),
        ("@", NumberFormat()),
        ("0", NumberFormat(decimals=0)),
        ("#,##0.00", NumberFormat(decimals=2)),
        ("0.00_ ;[Red]-0.00 ", NumberFormat(decimals=2)),
        ("0.0%", NumberFormat(percent=True, decimals=1)),
        ("000000", NumberFormat(zeros=6, decimals=0)),
        ('0.00"万元"', NumberFormat(decimals=2, suffix="万元")),
        ('"¥"#,##0.00', NumberFormat(decimals=2)),
        ("0.0\\%", NumberFormat(decimals=1, suffix="%")),
        ('General"万元"', NumberFormat(suffix="万元")),
        ("#,##0.0,", NumberFormat(decimals=1, scaled=True)),
        ("0!.0000", NumberFormat(decimals=0, scaled=True)),
        ("yyyy-mm-dd", NumberFormat()),
        ('yyyy"年"m"月"', NumberFormat()),
    ],
)
def test_number_formats(code: str, expected: NumberFormat) -> None:
    """What a format changes between the number stored and the number seen."""
    assert NumberFormat.of(code) == expected


def test_the_scan_agrees_with_the_reader_on_sheets_written_by_others(folder: Any) -> None:
    """A workbook saved by another program (openpyxl) gives the same data."""
    folder.write()
    expected, _ = folder.read()
    for path in folder.path.iterdir():
        path.unlink()
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in folder.sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    stream = io.BytesIO()
    book.save(stream)
    (folder.path / "a.xlsx").write_bytes(stream.getvalue())
    same(folder.read()[0], expected)

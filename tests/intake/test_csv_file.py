"""Bytes of csv files: two encodings and no guess, quotes that pair, characters that show."""

from __future__ import annotations

from typing import Any

import pytest


def recoded(folder: Any, encoding: str, name: str = "units") -> None:
    """Write the folder with one file in another encoding."""
    path = folder.write() / f"{name}.csv"
    path.write_bytes(path.read_text(encoding="utf-8-sig").encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_two_encodings_read_alike(folder: Any, encoding: str) -> None:
    """UTF-8 with and without mark and GB18030 give the same names; the second is noted."""
    recoded(folder, encoding)
    dataset, notes = folder.read()
    assert dataset.units.labels == ("上城区", "拱墅区", "示例开发区")
    assert [note.code for note in notes] == (["file.gb18030"] if encoding.startswith("gb") else [])


def test_rare_characters_survive_gb18030(folder: Any) -> None:
    """𬱖 and 䶮 are outside GBK; GB18030 holds them, and nothing turns into another name."""
    folder.set("units", 4, "unit_name", "𬱖䶮村")
    for row in folder.sheets["values"][1:]:
        row[1] = row[1].replace("示例开发区", "")
    recoded(folder, "gb18030")
    assert folder.read()[0].units.labels[2] == "𬱖䶮村"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("unit_code,unit_name\r\n330102,上城区\r\n".encode("utf-16"), "file.utf16"),
        ("unit_code,unit_name\r\n330102,上城区\r\n".encode("utf-16-le"), "file.utf16"),
        ("unit_code,unit_name\r\n330102,上城区\r\n".encode("utf-32"), "file.utf16"),
        (b"unit_code,unit_name\r\n330102,\xff\xff\r\n", "file.encoding"),
        (b"unit_code,unit_name\r\n330102,\xaa\xa1\xaa\xa1\r\n", "file.encoding"),
        (b"\xef\xbb\xbfunit_code,unit_name\r\n330102,\xc9\xcf\xb3\xc7\r\n", "file.encoding"),
        (b"PK\x03\x04rest of a workbook", "file.disguised"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file.disguised"),
        (b"<html><table><tr><td>330102</td></tr></table></html>", "file.disguised"),
        (b'unit_code,unit_name\r\n330102,"\xe4\xb8\x8a\r\n', "csv.quotes"),
        (b'unit_code,unit_name\r\n"330102"x,a\r\n', "csv.quotes"),
        (b"unit_code,unit_name\r\n330102," + b"a" * 140_000 + b"\r\n", "csv.quotes"),
        (b"unit_code,unit_name\r\n330102,a\x00b\r\n", "cell.control"),
        (b"   \r\n\r\n", "file.empty"),
    ],
    ids=[
        "utf-16", "utf-16-without-mark", "utf-32", "no-encoding", "private-characters", "marked-utf-8", "xlsx", "xls", "html", "open-quote",
        "text-after-quote", "endless-cell", "nul", "blanks",
    ],
)  # fmt: skip
def test_bytes_that_are_no_csv_are_refused(folder: Any, raw: bytes, code: str) -> None:
    """Each is named for what it is, with how to save it rightly; nothing is guessed or replaced."""
    (folder.write() / "units.csv").write_bytes(raw)
    found = [fault for fault in folder.faults() if fault.file.endswith("units.csv")]
    assert code in [fault.code for fault in found]
    assert all(fault.remedy for fault in found)


def test_too_large_a_file_is_not_opened(folder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The size is looked at before the content."""
    monkeypatch.setattr("evalbook.intake.csv_file.MOST_BYTES", 100)
    folder.write()
    assert {fault.code for fault in folder.faults()} == {"file.too_large"}


def test_a_row_of_another_width_is_named(folder: Any) -> None:
    """A comma too many shifts every later cell: the row is refused."""
    folder.sheets["values"][4].append("又一格")
    folder.sheets["values"][5].pop()
    folder.write()
    found = [(fault.code, fault.row, fault.message) for fault in folder.faults() if fault.code == "csv.ragged"]
    assert found == [("csv.ragged", 5, "该行有14格，表头有13格"), ("csv.ragged", 6, "该行有12格，表头有13格")]


def test_rows_are_numbered_as_a_spreadsheet_shows_them(folder: Any) -> None:
    """Blank lines count, a line break inside a cell does not; the break itself is noted."""
    folder.sheets["values"].insert(1, [""] * 13)
    folder.set("values", 3, "note", "第一行\n第二行").set("values", 5, "value", "约1").write()
    assert [(fault.code, fault.row) for fault in folder.faults()] == [("number.approximate", 5)]
    folder.set("values", 5, "value", "118.5").write()
    assert [(note.code, note.row) for note in folder.read()[1]] == [("cell.line_break", 3)]


def test_trailing_commas_and_titles_are_tolerated(folder: Any) -> None:
    """A title above the header is noted, empty columns behind the data are nothing."""
    for rows in folder.sheets.values():
        for row in rows:
            row += ["", ""]
    folder.sheets["units"].insert(0, ["考核对象名单", "", "", "", "", "", ""])
    folder.write()
    assert [note.code for note in folder.read()[1]] == ["header.title"]
    assert folder.read()[0].units.keys == ("330102", "330105", "KFQ001")


def test_a_link_is_refused(folder: Any) -> None:
    """A run copies and hashes files; a link to elsewhere would be read and not kept."""
    folder.write()
    target = folder.path.parent / "elsewhere.csv"
    (folder.path / "values.csv").rename(target)
    try:
        (folder.path / "values.csv").symlink_to(target)
    except OSError:
        pytest.skip("links need a privilege on this system")
    assert [fault.code for fault in folder.faults()] == ["file.link"]

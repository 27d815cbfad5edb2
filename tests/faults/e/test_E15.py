"""E15: names in GBK inside a zip made on Windows; read as if they were code page 437 they become other signs."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from evalbook.intake.xlsx_scan import scan
from evalbook.publish.xlsx import Col, Sheet, write_workbook

NAME = "佐证材料.txt"
MOJIBAKE = NAME.encode("gbk").decode("cp437")


def add(path: Path) -> None:
    """Put a member with a GBK name into a workbook, as a Windows tool does: raw bytes without the mark for UTF-8."""
    placeholder = "x" * len(NAME.encode("gbk"))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(placeholder, "x")
    raw = path.read_bytes()
    assert raw.count(placeholder.encode()) == 2
    path.write_bytes(raw.replace(placeholder.encode(), NAME.encode("gbk")))
    with zipfile.ZipFile(path) as archive:
        assert MOJIBAKE in archive.namelist(), "the fault is real"


def test_names_inside_a_workbook_are_never_used(tmp_path: Path) -> None:
    """A spreadsheet with such a member gives the same sheets as one without; no name of a member becomes one of ours."""
    path = tmp_path / "values.xlsx"
    write_workbook(path, [Sheet("数据", "数据", [Col("名称")], [["甲"]])])
    before = scan(path)
    add(path)
    assert scan(path) == before
    assert list(before) == ["数据"]


def test_zip_among_the_figures(workshop: Any, screen: Any, tmp_path: Path) -> None:
    """An archive among the files of a period is not opened: refused, or not one of the period's files; no garbled name is shown."""
    path = workshop.root / "data" / workshop.scheme / workshop.period / "values.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "x")
    add(path)
    code, text = workshop.run()
    assert code == 1
    screen(text)
    assert "values.xlsx" in text
    assert MOJIBAKE not in text
    workshop.sound()


@pytest.mark.parametrize("text", [MOJIBAKE])
def test_garbled_name_would_be_visible(text: str) -> None:
    """What such a name becomes: nothing like it, which is why no name is taken from an archive."""
    assert text != NAME
    assert text.encode("cp437").decode("gbk") == NAME


def test_a_packed_bag(office: Any, tmp_path: Path, screen: Any) -> None:
    """In a bag that arrives as a zip such a name is refused, and shown as the person wrote it."""
    path = tmp_path / "bag.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("bagit.txt", "x")
    add(path)
    code, text = office.main("archive", "verify", path)
    assert code == 1
    assert NAME in text
    assert MOJIBAKE not in text
    screen(text)

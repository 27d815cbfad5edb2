"""E14: archives whose members lie outside, are links, or are there twice."""

from __future__ import annotations

import ast
import zipfile
from pathlib import Path
from typing import Any

import pytest

import evalbook
from evalbook.intake.xlsx_scan import BadWorkbook, scan

UNPACKING = {"extract", "extractall", "unpack_archive"}


def test_nothing_is_unpacked_to_the_disk() -> None:
    """No module of the library unpacks an archive: whoever adds that must bring the tests of this row with it."""
    found = []
    for path in sorted(Path(evalbook.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in UNPACKING:
                found.append(f"{path.name}:{node.lineno}")
    assert found == []


def test_workbook_with_members_elsewhere(tmp_path: Any) -> None:
    """A spreadsheet is an archive, too: members that would lie outside or are there twice are read by nobody and written nowhere."""
    path = tmp_path / "in" / "values.xlsx"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("../../evil", "/evil", "xl/workbook.xml"):
            archive.writestr(name, "<x/>")
    with pytest.raises(BadWorkbook) as refused:
        scan(path)
    assert refused.value.remedy
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*")) == ["in", "in/values.xlsx"]

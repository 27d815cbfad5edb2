"""docs/faults.md tells what became of every fault, and is current."""

from __future__ import annotations

import ast
import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def table() -> dict[str, Any]:
    """The names of tests/faults/table.py."""
    return runpy.run_path(str(ROOT / "tests" / "faults" / "table.py"))


def test_page_is_current(table: dict[str, Any]) -> None:
    """The committed page is what rows, remarks and tests say now."""
    expected = "\n".join(table["page"]()) + "\n"
    actual = (ROOT / "docs" / "faults.md").read_text("utf-8")
    assert actual == expected, "run: python tests/faults/table.py"


def test_rows_are_all_there(table: dict[str, Any]) -> None:
    """139 rows, numbered without gaps in each group."""
    rows = [row["id"] for row in table["read"]("rows.csv")]
    counts = {"A": 34, "B": 18, "C": 10, "D": 20, "E": 19, "F": 13, "G": 13, "H": 12}
    assert rows == [f"{letter}{number:02}" for letter, count in counts.items() for number in range(1, count + 1)]


def test_tests_are_named_after_rows(table: dict[str, Any]) -> None:
    """Every test file bears the name of an existing row, lies in its group's folder and says so in its first line."""
    rows = {row["id"] for row in table["read"]("rows.csv")}
    files = [path for path in sorted((ROOT / "tests" / "faults").glob("[a-h]/*.py")) if path.name != "conftest.py"]
    assert files
    for path in files:
        row = path.stem.removeprefix("test_")
        assert row in rows, path.name
        assert path.parent.name == row[0].lower(), path.name
        first = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").partition("\n")[0]
        assert first.startswith(f"{row}: "), path.name


def test_every_row_is_tested_or_explained(table: dict[str, Any]) -> None:
    """A row without a test has a remark that says why; remarks are of existing rows and of known states."""
    rows, tested = {row["id"] for row in table["read"]("rows.csv")}, table["tests"]()
    remarks = table["read"]("remarks.csv")
    assert {remark["id"] for remark in remarks} <= rows
    assert {remark["state"] for remark in remarks} <= {"later", "cannot", "note"}
    assert all(remark["remark"] for remark in remarks)
    explained = {remark["id"] for remark in remarks if remark["state"] != "note"}
    assert rows - set(tested) == explained, "a row needs a test or a reason; run: python tests/faults/table.py"

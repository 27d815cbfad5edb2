"""An office at work: a project with the cities of Zhejiang before anybody has filed, forms filled in by openpyxl, files put in a folder."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from evalbook.cli import main
from evalbook.intake.filing.filers import EVERYBODY, Filer
from evalbook.intake.filing.form import EVIDENCE_SHEET, KEY, SIGNATURES, TABLE_SHEET, UNIT_CODE, VALUE, write_form
from evalbook.intake.filing.office import Office, open_office

ROOT = Path(__file__).resolve().parents[3]
SCHEME, PERIOD = "zhejiang_city", "2023"


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a csv file."""
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def header(path: Path) -> list[str]:
    """Columns of a csv file, which may have no row."""
    return next(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def write_rows(path: Path, rows: Sequence[Mapping[str, str]], columns: Sequence[str]) -> None:
    """Write a csv file as the project's data are written."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)


class Desk:
    """A project, a folder for what comes back, and the commands."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str], scheme: str = SCHEME, period: str = PERIOD) -> None:
        self.root, self.folder, self.capsys, self.scheme, self.period = root, root / "收表", capsys, scheme, period
        self.folder.mkdir(exist_ok=True)
        self.data = root / "data" / scheme / period

    @cached_property
    def office(self) -> Office:
        """The period before anybody has filed."""
        return open_office(self.root, self.scheme, self.period)

    def filer(self, name: str) -> Filer:
        """A filer by code or label."""
        return next(one for one in (*self.office.filings.filers, EVERYBODY) if name in (one.key, one.code, one.label))

    def form(self, name: str) -> bytes:
        """The form of a filer."""
        return write_form(self.office, self.filer(name))

    def fill(
        self,
        name: str,
        values: Mapping[str, Any] | None = None,
        *,
        lists: Mapping[str, Sequence[Sequence[Any]]] | None = None,
        evidence: Sequence[Sequence[str]] = (),
        signed: bool = True,
        change: Callable[[openpyxl.Workbook], None] | None = None,
        file: str = "",
    ) -> Path:
        """Fill in a form as a person would, and put it into the folder. ``values``: key (or code@key) → what is typed."""
        book = openpyxl.load_workbook(io.BytesIO(self.form(name)))
        if TABLE_SHEET in book.sheetnames:
            self._table(book[TABLE_SHEET], dict(values or {}), signed)
        for sheet, rows in (lists or {}).items():
            for number, row in enumerate(rows, 5):
                for column, value in enumerate(row, 1):
                    if value is not None:
                        book[sheet].cell(number, column).value = value
        for number, row in enumerate(evidence, 5):
            for column, value in enumerate(row, 1):
                book[EVIDENCE_SHEET].cell(number, column).value = value
        if change is not None:
            change(book)
        path = self.folder / (file or f"{self.filer(name).file_name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        book.save(path)
        return path

    def _table(self, page: Any, values: dict[str, Any], signed: bool) -> None:
        header = {str(cell.value): cell.column for cell in page[4] if cell.value}
        for row in range(5, page.max_row + 1):
            word = page.cell(row, header[KEY]).value
            code = str(page.cell(row, header[UNIT_CODE]).value) if UNIT_CODE in header else ""
            for which in (f"{code}@{word}", word):
                if which in values:
                    page.cell(row, header[VALUE]).value = values.pop(which)
                    break
        assert not values, f"the form has no {values}"
        texts = dict(zip((f"{word}：" for word in SIGNATURES), ("张三", "李四", "王五", "2024-02-10"), strict=True))
        for cells in page.iter_rows() if signed else ():
            for cell in cells:
                if cell.value in texts:
                    page.cell(cell.row, cell.column + 1).value = texts[cell.value]

    def cell(self, name: str, key: str) -> str:
        """Where a form has the cell of a key, as ``F7``."""
        page = openpyxl.load_workbook(io.BytesIO(self.form(name)))[TABLE_SHEET]
        header = {str(cell.value): cell.column for cell in page[4] if cell.value}
        row = next(row for row in range(5, page.max_row + 1) if page.cell(row, header[KEY]).value == key)
        return f"{openpyxl.utils.get_column_letter(header[VALUE])}{row}"

    def table(
        self, rows: Sequence[Sequence[Any]], file: str = "汇总.xlsx", change: Callable[[xlsxwriter.Workbook, Any], None] | None = None
    ) -> Path:
        """A table of the office's own, cell by cell as typed: texts stay texts, numbers numbers."""
        path = self.folder / file
        if path.suffix == ".csv":
            path.write_bytes("\r\n".join(",".join(map(str, row)) for row in rows).encode("utf-8-sig"))
            return path
        book = xlsxwriter.Workbook(path)
        page = book.add_worksheet("Sheet1")
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    page.write_string(number, column, value)
                elif value is not None:
                    page.write(number, column, value)
        if change is not None:
            change(book, page)
        book.close()
        return path

    def collect(self, *options: str) -> tuple[int, dict[str, Any]]:
        """``evalbook collect --json``: exit code and what it says."""
        self.capsys.readouterr()
        arguments = ["collect", self.scheme, self.period, str(self.folder), "--json", "--date", "2024-02-20", *options]
        code = main([*arguments, "--root", str(self.root)])
        shown = self.capsys.readouterr()
        assert "Traceback" not in shown.err
        said = json.loads(shown.out) if shown.out.startswith("{") else {}
        return code, said if "counts" in said else {"error": shown.out + shown.err}

    def main(self, *arguments: str) -> tuple[int, str]:
        """Any command."""
        self.capsys.readouterr()
        code = main([*arguments, "--root", str(self.root)])
        shown = self.capsys.readouterr()
        return code, shown.out + shown.err

    def figures(self) -> dict[tuple[str, str, str], dict[str, str]]:
        """Reported rows of values.csv by (code, indicator, period)."""
        rows = read_rows(self.data / "values.csv")
        return {(row["unit_code"], row["indicator"], row["period"]): row for row in rows if row["stage"] == "reported"}

    def items(self, table: str) -> list[dict[str, str]]:
        """Rows of a list."""
        return [row for row in read_rows(self.data / "items.csv") if row["table"] == table]


def prepare(root: Path, scheme: str = SCHEME, period: str = PERIOD, *, others: Sequence[str] = (), every: int = 1) -> None:
    """A project in which nobody has filed: the roster, verified figures of the base periods, and blanks.

    With ``every`` only each n-th unit of the roster is there, and the files speak of no other.
    """
    shutil.copytree(ROOT / "params" / scheme, root / "params" / scheme)
    (root / "notebooks").mkdir()
    for one in (period, *others):
        shutil.copytree(ROOT / "data" / scheme / one, root / "data" / scheme / one)
    folder = root / "data" / scheme / period
    write_rows(folder / "units.csv", read_rows(folder / "units.csv")[::every], header(folder / "units.csv"))
    there = {row["unit_code"] for row in read_rows(folder / "units.csv")}
    rows = [row for row in read_rows(folder / "values.csv") if row["period"] != period and row["unit_code"] in there]
    write_rows(folder / "values.csv", rows, header(folder / "values.csv"))
    write_rows(folder / "items.csv", [], header(folder / "items.csv"))


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """The eleven cities, 2023, before anybody has filed."""
    prepare(tmp_path)
    return Desk(tmp_path, capsys)

"""Collecting: 200 returned forms of 30 figures each, read, matched, compared and written; against openpyxl opening the same files.

``python benchmarks/collecting.py [N]`` fills in forms of the zones (etdz 2022) in a scratch folder, then measures ``evalbook collect``
as a process of its own, and how long openpyxl and calamine alone take to read the files.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
from python_calamine import CalamineWorkbook

from evalbook.intake.filing.form import KEY, SIGNATURES, TABLE_SHEET, VALUE, write_form
from evalbook.intake.filing.office import open_office

ROOT = Path(__file__).resolve().parents[1]
SCHEME, PERIOD = "etdz", "2022"


def prepare(root: Path, folder: Path, number: int) -> None:
    """A project in which nobody has filed, and ``number`` forms filled in by openpyxl with the shipped figures."""
    shutil.copytree(ROOT / "params" / SCHEME, root / "params" / SCHEME)
    shutil.copytree(ROOT / "data" / SCHEME / PERIOD, root / "data" / SCHEME / PERIOD)
    (root / "notebooks").mkdir()
    path = root / "data" / SCHEME / PERIOD / "values.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(row for row in rows if row["period"] != PERIOD)
    filed = {(row["unit_code"], row["indicator"]): row["value"] for row in rows if row["period"] == PERIOD}
    office = open_office(root, SCHEME, PERIOD)
    folder.mkdir()
    for filer in office.filings.filers[:number]:
        book = openpyxl.load_workbook(io.BytesIO(write_form(office, filer)))
        page = book[TABLE_SHEET]
        header = {str(cell.value): cell.column for cell in page[4] if cell.value}
        for cells in page.iter_rows(min_row=5):
            key = str(cells[header[KEY] - 1].value or "")
            value = filed.get((filer.code, key.partition("@")[0]), "")
            if key and value:
                cells[header[VALUE] - 1].value = float(value)
            for cell in cells:
                if str(cell.value).rstrip("：") in SIGNATURES and str(cell.value).endswith("："):
                    page.cell(cell.row, cell.column + 1).value = "2023-03-01" if "日期" in str(cell.value) else "张三"
        book.save(folder / filer.file_name)


def seconds(call: Callable[[], object]) -> float:
    """Wall time of a call."""
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def collect(root: Path, folder: Path) -> None:
    """``evalbook collect`` as a process of its own."""
    command = [sys.executable, "-m", "evalbook", "collect", SCHEME, PERIOD, str(folder), "--root", str(root), "--date", "2023-03-31"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)  # noqa: S603 - our own command
    print("\n".join(done.stdout.splitlines()[:2] + done.stdout.splitlines()[-1:]), done.stderr)


def by_openpyxl(folder: Path) -> None:
    """Every cell of every form by openpyxl, read only."""
    for path in folder.glob("*.xlsx"):
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        for page in book.worksheets:
            for _ in page.iter_rows(values_only=True):
                pass
        book.close()


def by_calamine(folder: Path) -> None:
    """... and by calamine."""
    for path in folder.glob("*.xlsx"):
        with CalamineWorkbook.from_path(path) as book:
            for name in book.sheet_names:
                book.get_sheet_by_name(name).to_python()


def main() -> None:
    """Prepare, measure, print."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as scratch:
        root, folder = Path(scratch) / "project", Path(scratch) / "returned"
        prepare(root, folder, number)
        size = sum(path.stat().st_size for path in folder.iterdir())
        print(f"{number} forms, {size / 1e6:.1f} MB, load {os.getloadavg()[0]:.1f}")
        print(f"evalbook collect          {seconds(lambda: collect(root, folder)):6.1f} s")
        print(f"the same again (no change){seconds(lambda: collect(root, folder)):6.1f} s")
        print(f"openpyxl reading alone    {seconds(lambda: by_openpyxl(folder)):6.1f} s")
        print(f"calamine reading alone    {seconds(lambda: by_calamine(folder)):6.1f} s")


if __name__ == "__main__":
    main()

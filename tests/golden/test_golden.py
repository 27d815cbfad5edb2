"""The golden notebooks still come out cell by cell, and the golden tables number by number."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from evalbook.workbook import Workbook

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
_SPEC = importlib.util.spec_from_file_location("golden_make", HERE / "make.py")
assert _SPEC is not None
assert _SPEC.loader is not None
make = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(make)


def _nbval(notebook: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-q", "-p", "no:cacheprovider", "-c", "pytest-nbval.ini"]
    return subprocess.run([*command, str(notebook)], capture_output=True, text=True, cwd=HERE, timeout=300, check=False)


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "period"), make.NOTEBOOKS, ids=lambda value: str(value))
def test_golden_notebook_executes_to_the_stored_outputs(scheme: str, period: str) -> None:
    """nbval re-executes the golden notebook and finds every stored output again, none of them skipped."""
    notebook = HERE / f"{scheme}-{period}.ipynb"
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = [c for c in cells if c["cell_type"] == "code"]
    assert sum(bool(c["outputs"]) for c in code) >= 14, "a golden notebook without outputs checks nothing"
    result = _nbval(notebook)
    assert result.returncode == 0, result.stdout[-4000:]
    assert f"{len(code)} passed" in result.stdout


@pytest.mark.parametrize(("scheme", "period"), make.REPORTS, ids=lambda value: str(value))
def test_golden_report_comes_out_again(scheme: str, period: str) -> None:
    """Each section of the report is what it was: the first cell that differs is named, and a missing golden fails."""
    stored = nbformat.read(HERE / f"{scheme}-{period}.ipynb", as_version=4)
    again = make.carry_out(scheme, period)
    assert [cell.source for cell in again.cells] == [cell.source for cell in stored.cells]
    code = [(cell, kept) for cell, kept in zip(again.cells, stored.cells, strict=True) if cell.cell_type == "code"]
    assert sum(bool(kept.outputs) for _, kept in code) >= 14, "a golden report without outputs checks nothing"
    differing = [cell.source for cell, kept in code if [o.data for o in cell.outputs] != [o.data for o in kept.outputs]]
    assert differing == []


@pytest.mark.parametrize(("scheme", "period"), make.CHECKSUMS, ids=lambda value: str(value))
def test_golden_checksums_come_out_again(scheme: str, period: str) -> None:
    """Of the largest reports each section has the checksum that it had."""
    expected = (HERE / f"{scheme}-{period}.sha256").read_text(encoding="utf-8").splitlines()
    actual = make.checksums(scheme, period).splitlines()
    assert actual == expected


def test_every_scheme_has_a_golden_report() -> None:
    """A scheme that is added gets one too; no golden file is larger than 2 MB."""
    kept = {scheme for scheme, _ in (*make.NOTEBOOKS, *make.REPORTS, *make.CHECKSUMS)}
    assert kept == set(Workbook(ROOT).schemes())
    assert max(path.stat().st_size for path in HERE.iterdir() if path.is_file()) < 2_000_000


@pytest.mark.slow
def test_nbval_notices_a_changed_point(tmp_path: Path) -> None:
    """A golden notebook in which one stored total was altered fails: the comparison is not lax."""
    scheme, period = make.NOTEBOOKS[1]
    text = (HERE / f"{scheme}-{period}.ipynb").read_text(encoding="utf-8")
    altered = HERE / "altered-by-test.ipynb"
    assert "第1名；试评总分 30分" in text
    try:
        altered.write_text(text.replace("第1名；试评总分 30分", "第1名；试评总分 31分"), encoding="utf-8")
        result = _nbval(altered)
    finally:
        altered.unlink(missing_ok=True)
    assert result.returncode == 1
    assert "1 failed" in result.stdout


@pytest.mark.parametrize(("scheme", "period"), Workbook(ROOT).all_periods(), ids=lambda value: str(value))
def test_golden_tables_come_out_again(scheme: str, period: str) -> None:
    """Totals, points of every indicator and outcomes of each shipped period equal the stored tables; a missing one fails."""
    expected = (HERE / f"{scheme}-{period}.csv").read_text(encoding="utf-8")
    actual = make.table_text(scheme, period)
    assert actual == expected

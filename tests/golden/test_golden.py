"""The golden notebooks still come out cell by cell, and the golden tables number by number."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

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

"""Live formulas: LibreOffice, which gets no stored values, computes what the program computed."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest

from evalbook.exact import exact
from evalbook.present.tables import published_tables
from evalbook.publish.live import branch_formula, letter, literal, rank_keys
from evalbook.publish.report import score_sheets
from evalbook.publish.xlsx import Col, Formula, Sheet, write_workbook
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
SOFFICE = shutil.which("soffice")


def recalculated(book: Path, place: Path) -> Path:
    """The workbook as LibreOffice computes it, after every stored value of a formula was taken out."""
    bare = place / "bare" / book.name
    bare.parent.mkdir(parents=True)
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(bare, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", data) if name.startswith("xl/worksheets/") else data)
    profile = f"-env:UserInstallation={(place / 'profile').as_uri()}"
    call = [SOFFICE or "", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(place / "out"), str(bare)]
    subprocess.run(call, check=True, capture_output=True, timeout=180)
    return place / "out" / book.name


def differing(book: Path, again: Path) -> tuple[int, list[str]]:
    """Number of formulas, and the cells in which LibreOffice's value is another one."""
    stored, computed, written = (
        openpyxl.load_workbook(path, data_only=only) for path, only in ((book, True), (again, True), (book, False))
    )
    formulas, found = 0, []
    for page in stored:
        for row in page.iter_rows():
            for cell in row:
                formulas += written[page.title][cell.coordinate].data_type == "f"
                other = computed[page.title][cell.coordinate].value
                if cell.value != other and (cell.value or "") != (other or ""):
                    found.append(f"{page.title}!{cell.coordinate}: {cell.value!r} {other!r}")
    return formulas, found


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(("scheme", "period", "least"), [("zhejiang_city", "2023", 55), ("anyang", "2020Q3", 20)])
def test_libreoffice_computes_the_same(scheme: str, period: str, least: int, tmp_path: Path) -> None:
    """Every cell of the score workbook: sums, rounding and places."""
    run = Workbook(ROOT).prepare(scheme, period)
    book = tmp_path / "scores.xlsx"
    write_workbook(book, score_sheets(run, published_tables(run)))

    formulas, found = differing(book, recalculated(book, tmp_path))

    assert found == []
    assert formulas >= least


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_halves_and_ties_as_in_the_program(tmp_path: Path) -> None:
    """ROUND takes halves away from zero, and 0.1 + 0.2 ties with 0.3 once it is rounded as every sum is."""
    rows = [
        [Formula("=ROUND(85.125,2)", exact("85.13"))],
        [Formula("=ROUND(-0.125,2)", exact("-0.13"))],
        [Formula("=ROUND(0.1+0.2,1)", exact("0.3"))],
        [Formula("=SUMPRODUCT(1*($A$3:$A$5>A5))+1", 2)],
        [Formula("=SUMPRODUCT((A5=0.3)*1)", 1)],
    ]
    book = tmp_path / "halves.xlsx"
    write_workbook(book, [Sheet("表", "表", [Col("值", kind="number")], rows)])

    assert differing(book, recalculated(book, tmp_path)) == (5, [])


def test_formulas_read_like_the_rule() -> None:
    """A sum adds its children's cells and is rounded to the decimals it has; a place counts those with a higher total."""
    evaluation = Workbook(ROOT).prepare("zhejiang_city", "2023").evaluation
    cells = {name: f"{letter(number)}3" for number, (name, _) in enumerate(evaluation.nodes, 3)}

    text = branch_formula(evaluation, "total", evaluation.row("杭州市"), cells)

    assert text == f"=ROUND({cells['main']}+{cells['work']}+{cells['expert_review']},2)"
    assert rank_keys(evaluation, evaluation.main_ranking or "") == ("total",)


def test_numbers_inside_formulas() -> None:
    """A negative number and a ratio without end stand in brackets, so that they stay one operand."""
    assert [literal(exact(text)) for text in ("0.5", "-2", "1/3", "-1/3")] == ["0.5", "(-2)", "(1/3)", "(-1/3)"]

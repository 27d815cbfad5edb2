"""Fill-in workbooks: what a unit or department files and nothing else, protected, checked while typing, ready for A4, the same bytes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from evalbook.intake.filing.filers import DEPARTMENT, EVERYBODY, OFFICE, UNIT
from evalbook.intake.filing.form import write_form
from evalbook.intake.filing.form_id import FormId
from evalbook.intake.filing.issue import chosen
from evalbook.intake.filing.office import Office, open_office

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = [
    ("zhejiang_city", "2023"),
    ("zhejiang_county", "2023"),
    ("etdz", "2022"),
    ("anyang", "2021Q3"),
    ("anyang", "2021H2"),
    ("county_opening", "2024Q3"),
    ("county_opening", "2024"),
    ("haizhou", "2019H1"),
    ("haizhou", "2019"),
    ("county_trial", "2022"),
]


@pytest.fixture(scope="module")
def city() -> Office:
    """The shipped cities."""
    return open_office(ROOT, "zhejiang_city", "2023")


def sheets(data: bytes) -> Any:
    """The workbook as openpyxl sees it."""
    return openpyxl.load_workbook(io.BytesIO(data))


@pytest.mark.parametrize(("scheme", "period"), SHIPPED, ids=lambda value: value)
def test_every_shipped_scheme_has_forms(scheme: str, period: str) -> None:
    """One form of each kind of filer: every figure that points depend on is asked of exactly one filer."""
    office = open_office(ROOT, scheme, period)
    filings = office.filings
    for kind in (UNIT, DEPARTMENT, OFFICE):
        for filer in [one for one in filings.filers if one.kind == kind][:1]:
            book = sheets(write_form(office, filer))
            assert book.sheetnames[:2] == ["填报说明", "指标"]
            assert book.sheetnames[-1] == "佐证"
    asked = [(f.unit, f.quantity, f.period, f.calibre) for one in filings.filers for line in filings.lines(one) for f in line.fields]
    assert len(asked) == len(set(asked))
    assert {(quantity, when) for _, quantity, when, _ in asked} == set(filings.keys)
    read = {name for name in office.scheme.tables_read if name != "units"}
    assert {name for one in filings.filers for name in filings.tables(one)} == read


def test_a_unit_sees_only_its_own(city: Office) -> None:
    """Hangzhou's form asks for what cities report themselves, in the document's order; departments are asked for the rest."""
    lines = city.filings.lines(next(one for one in city.filings.filers if one.code == "330100"))
    assert [f.key for line in lines for f in line.fields] == [
        *("trade_total@2022", "trade_total@2023", "cbec_retail@2022", "cbec_retail@2023", "fdi_actual@2022", "fdi_actual@2023"),
        *("contracting_turnover@2023", "mechanism_sound@2023", "risk_mechanism@2023"),
    ]
    assert [line.table for line in lines if line.table][:2] == ["events", "projects"]
    departments = {one.label: [line.indicator for line in city.filings.lines(one)] for one in city.filings.filers if one.kind != UNIT}
    assert departments == {"省发展改革委": ["信息采用量"], "主办单位": ["专家评价"]}


def test_the_same_bytes(city: Office) -> None:
    """A form depends on nothing but scheme, period and figures."""
    filer = city.filings.filers[0]
    assert write_form(city, filer) == write_form(open_office(ROOT, "zhejiang_city", "2023"), filer)


def test_protection_validation_and_print(city: Office) -> None:
    """Only input cells are open, there is no password, typing is checked, pages fit A4 across, the header is repeated."""
    book = sheets(write_form(city, city.filings.filers[0]))
    page = book["指标"]
    header = {cell.value: cell.column for cell in page[4]}
    assert {"序号", "指标", "填报项目", "计量单位", "填报数", "佐证编号", "备注", "代号"} <= set(header)
    for sheet in book.worksheets:
        assert sheet.protection.sheet
        assert not sheet.protection.password
        assert sheet.sheet_state == "visible"
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == ("9", "0") or str(sheet.page_setup.paperSize) == "9"
    row = next(row for row in range(5, page.max_row) if page.cell(row, header["代号"]).value == "trade_total@2023")
    assert not page.cell(row, header["填报数"]).protection.locked
    assert all(page.cell(row, header[name]).protection.locked for name in ("指标", "填报项目", "计量单位", "代号"))
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    cell = page.cell(row, header["填报数"]).coordinate
    assert rules[cell].type == "custom"
    assert f"{cell}>=0" in rules[cell].formula1
    assert '"缺失"' in rules[cell].formula1
    answers = next(rule for rule in rules.values() if rule.type == "list")
    assert "是,否" in str(answers.formula1)
    assert page.print_title_rows == "$4:$4"
    assert all(not (dimension.hidden or False) for dimension in page.row_dimensions.values())
    words = {str(cell.value) for cells in page.iter_rows() for cell in cells}
    assert {"填报人：", "审核人：", "单位负责人：", "填报日期："} <= words


def test_known_bases_are_filled_in(city: Office) -> None:
    """The base of an increment stands there as last used."""
    page = sheets(write_form(city, city.filings.filers[0]))["指标"]
    header = {cell.value: cell.column for cell in page[4]}
    found = {page.cell(row, header["代号"]).value: page.cell(row, header["填报数"]).value for row in range(5, page.max_row)}
    assert found["trade_total@2022"] == 7568.1
    assert found["trade_total@2023"] is None


def test_the_id_is_visible_and_checks_itself(city: Office) -> None:
    """Every sheet carries the id; one retyped letter breaks it."""
    filer = city.filings.filers[0]
    expected = FormId.of(city, filer)
    for page in sheets(write_form(city, filer)).worksheets:
        lines = [str(cells[0].value) for cells in page.iter_rows(max_col=1) if "EB1|" in str(cells[0].value)]
        assert [FormId.parse(line) for line in lines] == [expected]
    assert FormId.parse(expected.line.replace("330100", "330200")) is None


def test_a_unit_on_two_boundaries_files_both() -> None:
    """A zone whose boundary changed gets a line for each boundary (口径)."""
    office = open_office(ROOT, "etdz", "2022")
    filer = next(one for one in office.filings.filers if one.kind == UNIT and office.roster.rows[one.code] in office.boundaries.changed)
    keys = [f.key for line in office.filings.lines(filer) for f in line.fields]
    assert any(key.endswith("@before") for key in keys) or any(key.endswith("@after") for key in keys)


def test_a_filled_form_is_never_overwritten(desk: Any) -> None:
    """``form`` writes again only where the file is the same; a filled one stays."""
    code, text = desk.main("form", desk.scheme, desk.period, "--unit", "杭州市")
    assert code == 0
    path = desk.root / "forms/zhejiang_city/2023/330100-杭州市.xlsx"
    assert path.read_bytes() == desk.form("330100")
    assert desk.main("form", desk.scheme, desk.period, "--unit", "330100")[0] == 0
    path.write_bytes(b"filled")
    code, text = desk.main("form", desk.scheme, desk.period, "--unit", "杭州市")
    assert code == 1
    assert "不覆盖" in text
    assert path.read_bytes() == b"filled"


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["--unit", "杭洲市"], "最接近的名称是“杭州市”"),
        (["--department", "省发改委"], "省发展改革委"),
        (["--together", "--unit", "杭州市"], "不与 --unit 同用"),
    ],
    ids=["unit", "department", "together"],
)
def test_wrong_calls(desk: Any, arguments: list[str], hint: str) -> None:
    """A misspelt filer is told the nearest name."""
    code, text = desk.main("form", desk.scheme, desk.period, *arguments)
    assert code == 2
    assert hint in text


def test_one_form_for_all(city: Office) -> None:
    """--together asks the same of everybody on one sheet, with code and name in each line."""
    assert chosen(city, [], [], together=True)[0] is EVERYBODY
    page = sheets(write_form(city, EVERYBODY))["指标"]
    header = [cell.value for cell in page[4]]
    assert header[2:4] == ["单位代码", "考核对象"]
    keys = [f.key for line in city.filings.lines(EVERYBODY) for f in line.fields]
    assert len(keys) == 9 * 11

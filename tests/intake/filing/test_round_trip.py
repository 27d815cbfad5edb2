"""Form → filled in → collected → scored gives what the same figures typed into the csv files give."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from evalbook.exact import is_number_text
from evalbook.intake.filing.filers import UNIT
from evalbook.workbook import Workbook

_SPEC = importlib.util.spec_from_file_location("filing_desk", Path(__file__).parent / "conftest.py")
assert _SPEC is not None
assert _SPEC.loader is not None
helpers = importlib.util.module_from_spec(_SPEC)
sys.modules["filing_desk"] = helpers
_SPEC.loader.exec_module(helpers)


def typed(text: str) -> Any:
    """What a person types: a number where the text is one that a spreadsheet keeps."""
    return float(text) if is_number_text(text) and len(text.strip("-").replace(".", "")) <= 15 else text


def reported(rows: Sequence[Mapping[str, str]], period: str) -> list[dict[str, str]]:
    """One reported row per figure of this period: as filed, or what was verified where nothing was filed."""
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for row in rows:
        if row["period"] == period and row["value"].strip():  # a blank row and no row are the same gap
            key = row["unit_code"], row["indicator"], row.get("calibre", "")
            if key not in found or row["stage"] == "reported":
                found[key] = {**row, "stage": "reported"}
    return list(found.values())


def shipped(desk: Any) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Values and items as shipped, of the units on the desk's roster."""
    folder, there = helpers.ROOT / "data" / desk.scheme / desk.period, set(desk.office.roster.codes)
    values, items = (helpers.read_rows(folder / name) for name in ("values.csv", "items.csv"))
    return [row for row in values if row["unit_code"] in there], [row for row in items if row["unit_code"] in there]


def by_hand(root: Path, scheme: str, period: str, others: Sequence[str], every: int) -> Workbook:
    """The csv path: the same figures and items typed into the files."""
    helpers.prepare(root, scheme, period, others=others, every=every)
    desk = helpers.Desk(root, None, scheme, period)
    filings, roster = desk.office.filings, desk.office.roster
    values, items = shipped(desk)
    asked = {
        (roster.codes[f.unit], f.quantity, f.period, f.calibre)
        for one in filings.filers
        for line in filings.lines(one)
        for f in line.fields
    }
    typed_in = [r for r in reported(values, period) if (r["unit_code"], r["indicator"], period, r.get("calibre", "")) in asked]
    helpers.write_rows(desk.data / "values.csv", [*(r for r in values if r["period"] != period), *typed_in], list(values[0]))
    lists = [name for one in filings.filers for name in filings.tables(one)]
    order = list(desk.office.scheme.tables)
    rows = [r for r in items if r["table"] in lists]
    rows.sort(key=lambda r: (order.index(r["table"]), roster.rows[r["unit_code"]]))
    helpers.write_rows(desk.data / "items.csv", rows, list(items[0]) if items else ["table", "item_id", "unit_code", "item_name"])
    return Workbook(root)


def fill_all(desk: Any) -> None:
    """Every filer fills in its form with the shipped figures and sends it back."""
    values, items = shipped(desk)
    filings, roster = desk.office.filings, desk.office.roster
    filed = {(r["unit_code"], r["indicator"], r.get("calibre", "")): r["value"] for r in reported(values, desk.period)}
    for filer in filings.filers:
        alone = filer.kind == UNIT
        fields = [f for line in filings.lines(filer) for f in line.fields if f.period == desk.period]
        texts = {f: filed.get((roster.codes[f.unit], f.quantity, f.calibre), "") for f in fields}
        keys = {(f.key if alone else f"{roster.codes[f.unit]}@{f.key}"): typed(text) for f, text in texts.items() if text}
        lists = {}
        for name in filings.tables(filer):
            spec = desk.office.scheme.tables[name]
            mine = [r for r in items if r["table"] == name and (not alone or r["unit_code"] == filer.code)]
            lists[spec.label] = [
                [
                    *([] if alone else [roster.labels[roster.rows[r["unit_code"]]]]),
                    r["item_id"],
                    r["item_name"],
                    *(typed(r[column]) for column in spec.columns),
                    r.get("evidence_id", ""),
                    r.get("note", ""),
                ]
                for r in mine
            ]
        desk.fill(filer.key, keys, lists=lists)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scheme", "period", "others", "every"),
    [
        ("zhejiang_city", "2023", [], 1),
        ("zhejiang_county", "2022", [], 2),
        ("anyang", "2021Q3", [], 1),
        ("haizhou", "2019H1", [], 1),
        ("county_opening", "2024Q3", ["2024Q1", "2024Q2"], 1),
        ("etdz", "2020", [], 3),
        pytest.param("zhejiang_county", "2022", [], 1, marks=pytest.mark.campaign),
        pytest.param("etdz", "2020", [], 1, marks=pytest.mark.campaign),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_forms_give_what_csv_files_give(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], scheme: str, period: str, others: list[str], every: int
) -> None:
    """Units and departments of a shipped period file their forms: figures, lists and points are those of the csv path.

    With the shipped verified values added every result is that of the shipped period.
    Of the counties each second one and of the zones each third one, except in a campaign: 218 forms take half a minute.
    """
    expected = by_hand(tmp_path / "csv", scheme, period, others, every).prepare(scheme, period).evaluation
    helpers.prepare(tmp_path / "form", scheme, period, others=others, every=every)
    desk = helpers.Desk(tmp_path / "form", capsys, scheme, period)
    fill_all(desk)
    _, said = desk.collect()
    assert said["faults"] == []
    assert said["not_filed"] == []
    actual = Workbook(desk.root).prepare(scheme, period).evaluation
    for name, table in expected.dataset.tables.items():
        other = actual.dataset.tables[name]
        assert (other.keys, other.labels) == (table.keys, table.labels), name
        assert {key: column.listed() for key, column in other.columns.items()} == {
            key: column.listed() for key, column in table.columns.items()
        }
    assert actual.dataset.digest() == expected.dataset.digest()
    assert actual.digest() == expected.digest()
    _, again = desk.collect()
    assert again["collection"] == "", "a second collection of the same files changes nothing"
    if every == 1:
        assert with_verified(desk) == result(Workbook(helpers.ROOT), scheme, period)


def with_verified(desk: Any) -> dict[str, Any]:
    """The result once the verified rows that are shipped stand beside what was collected."""
    verified = [row for row in shipped(desk)[0] if row["period"] == desk.period and row["stage"] != "reported"]
    path = desk.data / "values.csv"
    helpers.write_rows(path, [*helpers.read_rows(path), *verified], helpers.header(path))
    return result(Workbook(desk.root), desk.scheme, desk.period)


def result(book: Workbook, scheme: str, period: str) -> dict[str, Any]:
    """All points, places, lists and money of a period; the digest of the figures apart, for what only a department stated is filed here."""
    return {name: part for name, part in book.prepare(scheme, period).evaluation.record().items() if name != "figures_sha256"}


SOFFICE = shutil.which("soffice")


def recalculated(path: Path, folder: Path, kind: str = "xlsx") -> Path:
    """The workbook as LibreOffice saves it after recalculating."""
    command = [
        str(SOFFICE),
        "--headless",
        f"-env:UserInstallation=file://{folder}/profile",
        "--convert-to",
        kind,
        "--outdir",
        str(folder),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / f"{path.stem}.{kind}"


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_recalculates_a_form(desk: Any, tmp_path: Path) -> None:
    """A filled form opened, recalculated and saved by LibreOffice shows the change against the base, and every value survives."""
    path = desk.fill(
        "330100",
        {"trade_total@2023": 8029.72, "cbec_retail@2023": "1.2亿元", "mechanism_sound@2023": "是"},
        lists={"授牌平台": [["330100-5-01", "甲平台", "国家级"]]},
    )
    (tmp_path / "lo").mkdir()
    saved = recalculated(path, tmp_path / "lo")
    page = openpyxl.load_workbook(saved, data_only=True)["指标"]
    header = {cell.value: cell.column for cell in page[4]}
    row = next(row for row in range(5, page.max_row) if page.cell(row, header["代号"]).value == "trade_total@2023")
    base = page.cell(row - 1, header["填报数"]).value
    assert page.cell(row, header["比基期"]).value == pytest.approx(8029.72 / base - 1)
    assert page.protection.sheet
    assert not page.cell(row, header["填报数"]).protection.locked
    assert page.cell(row, header["代号"]).protection.locked
    shutil.copy(saved, path)
    _, said = desk.collect()
    assert said["faults"] == []
    assert desk.figures()["330100", "trade_total", "2023"]["value"] == "8029.72"
    assert desk.figures()["330100", "cbec_retail", "2023"]["value"] == "1.2亿元"
    assert desk.items("platforms")[0]["level"] == "国家级"


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_a_form_saved_as_xls(desk: Any, tmp_path: Path) -> None:
    """A form that came back as an old xls is read too, and it is told what xls hides."""
    path = desk.fill("330100", {"trade_total@2023": 8029.72, "mechanism_sound@2023": "是"})
    (tmp_path / "lo").mkdir()
    shutil.copy(recalculated(path, tmp_path / "lo", "xls"), desk.folder / "杭州.xls")
    path.unlink()
    _, said = desk.collect()
    assert said["faults"] == []
    assert any(note["code"] == "workbook.xls" for note in said["notes"])
    assert desk.figures()["330100", "trade_total", "2023"]["value"] == "8029.72"

"""What a folder becomes: tables, figures with their trail, and remarks on what was accepted."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evalbook.exact import exact
from evalbook.intake import roster
from evalbook.intake.period_data import read_period
from evalbook.periods import Period
from evalbook.scoring.dataset import Filing
from evalbook.terms import HEADINGS, State
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]


def test_a_figure_keeps_its_trail(folder: Any) -> None:
    """Reported 120.5, verified 118.5: the verified one is used, and each cell says where it stands and who filed it."""
    folder.write()
    dataset, _ = folder.read()
    figure = dataset.figures["330102", "trade", "2023"]
    assert [(c.stage, c.value, c.raw, c.row, c.by, c.date) for c in figure.cells] == [
        ("reported", exact("120.5"), "120.5", 3, "上城区", "2024-02-10"),
        ("verified", exact("118.5"), "118.5", 4, "省商务厅", "2024-03-10"),
    ]
    used = figure.used
    assert (used.file, used.sheet, used.column, used.evidence_id, used.note) == ("values.csv", "", "value", "E1", "核减2万元")


def test_tables_have_attributes_quantities_and_parents(folder: Any) -> None:
    """Attributes stand under period "", quantities under theirs; child rows know their unit; blanks are missing."""
    folder.write()
    dataset, _ = folder.read()
    units, projects, ratings = (dataset.tables[name] for name in ("units", "projects", "ratings"))
    assert units.columns["participation", ""].listed() == ["ranked", "ranked", "files_only"]
    assert units.columns["size", ""].listed() == ["一类", "二类", "二类"]
    assert units.columns["trade", "2022"].listed() == [100, 200, 50]
    assert units.columns["trade", "2023"].listed() == [exact("118.5"), 210, 60]
    assert units.columns["sound", "2023"].listed() == [1, None, None]
    assert units.columns["opened", "2023"].listed() == ["2023-06-01", None, None]
    assert projects.keys == ("P1", "P1", "P2")
    assert projects.labels == ("项目甲", "项目甲", "项目乙")
    assert projects.parent is not None
    assert projects.parent.tolist() == [0, 0, 1]
    assert projects.columns["amount", ""].listed() == [1000, 1000, None]
    assert projects.origin[2].row == 4
    assert ratings.columns["score", ""].listed() == [exact("8.5"), 9]
    assert dataset.evidence[0]["title"] == "统计年鉴"


def test_chinese_headers_and_words_read_alike(folder: Any) -> None:
    """Headings of the vocabulary, the scheme's labels and Chinese words of stage and origin give the same data."""
    folder.write()
    english, _ = folder.read()
    labels = {"size": "规模", "list": "所在名单", "amount": "投资额", "on_time": "按期", "score": "评分"}
    for name in ("units", "values", "items"):
        folder.sheets[name][0] = [HEADINGS.get(column) or labels[column] for column in folder.sheets[name][0]]
    words = {"reported": "填报值", "verified": "核定值", "official": "官方公布", "trade": "进出口总额", "growth": "增长率"}
    words |= {"2023": "2023年", "projects": "重大项目", "ratings": "专家评分"}
    for name in ("values", "items"):
        folder.sheets[name][1:] = [[words.get(cell, cell) for cell in row] for row in folder.sheets[name][1:]]
    folder.write()
    chinese, notes = folder.read()
    assert notes == []
    assert list(chinese.figures) == list(english.figures)
    for name, table in english.tables.items():
        other = chinese.tables[name]
        assert (other.keys, other.labels) == (table.keys, table.labels)
        assert {k: c.listed() for k, c in other.columns.items()} == {k: c.listed() for k, c in table.columns.items()}


def test_a_heading_may_state_the_uom(folder: Any) -> None:
    """数值（亿元） says what all rows are in where the rows say nothing; 投资额（亿元） likewise."""
    folder.sheets["values"][0][5] = "数值（亿元）"
    folder.sheets["items"][0][5] = "投资额（亿元）"
    for row in folder.sheets["values"][1:]:
        row[6] = "" if row[6] == "万元" else row[6]
    folder.write()
    dataset, notes = folder.read()
    assert dataset.units.columns["trade", "2022"].listed() == [1_000_000, 2_000_000, 500_000]
    assert dataset.tables["projects"].columns["amount", ""].listed() == [10_000_000, 10_000_000, None]
    assert {note.code for note in notes} == {"uom.converted"}
    assert dataset.figures["330105", "trade", "2022"].used.uom == "亿元"


def test_a_table_may_have_a_file_of_its_own(folder: Any) -> None:
    """projects.csv beside ratings in items.csv; and with every table on its own, items.csv is not needed."""
    items = folder.sheets["items"]
    folder.sheets["projects"] = [row[1:7] + row[8:] for row in items[:4]]
    folder.sheets["items"] = [items[0], *items[4:]]
    folder.write()
    dataset, _ = folder.read()
    assert dataset.tables["projects"].keys == ("P1", "P1", "P2")
    assert dataset.tables["projects"].origin[0].file == "projects.csv"
    assert len(dataset.tables["ratings"]) == 2

    folder.sheets["专家评分"] = [[row[1], row[2], row[7]] for row in items[:1] + items[4:]]
    del folder.sheets["items"]
    (folder.path / "items.csv").unlink()
    folder.write()
    assert len(folder.read()[0].tables["ratings"]) == 2


@pytest.mark.parametrize(
    ("cells", "code", "words"),
    [
        ({"unit_name": "上城"}, "unit.alias", "“上城”是“上城区”的别名"),
        ({"unit_name": "上 城　区"}, "unit.spelling", "已认定"),
        ({"unit_name": "上城区\u200b"}, "unit.spelling", "已认定"),
        ({"unit_code": ""}, "unit.by_name", "按名称认定"),
        ({"unit_code": "３３０１０２"}, "code.cleaned", "已更正"),
    ],
    ids=["alias", "blanks", "invisible", "by-name", "full-width-code"],
)
def test_another_spelling_of_a_unit_is_accepted_and_noted(folder: Any, cells: dict[str, str], code: str, words: str) -> None:
    """One unit is meant, whatever the spelling; the report says so."""
    for column, text in cells.items():
        folder.set("values", 9, column, text)
    folder.write()
    dataset, notes = folder.read()
    assert dataset.figures["330102", "growth", "2023"].used.value == exact("18.5")
    assert [(note.code, note.severity, note.row) for note in notes] == [(code, "note", 9)]
    assert words in notes[0].message


@pytest.mark.parametrize(
    ("value", "uom", "accepted"),
    [("388.5", "万元", True), ("0.03885", "亿元", True), ("390.5", "万元", False), ("387", "万元", False)],
    ids=["equal", "equal-in-other-uom", "reported-sum", "other"],
)
def test_a_total_row_must_reconcile(folder: Any, value: str, uom: str, accepted: bool) -> None:
    """Verified and reported figures are summed apart: 120.5 + 210 + 60 = 390.5 reported; only 118.5 is verified."""
    folder.set("values", 6, "stage", "verified").set("values", 8, "stage", "verified")
    folder.add("values", unit_name="合计", indicator="trade", period="2023", stage="核定值", value=value, uom=uom).write()
    if accepted:
        dataset, notes = folder.read()
        assert "figure.total" in [note.code for note in notes]
        assert len(dataset.units) == 3
    else:
        faults = folder.faults()
        assert [(fault.code, fault.row) for fault in faults] == [("figure.total_differs", 17)]
        assert "3个对象之和为388.5万元" in faults[0].message


def test_a_figure_that_nobody_has_is_told_apart(folder: Any) -> None:
    """Blank for all three units of the period: the period is not filled in, which is more than a gap among others."""
    indicator = folder.sheets["values"][0].index("indicator")
    for row, cells in enumerate(folder.sheets["values"], 1):
        if cells[indicator] == "growth":
            folder.set("values", row, "value", "")
    folder.write()
    notes = folder.read()[1]
    assert [(n.code, n.severity) for n in notes] == [("figure.none", "finding")]
    assert "2023年“增长率”缺少数据：全部3个对象" in notes[0].message


def test_missing_needed_figures_are_findings_by_indicator(folder: Any) -> None:
    """A blank and an absent row are told together, with the names; what is verified as 缺失 is settled and only noted."""
    folder.set("values", 10, "value", "").set("values", 11, "indicator", "rise").set("values", 11, "uom", "个百分点").write()
    notes = folder.read()[1]
    assert [(n.code, n.severity, n.row) for n in notes] == [("figure.missing", "finding", 10)]
    assert "2023年“增长率”缺少数据：拱墅区、示例开发区" in notes[0].message

    folder.set("values", 10, "stage", "核定值").set("values", 10, "value", "缺失").write()
    dataset, notes = folder.read()
    assert [(n.code, n.severity) for n in notes] == [("figure.missing", "finding"), ("figure.confirmed_missing", "note")]
    assert dataset.units.columns["growth", "2023"].states.tolist() == [State.OK, State.MISSING, State.MISSING]


def test_not_applicable_is_no_gap(folder: Any) -> None:
    """A figure that does not apply to a unit is neither missing nor zero."""
    folder.set("values", 11, "value", "不适用").write()
    dataset, notes = folder.read()
    assert notes == []
    assert dataset.units.columns["growth", "2023"].states.tolist() == [State.OK, State.OK, State.NOT_APPLICABLE]


def test_unknown_evidence_is_a_finding(folder: Any) -> None:
    """A number that evidence.csv does not have is asked for; several numbers in one cell are each looked up."""
    folder.set("values", 3, "evidence_id", "E1、E2；E3").set("items", 2, "evidence_id", "E9").write()
    found = [(n.code, n.value, n.row, n.column) for n in folder.read()[1]]
    assert found == [
        ("evidence.unknown", "E2", 3, "evidence_id"),
        ("evidence.unknown", "E3", 3, "evidence_id"),
        ("evidence.unknown", "E9", 2, "evidence_id"),
    ]
    folder.set("values", 2, "evidence_id", "E9").set("values", 4, "evidence_id", "E9").write()
    twice = [n for n in folder.read()[1] if n.value == "E9" and n.file.endswith("values.csv")]
    assert [n.message for n in twice] == ["佐证编号“E9”不在佐证清单中（共2处：第2、4行）"]
    (folder.path / "evidence.csv").unlink()
    assert [n.code for n in folder.read()[1]] == ["evidence.missing"]


def test_stages_out_of_order_are_findings(folder: Any) -> None:
    """A spot check of what nobody filed, and a verification dated before the filing."""
    folder.set("values", 4, "date", "2024-01-01").set("values", 10, "stage", "抽查值").write()
    notes = folder.read()[1]
    assert [(n.code, n.severity, n.row) for n in notes] == [
        ("figure.date_order", "finding", 4),
        ("figure.only_spot_check", "finding", 10),
    ]


def test_a_table_without_rows_is_noted(folder: Any) -> None:
    """An empty list counts as zero items, so the reader is told that it is empty."""
    del folder.sheets["items"][1:4]
    folder.write()
    assert ["重大项目" in n.message for n in folder.read()[1]] == [True]


def test_a_blank_verified_value_that_stands_alone_is_told(folder: Any) -> None:
    """A verified value left blank where nothing was reported is asked about, like one beside a reported value."""
    folder.set("values", 2, "value", "").set("values", 4, "value", "").write()
    assert [(f.code, f.row) for f in folder.faults()] == [("figure.blank_stage", 2), ("figure.blank_stage", 4)]


def test_what_is_to_be_told_of_a_text_is_told_of_every_row(folder: Any) -> None:
    """Two items give their amount in the same full-width digits: both are read, and the note names both rows."""
    folder.set("items", 2, "amount", "１０００").set("items", 3, "amount", "１０００").write()
    (note,) = folder.notes("number.accepted")
    assert "共2处：第2、3行" in note.message
    assert folder.read()[0].tables["projects"].columns["amount", ""].listed() == [1000, 1000, None]


def test_official_and_own_codes_may_stand_side_by_side(folder: Any) -> None:
    """6, 9 and 12 digits and codes with letters are fine; departments numbered 1, 2, 12 too, where no unit has an official code."""
    codes = {"330102": "1", "330105": "12", "KFQ001": "330102001"}
    folder.write()
    assert folder.faults() == []
    for rows in folder.sheets.values():
        for row in rows[1:]:
            row[:] = [codes.get(cell, cell) for cell in row]
    folder.write()
    assert {fault.code for fault in folder.faults()} == {"code.length"}
    for rows in folder.sheets.values():
        for row in rows[1:]:
            row[:] = ["3" if cell == "330102001" else cell for cell in row]
    folder.write()
    assert folder.faults() == []
    assert folder.read()[0].units.keys == ("1", "12", "3")


def test_base_figures_that_differ_from_last_period_are_findings(folder: Any) -> None:
    """Last year's own file used 101 for 上城区, where this year's base says 100: 基数修订. Equal ones are silent."""
    folder.write()
    before = folder.path.with_name("2022")
    before.mkdir()
    header = ",".join(folder.sheets["values"][0])
    rows = [
        "330102,上城区,trade,2022,reported,100,万元",
        "330102,上城区,trade,2022,verified,101,万元",
        "330105,,trade,2022,填报值,0.02,亿元",
    ]
    (before / "values.csv").write_text("\n".join([header, *(row + "," * 6 for row in rows)]), encoding="utf-8")
    notes = folder.read()[1]
    assert [(n.code, n.severity, n.row, n.value) for n in notes] == [("figure.base_revised", "finding", 2, "100")]
    assert "基数为100，该期数据为101（2022/values.csv 第3行）：基数修订" in notes[0].message


def test_the_base_file_is_an_input_of_the_run() -> None:
    """What a finding can come from is hashed and travels with the run."""
    names = [item.name for item in Workbook(ROOT).prepare("zhejiang_city", "2023").inputs]
    assert "data/zhejiang_city/2022/values.csv" in names
    assert "data/zhejiang_city/2022/items.csv" not in names


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(min_value=0, max_value=2**32))
def test_the_order_of_rows_is_irrelevant(folder: Any, seed: int) -> None:
    """However the rows of values and evidence are shuffled, figures, columns and remarks are the same."""
    folder.write()
    expected, _ = folder.read()
    shuffle = random.Random(seed)  # noqa: S311 - no secret
    for name in ("values", "evidence"):
        rows = folder.sheets[name]
        rows[1:] = shuffle.sample(rows[1:], len(rows) - 1)
    folder.write()
    actual, notes = folder.read()
    assert notes == []
    assert list(actual.figures) == list(expected.figures)
    for key, figure in expected.figures.items():
        assert [(c.stage, c.value) for c in actual.figures[key].cells] == [(c.stage, c.value) for c in figure.cells]
    for name, table in expected.tables.items():
        assert {k: c.listed() for k, c in actual.tables[name].columns.items()} == {k: c.listed() for k, c in table.columns.items()}


@pytest.mark.parametrize(("scheme", "period"), Workbook(ROOT).all_periods(), ids=str)
def test_shipped_data_hold_no_surprise(scheme: str, period: str) -> None:
    """Every shipped period is read; its findings are gaps and nothing else, no cell had to be tidied up."""
    book = Workbook(ROOT)
    definition = book.scheme(scheme, period)
    _, notes = read_period(book.data_folder(scheme, period), tables=definition.tables, period=definition.period, needed=definition.needed())
    assert {n.code for n in notes if n.severity == "finding"} <= {"figure.missing", "figure.none"}
    told = {"figure.confirmed_missing", "uom.converted", "item.none", "participation.over"}
    # Published rates below one per cent carry their % in the cell, since without it they would be a question.
    told |= {"number.accepted"} if scheme == "hunan_trial" else set()
    assert {n.code for n in notes if n.severity == "note"} <= told


def test_reading_is_quick() -> None:
    """The shipped city period takes well under 100 ms (a bound of five times that, for slow machines)."""
    book = Workbook(ROOT)
    definition = book.scheme("zhejiang_city", "2023")
    arguments = {"tables": definition.tables, "period": definition.period, "needed": definition.needed()}
    folder = book.data_folder("zhejiang_city", "2023")
    read_period(folder, **arguments)  # type: ignore[arg-type]
    started = time.perf_counter()
    read_period(folder, **arguments)  # type: ignore[arg-type]
    assert time.perf_counter() - started < 0.5


def test_a_collected_value_leads_to_its_cell(folder: Any) -> None:
    """The columns 文件, 工作表, 单元格, 校验码 say where a value stood in what was returned; a row without them was typed."""
    for sheet in ("values", "items"):
        rows = folder.sheets[sheet]
        rows[0] += ["文件", "工作表", "单元格", "校验码"]
        for row in rows[1:]:
            row += [""] * 4
        rows[1][-4:] = ["_collected/001/returned/甲.xlsx", "指标", "F7", "ab" * 32]
    folder.write()
    data, notes = folder.read()
    assert notes == []
    code, indicator, period = folder.sheets["values"][1][0], folder.sheets["values"][1][2], folder.sheets["values"][1][3]
    filing = data.figures[code, indicator, period].cells[0].filing
    assert filing == Filing("_collected/001/returned/甲.xlsx", "指标", "F7", "ab" * 32)
    assert filing.place == "甲.xlsx “指标”F7"
    name = folder.sheets["items"][1][0]
    assert [cell.filing is None for cell in data.tables[name].origin] == [False, *[True] * (len(data.tables[name].origin) - 1)]


@pytest.mark.parametrize(("period", "told"), [("2020", False), ("2023", True)])
def test_a_former_name_is_a_finding_after_its_time(folder: Any, period: str, told: bool) -> None:
    """“（至2020-06-30）” behind an alias: used afterwards it is asked which area the figure is of."""
    assert roster._dated("老城区（至2020-06-30）", Period.parse(period)) == ("老城区", "只用到2020-06-30" if told else "")


def test_a_former_name_is_told_where_it_is_used(folder: Any) -> None:
    """The name still finds its unit; the finding says until when it was used."""
    folder.set("units", 2, "aliases", "老城区（至2020-06-30）").set("values", 2, "unit_name", "老城区")
    folder.write()
    assert "2020-06-30" in folder.notes("unit.renamed")[0].message

"""One broken cell, one instruction: file, row, column, value found, and what to do about it."""

from __future__ import annotations

from typing import Any

import pytest

from evalbook.intake.remarks import MOST_FAULTS


def test_the_folder_in_order_is_accepted(folder: Any) -> None:
    """What the other tests break is accepted as it stands, without a remark."""
    folder.write()
    assert folder.faults() == []
    assert folder.read()[1] == []


#: id: (sheet, row, column, new text), then code, row, column and a part of the remedy that are expected.
CELLS: dict[str, tuple[tuple[str, int, str, str], tuple[str, int, str, str]]] = {
    # roster
    "code-lost-its-zero": (("units", 2, "unit_code", "33010"), ("code.zero_lost", 2, "unit_code", "设为文本")),
    "code-became-a-decimal": (("units", 2, "unit_code", "330102.0"), ("code.form", 2, "unit_code", "设为文本")),
    "code-in-scientific-form": (("units", 2, "unit_code", "3.30102E5"), ("code.form", 2, "unit_code", "科学计数")),
    "code-of-seven-digits": (("units", 2, "unit_code", "3301021"), ("code.length", 2, "unit_code", "核对")),
    "code-blank": (("units", 2, "unit_code", ""), ("code.missing", 2, "unit_code", "补填")),
    "code-twice": (("units", 3, "unit_code", "330102"), ("roster.code_twice", 3, "unit_code", "改正代码")),
    "name-twice": (("units", 3, "unit_name", "上城区"), ("roster.name_twice", 3, "unit_name", "区分")),
    "name-blank": (("units", 2, "unit_name", ""), ("roster.no_name", 2, "unit_name", "补填")),
    "name-turned-around": (("units", 4, "unit_name", "示例\u202e开发区"), ("name.direction", 4, "unit_name", "重新录入")),
    "alias-of-two": (("units", 3, "aliases", "上城"), ("alias.twice", 3, "aliases", "只能指一个")),
    "participation-misspelt": (("units", 2, "participation", "rankd"), ("participation.unknown", 2, "participation", "“ranked”")),
    "attribute-blank": (("units", 2, "size", ""), ("cell.required", 2, "size", "补填")),
    "attribute-misspelt": (("units", 2, "size", "一 级类"), ("cell.value", 2, "size", "一类")),
    "total-in-the-roster": (("units", 4, "unit_name", "合 计"), ("roster.total", 4, "unit_name", "删除")),
    "control-character": (("units", 2, "unit_name", "上城\x0b区"), ("cell.control", 2, "unit_name", "重新录入")),
    # figures: which
    "unknown-code": (("values", 6, "unit_code", "330106"), ("unit.unknown_code", 6, "unit_code", "应为“330105”")),
    "unknown-code-and-name": (("values", 6, "unit_name", "西湖区"), ("unit.disagree", 6, "unit_name", "别名")),
    "code-and-name-disagree": (("values", 6, "unit_name", "上城区"), ("unit.disagree", 6, "unit_name", "改正其一")),
    "indicator-misspelt": (("values", 9, "indicator", "grwth"), ("figure.indicator", 9, "indicator", "“growth”")),
    "indicator-blank": (("values", 9, "indicator", ""), ("figure.indicator", 9, "indicator", "growth")),
    "stage-misspelt": (("values", 4, "stage", "verifed"), ("figure.stage", 4, "stage", "“verified”")),
    "stage-misspelt-in-chinese": (("values", 4, "stage", "核订值"), ("figure.stage", 4, "stage", "“核定值”")),
    "stage-twice": (("values", 4, "stage", "reported"), ("figure.twice", 4, "value", "保留正确的一行")),
    "later-stage-blank": (("values", 4, "value", " "), ("figure.blank_stage", 4, "value", "“缺失”")),
    "period-not-used": (("values", 2, "period", "2020"), ("figure.period", 2, "period", "2023、2022")),
    "period-misspelt": (("values", 2, "period", "22年"), ("figure.period_form", 2, "period", "2023Q1")),
    "origin-misspelt": (("values", 2, "origin", "oficial"), ("origin.unknown", 2, "origin", "“official”")),
    "date-is-none": (("values", 2, "date", "2024年2月30日"), ("date.form", 2, "date", "2024-03-10")),
    # figures: how much
    "estimate": (("values", 3, "value", "约120"), ("number.approximate", 3, "value", "确切")),
    "range": (("values", 3, "value", "100-120"), ("number.range", 3, "value", "一个确切数值")),
    "fraction": (("values", 3, "value", "2/3"), ("number.fraction", 3, "value", "小数")),
    "scientific": (("values", 3, "value", "1.2e3"), ("number.scientific", 3, "value", "完整数字")),
    "accounting-brackets": (("values", 3, "value", "(500)"), ("number.brackets", 3, "value", "-500")),
    "en-dash": (("values", 3, "value", "–500"), ("number.dash", 3, "value", "减号")),
    "grouping-wrong": (("values", 3, "value", "2,20,00"), ("number.grouping", 3, "value", "每三位")),
    "bare-ten-thousand": (("values", 3, "value", "5000万"), ("number.scale", 3, "value", "完整的计量单位")),
    "in-words": (("values", 3, "value", "百分之五"), ("number.in_words", 3, "value", "阿拉伯数字")),
    "text": (("values", 3, "value", "见附件"), ("number.text", 3, "value", "留空")),
    "error-value": (("values", 3, "value", "#DIV/0!"), ("number.error_cell", 3, "value", "修正公式")),
    "date-in-a-number": (("values", 3, "value", "2024-03-04"), ("number.date", 3, "value", "3-4")),
    "letter-o": (("values", 3, "value", "12O.5"), ("number.letters", 3, "value", "数字 0")),
    "below-minimum": (("values", 3, "value", "-1"), ("number.low", 3, "value", "核对")),
    "above-maximum": (("values", 9, "value", "501"), ("number.high", 9, "value", "核对")),
    "half-a-report": (("values", 13, "value", "12.5"), ("number.whole", 13, "value", "核对")),
    "maybe": (("values", 14, "value", "基本健全"), ("cell.yes_no", 14, "value", "“是”或“否”")),
    "serial-date": (("values", 15, "value", "45078"), ("cell.date", 15, "value", "日期序列号")),
    "level-misspelt": (("values", 16, "value", "省及"), ("cell.value", 16, "value", "国家级、省级")),
    "other-currency": (("values", 3, "uom", "万美元"), ("uom.other", 3, "value", "币种")),
    "percent-or-points": (("values", 12, "uom", "%"), ("uom.other", 12, "value", "百分点")),
    "percent-in-a-points-cell": (("values", 12, "value", "1.2%"), ("uom.two", 12, "value", "只保留一种")),
    "uom-unknown": (("values", 3, "uom", "万园"), ("uom.other", 3, "value", "“万元”")),
    "uom-missing": (("values", 3, "uom", ""), ("uom.missing", 3, "value", "“万元”")),
    "fraction-under-percent": (("values", 9, "value", "0.125"), ("number.percent", 9, "value", "百分号")),
    # items
    "table-misspelt": (("items", 2, "table", "project"), ("item.table", 2, "table", "“projects”")),
    "item-without-id": (("items", 2, "item_id", ""), ("item.no_id", 2, "item_id", "补填")),
    "item-of-unknown-unit": (("items", 4, "unit_code", "330199"), ("unit.unknown_code", 4, "unit_code", "330")),
    "item-twice": (("items", 3, "list", "国家库"), ("item.twice", 3, "item_id", "重复的一行")),
    "item-required-blank": (("items", 2, "on_time", ""), ("cell.required", 2, "on_time", "补填")),
    "item-column-of-another-table": (("items", 2, "score", "9"), ("item.column", 2, "score", "清空")),
    "score-above-ten": (("items", 5, "score", "11"), ("number.high", 5, "score", "核对")),
    "total-in-the-items": (("items", 4, "item_name", "合计"), ("item.total", 4, "item_id", "删除")),
    # evidence
    "evidence-without-title": (("evidence", 2, "title", ""), ("evidence.no_title", 2, "title", "补填")),
    "evidence-checksum": (("evidence", 2, "sha256", "abc"), ("evidence.sha256", 2, "sha256", "重新计算")),
}


@pytest.mark.parametrize(("change", "expected"), CELLS.values(), ids=CELLS)
def test_a_broken_cell_is_refused_with_its_place_and_remedy(
    folder: Any, change: tuple[str, int, str, str], expected: tuple[str, int, str, str]
) -> None:
    """Each fault names code, file, row, column and value, and its remedy says what to do."""
    sheet, row, column, text = change
    folder.set(sheet, row, column, text).write()
    code, at_row, at_column, remedy = expected

    found = [fault for fault in folder.faults() if fault.code == code]

    assert [(fault.file, fault.row, fault.column) for fault in found] == [(f"data/demo/2023/{sheet}.csv", at_row, at_column)]
    assert remedy in found[0].remedy
    assert found[0].message


#: id: rows to add, then the code and the row expected.
ROWS: dict[str, tuple[str, dict[str, str], str, int]] = {
    "unit-by-unknown-name": ("values", {"unit_name": "西湖区", "indicator": "trade"}, "unit.unknown_name", 17),
    "no-unit": ("values", {"indicator": "trade", "value": "1"}, "unit.missing", 17),
    "subtotal": ("values", {"unit_name": "小计", "indicator": "trade", "value": "1"}, "figure.subtotal", 17),
    "total-of-yes-and-no": (
        "values",
        {"unit_name": "合计", "indicator": "sound", "period": "2023", "stage": "填报值", "value": "是"},
        "figure.total_type",
        17,
    ),
    "evidence-twice": ("evidence", {"evidence_id": "E1", "title": "又一份"}, "evidence.twice", 3),
    "evidence-without-id": ("evidence", {"title": "又一份"}, "evidence.no_id", 3),
}


@pytest.mark.parametrize(("sheet", "cells", "code", "row"), ROWS.values(), ids=ROWS)
def test_a_row_too_many_is_refused(folder: Any, sheet: str, cells: dict[str, str], code: str, row: int) -> None:
    """A row that belongs to nobody, or says what is said already, is named with its number."""
    folder.add(sheet, **cells).write()

    found = [fault for fault in folder.faults() if fault.code == code]

    assert [fault.row for fault in found] == [row]
    assert found[0].remedy


def test_duplicate_rows_name_each_other(folder: Any) -> None:
    """The same unit, indicator, period and stage twice: the second row is at fault and names the first."""
    folder.add("values", unit_code="330105", indicator="增长率", period="2023年", stage="填报值", value="7", uom="％").write()

    faults = folder.faults()

    assert [(fault.code, fault.row) for fault in faults] == [("figure.twice", 17)]
    assert "第10行重复" in faults[0].message


@pytest.mark.parametrize(
    ("header", "code", "word"),
    [
        ("unitcode,unit_name,participation,participation_basis,aliases,size", "header.unknown", "“unit_code”"),
        ("unit_code,unit_name,participation,participation_basis,aliases,unit_name", "header.twice", "保留一列"),
        ("unit_code,unit_name,participation,participation_basis,aliases,规模,", "csv.ragged", "逗号"),
        ("unit_code;unit_name;participation", "header.missing", "逗号分隔"),
        ("unit_code,unit_name,participation,participation_basis,aliases,", "header.blank", "补上列名"),
        ("unit_code,unit_name,participation,participation_basis,aliases,大小", "header.unknown", "规模"),
        ("unit_code,unit_name,participation,participation_basis,aliases,note", "roster.attribute", "补上该列"),
    ],
    ids=["misspelt", "twice", "wider-than-rows", "semicolons", "blank", "extra", "attribute-missing"],
)
def test_a_wrong_header_is_refused(folder: Any, header: str, code: str, word: str) -> None:
    """A header that is misspelt, doubled, blank, of another width or separated otherwise is told with its remedy."""
    folder.sheets["units"][0] = header.split(",")
    folder.write()

    found = [fault for fault in folder.faults() if fault.code == code]

    assert found
    assert word in found[0].remedy


@pytest.mark.parametrize("name", ["units", "values", "items"])
def test_a_missing_file_is_named(folder: Any, name: str) -> None:
    """Roster, figures and items must be there, items even when there are none."""
    folder.write()
    (folder.path / f"{name}.csv").unlink()

    assert [(fault.code, fault.file) for fault in folder.faults()] == [("folder.missing", f"data/demo/2023/{name}.csv")]


@pytest.mark.parametrize("name", ["units", "values", "items", "evidence"])
def test_an_empty_file_is_refused(folder: Any, name: str) -> None:
    """A file of no bytes is no table."""
    folder.write()
    (folder.path / f"{name}.csv").write_bytes(b"")

    assert ("file.empty", f"data/demo/2023/{name}.csv") in [(fault.code, fault.file) for fault in folder.faults()]


def test_a_roster_without_units_is_refused(folder: Any) -> None:
    """A header alone is no roster."""
    del folder.sheets["units"][1:]
    folder.write()

    assert [fault.code for fault in folder.faults()] == ["roster.empty"]


def test_some_units_without_group(folder: Any) -> None:
    """Where others have a group, a unit without one is refused; where nobody has one, nothing is said."""
    for row, group in zip(folder.sheets["units"], ("分组", "区", "", "区"), strict=True):
        row.append(group)
    folder.write()
    assert [(fault.code, fault.row, fault.column) for fault in folder.faults()] == [("roster.no_group", 3, "分组")]

    for row in folder.sheets["units"][1:]:
        row[-1] = ""
    folder.write()
    assert folder.faults() == []


def test_a_required_figure_is_a_fault_and_not_a_finding(folder: Any) -> None:
    """A quantity declared required must be filed for every unit."""
    units = folder.tables["units"]
    columns = units.columns | {"reports": units.columns["reports"].model_copy(update={"required": True})}
    folder.tables["units"] = units.model_copy(update={"columns": columns})
    folder.write()

    faults = folder.faults()

    assert [fault.code for fault in faults] == ["figure.required"]
    assert "拱墅区、示例开发区" in faults[0].message


def test_an_item_under_two_units_is_told_as_the_table_says(folder: Any) -> None:
    """One project under two units is a finding, or a fault where the table says so; one expert for all is fine."""
    folder.set("items", 4, "item_id", "P1").write()
    notes = folder.read()[1]
    assert [(note.code, note.severity, note.row) for note in notes] == [("item.two_units", "finding", 4)]
    assert "上城区、拱墅区" in notes[0].message

    folder.tables["projects"] = folder.tables["projects"].model_copy(update={"across_units": "fault"})
    assert [fault.code for fault in folder.faults()] == ["item.two_units"]


@pytest.mark.parametrize(("second", "settled"), [("40", True), ("50", False)], ids=["adds-up", "too-much"])
def test_shares_that_add_up_settle_a_common_item(folder: Any, second: str, settled: bool) -> None:
    """60% and 40% of one project are no double count; 60% and 50% are."""
    from evalbook.scheme.tables import Quantity

    projects = folder.tables["projects"]
    folder.tables["projects"] = projects.model_copy(update={"columns": projects.columns | {"share": Quantity(label="份额", uom="%")}})
    folder.sheets["items"][0].append("份额（%）")
    for row, share in zip(folder.sheets["items"][1:], ("", "60", second, "", ""), strict=True):
        row.append(share)
    folder.set("items", 4, "item_id", "P1").set("items", 2, "item_id", "P9").write()

    assert [note.code for note in folder.read()[1]] == ([] if settled else ["item.two_units"])


def test_a_unit_that_the_roster_lacks_is_one_fault_of_a_file(folder: Any) -> None:
    """Struck from the roster, a unit with three figures and one item is told once per file, by name, and nobody else's code is proposed."""
    head, *rows = folder.sheets["units"]
    gone = rows[1]
    folder.sheets["units"] = [head, rows[0], *rows[2:]]
    told = [fault for fault in folder.write() and folder.faults() if fault.code == "unit.unknown_code"]
    values = [fault for fault in told if fault.file.endswith("values.csv")]
    count = sum(row[0] == gone[0] for row in folder.sheets["values"])
    assert count > 1
    assert [(fault.value, f"共{count}处" in fault.message) for fault in values] == [(gone[0], True)]
    assert "请补进名单" in values[0].remedy
    assert not any(row[0] in values[0].remedy for row in rows)


def test_all_faults_come_at_once_in_the_order_of_the_files(folder: Any) -> None:
    """Five faults in three files: told together, roster first, by row."""
    folder.set("items", 5, "score", "11").set("values", 10, "value", "约5").set("values", 3, "value", "(1)").set("units", 3, "size", "三类")
    folder.set("evidence", 2, "title", "").write()

    actual = [(fault.file.rpartition("/")[2], fault.row) for fault in folder.faults()]

    assert actual == [("units.csv", 3), ("values.csv", 3), ("values.csv", 10), ("items.csv", 5), ("evidence.csv", 2)]


def test_a_file_wrong_in_every_row_stays_readable(folder: Any) -> None:
    """Beyond a few hundred faults the rest is counted, quickly."""
    for number in range(2 * MOST_FAULTS):
        folder.add("values", unit_code=f"9{number:05d}", unit_name=f"不知名{number}", indicator="trade", period="2023", stage="填报值")
    folder.write()

    faults = folder.faults()

    assert len(faults) == MOST_FAULTS + 1
    assert faults[-1].message == f"另有{MOST_FAULTS}处错误未列出"

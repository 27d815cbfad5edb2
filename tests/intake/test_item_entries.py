"""Entries of the record about items of lists: which item they mean, what they make of it, and that the record only grows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evalbook.errors import Refused
from evalbook.exact import exact
from evalbook.intake.journal import append
from evalbook.scoring.dataset import Item, ItemKey

from .conftest import Folder

ORDER = ("verified", "spot_check", "appeal")
NATIONAL = ItemKey("projects", "330102", "P1", ("国家库",))
FIRST = {
    "date": "2024-03-10",
    "stage": "verified",
    "unit_code": "330102",
    "unit_name": "上城区",
    "table": "projects",
    "item_id": "P1",
    "item_key": "国家库",
    "indicator": "amount",
    "period": "2023",
    "value": "900",
    "uom": "万元",
    "reason": "R05",
    "by": "李某",
}


def entered(folder: Folder, *entries: Mapping[str, str]) -> Folder:
    """The folder with these entries in its record, as ``verification import`` writes them."""
    folder.write()
    append(folder.path, entries, folder.path.parent / "lock")
    return folder


def test_a_column_of_an_item_gets_its_verified_value(folder: Folder) -> None:
    """Project P1 stands on two lists: the entry changes the row that its 项目识别 names, and scoring reads 900."""
    dataset, _ = entered(folder, FIRST).read()
    table = dataset.tables["projects"]
    assert table.columns["amount", ""].listed() == [exact(900), exact(1000), None]
    assert [cell.value for cell in dataset.items[NATIONAL].figure("amount").cells] == [exact(1000), exact(900)]


def test_a_struck_item_is_no_row_any_more(folder: Folder) -> None:
    """Two rows are left; the item itself is kept with who struck it out."""
    dataset, _ = entered(folder, FIRST | {"indicator": "", "value": "不予认定", "uom": ""}).read()
    assert dataset.tables["projects"].keys == ("P1", "P2")
    assert dataset.tables["projects"].columns["list", ""].listed() == ["省库", "省库"]
    assert dataset.items[NATIONAL].whole.used.by == "李某"


def test_striking_out_settles_an_item_under_two_units(folder: Folder) -> None:
    """A project that two units file is a finding until it is not recognised under one of them."""
    folder.add("items", table="projects", item_id="P2", unit_code="330102", list="省库", on_time="是").write()
    _, before = folder.read()
    strike = {
        "unit_code": "330105",
        "unit_name": "拱墅区",
        "item_id": "P2",
        "item_key": "",
        "indicator": "",
        "value": "不予认定",
        "uom": "",
    }
    _, after = entered(folder, FIRST | strike).read()
    assert "item.two_units" in {note.code for note in before}
    assert "item.two_units" not in {note.code for note in after}


def test_a_record_without_items_is_as_before(folder: Folder) -> None:
    """An entry about a figure leaves the new columns blank and changes the figure."""
    figure = {"table": "", "item_id": "", "item_key": "", "indicator": "trade", "value": "100"}
    dataset, _ = entered(folder, FIRST | figure).read()
    assert dataset.figures["330102", "trade", "2023"].used.value == exact(100)
    assert not any(item.entries for item in dataset.items.values())


def test_an_item_edited_in_the_record_breaks_its_chain(folder: Folder) -> None:
    """Another item number under the same chain is told."""
    entered(folder, FIRST)
    path = folder.path / "adjustments.csv"
    path.write_text(path.read_text("utf-8-sig").replace("P1,国家库", "P1,省库"), "utf-8-sig", newline="")
    _, notes = folder.read()
    assert "entry.chain" in {note.code for note in notes}


BAD: dict[str, tuple[dict[str, str], str, str]] = {
    "unknown_item": ({"item_id": "P11", "item_key": ""}, "entry.item", "最接近的名称是“P1”"),
    "item_of_another_unit": ({"item_id": "P2", "item_key": ""}, "entry.other_unit", "重大项目“P2”是“拱墅区”的项目，不是“上城区”的"),
    "which_row": ({"item_key": ""}, "entry.which_item", "国家库、省库"),
    "no_such_row": ({"item_key": "市库"}, "entry.item", "没有这一行"),
    "no_number": ({"item_id": "", "item_key": ""}, "entry.item", "没有写项目编号"),
    "unknown_list": ({"table": "project"}, "entry.table", "最接近的名称是“projects”"),
    "no_list": ({"table": ""}, "entry.table", "没有写清单"),
    "unknown_column": ({"indicator": "amont"}, "entry.column", "最接近的名称是“amount”"),
    "identifying_column": ({"indicator": "list", "value": "省库"}, "entry.key_column", "请整项不予认定，另行补报"),
    "struck_without_reason": ({"indicator": "", "value": "不予认定", "reason": ""}, "entry.no_reason", "请补写原因代码"),
    "struck_as_correct": ({"indicator": "", "value": "不予认定", "reason": "R00"}, "entry.no_reason", "请补写原因代码"),
    "a_value_for_the_whole": ({"indicator": "", "value": "900"}, "entry.whole", "应为属实、不予认定、予以认定"),
    "nothing_for_the_whole": ({"indicator": "", "value": ""}, "entry.whole", "没有写整个项目是否认定"),
    "other_uom": ({"uom": "万美元"}, "uom.other", "万元"),
    "no_value": ({"value": ""}, "figure.blank_stage", "核定为没有数据请填“缺失”"),
    "no_choice": ({"indicator": "on_time", "value": "大概"}, "cell.yes_no", "是”或“否"),
    "another_period": ({"period": "2022"}, "entry.item_period", "请写 2023"),
    "unknown_reason": ({"reason": "R77"}, "entry.reason", "R"),
    "nobody": ({"by": ""}, "entry.unsigned", "请恢复原来的行"),
    "unknown_unit": ({"unit_code": "330199", "unit_name": ""}, "unit.unknown_code", "单位代码不在名单中"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_entry_is_told(folder: Folder, name: str) -> None:
    """Each is refused with the row, what is wrong and what to do."""
    wrong, code, words = BAD[name]
    with pytest.raises(Refused) as refused:
        entered(folder, FIRST | wrong).read()
    (fault,) = refused.value.faults
    assert (fault.code, fault.row) == (code, 2)
    assert words in f"{fault.message}；{fault.remedy}"


# --- any sequence of entries ------------------------------------------------------------------------------------------------

_VALUES = st.integers(0, 50).map(str)
_COLUMN = st.tuples(st.just("amount"), _VALUES | st.just("缺失"))
_WHOLE = st.tuples(st.just(""), st.sampled_from(["属实", "不予认定", "予以认定"]))
_ENTRY = st.tuples(st.sampled_from(ORDER[:2]), _COLUMN | _WHOLE)


def by_hand(entries: list[tuple[str, tuple[str, str]]]) -> tuple[bool, Any]:
    """What the rule says, worked stage by stage: whether the item counts, and its amount. 1000 is what was filed."""
    recognised, amount = True, exact(1000)
    for stage in ORDER:  # the highest stage comes last and has the last word
        for at, (column, word) in entries:
            if at != stage:
                continue
            if column:
                amount = None if word == "缺失" else exact(word)
            else:
                recognised = word != "不予认定"
                amount = exact(1000) if word == "属实" else amount
    return recognised, amount


@pytest.fixture(scope="module")
def period(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Folder]:
    return lambda: Folder(tmp_path_factory.mktemp("period") / "data/zhejiang_city/2023")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=st.lists(_ENTRY, min_size=1, max_size=7))
def test_the_last_entry_of_the_highest_stage_is_used(period: Callable[[], Folder], entries: list[tuple[str, tuple[str, str]]]) -> None:
    """Whatever is entered in whatever order: value and recognition are those of the last entry of the highest stage, every entry is
    kept in the item's history, and each addition leaves the bytes before it as they were."""
    folder = period()
    folder.path.mkdir(parents=True, exist_ok=True)
    folder.write()
    record, before = folder.path / "adjustments.csv", b""
    for stage, (column, word) in entries:
        entry = FIRST | {"stage": stage, "indicator": column, "value": word, "uom": "万元" if word.isdigit() else ""}
        append(folder.path, [entry], folder.path.parent / "lock")
        now = record.read_bytes()
        assert now.startswith(before)
        assert len(now) > len(before)
        before = now
    dataset, _ = folder.read()
    item: Item = dataset.items[NATIONAL]
    recognised, amount = by_hand(entries)
    assert (not item.struck, item.used("amount")[0]) == (recognised, amount)
    assert (NATIONAL.key[0] in dataset.tables["projects"].columns["list", ""].listed()) == recognised
    assert [(cell.stage, name) for name, cell in item.entries] == [(stage, column) for stage, (column, _) in entries]
    said = [cell for cell in item.figure("amount").history if cell.stage != "reported"]
    assert len(said) == sum(bool(column) or word == "属实" for _, (column, word) in entries)

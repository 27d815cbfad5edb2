"""Items of lists on verification sheets, as an office does them, on a copy of the cities of Zhejiang in 2023 and of Haizhou in 2019."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from evalbook.analysis.explain import traces
from evalbook.analysis.verification import item_changes, item_lines, reliance
from evalbook.cli import main
from evalbook.exact import exact
from evalbook.present import adjustments, verification
from evalbook.workbook import Prepared, Workbook

ROOT = Path(__file__).resolve().parents[2]
Answer = Callable[[str, dict[str, Any]], Mapping[str, Any] | None]


class Office:
    """A project of one scheme and its verification sheets."""

    def __init__(self, root: Path, scheme: str, period: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self.scheme, self.period, self._capsys = root, scheme, period, capsys
        self.data = root / "data" / scheme / period
        self.record = self.data / "adjustments.csv"

    def run(self, *arguments: str) -> tuple[int, str]:
        code = main([*arguments[:2], self.scheme, self.period, *arguments[2:]])
        told = self._capsys.readouterr()
        assert "Traceback" not in told.err
        return code, told.out + told.err

    def prepared(self) -> Prepared:
        return Workbook(self.root).prepare(self.scheme, self.period)

    def filled(self, department: str, name: str, answer: Answer, *more: str) -> Path:
        """A returned sheet: every line of every list answered by column heading; None leaves it blank."""
        code, _ = self.run("verification", "sheet", *more)
        assert code == 0
        (path,) = (self.root / "outputs" / self.scheme / self.period / "_verification").glob(f"*{department}.xlsx")
        book = openpyxl.load_workbook(path)
        for page in book.worksheets:
            if page.title.startswith("清单 "):
                head = {cell.value: cell.column for cell in page[3]}
                for row in range(4, page.max_row + 1):
                    line = {heading: page.cell(row, column).value for heading, column in head.items()}
                    for heading, value in (answer(page.title, line) or {}).items():
                        page.cell(row, head[heading]).value = value
        returned = self.root / name
        book.save(returned)
        return returned

    def enter(self, *paths: Path) -> tuple[int, str]:
        return self.run("verification", "import", *map(str, paths))

    def entries(self) -> list[dict[str, str]]:
        with self.record.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))


def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    for folder in (f"params/{scheme}", f"data/{scheme}", "data/_sources", "notebooks"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def cities(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Office:
    copied(tmp_path, monkeypatch, "zhejiang_city")
    return Office(tmp_path, "zhejiang_city", "2023", capsys)


@pytest.fixture
def district(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Office:
    copied(tmp_path, monkeypatch, "haizhou")
    return Office(tmp_path, "haizhou", "2019", capsys)


def signed(**more: Any) -> dict[str, Any]:
    return {"认定": "属实", "核实人": "李某", "日期": "2024-04-02"} | more


FIRST, SECOND = "XM-210902101-01", "XM-210902101-02"
PLANNING = "区发改局"


SIZE, STARTED, OUTPUT = "核定：总投资（亿元）", "核定：本年新开工", "核定：当年新增产值（万元）"


def one(item: str, changed: tuple[str, Any] | None = None, **answer: Any) -> Answer:
    """Answers one project and leaves the others; ``changed`` is a column with its verified value."""
    given = signed(日期="2020-01-08") | answer | (dict([changed]) | {"认定": "调整"} if changed else {})
    return lambda _tab, line: given if line["项目编号"] == item else None


def striking(item: str, **more: Any) -> Answer:
    return one(item, 认定="不予认定", 原因代码="R07", **more)


def found(office: Office, item: str) -> Any:
    (item_found,) = (one for key, one in office.prepared().evaluation.dataset.items.items() if key[0] == "projects" and key.item_id == item)
    return item_found


# --- sheets -----------------------------------------------------------------------------------------------------------------


def test_a_column_of_its_own_source_is_that_departments(district: Office) -> None:
    """The lists of Haizhou: 62 projects are the planning bureau's, 189 dispatches the organiser's; the office's own is nobody's."""
    _, text = district.run("verification", "sheet", "--json")
    told = {department: one["lines"] for department, one in json.loads(text).items()}
    assert (told[PLANNING], told["主办单位"]) == (62, 189)


def test_the_same_items_give_the_same_bytes(district: Office) -> None:
    """A sheet written twice is the same file."""
    (path,) = [district.root / "outputs/haizhou/2019/_verification" / f"核实表-haizhou-2019-{PLANNING}.xlsx"]
    district.run("verification", "sheet")
    first = path.read_bytes()
    district.run("verification", "sheet")
    assert path.read_bytes() == first


# --- what is entered and scores ---------------------------------------------------------------------------------------------


def test_a_struck_item_is_left_out_of_scoring(district: Office) -> None:
    """Of two starts of 韩家店镇 (task 2, 15 marks) one is not recognised: 1 of 2 is half, 7.5 points; the item says who, when and why."""
    before = (district.data / "items.csv").read_bytes()
    code, text = district.enter(district.filled(PLANNING, "a.xlsx", striking(SECOND, 说明="未开工")))
    run = district.prepared()
    assert code == 0, text
    assert run.evaluation.points("new_starts", run.evaluation.row("韩家店镇")) == exact("7.5")
    assert (district.data / "items.csv").read_bytes() == before
    (change,) = item_changes(run.evaluation)
    used = change.figure.used
    assert (change.which.item_id, change.column, used.value, used.reason, used.department, used.by, used.date, used.note) == (
        *(SECOND, "", "不予认定", "R07", PLANNING, "李某", "2020-01-08", "未开工"),
    )
    assert SECOND not in run.evaluation.dataset.tables["projects"].keys


def test_a_struck_item_stays_in_explanation_and_report(district: Office) -> None:
    """The explanation of the indicator still names it, as not counted, and the report's table of differences has its row."""
    district.enter(district.filled(PLANNING, "a.xlsx", striking(SECOND, 说明="未开工")))
    run = district.prepared()
    told = [t for t in traces(run.evaluation, run.evaluation.row("韩家店镇"), "new_starts") if SECOND in t.value]
    page = str(adjustments(run))
    assert [t.value.startswith("（不予认定，不计分）") for t in told] == [True]
    assert "不予认定（区发改局，李某 2020-01-08，不符合认定条件，未开工）" in told[0].trail
    assert "清单项目核实差异（1处；不予认定的不计分）" in page
    assert "未开工" in page


def test_a_verified_value_scores_and_keeps_the_filing(district: Office) -> None:
    """A project of 6.2 亿元 cut to 0.4 is no start of 5000万元 or more any more: 1 of 2, 7.5 points."""
    code, text = district.enter(district.filled(PLANNING, "a.xlsx", one(FIRST, (SIZE, "4000万元"), 原因代码="R05")))
    run = district.prepared()
    item = found(district, FIRST)
    assert code == 0, text
    assert [(cell.stage, cell.value) for cell in item.figure("size").cells] == [("reported", exact("6.2")), ("verified", exact("0.4"))]
    assert (item.changed, item.verified, item.struck) == (("size",), True, False)
    assert run.evaluation.points("new_starts", run.evaluation.row("韩家店镇")) == exact("7.5")
    assert "1</td>" in str(verification(run))


def test_a_choice_can_be_verified(district: Office) -> None:
    """A yes made a no takes the project out of the starts as well."""
    district.enter(district.filled(PLANNING, "a.xlsx", one(FIRST, (STARTED, "否"), 原因代码="R06")))
    run = district.prepared()
    assert run.evaluation.points("new_starts", run.evaluation.row("韩家店镇")) == exact("7.5")


def test_one_entry_confirms_a_whole_item(district: Office) -> None:
    """All as filed is one entry, whatever the number of columns, and changes no result."""
    before = district.prepared().evaluation.digest()
    left = len(item_lines(district.prepared().evaluation))
    district.enter(district.filled(PLANNING, "a.xlsx", one(FIRST)))
    run = district.prepared()
    assert [(e["table"], e["item_id"], e["indicator"], e["value"]) for e in district.entries()] == [("projects", FIRST, "", "属实")]
    assert len(item_lines(run.evaluation)) == left - 1
    assert {n: run.evaluation.points("new_starts", r) for r, n in enumerate(run.evaluation.unit_names)}["韩家店镇"] == 15
    assert run.evaluation.digest() != before, "what was verified belongs to the record of a result"


def test_items_confirmed_everywhere_leave_the_figures_alone(cities: Office) -> None:
    """When both departments confirm all items, the unverified points are those of the six figures again: 3, 3, 1.5 and 9."""
    before = reliance(cities.prepared().evaluation)
    for number, department in enumerate(("省发展改革委", "省商务厅")):
        code, text = cities.enter(cities.filled(department, f"{number}.xlsx", lambda _tab, _line: signed(), "--all"))
        assert code == 0, text
    run = cities.prepared()
    after = {name: one.unverified for name, one in reliance(run.evaluation).items() if one.indicators}
    assert after == {"衢州市": exact(3), "舟山市": exact(3), "台州市": exact("1.5"), "丽水市": exact(9)}
    assert before["杭州市"].unverified > 0
    assert not item_lines(run.evaluation)
    assert "final.unverified_items" not in {fault.code for fault in run.blockers}


def test_a_department_that_has_some_of_the_columns_answers_for_those(district: Office) -> None:
    """Output is the statistics bureau's: the planning bureau's 属实 covers the other six columns, the item waits for the seventh."""
    path = district.root / "params/haizhou/2019.yaml"
    before = path.read_text("utf-8")
    path.write_text(before.replace("label: 当年新增产值, uom", "label: 当年新增产值, source: [区统计局], uom"), "utf-8")
    assert path.read_text("utf-8") != before
    district.enter(district.filled(PLANNING, "a.xlsx", one(FIRST)))
    assert found(district, FIRST).unverified == ("output",)
    code, text = district.enter(district.filled("区统计局", "b.xlsx", one(FIRST, (OUTPUT, "5000"), 原因代码="R01")))
    assert code == 0, text
    assert (found(district, FIRST).verified, found(district, FIRST).changed) == (True, ("output",))


def test_a_list_may_name_its_departments(district: Office) -> None:
    """``source`` of the list goes before the sources of the indicators that read it."""
    path = district.root / "params/haizhou/2019.yaml"
    path.write_text(path.read_text("utf-8").replace("label: 半月调度\n", "label: 半月调度\n    source: [区项目办]\n"), "utf-8")
    _, text = district.run("verification", "sheet", "--json")
    assert json.loads(text)["区项目办"]["lines"] == 189


# --- rounds and stages ------------------------------------------------------------------------------------------------------


def test_a_struck_item_is_recognised_again_by_a_later_answer(district: Office) -> None:
    """The later entry of the stage stands; both stay in the record, whose first rows keep their bytes."""
    district.enter(district.filled(PLANNING, "a.xlsx", striking(SECOND)))
    first = district.record.read_bytes()
    later = one(SECOND, (SIZE, 0.7), 原因代码="R01", 日期="2020-01-09")
    code, text = district.enter(district.filled(PLANNING, "b.xlsx", later, "--all"))
    item = found(district, SECOND)
    assert code == 0, text
    assert district.record.read_bytes().startswith(first)
    assert (item.struck, item.used("size")[0]) == (False, exact("0.7"))
    assert [cell.value for cell in item.whole.history] == ["予以认定", "不予认定", "予以认定"]
    assert "多次核定的数据" in str(adjustments(district.prepared()))


def test_a_spot_check_stands_above_verification(district: Office) -> None:
    """An item that was confirmed and then fails the spot check does not count."""
    district.enter(district.filled(PLANNING, "a.xlsx", one(SECOND)))
    code, _ = district.run("verification", "sheet", "--spot-items", SECOND)
    (path,) = (district.root / "outputs/haizhou/2019/_verification").glob("抽查表*.xlsx")
    book = openpyxl.load_workbook(path)
    page = book["清单 项目"]
    head = {cell.value: cell.column for cell in page[3]}
    for heading, value in signed(认定="不予认定", 原因代码="R10", 日期="2020-01-20", 核实人="抽查组").items():
        page.cell(4, head[heading]).value = value
    book.save(path)
    done, text = district.enter(path)
    assert (code, done, page.max_row) == (0, 0, 4), text
    assert found(district, SECOND).struck
    assert found(district, SECOND).whole.used.stage == "spot_check"


def test_a_return_twice_is_entered_once(district: Office) -> None:
    """Importing the same file again adds nothing."""
    path = district.filled(PLANNING, "a.xlsx", striking(SECOND))
    district.enter(path)
    before = district.record.read_bytes()
    code, text = district.enter(path)
    assert code == 0
    assert "登记0条" in text
    assert "已登记过的1条" in text
    assert district.record.read_bytes() == before


# --- bad returns ------------------------------------------------------------------------------------------------------------

BAD: dict[str, tuple[dict[str, Any], str]] = {
    "struck_without_reason": ({"认定": "不予认定"}, "项目不予认定，却没有写原因"),
    "struck_as_correct": ({"认定": "不予认定", "原因代码": "R00"}, "原因却是“核实无误”"),
    "value_of_struck": ({"认定": "不予认定", "原因代码": "R07", "核定：总投资（亿元）": 5}, "项目不予认定，却填了核定值"),
    "agreed_and_differs": ({"核定：总投资（亿元）": 5, "原因代码": "R05"}, "总投资却与填报值不同"),
    "changed_nothing": ({"认定": "调整", "原因代码": "R05"}, "却没有一栏与填报值不同"),
    "changed_without_reason": ({"认定": "调整", "核定：总投资（亿元）": 5}, "核定值与填报值不同，却没有写原因"),
    "idle_reason": ({"原因代码": "R06"}, "数漏改了，还是原因多填了"),
    "other_without_note": ({"认定": "不予认定", "原因代码": "R99"}, "没有写说明"),
    "unknown_verdict": ({"认定": "不于认定"}, "最接近的名称是“不予认定”"),
    "no_verdict": ({"认定": None}, "认定却是空的"),
    "no_name": ({"核实人": None}, "没有写核实人"),
    "before_filing": ({"日期": "2019-01-01"}, "日期早于填报日期"),
    "other_uom": ({"认定": "调整", "核定：总投资（亿元）": "5万美元", "原因代码": "R04"}, "计量单位"),
    "no_such_choice": ({"认定": "调整", "核定：本年新开工": "大概", "原因代码": "R04"}, "应填“是”或“否”"),
    "below_zero": ({"认定": "调整", "核定：总投资（亿元）": -1, "原因代码": "R04"}, "不应小于0"),
    "reported_changed": ({"填报：总投资（亿元）": 7}, "填报值与本期数据不一致（应为6.2亿元）"),
    "unknown_item": ({"项目编号": "XM-210902101-011"}, "没有这个项目编号"),
    "nearest_item": ({"项目编号": "XM-210902101-011"}, "最接近的名称是“XM-210902101-01”"),
    "item_of_another_unit": ({"项目编号": "XM-210902002-01"}, "项目“XM-210902002-01”是“新兴街道”的，不是“韩家店镇”的"),
    "unit_and_name": ({"单位代码": "210902002"}, "代码与名称不是同一个对象"),
    "formula": ({"认定": "调整", "核定：总投资（亿元）": "=1+1", "原因代码": "R05"}, "公式没有保存计算结果"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_return_is_refused_whole(district: Office, name: str) -> None:
    """Whatever is wrong with one item, it is told in Chinese and nothing at all is entered."""
    wrong, words = BAD[name]
    usual = signed(日期="2020-01-08")
    path = district.filled(PLANNING, "a.xlsx", lambda _tab, line: usual | (wrong if line["项目编号"] == FIRST else {}))
    code, text = district.enter(path)
    assert code == 1
    assert words in text
    assert not district.record.exists()


def test_all_faults_are_told_at_once(district: Office) -> None:
    """Two items with a fault each give both."""
    wrong = {FIRST: {"核实人": None}, SECOND: {"认定": "不予认定"}}
    path = district.filled(PLANNING, "a.xlsx", lambda _tab, line: signed(日期="2020-01-08") | wrong.get(line["项目编号"], {}))
    code, text = district.enter(path)
    assert code == 1
    assert "共2处" in text


def test_what_identifies_an_item_is_not_changed(cities: Office) -> None:
    """A project of two lists is two items: the list that it stands on tells them apart, and is not to be verified away."""
    moved = "国家库"
    path = cities.filled("省发展改革委", "a.xlsx", lambda tab, _line: signed(**({"填报：所在名单": moved} if "重大项目" in tab else {})))
    code, text = cities.enter(path)
    assert code == 1
    assert "所在名单被改动" in text


def test_a_list_of_another_department_is_refused(cities: Office) -> None:
    """The reform commission's sheet with the commerce department's name on it: lists that are not the latter's are told."""
    path = cities.filled("省发展改革委", "a.xlsx", lambda _tab, _line: None)
    book = openpyxl.load_workbook(path)
    next(row for row in book["标识"].iter_rows() if row[0].value == "核实部门")[1].value = "省商务厅"
    book.save(path)
    code, text = cities.enter(path)
    assert code == 1
    assert "清单“重大项目”不由省商务厅核实" in text


def risks(**answer: Any) -> Answer:
    """Answers the first risk of the list that two departments verify."""
    return lambda tab, line: signed(**answer) if "风险" in tab and line["项目编号"].endswith("-01") else None


def shared(cities: Office, *answers: dict[str, Any]) -> list[Path]:
    departments = ("省发展改革委", "省商务厅")
    return [cities.filled(d, f"{n}.xlsx", risks(**a), "--all") for n, (d, a) in enumerate(zip(departments, answers, strict=True))]


STRIKE = {"认定": "不予认定", "原因代码": "R07"}


def test_two_departments_that_disagree_are_refused(cities: Office) -> None:
    """One strikes an item out, the other confirms it: both places are told, nothing is entered, whichever sheet comes first."""
    sheets = shared(cities, STRIKE, {})
    for paths in (sheets, sheets[::-1]):
        code, text = cities.enter(*paths)
        assert code == 1
        assert "两个部门核定不一" in text
        assert "不予认定" in text
        assert not cities.record.exists()


def test_two_departments_that_agree_are_entered_once(cities: Office) -> None:
    """Both strike the item out for the same reason: the first answer is entered, the other noted."""
    code, text = cities.enter(*shared(cities, STRIKE, STRIKE))
    items = {entry["item_id"] for entry in cities.entries()}
    assert code == 0, text
    assert len(cities.entries()) == len(items)
    assert {entry["department"] for entry in cities.entries()} == {"省发展改革委"}
    assert "只登记一次" in text


@pytest.mark.parametrize("answers", [(STRIKE, {}), ({}, STRIKE)], ids=["struck-first", "confirmed-first"])
def test_a_department_does_not_overrule_another_by_coming_later(cities: Office, answers: tuple[dict[str, Any], ...]) -> None:
    """What one department entered yesterday the other one cannot turn round today."""
    first, later = shared(cities, *answers)
    assert cities.enter(first)[0] == 0
    before = cities.record.read_bytes()
    code, text = cities.enter(later)
    assert code == 1
    assert "先由省发展改革委写更正的日期" in text
    assert cities.record.read_bytes() == before


def test_an_unknown_item_for_a_spot_check_is_an_instruction(district: Office) -> None:
    """The nearest number is named."""
    code, text = district.run("verification", "sheet", "--spot-items", "XM-210902101-0")
    assert code == 2
    assert "没有项目“XM-210902101-0”" in text
    assert "最接近的名称是“XM-210902101-0" in text


# --- appeals ----------------------------------------------------------------------------------------------------------------

WHO = ("--reason", "已开工", "--by", "王某", "--date", "2020-02-01")


def test_an_appeal_brings_a_struck_item_back(district: Office) -> None:
    """The decision stands above the striking out: 2 starts of 2 are 15 points again instead of 7.5, and its list says so."""
    district.enter(district.filled(PLANNING, "a.xlsx", striking(SECOND)))
    opened, text = district.run("appeal", "open", "韩家店镇", "项目", "--item", SECOND, "--claim", "予以认定", *WHO)
    waiting = [note.code for note in district.prepared().notes]
    decided, more = district.run("appeal", "decide", "FH-2019-001", "--value", "予以认定", *WHO)
    _, listed = district.run("appeal", "list", "--json")
    run = district.prepared()
    (told,) = json.loads(listed)
    assert (opened, decided) == (0, 0), text + more
    assert "appeal.open" in waiting
    assert (found(district, SECOND).struck, found(district, SECOND).whole.used.stage) == (False, "appeal")
    assert run.evaluation.points("new_starts", run.evaluation.row("韩家店镇")) == 15
    assert (told["item_id"], told["disputed"], told["value"]) == (SECOND, "不予认定", "予以认定")
    before, after = next(one["points"] for one in told["moved"] if one["unit"] == "韩家店镇")
    assert exact(after) - exact(before) == exact("7.5")
    assert SECOND in str(adjustments(run))


def test_an_appeal_against_a_value_of_an_item(district: Office) -> None:
    """Upheld it changes nothing; a second one that is granted gives the column its value."""
    district.enter(district.filled(PLANNING, "a.xlsx", one(FIRST, (SIZE, 5), 原因代码="R05")))
    for number, answer in (("FH-2019-001", ("--uphold",)), ("FH-2019-002", ("--value", "62000万元"))):
        assert district.run("appeal", "open", "韩家店镇", "项目.总投资", "--item", FIRST, "--claim", "6.2", *WHO)[0] == 0
        before = found(district, FIRST).used("size")[0]
        code, text = district.run("appeal", "decide", number, *answer, *WHO)
        assert (code, before) == (0, exact(5)), text
    assert found(district, FIRST).used("size")[0] == exact("6.2")
    assert [appeal.result for appeal in district.prepared().evaluation.dataset.appeals] == ["upheld", "changed"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("韩家店镇", "项目"), 2, "“项目”是清单：请用 --item 写明项目编号"),
        (("韩家店镇", "项目", "--item", FIRST + "1"), 2, f"最接近的名称是“{FIRST}”"),
        (("韩家店镇", "项目", "--item", "XM-210902002-01"), 2, "是“新兴街道”的，不是“韩家店镇”的"),
        (("韩家店镇", "投资", "--item", FIRST), 2, "没有栏目“投资”；最接近的名称是“总投资”"),
        (("韩家店镇", "累计完成投资", "--item", FIRST), 2, "请用 --item-key 写明是哪一行"),
        (("韩家店镇", "项目", "--item", FIRST, "--claim", "6"), 1, "应为属实、不予认定、予以认定"),
        (("韩家店镇", "projects.size", "--item", FIRST, "--claim", "5万美元"), 1, "计量单位"),
        (("韩家店镇", "总投资", "--item", FIRST), 2, "请写明清单：项目.总投资、半月调度.总投资"),
        (("韩家店镇", "总投资", "--item", FIRST, "--of", "2018"), 2, "清单项目只有本期的"),
    ],
    ids=["list", "number", "unit", "column", "which-row", "whole", "uom", "which-list", "period"],
)
def test_a_wrong_appeal_is_an_instruction(district: Office, arguments: tuple[str, ...], code: int, words: str) -> None:
    """Nothing is entered of an appeal against an item that cannot be understood."""
    actual, text = district.run("appeal", "open", *arguments, *WHO)
    assert words in text
    assert actual == code
    assert not district.record.exists()


# --- exemptions -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("waiver", "left"),
    [
        ("lists: [projects]", "189个清单项目未经核实"),
        ("lists: [projects, dispatches]", None),
        ("indicators: [new_starts]", "189个清单项目未经核实"),
        ("indicators: [fixed_investment]", "251个清单项目未经核实"),
        ("units: [韩家店镇], lists: [projects]", "245个清单项目未经核实"),
        ("lists: [project]", "豁免写的清单“project”不存在"),
    ],
    ids=["list", "both", "indicator", "other-indicator", "unit", "unknown"],
)
def test_exemptions_name_lists(district: Office, waiver: str, left: str | None) -> None:
    """251 items: 62 projects, six of them 韩家店镇's, and 189 dispatches. An indicator stands for the lists that it reads."""
    path = district.root / "params/haizhou/periods/2019.yaml"
    line = f"waivers: [{{what: unverified, {waiver}, reason: 演示, by: 张某, date: 2020-01-09}}]\n"
    path.write_text(path.read_text("utf-8") + line, "utf-8")
    told = " ".join(fault.message for fault in district.prepared().blockers)
    if left is None:
        assert "清单项目未经核实" not in told
    else:
        assert left in told

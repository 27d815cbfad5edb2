"""Verification sheets, their return, and appeals, as an analyst does them, on a copy of the cities of Zhejiang in 2023."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from evalbook.cli import main
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
SCHEME, PERIOD = "zhejiang_city", "2023"
COMMERCE, REFORM = "省商务厅", "省发展改革委"


class Office:
    """A project of one scheme, its commands and its verification sheets."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self._capsys = root, capsys
        self.data = root / "data" / SCHEME / PERIOD
        self.record = self.data / "adjustments.csv"

    def run(self, *arguments: str) -> tuple[int, str]:
        code = main([*arguments[:2], SCHEME, PERIOD, *arguments[2:]])
        told = self._capsys.readouterr()
        assert "Traceback" not in told.err
        return code, told.out + told.err

    def sheet(self, department: str, *more: str) -> Path:
        code, _ = self.run("verification", "sheet", *more)
        assert code == 0
        return next((self.root / "outputs" / SCHEME / PERIOD / "_verification").glob(f"*{department}.xlsx"))

    def filled(self, department: str, name: str, answer: Callable[[dict[str, Any]], Mapping[str, Any] | None], *more: str) -> Path:
        """A returned sheet: each line answered by column heading; None leaves it blank."""
        book = openpyxl.load_workbook(self.sheet(department, *more))
        page = book["核实表"]
        head = {cell.value: cell.column for cell in page[3]}
        for row in range(4, page.max_row + 1):
            given = answer({name: page.cell(row, column).value for name, column in head.items()})
            for heading, value in (given or {}).items():
                page.cell(row, head[heading]).value = value
        path = self.root / name
        book.save(path)
        return path

    def entries(self) -> list[dict[str, str]]:
        with self.record.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Office:
    for folder in (f"params/{SCHEME}", f"data/{SCHEME}", "data/_sources", "notebooks"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    return Office(tmp_path, capsys)


def signed(**more: Any) -> dict[str, Any]:
    return {"核定值": "属实", "核实人": "李某", "日期": "2024-04-02"} | more


def test_sheets_go_to_the_departments_named_as_sources(office: Office) -> None:
    """Six figures are unverified as shipped: four of them are the commerce department's, two the reform commission's. And items: 285 of
    eight lists are the commission's, those of three lists (6, 3 and 35) also the department's, experts' ratings nobody's."""
    code, text = office.run("verification", "sheet", "--json")
    actual = {department: told["lines"] for department, told in json.loads(text).items()}
    assert code == 0
    assert actual == {COMMERCE: 4 + 44, REFORM: 2 + 285}


def test_the_same_figures_give_the_same_bytes(office: Office) -> None:
    """A sheet written twice is the same file."""
    first = office.sheet(COMMERCE).read_bytes()
    again = office.sheet(COMMERCE).read_bytes()
    assert first == again


def test_a_return_is_entered_and_scores(office: Office) -> None:
    """A cut with its reason becomes an entry with its cell and hash, scores, and leaves the filing as it was."""

    def answer(line: dict[str, Any]) -> dict[str, Any]:
        return signed(核定值=4.5, 原因代码="R06 佐证不足", 说明="两笔未到账") if line["指标代号"] == "fdi_actual" else signed()

    before = (office.data / "values.csv").read_bytes()
    code, _ = office.run("verification", "import", str(office.filled(COMMERCE, "sw.xlsx", answer)))
    evaluation = Workbook(office.root).prepare(SCHEME, PERIOD).evaluation
    figure = evaluation.dataset.figures["330900", "fdi_actual", PERIOD]
    assert code == 0
    assert [(cell.stage, str(cell.value)) for cell in figure.cells] == [("reported", "499/100"), ("verified", "9/2")]
    assert (figure.used.reason, figure.used.department, figure.used.by) == ("R06", COMMERCE, "李某")
    assert figure.used.filing is not None
    assert figure.used.filing.cell
    assert (office.data / figure.used.filing.file).is_file()
    rows = evaluation.figures().to_dict("records")
    (row,) = [row for row in rows if (row["unit_code"], row["indicator"], row["period"]) == ("330900", "fdi_actual", PERIOD)]
    assert (row["check_file"], row["check_sheet"], row["check_cell"]) == (figure.used.filing.file, "核实表", figure.used.filing.cell)
    assert "form_file" not in row, "nothing was collected"
    assert (office.data / "values.csv").read_bytes() == before


def test_the_record_is_an_input_and_holds_the_hash_of_the_return(office: Office) -> None:
    """A run takes the record along; the sheet it was made from is kept as it came, with the hash that the record gives."""
    office.run("verification", "import", str(office.filled(COMMERCE, "sw.xlsx", lambda _line: signed())))
    names = {item.name for item in Workbook(office.root).prepare(SCHEME, PERIOD).inputs}
    assert f"data/{SCHEME}/{PERIOD}/adjustments.csv" in names
    assert {hashlib.sha256((office.data / entry["file"]).read_bytes()).hexdigest() for entry in office.entries()} == {
        entry["sha256"] for entry in office.entries()
    }


def test_a_return_twice_is_entered_once(office: Office) -> None:
    """Importing the same file again adds nothing."""
    path = office.filled(COMMERCE, "sw.xlsx", lambda _line: signed())
    office.run("verification", "import", str(path))
    before = office.record.read_bytes()
    code, text = office.run("verification", "import", str(path))
    assert code == 0
    assert "登记0条" in text
    assert office.record.read_bytes() == before


def test_a_second_round_keeps_the_first(office: Office) -> None:
    """A later value takes the place of the earlier one; both stay in the record and in the figure's history."""

    def cut(value: float, day: str) -> Callable[[dict[str, Any]], dict[str, Any] | None]:
        return lambda line: signed(核定值=value, 原因代码="R01", 日期=day) if line["指标代号"] == "fdi_actual" else None

    office.run("verification", "import", str(office.filled(COMMERCE, "a.xlsx", cut(4.5, "2024-04-02"))))
    first = office.record.read_bytes()
    code, _ = office.run("verification", "import", str(office.filled(COMMERCE, "b.xlsx", cut(4.25, "2024-04-09"), "--all")))
    figure = Workbook(office.root).prepare(SCHEME, PERIOD).evaluation.dataset.figures["330900", "fdi_actual", PERIOD]
    assert code == 0
    assert office.record.read_bytes().startswith(first)
    assert [str(cell.value) for cell in figure.history] == ["499/100", "9/2", "17/4"]
    assert str(figure.used.value) == "17/4"


def test_a_spot_check_stands_above_verification(office: Office) -> None:
    """Of a figure that was verified and spot-checked the spot check scores."""
    code, _ = office.run("verification", "sheet", "--spot", "3")
    path = next((office.root / "outputs" / SCHEME / PERIOD / "_verification").glob("抽查表*.xlsx"))
    book = openpyxl.load_workbook(path)
    page = book["核实表"]
    head = {cell.value: cell.column for cell in page[3]}
    key = page.cell(4, head["单位代码"]).value, page.cell(4, head["指标代号"]).value, page.cell(4, head["所属期"]).value
    for heading, value in {"抽查值": 30, "原因代码": "R05", "核实人": "抽查组", "日期": "2024-05-02"}.items():
        page.cell(4, head[heading]).value = value
    book.save(path)
    done, _ = office.run("verification", "import", str(path))
    used = Workbook(office.root).prepare(SCHEME, PERIOD).evaluation.dataset.figures[key].used
    assert (code, done) == (0, 0)
    assert (used.stage, str(used.value)) == ("spot_check", "30")


_FDI = "fdi_actual"
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "other_uom": ({"核定值": "4.5万元", "原因代码": "R04"}, "计量单位栏写的是“亿美元”"),
    "bare_magnitude": ({"核定值": "5000万", "原因代码": "R04"}, "没有完整的计量单位"),
    "about": ({"核定值": "约4.5", "原因代码": "R04"}, "原文为“约4.5”"),
    "reported_changed": ({"填报值": 5.5}, "填报值与本期数据不一致"),
    "no_reason": ({"核定值": 4.5}, "却没有写原因"),
    "reason_of_agreement": ({"核定值": 4.5, "原因代码": "R00"}, "原因却是“核实无误”"),
    "idle_reason": ({"原因代码": "R06"}, "数漏改了，还是原因多填了"),
    "unknown_reason": ({"核定值": 4.5, "原因代码": "R77"}, "没有这个原因代码"),
    "other_without_note": ({"核定值": 4.5, "原因代码": "R99"}, "没有写说明"),
    "no_value": ({"核定值": None}, "是尚未核定，还是核定为没有数据"),
    "no_name": ({"核实人": None}, "没有写核实人"),
    "no_date": ({"日期": None}, "没有写日期"),
    "no_such_day": ({"日期": "2024-02-30"}, "不是日期"),
    "future": ({"日期": "2099-01-01"}, "日期在今天以后"),
    "before_filing": ({"日期": "2023-01-01"}, "日期早于填报日期"),
    "unknown_evidence": ({"佐证编号": "没有的"}, "不在佐证清单中"),
    "other_unit": ({"单位代码": "330100"}, "代码与名称不是同一个对象"),
    "no_such_unit": ({"单位代码": "999999"}, "名单中没有这个考核对象"),
    "other_indicator": ({"指标代号": "fdi"}, "指标被改动"),
    "other_period": ({"所属期": "2019"}, "没有这个所属期的数据"),
    "formula": ({"核定值": "=1+1"}, "公式没有保存计算结果"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_return_is_refused_whole(office: Office, name: str) -> None:
    """Whatever is wrong with one line, it is told in Chinese and nothing at all is entered."""
    wrong, words = BAD[name]
    path = office.filled(COMMERCE, "sw.xlsx", lambda line: signed(**(wrong if line["指标代号"] == _FDI else {})))
    code, text = office.run("verification", "import", str(path))
    assert code == 1
    assert words in text
    assert not office.record.exists()


def test_all_faults_of_all_files_are_told_at_once(office: Office) -> None:
    """Two sheets with a fault each give both."""
    one = office.filled(COMMERCE, "sw.xlsx", lambda line: signed(核实人=None if line["指标代号"] == _FDI else "李某"))
    two = office.filled(REFORM, "fg.xlsx", lambda line: signed(日期="4/2" if line["考核对象"] == "台州市" else "2024-04-02"))
    code, text = office.run("verification", "import", str(one), str(two))
    assert code == 1
    assert "共2处" in text
    assert "sw.xlsx" in text
    assert "fg.xlsx" in text


@pytest.mark.parametrize(
    ("label", "value", "words"),
    [
        ("考核期", "2022", "考核期不符"),
        ("版本", "2016", "版本不符"),
        ("考核办法", "etdz", "考核办法不符"),
        ("核实部门", "省教育厅", "不是本办法的核实部门"),
        ("格式", "别的表", "格式不符"),
    ],
    ids=["period", "edition", "scheme", "department", "format"],
)
def test_a_sheet_of_something_else_is_refused(office: Office, label: str, value: str, words: str) -> None:
    """A sheet sent out for another period, edition, scheme or department changes nothing here."""
    path = office.filled(COMMERCE, "sw.xlsx", lambda _line: signed())
    book = openpyxl.load_workbook(path)
    row = next(row for row in book["标识"].iter_rows() if row[0].value == label)
    row[1].value = value
    book.save(path)
    code, text = office.run("verification", "import", str(path))
    assert code == 1
    assert words in text
    assert not office.record.exists()


def test_a_department_answers_for_its_own_figures(office: Office) -> None:
    """The reform commission's sheet with the commerce department's name on it is refused."""
    path = office.filled(REFORM, "fg.xlsx", lambda _line: signed())
    book = openpyxl.load_workbook(path)
    next(row for row in book["标识"].iter_rows() if row[0].value == "核实部门")[1].value = COMMERCE
    book.save(path)
    code, text = office.run("verification", "import", str(path))
    assert code == 1
    assert "不由省商务厅核实" in text


def test_two_values_for_one_figure_have_no_single_reading(office: Office) -> None:
    """Two copies of a sheet that disagree are refused with both places; copies that agree are entered once."""
    one = office.filled(COMMERCE, "a.xlsx", lambda line: signed(核定值=4.5, 原因代码="R06") if line["指标代号"] == _FDI else None)
    two = office.filled(COMMERCE, "b.xlsx", lambda line: signed(核定值=4.6, 原因代码="R06") if line["指标代号"] == _FDI else None)
    code, text = office.run("verification", "import", str(one), str(two))
    assert code == 1
    assert "核定不一" in text
    assert "a.xlsx" in text
    assert not office.record.exists()
    same = office.filled(COMMERCE, "c.xlsx", lambda line: signed(核定值=4.5, 原因代码="R06") if line["指标代号"] == _FDI else None)
    assert office.run("verification", "import", str(one), str(same))[0] == 0
    assert len(office.entries()) == 1


def both(office: Office, *values: str, days: tuple[str, ...] = ("2024-04-02", "2024-04-03")) -> tuple[Path, Path]:
    """The sheets of the two departments that verify 风险防范机制, each with its answer for 台州市: 是, or 否 with a reason."""

    def answer(value: str, day: str) -> Callable[[dict[str, Any]], dict[str, Any] | None]:
        given = signed(核定值=value, 日期=day, **({"原因代码": "R06"} if value == "否" else {}))
        return lambda line: given if (line["指标代号"], line["考核对象"]) == ("risk_mechanism", "台州市") else None

    one, two = (answer(value, day) for value, day in zip(values, days, strict=True))
    return office.filled(REFORM, "fg.xlsx", one, "--all"), office.filled(COMMERCE, "sw.xlsx", two, "--all")


def test_two_departments_that_disagree_are_refused(office: Office) -> None:
    """Both places, departments and answers are told and nothing of either sheet is entered; whose sheet comes first does not matter."""
    sheets = [str(path) for path in both(office, "是", "否")]
    for paths in (sheets, sheets[::-1]):
        code, text = office.run("verification", "import", *paths)
        assert code == 1
        assert "两个部门核定不一" in text
        for words in ("fg.xlsx", "sw.xlsx", REFORM, COMMERCE, "请商定后只保留一个核定值"):
            assert words in text
        assert not office.record.exists()


def test_two_departments_that_agree_are_entered_once(office: Office) -> None:
    """One entry, the first sheet's, and a note that the other says the same."""
    code, text = office.run("verification", "import", *(str(path) for path in both(office, "否", "否")))
    assert code == 0
    assert [(e["indicator"], e["unit_name"], e["value"], e["department"]) for e in office.entries()] == [
        ("risk_mechanism", "台州市", "否", REFORM)
    ]
    assert "只登记一次" in text


@pytest.mark.parametrize(("second", "entered"), [("否", True), ("是", False)], ids=["agrees", "disagrees"])
def test_a_department_does_not_overrule_another_by_coming_later(office: Office, second: str, entered: bool) -> None:
    """What one department entered yesterday the other one cannot replace today: told whose answer stands, and how to change it."""
    first, later = both(office, "否", second)
    assert office.run("verification", "import", str(first))[0] == 0
    before = office.record.read_bytes()
    code, text = office.run("verification", "import", str(later))
    assert code == (0 if entered else 1)
    assert office.record.read_bytes() == before
    assert f"2024-04-02登记的{REFORM}核定值" in text
    assert ("只登记一次" if entered else f"先由{REFORM}写更正的日期重新填报") in text


def test_the_department_itself_corrects_its_answer(office: Office) -> None:
    """After the first department has corrected its answer, the other one's sheet agrees and is no fault any more."""
    first, later = both(office, "否", "是")
    office.run("verification", "import", str(first))
    corrected, _ = both(office, "是", "是", days=("2024-04-05", "2024-04-05"))
    assert office.run("verification", "import", str(corrected))[0] == 0
    assert office.run("verification", "import", str(later))[0] == 0
    assert [e["value"] for e in office.entries()] == ["否", "是"]


def test_a_line_twice_in_one_sheet_that_differs_is_refused(office: Office) -> None:
    """A row that somebody copied and changed is told with the row it contradicts."""
    path = office.filled(COMMERCE, "sw.xlsx", lambda _line: signed())
    book = openpyxl.load_workbook(path)
    page = book["核实表"]
    head = {cell.value: cell.column for cell in page[3]}
    last = page.max_row + 1
    for column in range(1, page.max_column + 1):
        page.cell(last, column).value = page.cell(last - 1, column).value
    page.cell(last, head["核定值"]).value, page.cell(last, head["原因代码"]).value = 99, "R05"
    book.save(path)
    code, text = office.run("verification", "import", str(path))
    assert code == 1
    assert "同一部门两处核定不一" in text


def test_an_edited_record_is_a_finding(office: Office) -> None:
    """A value changed by hand in the record breaks its chain, and the row is told."""
    office.run("verification", "import", str(office.filled(COMMERCE, "sw.xlsx", lambda _line: signed())))
    text = office.record.read_text("utf-8-sig").replace("2,2024-04-02,verified,331100", "2,2024-04-03,verified,331100")
    office.record.write_text(text, "utf-8-sig", newline="")
    notes = Workbook(office.root).prepare(SCHEME, PERIOD).notes
    assert [(note.code, note.row) for note in notes if note.code == "entry.chain"] == [("entry.chain", 3)]


def test_free_text_never_becomes_a_formula(office: Office) -> None:
    """What a department writes is kept as text in the record."""
    path = office.filled(COMMERCE, "sw.xlsx", lambda _line: signed(核实人="@李某"))
    assert office.run("verification", "import", str(path))[0] == 0
    assert {entry["by"] for entry in office.entries()} == {"'@李某"}


def test_an_appeal_moves_whom_it_moves(office: Office) -> None:
    """A decision gives a new value, stands above all, and its list names every unit that it moved; the figures are worked below.

    绍兴 rises from 112.9 to 140 亿元 (93.4 before): its growth is then 49.9 %, the highest of all, and it takes the first place on
    the indicator, 6 points instead of 3.
    """
    about = ("--reason", "漏计平台", "--by", "王某", "--date", "2024-04-20")
    code, _ = office.run("appeal", "open", "绍兴市", "跨境网络零售进出口总额", "--claim", "140亿元", *about)
    open_codes = [note.code for note in Workbook(office.root).prepare(SCHEME, PERIOD).notes]
    done, _ = office.run("appeal", "decide", "FH-2023-001", "--value", "140", "--reason", "补交凭证", "--by", "组", "--date", "2024-05-10")
    _, text = office.run("appeal", "list", "--json")
    moved = {one["unit"]: one for one in json.loads(text)[0]["moved"]}
    assert (code, done) == (0, 0)
    assert "appeal.open" in open_codes
    assert moved["绍兴市"]["points"] == ["83.44", "86.44"]
    assert moved["绍兴市"]["places"] == [4, 2]
    assert moved["宁波市"]["awards"] == [["拟激励名单", "入选", "未入选"]]
    assert moved["宁波市"]["points"] == ["83.83", "83.83"]


def test_a_rejected_appeal_changes_nothing(office: Office) -> None:
    """The value stays, the decision is kept, and the appeal is closed for good."""
    about = ("--reason", "x", "--by", "王某", "--date", "2024-04-20")
    before = Workbook(office.root).prepare(SCHEME, PERIOD).evaluation.digest()
    office.run("appeal", "open", "绍兴市", "cbec_retail", *about)
    assert office.run("appeal", "decide", "FH-2023-001", "--uphold", *about)[0] == 0
    after = Workbook(office.root).prepare(SCHEME, PERIOD)
    assert after.evaluation.digest() == before
    assert after.evaluation.dataset.appeals[0].result == "upheld"
    assert office.run("appeal", "decide", "FH-2023-001", "--uphold", *about)[0] == 1


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("绍兴", "cbec_retail"), 2, "最接近的名称是“绍兴市”"),
        (("绍兴市", "综合得分"), 2, "复核针对数据，不针对得分"),
        (("绍兴市", "cbec_retail", "--of", "2019"), 2, "无从复核"),
        (("绍兴市", "cbec_retail", "--claim", "5000万"), 1, "没有完整的计量单位"),
        (("绍兴市", "cbec_retail", "--evidence", "没有的"), 1, "不在佐证清单中"),
        (("绍兴市", "cbec_retail", "--date", "2099-01-01"), 1, "日期在今天以后"),
    ],
    ids=["unit", "points", "period", "uom", "evidence", "future"],
)
def test_a_wrong_appeal_is_an_instruction(office: Office, arguments: tuple[str, ...], code: int, words: str) -> None:
    """Nothing is entered of an appeal that cannot be understood."""
    common = ("--reason", "x", "--by", "王某", *(() if "--date" in arguments else ("--date", "2024-04-20")))
    actual, text = office.run("appeal", "open", *arguments, *common)
    assert actual == code
    assert words in text
    assert not office.record.exists()


def test_proposals_name_figures_that_move_awards_first(office: Office) -> None:
    """The list is ordered by awards, then unverified before verified; the first one moves an award."""
    _, text = office.run("verification", "spot", "--json", "--top", "50")
    found = json.loads(text)
    ranks = [(len(one["awards"]), not one["verified"]) for one in found]
    assert found[0]["awards"]
    assert ranks == sorted(ranks, reverse=True)

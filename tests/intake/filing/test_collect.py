"""Collecting: what comes back is read, matched, compared and kept; nothing is overwritten, nothing decided silently."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from typing import Any

import xlsxwriter

from evalbook import ledger
from evalbook.present.sections import figures, unit_sheet
from evalbook.present.tables import published_tables
from evalbook.run.collecting import LOG
from evalbook.workbook import Workbook

VALUES = {
    "trade_total@2023": 8029.72,
    "cbec_retail@2023": "1,500.5",
    "fdi_actual@2023": "８８．２",
    "contracting_turnover@2023": "12.5亿美元",
    "mechanism_sound@2023": "是",
    "risk_mechanism@2023": "缺失",
}


def test_a_filled_form_becomes_figures(desk: Any) -> None:
    """Each value stands in values.csv as typed, with file, sheet, cell and hash; the rest of the units have not filed."""
    path = desk.fill("330100", VALUES, lists={"授牌平台": [["330100-5-01", "甲平台", "国家级"]]}, evidence=[["330100-Z01", "授牌文件"]])
    code, said = desk.collect()
    assert said["faults"] == []
    assert code == 1
    assert len(said["not_filed"]) == 12
    row = desk.figures()["330100", "trade_total", "2023"]
    assert (row["value"], row["uom"], row["by"], row["date"]) == ("8029.72", "亿元", "杭州市 张三", "2024-02-10")
    assert (row["file"], row["sheet"], row["cell"]) == (
        f"_collected/001/returned/{path.name}",
        "指标",
        desk.cell("330100", "trade_total@2023"),
    )
    assert len(row["sha256"]) == 64
    assert desk.figures()["330100", "cbec_retail", "2023"]["value"] == "1,500.5"
    (platform,) = desk.items("platforms")
    assert (platform["item_id"], platform["unit_code"], platform["level"], platform["cell"]) == ("330100-5-01", "330100", "国家级", "A5")
    record = json.loads((desk.data / "_collected/001/record.json").read_text("utf-8"))
    assert record["files"][0]["sha256"] == row["sha256"]
    code, text = desk.main("check", desk.scheme, desk.period)
    assert code == 0, text
    _, text = desk.main("explain", desk.scheme, desk.period, "杭州市", "trade_increment")
    assert f"填报表 {path.name} “指标”{row['cell']}" in text
    inputs = {item.name for item in Workbook(desk.root).prepare(desk.scheme, desk.period).inputs}
    assert "data/zhejiang_city/2023/values.csv" in inputs
    assert not any("_collected" in name for name in inputs), "what the files were made from is no input of a run"


def test_the_report_leads_to_the_returned_cell(desk: Any) -> None:
    """Tables, appendix and unit sheet tell file, sheet and cell of what came back; where nothing was collected no column is there."""
    before = Workbook(desk.root).prepare(desk.scheme, desk.period)
    assert "填报表文件" not in published_tables(before)["figures"].columns
    assert "退回的表" not in str(figures(before))
    path = desk.fill("330100", VALUES)
    desk.collect()
    run = Workbook(desk.root).prepare(desk.scheme, desk.period)
    rows = published_tables(run)["figures"].to_dict("records")
    (row,) = [row for row in rows if (row["单位代码"], row["指标"], row["考核期"]) == ("330100", "trade_total", "2023")]
    cell = desk.cell("330100", "trade_total@2023")
    assert (row["填报表文件"], row["填报表工作表"], row["填报表单元格"]) == (f"_collected/001/returned/{path.name}", "指标", cell)
    assert row["填报表校验码"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert {row["填报表文件"] for row in rows if row["单位代码"] != "330100"} == {""}
    assert "核实表文件" not in row, "no department returned anything"
    assert f"填报值 {path.name} “指标”{cell}" in str(figures(run))
    assert f"填报表 {path.name} “指标”{cell}" in str(unit_sheet(run, run.evaluation.row("杭州市")))


def test_a_second_collection_tells_what_changed(desk: Any) -> None:
    """Another unit's form is new; a changed one waits for a reason; the same files again change nothing."""
    desk.fill("330100", VALUES)
    desk.collect()
    code, said = desk.collect()
    assert (said["collection"], said["changes"], said["held"]) == ("", [], [])
    desk.fill("330200", VALUES)
    desk.fill("330100", {**VALUES, "trade_total@2023": 9000}, file="改报.xlsx")
    (desk.folder / "330100-杭州市.xlsx").unlink()
    code, said = desk.collect()
    assert code == 1
    assert said["collection"] == "002"
    assert [(c["unit"], c["before"], c["after"]) for c in said["held"]] == [("杭州市", "8029.72亿元", "9000亿元")]
    assert {c["unit"] for c in said["changes"]} == {"宁波市"}
    assert desk.figures()["330100", "trade_total", "2023"]["value"] == "8029.72"
    _, said = desk.collect("--reason", "更正", "--approved-by", "王主任")
    assert said["collection"] == "003"
    row = desk.figures()["330100", "trade_total", "2023"]
    assert (row["value"], row["file"]) == ("9000", "_collected/003/returned/改报.xlsx")
    assert (desk.data / "_collected/001/returned/330100-杭州市.xlsx").is_file(), "the old form is kept"


def test_a_list_that_shrinks_is_a_revision(desk: Any) -> None:
    """A row that was filed and is no longer there waits like a changed figure."""
    two = [["330100-5-01", "甲平台", "国家级"], ["330100-5-02", "乙平台", "省级"]]
    desk.fill("330100", VALUES, lists={"授牌平台": two})
    desk.collect()
    desk.fill("330100", VALUES, lists={"授牌平台": two[:1]})
    _, said = desk.collect()
    assert [(c["what"], c["after"]) for c in said["held"]] == [("“授牌平台”330100-5-02", "改动或删去")]
    assert len(desk.items("platforms")) == 2
    desk.collect("--reason", "重复填报", "--approved-by", "王主任")
    assert [row["item_id"] for row in desk.items("platforms")] == ["330100-5-01"]


def test_verified_figures_are_never_touched(desk: Any) -> None:
    """Collecting writes reported rows; what a department verified stands, and what was typed by hand and nobody filed too."""
    path = desk.data / "values.csv"
    extra = "330100,杭州市,trade_total,2023,verified,8000,亿元,海关,,official,省商务厅,2024-03-10,核减\r\n"
    extra += "330300,温州市,fdi_actual,2023,reported,5,亿美元,,,official,,,手工录入\r\n"
    path.write_bytes(path.read_bytes() + extra.encode())
    desk.fill("330100", VALUES)
    desk.collect()
    _, told = desk.main("explain", desk.scheme, desk.period, "杭州市", "trade_increment")
    assert f"填报值 8029.72（杭州市 张三 2024-02-10，330100-杭州市.xlsx “指标”{desk.cell('330100', 'trade_total@2023')}）" in told
    text = path.read_text("utf-8-sig")
    assert "verified,8000,亿元" in text
    assert "手工录入" in text
    assert desk.figures()["330100", "trade_total", "2023"]["value"] == "8029.72"


def test_a_collected_row_is_not_edited_by_hand(desk: Any) -> None:
    """A filed value that somebody changed in the file afterwards is refused, with the way to do it rightly."""
    desk.fill("330100", VALUES)
    desk.collect()
    path = desk.data / "values.csv"
    before = path.read_bytes()
    path.write_bytes(before.replace(b"8029.72", b"9029.72"))
    code, said = desk.collect()
    assert code == 1
    assert "手工改动" in said["error"]
    assert "核定值" in said["error"]
    path.write_bytes(before)
    assert desk.collect()[1]["collection"] == ""


def test_a_stop_before_the_files_is_mended(desk: Any) -> None:
    """Killed between the folder and the period's files: the next collection finishes what the record says."""
    before = (desk.data / "values.csv").read_bytes()
    desk.fill("330100", VALUES)
    desk.collect()
    after = (desk.data / "values.csv").read_bytes()
    (desk.data / "values.csv").write_bytes(before)
    (desk.data / "_collected/.staging-1/returned").mkdir(parents=True)
    _, said = desk.collect()
    assert said["collection"] == ""
    assert (desk.data / "values.csv").read_bytes() == after
    assert not list((desk.data / "_collected").glob(".*"))


def test_base_figures(desk: Any) -> None:
    """An unchanged base is nothing new; a changed one is asked about and stands beside the verified figure, which stays in use."""
    desk.fill("330100", VALUES)
    _, said = desk.collect()
    assert [n for n in said["notes"] if n["code"] == "base.revised"] == []
    desk.fill("330200", {**VALUES, "trade_total@2022": 7000})
    _, said = desk.collect()
    (note,) = [n for n in said["notes"] if n["code"] == "base.revised"]
    assert "7000" in note["message"]
    assert said["held"] == []
    rows = [
        line for line in (desk.data / "values.csv").read_text("utf-8-sig").splitlines() if "330200" in line and ",trade_total,2022," in line
    ]
    assert len(rows) == 2
    assert desk.collect()[1]["collection"] == ""


def test_one_form_for_all_units(desk: Any) -> None:
    """The form for all units files for whoever has a figure in it."""
    desk.fill("all", {"330100@trade_total@2023": 1, "330200@trade_total@2023": 2})
    _, said = desk.collect()
    assert said["faults"] == []
    assert desk.figures()["330200", "trade_total", "2023"]["value"] == "2"


def test_texts_never_become_formulas(desk: Any) -> None:
    """Notes, names and sources that look like formulas are defused in what is written; a negative number is left alone."""
    evil = '=HYPERLINK("http://x","点")'

    def change(book: Any) -> None:
        page = book["指标"]
        header = {cell.value: cell.column for cell in page[4]}
        row = next(row for row in range(5, page.max_row) if page.cell(row, header["代号"]).value == "trade_total@2023")
        for heading in ("备注", "数据来源"):
            page.cell(row, header[heading]).value = evil
            page.cell(row, header[heading]).data_type = "s"
        book["授牌平台"]["B5"].value = "@SUM(A1)"

    desk.fill("330100", {**VALUES, "fdi_actual@2023": -5.5}, lists={"授牌平台": [["330100-5-01", None, "省级"]]}, change=change)
    _, said = desk.collect()
    assert said["faults"] == []
    row = desk.figures()["330100", "trade_total", "2023"]
    assert row["note"].startswith("'=")
    assert row["source"].startswith("'=")
    assert desk.items("platforms")[0]["item_name"] == "'@SUM(A1)"
    assert desk.figures()["330100", "fdi_actual", "2023"]["value"] == "-5.5"


def test_dry_run_changes_nothing(desk: Any) -> None:
    """--dry-run tells the same and writes nothing."""
    desk.fill("330100", VALUES)
    before = sorted((path, path.read_bytes()) for path in desk.data.rglob("*") if path.is_file())
    _, said = desk.collect("--dry-run")
    assert said["counts"]["figures"] > 0
    assert sorted((path, path.read_bytes()) for path in desk.data.rglob("*") if path.is_file()) == before


def log(desk: Any) -> list[dict[str, Any]]:
    """The lines of the log of collections."""
    return list(ledger.entries(desk.root / "outputs", name=LOG))


def test_a_refused_collection_leaves_one_line(desk: Any) -> None:
    """Who, when, which files by hash and how many faults; nothing else is written, and the line cannot be changed unseen."""
    good, bad = desk.fill("330100", {**VALUES, "trade_total@2023": "约8000"}), desk.folder / "宁波.et"
    bad.write_bytes(b"\xd0\xcf\x11\xe0")
    before = {path: path.read_bytes() for path in desk.data.rglob("*") if path.is_file()}
    code, said = desk.collect("--by", "赵某")
    assert (code, said["collection"]) == (1, "")
    (line,) = log(desk)
    assert (line["outcome"], line["by"], line["date"], line["collection"]) == ("refused", "赵某", "2024-02-20", "")
    assert (line["scheme"], line["period"], line["faults"]) == (desk.scheme, desk.period, len(said["faults"]))
    assert line["user"]
    assert line["time"]
    assert {(one["name"], one["sha256"], one["faults"]) for one in line["files"]} == {
        (path.name, hashlib.sha256(path.read_bytes()).hexdigest(), 1) for path in (good, bad)
    }
    assert {path: path.read_bytes() for path in desk.data.rglob("*") if path.is_file()} == before
    assert not any(path.name == "_collected" for path in desk.data.iterdir())
    assert desk.main("ledger", "verify")[0] == 0
    path = desk.root / "outputs" / LOG
    path.write_text(path.read_text("utf-8").replace("赵某", "钱某"), "utf-8")
    code, text = desk.main("ledger", "verify")
    assert code == 1
    assert f"{LOG} 第1行" in text


def test_every_collection_has_its_line(desk: Any) -> None:
    """One that was taken, one that brought nothing new, one whose changes wait, one that was refused before a file was read; no dry run."""
    desk.fill("330100", VALUES)
    desk.collect("--dry-run")
    desk.collect()
    desk.collect()
    desk.fill("330100", {**VALUES, "trade_total@2023": 9000})
    desk.collect()
    path = desk.data / "values.csv"
    path.write_bytes(path.read_bytes().replace(b"8029.72", b"9029.72"))
    desk.collect()
    found = [(line["outcome"], line.get("collection", ""), line["faults"], line.get("held", 0), len(line["files"])) for line in log(desk)]
    assert found == [
        ("completed", "001", 0, 0, 1),
        ("completed", "", 0, 0, 1),
        ("refused", "", 0, 1, 1),
        ("refused", "", 1, 0, 1),
    ]


def test_the_terminal_tells_an_analyst(desk: Any) -> None:
    """In Chinese: how many came, what is refused and why, who is missing, what changed, what to do next."""
    desk.fill("330100", VALUES)
    (desk.folder / "宁波.et").write_bytes(b"\xd0\xcf\x11\xe0")
    code, text = desk.main("collect", desk.scheme, desk.period, str(desk.folder), "--date", "2024-02-20")
    assert code == 1
    for words in (
        "收到2个文件，其中1个不能读入",
        "请在 WPS 中另存为 xlsx",
        "未报（12家）",
        "已存为第001次收集",
        "evalbook check zhejiang_city 2023",
    ):
        assert words in text


def test_a_period_in_a_workbook(desk: Any) -> None:
    """Collecting names each sheet with the csv file to save it as; once that is done and the workbook is gone it collects."""
    names = {"名单": "units", "数据": "values", "清单": "items", "佐证": "evidence"}
    files = {name: (desk.data / f"{name}.csv").read_bytes() for name in names.values()}
    book = xlsxwriter.Workbook(desk.data / "数据.xlsx")
    for sheet, name in names.items():
        page = book.add_worksheet(sheet)
        for number, cells in enumerate(csv.reader(io.StringIO(files[name].decode("utf-8-sig"), newline=""))):
            for column, text in enumerate(cells):
                page.write_string(number, column, text)
        (desk.data / f"{name}.csv").unlink()
    book.close()
    desk.fill("330100", VALUES)
    before = sorted(path.name for path in desk.data.iterdir())
    code, said = desk.collect()
    assert code == 1
    for sheet, name in names.items():
        assert f"“{sheet}”存为 {name}.csv" in said["error"]
    assert "CSV UTF-8（逗号分隔）" in said["error"]
    assert "再把 数据.xlsx 移到别处" in said["error"]
    assert sorted(path.name for path in desk.data.iterdir()) == before
    for name, data in files.items():
        (desk.data / f"{name}.csv").write_bytes(data)
    (desk.data / "数据.xlsx").unlink()
    assert desk.collect()[1]["collection"] == "001"


def test_files_with_chinese_names_stay(desk: Any) -> None:
    """Where the period's files are called 数据.csv and 佐证.csv, these are written, and none of another name is put beside them."""
    names = {"values.csv": "数据.csv", "items.csv": "清单.csv", "evidence.csv": "佐证.csv"}
    for name, chinese in names.items():
        (desk.data / name).rename(desk.data / chinese)
    before = sorted(path.name for path in desk.data.iterdir())
    form = {"lists": {"授牌平台": [["330100-5-01", "甲平台", "国家级"]]}, "evidence": [["Z-1", "授牌文件"]]}
    desk.fill("330100", VALUES, **form)
    assert desk.collect()[1]["collection"] == "001"
    assert sorted(path.name for path in desk.data.iterdir()) == sorted(["_collected", *before])
    texts = {name: (desk.data / name).read_text("utf-8-sig") for name in names.values()}
    assert "8029.72" in texts["数据.csv"]
    assert "甲平台" in texts["清单.csv"]
    assert "授牌文件" in texts["佐证.csv"]
    Workbook(desk.root).prepare(desk.scheme, desk.period)
    assert desk.collect()[1]["collection"] == ""


def test_a_list_in_a_file_of_its_own(desk: Any) -> None:
    """Rows of a list that has a file of its own go into that file, behind those there; one edited by hand is told with it."""
    own = desk.data / "授牌平台.csv"
    own.write_text("项目编号,考核对象,项目名称,级别,备注\r\n330200-5-01,宁波市,旧平台,省级,手工录入\r\n", "utf-8-sig")
    two = [["330100-5-01", "甲平台", "国家级"], ["330100-5-02", "乙平台", "省级"]]
    desk.fill("330100", VALUES, lists={"授牌平台": two})
    _, said = desk.collect()
    assert (said["faults"], said["collection"]) == ([], "001")
    rows = list(csv.DictReader(io.StringIO(own.read_text("utf-8-sig"), newline="")))
    assert [(r["项目编号"], r["项目名称"], r["级别"], r["备注"]) for r in rows] == [
        ("330200-5-01", "旧平台", "省级", "手工录入"),
        ("330100-5-01", "甲平台", "国家级", ""),
        ("330100-5-02", "乙平台", "省级", ""),
    ]
    assert [row["单元格"] for row in rows] == ["", "A5", "A6"]
    assert desk.items("platforms") == []
    platforms = Workbook(desk.root).prepare(desk.scheme, desk.period).evaluation.dataset.tables["platforms"]
    assert platforms.keys == ("330200-5-01", "330100-5-01", "330100-5-02")
    assert platforms.origin[1].filing is not None
    desk.fill("330100", VALUES, lists={"授牌平台": two[:1]})
    _, said = desk.collect("--reason", "重复填报", "--approved-by", "王主任")
    assert said["collection"] == "002"
    assert Workbook(desk.root).prepare(desk.scheme, desk.period).evaluation.dataset.tables["platforms"].keys == (
        "330200-5-01",
        "330100-5-01",
    )
    own.write_bytes(own.read_bytes().replace("甲平台".encode(), "丙平台".encode()))
    code, said = desk.collect()
    assert code == 1
    assert "授牌平台.csv" in said["error"]
    assert "手工改动" in said["error"]


def test_evidence_is_listed_once(desk: Any) -> None:
    """One number is one material: the same number for two materials is refused, a known one is not repeated."""
    desk.fill("330100", VALUES, evidence=[["Z-1", "授牌文件"]])
    desk.fill("330200", VALUES, evidence=[["Z-1", "会议通知"]])
    _, said = desk.collect()
    (fault,) = [f for f in said["faults"] if f["code"] == "evidence.two_meanings"]
    assert "Z-1" in fault["message"]


def test_columns_and_stages_may_be_added_between_collections(desk: Any) -> None:
    """Verified rows, notes and another order of columns are no edit of what was collected."""
    desk.fill("330100", VALUES)
    desk.collect()
    path = desk.data / "values.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    for row in rows:
        row["note"] = row["note"] or "已电话核对"
    rows.append({**rows[-1], "stage": "verified", "value": "1", **dict.fromkeys(("file", "sheet", "cell", "sha256"), "")})
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, sorted(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    desk.fill("330200", VALUES)
    _, said = desk.collect()
    assert said["faults"] == []
    assert said["collection"] == "002"
    assert "已电话核对" in path.read_text("utf-8-sig")

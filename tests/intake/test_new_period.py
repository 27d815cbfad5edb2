"""Rolling forward: what is carried, what is emptied, what is refused, and nothing left behind."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from evalbook.cli import main
from evalbook.errors import Refused, UsageError
from evalbook.intake import new_period as module
from evalbook.intake.new_period import new_period
from evalbook.scheme.source import parse_yaml
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project of its own with the city scheme and the county trial."""
    (tmp_path / "notebooks").mkdir()
    for name in ("zhejiang_city", "county_trial"):
        for folder in ("params", "data"):
            shutil.copytree(ROOT / folder / name, tmp_path / folder / name)
    shutil.copytree(ROOT / "data/_sources", tmp_path / "data/_sources")
    return tmp_path


def rows(path: Path) -> list[dict[str, str]]:
    """Rows of a csv file."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def snapshot(root: Path) -> dict[str, bytes]:
    """Every file of a project."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_files_written(root: Path) -> None:
    """The period file and the five data files, and nothing else is touched."""
    before = snapshot(root)
    written = [path.relative_to(root).as_posix() for path in new_period(root, "zhejiang_city", "2024", "2023")]
    data = [f"data/zhejiang_city/2024/{name}" for name in ("SOURCE.md", "evidence.csv", "items.csv", "units.csv", "values.csv")]
    assert written == ["params/zhejiang_city/periods/2024.yaml", *data]
    after = snapshot(root)
    assert {name: after[name] for name in before} == before
    assert sorted(set(after) - set(before)) == sorted(written)


def test_base_figures_are_those_last_used(root: Path) -> None:
    """宁波 2023: filed 12779.3278, verified the same, carried once at stage verified with its uom, source and evidence."""
    new_period(root, "zhejiang_city", "2024", "2023")
    values = rows(root / "data/zhejiang_city/2024/values.csv")
    last = {(r["unit_code"], r["indicator"], r["period"], r["stage"]): r for r in rows(root / "data/zhejiang_city/2023/values.csv")}
    bases = [r for r in values if r["period"] == "2023"]
    assert len(bases) == 3 * 11
    ningbo = next(r for r in bases if (r["unit_name"], r["indicator"]) == ("宁波市", "trade_total"))
    assert (ningbo["stage"], ningbo["value"], ningbo["uom"]) == ("verified", "12779.3278", "亿元")
    for row in bases:
        assert row == last[row["unit_code"], row["indicator"], "2023", row["stage"]]
    stages = ["reported", "verified", "spot_check"]
    for row in bases:
        later = stages[stages.index(row["stage"]) + 1 :]
        assert not any((row["unit_code"], row["indicator"], "2023", stage) in last for stage in later)


def test_this_period_is_blank(root: Path) -> None:
    """One blank reported row per city and needed quantity (7), with uom and source from the scheme; no items; only evidence in use."""
    new_period(root, "zhejiang_city", "2024", "2023")
    folder = root / "data/zhejiang_city/2024"
    blank = [r for r in rows(folder / "values.csv") if r["period"] == "2024"]
    assert len(blank) == 7 * 11
    assert {(r["stage"], r["value"], r["evidence_id"], r["by"], r["date"]) for r in blank} == {("reported", "", "", "", "")}
    assert {r["uom"] for r in blank if r["indicator"] == "contracting_turnover"} == {"万美元"}
    assert {r["source"] for r in blank if r["indicator"] == "information_adopted"} == {"省发展改革委"}
    assert rows(folder / "items.csv") == []
    header = (folder / "items.csv").read_text(encoding="utf-8-sig").strip().split(",")
    assert header[:4] == ["table", "item_id", "unit_code", "item_name"]
    assert {"kind", "qualified", "list", "score"} <= set(header)
    assert (folder / "units.csv").read_bytes() == (root / "data/zhejiang_city/2023/units.csv").read_bytes()
    used = {r["evidence_id"] for r in rows(folder / "values.csv")} - {""}
    assert {r["evidence_id"] for r in rows(folder / "evidence.csv")} == used
    assert "共有78个数据留空待填" in (folder / "SOURCE.md").read_text(encoding="utf-8")


def test_it_passes_check_but_for_the_blanks(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """evalbook check accepts what was written; every finding is a gap that was announced, and the page says that it is not filled in."""
    assert main(["new", "period", "zhejiang_city", "2024", "--from", "2023", "--root", str(root)]) == 0
    assert "evalbook check" in capsys.readouterr().out
    assert main(["check", "zhejiang_city", "2024", "--root", str(root)]) == 0
    prepared = Workbook(root).prepare("zhejiang_city", "2024")
    # 舟山 has no base of 2023 and never had; of 2024 nobody has anything.
    assert {n.code for n in prepared.notes if n.severity == "finding"} == {"figure.missing", "figure.none"}
    assert "incomplete" in prepared.flags
    assert "incomplete" not in Workbook(root).prepare("zhejiang_city", "2023").flags
    assert {n.code for n in prepared.notes if n.severity == "note"} == {"item.none"}


def test_rolling_twice_goes_on(root: Path) -> None:
    """2024 blank, 2025 from 2024: blank bases are carried as blanks to be filled."""
    new_period(root, "zhejiang_city", "2024", "2023")
    new_period(root, "zhejiang_city", "2025", "2024")
    values = rows(root / "data/zhejiang_city/2025/values.csv")
    assert {(r["period"], r["value"]) for r in values} == {("2024", ""), ("2025", "")}
    Workbook(root).prepare("zhejiang_city", "2025")


def test_a_base_in_a_uom_that_cannot_be_converted_is_filed_again(root: Path) -> None:
    """Trade of 2019 is in 万美元, from 2020 on in 万元: the base of 2020 is a blank whose note tells the old figure."""
    new_period(root, "county_trial", "2020", "2019")
    bases = [r for r in rows(root / "data/county_trial/2020/values.csv") if (r["indicator"], r["period"]) == ("trade_total", "2019")]
    assert len(bases) == 12
    assert {(r["value"], r["uom"]) for r in bases} == {("", "万元")}
    assert all("上期以万美元计" in r["note"] and "请补填" in r["note"] for r in bases)
    Workbook(root).prepare("county_trial", "2020")


def test_a_base_period_with_a_folder_of_its_own_is_used(root: Path) -> None:
    """2023 rolled from 2019, while 2022 has its own figures: its used figures are the base."""
    new_period(root, "county_trial", "2023", "2019")
    bases = {
        (r["unit_code"], r["indicator"]): r["value"] for r in rows(root / "data/county_trial/2023/values.csv") if r["period"] == "2022"
    }
    own = {
        (r["unit_code"], r["indicator"]): r["value"]
        for r in rows(root / "data/county_trial/2022/values.csv")
        if r["period"] == "2022" and r["indicator"] in ("fdi_actual", "domestic_capital")
    }
    assert {key: bases[key] for key in own} == own
    assert len(own) == 24


def test_settings_are_carried_or_emptied(root: Path) -> None:
    """Readings and acceptances stay; people, dates, rulings, waivers, changes and the demo flag go; not_assessed is a comment."""
    path = root / "params/county_trial/periods/2024.yaml"
    text = path.read_text(encoding="utf-8").replace("assumptions: {}", "assumptions:\n  ties: dense")
    text += (
        "waivers: [{what: findings, reason: 试, by: 张, date: 2025-01-01}]\n"
        "changes: [{path: edition.round.decimals, value: 1, reason: 试, by: 张, date: 2025-01-01}]\n"
    )
    path.write_text(text, encoding="utf-8")
    written = new_period(root, "county_trial", "2025", "2024")[0].read_text(encoding="utf-8")
    assert parse_yaml(written, "2025.yaml").data == {
        "schema": "1",
        "period": "2025",
        "as_of": "",
        "prepared_by": "",
        "assumptions": {"ties": "dense"},
        "accept": ["edition", "total", "fdi_increment", "trade_increment", "domestic_capital_increment"],
    }
    assert "#   domestic_capital_increment: 2023年起内资数据改以亿元公布" in written


def test_what_the_new_edition_no_longer_has_becomes_a_comment(root: Path) -> None:
    """An edition of 2025 without the assumption and the node that 2024 named: both stand as comments."""
    folder = root / "params/county_trial"
    old = (folder / "2018.yaml").read_text(encoding="utf-8")
    (folder / "2018.yaml").write_text(old.replace("governs: {from: 2018}", "governs: {from: 2018, to: 2024}"), encoding="utf-8")
    new = old.replace("governs: {from: 2018}", "governs: {from: 2025}").replace("issued: 2018-01-01", "issued: 2025-01-01")
    (folder / "2025.yaml").write_text(new.replace("  ties:\n    clause", "  equal:\n    clause"), encoding="utf-8")
    period = folder / "periods/2024.yaml"
    text = period.read_text(encoding="utf-8").replace("assumptions: {}", "assumptions:\n  ties: dense")
    period.write_text(text, encoding="utf-8")
    written = new_period(root, "county_trial", "2025", "2024")[0].read_text(encoding="utf-8")
    assert "assumptions: {}" in written
    assert "# 上期选定的假设 ties: dense 在本期适用的版本中已没有" in written


@pytest.mark.parametrize(
    ("period", "last", "words"),
    [
        ("2023", "2022", "params/zhejiang_city/periods/2023.yaml 已经存在"),
        ("2024Q1", "2023", "考核期种类不同"),
        ("2024", "2021", "没有考核期“2021”"),
        ("2021", "2022", "不早于"),
        ("24", "2023", "可用写法"),
    ],
    ids=["exists", "other-kind", "unknown-last", "backwards", "misspelt"],
)
def test_refusals_leave_everything_as_it_was(root: Path, period: str, last: str, words: str) -> None:
    """A wrong call says why and writes nothing."""
    before = snapshot(root)
    with pytest.raises(UsageError, match=words):
        new_period(root, "zhejiang_city", period, last)
    assert snapshot(root) == before


def test_a_data_folder_without_period_file_is_not_overwritten(root: Path) -> None:
    """What somebody has begun by hand stays."""
    folder = root / "data/zhejiang_city/2024"
    folder.mkdir()
    (folder / "values.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="data/zhejiang_city/2024 已经存在"):
        new_period(root, "zhejiang_city", "2024", "2023")
    assert (folder / "values.csv").read_text(encoding="utf-8") == "mine"


def test_faults_of_the_last_period_are_told(root: Path) -> None:
    """Figures that cannot be read cannot be carried: the faults are those of the last period's file."""
    path = root / "data/zhejiang_city/2023/values.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace("trade_total", "trade_totl", 1), encoding="utf-8-sig", newline="")
    before = snapshot(root)
    with pytest.raises(Refused) as refused:
        new_period(root, "zhejiang_city", "2024", "2023")
    assert [(fault.code, fault.row) for fault in refused.value.faults] == [("figure.indicator", 2)]
    assert snapshot(root) == before


@pytest.mark.parametrize("function", ["write_csv", "flush_tree", "rename", "write_bytes"])
def test_a_full_disk_leaves_nothing_behind(root: Path, monkeypatch: pytest.MonkeyPatch, function: str) -> None:
    """Whichever step fails, neither folder nor file of the new period is there, and the next try succeeds."""
    before = snapshot(root)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(module, function, fail)
        with pytest.raises(OSError, match="No space left"):
            new_period(root, "zhejiang_city", "2024", "2023")
    assert snapshot(root) == before
    assert [path.name for path in (root / "data/zhejiang_city").iterdir() if path.name not in ("2022", "2023")] == []
    assert len(new_period(root, "zhejiang_city", "2024", "2023")) == 6


def test_a_workbook_rolls_too(root: Path) -> None:
    """A last period kept as one xlsx gives the same roster and base figures, as csv files."""
    import xlsxwriter

    folder = root / "data/zhejiang_city/2023"
    new_period(root, "zhejiang_city", "2024", "2023")
    expected = {name: (root / "data/zhejiang_city/2024" / name).read_bytes() for name in ("units.csv", "values.csv", "evidence.csv")}
    shutil.rmtree(root / "data/zhejiang_city/2024")
    (root / "params/zhejiang_city/periods/2024.yaml").unlink()
    book = xlsxwriter.Workbook(folder / "2023.xlsx")
    for path in sorted(folder.glob("*.csv")):
        page = book.add_worksheet(path.stem)
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for number, cells in enumerate(csv.reader(stream)):
                for column, text in enumerate(cells):
                    page.write_string(number, column, text)
        path.unlink()
    book.close()
    new_period(root, "zhejiang_city", "2024", "2023")
    assert {name: (root / "data/zhejiang_city/2024" / name).read_bytes() for name in expected} == expected

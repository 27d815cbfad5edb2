"""Reproducing a run: byte for byte, or told where it differs and why; every cause is provoked."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from evalbook import durable
from evalbook.cli import main
from evalbook.errors import Fault, RunFailed, UsageError
from evalbook.run import contents, reproduce, runner
from evalbook.run.differences import Place, compare_rows, places
from evalbook.run.reproduce import CAUSES, Reproduction, find_run
from evalbook.workbook import Workbook

SCHEME, PERIOD = "county_trial", "2019"
ROOT = Path(__file__).resolve().parents[2]
TOTALS = "tables/totals.csv"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with one completed run; tests work on copies of it."""
    root = tmp_path_factory.mktemp("published") / "工作簿"
    for name in ("params/county_trial", "data/county_trial", "notebooks"):
        shutil.copytree(ROOT / name, root / name)
    report = runner.run_one(Workbook(root), SCHEME, PERIOD)
    assert report.outcome == "completed", report.faults
    return root


@pytest.fixture
def run(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warm_address: str) -> Path:
    """The run in a copy of its workbook; kernels come from the tests' own warm server."""

    @contextlib.contextmanager
    def shared(*_args: object, **_more: object) -> Iterator[str]:
        yield warm_address

    monkeypatch.setattr(reproduce, "started", shared)
    root = tmp_path / "工作簿"
    shutil.copytree(published, root)
    return next((root / "outputs" / SCHEME / PERIOD).glob("2*"))


def root_of(run: Path) -> Path:
    return run.parents[3]


def edit(path: Path, change: Callable[[str], str]) -> None:
    """Change a file, which must really change."""
    before = path.read_bytes().decode("utf-8")
    after = change(before)
    assert after != before
    path.write_bytes(after.encode("utf-8"))


def edit_manifest(run: Path, change: Callable[[dict[str, Any]], None]) -> None:
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    change(manifest)
    (run / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), "utf-8")


def texts(found: Reproduction, file: str) -> list[str]:
    return [str(difference) for difference in found.differences if difference.file == file]


def causes(found: Reproduction, file: str) -> set[str]:
    return {cause for difference in found.differences if difference.file == file for cause in difference.causes}


def cell(run: Path, row: int, column: str) -> str:
    """Text of a cell of the totals by the number of its row in the file."""
    rows = list(csv.reader(io.StringIO((run / TOTALS).read_text("utf-8-sig"))))
    return rows[row - 1][rows[0].index(column)]


def raise_a_total(text: str) -> str:
    """The total of the 4th row becomes another number."""
    rows = list(csv.reader(io.StringIO(text)))
    rows[3][rows[0].index("综合得分")] = "99.9"
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def with_cell(path: Path, place: str, number: str) -> None:
    """Put another value into a cell of the first sheet, as a spreadsheet program would that keeps the formula."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode("utf-8")
    changed = re.sub(rf'(<c r="{place}"[^>]*>(?:<f>[^<]*</f>)?<v>)[^<]*', rf"\g<1>{number}", sheet)
    assert changed != sheet
    parts["xl/worksheets/sheet1.xml"] = changed.encode("utf-8")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_identical(run: Path) -> None:
    """A run nobody touched comes out byte for byte, and reproducing it writes nothing into the workbook."""
    before = {name: durable.sha256(path) for name, path in durable.files(root_of(run))}
    found = reproduce.reproduce(run)
    after = {name: durable.sha256(path) for name, path in durable.files(root_of(run))}
    assert found.differences == ()
    assert found.notes == ()
    assert found.files == len(json.loads((run / "manifest.json").read_text("utf-8"))["outputs"])
    assert after == before


def test_cold_and_warm_reproduce_the_same(run: Path) -> None:
    """A run from a warm kernel comes out of a cold one (here: no server behind the address)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reproduce, "started", lambda *_args, **_more: contextlib.nullcontext(""))
        assert reproduce.reproduce(run).identical


def test_altered_cell_of_a_table(run: Path) -> None:
    """One figure changed by hand after publication: the file, the row, the column, both numbers, and that it was altered."""
    was = cell(run, 4, "综合得分")
    edit(run / TOTALS, raise_a_total)
    found = reproduce.reproduce(run)
    assert [(d.file, d.causes) for d in found.differences] == [(TOTALS, ("altered",))]
    assert str(found.differences[0]) == f"{TOTALS} 第4行 “综合得分”列 {was} → 99.9（发布后被改动）"


def test_altered_report_workbook_and_notebook(run: Path) -> None:
    """In the page, the workbook (where a title stands above the headings) and the notebook the place is named too."""
    total = cell(run, 3, "综合得分")
    edit(run / "report.html", lambda text: text.replace(f">{total}<", ">99.9<", 1))
    with_cell(run / "scores.xlsx", "D4", "99.9")
    edit(run / "report.ipynb", lambda text: text.replace(f"{total}</td>", "99.9</td>", 1))
    found = reproduce.reproduce(run)
    assert {d.causes for d in found.differences} == {("altered",)}
    page, workbook, notebook = (texts(found, name) for name in ("report.html", "scores.xlsx", "report.ipynb"))
    assert len(page) == 1
    assert f"{total} → 99.9" in page[0]
    assert "个表 第" in page[0]
    assert len(workbook) == 1
    assert workbook[0] == f"scores.xlsx 工作表“得分汇总” 第4行 “试评总分”列 {total} → 99.9（发布后被改动）"
    assert len(notebook) == 1
    assert "个单元格 输出不同" in notebook[0]


def test_missing_and_added_files(run: Path) -> None:
    """A file taken away and one put beside are told by name."""
    (run / "tables" / "scores.csv").unlink()
    (run / "补充说明.txt").write_text("x", "utf-8")
    found = reproduce.reproduce(run)
    assert [str(d) for d in found.differences] == [
        "tables/scores.csv 发布时有，现在缺失（发布后被改动）",
        "补充说明.txt 发布时没有，后来添加（发布后被改动）",
    ]


@pytest.mark.parametrize(
    ("name", "change", "cause", "shown"),
    [
        (f"inputs/data/{SCHEME}/{PERIOD}/values.csv", lambda text: text.replace(",3015,", ",15,", 1), "data", "“value”列 3015 → 15"),
        (
            f"inputs/params/{SCHEME}/periods/{PERIOD}.yaml",
            lambda text: text.replace("prepared_by:", "prepared_by: 乙 #", 1),
            "parameters",
            "乙",
        ),
        (
            f"inputs/params/{SCHEME}/2018.yaml",
            lambda text: text.replace("rule: {thirds: [10, 6, 2]}", "rule: {thirds: [10, 7, 2]}", 1),
            "edition",
            "[10, 7, 2]",
        ),
        ("inputs/notebooks/evaluation.ipynb", lambda text: text.replace("# 评价结果", "# 评价结论", 1), "template", "第1个单元格 内容不同"),
    ],
    ids=["data", "parameters", "edition", "template"],
)
def test_input_that_is_not_what_was_recorded(run: Path, name: str, change: Callable[[str], str], cause: str, shown: str) -> None:
    """Figures, period file, edition or template changed in the run's folder: where, and what of the report follows from it."""
    edit(run / name, change)
    found = reproduce.reproduce(run)
    assert causes(found, name) == {"altered", cause}
    assert any(shown in text for text in texts(found, name)), texts(found, name)
    assert causes(found, "report.html") == {cause}
    assert found.differences[0].file == name, "the cause comes first"
    if cause in ("data", "edition"):
        assert any("“综合得分”列" in text and CAUSES[cause] in text for text in texts(found, TOTALS))


def test_input_that_cannot_be_read_any_more(run: Path) -> None:
    """Where the new execution is refused, its reason is told beside what was altered."""
    (run / f"inputs/data/{SCHEME}/{PERIOD}/values.csv").unlink()
    found = reproduce.reproduce(run)
    assert texts(found, f"inputs/data/{SCHEME}/{PERIOD}/values.csv") == [
        f"inputs/data/{SCHEME}/{PERIOD}/values.csv 发布时有，现在缺失（发布后被改动、数据）"
    ]
    assert "重新执行被拒绝" in texts(found, "report.ipynb")[0]


@pytest.mark.slow
def test_other_library(run: Path, tmp_path: Path) -> None:
    """Best and worst third changed places in the library: other totals, the program as the cause, with both hashes."""
    library = tmp_path / "lib" / "evalbook"
    shutil.copytree(ROOT / "lib" / "evalbook", library, ignore=shutil.ignore_patterns("__pycache__"))
    edit(
        library / "kinds/rules/shares.py", lambda text: text.replace("zip((1, 2, 3), self.thirds,", "zip((1, 2, 3), self.thirds[::-1],", 1)
    )
    command = [sys.executable, "-m", "evalbook", "reproduce", str(run), "--json"]
    done = subprocess.run(command, capture_output=True, env={**os.environ, "PYTHONPATH": str(library.parent)}, cwd=tmp_path, timeout=120)
    told = json.loads(done.stdout)
    assert done.returncode == 1, done.stderr.decode("utf-8")
    assert {tuple(d["causes"]) for d in told["differences"]} == {("library",)}
    assert any(d["file"] == TOTALS and d["column"] == "综合得分" for d in told["differences"])
    then = json.loads((run / "manifest.json").read_text("utf-8"))["library"]["sha256"]
    assert told["reasons"][0].startswith("程序：evalbook ")
    assert f"（{then[:8]}）" in told["reasons"][0]


def published_elsewhere(run: Path, tmp_path: Path) -> Path:
    """The same run as it might have been published by another environment: one total is another one, and the manifest says so."""
    other = tmp_path / "别处" / run.name
    shutil.copytree(run, other)
    edit(other / TOTALS, raise_a_total)
    edit_manifest(other, lambda manifest: manifest["outputs"].update({TOTALS: durable.sha256(other / TOTALS)}))
    return other


def test_other_environment(run: Path, tmp_path: Path) -> None:
    """Other versions of packages than the run recorded: named with both versions."""
    other = published_elsewhere(run, tmp_path)
    edit_manifest(other, lambda manifest: manifest["environment"].update(pandas="2.0.0"))
    now = json.loads((run / "manifest.json").read_text("utf-8"))["environment"]["pandas"]
    found = reproduce.reproduce(other)
    assert texts(found, TOTALS) == [f"{TOTALS} 第4行 “综合得分”列 99.9 → {cell(run, 4, '综合得分')}（运行环境）"]
    assert found.reasons == (f"运行环境：pandas 2.0.0 → {now}",)
    assert found.notes == ("旁边没有登记这次运行的台账，运行清单本身未能核对",)


def test_package_edited_in_place(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same versions, but a package is not what was installed: that is the environment too."""
    monkeypatch.setattr(reproduce, "altered_packages", lambda: ("numpy",))
    found = reproduce.reproduce(published_elsewhere(run, tmp_path))
    assert {d.causes for d in found.differences} == {("environment",)}
    assert found.reasons == ("运行环境：软件包 numpy 的文件被改动",)


def test_unexplained(run: Path, tmp_path: Path) -> None:
    """Everything the result depends on is the same and the result is not: said as plainly."""
    found = reproduce.reproduce(published_elsewhere(run, tmp_path))
    assert {d.causes for d in found.differences} == {("unexplained",)}
    assert "请保留现场" in found.reasons[0]


def test_what_does_not_touch_the_reproduction_is_a_note(run: Path) -> None:
    """Figures changed in the workbook after the run: the run still reproduces, and the reader is told."""
    edit(root_of(run) / f"data/{SCHEME}/{PERIOD}/values.csv", lambda text: text.replace(",3015,", ",4015,", 1))
    found = reproduce.reproduce(run)
    assert found.identical
    assert found.notes == (f"工作簿里的 data/{SCHEME}/{PERIOD}/values.csv 在这次运行之后改过（不影响复现）",)


def test_manifest_that_is_not_the_one_entered(run: Path) -> None:
    """Whoever changes a file and its hash in the manifest is found by the ledger."""
    edit(run / TOTALS, raise_a_total)
    edit_manifest(run, lambda manifest: manifest["outputs"].update({TOTALS: durable.sha256(run / TOTALS)}))
    found = reproduce.reproduce(run)
    assert str(found.differences[0]) == "manifest.json 运行清单与台账登记的不符（发布后被改动）"
    assert causes(found, TOTALS) == {"unexplained"}


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"outcome": "completed"}'])
def test_manifest_that_says_nothing(run: Path, content: str) -> None:
    """An unreadable manifest is a finding, not a traceback."""
    (run / "manifest.json").write_text(content, "utf-8")
    found = reproduce.reproduce(run)
    assert not found.identical
    assert found.differences[0].file == "manifest.json"


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest: manifest["outputs"].update({"../../../../secret": "0" * 64, "inputs/../../secret": "0" * 64}),
        lambda manifest: manifest.update(scheme="../../.."),
        lambda manifest: manifest.update(status="\x1b[2J"),
        lambda manifest: manifest.update(overrides={"tree.*": {"marks": "0"}}),
    ],
    ids=["paths", "scheme", "status", "overrides"],
)
def test_hostile_manifest(run: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """What a manifest says leads neither out of the run's folder nor to a traceback nor to control characters on the screen."""
    (root_of(run).parent / "secret").write_text("x", "utf-8")
    edit_manifest(run, change)
    found = reproduce.reproduce(run)
    assert not found.identical
    assert all("\x1b" not in str(difference) for difference in found.differences)


def test_accident_is_no_verdict(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel that runs out of memory or time says nothing about the run: exit code 3, not 1."""
    real = contents.Contents.make

    def make(self: contents.Contents, **options: Any) -> list[Fault]:
        real(self, **options)
        return [Fault("run.memory", "内存不足")]

    monkeypatch.setattr(contents.Contents, "make", make)
    with pytest.raises(RunFailed, match="复现没有完成"):
        reproduce.reproduce(run)


def test_command_line(run: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """By name, by folder and by file; 0 identical, 1 differs, 2 unknown; --json for programs."""
    root = ["--root", str(root_of(run))]
    assert main(["reproduce", run.name, *root]) == 0
    assert "复现一致" in capsys.readouterr().out
    edit(run / TOTALS, raise_a_total)
    assert main(["reproduce", str(run / "report.html")]) == 1
    shown = capsys.readouterr().out
    assert "复现不一致，共1处" in shown
    assert "“综合得分”列" in shown
    monkeypatch.chdir(root_of(run))
    assert main(["reproduce", run.name, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["differences"][0]["row"], told["differences"][0]["column"]) == (False, 4, "综合得分")
    assert main(["reproduce", run.name[:-1], *root]) == 2
    assert f"最接近的名称是“{run.name}”" in capsys.readouterr().err


def test_failed_run_has_nothing_to_compare(run: Path) -> None:
    """A run that did not complete is told as such, under _failed too."""
    failed = run.parent / "_failed" / run.name.replace("-draft-", "-draft-0")
    shutil.copytree(run, failed)
    edit_manifest(failed, lambda manifest: manifest.update(outcome="failed"))
    assert find_run(failed.name, root_of(run)) == failed
    with pytest.raises(UsageError, match="结果是“失败”"):
        reproduce.reproduce(failed)


def test_rows_are_matched_by_what_names_them() -> None:
    """A changed order is one difference, a changed figure another; rows that came or went are told as such."""
    was = [["甲", "2023", "1"], ["甲", "2024", "2"], ["乙", "2023", "3"]]
    moved = [["乙", "2023", "3"], ["甲", "2023", "1"], ["甲", "2024", "5"]]
    headings = ["单位", "年度", "数值"]
    assert list(compare_rows(was, moved, headings=headings, first=2)) == [
        Place(row=3, column="数值", was="2", now="5"),
        Place(what="行的次序不同"),
    ]
    fewer = [str(place) for place in compare_rows(was, was[1:], headings=headings, first=2)]
    assert fewer == ["行数不同：3 → 2", "第2行 缺少：甲，2023，1"]


def test_files_without_visible_difference(tmp_path: Path) -> None:
    """Other bytes with the same content, and content that cannot be read, are told for what they are."""
    (tmp_path / "a.csv").write_text("甲\r\n1\r\n", "utf-8", newline="")
    (tmp_path / "b.csv").write_text("甲\n1\n", "utf-8", newline="")
    (tmp_path / "c.csv").write_bytes(b"\xff\xfe")
    assert "字节不同" in str(places(tmp_path / "a.csv", tmp_path / "b.csv")[0])
    assert "文件损坏" in str(places(tmp_path / "a.csv", tmp_path / "c.csv")[0])

"""Comparisons and trends as executed notebooks: from their own inputs, the same bytes every time, judged by the same gate."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from evalbook import durable, ledger, open_comparison
from evalbook.cli import main
from evalbook.errors import Refused, UsageError
from evalbook.publish.audit import audit
from evalbook.run.reproduce import reproduce
from evalbook.run.sides import sides_of
from evalbook.run.study import StudyMaker, StudyReport
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
PERIODS = ["county_trial/2022", "2024"]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("study") / "工作簿"
    for name in ("params/county_trial", "data/county_trial", "notebooks"):
        shutil.copytree(ROOT / name, root / name)
    return root


@pytest.fixture(scope="module")
def made(root: Path) -> StudyReport:
    """One comparison that was published."""
    report = StudyMaker(Workbook(root), "compare", sides_of(PERIODS, root)).make()
    assert report.outcome == "completed", report.faults
    return report


def hashes(folder: Path) -> dict[str, str]:
    return {name: durable.sha256(path) for name, path in durable.files(folder) if name != "manifest.json"}


def test_a_comparison_is_published_as_a_run_is(made: StudyReport) -> None:
    """Page, notebook, tables, its own inputs, a manifest, a line in the ledger; the page is evidence."""
    assert made.folder is not None
    names = set(hashes(made.folder))
    assert {"report.html", "report.ipynb", "run.json", "tables/moves.csv", "tables/differences.csv", "tables/verdicts.csv"} <= names
    assert "inputs/1/data/county_trial/2022/values.csv" in names
    page = (made.folder / "report.html").read_text("utf-8")
    assert audit(page) == []
    assert "对照分析，不是结果" in page
    manifest = json.loads((made.folder / "manifest.json").read_text("utf-8"))
    assert (manifest["status"], manifest["outcome"], manifest["period"]) == ("compare", "completed", "_compare")
    assert ledger.verify(made.folder.parents[2]) == []


def test_the_same_sides_give_the_same_bytes(made: StudyReport, root: Path) -> None:
    """Made again, in another moment, every file but the manifest is the same."""
    again = StudyMaker(Workbook(root), "compare", sides_of(PERIODS, root)).make()
    assert made.folder is not None
    assert again.folder is not None
    assert hashes(again.folder) == hashes(made.folder)


def test_the_notebook_reads_only_what_was_recorded(made: StudyReport, tmp_path: Path) -> None:
    """A changed run file, a changed input: refused."""
    assert made.folder is not None
    copy = tmp_path / "run"
    shutil.copytree(made.folder, copy)
    digest = hashlib.sha256((copy / "run.json").read_bytes()).hexdigest()
    assert open_comparison(run_file=str(copy / "run.json"), run_file_sha256=digest).digest()
    with pytest.raises(Refused):
        open_comparison(run_file=str(copy / "run.json"), run_file_sha256="0" * 64)
    (copy / "inputs/2/data/county_trial/2024/values.csv").write_text("x", "utf-8")
    with pytest.raises(Refused):
        open_comparison(run_file=str(copy / "run.json"), run_file_sha256=digest)


def test_a_study_is_no_run(made: StudyReport, root: Path) -> None:
    """It cannot be compared or reproduced as a run, and says what to do instead."""
    assert made.folder is not None
    with pytest.raises(UsageError, match="比较报告"):
        reproduce(made.folder)
    with pytest.raises(UsageError, match="不是评价的运行"):
        sides_of([made.folder.name, "county_trial/2024"], root)


def test_a_trend_from_the_command_line(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Three periods: a table in the terminal, a page with a chart, warnings on what differs between them."""
    assert main(["trend", "county_trial", "--root", str(root)]) == 0
    out = capsys.readouterr().out
    assert "2019年 名次／总分" in out
    assert "不同" in out
    assert main(["trend", "county_trial", "--report", "--root", str(root)]) == 0
    folder = next((root / "outputs/county_trial/_trend").glob("2*"))
    page = (folder / "report.html").read_text("utf-8")
    assert audit(page) == []
    assert "名次变化折线图" in page
    assert main(["trend", "county_trial", "2019", "--root", str(root)]) == 2


def test_a_template_that_is_not_there(root: Path, tmp_path: Path) -> None:
    """Without the template nothing is executed, and it is told which one lacks."""
    other = tmp_path / "项目"
    shutil.copytree(root, other, ignore=shutil.ignore_patterns("outputs"))
    (other / "notebooks/compare.ipynb").unlink()
    with pytest.raises(Refused, match="没有这个笔记本模板"):
        StudyMaker(Workbook(other), "compare", sides_of(PERIODS, other))

"""Whole what-if runs: status 试算 on the page, in folder and manifest, reproduced byte for byte, and never taken for a result."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from evalbook.cli import main
from evalbook.errors import Refused, UsageError
from evalbook.run.job import Report
from evalbook.run.reproduce import reproduce
from evalbook.run.runner import run_one
from evalbook.workbook import Workbook, open_run

SCHEME, PERIOD = "county_trial", "2019"
ROOT = Path(__file__).resolve().parents[2]
CHANGES = {"total.marks": "31", "values.双清区.trade_total": "99999"}
REASON = "测算<b>一处</b>数据"


def _project(root: Path) -> Path:
    for name in ("params/county_trial", "data/county_trial", "notebooks"):
        shutil.copytree(ROOT / name, root / name)
    return root


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """One completed what-if run."""
    root = _project(tmp_path_factory.mktemp("trial") / "项目")
    report = run_one(Workbook(root), SCHEME, PERIOD, status="what-if", overrides=CHANGES, reason=REASON)
    assert report.outcome == "completed", report.faults
    return report


def test_the_status_stands_everywhere(trial: Report) -> None:
    """Folder name, manifest and first screen say 试算, with the changed parameters old and new, and the reason."""
    assert trial.folder is not None
    assert "-what-if-" in trial.folder.name
    manifest = json.loads((trial.folder / "manifest.json").read_text("utf-8"))
    assert (manifest["status"], manifest["reason"]) == ("what-if", REASON)
    assert manifest["overrides"] == {"tree.total.marks": "31", "values.430502.trade_total.2019": "99999"}
    page = (trial.folder / "report.html").read_text("utf-8")
    assert "试算" in page
    assert "测算&lt;b&gt;一处&lt;/b&gt;数据" in page
    rows = re.findall(r"<tr><td[^>]*>([^<]*)</td><td[^>]*>([^<]*)</td><td[^>]*>([^<]*)</td><td[^>]*>tree\.total\.marks</td></tr>", page)
    assert rows == [("试评总分", "30", "31")]


def test_the_status_stands_on_every_sheet(trial: Report) -> None:
    """Each sheet of the workbook says that it is a trial, and the tables have one of what was changed."""
    from openpyxl import load_workbook

    assert trial.folder is not None
    book = load_workbook(trial.folder / "scores.xlsx", read_only=True)
    assert all("试算，不是正式结果" in str(next(sheet.iter_rows(values_only=True))[0]) for sheet in book.worksheets)
    assert "values.430502.trade_total.2019" in (trial.folder / "tables/trial.csv").read_text("utf-8-sig")


def test_a_trial_is_reproduced(trial: Report) -> None:
    """A trial is a run like any other: what it recorded gives the same bytes."""
    assert trial.folder is not None
    found = reproduce(trial.folder)
    assert found.identical, found.differences


def test_a_trial_with_its_overrides_taken_out_is_refused(trial: Report, tmp_path: Path) -> None:
    """Neither overrides without the status nor the status without overrides are opened."""
    import hashlib

    assert trial.folder is not None
    copy = tmp_path / "run"
    shutil.copytree(trial.folder, copy)
    for changed in ({"overrides": {}}, {"status": "final"}, {"status": "draft"}):
        run: dict[str, Any] = json.loads((trial.folder / "run.json").read_text("utf-8")) | changed
        raw = json.dumps(run, ensure_ascii=False).encode("utf-8")
        (copy / "run.json").write_bytes(raw)
        with pytest.raises(Refused):
            open_run(SCHEME, PERIOD, str(copy / "run.json"), hashlib.sha256(raw).hexdigest())


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"status": "final", "overrides": CHANGES, "reason": "x"}, "不能是初稿或定稿"),
        ({"status": "draft", "overrides": CHANGES, "reason": "x"}, "不能是初稿或定稿"),
        ({"status": "what-if", "overrides": CHANGES, "reason": " "}, "--reason"),
        ({"status": "what-if", "overrides": {}, "reason": "x"}, "没有改动"),
        ({"status": "what-if", "overrides": {"total.marks": "30"}, "reason": "x"}, "与现行的值相同"),
    ],
    ids=["final", "draft", "no-reason", "no-change", "same-value"],
)
def test_what_is_no_trial(tmp_path: Path, more: dict[str, Any], words: str) -> None:
    """A changed run is a trial with a reason, and nothing else is."""
    with pytest.raises(UsageError, match=words):
        run_one(Workbook(_project(tmp_path / "项目")), SCHEME, PERIOD, warm=False, **more)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--set", "total.marks=31"], "--reason"),
        (["--set", "total.marks=31", "--reason", "x", "--final"], "试算不能定稿"),
        (["--set", "totl.marks=31", "--reason", "x"], "total"),
        (["--reason", "x"], "--set"),
        (["--what-if", "none", "--reason", "x"], "没有名为“none”的试算文件"),
    ],
    ids=["no-reason", "final", "path", "reason-alone", "no-file"],
)
def test_the_command_line_says_what_to_type(tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], words: str) -> None:
    """Slips of the hand end with code 2 and an instruction."""
    root = _project(tmp_path / "项目")
    assert main(["run", SCHEME, PERIOD, "--root", str(root), *options]) == 2
    assert words in capsys.readouterr().err


def test_a_grid_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every combination has a row; nothing is published."""
    root = _project(tmp_path / "项目")
    folder = root / "params" / SCHEME / "what_if"
    folder.mkdir()
    (folder / "marks.yaml").write_text("schema: 1\nreason: 测算\nset: {tree.total.marks: [30, 31]}\n", "utf-8")
    assert main(["run", SCHEME, PERIOD, "--root", str(root), "--what-if", "marks", "--set", "双清区.marks=1", "--reason", "x"]) == 2
    capsys.readouterr()
    assert main(["run", SCHEME, PERIOD, "--root", str(root), "--what-if", "marks"]) == 0
    out = capsys.readouterr().out
    assert "2种组合与正式口径相比" in out
    assert "tree.total.marks" in out
    assert not (root / "outputs" / SCHEME).exists()

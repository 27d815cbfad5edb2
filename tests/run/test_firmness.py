"""The report on how firm a result is: published as a study, judged by the same gate, refused with bounds that it does not use."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from evalbook.cli import main
from evalbook.publish.audit import audit
from evalbook.run.sides import sides_of
from evalbook.run.study import StudyMaker
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_a_report_is_published(tmp_path: Path) -> None:
    """Page, tables and manifest; the page is evidence and says that it is no result."""
    for name in ("params/county_trial", "data/county_trial", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name)

    report = StudyMaker(Workbook(tmp_path), "robustness", sides_of(["county_trial/2024"], tmp_path)).make()

    assert report.outcome == "completed", report.faults
    assert report.folder is not None
    page = (report.folder / "report.html").read_text("utf-8")
    manifest = json.loads((report.folder / "manifest.json").read_text("utf-8"))
    assert audit(page) == []
    assert "对照分析，不是结果" in page
    assert (report.folder / "tables/readings.csv").is_file()
    assert (manifest["status"], manifest["period"]) == ("robustness", "_robustness")


def test_bounds_that_the_report_does_not_use_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody gets a report on other bounds than asked for."""
    code = main(["robustness", "county_trial", "2024", "--report", "--weights", "0.5", "--leave-out", "--root", str(ROOT)])

    assert code == 2
    assert "--weights、--leave-out" in capsys.readouterr().err


@pytest.mark.slow
def test_a_report_on_bounds_of_its_own(tmp_path: Path) -> None:
    """``--spec`` is part of the run file, so that the kernel draws within the same bounds and the page says which."""
    for name in ("params/county_trial", "data/county_trial", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "wide.yaml").write_text("schema: 1\nrobustness: {weights: 35%, draws: 60}\n", "utf-8")

    code = main(["robustness", "county_trial", "2024", "--report", "--spec", str(tmp_path / "wide.yaml"), "--root", str(tmp_path)])

    assert code == 0
    (page,) = (tmp_path / "outputs/county_trial/_robustness").glob("*/report.html")
    assert "权重±35%，抽样60次" in page.read_text("utf-8")


def test_the_same_draws_whatever_the_hash_seed() -> None:
    """Figures are drawn in one order: two processes with other hash seeds give the same intervals (they did not)."""
    command = [sys.executable, "-m", "evalbook", "robustness", "zhejiang_city", "2023", "--figures", "0.1", "--draws", "40", "--json"]
    one, other = (
        subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True).stdout
        for seed in ("1", "2")
    )
    assert one == other

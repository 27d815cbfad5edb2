"""The report on how firm a result is: published as a study, judged by the same gate, refused with bounds that it does not use."""

from __future__ import annotations

import json
import shutil
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

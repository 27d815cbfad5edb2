"""A year made of its quarters as a run: what travels along, and what is said when a quarter is no longer what was signed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from evalbook.run.closed import differing, periods_read
from evalbook.run.runner import run_one
from evalbook.scoring.evaluation import Evaluation
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
QUARTERS = ("2021Q1", "2021Q2", "2021Q3", "2021Q4")
HALVES = ("2021H1", "2021H2")


@pytest.fixture
def book(tmp_path: Path) -> Workbook:
    """The shipped scheme of Anyang in a project of its own, years and quarters."""
    for name in ("params/anyang", "data/anyang", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return Workbook(tmp_path)


@pytest.fixture
def year(book: Workbook) -> Evaluation:
    """2021, from its quarters and halves."""
    return book.prepare("anyang", "2021").evaluation


def manifest(book: Workbook, period: str, run: str, **told: Any) -> None:
    """A run of a period as far as its manifest tells."""
    path = book.root / "outputs" / "anyang" / period / run / "manifest.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"status": "final", "outcome": "completed", **told}), encoding="utf-8")


def test_no_final_runs(book: Workbook, year: Evaluation) -> None:
    """Without final runs there is nothing to differ from; every period that is read is listed with its digest."""
    found = periods_read(book.root / "outputs", year)
    assert sorted(found) == sorted(QUARTERS + HALVES)
    assert found["2021Q1"] == {"result_sha256": year.others["2021Q1"].digest(), "final_run": None, "final_result_sha256": None}
    assert differing(book.root / "outputs", year) == []


def test_a_quarter_that_is_as_signed(book: Workbook, year: Evaluation) -> None:
    """The newest completed final run counts; drafts, failures, older runs and damaged manifests do not."""
    manifest(book, "2021Q1", "20220101T000000Z-final-aaaaaaaa", result_sha256="an older one")
    manifest(book, "2021Q1", "20220102T000000Z-final-bbbbbbbb", result_sha256=year.others["2021Q1"].digest())
    manifest(book, "2021Q1", "20220103T000000Z-draft-cccccccc", result_sha256="a draft", status="draft")
    manifest(book, "2021Q1", "20220104T000000Z-final-dddddddd", result_sha256="a failure", outcome="failed")
    manifest(book, "2021Q1", "20220105T000000Z-final-eeeeeeee")
    (book.root / "outputs/anyang/2021Q1/20220105T000000Z-final-eeeeeeee/manifest.json").write_text("{", encoding="utf-8")
    assert differing(book.root / "outputs", year) == []
    assert periods_read(book.root / "outputs", year)["2021Q1"]["final_run"] == "20220102T000000Z-final-bbbbbbbb"


def test_a_quarter_that_is_not_as_signed(book: Workbook, year: Evaluation) -> None:
    """A finding that names period, run and both digests; the year's own result does not change."""
    manifest(book, "2021Q1", "20220101T000000Z-final-aaaaaaaa", result_sha256="0123456789abcdef")
    (found,) = differing(book.root / "outputs", year)
    assert (found.code, found.severity) == ("closed.differs", "finding")
    told = ("2021年第一季度", "20220101T000000Z-final-aaaaaaaa", "0123456789ab", year.others["2021Q1"].digest()[:12])
    assert all(part in str(found) for part in told)
    assert book.prepare("anyang", "2021").evaluation.digest() == year.digest()


def test_a_year_runs_from_its_quarters(book: Workbook, warm_address: str) -> None:
    """A whole run: the quarters' files lie in the run's folder, its manifest names their results, and the finding is told."""
    manifest(book, "2021Q1", "20220101T000000Z-final-aaaaaaaa", result_sha256="0123456789abcdef")
    told: list[str] = []
    report = run_one(book, "anyang", "2021", progress=told.append)
    assert (report.outcome, report.faults) == ("completed", ())
    assert report.folder is not None
    # the year before is there too: checks hold this year's figures against it
    compared = ("2020", "2020Q3", "2020Q4")
    assert sorted(path.name for path in (report.folder / "inputs/data/anyang").iterdir()) == sorted(("2021", *QUARTERS, *HALVES, *compared))
    written = json.loads((report.folder / "manifest.json").read_text("utf-8"))
    assert sorted(written["periods"]) == sorted(QUARTERS + HALVES)
    assert written["periods"]["2021Q1"]["final_result_sha256"] == "0123456789abcdef"
    assert any("与该期定稿不一致" in line for line in told)


def test_a_final_run_is_refused(book: Workbook) -> None:
    """The year cannot be final on a quarter that is not as signed, unless findings are waived by name."""
    manifest(book, "2021Q1", "20220101T000000Z-final-aaaaaaaa", result_sha256="0123456789abcdef")
    report = run_one(book, "anyang", "2021", status="final", warm=False)
    assert report.outcome == "refused"
    assert "closed.differs" in [fault.code for fault in report.faults]

"""Readings of silent clauses: who decided, when and why; what may be tried without, and what a reader sees."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from evalbook.intake.new_period import settings_text
from evalbook.periods import Period
from evalbook.present import assumptions
from evalbook.scheme.lint import lint_edition
from evalbook.scheme.offered import offered
from evalbook.scheme.scheme import load_scheme
from evalbook.scheme.source import load_yaml
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
HEAD = "schema: 1\nperiod: 2023\n"
RULED = "ties: {reading: dense, reason: 会议纪要3号, by: 领导小组, date: 2024-03-01}"


def test_a_ruling_is_kept_with_the_reading(small: Any) -> None:
    """The reading is carried out as by its plain code; who, when and why stand beside it."""
    (ruled,) = small.build(settings=f"{HEAD}assumptions: {{{RULED}}}\n").assumptions
    (plain,) = small.build(settings=f"{HEAD}assumptions: {{ties: dense}}\n").assumptions
    assert (ruled.choice, ruled.changed) == (plain.choice, plain.changed) == ("dense", (("tree.trade_points.rule.ties", None, "dense"),))
    assert (ruled.basis, plain.basis) == ("裁定", "本期选定")
    assert (ruled.ruling.reason, ruled.ruling.by, ruled.ruling.date) == ("会议纪要3号", "领导小组", "2024-03-01")
    assert (ruled.explained, plain.explained) == (True, False)


@pytest.mark.parametrize("reading", ["competition", "dense"])
def test_the_scheme_does_not_hang_on_the_reason(small: Any, reading: str) -> None:
    """A ruling and the plain code come to the same scheme, byte by byte."""
    ruled = small.build(settings=f"{HEAD}assumptions: {{{RULED.replace('dense', reading)}}}\n")
    plain = small.build(settings=f"{HEAD}assumptions: {{ties: {reading}}}\n")
    assert ruled.digest() == plain.digest()


def test_a_ruling_may_confirm_the_default(small: Any) -> None:
    """The default with a ruling is ruled, not chosen against the edition."""
    (one,) = small.build(settings=f"{HEAD}assumptions: {{{RULED.replace('dense', 'competition')}}}\n").assumptions
    assert (one.is_default, one.basis, one.explained) == (True, "裁定", True)


def test_a_trial_rests_on_no_ruling(small: Any) -> None:
    """What a what-if tries was decided by nobody, whatever the period file says of another reading."""
    settings = f"{HEAD}assumptions: {{{RULED}}}\n"
    (one,) = small.build(settings=settings, overrides={"assumptions.ties": "worst"}).assumptions
    assert (one.choice, one.basis, one.ruling) == ("worst", "试算", None)


# what is wrong → (the ruling as written, code of the fault, words in it)
WRONG = {
    "reading": (RULED.replace("dense", "denes"), "assumption.choice", "“dense”"),
    "assumption": (RULED.replace("ties", "tie"), "assumption.unknown", "“ties”"),
    "no-reading": (RULED.replace("reading: dense, ", ""), "key.missing", "reading"),
    "no-reason": (RULED.replace("reason: 会议纪要3号, ", ""), "key.missing", "reason"),
    "no-person": (RULED.replace("by: 领导小组, ", ""), "key.missing", "by"),
    "no-day": (RULED.replace(", date: 2024-03-01", ""), "key.missing", "date"),
    "blank-reason": (RULED.replace("会议纪要3号", '" "'), "value.blank", "不能为空"),
    "misspelt": (RULED.replace("reason", "raeson"), "key.unknown", "“reason”"),
    "no-such-day": (RULED.replace("2024-03-01", "2024-02-30"), "value.day", "2024-03-31"),
    "list": ("ties: [dense]", "value.string_type", "ties"),
}


@pytest.mark.parametrize(("written", "code", "words"), WRONG.values(), ids=WRONG)
def test_a_ruling_that_is_none(small: Any, written: str, code: str, words: str) -> None:
    """Half a ruling is refused in its line, with what lacks or the nearest name; a plain code is the way to say nothing."""
    faults = small.faults(settings=f"{HEAD}assumptions:\n  {written}\n")
    found = [fault for fault in faults if fault.code == code]
    assert [(fault.file, fault.row) for fault in found] == [("params/demo/periods/2023.yaml", 4)]
    assert words in str(found[0])


# --- what is not explained ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "found"),
    [("{}", []), ("{ties: competition}", []), (f"{{{RULED}}}", []), ("{ties: dense}", [("assumption.unexplained", "assumptions.ties", 3)])],
    ids=["none", "default", "ruled", "bare"],
)
def test_lint_asks_for_the_ruling(project: Path, written: str, found: list[tuple[str, str, int]]) -> None:
    """Only a reading other than the default, chosen by its code alone, is told, in its line."""
    (project / "params/demo/periods/2023.yaml").write_text(f"{HEAD}assumptions: {written}\n", "utf-8")
    assert [(f.code, f.path, f.row) for f in lint_edition(project, "demo", "2023")] == found


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    """A copy of the county trial."""
    for folder in ("params/county_trial", "data/county_trial"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def write(root: Path, chosen: str, period: str = "2019") -> None:
    path = root / f"params/county_trial/periods/{period}.yaml"
    path.write_text(path.read_text("utf-8").replace("assumptions: {}", f"assumptions: {{{chosen}}}"), "utf-8")


def test_a_bare_choice_keeps_a_run_from_being_final(trial: Path) -> None:
    """It can be computed and discussed; a final run waits for the ruling, and is told in file and line what to write."""
    write(trial, "ties: dense")
    run = Workbook(trial).prepare("county_trial", "2019")
    (fault,) = [one for one in run.blockers if one.code == "final.assumption"]
    assert (fault.file, fault.path) == ("params/county_trial/periods/2019.yaml", "assumptions.ties")
    assert "ties: {reading: dense, reason:" in fault.remedy
    page = BeautifulSoup(assumptions(run), "html.parser")
    chosen = page.select_one("tr.chosen")
    assert chosen is not None
    assert [cell.get_text() for cell in chosen.select("td")][5:] == ["本期选定", "未写明"]


def test_a_ruling_lets_a_run_be_final(trial: Path) -> None:
    """With the ruling nothing is left to explain."""
    write(trial, RULED)
    assert "final.assumption" not in {one.code for one in Workbook(trial).prepare("county_trial", "2019").blockers}


# --- what a reader sees -------------------------------------------------------------------------------------------------


def test_the_page_names_codes_and_ruling(trial: Path) -> None:
    """Whoever reads the page can choose a reading from it, and knows who chose this one."""
    write(trial, RULED)
    page = BeautifulSoup(assumptions(Workbook(trial).prepare("county_trial", "2019")), "html.parser")
    (row,) = [row for row in page.select("table")[0].select("tbody tr") if row.select("td")[2].get_text() == "ties"]
    cells = [cell.get_text() for cell in row.select("td")]
    assert cells[3].startswith("dense：")
    assert "competition：" in cells[4]
    assert cells[5:] == ["裁定", "会议纪要3号（领导小组，2024-03-01）"]
    assert row["class"] == ["chosen"]


def test_a_trial_names_the_plain_code(trial: Path) -> None:
    """``--set assumptions.ties=…`` takes the code that the page prints, over a ruling too; the page says 试算."""
    write(trial, RULED)
    run = Workbook(trial).prepare("county_trial", "2019", overrides={"assumptions.ties": "competition"})
    (one,) = [a for a in run.definition.assumptions if a.name == "ties"]
    assert (one.choice, one.basis) == ("competition", "试算")
    assert run.trial[0].path == "assumptions.ties"


def test_a_ruling_is_made_anew_each_period(trial: Path) -> None:
    """The reading goes on; the ruling stands behind it as a comment, so that somebody decides again."""
    write(trial, RULED)
    last = load_scheme(trial, "county_trial", "2019")
    edition = load_yaml(trial / last.edition_file, last.edition_file)
    written = settings_text(last, edition, Period(2025))
    assert "\n  ties: dense  # 上期裁定：会议纪要3号（领导小组，2024-03-01）\n" in written


# --- readings for one kind of period --------------------------------------------------------------------------------------


def test_readings_of_one_kind_of_period_are_offered_there() -> None:
    """县委意见 asks about a quarter's zero progress in quarters only, with both readings by their codes."""
    edition = load_yaml(ROOT / "params/county_opening/2024.yaml", "params/county_opening/2024.yaml")
    quarter, year = offered(edition, Period.parse("2024Q1")), offered(edition, Period.parse("2024"))
    assert list(quarter["zero_progress"]) == ["every", "some"]
    assert "zero_progress" not in year


def test_a_reading_of_one_kind_of_period_can_be_tried() -> None:
    """A what-if names it like any other (it was not found before)."""
    run = Workbook(ROOT).prepare("county_opening", "2024Q1", overrides={"assumptions.zero_progress": "some"})
    (one,) = [a for a in run.definition.assumptions if a.name == "zero_progress"]
    assert one.choice == "some"

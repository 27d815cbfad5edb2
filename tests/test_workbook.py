"""The front door: what a scheme's own checks find blocks a final run until it is explained."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from evalbook.workbook import Prepared, Workbook

ROOT = Path(__file__).resolve().parents[1]
CHECK = """outcomes:
  filed:
    label: 信息报送核对
    clause: 附件1 工作成效 第2行
    check: {gt: [$information_adopted, 0]}
    ask: 请向省发展改革委核对
    severity: SEVERITY
"""
RULING = """
rulings: {filed: {units: ["330100"], reason: 省发展改革委已说明, by: 示例科室, date: 2024-03-20}}
"""


@pytest.fixture
def prepare(tmp_path: Path) -> Callable[..., Prepared]:
    """The city scheme of 2023 with Hangzhou's adopted information set to zero, a check on it, and a text after the period file."""

    def make(severity: str = "finding", settings: str = "") -> Prepared:
        for folder in ("params/zhejiang_city", "data/zhejiang_city/2023"):
            shutil.copytree(ROOT / folder, tmp_path / folder, dirs_exist_ok=True)
        edition = tmp_path / "params/zhejiang_city/2020.yaml"
        text = edition.read_text(encoding="utf-8")
        edition.write_text(text.replace("outcomes:\n", CHECK.replace("SEVERITY", severity), 1), encoding="utf-8")
        values = tmp_path / "data/zhejiang_city/2023/values.csv"
        lines = values.read_text(encoding="utf-8-sig").split("\n")
        lines = [_zero(line) if line.startswith("330100,") and ",information_adopted," in line else line for line in lines]
        values.write_text("\n".join(lines), encoding="utf-8-sig", newline="")
        period = tmp_path / "params/zhejiang_city/periods/2023.yaml"
        period.write_text(period.read_text(encoding="utf-8") + settings, encoding="utf-8")
        return Workbook(tmp_path).prepare("zhejiang_city", "2023")

    return make


def _zero(line: str) -> str:
    """A line of values.csv with the value 0."""
    cells = line.split(",")
    cells[5] = "0"
    return ",".join(cells)


def checked(run: Prepared) -> list[str]:
    """What the check said."""
    return [note.message for note in run.notes if note.code == "check.filed"]


def blocking(run: Prepared) -> str:
    """How a final run would be refused for findings; empty where it would not."""
    return "".join(fault.message for fault in run.blockers if fault.code == "final.findings")


def told(findings: int) -> str:
    """The refusal for a number of findings."""
    return f"有{findings}条问题记录未处理" if findings else ""


def test_a_failed_check_blocks_a_final_run(prepare: Callable[..., Prepared]) -> None:
    """A finding names the unit and the figure, stands among the notes and is counted among what blocks a final run."""
    run = prepare()
    assert checked(run) == ["信息报送核对：杭州市：不符合“信息采用量 ＞ 0”（信息采用量 0条）"]
    others = [note for note in run.notes if note.severity == "finding" and note.code != "check.filed"]
    assert blocking(run) == told(len(others) + 1)


def test_an_explained_check_blocks_nothing(prepare: Callable[..., Prepared]) -> None:
    """A ruling that names the unit settles the finding."""
    run = prepare(settings=RULING)
    assert checked(run) == []
    assert blocking(run) == told(sum(note.severity == "finding" for note in run.notes))


def test_a_check_that_only_notes_blocks_nothing(prepare: Callable[..., Prepared]) -> None:
    """With ``severity: note`` it is recorded and no more."""
    run = prepare(severity="note")
    assert len(checked(run)) == 1
    assert blocking(run) == told(sum(note.severity == "finding" and note.code != "check.filed" for note in run.notes))


def test_figures_are_held_against_each_other_when_somebody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A trial needs the points and no checks: they are made for the notes, once, and not before."""
    from evalbook.analysis import doubts

    asked: list[str] = []
    real = doubts.doubts
    monkeypatch.setattr(
        doubts, "doubts", lambda evaluation, **more: asked.append(str(evaluation.scheme.period)) or real(evaluation, **more)
    )

    prepared = Workbook(ROOT).prepare("county_trial", "2024")
    before = list(asked)

    assert before == []
    assert prepared.notes == prepared.notes
    assert asked == ["2024"]

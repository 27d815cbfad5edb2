"""C08: parameters or the template are edited while the run is under way."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("params/county_trial/2018.yaml", "{thirds: [10, 6, 2]}", "{thirds: [10, 7, 2]}"),
        ("params/county_trial/periods/2019.yaml", "prepared_by: 示例科室", "prepared_by: 另一科室"),
    ],
    ids=["edition", "period"],
)
def test_parameters_change_while_running(workshop: Any, screen: Any, name: str, before: str, after: str) -> None:
    """Parameters are inputs like any other: the run is void and names the file."""
    report = workshop.perform(
        lambda text: workshop.edit(name, lambda content: content.replace(before, after, 1)) if "生成报告" in text else None
    )
    assert [(fault.code, fault.file) for fault in report.faults] == [("run.input_changed", name)]
    screen(str(report.faults[0]))
    assert workshop.outcomes() == ["failed"]
    workshop.sound()


def test_template_changes_while_running(workshop: Any) -> None:
    """The template was read once, into memory: the run keeps what was checked, and its copy says so."""
    before = (workshop.root / "notebooks/evaluation.ipynb").read_bytes()
    report = workshop.perform(lambda text: workshop.template("present.totals(run)") if "执行笔记本" in text else None)
    assert report.outcome == "completed"
    assert (report.folder / "inputs/notebooks/evaluation.ipynb").read_bytes() == before
    workshop.sound()

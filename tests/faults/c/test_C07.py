"""C07: a file of figures is replaced while the run reads it."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("moment", ["检查参数和数据", "执行笔记本 1/", "生成报告"])
def test_figures_change_while_running(workshop: Any, screen: Any, moment: str) -> None:
    """Changed before the copy, during the execution or while the page is made: the run is void or saw one version only."""
    name = f"data/{workshop.scheme}/{workshop.period}/values.csv"
    changed = []

    def progress(text: str) -> None:
        if moment in text and not changed:
            changed.append(text)
            workshop.edit(name, lambda content: content.replace(",3015,", ",3016,", 1))

    report = workshop.perform(progress)
    assert len(changed) == 1
    if moment == "检查参数和数据":
        assert report.outcome == "completed", "it was changed before anything had been read"
        assert ",3016," in (report.folder / "inputs" / name).read_text("utf-8")
    else:
        assert [fault.code for fault in report.faults] == ["run.input_changed"]
        assert report.faults[0].file == name
        screen(str(report.faults[0]))
        assert workshop.runs() == []
    workshop.sound()


def test_changed_between_hashing_and_copying(workshop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Swapped between hash and copy, and swapped back afterwards: the kernel reads other bytes than were checked, and refuses."""
    from evalbook.run.contents import Contents

    name = f"data/{workshop.scheme}/{workshop.period}/values.csv"
    real = Contents._copy_inputs

    def swap(self: Contents) -> None:
        workshop.edit(name, lambda content: content.replace(",3015,", ",3016,", 1))
        real(self)
        workshop.edit(name, lambda content: content.replace(",3016,", ",3015,", 1))

    monkeypatch.setattr(Contents, "_copy_inputs", swap)
    report = workshop.refuses("run.cell_error")
    assert "校验码" in str(report.faults[0]) or "改动" in str(report.faults[0])
    workshop.sound()

"""B09: a rerun that fails destroys the good result of before."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("number", [1, 5, 20, 40])
def test_earlier_run_survives_a_rerun_on_a_full_disk(workshop: Any, screen: Any, operations: Any, disk_errors: Any, number: int) -> None:
    """The same inputs again, and the disk is full from the N-th operation on: the earlier run stays, byte for byte."""
    with operations(workshop.outputs, number, disk_errors["ENOSPC"], persistent=True):
        code, text = workshop.run()
    assert code == 3
    screen(text)
    assert workshop.runs() == []
    workshop.sound()
    code, _ = workshop.main("list")
    assert code == 0


def test_earlier_run_survives_a_failing_template(workshop: Any) -> None:
    """A rerun that fails in a cell lands under _failed, beside the earlier run and not in its place."""
    workshop.template("present.no_such_section(run)")
    code, _ = workshop.run()
    assert code == 3
    latest = (workshop.outputs / workshop.scheme / workshop.period / "latest.html").read_text("utf-8")
    assert workshop.earlier.name in latest
    workshop.sound()

"""B03: a cell hangs."""

from __future__ import annotations

import time
from typing import Any

from evalbook.run.execute import Limits


def test_hanging_cell(workshop: Any, screen: Any) -> None:
    """The limit of a cell ends it; the run is entered as timed out, and the instruction says how to allow more."""
    workshop.template("import time\ntime.sleep(600)", anything=True)
    begun = time.monotonic()
    code, text = workshop.run("--timeout", "1")
    assert time.monotonic() - begun < 30
    assert code == 3
    screen(text)
    assert "超过1秒" in text
    assert "--timeout" in text
    assert workshop.outcomes() == ["timeout"]
    workshop.sound()


def test_all_cells_together(workshop: Any) -> None:
    """Cells that each stay below their limit still end at the limit of the whole."""
    workshop.template(*["import time\ntime.sleep(0.4)"] * 8, anything=True)
    report = workshop.refuses("run.timeout", outcome="timeout", limits=Limits(cell=60, wall=1.5))
    assert "整个执行超过1.5秒" in report.faults[0].message
    workshop.sound()

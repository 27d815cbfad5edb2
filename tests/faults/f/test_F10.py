"""F10: addresses of objects, random ids of styled tables, process ids in warnings."""

from __future__ import annotations

from typing import Any

import pytest

SOURCES = {
    "address": "object()",
    "address-in-text": "print(object())",
    "styled-table": "import pandas as pd\npd.DataFrame({'名称': ['甲']}).style",
    "warning": "import warnings\nwarnings.warn('x')",
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=list(SOURCES))
def test_output_that_changes_every_time_is_no_evidence(workshop: Any, screen: Any, source: str) -> None:
    """What would be another text tomorrow keeps a notebook from being published."""
    workshop.template(source, anything=True)
    code, text = workshop.run()
    assert code == 3
    screen(text)
    assert "0x" not in text or "内存地址" in text
    workshop.sound()


def test_warnings_do_not_name_processes(cells: Any) -> None:
    """Where a warning stands is told without process id and random folder, so that even failed runs repeat."""
    execution = cells("import warnings\nwarnings.warn('x')")
    told = "".join(output["text"] for cell in execution.notebook["cells"] for output in cell.get("outputs", []))
    assert "<cell>:2: UserWarning: x" in told
    assert "ipykernel_" not in told

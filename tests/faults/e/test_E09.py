"""E09: a parameter's name carries code; papermill executes it and exits with 0."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    "name",
    ["x=1;print('INJECTED');name", "period\nprint('INJECTED')\nx", "import os", "class", "ｐeriod", "priod", "", "period "],
    ids=["code", "line-break", "blank", "keyword", "full-width", "misspelt", "empty", "blank-behind"],
)
def test_only_declared_plain_names(cells: Any, name: str) -> None:
    """Names that are no plain names, or that the template does not declare, start no kernel."""
    execution = cells("1", parameters={name: "v"})
    assert (execution.outcome, execution.starts) == ("refused", 0)
    assert "INJECTED" not in str(execution.notebook)
    assert all(fault.remedy for fault in execution.faults)

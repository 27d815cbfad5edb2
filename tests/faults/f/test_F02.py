"""F02: ``sum()`` adds floats in another way from Python 3.12 on (both ways are imitated on one interpreter)."""

from __future__ import annotations

import builtins
import math
from typing import Any

import pytest


def naive(values: Any, start: Any = 0) -> Any:
    """As until 3.11: one after the other."""
    total = start
    for value in values:
        total = total + value
    return total


def compensated(values: Any, start: Any = 0) -> Any:
    """As from 3.12: floats without the error of adding."""
    found = list(values)
    return math.fsum(found) + start if found and all(type(value) is float for value in found) else naive(found, start)


def test_the_two_ways_differ() -> None:
    """The fault is real: the same floats, two sums."""
    values = [0.1] * 10
    assert naive(values) != compensated(values)


def test_result_does_not_depend_on_it(workshop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The supervisor adds in either way, the kernel in this interpreter's: the gate finds one and the same result each time."""
    reports = []
    for way in (naive, compensated):
        with monkeypatch.context() as patch:
            patch.setattr(builtins, "sum", way)
            reports.append(workshop.perform())
    assert [report.outcome for report in reports] == ["completed", "completed"]
    expected = (workshop.earlier / "report.html").read_bytes()
    assert [(report.folder / "report.html").read_bytes() for report in reports] == [expected, expected]
    workshop.sound()

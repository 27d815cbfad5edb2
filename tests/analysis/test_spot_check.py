"""Proposals for spot checks are those of doing the whole evaluation again for each figure, only sooner."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from evalbook.analysis import spot_check
from evalbook.analysis.spot_check import proposals
from evalbook.scoring.evaluation import evaluate
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("scheme", "period"), [("zhejiang_city", "2023"), ("county_trial", "2024")])
def test_proposals_are_those_of_the_slow_path(monkeypatch: pytest.MonkeyPatch, scheme: str, period: str) -> None:
    """Nothing taken over from the evaluation that is there: the same figures, values instead, effects and order."""
    base = Workbook(ROOT).prepare(scheme, period).evaluation
    actual = [one.as_dict() for one in proposals(base)]

    def anew(*given: Any, **_: Any) -> Any:
        return evaluate(*given)

    monkeypatch.setattr(spot_check, "evaluate", anew)
    expected = [one.as_dict() for one in proposals(base)]
    assert expected
    assert actual == expected


@pytest.mark.slow
def test_ninety_counties_take_seconds() -> None:
    """Of 91 counties 564 trials take a few seconds of processor time (they took 11 to 14)."""
    base = Workbook(ROOT).prepare("zhejiang_county", "2023").evaluation
    before = time.process_time()
    found = proposals(base)
    assert len(found) == 256
    assert time.process_time() - before < 8

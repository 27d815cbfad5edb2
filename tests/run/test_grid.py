"""Grids of trials: what is written, how many there are, and who moves."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalbook.errors import UsageError
from evalbook.run.grid import MOST, combinations, read_settings, score_grid
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["x"], "路径=值"),
        (["=8"], "路径=值"),
        (["a.b=1", "a.b=2"], "写了两次"),
        (["values.a.b=12,000"], "两种读法"),
        (["a.b=1,1"], "相同的值"),
    ],
    ids=["no-value", "no-path", "twice", "thousands", "same-value"],
)
def test_settings_at_fault(texts: list[str], words: str) -> None:
    """A setting that can be read in two ways, or in none, is asked about."""
    with pytest.raises(UsageError, match=words):
        read_settings(texts)


def test_a_grid_that_explodes() -> None:
    """Too many combinations are refused before one is scored."""
    settings = {"a.b": list(range(20)), "c.d": list(range(MOST))}
    with pytest.raises(UsageError, match="20 × 200"):
        combinations(settings)


def test_the_last_path_changes_fastest() -> None:
    """Combinations come in the order in which they are written."""
    expected = [{"a": 1, "b": 3}, {"a": 1, "b": 4}, {"a": 2, "b": 3}, {"a": 2, "b": 4}]
    assert combinations({"a": [1, 2], "b": [3, 4]}) == expected


def test_who_moves() -> None:
    """One combination is the official reading itself: nobody moves; the other one takes a city off the shortlist for another."""
    grid = score_grid(Workbook(ROOT), "zhejiang_city", "2023", {"assumptions.ties": ["competition", "dense"]})
    same, dense = grid.trials
    assert grid.moved(same) == []
    assert {grid.names[code] for code in grid.moved(dense)} == {"嘉兴市", "温州市", "台州市", "舟山市"}
    changed = {outcome: grid.entered(dense, outcome) for outcome in grid.labels if any(grid.entered(dense, outcome))}
    assert list(changed.values()) == [(["330300"], ["330400"])]

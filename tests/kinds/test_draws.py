"""Many draws at once: a simulation hands columns of shape (draws, rows) to the walk; each draw comes out as if it were alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from evalbook.kinds.column import Column
from evalbook.scoring.dataset import Dataset
from evalbook.scoring.evaluate import Walk
from evalbook.scoring.results import BranchResult, LeafResult

FIRST = {"n": ["10", "6", "5", "7.5"], "before": ["10", "4", "4", "6"], "goal": ["8", "8", "5", "9"]}
SECOND = {"n": ["1", "60", "5.5", "7"], "before": ["2", "30", "4", "60"], "goal": ["18", "8", "50", "19"]}
ITEMS = [
    ("单位1", "P1", "3", "一"),
    ("单位1", "P1", "5", "二"),
    ("单位2", "P2", "4", "一"),
    ("单位3", "P3", "1", "一"),
    ("单位4", "P4", "9", "三"),
]
MEASURES: dict[str, Any] = {
    "completion": {"completion": "$n", "to": "$goal"},
    "holds": {"holds": {"ge": ["$n", "$goal"]}},
    "mix": {"mix": {"$n": "40%", "$goal": "60%"}},
    "choose": {"choose": [{"when": {"gt": ["$n", "7"]}, "value": "$goal"}, {"else": "$before"}]},
    "log": {"log": "$n"},
    "share": {"share": "$n", "of": "max"},
    "position": {"position": "$n", "onto": ["60", "100"]},
    "nested": {"position": {"growth": "$n", "against": "$before"}, "order": "asc"},
    "sum": {"fold": "$items.size", "weight": "$items.size"},
    "graded": {"fold": "$items.size", "rule": {"value_bands": {"1": "1", "4": "2"}}, "how": "mean"},
    "best": {"fold": "$items.size", "same_item": "highest"},
    "capped": {"fold": "$items.size", "per": {"column": "$items.part", "cap": "4"}},
    "row": {"fold": {"holds": {"ge": ["$size", "4"]}}, "of": "items", "how": "mean"},
}
RULES: dict[str, Any] = {
    "percent": {"percent": "marks", "cap": "120", "zero_below": "60"},
    "slices": {"slices": {"up": [{"per": "20", "to": "10"}, {"per": "40"}], "down": "mirrored"}, "part_step": "none"},
    "value_bands": {"value_bands": {"60": "5", "80": "8", "95": "marks"}},
    "efficacy": {"efficacy": {"lower": "50", "upper": "100"}},
}


def shape(figures: dict[str, list[str]], scale: int) -> dict[str, Any]:
    """Four units, all blocks under test, a tree over every rule with a branch outside the marks."""
    leaves = {name: {"marks": "10", "measure": "completion", "rule": rule} for name, rule in RULES.items()}
    tree: dict[str, Any] = {
        **{f"leaf_{name}": leaf for name, leaf in leaves.items()},
        "bonus": {"extra": True, "children": ["more"], "clip": {"cap": "2"}},
        "more": {"measure": "$n", "rule": {"per_item": "0.3"}},
        "all": {"marks": "40", "children": [*(f"leaf_{name}" for name in RULES), "bonus"]},
    }
    items = [{"unit": unit, "id": item, "size": str(int(size) * scale), "part": part} for unit, item, size, part in ITEMS]
    return {
        "units": "4",
        "edition": {"measures": MEASURES, "tree": tree},
        "figures": figures,
        "items": {"items": items},
    }


@pytest.fixture(scope="module")
def walks(situation: Callable[[Any], Any]) -> tuple[Walk, list[Walk]]:
    """The walk over two draws at once, and over each alone."""
    alone = [situation(shape(figures, scale)) for figures, scale in ((FIRST, 1), (SECOND, 2))]
    together = stacked([one.dataset for one in alone])
    return Walk(alone[0].scheme, together, floats=True).run(), [one.floats() for one in alone]


def stacked(datasets: list[Dataset]) -> Dataset:
    """One dataset whose figures have the draws along a leading axis; texts stay as they are."""
    tables = {}
    for name, table in datasets[0].tables.items():
        columns = {}
        for key, column in table.columns.items():
            draws = [dataset.tables[name].columns[key].values for dataset in datasets]
            texts = any(isinstance(v, str) for v in column.values)
            columns[key] = column if texts else Column(np.array([[float(v) for v in draw] for draw in draws]), column.states)
        tables[name] = replace(table, columns=columns)
    return replace(datasets[0], tables=tables)


def column_of(walk: Walk, name: str) -> Column:
    """What other blocks read of a name."""
    result = walk.results[name]
    return result.points if isinstance(result, (LeafResult, BranchResult)) else result.column


@pytest.mark.parametrize("name", [*MEASURES, *(f"leaf_{rule}" for rule in RULES), "bonus", "all"])
def test_each_draw_is_scored_as_if_alone(walks: tuple[Walk, list[Walk]], name: str) -> None:
    """Values and states of a block over both draws are those of each draw by itself."""
    together, alone = walks
    found = np.broadcast_to(column_of(together, name).values, (2, 4))
    for draw, walk in enumerate(alone):
        expected = column_of(walk, name)
        assert expected.states.tolist() == column_of(together, name).states.tolist()
        assert np.allclose(found[draw], expected.values, rtol=1e-12)
    assert not np.allclose(found[0], found[1]), "the draws differ, or the test would prove nothing"

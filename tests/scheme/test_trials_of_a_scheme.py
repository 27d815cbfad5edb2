"""A trial of a scheme that was read before is what a fresh reading of its files gives."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from evalbook.errors import Fault, Refused
from evalbook.kinds.base import Model, once
from evalbook.scheme.scheme import Scheme, load_scheme, period_ids, scheme_ids

ROOT = Path(__file__).resolve().parents[2]
#: The last period of each shipped scheme.
LATEST = [(scheme, period_ids(ROOT, scheme)[-1]) for scheme in scheme_ids(ROOT)]


@pytest.mark.parametrize(("scheme", "period"), LATEST)
def test_a_known_scheme_saves_reading_and_changes_nothing(scheme: str, period: str) -> None:
    """Every other reading, loaded from a scheme at hand, equals the one loaded from the files alone; the files' data stay as they were."""
    base = load_scheme(ROOT, scheme, period)
    before = copy.deepcopy(base.source.data)
    for assumption in base.assumptions:
        for choice in assumption.alternatives:
            overrides = {f"assumptions.{assumption.name}": choice}
            quick = load_scheme(ROOT, scheme, period, overrides=overrides, known=base)

            assert quick == load_scheme(ROOT, scheme, period, overrides=overrides)
            assert quick.edges == load_scheme(ROOT, scheme, period, overrides=overrides).edges
    assert base.source.data == before
    assert load_scheme(ROOT, scheme, period) == base


def test_what_is_the_same_is_taken_over() -> None:
    """A block that a reading does not touch is the very one that was read before."""
    base = load_scheme(ROOT, "zhejiang_city", "2023")
    name = next(a for a in base.assumptions if a.alternatives)
    trial = load_scheme(ROOT, "zhejiang_city", "2023", overrides={f"assumptions.{name.name}": next(iter(name.alternatives))}, known=base)

    assert any(trial.tree[node] is base.tree[node] for node in base.tree)


@pytest.mark.parametrize(("scheme", "period"), LATEST)
def test_a_known_scheme_hides_no_fault(scheme: str, period: str) -> None:
    """What a trial breaks, in a block of its own or in one that reads what it took away, is told as of a scheme never seen before."""
    base = load_scheme(ROOT, scheme, period)
    names = {section: list(getattr(base, section)) for section in ("measures", "tree", "rankings", "outcomes")}
    trials: list[dict[str, Any]] = [{f"{section}.{name}": None} for section, found in names.items() for name in found[:3]]
    trials += [{f"tree.{name}.measure": "$no_such"} for name in base.leaves()[:2]]
    trials += [{f"tables.units.columns.{name}.type": "text"} for name in list(base.tables["units"].columns)[:2]]
    for overrides in trials:
        assert _told(scheme, period, overrides, base) == _told(scheme, period, overrides, None)


def _told(scheme: str, period: str, overrides: dict[str, Any], known: Scheme | None) -> list[Fault]:
    try:
        return list(load_scheme(ROOT, scheme, period, overrides=overrides, known=known).told)
    except Refused as refused:
        return refused.faults


def test_an_answer_belongs_to_one_model() -> None:
    """A copy with another value is asked anew, and an answer kept makes no two models different."""

    class Block(Model):
        name: str

    @once
    def letters(block: Block) -> list[str]:
        return list(block.name)

    one = Block(name="ab")
    assert letters(one) == ("a", "b")
    assert letters(one.model_copy(update={"name": "c"})) == ("c",)
    assert letters(copy.deepcopy(one)) == ("a", "b")
    assert one == Block(name="ab")

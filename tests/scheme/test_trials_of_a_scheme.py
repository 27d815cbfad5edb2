"""A trial of a scheme that was read before is what a fresh reading of its files gives."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from evalbook.kinds.base import Model, once
from evalbook.scheme.scheme import load_scheme, period_ids, scheme_ids

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

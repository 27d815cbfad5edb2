"""What is taken over from another walk gives what computing it again gives, and nothing that differs is taken over."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evalbook.analysis.readings import Readings
from evalbook.analysis.rescore import rescore
from evalbook.errors import Refused
from evalbook.exact import exact
from evalbook.scoring.dataset import Dataset
from evalbook.scoring.evaluation import Evaluation, evaluate
from evalbook.terms import State
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
BOOK = Workbook(ROOT)
#: 甲 8 + 10, 乙 7 + 6, 丙 6 + 4; the two ranks are independent of each other.
TWO = """
units: [甲, 乙, 丙]
edition:
  tree:
    total: {marks: 20, children: [a, b]}
    a: {marks: 10, measure: {rank: $trade}, rule: {steps: {first: 8, each: "-1"}}}
    b: {marks: 10, measure: {value: $score}, rule: {judged: marks}}
  rankings: {place: {of: total}, by_trade: {of: a}}
  outcomes: {awarded: {quota: 1, by: place, across_tie: none_in}}
figures: {trade: [3, 2, 1], score: [10, 6, 4]}
"""


def changed(dataset: Dataset, **values: tuple[int, str]) -> Dataset:
    """One figure of a unit, by row, replaced in each quantity named."""
    keys = dataset.units.keys
    return dataset.with_values({(keys[row], name, "2023"): (exact(text), State.OK) for name, (row, text) in values.items()})


def told(evaluation: Evaluation) -> tuple[Any, ...]:
    """Everything that an evaluation says, words of the outcomes included."""
    decisions = [repr(evaluation.decision(name)) for name in evaluation.scheme.outcomes]
    return evaluation.digest(), decisions, evaluation.findings, evaluation.pending


def test_only_what_reads_the_changed_figure_is_computed(situation: Any) -> None:
    """A score touches b, the total, the place and the award: the rank in trade and its ranking are the very same objects."""
    base = situation(TWO).evaluate()

    other = evaluate(base.scheme, changed(base.dataset, score=(1, "9.9")), known=base)

    assert other.walk.results["a"] is base.walk.results["a"]
    assert other.walk.rankings["by_trade"] is base.walk.rankings["by_trade"]
    assert [other.points("total", row) for row in range(3)] == [exact("18"), exact("16.9"), exact("10")]
    assert told(other) == told(evaluate(base.scheme, other.dataset))


def test_what_came_out_the_same_ends_the_trail(situation: Any) -> None:
    """乙 trades 2.5 instead of 2 and stays second: the rank is computed again, and the total that reads it is the very same object."""
    base = situation(TWO).evaluate()

    other = evaluate(base.scheme, changed(base.dataset, trade=(1, "2.5")), known=base)
    moved = evaluate(base.scheme, changed(base.dataset, trade=(1, "3.5")), known=base)

    assert other.walk.results["a"] is not base.walk.results["a"]
    assert other.walk.results["total"] is base.walk.results["total"]
    assert other.walk.rankings["by_trade"] is base.walk.rankings["by_trade"]
    assert other.walk.decisions["awarded"] is base.walk.decisions["awarded"]
    assert [moved.points("total", row) for row in range(3)] == [exact(17), exact(14), exact(10)]
    assert told(moved) == told(evaluate(base.scheme, moved.dataset))


def test_another_roster_takes_nothing_over(situation: Any) -> None:
    """A unit that files only leaves the field: the others move up, although no figure and no block differs."""
    base = situation(TWO).evaluate()
    units = base.dataset.units
    text = TWO.replace("units: [甲, 乙, 丙]", "units: {甲: {participation: files_only}, 乙: {}, 丙: {}}")
    other = situation(text).evaluate().dataset

    found = evaluate(base.scheme, other, known=base)

    assert units.keys == other.units.keys
    assert [found.place("place", row) for row in range(3)] == [None, 1, 2]
    assert told(found) == told(evaluate(base.scheme, other))


def test_another_rounding_takes_nothing_over(situation: Any) -> None:
    """The edition's decimals are in every leaf, and in no block."""
    text = TWO.replace("score: [10, 6, 4]", 'score: ["9.876", 6, 4]')
    base = situation(text).evaluate()
    coarse = situation(text.replace("edition:\n", "edition:\n  edition: {round: {decimals: 1}}\n")).scheme

    found = evaluate(coarse, base.dataset, known=base)

    assert (base.points("b", 0), found.points("b", 0)) == (exact("9.88"), exact("9.9"))


def test_what_another_walk_has_is_not_changed(situation: Any) -> None:
    """Many trials in a row leave the evaluation that they start from as it was."""
    base = situation(TWO).evaluate()
    before = told(replace(base))

    for step in range(5):
        evaluate(base.scheme, changed(base.dataset, score=(step % 3, str(step)), trade=(0, str(step))), known=base)

    assert told(replace(base)) == before


@pytest.mark.parametrize(("scheme", "period"), [("zhejiang_city", "2023"), ("county_opening", "2024Q4")])
def test_readings_of_a_shipped_scheme(scheme: str, period: str) -> None:
    """Each reading scored from what is known says word for word what a what-if from the files says."""
    base = BOOK.prepare(scheme, period).evaluation
    pairs = [(name, choice) for name, choices in Readings(ROOT, base).alternatives.items() for choice in choices]
    assert pairs
    for name, choice in pairs:
        settings = {f"assumptions.{name}": choice}
        try:
            expected = BOOK.prepare(scheme, period, overrides=settings).evaluation
        except Refused:
            with pytest.raises(Refused):
                rescore(ROOT, base, settings)
            continue
        assert told(rescore(ROOT, base, settings)) == told(expected)


@pytest.mark.parametrize(("scheme", "period"), [("zhejiang_city", "2023"), ("haizhou", "2019")])
def test_figures_of_a_shipped_scheme(scheme: str, period: str) -> None:
    """Figures turned at random, one or two at a time, give what a what-if from the files gives, the trail of each cell included."""
    base, draw = BOOK.prepare(scheme, period).evaluation, random.Random(6)  # noqa: S311
    numbers = [key for key, figure in base.dataset.figures.items() if isinstance(figure.used.value, type(exact(1)))]
    for _ in range(6):
        settings = {
            f"values.{unit}.{quantity}.{when}": str(int(base.dataset.figures[unit, quantity, when].used.value) + draw.randint(0, 1))
            for unit, quantity, when in draw.sample(numbers, draw.randint(1, 2))
        }
        try:
            expected = BOOK.prepare(scheme, period, overrides=settings).evaluation
        except Refused as refused:
            with pytest.raises(Refused, match=re.escape(str(refused))):
                rescore(ROOT, base, settings)
            continue
        other = rescore(ROOT, base, settings)
        assert told(other) == told(expected)
        assert (other.dataset.figures, other.dataset.replaced) == (expected.dataset.figures, expected.dataset.replaced)

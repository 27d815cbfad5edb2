"""Robustness: intervals, shares and sensitivity of situations that can be worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from evalbook.analysis.robustness import Robustness, Study, raters, sensitivity
from evalbook.errors import Refused

TWO = """
units: [甲, 乙]
edition:
  tree:
    total: {marks: 20, children: [one, two]}
    one: {marks: 10, measure: {value: $a}, rule: {judged: marks}}
    two: {marks: 10, measure: {value: $b}, rule: {judged: marks}}
  rankings: {place: {of: total}}
  outcomes: {awarded: {quota: 1, by: place}}
figures: {a: [10, 0], b: [0, 9]}
"""


def test_share_of_draws_is_the_probability(situation: Any) -> None:
    """甲 has 10·w, 乙 9·v with w, v uniform on 0.8–1.2: 乙 wins where v > 10w/9, a triangle of area (1.2 − 8/9)²·(9/10)/2 of 0.16 (27.2%).

    Scaling both weights to the same total does not change which is larger.
    """
    found = Robustness(situation(TWO).evaluate(), Study(weights=0.2, draws=20_000))
    expected = (1.2 - 0.8 / 0.9) ** 2 * 0.9 / 2 / 0.16
    share = found.shares["awarded"]["乙"]
    assert share == pytest.approx(expected, abs=0.01)
    assert found.shares["awarded"]["甲"] == pytest.approx(1 - share)


def test_interval_of_places(situation: Any) -> None:
    """Two units that both can be first: each has places 1 to 2, and the undisturbed place beside."""
    rows = Robustness(situation(TWO).evaluate(), Study(weights=0.2, draws=2000)).intervals["place"]
    assert [(one.unit, one.place, one.best, one.worst) for one in rows] == [("甲", 1, 1, 2), ("乙", 2, 1, 2)]


def test_same_seed_same_result(situation: Any) -> None:
    """A study is its seed: the same one gives the same, another one another."""
    evaluation = situation(TWO).evaluate()
    first, again, other = (Robustness(evaluation, Study(draws=500, seed=seed)).as_dict() for seed in (1, 1, 2))
    assert first == again
    assert first["shares"] != other["shares"]


def test_an_error_more_changes_no_other_draw(situation: Any) -> None:
    """Each figure has its own random numbers: an error of b leaves what was drawn of a as it is."""
    evaluation = situation(TWO).evaluate()
    alone = Robustness(evaluation, Study(weights=0, columns={"a": 0.1}, draws=50)).trials.columns
    both = Robustness(evaluation, Study(weights=0, columns={"a": 0.1, "b": 0.1}, draws=50)).trials.columns
    (key,) = alone
    assert np.array_equal(alone[key], both[key])
    assert len(both) == 2


def test_judged_scores_stay_in_their_range(situation: Any) -> None:
    """A score of 10 out of 10 with an error is never above 10."""
    drawn = Robustness(situation(TWO).evaluate(), Study(weights=0, figures=0.5, draws=500)).trials.columns
    assert max(values.max() for values in drawn.values()) == 10.0


def test_leaving_out_an_indicator(situation: Any) -> None:
    """Without the first indicator 乙 (9) is before 甲 (0) and takes the award; without the second nothing changes."""
    one, two = Robustness(situation(TWO).evaluate(), Study(draws=1)).without_indicators
    assert (one.moved, one.most, one.gained["awarded"], one.lost["awarded"]) == (2, 1, ("乙",), ("甲",))
    assert (two.moved, two.who) == (0, "")


def test_leaving_out_a_unit_changes_a_scale(situation: Any) -> None:
    """Min–max within the field: without 丙 the scales are those of 甲 and 乙 alone, and 甲 catches up with 乙."""
    evaluation = situation(
        """
        units: [甲, 乙, 丙]
        edition:
          tree:
            total: {marks: 20, children: [one, two]}
            one: {marks: 10, measure: {position: $a}, rule: {line: {cap: 1}, yields: share}}
            two: {marks: 10, measure: {position: $b}, rule: {line: {cap: 1}, yields: share}}
          rankings: {place: {of: total}}
        figures: {a: [10, 6, 0], b: [0, 5, 10]}
        """
    ).evaluate()
    # all three: 甲 10, 乙 6 + 5 = 11, 丙 10; without 丙: 甲 10 + 0, 乙 0 + 10: a tie, so 甲 goes up by nothing and 乙 stays first with 甲
    assert [evaluation.place("place", row) for row in range(3)] == [2, 1, 2]
    last = Robustness(evaluation, Study(draws=1)).without_units[2]
    assert (last.what, last.moved, last.who) == ("丙", 1, "甲升1名")


def test_experts_are_drawn_again(situation: Any) -> None:
    """Three experts gave 6, 7 and 8: a mean of a resampled panel lies between 6 and 8 and is not always 7."""
    evaluation = situation(
        """
        units: [甲, 乙]
        edition:
          tree: {panel: {marks: 10, measure: {fold: $ratings.score, how: mean}, rule: {judged: marks}}}
          rankings: {place: {of: panel}}
        items: {ratings: [{unit: 甲, score: 6}, {unit: 甲, score: 7}, {unit: 甲, score: 8}, {unit: 乙, score: 7}]}
        """
    ).evaluate()
    assert list(raters(evaluation)) == ["panel"]
    found = Robustness(evaluation, Study(weights=0, experts=True, draws=400))
    first = found.intervals["place"][0]
    assert (first.best, first.worst) == (1, 2)


def test_sensitivity_of_a_linear_scheme(situation: Any) -> None:
    """Total = 8·w + 4·v with independent weights of one spread: shares of variance 64 : 16, main equal to total (no interaction)."""
    evaluation = situation(TWO.replace("a: [10, 0], b: [0, 9]", "a: [8, 0], b: [4, 9]")).evaluate()
    one, two = sensitivity(evaluation, spread=0.2, base=1024, unit="甲")
    assert (one.main, one.total) == (pytest.approx(0.8, abs=0.02), pytest.approx(0.8, abs=0.02))
    assert (two.main, two.total) == (pytest.approx(0.2, abs=0.02), pytest.approx(0.2, abs=0.02))


@pytest.mark.parametrize(
    ("study", "code"),
    [
        (Study(weights=1.0), "robustness.weights"),
        (Study(weights=-0.1), "robustness.weights"),
        (Study(figures=1.5), "robustness.noise"),
        (Study(columns={"aa": 0.1}), "robustness.column"),
        (Study(draws=0), "robustness.draws"),
        (Study(draws=10**9), "robustness.draws"),
        (Study(experts=True), "robustness.experts"),
        (Study(weights=0), "robustness.nothing"),
    ],
)
def test_senseless_study_is_refused(situation: Any, study: Study, code: str) -> None:
    """Weights that could become zero, noise above the value, columns that do not exist: an instruction each."""
    with pytest.raises(Refused) as caught:
        Robustness(situation(TWO).evaluate(), study)
    assert code in {fault.code for fault in caught.value.faults}
    assert all(fault.remedy for fault in caught.value.faults)


def test_scheme_without_points_is_refused(situation: Any) -> None:
    """Targets and lists alone have nothing to draw."""
    plain = """
    units: [甲]
    edition: {outcomes: {met: {list: {ge: [$a, 1]}}}}
    figures: {a: [1]}
    """
    with pytest.raises(Refused, match="没有计分的指标"):
        Robustness(situation(plain).evaluate(), Study())

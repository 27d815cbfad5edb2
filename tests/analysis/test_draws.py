"""Draws: many evaluations in one walk are the evaluations one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evalbook.analysis.draws import Drawn, Trials, exactly, figures, judged_bounds
from evalbook.analysis.robustness import Robustness, Study, raters
from evalbook.errors import Refused
from evalbook.kinds.measures.value import Value
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("scheme", "period"),
    [("zhejiang_city", "2023"), ("zhejiang_county", "2023"), ("anyang", "2021Q1"), ("haizhou", "2019"), ("hunan_trial", "2021")],
)
def test_draws_are_what_the_exact_path_gives(scheme: str, period: str) -> None:
    """Figures and weights of three draws, scored one by one on exact numbers: the same totals, places and lists."""
    evaluation = Workbook(ROOT).prepare(scheme, period).evaluation
    study = Study(weights=0.3, figures=0.04, experts=bool(raters(evaluation)), draws=3, seed=7)
    trials = Robustness(evaluation, study).trials
    drawn = Drawn(evaluation, trials)
    for draw in range(3):
        exact = exactly(evaluation, trials, draw)
        for root in evaluation.scheme.roots:
            column = exact.node(root).column
            expected = np.array([float(v) for v in column.values])
            assert np.abs(drawn.totals(root)[draw] - expected).max() < 1e-6
        for ranking in drawn.rankings:
            places = [exact.place(ranking, row) or 0 for row in range(len(exact.unit_codes))]
            assert drawn.places(ranking)[draw].tolist() == places
        for outcome in drawn.lists:
            mask = drawn.listed(outcome)
            assert mask is not None
            rows = set(np.flatnonzero(mask[draw]).tolist())
            assert rows <= set(exact.decision(outcome).listed)


@pytest.mark.parametrize("scheme", ["zhejiang_city", "zhejiang_county", "etdz", "anyang", "haizhou", "hunan_trial", "county_trial"])
def test_one_draw_without_change_is_the_evaluation(scheme: str) -> None:
    """Floats tie where exact numbers tie: the undisturbed draw has the places of the evaluation."""
    book = Workbook(ROOT)
    evaluation = book.prepare(scheme, book.periods(scheme)[-1]).evaluation
    drawn = Drawn(evaluation, Trials())
    for ranking in drawn.rankings:
        expected = [evaluation.place(ranking, row) or 0 for row in range(len(evaluation.unit_codes))]
        assert drawn.places(ranking)[0].tolist() == expected


def test_only_figures_that_score_are_drawn(situation: Any) -> None:
    """Answers, and figures that no points rest on, have no error; a judged score keeps its range."""
    evaluation = situation(
        """
        units: [甲, 乙]
        edition:
          tables: {units: {columns: {score: {label: 评分}, spare: {label: 备查}, done: {label: 完成, type: yes_no}}}}
          tree:
            total: {marks: 15, children: [judged, answered]}
            judged: {marks: 10, measure: {value: $score}, rule: {judged: marks}}
            answered: {marks: 5, measure: {value: $done}, rule: {met: marks}}
        figures: {score: [8, 7], spare: [1, 2], done: [是, 否]}
        """
    ).evaluate()
    assert [key[1] for key in figures(evaluation)] == ["score"]
    assert list(judged_bounds(evaluation).values()) == [10.0]


#: 甲 120, 乙 90: who trades at least 100 gets the points of his score, the other none; the award bars who is under the list.
GATED = """
units: [甲, 乙]
edition:
  tree:
    total: {marks: 10, children: [leaf]}
    leaf: {marks: 10, measure: {value: $score}, rule: {judged: marks}, when: WHEN, otherwise: zero}
  rankings: {place: {of: total}}
  outcomes: {warned: {list: {lt: [$trade, 100]}, word: 通报批评}}
figures: {trade: [120, 90], score: [8, 7]}
"""
GATES = {"figure": "{ge: [$trade, 100]}", "list": "{not: {listed: warned}}"}


def drawn(evaluation: Any, *trade: tuple[float, float]) -> Drawn:
    """Draws of 甲 and 乙's trade."""
    return Drawn(evaluation, Trials({("units", "trade", str(evaluation.scheme.period)): np.array(trade)}))


def test_a_condition_that_all_draws_answer_alike_is_drawn(situation: Any) -> None:
    """甲 stays above 100 and 乙 below in both draws: 8 and 0 points."""
    evaluation = situation(GATED.replace("WHEN", GATES["figure"])).evaluate()
    assert drawn(evaluation, (120.5, 90), (101, 99)).totals("total").tolist() == [[8, 0], [8, 0]]


@pytest.mark.parametrize("gate", GATES)
def test_a_condition_that_depends_on_the_draw_is_refused(situation: Any, gate: str) -> None:
    """乙 is above 100 in one draw and below in the other, so the gate differs; told is which figure, and what to do."""
    evaluation = situation(GATED.replace("WHEN", GATES[gate])).evaluate()
    with pytest.raises(Refused) as refused:
        drawn(evaluation, (120, 90), (120, 110))
    (fault,) = refused.value.faults
    assert fault.code == "draws.condition"
    assert "trade" in fault.message
    assert "--figures" in fault.remedy


@pytest.mark.parametrize("error", [ValueError, IndexError])
def test_a_fault_of_the_program_is_not_taken_for_a_condition(
    situation: Any, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    """What a kind does wrong on draws comes out as it is."""
    evaluation = situation(GATED.replace("WHEN", GATES["figure"])).evaluate()

    def broken(*_: Any) -> Any:
        raise error("shapes do not fit")

    monkeypatch.setattr(Value, "compute", broken)
    with pytest.raises(error, match="shapes do not fit"):
        drawn(evaluation, (120, 90), (110, 95))

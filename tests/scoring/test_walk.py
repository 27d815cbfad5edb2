"""Whole evaluations of random schemes and figures: what must hold whatever the document says and whatever was filed."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evalbook.exact import exact
from evalbook.scoring.evaluation import Evaluation
from evalbook.terms import State

Build = Callable[[Any], Any]
LEAVES = ("a", "b", "c", "d")
#: Rules that use the whole roster, so that anything in a field can happen.
RULES: dict[str, dict[str, Any]] = {
    "thirds": {"thirds": ["10", "6", "2"]},
    "shares": {"shares": {"0.2": "10", "0.7": "4", "1": "1"}, "cut": "floor"},
    "bands": {"rank_bands": {"1": "10", "2-3": "7", "4-6": "3"}, "recut": "proportional"},
    "mean_points": {"rank_bands": {"1": "10", "2-3": "7", "4-6": "3"}, "recut": "proportional", "ties": "mean_points"},
    "per_item": {"per_item": "0.7", "cap": "marks"},
    "line": {"line": {"slope": "1/3", "start": "1", "cap": "marks"}},
    "met": {"met": "marks", "at_least": "4"},
}
#: Whole figures of a few sizes: ties are frequent, floats are exact.
FIGURE = st.one_of(st.none(), st.integers(0, 12))


@st.composite
def situations(draw: st.DrawFn, *, missing: bool = True, policy: str | None = None) -> dict[str, Any]:
    """Two branches of two leaves each under a total, for one to eight units."""
    count = draw(st.integers(1, 8))
    units = [f"单位{n}" for n in range(count)]
    figure = FIGURE if missing else FIGURE.filter(lambda v: v is not None)
    figures = {leaf: dict(zip(units, draw(st.lists(figure, min_size=count, max_size=count)), strict=True)) for leaf in LEAVES}
    policies = st.sampled_from(["zero", "rescale", "fewer", "propagate"]) if policy is None else st.just(policy)
    tree: dict[str, Any] = {
        "total": {"marks": "40", "children": ["main", "work"], "missing": draw(policies)},
        "main": {"marks": "20", "children": ["a", "b"], "missing": draw(policies)},
        "work": {"marks": "20", "children": ["c", "d"], "missing": draw(policies)},
    }
    for leaf in LEAVES:
        rule = RULES[draw(st.sampled_from(sorted(RULES)))]
        tree[leaf] = {"marks": "10", "measure": {"value": f"${leaf}"}, "rule": rule}
    return {
        "units": units,
        "edition": {
            "tree": tree,
            "rankings": {"place": {"of": "total", "ties": draw(st.sampled_from(["competition", "dense", "worst"]))}},
            "outcomes": {"awarded": {"quota": str(draw(st.integers(1, 4))), "by": "place"}},
        },
        "figures": {leaf: {u: None if v is None else str(v) for u, v in by_unit.items()} for leaf, by_unit in figures.items()},
    }


def points(found: Evaluation, name: str) -> dict[str, Fraction | None]:
    """Points per unit name."""
    return {unit: None if (p := found.points(name, row)) is None else Fraction(p) for row, unit in enumerate(found.unit_names)}


def everything(found: Evaluation) -> dict[str, Any]:
    """Points, places and verdicts per unit name, for comparison between evaluations."""
    rows = {unit: row for row, unit in enumerate(found.unit_names)}
    return {
        unit: (
            [(n, found.points(n, row), found.state(n, row)) for n, _ in found.nodes],
            found.place("place", row),
            str(found.decision("awarded").verdicts[row]),
        )
        for unit, row in sorted(rows.items())
    }


@given(raw=situations(policy="zero"))
def test_contributions_sum_to_the_total(situation: Build, raw: dict[str, Any]) -> None:
    """Where gaps count zero, the points of the indicators add up to the dimension and to the total, exactly."""
    found = situation(raw).evaluate()
    for row in range(len(found.unit_codes)):
        leaf = {n: found.points(n, row) or exact(0) for n in LEAVES}
        assert found.points("main", row) == leaf["a"] + leaf["b"]
        assert found.points("work", row) == leaf["c"] + leaf["d"]
        assert found.points("total", row) == sum(leaf.values())


@given(raw=situations())
def test_points_keep_within_their_marks(situation: Build, raw: dict[str, Any]) -> None:
    """With rules capped at the marks, no node exceeds its marks or falls below zero, scaled or not."""
    found = situation(raw).evaluate()
    for name, marks in {**dict.fromkeys(LEAVES, 10), "main": 20, "work": 20, "total": 40}.items():
        assert all(p is None or 0 <= p <= marks for p in points(found, name).values())


@given(raw=situations())
def test_rescaling_keeps_the_proportion(situation: Build, raw: dict[str, Any]) -> None:
    """A scaled branch has the same part of its marks that the children assessed have of theirs, to half a step."""
    found = situation(raw).evaluate()
    for name in ("main", "work", "total"):
        result = found.node(name)
        for row in np.flatnonzero(result.rescaled):
            assert result.assessed[row] == result.marks[row]
            share = Fraction(result.total[row]) / Fraction(result.out_of[row])
            assert abs(Fraction(result.points.at(row)) - share * Fraction(result.marks[row])) <= Fraction(1, 200)


@given(raw=situations(), random=st.randoms(use_true_random=False))
def test_the_order_of_the_roster_is_irrelevant(situation: Build, raw: dict[str, Any], random: Any) -> None:
    """Nobody's points, place or verdict depends on where in the roster anybody stands."""
    straight = everything(situation(raw).evaluate())
    shuffled = list(raw["units"])
    random.shuffle(shuffled)
    assert everything(situation({**raw, "units": shuffled}).evaluate()) == straight


@given(raw=situations())
def test_ranks_agree_with_totals(situation: Build, raw: dict[str, Any]) -> None:
    """A better total has a better place, the best is first unless tied units are told to share the worse place, no total no place."""
    found = situation(raw).evaluate()
    totals = points(found, "total")
    placed = {unit: found.place("place", row) for row, unit in enumerate(found.unit_names)}
    for unit, total in totals.items():
        assert (placed[unit] is None) == (total is None)
        for other, theirs in totals.items():
            if total is not None and theirs is not None:
                assert (total > theirs) == (placed[unit] < placed[other])
    if raw["edition"]["rankings"]["place"]["ties"] != "worst" and any(p is not None for p in placed.values()):
        best = max(t for t in totals.values() if t is not None)
        assert {unit for unit, place in placed.items() if place == 1} == {unit for unit, t in totals.items() if t == best}


@given(raw=situations())
def test_who_has_no_total_stands_behind_all_who_have(situation: Build, raw: dict[str, Any]) -> None:
    """In the full order those without a total share the place after everybody who has one, however ties are placed."""
    found = situation(raw).evaluate()
    totals, order = points(found, "total"), found.ranking("place").order.tolist()
    behind = 1 + sum(total is not None for total in totals.values())
    for unit, total in totals.items():
        better = sum(other is not None and total is not None and other > total for other in totals.values())
        assert order[found.row(unit)] == (behind if total is None else 1 + better)


@pytest.mark.parametrize("across", ["pending", "all_in", "none_in"])
@given(raw=situations())
def test_nobody_better_is_left_out(situation: Build, across: str, raw: dict[str, Any]) -> None:
    """Whoever is listed is at least as good as whoever is not, and the seats are kept as the tie policy says."""
    raw["edition"]["outcomes"]["awarded"]["across_tie"] = across
    found = situation(raw).evaluate()
    verdicts, totals = found.decision("awarded").verdicts, points(found, "total")
    by_verdict: dict[str, list[Fraction]] = {"入选": [], "待裁定": [], "未入选": [], "不参与排名": []}
    for verdict, total in zip(verdicts, totals.values(), strict=True):
        by_verdict[str(verdict)].append(Fraction(0) if total is None else total)
    seats, ranked = int(raw["edition"]["outcomes"]["awarded"]["quota"]), sum(t is not None for t in totals.values())
    inside, waiting, outside = (by_verdict[v] for v in ("入选", "待裁定", "未入选"))
    assert min(inside, default=0) > max(waiting + outside, default=-1) or not inside or not waiting + outside
    assert len(set(waiting)) <= 1
    assert min(waiting, default=0) > max(outside, default=-1) or not waiting or not outside
    if across == "pending":
        assert len(inside) <= min(seats, ranked) <= len(inside) + len(waiting)
    elif across == "all_in":
        assert len(inside) >= min(seats, ranked)
    else:
        assert len(inside) <= seats


@given(raw=situations(), leaf=st.sampled_from(LEAVES), more=st.integers(1, 9))
def test_filing_more_never_hurts(situation: Build, raw: dict[str, Any], leaf: str, more: int) -> None:
    """A unit that raises a figure keeps or raises its points there, in the dimension and in total (none of the rules is a penalty)."""
    unit = raw["units"][0]
    before_value = raw["figures"][leaf][unit]
    assume(before_value is not None and "mean_points" not in str(raw["edition"]["tree"][leaf]["rule"]))
    before = situation(raw).evaluate()
    raised = {**raw, "figures": {**raw["figures"], leaf: {**raw["figures"][leaf], unit: str(int(before_value) + more)}}}
    after = situation(raised).evaluate()
    for name in (leaf, "main", "work", "total"):
        old, new = points(before, name)[unit], points(after, name)[unit]
        assert (old is None) == (new is None)
        assert old is None or new >= old


@given(raw=situations(), factor=st.sampled_from(["0.0001", "3", "10000"]))
def test_the_unit_of_measure_is_irrelevant_for_places(situation: Build, raw: dict[str, Any], factor: str) -> None:
    """Ten thousand yuan or a hundred million: where a rule reads places only, no point changes."""
    for leaf in LEAVES:
        assume(not {"per_item", "line", "met"} & set(raw["edition"]["tree"][leaf]["rule"]))
    scaled = {
        leaf: {u: None if v is None else str(Fraction(v) * Fraction(factor)) for u, v in by_unit.items()}
        for leaf, by_unit in raw["figures"].items()
    }
    assert everything(situation({**raw, "figures": scaled}).evaluate()) == everything(situation(raw).evaluate())


@given(raw=situations(), filed=st.lists(FIGURE, min_size=4, max_size=4))
def test_who_only_files_changes_nothing_for_others(situation: Build, raw: dict[str, Any], filed: list[int | None]) -> None:
    """A unit that files without being ranked leaves every other unit's points, place and verdict as they are."""
    joined = {**dict.fromkeys(raw["units"]), "旁听": {"participation": "files_only"}}
    figures = {leaf: {**raw["figures"][leaf], "旁听": None if v is None else str(v)} for leaf, v in zip(LEAVES, filed, strict=True)}
    found = everything(situation({**raw, "units": joined, "figures": figures}).evaluate())
    aside = found.pop("旁听")
    assert found == everything(situation(raw).evaluate())
    assert aside[1] is None
    assert aside[2] == "不参与排名"


@given(raw=situations())
def test_a_gap_says_so(situation: Build, raw: dict[str, Any]) -> None:
    """An indicator has points exactly where its figure was filed; a blank is missing, never zero."""
    found = situation(raw).evaluate()
    for leaf in LEAVES:
        for row, unit in enumerate(found.unit_names):
            filed = raw["figures"][leaf][unit] is not None
            assert found.state(leaf, row) == (State.OK if filed else State.MISSING)
            assert (found.points(leaf, row) is not None) == filed


@given(raw=situations())
def test_floats_agree_where_they_can_hold_the_figures(situation: Build, raw: dict[str, Any]) -> None:
    """On float64 every node has the same states and, within 1e-9, the same points; places and verdicts are the same."""
    built = situation(raw)
    found, walk = built.evaluate(), built.floats()
    for name, _ in found.nodes:
        exactly, floating = found.node(name).points, walk.results[name].points
        assert floating.states.tolist() == exactly.states.tolist()
        assert floating.values.tolist() == pytest.approx([float(v) for v in exactly.values], abs=1e-9)
    assert walk.decisions["awarded"].verdicts.tolist() == found.decision("awarded").verdicts.tolist()


@given(raw=situations(), drop=st.integers(0, 7))
def test_the_record_names_every_number(situation: Build, raw: dict[str, Any], drop: int) -> None:
    """Taking one figure away changes the record, and putting it back restores it."""
    unit = raw["units"][drop % len(raw["units"])]
    assume(raw["figures"]["a"][unit] is not None)
    without = {**raw, "figures": {**raw["figures"], "a": {**raw["figures"]["a"], unit: None}}}
    digest = situation(raw).evaluate().digest()
    assert situation(without).evaluate().digest() != digest
    assert situation(raw).evaluate().digest() == digest

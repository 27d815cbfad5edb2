"""Rules that outcomes keep whatever the figures: money balances to the cent, everybody has one verdict, order does not matter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evalbook.exact import exact
from evalbook.kinds.outcomes.payment import divided
from evalbook.scoring.evaluation import Evaluation
from evalbook.terms import Standing

#: Few different values, so that ties are the rule.
POINTS = st.lists(st.integers(min_value=1, max_value=4), min_size=1, max_size=9)
GROUPS = st.lists(st.sampled_from(["县", "区"]), min_size=9, max_size=9)
AMOUNTS = st.integers(min_value=1, max_value=20_000_000).map(lambda cents: f"{cents // 100}.{cents % 100:02d}")
TIES = st.sampled_from(["pending", "all_in", "none_in"])


def county(points: list[int], groups: list[str], outcomes: str) -> str:
    """A situation: units in groups, ranked by their points within the group, and the outcomes under test."""
    names = [f"单位{number:02d}" for number in range(len(points))]
    units = ", ".join(f"{name}: {{group: {group}}}" for name, group in zip(names, groups, strict=False))
    return f"""
units: {{{units}}}
figures: {{p: {points}}}
edition:
  rankings: {{place: {{of: $p, within: $group}}}}
  outcomes: {{x: {outcomes}}}
"""


def evaluated(situation: Callable[[Any], Any], points: list[int], groups: list[str], outcomes: str) -> Evaluation:
    """The situation, scored exactly."""
    found = situation(county(points, groups, outcomes)).evaluate()
    assert isinstance(found, Evaluation)
    return found


def members(points: list[int], groups: list[str]) -> dict[str, list[int]]:
    """Group → row numbers."""
    found: dict[str, list[int]] = defaultdict(list)
    for row in range(len(points)):
        found[groups[row]].append(row)
    return found


@given(st.integers(min_value=-(10**9), max_value=10**9), st.integers(min_value=1, max_value=40), st.sampled_from(["元", "万元"]))
def test_division_loses_no_cent(cents: int, shares: int, uom: str) -> None:
    """Shares and remainder make up the sum; a share is whole cents; the remainder is less than a cent per share."""
    worth = {"元": 1, "万元": 10_000}[uom]
    total = exact(Fraction(cents, 100 * worth))
    share, rest = divided(total, shares, uom)
    assert share * shares + rest == total
    assert (share * worth * 100).denominator == 1
    assert abs(rest) * worth * 100 < shares
    assert rest * total >= 0


@given(points=POINTS, groups=GROUPS, first=AMOUNTS, second=AMOUNTS, last=AMOUNTS)
def test_shared_money_is_the_money_of_the_places(
    situation: Callable[[Any], Any], points: list[int], groups: list[str], first: str, second: str, last: str
) -> None:
    """In a group without a tie between the first and the last, exactly the amounts of its places are paid, remainders included."""
    table = f"{{first: {first}, 2: {second}, last: -{last}}}"
    evaluation = evaluated(situation, points, groups, f"{{money: {table}, by: place, payer: 市财政}}")
    decision = evaluation.decision("x")
    paid = sum((p.amount for p in decision.payments), exact(0))
    expected = exact(0)
    for rows in members(points, groups).values():
        size = len(rows)
        for value in {points[row] for row in rows}:
            tied = [row for row in rows if points[row] == value]
            low = 1 + sum(points[row] > value for row in rows)
            front = [exact({1: first, 2: second}.get(place, "0")) for place in range(low, low + len(tied))]
            back = exact(last) if low + len(tied) - 1 == size else exact(0)
            torn = any(front) and bool(back)
            waits = [decision.standings[row] == Standing.PENDING for row in tied]
            assert waits == [torn] * len(tied)
            expected += exact(0) if torn else sum(front, exact(0)) - back
    assert paid == expected
    assert all((p.amount * 100).denominator == 1 for p in decision.payments)


@given(points=POINTS, groups=GROUPS, first=AMOUNTS)
def test_payments_are_the_verdicts(situation: Callable[[Any], Any], points: list[int], groups: list[str], first: str) -> None:
    """What a unit is paid is its verdict; whoever waits or gets nothing has no payment."""
    evaluation = evaluated(situation, points, groups, f"{{money: {{first: {first}, last: -5}}, by: place, payer: 市财政}}")
    decision, paid = evaluation.decision("x"), evaluation.paid("x")
    for row, verdict in enumerate(decision.verdicts):
        assert paid.get(row, exact(0)) == (exact(0) if isinstance(verdict, str) else verdict)


@given(points=POINTS, groups=GROUPS, quota=st.integers(min_value=1, max_value=5), tie=TIES, last=st.booleans())
def test_quota_in_each_group(
    situation: Callable[[Any], Any], points: list[int], groups: list[str], quota: int, tie: str, last: bool
) -> None:
    """Each group lists its quota, or fewer or more only by a tie across it and as the policy says; nobody better is left out."""
    word = "last" if last else "first"
    evaluation = evaluated(situation, points, groups, f"{{quota: {quota}, from: {word}, by: place, across_tie: {tie}}}")
    standings = evaluation.decision("x").standings
    for rows in members(points, groups).values():
        listed = [row for row in rows if standings[row] == Standing.LISTED]
        waiting = [row for row in rows if standings[row] == Standing.PENDING]
        outside = [row for row in rows if standings[row] == Standing.NOT_LISTED]
        seats = min(quota, len(rows))
        assert not waiting or tie == "pending"
        if tie == "all_in":
            assert len(listed) >= seats
        else:
            assert len(listed) <= seats <= len(listed) + len(waiting) + (len(outside) if tie == "none_in" else 0)
        toward = -1 if last else 1
        for inner in listed:
            assert all(toward * points[inner] > toward * points[row] for row in (*waiting, *outside))
        for row in waiting:
            assert all(toward * points[row] > toward * points[other] for other in outside)
            assert sum(points[other] == points[row] for other in waiting) == len(waiting)


@given(
    points=POINTS, groups=GROUPS, share=st.integers(min_value=1, max_value=100), tie=TIES, cut=st.sampled_from(["floor", "ceil", "half_up"])
)
def test_grades_keep_their_share(
    situation: Callable[[Any], Any], points: list[int], groups: list[str], share: int, tie: str, cut: str
) -> None:
    """No group has more of a grade than its share allows, unless all those tied are let in; better points never mean a lower grade."""
    ladder = f"{{ladder: [{{grade: 优秀, share: {share}%}}, {{grade: 合格}}], by: place, across_tie: {tie}, cut: {cut}}}"
    verdicts = evaluated(situation, points, groups, ladder).decision("x").verdicts
    for rows in members(points, groups).values():
        part = Fraction(share * len(rows), 100)
        seats = {"floor": int(part), "ceil": -int(-part // 1), "half_up": int(part + Fraction(1, 2))}[cut]
        best = [row for row in rows if verdicts[row] == "优秀"]
        if tie != "all_in":
            assert len(best) <= seats
        for row in best:
            assert all(points[row] > points[other] for other in rows if verdicts[other] == "合格")


KINDS = [
    pytest.param("{quota: 2, by: place}", id="quota"),
    pytest.param("{quota: 2, from: last, by: place, across_tie: all_in}", id="last"),
    pytest.param("{money: {first: 100, last: -100}, by: place, payer: 市财政}", id="money"),
    pytest.param("{ladder: [{grade: 优秀, share: 30%}, {grade: 合格, threshold: 2}, {grade: 不合格}], by: place}", id="ladder"),
    pytest.param("{list: [{when: {ge: [$p, 3]}}, {when: {le: [$p, 3]}}], need: 2}", id="list"),
    pytest.param("{check: {ge: [$p, 2]}}", id="check"),
    pytest.param("{choose: [{when: {ge: [$p, 3]}, value: 优}, {else: 良}]}", id="choose"),
]


@pytest.mark.parametrize("outcome", KINDS)
@given(points=POINTS, groups=GROUPS, data=st.data())
def test_order_of_units_is_irrelevant(
    situation: Callable[[Any], Any], outcome: str, points: list[int], groups: list[str], data: st.DataObject
) -> None:
    """The same units in another order get the same verdicts, each exactly one, and a word for it."""
    order = data.draw(st.permutations(range(len(points))))
    decision = evaluated(situation, points, groups, outcome).decision("x")
    other = evaluated(situation, [points[r] for r in order], [groups[r] for r in order], outcome).decision("x")
    assert [other.verdicts[place] for place in range(len(order))] == [decision.verdicts[row] for row in order]
    assert len(decision.verdicts) == len(decision.standings) == len(points)
    assert sorted(decision.order) == list(range(len(points)))
    assert all(verdict != "" for verdict in decision.verdicts)


@given(done=st.lists(st.one_of(st.none(), st.integers(min_value=0, max_value=3)), min_size=9, max_size=9), need=st.integers(1, 3))
def test_a_list_that_needs_more_lists_fewer(situation: Callable[[Any], Any], done: list[int | None], need: int) -> None:
    """Who is on a list that needs k + 1 causes is on the one that needs k; one that needs all three is the one that needs ``all``."""
    blank = ", ".join("null" if value is None else str(value) for value in done)

    def listed(word: Any) -> set[int]:
        text = f"""
units: 3
figures: {{a: [{", ".join(blank.split(", ")[:3])}], b: [{", ".join(blank.split(", ")[3:6])}], c: [{", ".join(blank.split(", ")[6:])}]}}
edition: {{outcomes: {{x: {{list: [{{when: {{gt: [$a, 1]}}}}, {{when: {{gt: [$b, 1]}}}}, {{when: {{gt: [$c, 1]}}}}], need: {word}}}}}}}
"""
        standings = situation(text).evaluate().decision("x").standings
        return {row for row in range(3) if standings[row] == Standing.LISTED}

    assert listed(min(need + 1, 3)) <= listed(need)
    assert listed(1) == listed("any")
    assert listed(3) == listed("all")


@given(
    amounts=st.lists(st.integers(min_value=0, max_value=10**7), min_size=1, max_size=6),
    units=st.lists(st.integers(min_value=0, max_value=2), min_size=6, max_size=6),
    percent=st.sampled_from(["1", "0.5", "2.75", "1/3"]),
)
def test_percentages_add_up(situation: Callable[[Any], Any], amounts: list[int], units: list[int], percent: str) -> None:
    """A unit's sum is the sum of its rows; each row is the exact part to within half a cent, halves upward."""
    rows = ", ".join(f"{{unit: 单位{u + 1}, id: P{n}, sum: {a}}}" for n, (a, u) in enumerate(zip(amounts, units, strict=False)))
    text = f"""
units: 3
edition:
  tables: {{projects: {{label: 项目, columns: {{sum: {{uom: 元}}}}}}}}
  outcomes: {{x: {{percentage: {percent}, of: $projects.sum, payer: 县财政}}}}
items: {{projects: [{rows}]}}
"""
    decision = situation(text).evaluate().decision("x")
    for unit in range(3):
        assert sum((line.verdict for line in decision.lines if line.unit == unit), exact(0)) == decision.verdicts[unit]
    for line in decision.lines:
        part = exact(percent) * amounts[line.item] / 100
        assert -exact("0.005") <= part - line.verdict < exact("0.005")
        assert (line.verdict * 100).denominator == 1


@given(points=st.lists(st.integers(min_value=1, max_value=50), min_size=2, max_size=9, unique=True), groups=GROUPS)
def test_shared_without_ties_is_every_policy(situation: Callable[[Any], Any], points: list[int], groups: list[str]) -> None:
    """Where nobody is tied and no group has a single unit, all policies pay the same."""
    assume(all(len(rows) > 1 for rows in members(points, groups).values()))
    found = []
    for policy in ("shared", "each_full", "none", "pending", "{decided_by: $p}"):
        money = f"{{money: {{first: 7, last: -3}}, by: place, payer: 市财政, across_tie: {policy}}}"
        found.append(list(evaluated(situation, points, groups, money).decision("x").verdicts))
    assert all(other == found[0] for other in found)

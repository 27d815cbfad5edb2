"""Trends: points over time, and every reason why two periods are not measured alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evalbook.analysis.replay import Side
from evalbook.analysis.trend import Trend
from evalbook.errors import UsageError
from evalbook.exact import exact
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]


def trend(root: Path, scheme: str, *periods: str) -> Trend:
    book, done = Workbook(root), {}  # type: ignore[var-annotated]
    return Trend([Side(period, root, book.prepare(scheme, period, done=done).evaluation) for period in periods])


def test_points_over_time_by_hand(hand: Path) -> None:
    """西县: 53 points and place 1 under the old rules, then 75 and 70 and place 2 under the new ones; 南县 leaves, 北县 comes."""
    found = trend(hand, "hand", "2019", "2020", "2021")
    assert [(point.place, point.total) for point in found.points["02"]] == [(1, exact(53)), (2, exact(75)), (2, exact(70))]
    assert [point.on_roster for point in found.points["03"]] == [True, True, False]
    assert [point.on_roster for point in found.points["04"]] == [False, False, True]


def test_another_edition_is_a_break(hand: Path) -> None:
    """The first two periods are under two editions, the last two are measured alike."""
    found = trend(hand, "hand", "2019", "2020", "2021")
    assert [(one.before, one.after, one.kind) for one in found.breaks] == [("2019年", "2020年", "版本")]
    assert [found.broken(number, "02") for number in (1, 2)] == [True, False]
    assert found.rules_changed == ("hand/2019", "2020")


def test_readings_and_changes_are_breaks_and_rulings_are_not(hand: Path, write_period: Any) -> None:
    """A reading chosen and a parameter changed in the last period are told; who was drawn by lot in a tie is not."""
    more = "assumptions: {ties: dense}\nchanges:\n  - {path: tree.b.rule.line.cap, value: 39, reason: 会议, by: 手, date: 2022-01-01}\n"
    write_period(hand, "2021", more)
    found = trend(hand, "hand", "2020", "2021")
    assert {(one.kind, one.after) for one in found.breaks} == {("参数", "2021年"), ("假设", "2021年")}


def test_a_boundary_that_changes_is_a_break_of_one_unit() -> None:
    """示例开发区007 passes from the old boundary to the new one in 2023: its points are not comparable, those of others are."""
    found = trend(ROOT, "etdz", "2022", "2023")
    assert [(one.kind, one.unit, one.text) for one in found.breaks] == [("口径", "KFQ907", "示例开发区007：调整前口径 → 调整后口径")]
    assert found.broken(1, "KFQ907")
    assert not found.broken(1, "KFQ001")


def test_a_scheme_without_totals_has_no_trend() -> None:
    """Targets alone give nothing to set side by side; what to use instead is told."""
    with pytest.raises(UsageError, match="evalbook compare"):
        trend(ROOT, "county_opening", "2024Q1", "2024Q2")

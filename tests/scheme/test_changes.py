"""Official parameters changed for one period: reason, person and date are asked for, and the report lists old and new."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from evalbook.present import assumptions
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
HEAD = "schema: 1\nperiod: 2023\nchanges:\n"
WHOLE = "{path: tree.trade_points.rule.ties, value: worst, reason: 领导小组会议纪要, by: 示例科室, date: 2024-03-01}"


def test_a_change_is_an_amendment(small: Any) -> None:
    """What it was, what it is, why, by whom and when."""
    (one,) = small.build(settings=f"{HEAD}  - {WHOLE}\n").amendments
    assert (one.path, one.new, one.change.reason, one.change.date) == (
        "tree.trade_points.rule.ties",
        "worst",
        "领导小组会议纪要",
        "2024-03-01",
    )


@pytest.mark.parametrize("key", ["reason", "by", "date"])
@pytest.mark.parametrize("how", ["left out", "blank", "spaces"])
def test_an_unexplained_change_is_refused(small: Any, key: str, how: str) -> None:
    """A change without reason, person or date is refused, in file and line."""
    if how == "left out":
        written = re.sub(rf", {key}: [^,}}]+", "", WHOLE)
    else:
        written = re.sub(rf"{key}: [^,}}]+", f'{key}: "{" " if how == "spaces" else ""}"', WHOLE)
    faults = small.faults(settings=f"{HEAD}  - {written}\n")
    assert [(fault.row, key in (fault.path + fault.message)) for fault in faults] == [(4, True)]


def test_a_change_that_changes_nothing(small: Any) -> None:
    """A change to what the edition says already explains nothing."""
    written = WHOLE.replace("rule.ties", "marks").replace("worst", "11")
    old = small.build(settings=HEAD.replace("changes:\n", "")).source.data["tree"]["trade_points"]["marks"]
    faults = small.faults(settings=f"{HEAD}  - {written.replace('11', str(old))}\n")
    assert [(fault.code, fault.row) for fault in faults] == [("change.no_effect", 4)]


def test_a_parameter_changed_twice(small: Any) -> None:
    """The second change would quietly undo the first."""
    faults = small.faults(settings=f"{HEAD}  - {WHOLE}\n  - {WHOLE.replace('worst', 'mean_points')}\n")
    assert [(fault.code, fault.row) for fault in faults] == [("change.twice", 5)]


def test_the_report_lists_all_changes_since_the_edition() -> None:
    """海州 2019 sets two targets that the document leaves to a separate notice: old and new value, reason, person, date."""
    page = assumptions(Workbook(ROOT).prepare("haizhou", "2019"))
    assert "本期对版本参数的修改（2处）" in page
    row = re.search(r"<tr><td[^>]*>([^<]*)</td><td[^>]*>measures\.district_fdi\.constant</td>(.*?)</tr>", page)
    assert row is not None
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", row[2])
    assert cells[1:] == ["600", "另行下发的全区利用外资任务（模拟）", "区商务局（模拟）", "2019-03-20"]


def test_a_period_without_changes_says_nothing() -> None:
    """No table where there is nothing to list."""
    assert "本期对版本参数的修改" not in assumptions(Workbook(ROOT).prepare("zhejiang_city", "2023"))

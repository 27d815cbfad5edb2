"""E01: a unit's name is a script."""

from __future__ import annotations

from typing import Any

import pytest

from evalbook.publish.audit import audit

NAMES = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "甲&lt;b&gt;乙", "{{7*7}}${7*7}", "</td></table><h1>第1名</h1>"]


@pytest.mark.parametrize("name", NAMES)
def test_name_stays_text(workshop: Any, name: str) -> None:
    """In every table and figure of the report the name is shown as it is written, and does nothing."""
    for file in ("units", "values"):
        workshop.edit(
            f"data/{workshop.scheme}/{workshop.period}/{file}.csv", lambda text: text.replace("大祥区", '"' + name.replace('"', '""') + '"')
        )
    workshop.template("present.totals(run)", "present.scores(run)", "present.ranked_bars(run)", "present.unit_sheets(run)")
    report = workshop.perform()
    html = (report.folder / "report.html").read_text("utf-8")
    assert report.outcome == "completed", report.faults
    assert audit(html) == []
    for whole in ("<script>alert", "<img src=x", "<h1>第1名"):
        assert whole not in html
    workshop.sound()

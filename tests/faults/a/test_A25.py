"""A25: ranges lose their dash when text is taken from a page (23名 for 2—3名)."""

from __future__ import annotations

from typing import Any

import pytest


def test_quota_is_a_number_of_the_scheme(kit: Any, collect: Any, dirty: Any) -> None:
    """A quota is a whole number in the reviewed scheme file; 23名 is refused there."""
    path = kit.root / f"params/{dirty.SCHEME}/2022.yaml"
    text = path.read_text("utf-8")
    assert "quota: 2," in text
    path.write_text(text.replace("quota: 2,", "quota: 23名,"), "utf-8")
    kit.wide()
    code, said = collect()
    assert code == 1
    assert "quota" in said["error"]


@pytest.mark.parametrize("text", ["34月份", "201934", "2—3"])
def test_dates_and_numbers_that_lost_a_dash(kit: Any, refused: Any, text: str) -> None:
    """In a figure such a text is refused or, being a number, at least bounded by its quantity."""
    refused(kit.form(projects=[["330100-1-01", "甲项目", "国家库", 100, text, "是"]]), "cell.date", "日期")

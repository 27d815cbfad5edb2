"""A25: ranges lose their dash when text is taken from a page (23名 for 2—3名)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evalbook.errors import Refused
from evalbook.scoring.evaluation import Evaluation
from evalbook.workbook import Workbook


def with_quota(kit: Any, dirty: Any, quota: str) -> Path:
    """The edition with another quota than 2; its file."""
    path = kit.root / f"params/{dirty.SCHEME}/2022.yaml"
    text = path.read_text("utf-8")
    assert text.count("quota: 2,") == 1
    path.write_text(text.replace("quota: 2,", f"quota: {quota},"), "utf-8")
    return Path(path)


@pytest.mark.parametrize("quota", ["23名", "2—3", "2-3"])
def test_quota_is_a_number_of_the_scheme(kit: Any, dirty: Any, screen: Any, quota: str) -> None:
    """A quota is a whole number in the reviewed scheme file; a text is refused with its line, place and what stands there."""
    path = with_quota(kit, dirty, quota)
    line = next(number for number, text in enumerate(path.read_text("utf-8").splitlines(), 1) if "quota:" in text)
    with pytest.raises(Refused) as refused:
        Workbook(kit.root).prepare(dirty.SCHEME, dirty.PERIOD)
    (fault,) = refused.value.faults
    assert (fault.file, fault.row, fault.path) == (f"params/{dirty.SCHEME}/2022.yaml", line, "outcomes.awarded.quota")
    assert fault.value == quota
    screen(str(fault))
    assert "非负整数" in str(fault)


def test_a_quota_that_lost_its_dash_is_implausible(kit: Any, dirty: Any) -> None:
    """23 for 2—3 is a number like any other: above the eleven units there are it is a finding, which keeps a run from being final."""

    def findings() -> list[str]:
        evaluation: Evaluation = Workbook(kit.root).prepare(dirty.SCHEME, dirty.PERIOD).evaluation
        return [fault.message for fault in evaluation.findings if fault.severity == "finding"]

    assert findings() == []
    with_quota(kit, dirty, "23")
    assert findings() == ["表扬名单：名额23个多于名单上的全部对象（11个）"]
    assert "final.findings" in {fault.code for fault in Workbook(kit.root).prepare(dirty.SCHEME, dirty.PERIOD).blockers}


@pytest.mark.parametrize("text", ["34月份", "201934", "2—3", "3-4月"])
def test_a_day_is_no_scraped_text(kit: Any, refused: Any, text: str) -> None:
    """None of these is a day: refused with what stands in the cell, not read as some month."""
    told = refused(kit.form(projects=[["330100-1-01", "甲项目", "国家库", 100, text, "是"]]), "cell.date", "日期")
    assert text in told


@pytest.mark.parametrize(("text", "code"), [("23名", "uom.two"), ("2—3", "number.range"), ("34月份", "uom.two")])
def test_a_number_is_no_scraped_text(kit: Any, refused: Any, text: str, code: str) -> None:
    """In a column of numbers they are refused with the text, not read as 23 or 34."""
    assert text in refused(kit.wide(C2=text), code, "请")


def test_a_range_that_became_a_number_is_bounded(kit: Any, refused: Any) -> None:
    """A judged score of 2—3 that came in as 23 is above the highest score of 10."""
    path = kit.form({"judged@2023": 23}, who="市考核办")
    assert "不应大于10分" in refused(path, "number.high", "23")

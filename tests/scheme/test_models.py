"""The shape of editions and period files: what the fields of a model alone can say."""

from __future__ import annotations

from typing import Any

import pytest

from evalbook.kinds.aggregates.sum import Sum
from evalbook.scheme.models import Assumption, Branch, EditionFile, EditionShape, Leaf, Years

PERIOD = "schema: 1\nperiod: 2023\n"
WHO = "by: 乙, date: 2024-01-01"


def test_shape_and_file_have_the_same_sections() -> None:
    """What is validated block by block and what editors are told are one list of sections."""
    assert list(EditionFile.model_fields) == list(EditionShape.model_fields)


def test_defaults_are_the_document_rule(small: Any) -> None:
    """Points are rounded half up to 2 decimals, branches sum, and nothing is unofficial, unless the edition says so."""
    scheme = small.build()
    total, leaf = scheme.tree["total"].main, scheme.tree["trade_points"].main
    assert (scheme.meta.round.decimals, scheme.meta.round.mode) == (2, "half_up")
    assert isinstance(total, Branch)
    assert isinstance(leaf, Leaf)
    assert (total.aggregate, total.missing, total.not_applicable) == (Sum(), "zero", "rescale")
    assert (leaf.counts, leaf.official, leaf.otherwise) == (True, True, "not_applicable")


def test_numbers_and_dates_stay_the_texts_they_are(small: Any) -> None:
    """A title that looks like a number and a date of issue are kept letter by letter."""
    scheme = small.build(("title: 示例办法", "title: 010"), ("issued: 2020-01-01", "issued: 2020年1月"))
    assert (scheme.meta.title, scheme.meta.issued) == ("010", "2020年1月")


@pytest.mark.parametrize(
    ("governs", "code", "words"),
    [
        ("{from: 2022, to: 2021}", "value.years", "颠倒"),
        ("{from: 20}", "value.year", "四位数字"),
        ("{from: ２０２０}", "value.year", "四位数字"),
        ("{to: 2019年}", "value.year", "四位数字"),
        ("{from: [2020]}", "value.string_type", "应为文字"),
    ],
    ids=["reversed", "two-digits", "full-width", "with-word", "list"],
)
def test_years_an_edition_governs(small: Any, governs: str, code: str, words: str) -> None:
    """Both ends are four-digit years in order."""
    faults = small.faults(("{from: 2020}", governs))
    assert [f.code for f in faults] == [code]
    assert faults[0].path.startswith("edition.governs")
    assert words in str(faults[0])


def test_open_ends_govern_for_ever() -> None:
    """An end that is left out is open."""
    assert (Years().from_, Years().to) == ("0000", "9999")


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("as_of: 2024-02-30", "as_of"),
        ("as_of: 2024/3/31", "as_of"),
        ("as_of: 2024年3月31日", "as_of"),
        ("as_of: 20240331", "as_of"),
        ("changes: [{path: edition.roster, value: 3, reason: 甲, by: 乙, date: 去年}]", "changes.0.date"),
        ("rulings: {awarded: {units: [a], reason: 甲, by: 乙, date: 2024-13-01}}", "rulings.awarded.date"),
        ("waivers: [{what: findings, reason: 甲, by: 乙, date: 3月1日}]", "waivers.0.date"),
    ],
    ids=["no-such-day", "slashes", "chinese", "digits", "change", "ruling", "waiver"],
)
def test_days_are_days_of_the_calendar(small: Any, line: str, path: str) -> None:
    """Dates that the analyst sets are written one way and exist."""
    (fault,) = small.faults(settings=f"{PERIOD}{line}\n")
    assert (fault.code, fault.path, fault.row) == ("value.day", path, 3)
    assert "2024-03-31" in fault.message


@pytest.mark.parametrize(
    "line", ["as_of:", 'as_of: ""', "as_of: 2024-02-29", 'as_of: "2024-03-31"'], ids=["blank", "empty", "leap", "quoted"]
)
def test_the_closing_day_may_still_be_blank(small: Any, line: str) -> None:
    """A draft needs no closing day; a leap day is a day."""
    assert small.faults(settings=f"{PERIOD}{line}\n") == []


# WHO stands for the person and the day
BAD_PERIOD = {
    "unknown-key": ("prepard_by: 甲", "key.unknown", "prepard_by", "“prepared_by”"),
    "unknown-in-change": ("changes: [{path: a, value: 1, reasn: x, reason: 甲, WHO}]", "key.unknown", "changes.0.reasn", "“reason”"),
    "unknown-in-ruling": ("rulings: {x: {unit: [a], units: [a], reason: 甲, WHO}}", "key.unknown", "rulings.x.unit", "“units”"),
    "unknown-in-waiver": ("waivers: [{wat: x, what: findings, reason: 甲, WHO}]", "key.unknown", "waivers.0.wat", "“what”"),
    "waiver-of-nothing": ("waivers: [{what: finding, reason: 甲, WHO}]", "value.not_allowed", "waivers.0.what", "“findings”"),
    "no-reason": ('waivers: [{what: findings, reason: "", WHO}]', "value.too_short", "waivers.0.reason", "不能为空"),
    "reason-missing": ("waivers: [{what: findings, WHO}]", "key.missing", "waivers.0", "请补写 reason"),
    "change-without-reason": ("changes: [{path: edition.roster, value: 3, WHO}]", "key.missing", "changes.0", "请补写 reason"),
    "demo-yes": ("demo: yes", "value.not_a_flag", "demo", "true 或 false"),
    "accept-text": ("accept: total", "value.list_type", "accept", "应为列表"),
    "assumptions-blank": ("assumptions:", "value.dict_type", "assumptions", "没有填写"),
    "not-assessed-blank": ('not_assessed: {trade_points: ""}', "value.too_short", "not_assessed.trade_points", "不能为空"),
}


@pytest.mark.parametrize("case", BAD_PERIOD.values(), ids=BAD_PERIOD)
def test_a_period_file_is_as_strict_as_an_edition(small: Any, case: tuple[str, str, str, str]) -> None:
    """Unknown keys, blanks and wrong types in a period file are told with its own file and line."""
    line, code, path, words = case
    (fault,) = small.faults(settings=f"{PERIOD}{line}\n".replace("WHO", WHO))
    assert (fault.code, fault.path, fault.row, fault.file) == (code, path, 3, "params/demo/periods/2023.yaml")
    assert words in str(fault)


def test_a_default_is_no_alternative(small: Any) -> None:
    """A reading that is both the default and an alternative would be patched although nobody chose it."""
    (fault,) = small.faults(("      worst: {label", "      competition: {label"))
    assert (fault.code, fault.path) == ("value.reading_twice", "assumptions.ties")
    assert "competition" in fault.message


def test_an_alternative_patches_something(small: Any) -> None:
    """An alternative without a patch is no alternative."""
    (fault,) = small.faults(("patch: {tree.*.rule.ties: worst}", "patch: {}"))
    assert (fault.code, fault.path) == ("value.too_short", "assumptions.ties.alternatives.worst.patch")


def test_one_default_only(small: Any) -> None:
    """There is one default reading."""
    (fault,) = small.faults(("{competition: 后续名次空出}", "{competition: 空出, dense2: 连续}"))
    assert (fault.code, fault.path) == ("value.too_long", "assumptions.ties.default")


@pytest.mark.parametrize("old", ["{competition: 后续名次空出}", "label: 后续名次连续"], ids=["default", "alternative"])
def test_a_reading_is_called_something(small: Any, old: str) -> None:
    """A reading without words could not be told apart in the report."""
    new = old.partition(":")[0] + (': ""}' if old.endswith("}") else ': ""')
    (fault,) = small.faults((old, new))
    assert (fault.code, fault.message) == ("value.too_short", "不能为空")


def test_labels_of_readings() -> None:
    """A reading is called by its label, the default like the others."""
    raw = {"clause": "一", "silent": "二", "default": {"a": "甲"}, "alternatives": {"b": {"label": "乙", "patch": {"x": 1}}}}
    assumption = Assumption.model_validate(raw)
    assert (assumption.default_name, assumption.label("a"), assumption.label("b")) == ("a", "甲", "乙")

"""Bounds of a study of robustness from files: who states what, and what makes no sense is told with the nearest name, all at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evalbook.errors import Refused, UsageError
from evalbook.scheme.bounds_file import load_bounds

HEAD = "schema: 1\nperiod: 2023\n"


def stated(scheme: Any) -> tuple[str, str, int]:
    return str(scheme.bounds.weights), str(scheme.bounds.figures), scheme.bounds.draws


def test_nobody_states_bounds(small: Any) -> None:
    """Weights within a fifth, figures as they are, ten thousand draws."""
    scheme = small.build()
    assert stated(scheme) == ("1/5", "0", 10000)
    assert scheme.bounds_from == "默认"


def test_the_period_goes_over_the_edition_key_by_key(small: Any) -> None:
    """The edition's 30 % and 50 draws; the period's 60 draws and 5 % on figures go over it, its weights stay."""
    in_edition = ("assumptions:\n", "robustness: {weights: 30%, draws: 50}\nassumptions:\n")
    edition = small.build(in_edition)
    both = small.build(in_edition, settings=f"{HEAD}robustness: {{figures: 0.05, draws: 60}}\n")
    assert (stated(edition), edition.bounds_from) == (("3/10", "0", 50), "版本文件")
    assert (stated(both), both.bounds_from) == (("3/10", "1/20", 60), "版本文件、考核期文件")


# what is written → (code, path, words)
WRONG = {
    "key": ("{weigths: 20%}", "key.unknown", "robustness.weigths", "“weights”"),
    "one": ("{weights: 1}", "value.part", "robustness.weights", "小于1"),
    "negative": ("{figures: -5%}", "value.part", "robustness.figures", "20%"),
    "noise-of-a-column": ("{columns: {trade: 120%}}", "value.part", "robustness.columns.trade", "小于1"),
    "no-number": ("{weights: 很多}", "value.not_a_number", "robustness.weights", "很多"),
    "draws": ("{draws: 0}", "value.draws", "robustness.draws", "100000"),
    "column": ("{columns: {trad: 5%}}", "robustness.column", "robustness.columns.trad", "“trade”"),
    "word": ("{columns: {grade: 5%}}", "robustness.column", "robustness.columns.grade", "没有名为“grade”"),
}


@pytest.mark.parametrize(("written", "code", "path", "words"), WRONG.values(), ids=WRONG)
def test_bounds_that_make_no_sense(small: Any, written: str, code: str, path: str, words: str) -> None:
    """Refused in the period file's line before anything is drawn; a column is one that points rest on."""
    (fault,) = small.faults(settings=f"{HEAD}robustness: {written}\n")
    assert (fault.code, fault.path, fault.file, fault.row) == (code, path, "params/demo/periods/2023.yaml", 3)
    assert words in str(fault)


def test_the_editions_bounds_are_checked_there(small: Any) -> None:
    """A column misspelt in the edition is told in the edition."""
    (fault,) = small.faults(("assumptions:\n", "robustness: {columns: {trad: 5%}}\nassumptions:\n"))
    assert (fault.code, fault.file) == ("robustness.column", "params/demo/2020.yaml")


def test_bounds_change_no_result(small: Any) -> None:
    """What a period states about studies is no part of the scheme that is scored."""
    with_bounds = small.build(settings=f"{HEAD}robustness: {{weights: 40%}}\n")
    assert with_bounds.digest() == small.build().digest()


def test_a_file_of_its_own(tmp_path: Path) -> None:
    """All that is wrong in it comes out at once; what is right is read whole, the rest by default."""
    path = tmp_path / "wide.yaml"
    path.write_text("schema: 1\nrobustness: {weights: 30%, experts: true}\n", "utf-8")
    found = load_bounds(path)
    assert (str(found.weights), found.experts, found.draws) == ("3/10", True, 10000)
    path.write_text("schema: 1\nrobustness: {weigths: 30%, draws: 0}\n", "utf-8")
    with pytest.raises(Refused) as caught:
        load_bounds(path)
    assert {fault.path for fault in caught.value.faults} == {"robustness.weigths", "robustness.draws"}
    with pytest.raises(UsageError, match="没有幅度文件"):
        load_bounds(tmp_path / "nothing.yaml")

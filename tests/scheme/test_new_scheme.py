"""A new scheme runs as it is written; names that would do harm are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalbook.errors import UsageError
from evalbook.scheme.lint import lint_edition
from evalbook.scheme.new_scheme import new_scheme
from evalbook.workbook import Workbook


def test_skeleton_scores_as_worked_by_hand(tmp_path: Path) -> None:
    """Increments 100, 150, −20 → 30, 50, 10; one project started each → 10; judged 17, 15.5, 18: totals 57, 75.5, 38."""
    new_scheme(tmp_path, "trial", title="示例办法", year="2024")
    evaluation = Workbook(tmp_path).prepare("trial", "2024").evaluation
    actual = {name: str(evaluation.points("total", evaluation.row(name))) for name in evaluation.unit_names}
    expected = {"示例甲县": "57", "示例乙县": "151/2", "示例丙区": "38"}
    assert actual == expected
    assert evaluation.decision("awarded").verdicts.tolist() == ["未入选", "入选", "未入选"]
    assert lint_edition(tmp_path, "trial", "2024") == []


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "Scheme", "1st", "甲", "a b", "x" * 41])
def test_names_that_are_no_plain_names(tmp_path: Path, name: str) -> None:
    """A name becomes a folder: only plain ones are taken, and nothing is written otherwise."""
    with pytest.raises(UsageError, match="写法有误"):
        new_scheme(tmp_path, name, title="x", year="2024")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("title", "year", "hint"), [("a: b", "2024", "YAML"), ("行\n行", "2024", "YAML"), ("x", "24", "四位数字")])
def test_title_and_year(tmp_path: Path, title: str, year: str, hint: str) -> None:
    """A title that would break the YAML and a year that is none are refused."""
    with pytest.raises(UsageError, match=hint):
        new_scheme(tmp_path, "trial", title=title, year=year)


def test_an_existing_scheme_is_never_overwritten(tmp_path: Path) -> None:
    """A name that is taken, by parameters or by figures, is refused and left as it is."""
    (tmp_path / "data" / "trial").mkdir(parents=True)
    with pytest.raises(UsageError, match="data/trial 已存在"):
        new_scheme(tmp_path, "trial", title="x", year="2024")
    assert not (tmp_path / "params").exists()

"""Figures of a what-if run: read as strictly as filed ones, in place of the one used, with the old value beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalbook.errors import Refused, UsageError
from evalbook.exact import exact
from evalbook.scoring.evaluation import Evaluation
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]


def trial(*, of: dict[str, str]) -> Evaluation:
    paths = {f"values.{path}": text for path, text in of.items()}
    return Workbook(ROOT).prepare("zhejiang_city", "2023", overrides=paths).evaluation


def test_a_figure_is_replaced_at_the_stage_that_is_used() -> None:
    """The verified value is replaced, the reported one stays; place, source and evidence are those of the figure it stands for."""
    before = trial(of={"杭州市.trade_total": "8029.7208"}).dataset.figures["330200", "trade_total", "2023"]
    after = trial(of={"宁波市.货物贸易进出口总额": "9000亿元"}).dataset.figures["330200", "trade_total", "2023"]
    assert (after.used.value, after.used.stage, after.used.origin) == (exact(9000), "verified", "试算")
    assert after.used.note == "试算设定，原值12779.3278亿元"
    assert after.stage("reported") == before.stage("reported")
    assert (after.used.file, after.used.row) == (before.used.file, before.used.row)


def test_a_base_figure_by_its_period() -> None:
    """A period behind the path replaces the base; by hand: the increment is 12779.3278 − 12000."""
    evaluation = trial(of={"330200.trade_total.2022": "12000"})
    measured = evaluation.node("trade_increment").measured.at(evaluation.row("宁波市"))  # type: ignore[union-attr]
    assert measured == exact("779.3278")


def test_a_figure_taken_away_is_missing() -> None:
    """缺失 is missing and not zero."""
    evaluation = trial(of={"宁波市.trade_total": "缺失"})
    assert evaluation.dataset.figures["330200", "trade_total", "2023"].used.value is None
    assert evaluation.state("trade_increment", evaluation.row("宁波市")).label == "缺失"


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("宁波市.trade_total", "abc", "不是数"),
        ("宁波市.trade_total", "90%", "计量单位"),
        ("宁波市.trade_total", "2/3", "values.330200.trade_total"),
    ],
    ids=["word", "uom", "fraction"],
)
def test_a_value_at_fault(path: str, text: str, words: str) -> None:
    """What a table of figures may not hold, a trial may not hold either."""
    with pytest.raises(Refused) as refused:
        trial(of={path: text})
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("path", "words"),
    [("宁坡市.trade_total", "宁波市"), ("宁波市.trade_totl", "trade_total"), ("宁波市.trade_total.2021", "2023、2022")],
    ids=["unit", "figure", "period"],
)
def test_names_that_do_not_exist(path: str, words: str) -> None:
    """An unknown unit or figure is told with the nearest name."""
    with pytest.raises(UsageError, match=words):
        trial(of={path: "1"})

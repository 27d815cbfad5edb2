"""The what-if desk: what is set follows at once, what cannot be scored is told, and nothing is saved without a reason."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest

from evalbook.errors import UsageError
from evalbook.lab.desk import Desk, Knob
from evalbook.lab.what_if import WhatIf
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
BOOK = Workbook(ROOT)


@pytest.fixture
def desk() -> Desk:
    return Desk(BOOK, "zhejiang_city", "2023")


def knob(knobs: list[Knob], path: str) -> Knob:
    return next(one for one in knobs if one.path == path)


def test_a_setting_gives_what_a_what_if_run_gives(desk: Desk) -> None:
    """The desk and ``evalbook run --set`` cannot disagree: the same settings give the same digest."""
    desk.set(knob(desk.weights(), "tree.trade_increment.marks"), "8")
    desk.set(knob(desk.figures("330200"), "values.330200.trade_total"), "20000")
    desk.set(knob(desk.readings(), "assumptions.ties"), "dense")

    other = BOOK.prepare("zhejiang_city", "2023", overrides=desk.settings)

    assert len(desk.settings) == 3
    assert desk.evaluation.digest() == other.evaluation.digest()


def test_the_official_value_takes_a_setting_away(desk: Desk) -> None:
    """6.0 is 6: the official result is back, and so says the page."""
    mark = knob(desk.weights(), "tree.trade_increment.marks")
    desk.set(mark, "8")

    desk.set(mark, "6.0")

    assert desk.settings == {}
    assert desk.evaluation.digest() == desk.base.evaluation.digest()
    assert "与正式口径相同" in desk.changes()


def test_the_page_says_that_it_is_a_trial_and_what_no_longer_adds_up(desk: Desk) -> None:
    """Marks that no longer add up to 100 are told, and the page never looks official."""
    desk.set(knob(desk.weights(), "tree.trade_increment.marks"), "8")

    page = desk.changes()

    assert "试算，不是正式结果" in page
    assert "tree.trade_increment.marks = 8" in page
    assert desk.evaluation.scheme.told[0].message in page


@pytest.mark.parametrize("text", ["-1", "0", "abc", "", "1e3"], ids=["negative", "zero", "word", "blank", "exponent"])
def test_a_value_that_cannot_be_scored_is_told_and_not_kept(text: str) -> None:
    """The table stays at the last state that could be scored."""
    shown = WhatIf(BOOK, "zhejiang_city", "2023")
    before = shown.places.value

    shown.weights.children[0].value = text

    assert "fault" in shown.message.value
    assert shown.places.value == before
    assert shown.desk is not None
    assert shown.desk.settings == {}


def test_text_from_outside_stays_text() -> None:
    """What is typed in never becomes part of the page."""
    shown = WhatIf(BOOK, "zhejiang_city", "2023")

    shown.figures.children[0].value = "<img src=x onerror=alert(1)>"

    assert "<img" not in shown.message.value
    assert "&lt;img" in shown.message.value


def test_fields_keep_what_was_set_when_the_unit_changes_and_comes_back() -> None:
    """Going to another unit and back shows the trial's figure; restoring shows the official one."""
    shown = WhatIf(BOOK, "zhejiang_city", "2023")
    first, other = shown.unit.options[0][1], shown.unit.options[1][1]
    official = shown.figures.children[0].value
    shown.figures.children[0].value = "1"

    shown.unit.value = other
    shown.unit.value = first
    kept = shown.figures.children[0].value
    shown.undo.click()

    assert kept == "1"
    assert shown.figures.children[0].value == official
    assert "与正式口径相同" in shown.changes.value


@pytest.mark.parametrize("scheme", BOOK.schemes())
def test_every_shipped_scheme_has_a_desk(scheme: str) -> None:
    """The newest period of each opens, with a table."""
    shown = WhatIf(BOOK, scheme)

    assert shown.message.value == ""
    assert "<table" in shown.places.value


def test_nothing_is_saved_without_changes_or_reason(desk: Desk) -> None:
    """Both are asked for in an instruction."""
    with pytest.raises(UsageError, match="还没有改动"):
        desk.save("理由")
    desk.set(desk.weights()[0], "8")
    with pytest.raises(UsageError, match="请先写明理由"):
        desk.save(" ")


@pytest.mark.slow
def test_saving_makes_a_what_if_run(tmp_path: Path) -> None:
    """Its folder says so, and its manifest has the settings and the reason."""
    for name in ("params/county_trial", "data/county_trial", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shown = WhatIf(Workbook(tmp_path), "county_trial", "2024")
    shown.weights.children[0].value = "90"
    shown.reason.value = "看看"

    shown.save.click()

    (run,) = (tmp_path / "outputs/county_trial/2024").glob("*-what-if-*")
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    assert f"outputs/county_trial/2024/{run.name}/report.html" in shown.message.value
    assert (manifest["status"], manifest["reason"]) == ("what-if", "看看")


def test_the_notebook_only_calls() -> None:
    """Prose and calls, outputs stripped."""
    notebook = nbformat.read(ROOT / "notebooks/what_if.ipynb", as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]

    assert [len(cell.source.splitlines()) for cell in code] == [1, 1]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)

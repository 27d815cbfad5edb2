"""Sections of comparisons and trends: whole, with what a reader must find, and hostile data shown as text."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from evalbook import open_comparison, open_trend, present
from evalbook.run.sides import sides_of
from evalbook.run.study import Study

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = [n for n in present.__all__ if n.startswith(("comparison_", "trend_")) and n not in ("comparison_moves", "trend_chart")]


@pytest.fixture(scope="module")
def comparison() -> Study:
    """Two years of the shipped cities."""
    return Study("compare", tuple(sides_of(["zhejiang_city/2022", "2023"], ROOT)))


@pytest.fixture(scope="module")
def trend() -> Study:
    """Three years of the county trial: an indicator is left out in the later ones."""
    return Study("trend", tuple(sides_of(["county_trial/2019", "2022", "2024"], ROOT)))


def shown(part: object) -> str:
    return BeautifulSoup(str(part), "html.parser").get_text(" ")


@pytest.mark.parametrize("name", SECTIONS)
def test_every_section_is_whole_html(name: str, comparison: Study, trend: Study) -> None:
    """Each section parses, is not empty, and shows neither NaN nor None nor an ellipsis."""
    text = shown(getattr(present, name)((comparison if name.startswith("comparison_") else trend).found))
    assert text.strip()
    assert not re.search(r"\bNaN\b|\bNone\b|\bnan\b|…|\.\.\.", text)


@pytest.mark.parametrize("what", ["place", "total", "money"])
def test_moves_are_whole_html(what: str, comparison: Study) -> None:
    """Places, totals and money: a table, or a sentence that nothing moved."""
    text = shown(present.comparison_moves(comparison.found, what))  # type: ignore[arg-type]
    assert "有变化的" in text or "没有变化" in text


def test_the_first_screen_says_who_moved(comparison: Study, trend: Study) -> None:
    """Two cities change places on the shortlist, by the figures alone; the trend warns before it shows a table."""
    text = shown(present.comparison_summary(comparison.found))  # type: ignore[arg-type]
    assert "差额推荐名单" in text
    assert "数据单独即可" in text
    assert "各期并不完全可比" in shown(present.trend_warnings(trend.found))  # type: ignore[arg-type]
    assert "※" in shown(present.trend_places(trend.found))  # type: ignore[arg-type]


def test_the_chart_says_in_words_what_it_shows(trend: Study) -> None:
    """The alternative text names every unit with its places."""
    picture = present.trend_chart(trend.found)  # type: ignore[arg-type]
    assert picture is not None
    assert "名次变化折线图（2019年、2022年、2024年）" in picture.alt


def test_hostile_unit_names_show_as_text(tmp_path: Path) -> None:
    """A unit called <script>… stays text in every section of a study."""
    for name in ("params/county_trial", "data/county_trial", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for path in (tmp_path / "data").rglob("*.csv"):
        path.write_text(path.read_text("utf-8-sig").replace("双清区", "<script>alert(1)</script>"), "utf-8")
    found = Study("compare", tuple(sides_of(["county_trial/2022", "2024"], tmp_path))).found
    texts = [str(getattr(present, name)(found)) for name in SECTIONS if name.startswith("comparison_")]
    texts.append(str(present.comparison_moves(found, "total")))  # type: ignore[arg-type]
    assert any("&lt;script&gt;" in text for text in texts)
    assert not any("<script" in text for text in texts)


def test_notebooks_open_by_name(monkeypatch: pytest.MonkeyPatch, comparison: Study) -> None:
    """As JupyterLab does: without a run file the sides are read from the workbook around the notebook."""
    monkeypatch.chdir(ROOT / "notebooks")
    assert open_comparison("zhejiang_city/2022", "zhejiang_city/2023").digest() == comparison.digest()
    assert open_trend("zhejiang_city/2022 2023").found.as_dict()["scheme"] == "zhejiang_city"

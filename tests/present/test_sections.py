"""Sections: what a reader must find, and hostile data shown as text."""

from __future__ import annotations

import inspect
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from evalbook import present
from evalbook.present.html import Column, Html, esc, number_texts, table
from evalbook.workbook import Prepared, Workbook

ROOT = Path(__file__).resolve().parents[2]
#: Sections of an evaluation take a run; those of studies are in test_studies.py and test_firmness.py.
OF_A_RUN = [name for name in present.__all__ if "run" in inspect.signature(getattr(present, name)).parameters]
SECTIONS = [name for name in OF_A_RUN if name not in ("ranked_bars", "heat_map", "gap_chart", "seal")]


@pytest.fixture(scope="module")
def run() -> Prepared:
    """The shipped city evaluation of 2023."""
    return Workbook(ROOT).prepare("zhejiang_city", "2023")


@pytest.mark.parametrize("name", SECTIONS)
@pytest.mark.parametrize("which", [("zhejiang_city", "2022"), ("county_trial", "2024")], ids=lambda w: "-".join(w))
def test_every_section_is_whole_html(name: str, which: tuple[str, str]) -> None:
    """Each section parses, is not empty, and shows neither NaN nor None nor an ellipsis."""
    text = str(getattr(present, name)(Workbook(ROOT).prepare(*which)))
    shown = BeautifulSoup(text, "html.parser").get_text(" ")
    assert shown.strip()
    assert not re.search(r"\bNaN\b|\bNone\b|\bnan\b|…|\.\.\.", shown)


def test_first_screen_names_who_is_rewarded(run: Prepared) -> None:
    """The summary says who is on the award list and on the shortlist, with places."""
    text = BeautifulSoup(str(present.summary(run)), "html.parser").get_text()
    assert "拟激励名单：杭州市（第1名）、金华市（第2名）、宁波市（第3名）" in text
    assert "嘉兴市（第5名）" in text


def test_assumptions_show_each_silent_clause_with_its_readings(run: Prepared) -> None:
    """All twelve assumptions of the edition are printed with clause, reading and alternatives."""
    first = BeautifulSoup(str(present.assumptions(run)), "html.parser").select_one("table")
    assert first is not None
    rows = first.select("tbody tr")
    assert len(rows) == 12
    assert all(all(cell.get_text() for cell in row.select("td")) for row in rows)


def test_published_ranks_are_reproduced_where_they_can_be() -> None:
    """County trial 2019: 9 of 9, 12 of 12, 12 of 12; 2022 domestic capital does not, and the report says so."""
    text = str(present.published_ranks(Workbook(ROOT).prepare("county_trial", "2019")))
    assert text.count("9个可对照对象中9个与公布位次一致。") == 1
    assert text.count("12个可对照对象中12个与公布位次一致。") == 2
    later = str(present.published_ranks(Workbook(ROOT).prepare("county_trial", "2022")))
    assert "12个可对照对象中12个与公布位次一致。" in later
    assert "12个可对照对象中8个与公布位次一致。其余无法复现，来源未说明。" in later


def test_not_assessed_indicator_is_visible_with_its_reason() -> None:
    """County trial 2022: the total says how it was scaled, and why one indicator is left out."""
    text = str(present.unit_sheets(Workbook(ROOT).prepare("county_trial", "2022")))
    assert "按实际考核分值折算：20 ÷ 20 × 30 ＝ 30" in text
    assert "本期不考核：2022年县级进出口数据未公布完整" in text


def test_hostile_unit_name_shows_as_text(tmp_path: Path) -> None:
    """A unit called <script>… stays text in every section."""
    for folder in ("params/county_trial", "data/county_trial/2019"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    units = tmp_path / "data/county_trial/2019/units.csv"
    values = tmp_path / "data/county_trial/2019/values.csv"
    for path in (units, values):
        text = path.read_text(encoding="utf-8-sig").replace("双清区", "<script>alert(1)</script>")
        path.write_text(text, encoding="utf-8-sig", newline="")
    hostile = Workbook(tmp_path).prepare("county_trial", "2019")
    for name in SECTIONS:
        text = str(getattr(present, name)(hostile))
        assert "<script" not in text.lower()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in str(present.totals(hostile))


def test_numbers_of_a_column_have_equal_decimals() -> None:
    """93.02 and 83.9 stand under each other as 93.02 and 83.90; nothing is rounded away."""
    texts = number_texts([Decimal("93.02"), Decimal("83.9"), None, Decimal("100")])
    assert texts == ["93.02", "83.90", "—", "100.00"]


def test_optional_columns_without_content_are_left_out() -> None:
    """An optional column in which no row has anything is not printed."""
    text = table([Column("甲"), Column("乙", optional=True)], [["1", ""], ["2", None]])
    assert "乙" not in text


def test_bidirectional_characters_are_spelled_out() -> None:
    """A right-to-left override in a name cannot reorder the page."""
    assert esc("甲\u202e乙") == "甲\\u202e乙"
    assert isinstance(table([], []), Html)


def test_places_of_an_indicator_go_down_its_table() -> None:
    """Whatever the overall rank: 新宁县 is third and 隆回县 fourth by growth of foreign investment, both with ten points."""
    html = str(present.scores(Workbook(ROOT).prepare("county_trial", "2024")))
    first = html[: html.index("货物进出口总额增加值</h4>")]
    assert re.findall(r'<td class="right">([0-9]+)</td>', first) == [str(n) for n in range(1, 13)]
    assert first.index("新宁县") < first.index("隆回县")


def test_first_screen_names_the_groups_that_are_ranked_apart() -> None:
    """海州区 ranks subdistricts and offices apart: two first places are told under the names of their groups."""
    html = str(present.summary(Workbook(ROOT).prepare("haizhou", "2019")))
    told = BeautifulSoup(html, "html.parser").select("p.result")[0].get_text()
    assert told == (
        "分组排名前三名：镇街：东梁街道（第1名）、韩家店镇（第2名）、新兴街道（第3名）；部门：区项目与招商服务中心（第1名）、区发改局（第2名）、区商务局（第3名）"
    )


def test_sections_need_neither_frames_nor_studies() -> None:
    """No cell of the default notebooks loads pandas, or what only studies compute: kernels are forked without it."""
    script = (
        "import sys; from pathlib import Path; from evalbook import present; from evalbook.workbook import Workbook\n"
        "book = Workbook(Path.cwd())\n"
        "for which in ('county_opening', '2024'), ('county_trial', '2024'):\n"
        "    run = book.prepare(*which)\n"
        f"    for name in {OF_A_RUN}: getattr(present, name)(run)\n"
        "print(*sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT, encoding="utf-8")
    assert "evalbook.present.sections" in told.stdout.split()
    assert (
        set(told.stdout.split()) & {"pandas", "evalbook.analysis.compare", "evalbook.analysis.firmness", "evalbook.analysis.margins"}
        == set()
    )

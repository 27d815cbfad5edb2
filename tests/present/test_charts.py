"""Charts: the same bytes every time, Chinese text drawn, a text alternative that says what is shown."""

from __future__ import annotations

import functools
import re
import warnings
from decimal import Decimal
from pathlib import Path
from xml.etree.ElementTree import Element

import matplotlib.path as mpath
import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.transforms import Affine2D

from evalbook import present
from evalbook.fonts import FAMILY, register
from evalbook.present.style import PALETTE, Picture, Sheet, _glyph, _stamp, width_of
from evalbook.publish.audit import _GLYPH
from evalbook.workbook import Prepared, Workbook

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def run() -> Prepared:
    """The shipped city evaluation of 2023."""
    return Workbook(ROOT).prepare("zhejiang_city", "2023")


@pytest.fixture(scope="module")
def zones() -> Prepared:
    """The 230 shipped zones: charts of many pages."""
    return Workbook(ROOT).prepare("etdz", "2023")


def parts(picture: Picture, tag: str) -> list[Element]:
    return list(fromstring(picture.svg).iter(f"{{http://www.w3.org/2000/svg}}{tag}"))


def widths(picture: Picture, colour: str) -> list[float]:
    """How wide the bars of a colour are, from top to bottom; a legend comes after them."""
    path, *_ = (e.get("d") for e in parts(picture, "path") if f"fill: {colour}" in e.get("style", ""))
    boxes = [[float(x) for x, _ in re.findall(r"([-\d.]+) ([-\d.]+)", box)] for box in path.split("M")[1:]]
    return [max(xs) - min(xs) for xs in boxes]


@pytest.mark.parametrize("name", ["ranked_bars", "heat_map", "gap_chart"])
def test_chart_is_deterministic_and_carries_no_foreign_text(run: Prepared, name: str) -> None:
    """Two drawings give the same SVG, without date, creator or a reference to anything outside."""
    first = getattr(present, name)(run)
    second = getattr(present, name)(run)
    assert first.svg == second.svg
    assert "<dc:date>" not in first.svg
    assert "<text" not in first.svg, "text must be outlined so that it shows without Chinese fonts"


def test_alternative_text_names_units_and_totals(run: Prepared) -> None:
    """Who cannot see the bars can read them: every unit with its total, best first."""
    alt = present.ranked_bars(run).alt
    assert alt.index("杭州市 93.94") < alt.index("宁波市 83.83") < alt.index("丽水市 42.19")


def test_heat_map_says_which_cells_are_empty(run: Prepared) -> None:
    """The one missing figure of the period is named in the alternative text."""
    assert "舟山市的跨境网络零售进出口总额增长率" in present.heat_map(run).alt


def test_schemes_without_a_quota_have_no_gap_chart() -> None:
    """county_trial rewards nobody, so there is no cut-off to draw."""
    assert present.gap_chart(Workbook(ROOT).prepare("county_trial", "2019")) is None


def test_bars_are_as_long_as_the_totals(run: Prepared) -> None:
    """The parts of each bar together are to one another as the totals that the alternative text tells."""
    picture = present.ranked_bars(run)
    totals = [float(total) for total in re.findall(r" (\d+\.\d+)", picture.alt)]
    lengths = [sum(bar) for bar in zip(*(widths(picture, colour) for colour in PALETTE[:3]), strict=True)]
    assert len(totals) == 11
    assert lengths == pytest.approx([total / totals[0] * lengths[0] for total in totals], abs=0.1)


def test_every_unit_has_its_bar_of_the_distance(run: Prepared) -> None:
    """Three cities on the list are blue and eight grey, each as wide as it is far from the cut-off."""
    picture = present.gap_chart(run)
    margins = [abs(float(Decimal(text))) for text in re.findall(r" ([+-]\d+\.\d+)", picture.alt)]
    on, off = widths(picture, PALETTE[0]), widths(picture, "#9aa4ae")
    assert (len(on), len(off)) == (3, 8)
    assert on + off == pytest.approx([margin / margins[0] * on[0] for margin in margins], abs=0.1)


@pytest.mark.parametrize("name", ["ranked_bars", "heat_map", "gap_chart"])
def test_no_character_stands_outside_the_page(run: Prepared, zones: Prepared, name: str) -> None:
    """Names, labels turned aside and numbers all have their place on the page, however many units there are."""
    for picture in (getattr(present, name)(run), getattr(present, name)(zones)):
        _, _, width, height = map(float, fromstring(picture.svg).get("viewBox").split())
        glyphs = parts(picture, "use")
        assert len(glyphs) > 100
        assert all(0 < float(glyph.get("x")) < width and 0 < float(glyph.get("y")) < height for glyph in glyphs)


def test_a_glyph_is_outlined_once(zones: Prepared) -> None:
    """经济技术开发区 stands there some two hundred times; its outlines do not."""
    picture = present.ranked_bars(zones)
    outlines = [e.get("d") for e in parts(picture, "path") if e.get("id")]
    assert len(outlines) == len(set(outlines)) < len(parts(picture, "use")) / 8


def test_glyphs_are_written_as_matplotlib_writes_markers() -> None:
    """Places of glyphs are written by hand; the file is the library's, byte for byte."""
    by_hand, by_library = Sheet(), Sheet()
    by_hand.word(3.3, -7, "考核 -12.50−0.1", size=8, colour=PALETTE[1], align=0.5)
    by_hand.word(1200, 4000.25, "综合得分\n100.00%", angle=60)
    by_library._reached = by_hand._reached
    for (character, size, colour, angle), points in by_hand._stamps.items():
        vertices, codes, _ = _glyph(character)
        outline = mpath.Path(Affine2D().rotate_deg(angle).transform(vertices * size).round(2), codes)
        by_library._layers.append(functools.partial(_stamp, path=outline, points=points, colour=colour))
    assert by_hand.picture("字").svg == by_library.picture("字").svg


@given(st.text("考核得分0123456789.-−+%·×（）", min_size=1, max_size=12))
def test_widths_are_those_of_the_font(text: str) -> None:
    """A text is as wide as matplotlib makes room for it: another one behind it begins where it ends."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    font = FontProperties(family=register())

    def right(words: str) -> float:
        return float(TextPath((0, 0), words, size=10, prop=font).get_extents().x1)

    assert width_of(text, 10) == pytest.approx(right(f"{text}国") - right("国"), abs=0.15)


def test_a_character_without_a_glyph_is_warned_of() -> None:
    """The audit of a notebook looks for these words and refuses the report."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        Sheet().word(0, 0, "\U0002ceaa")
    assert [match[1] for one in said if (match := _GLYPH.search(str(one.message)))] == [str(0x2CEAA)]
    assert FAMILY in str(said[0].message)

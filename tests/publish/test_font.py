"""The embedded font is the shipped font, cut to the characters of the page."""

from __future__ import annotations

import time
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

from evalbook.fonts import BOLD, REGULAR, covered
from evalbook.publish.font import WEIGHTS, characters_of, face, face_css, lacking


@pytest.mark.parametrize(("weight", "shipped"), [(400, REGULAR), (700, BOLD)], ids=["regular", "bold"])
def test_every_glyph_is_the_shipped_one(weight: int, shipped: object) -> None:
    """Outline and width of each character are those of the shipped font; nothing else is in it."""
    text = "综合得分督查激励鄠邑区①≥‰−“”〔2020〕ABC" + "".join(sorted(covered())[::100])
    with TTFont(BytesIO(face(text, weight))) as cut, TTFont(shipped) as whole:
        cut_map, whole_map = cut.getBestCmap(), whole.getBestCmap()
        wrong = [
            chr(c)
            for c in cut_map
            if cut["glyf"][cut_map[c]] != whole["glyf"][whole_map[c]] or cut["hmtx"][cut_map[c]] != whole["hmtx"][whole_map[c]]
        ]

    assert set(map(ord, text)) <= set(cut_map)
    assert len(cut_map) < 250
    assert wrong == []


@pytest.mark.parametrize("text", ["", "<p>甲乙甲</p>\n", "".join(map(chr, range(0x300))), "𬪩\ud83d半\ude00", "\x00\x1f\x7f\x80\ufeff"])
def test_characters_are_those_of_the_text(text: str) -> None:
    """None is lost and none added: letters, controls, rare characters, halves of a pair."""
    assert characters_of(text) == set(text)


def test_every_character_of_both_fonts_is_known() -> None:
    """What the fonts cover is nowhere reported as lacking."""
    assert lacking(covered()) == ""


def test_order_and_repetition_of_characters_do_not_matter() -> None:
    """The same characters give the same bytes."""
    assert face("督查激励") == face("励激查督督")
    assert face_css("F", "督查") == face_css("F", {"查", "督"})


def test_characters_without_glyph_are_named_and_left_out() -> None:
    """A character that the font lacks is told, and does not stop the page."""
    assert lacking("甲\U0002c0b1乙") == "\U0002c0b1"
    assert face("甲\U0002c0b1") == face("甲")
    assert face_css("F", "\U0002c0b1", base="") == ""
    with pytest.raises(ValueError, match="no character"):
        face("\U0002c0b1", base="")


def test_a_page_of_nine_hundred_characters_is_cheap() -> None:
    """Both weights of 900 characters in well under a second: a page per county must stay affordable."""
    with TTFont(REGULAR, lazy=True) as font:
        characters = "".join(map(chr, sorted(font.getBestCmap())[500:1400]))
    face("先读一次")

    start = time.perf_counter()
    size = sum(len(face(characters, weight)) for weight in WEIGHTS)
    taken = time.perf_counter() - start

    assert size < 400_000
    assert taken < 1.0

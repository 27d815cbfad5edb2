"""The shipped fonts show every character that a report can print, on a machine without Chinese fonts."""

from __future__ import annotations

import ast
import json
import logging
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from evalbook import fonts
from evalbook.intake.filing.matching import _PAIRS

ROOT = Path(__file__).resolve().parents[1]
COUNTY_NAMES = "埇桥深水埗湾沚浉河瀍河猇亭硚口鄠邑"
SIZE_LIMIT = 2_000_000  # bytes: larger files do not belong into the repository


def decoded(path: Path) -> str:
    """The text of a file in one of the two encodings in which figures arrive."""
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030")


def strings_of(source: str) -> str:
    """All text constants of a Python module but the bare ones: docstrings are read in an editor and never printed in a report.

    A character that stands there only as an escape (\\ufffd) is one that the code looks for, not one that it prints.
    """
    tree = ast.parse(source)
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in bare)
    return "".join(character for value in constants if isinstance(value, str) for character in value if character in source)


def printable_texts() -> Iterator[tuple[Path, str]]:
    """Every file whose text can reach a report, with that text."""
    for pattern in ("params/**/*.yaml", "data/**/*.csv", "lib/evalbook/**/*.j2", "lib/evalbook/**/*.css", "lib/evalbook/**/*.html"):
        for path in sorted(ROOT.glob(pattern)):
            yield path, decoded(path)
    for path in sorted(ROOT.glob("lib/evalbook/**/*.py")):
        yield path, strings_of(path.read_text("utf-8")).replace(_PAIRS, "")  # traditional characters are looked for, never printed
    for path in sorted(ROOT.glob("notebooks/*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        yield path, "".join("".join(cell["source"]) for cell in cells)


def without_glyph(text: str, covered: frozenset[str]) -> str:
    """The visible characters of `text` that the fonts lack."""
    invisible = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    return "".join(sorted(c for c in set(text) - covered if unicodedata.category(c) not in invisible))


@pytest.fixture(scope="module")
def covered() -> frozenset[str]:
    return fonts.covered()


def test_every_printable_text_of_the_project_has_its_glyphs(covered: frozenset[str]) -> None:
    """A county, a clause or a message with a character outside the fonts fails here, by file, before it shows as a box."""
    texts = list(printable_texts())

    lacking = {str(path.relative_to(ROOT)): missing for path, text in texts if (missing := without_glyph(text, covered))}

    assert len(texts) > 5
    assert lacking == {}


def test_the_check_sees_a_character_that_the_fonts_lack(covered: frozenset[str]) -> None:
    """The check above would be worthless if it accepted anything."""
    text = "某某村\U0002c0b1路"

    missing = without_glyph(text, covered)

    assert missing == "\U0002c0b1"


def test_names_outside_gb2312_are_covered(covered: frozenset[str]) -> None:
    """Eight characters of county names are not in GB 2312: a font cut at that standard would lose them."""
    outside = {c for c in COUNTY_NAMES if not c.encode("gb2312", "ignore")}

    assert len(outside) == 8
    assert without_glyph(COUNTY_NAMES, covered) == ""


@pytest.mark.parametrize("signs", ["−0.5", "≥≤≠≈±×÷‰％％", "①⑳ⅠⅫ㈠", "〔2020〕《》“”‘’——……·", "二〇二三", "▲▼●○■★✓→"])
def test_signs_of_official_documents_are_covered(covered: frozenset[str], signs: str) -> None:
    assert without_glyph(signs, covered) == ""


@pytest.mark.parametrize(("path", "weight"), [(fonts.REGULAR, 400), (fonts.BOLD, 700)], ids=["regular", "bold"])
def test_matplotlib_finds_each_weight_and_draws_without_complaint(path: Path, weight: int, caplog: pytest.LogCaptureFixture) -> None:
    """The heading of a figure is bold: matplotlib must find that weight and not fall back to another with a log line."""
    from matplotlib import font_manager
    from matplotlib.figure import Figure

    family = fonts.register()
    found = font_manager.findfont(font_manager.FontProperties(family=family, weight=weight), fallback_to_default=False)
    figure = Figure()
    with caplog.at_level(logging.WARNING):
        figure.text(0.1, 0.5, "综合得分 鄠邑区 −1.50‰", family=family, weight=weight)
        figure.canvas.draw()

    assert Path(found) == path
    assert caplog.records == []


def test_registering_twice_adds_nothing() -> None:
    from matplotlib import font_manager

    fonts.register()
    before = len(font_manager.fontManager.ttflist)
    fonts.register()

    assert len(font_manager.fontManager.ttflist) == before


@pytest.mark.parametrize("path", [fonts.REGULAR, fonts.BOLD], ids=["regular", "bold"])
def test_files_are_small_and_carry_our_own_name(path: Path) -> None:
    """The licence of the source asks that a modified font does not use its reserved name."""
    from fontTools.ttLib import TTFont

    with TTFont(path) as font:
        names = {record.nameID: record.toUnicode() for record in font["name"].names}

    assert path.stat().st_size < SIZE_LIMIT
    assert names[1] == fonts.FAMILY
    assert "SIL Open Font License" in names[13]
    assert (path.parent / "OFL.txt").read_text("utf-8").startswith("Copyright")

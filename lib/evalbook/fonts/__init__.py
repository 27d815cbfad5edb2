"""The Chinese fonts that the reports bring along: an office machine or a container may have none.

`build_font.py` says what is in them and makes them; `OFL.txt` is their licence.
"""

from __future__ import annotations

from pathlib import Path

FAMILY = "Evalbook Sans SC"
"""The family name under which matplotlib and CSS find the fonts."""

_HERE = Path(__file__).resolve().parent
REGULAR = _HERE / "EvalbookSansSC-Regular.ttf"
BOLD = _HERE / "EvalbookSansSC-Bold.ttf"


def register() -> str:
    """Make both weights known to the axes of matplotlib in this process and return the family name (reports read the file itself).

    Nothing is installed on the machine and no font cache is rebuilt. Calling it twice is harmless.
    """
    from matplotlib import font_manager  # imported here: the paths above are wanted without matplotlib's 0.9 s

    known = {Path(entry.fname) for entry in font_manager.fontManager.ttflist}
    for path in (REGULAR, BOLD):
        if path not in known:
            font_manager.fontManager.addfont(path)
    return FAMILY


def covered() -> frozenset[str]:
    """The characters for which both weights have a glyph."""
    from fontTools.ttLib import TTFont

    codes: list[set[int]] = []
    for path in (REGULAR, BOLD):
        with TTFont(path, lazy=True) as font:
            codes.append(set(font.getBestCmap()))
    return frozenset(map(chr, codes[0] & codes[1]))

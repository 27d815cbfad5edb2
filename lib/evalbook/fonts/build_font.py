"""Build the two font files beside this script from the static TrueType fonts of Noto Sans SC (OFL).

A font of this size cannot be looked up on the reader's machine (offices without Chinese fonts exist, as do containers), and the
whole font is 10 MB per weight. What is kept: GB 2312 without kana, bopomofo and Cyrillic, ASCII and Latin-1, `extra_characters.txt`.
What goes: hinting, layout features, vertical metrics, and outline points that move the contour by less than 3/1000 em.
The same source gives the same bytes.

Usage, never at run time of the workbook::

    npm pack @expo-google-fonts/noto-sans-sc@0.4.3 && tar xzf expo-google-fonts-noto-sans-sc-0.4.3.tgz
    python lib/evalbook/fonts/build_font.py package
"""

from __future__ import annotations

import hashlib
import sys
import unicodedata
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.qu2cuPen import Qu2CuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.reorderGlyphs import reorderGlyphs

FAMILY = "Evalbook Sans SC"
HERE = Path(__file__).resolve().parent
WEIGHTS = {"Regular": "400Regular/NotoSansSC_400Regular.ttf", "Bold": "700Bold/NotoSansSC_700Bold.ttf"}

LIMIT = 2_000_000  # bytes; larger files do not belong into the repository
TO_CUBIC_ERROR = 2.0  # of 1000 units per em: quadratic pieces that lie within it become one cubic piece
TO_QUADRATIC_ERROR = 3.0  # and how far the quadratic pieces written at the end may lie from that

FOREIGN_SCRIPTS = ("HIRAGANA", "KATAKANA", "BOPOMOFO", "CYRILLIC")
DROPPED_TABLES = ["BASE", "GDEF", "GPOS", "GSUB", "STAT", "VORG", "gasp", "vhea", "vmtx"]
EPOCH_1904 = 0  # `head` keeps seconds since 1904; a constant keeps the bytes equal


def gb2312() -> set[str]:
    """All characters of GB 2312 but those of foreign scripts."""
    characters = set()
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                characters.add(bytes([high, low]).decode("gb2312"))
            except UnicodeDecodeError:  # a hole in the standard
                continue
    return {c for c in characters if not unicodedata.name(c, "").startswith(FOREIGN_SCRIPTS)}


def extra_characters(path: Path = HERE / "extra_characters.txt") -> set[str]:
    """The characters listed in `extra_characters.txt`."""
    lines = path.read_text("utf-8").splitlines()
    return {c for line in lines if not line.startswith("#") for c in line if not c.isspace()}


def wanted_characters() -> set[str]:
    """What the fonts contain: every one of these, or they are not written."""
    latin = {chr(n) for n in (*range(0x20, 0x7F), *range(0xA0, 0x100))}
    return gb2312() | extra_characters() | latin | {"\u2002", "\u2003"}


def simplify(font: TTFont) -> None:
    """Redraw every outline with fewer points, within the two tolerances above."""
    outlines, glyphs = font["glyf"], font.getGlyphSet()
    redrawn = {}
    for name in outlines.keys():  # noqa: SIM118 - a table, not a dict
        if outlines[name].numberOfContours > 0:
            pen = TTGlyphPen(None)
            to_quadratic = Cu2QuPen(pen, TO_QUADRATIC_ERROR, all_quadratic=True)
            glyphs[name].draw(Qu2CuPen(to_quadratic, TO_CUBIC_ERROR, all_cubic=True))
            redrawn[name] = pen.glyph()
    for name, glyph in redrawn.items():
        outlines[name] = glyph


def rare_last(font: TTFont) -> None:
    """Number the hanzi that GBK lacks behind all others: figures name glyphs by number, and these are the ones that come in later."""
    names = font.getBestCmap()
    rare = [names[ord(c)] for c in sorted(wanted_characters()) if unicodedata.name(c, "").startswith("CJK UNIFIED") and not _in_gbk(c)]
    reorderGlyphs(font, [*(name for name in font.getGlyphOrder() if name not in rare), *rare])


def _in_gbk(character: str) -> bool:
    return bool(character.encode("gbk", "ignore"))


def rename(font: TTFont, style: str) -> None:
    """Give the font a name of our own: a modified font must not pass for the original."""
    table = font["name"]
    copyright_notice, licence = table.getDebugName(0), table.getDebugName(13)
    table.names = []
    full = FAMILY if style == "Regular" else f"{FAMILY} {style}"
    entries = {
        0: copyright_notice,
        1: FAMILY,
        2: style,
        3: f"{full}; subset of Noto Sans SC",
        4: full,
        5: "Version 1.000",
        6: f"{FAMILY.replace(' ', '')}-{style}",
        10: "Subset of Noto Sans SC for reports of the evaluation workbook, outlines simplified",
        13: licence,
    }
    for name_id, text in entries.items():
        table.setName(text, name_id, platformID=3, platEncID=1, langID=0x409)


def build(source: Path, style: str) -> bytes:
    """The subset font as bytes; `source` is the full TrueType font of the same weight."""
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.glyph_names = False
    options.notdef_outline = True
    options.name_IDs = [0, 13]
    options.drop_tables += DROPPED_TABLES
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=sorted(ord(c) for c in wanted_characters()))
    subsetter.subset(font)
    rare_last(font)
    simplify(font)
    # one table for all planes: the one for the first plane alone would say the same again in 30 KB
    font["cmap"].tables = [table for table in font["cmap"].tables if table.format == 12]
    rename(font, style)
    font["head"].created = font["head"].modified = EPOCH_1904
    buffer = BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def main(package: Path) -> int:
    """Build both weights from the unpacked font package; report size and digest."""
    for style, member in WEIGHTS.items():
        source = package / member
        if not source.is_file():
            print(f"源字体不存在：{source}；请先取得字体包（见本文件开头的说明）。", file=sys.stderr)
            return 2
        data = build(source, style)
        kept = TTFont(BytesIO(data)).getBestCmap()
        lacking = "".join(sorted(c for c in wanted_characters() if ord(c) not in kept))
        if lacking:
            print(f"{style}：源字体没有这些字符：{lacking}；请从 extra_characters.txt 中删去。", file=sys.stderr)
            return 1
        if len(data) >= LIMIT:
            print(f"{style}：{len(data)} 字节，超过 {LIMIT}；请减少 extra_characters.txt 中的字符。", file=sys.stderr)
            return 1
        target = HERE / f"EvalbookSansSC-{style}.ttf"
        target.write_bytes(data)
        print(f"{target.name}：{len(data)} 字节，sha256 {hashlib.sha256(data).hexdigest()}")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print("用法：python build_font.py 解包后的字体包文件夹", file=sys.stderr)
        sys.exit(2)
    sys.exit(main(Path(sys.argv[1])))

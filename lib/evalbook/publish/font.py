"""The Chinese font inside a page: the glyphs of the characters on it, packed as WOFF2.

A page must read right on a machine without any Chinese font, so it carries its own. fontTools' subsetter and WOFF2 writer need
some 2.5 s for the 900 characters of a report in two weights; the shipped fonts are plain (no layout tables, no composite glyphs),
so picking glyphs by hand gives the same font in about 0.1 s, which is what makes a page per county affordable.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from evalbook.present.fonts import BOLD, REGULAR

__all__ = ["WEIGHTS", "face", "face_css", "lacking"]

#: CSS weight → shipped font file.
WEIGHTS: dict[int, Path] = {400: REGULAR, 700: BOLD}

#: Every face has these, so that a page whose text changes by a digit keeps its font.
BASE_CHARACTERS = "".join(map(chr, range(0x20, 0x7F))) + "\u00a0"

# Quality 9 is 25 times faster than 11 and costs 2 % in size.
_BROTLI_QUALITY = 9
# Order and numbers are those of the WOFF2 specification's table of known tags.
_KNOWN_TAGS = ("cmap", "head", "hhea", "hmtx", "maxp", "name", "OS/2", "post", "cvt ", "fpgm", "glyf", "loca")
_UNTRANSFORMED = 3 << 6  # for glyf and loca; for all other tables 0 says the same


class _Source(NamedTuple):
    """A parsed font: its tables as bytes, offsets of its glyphs, character code → glyph."""

    tables: dict[str, bytes]
    offsets: tuple[int, ...]
    glyph_of: dict[int, int]


@cache
def _source(weight: int) -> _Source:
    """The shipped font of a weight, parsed once per process."""
    from fontTools.ttLib import TTFont  # lazy: the command line must start without it

    with TTFont(WEIGHTS[weight], lazy=True) as font:
        tables = {tag: font.reader[tag] for tag in font.reader.keys()}  # noqa: SIM118 - a reader, not a dict
        glyph_of = {code: font.getGlyphID(name) for code, name in font.getBestCmap().items()}
    count = struct.unpack(">H", tables["maxp"][4:6])[0]
    long_offsets = struct.unpack(">h", tables["head"][50:52])[0] == 1
    raw = struct.unpack(f">{count + 1}{'I' if long_offsets else 'H'}", tables["loca"])
    return _Source(tables, raw if long_offsets else tuple(2 * n for n in raw), glyph_of)


def lacking(characters: Iterable[str]) -> str:
    """The visible characters that the shipped fonts cannot show, sorted.

    >>> lacking("综合得分 85.13\\n"), lacking("𬪩")
    ('', '𬪩')
    """
    known = _source(400).glyph_of.keys() & _source(700).glyph_of.keys()
    return "".join(sorted(c for c in set(characters) if c.isprintable() and c != " " and ord(c) not in known))


def _runs(codes: list[int]) -> Iterator[tuple[int, int, int]]:
    """Consecutive codes as (first code, last code, glyph of the first); glyphs are numbered from 1 in the order of codes."""
    start = 0
    for i in range(1, len(codes) + 1):
        if i == len(codes) or codes[i] != codes[i - 1] + 1:
            yield codes[start], codes[i - 1], start + 1
            start = i


def _cmap(codes: list[int]) -> bytes:
    """Character map in format 4 (16 bits, read by everything) and format 12 (all planes)."""
    runs = list(_runs(codes))
    narrow = [run for run in runs if run[1] < 0xFFFF] + [(0xFFFF, 0xFFFF, 0)]
    count = len(narrow)
    power = 1 << (count.bit_length() - 1)
    starts = [run[0] for run in narrow]
    deltas = [(run[2] - run[0]) % 0x10000 for run in narrow]
    words = [run[1] for run in narrow] + [0] + starts + deltas + [0] * count
    head = (4, 16 + 8 * count, 0, 2 * count, 2 * power, power.bit_length() - 1, 2 * (count - power))
    format_4 = struct.pack(f">7H{len(words)}H", *head, *words)
    groups = b"".join(struct.pack(">3I", *run) for run in runs)
    format_12 = struct.pack(">2H3I", 12, 0, 16 + len(groups), 0, len(runs)) + groups
    header = struct.pack(">2H", 0, 2) + struct.pack(">2HI", 3, 1, 20) + struct.pack(">2HI", 3, 10, 20 + len(format_4))
    return header + format_4 + format_12


def _base128(number: int) -> bytes:
    """A length as WOFF2 writes it: seven bits a byte, high bits first."""
    out = [number & 0x7F]
    while number := number >> 7:
        out.append(0x80 | (number & 0x7F))
    return bytes(reversed(out))


def _woff2(tables: dict[str, bytes]) -> bytes:
    """Pack font tables as WOFF2 without its optional transformations."""
    import brotli  # type: ignore[import-untyped]

    directory = bytearray()
    for tag, data in tables.items():
        flags = _KNOWN_TAGS.index(tag) | (_UNTRANSFORMED if tag in ("glyf", "loca") else 0)
        directory += bytes([flags]) + _base128(len(data))
    data = b"".join(tables.values())
    # Outlines repeat nearby: a window of 64 KB packs a font of 100 KB as tightly as the usual one of 4 MB, whose tables take four
    # times as long to set up; a small font needs no more than its own size.
    window = min(16, max(10, len(data).bit_length()))
    packed = brotli.compress(data, mode=brotli.MODE_FONT, quality=_BROTLI_QUALITY, lgwin=window)
    unpacked_size = 12 + sum(16 + -(-len(data) // 4) * 4 for data in tables.values())
    body = bytes(directory) + packed
    padding = -(48 + len(body)) % 4
    lengths = (48 + len(body) + padding, len(tables), 0, unpacked_size, len(packed), 1, 0, 0, 0, 0, 0, 0)
    return b"wOF2" + struct.pack(">IIHHIIHHIIIII", 0x00010000, *lengths) + body + bytes(padding)


@lru_cache(maxsize=64)
def _face(codes: tuple[int, ...], weight: int) -> bytes:
    source = _source(weight)
    tables = source.tables
    glyphs = [0, *(source.glyph_of[code] for code in codes)]
    outlines, offsets, metrics = bytearray(), [0], bytearray()
    measured = struct.unpack(">H", tables["hhea"][34:36])[0]
    for glyph in glyphs:
        outline = tables["glyf"][source.offsets[glyph] : source.offsets[glyph + 1]]
        if outline[:2] >= b"\x80":
            raise ValueError(f"composite glyph {glyph} in {WEIGHTS[weight].name}: flatten it in build_font.py")
        outlines += outline + bytes(-len(outline) % 4)
        offsets.append(len(outlines))
        at = 4 * min(glyph, measured - 1)
        bearing = at + 2 if glyph < measured else 4 * measured + 2 * (glyph - measured)
        metrics += tables["hmtx"][at : at + 2] + tables["hmtx"][bearing : bearing + 2]
    count = struct.pack(">H", len(glyphs))
    head, hhea, os2 = tables["head"], tables["hhea"], tables["OS/2"]
    flags = struct.unpack(">H", head[16:18])[0] | 1 << 11  # "converted without loss", which WOFF2 asks for
    edges = struct.pack(">2H", min(codes[0], 0xFFFF), min(codes[-1], 0xFFFF))
    return _woff2(
        {
            "cmap": _cmap(list(codes)),
            "head": head[:8] + bytes(4) + head[12:16] + struct.pack(">H", flags) + head[18:50] + b"\0\1" + head[52:],
            "hhea": hhea[:34] + count,
            "hmtx": bytes(metrics),
            "maxp": tables["maxp"][:4] + count + tables["maxp"][6:],
            "name": tables["name"],
            "OS/2": os2[:64] + edges + os2[68:],
            "post": tables["post"],
            "glyf": bytes(outlines),
            "loca": struct.pack(f">{len(offsets)}I", *offsets),
        }
    )


def face(characters: Iterable[str], weight: int = 400, base: str = BASE_CHARACTERS) -> bytes:
    """WOFF2 font with the glyphs of ``characters`` and of ``base``; the same characters give the same bytes.

    Parameters
    ----------
    characters
        Any text; characters that the shipped font lacks are left out (see :func:`lacking`).
    weight
        400 or 700.
    base
        Characters that are always in it; ASCII unless told otherwise.

    Raises
    ------
    ValueError
        None of the characters has a glyph.

    Examples
    --------
    >>> face("督查激励")[:4], face("督查激励") == face("励激查督督")
    (b'wOF2', True)
    """
    known = _source(weight).glyph_of
    codes = {ord(c) for c in (*characters, *base)} & known.keys()
    if not codes:
        raise ValueError("no character of the text is in the shipped font")
    return _face(tuple(sorted(codes)), weight)


def face_css(family: str, characters: Iterable[str], base: str = BASE_CHARACTERS) -> str:
    """``@font-face`` rules that carry both weights of the characters as data URIs; none where the font has none of them."""
    text = "".join(sorted(set(characters)))
    if not base and not any(ord(c) in _source(weight).glyph_of for c in text for weight in WEIGHTS):
        return ""
    rules = []
    for weight in WEIGHTS:
        data = base64.b64encode(face(text, weight, base)).decode("ascii")
        rules.append(f'@font-face{{font-family:"{family}";font-weight:{weight};src:url(data:font/woff2;base64,{data}) format("woff2")}}')
    return "\n".join(rules)

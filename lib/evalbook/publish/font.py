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
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NamedTuple

from evalbook.fonts import BOLD, REGULAR

__all__ = ["WEIGHTS", "characters_of", "face", "face_css", "lacking"]

#: CSS weight → shipped font file.
WEIGHTS: dict[int, Path] = {400: REGULAR, 700: BOLD}

_PRINTABLE = bytes(range(0x20, 0x7F))
#: Every face has these, so that a page whose text changes by a digit keeps its font.
BASE_CHARACTERS = _PRINTABLE.decode("ascii") + "\u00a0"

# Quality 9 is 25 times faster than 11 and costs 2 % in size.
_BROTLI_QUALITY = 9
# Order and numbers are those of the WOFF2 specification's table of known tags.
_KNOWN_TAGS = ("cmap", "head", "hhea", "hmtx", "maxp", "name", "OS/2", "post", "cvt ", "fpgm", "glyf", "loca")
_UNTRANSFORMED = 3 << 6  # for glyf and loca; for all other tables 0 says the same


class _Source(NamedTuple):
    """A parsed font: its tables as bytes, outline and metrics of each glyph as they are written, character code → glyph."""

    tables: dict[str, bytes]
    outlines: list[bytes]
    metrics: list[bytes]
    glyph_of: dict[int, int]


@cache
def _source(weight: int) -> _Source:
    """The shipped font of a weight, parsed once per process."""
    path = WEIGHTS[weight]
    data = path.read_bytes()
    directory = struct.iter_unpack(">4s3I", data[12 : 12 + 16 * struct.unpack(">H", data[4:6])[0]])
    tables = {tag.decode("ascii"): data[start : start + length] for tag, _, start, length in directory}
    outlines = [outline + bytes(-len(outline) % 4) for outline in _outlines(tables)]
    if any(outline[:2] >= b"\x80" for outline in outlines):
        raise ValueError(f"composite glyph in {path.name}: flatten it in build_font.py")
    return _Source(tables, outlines, _metrics(tables, len(outlines)), _glyph_of(tables["cmap"]))


def _outlines(tables: dict[str, bytes]) -> Iterator[bytes]:
    """Outline of each glyph; a font says where it begins in bytes, or in pairs of bytes."""
    code, unit = ("I", 1) if tables["head"][50:52] == b"\0\1" else ("H", 2)
    offsets = [unit * offset for (offset,) in struct.iter_unpack(f">{code}", tables["loca"])]
    return (tables["glyf"][start:end] for start, end in pairwise(offsets))


def _metrics(tables: dict[str, bytes], count: int) -> list[bytes]:
    """Width and bearing of each glyph; those at the end may share the last width."""
    hmtx, measured = tables["hmtx"], struct.unpack(">H", tables["hhea"][34:36])[0]
    own = [hmtx[at : at + 4] for at in range(0, 4 * measured, 4)]
    return own + [own[-1][:2] + hmtx[at : at + 2] for at in range(4 * measured, 2 * (measured + count), 2)]


def _glyph_of(cmap: bytes) -> dict[int, int]:
    """Character code → glyph, from the map of format 12 that both fonts are built with."""
    at = struct.unpack(">I", cmap[8:12])[0]
    form, _, _, _, count = struct.unpack(">2H3I", cmap[at : at + 16])
    if form != 12:
        raise ValueError(f"character map of format {form}: build_font.py makes format 12")
    runs = struct.iter_unpack(">3I", cmap[at + 16 : at + 16 + 12 * count])
    return {code: glyph + code - first for first, last, glyph in runs for code in range(first, last + 1)}


def characters_of(text: str) -> set[str]:
    """The different characters of a text, as ``set`` finds them.

    Most of a page is ASCII. Taken out at one go and then asked for one by one, it takes a fraction of the time of looking at every letter.

    >>> sorted(characters_of("<b>甲乙甲</b>")) == sorted({"<", "b", ">", "/", "甲", "乙"})
    True
    """
    # "surrogatepass": halves of a pair, which no font has, are for others to find.
    data = text.encode("utf-8", "surrogatepass")
    rest = data.translate(None, _PRINTABLE).decode("utf-8", "surrogatepass")
    return {chr(code) for code in _PRINTABLE if code in data}.union(rest)


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
    glyphs = [0, *map(source.glyph_of.__getitem__, codes)]
    outlines = [source.outlines[glyph] for glyph in glyphs]
    offsets = list(accumulate(map(len, outlines), initial=0))
    count = struct.pack(">H", len(glyphs))
    head, hhea, os2 = tables["head"], tables["hhea"], tables["OS/2"]
    flags = struct.unpack(">H", head[16:18])[0] | 1 << 11  # "converted without loss", which WOFF2 asks for
    edges = struct.pack(">2H", min(codes[0], 0xFFFF), min(codes[-1], 0xFFFF))
    return _woff2(
        {
            "cmap": _cmap(list(codes)),
            "head": head[:8] + bytes(4) + head[12:16] + struct.pack(">H", flags) + head[18:50] + b"\0\1" + head[52:],
            "hhea": hhea[:34] + count,
            "hmtx": b"".join([source.metrics[glyph] for glyph in glyphs]),
            "maxp": tables["maxp"][:4] + count + tables["maxp"][6:],
            "name": tables["name"],
            "OS/2": os2[:64] + edges + os2[68:],
            "post": tables["post"],
            "glyf": b"".join(outlines),
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

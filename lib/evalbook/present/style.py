"""Drawing for reports with matplotlib's SVG writer: shipped Chinese font, outlined text, the same bytes every time."""

from __future__ import annotations

import functools
import hashlib
import io
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from ..fonts import REGULAR

#: Colours of dimensions: distinguishable in print and for colour-blind readers (Okabe–Ito order, muted).
PALETTE = ("#2f5d8a", "#d98e2b", "#4f8f6b", "#a4486b", "#7a6bb0", "#8a8a3a", "#3f9bb5", "#b5563f")
INK, GRID, ACCENT, PALE = "#222222", "#d9dde2", "#b3261e", "#f1f3f5"
#: Size of text in points, where nothing else is said.
TEXT = 9.5
#: Height of the middle of digits and ideographs above the line they stand on, and from one line to the next, in sizes.
_MIDDLE, _LEADING = 0.37, 1.15
_MARGIN = 6.0
#: Stands in the ids of outlines for a random number.
_SALT = "evalbook"

Point = tuple[float, float]


class Picture:
    """A figure as SVG with alternative text, independent of the notebook's inline backend."""

    def __init__(self, svg: str, alt: str) -> None:
        self.svg, self.alt = svg, alt

    def __repr__(self) -> str:
        return self.alt  # never an address: the same run gives the same bytes

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        return {"image/svg+xml": self.svg}, {"image/svg+xml": {"alt": self.alt}}


class Sheet:
    """A drawing in points, x to the right and y down from wherever suits the chart; in the end as large as what stands on it.

    The place of everything is known when it is put there, since the widths of the font's characters are. The axes of matplotlib draw
    all their texts three times to find their margins; here each is written once. Equal glyphs and dots are outlined once and placed
    again.

    >>> sheet = Sheet()
    >>> sheet.boxes([(0, 0, 60, 10)], PALETTE[0])
    >>> sheet.word(65, 5, "12.5")
    >>> sheet.picture("一根条形").svg.count("<use")
    4
    """

    def __init__(self) -> None:
        self._layers: list[Callable[[Any, Any, Any], None]] = []
        self._stamps: defaultdict[tuple[str, float, str, float], list[Point]] = defaultdict(list)
        self._reached: list[Point] = []

    def boxes(self, boxes: Iterable[tuple[float, float, float, float]], colour: str) -> None:
        """Filled rectangles ``(x, y, width, height)``; a negative width reaches to the left."""
        corners = [[(x, y), (x + width, y), (x + width, y + height), (x, y + height)] for x, y, width, height in boxes]
        for points in corners:
            self._reached += points
        self._layers.append(functools.partial(_paint, paths=[[*points, points[0]] for points in corners], fill=colour))

    def lines(self, lines: Sequence[Sequence[Point]], colour: str, width: float, dashes: tuple[float, ...] | None = None) -> None:
        """Lines through points."""
        for points in lines:
            self._reached += points
        self._layers.append(functools.partial(_paint, paths=lines, stroke=(colour, width, dashes)))

    def dots(self, points: Sequence[Point], colour: str, radius: float) -> None:
        """Filled circles."""
        from matplotlib.path import Path
        from matplotlib.transforms import Affine2D

        for x, y in points:
            self._reached += ((x - radius, y - radius), (x + radius, y + radius))
        circle = Affine2D().scale(radius).transform_path(Path.unit_circle())
        self._layers.append(functools.partial(_stamp, path=circle, points=points, colour=colour))

    def cells(self, colours: Any, width: float, height: float) -> None:
        """A field of coloured cells from (0, 0), each `width` × `height`; `colours` is rows × columns × RGBA in bytes."""
        rows, columns = colours.shape[:2]
        self._reached += ((0, 0), (columns * width, rows * height))
        self._layers.append(functools.partial(_field, colours=colours, width=columns * width, height=rows * height))

    def word(self, x: float, y: float, text: str, *, size: float = TEXT, colour: str = INK, align: float = 0.0, angle: float = 0.0) -> None:
        """Text whose middle line goes through (x, y), where it begins (`align` 0), has its middle (0.5) or ends (1).

        `angle` turns it about that point, in degrees and against the clock. Each line of it is aligned for itself.
        """
        right, up = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        lines = text.split("\n")
        for number, line in enumerate(lines):
            width = width_of(line, size)
            along, down = -align * width, (number - (len(lines) - 1) / 2) * _LEADING * size
            for edge in (down - size / 2, down + size / 2):
                self._reached += [(x + u * right + edge * up, y - u * up + edge * right) for u in (along, along + width)]
            down += _MIDDLE * size
            for character in line:
                if character != " ":
                    place = (round(x + along * right + down * up, 2), round(y - along * up + down * right, 2))
                    self._stamps[character, size, colour, angle].append(place)
                along += _glyph(character)[2] * size

    def picture(self, alt: str) -> Picture:
        """The drawing as SVG, words above everything else."""
        import matplotlib
        from matplotlib.backends.backend_svg import RendererSVG
        from matplotlib.transforms import Affine2D

        across, down = zip(*self._reached, strict=True)
        left, top = math.floor(min(across) - _MARGIN), math.floor(min(down) - _MARGIN)
        width, height = math.ceil(max(across) + _MARGIN) - left, math.ceil(max(down) + _MARGIN) - top
        place = Affine2D().translate(-left, -top - height).scale(1, -1)  # the writer's y goes up from the foot of the page
        buffer = io.StringIO()
        with matplotlib.rc_context({"svg.hashsalt": _SALT}):  # otherwise a random number is in its ids
            writer: Any = RendererSVG(width, height, buffer, metadata={"Date": None, "Creator": None})  # type: ignore[no-untyped-call]
            page = [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]
            _paint(writer, writer.new_gc(), place, paths=[page], fill="#ffffff")
            for layer in self._layers:
                layer(writer, writer.new_gc(), place)
            buffer.write(self._words(left, top))
            writer.finalize()
        return Picture(buffer.getvalue(), alt)

    def _words(self, left: float, top: float) -> str:
        """All glyphs, as ``draw_markers`` of the writer puts them: that takes a dozen calls for each place of each glyph."""
        found: list[str] = []
        outlined: set[str] = set()
        for (character, size, colour, angle), points in self._stamps.items():
            outline, style = _outline(character, size, angle), f"fill: {colour}"
            name = f"m{hashlib.sha256(f'{_SALT}{(outline, style)}'.encode()).hexdigest()[:10]}"
            if name not in outlined:  # two characters may look the same
                outlined.add(name)
                found.append(f' <defs>\n  <path id="{name}" d="{outline}"/>\n </defs>\n')
            found.append(" <g>\n")
            # Places have two decimals, and are written without noughts at the end.
            found += [f'  <use xlink:href="#{name}" x="{x - left:.9g}" y="{y - top:.9g}" style="{style}"/>\n' for x, y in points]
            found.append(" </g>\n")
        return "".join(found)


@functools.lru_cache(maxsize=1 << 12)  # numbers and labels come back
def width_of(text: str, size: float = TEXT) -> float:
    """How wide a line of text is, in points.

    >>> width_of("考核", 10)
    20.0
    """
    return round(sum(_glyph(character)[2] for character in text) * size, 2)


@functools.cache
def _glyph(character: str) -> tuple[Any, Any, float]:
    """Outline (vertices, codes) and advance of a character at the size 1."""
    from matplotlib.font_manager import get_font
    from matplotlib.ft2font import LoadFlags

    font = get_font(REGULAR)
    font.set_size(100, 72)
    index = font.get_char_index(ord(character))
    if not index:
        font.set_text(character, flags=LoadFlags.NO_HINTING)  # warns of a character that the font lacks; the audit looks for that
    glyph = font.load_glyph(index, flags=LoadFlags.NO_HINTING)
    vertices, codes = font.get_path()
    return vertices / 100, codes, round(glyph.linearHoriAdvance / 6_553_600, 4)


@functools.cache
def _outline(character: str, size: float, angle: float) -> str:
    """A glyph about its place as the data of an SVG path, whose y goes down."""
    from matplotlib import _path
    from matplotlib.path import Path
    from matplotlib.transforms import Affine2D

    convert: Any = _path.convert_to_string  # type: ignore[attr-defined] # what the writer converts its paths with
    vertices, codes, _ = _glyph(character)
    placed = vertices * size
    if angle:
        placed = Affine2D().rotate_deg(angle).transform(placed)
    kinds = [b"M", b"L", b"Q", b"C", b"z"]
    text: bytes = convert(Path(placed.round(2), codes), Affine2D().scale(1, -1), None, False, None, 6, kinds, False)
    return text.decode("ascii")


def _paint(
    writer: Any,
    gc: Any,
    place: Any,
    *,
    paths: Sequence[Sequence[Point]],
    fill: str | None = None,
    stroke: tuple[str, float, tuple[float, ...] | None] | None = None,
) -> None:
    """Polygons or lines of one colour, as one path."""
    from matplotlib.colors import to_rgba
    from matplotlib.path import Path

    if not paths:
        return
    codes = [code for points in paths for code in (Path.MOVETO, *[Path.LINETO] * (len(points) - 1))]
    path = Path(np.round([point for points in paths for point in points], 2), codes)
    gc.set_linewidth(0)
    if stroke is not None:
        colour, width, dashes = stroke
        gc.set_foreground(colour)
        gc.set_linewidth(width)
        gc.set_dashes(0, dashes)
    writer.draw_path(gc, path, place, to_rgba(fill) if fill else None)


def _stamp(writer: Any, gc: Any, place: Any, *, path: Any, points: Sequence[Point], colour: str) -> None:
    """The same outline at many points."""
    from matplotlib.colors import to_rgba
    from matplotlib.path import Path
    from matplotlib.transforms import IdentityTransform

    gc.set_linewidth(0)
    writer.draw_markers(gc, path, IdentityTransform(), Path(points), place, to_rgba(colour))


def _field(writer: Any, gc: Any, place: Any, *, colours: Any, width: float, height: float) -> None:
    from matplotlib.transforms import Affine2D

    writer.draw_image(gc, 0, 0, colours, Affine2D().scale(width, height) + place)

"""Drawing for reports with matplotlib's SVG writer: shipped Chinese font, outlined text, the same bytes every time."""

from __future__ import annotations

import functools
import io
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from .fonts import REGULAR

#: Colours of dimensions: distinguishable in print and for colour-blind readers (Okabe–Ito order, muted).
PALETTE = ("#2f5d8a", "#d98e2b", "#4f8f6b", "#a4486b", "#7a6bb0", "#8a8a3a", "#3f9bb5", "#b5563f")
INK, GRID, ACCENT, PALE = "#222222", "#d9dde2", "#b3261e", "#f1f3f5"
#: Size of text in points, where nothing else is said.
TEXT = 9.5
#: Height of the middle of digits and ideographs above the line they stand on, and from one line to the next, in sizes.
_MIDDLE, _LEADING = 0.37, 1.15
_MARGIN = 6.0

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
        self._stamps: dict[tuple[str, float, str, float], list[Point]] = {}
        self._low, self._high = [math.inf, math.inf], [-math.inf, -math.inf]

    def boxes(self, boxes: Iterable[tuple[float, float, float, float]], colour: str) -> None:
        """Filled rectangles ``(x, y, width, height)``; a negative width reaches to the left."""
        corners = [[(x, y), (x + width, y), (x + width, y + height), (x, y + height)] for x, y, width, height in boxes]
        for points in corners:
            self._reach(points)
        self._layers.append(functools.partial(_paint, paths=[[*points, points[0]] for points in corners], fill=colour))

    def lines(self, lines: Sequence[Sequence[Point]], colour: str, width: float, dashes: tuple[float, ...] | None = None) -> None:
        """Lines through points."""
        for points in lines:
            self._reach(points)
        self._layers.append(functools.partial(_paint, paths=lines, stroke=(colour, width, dashes)))

    def dots(self, points: Sequence[Point], colour: str, radius: float) -> None:
        """Filled circles."""
        from matplotlib.path import Path
        from matplotlib.transforms import Affine2D

        for x, y in points:
            self._reach([(x - radius, y - radius), (x + radius, y + radius)])
        circle = Affine2D().scale(radius).transform_path(Path.unit_circle())
        self._layers.append(functools.partial(_stamp, path=circle, points=points, colour=colour))

    def cells(self, colours: Any, width: float, height: float) -> None:
        """A field of coloured cells from (0, 0), each `width` × `height`; `colours` is rows × columns × RGBA in bytes."""
        rows, columns = colours.shape[:2]
        self._reach([(0, 0), (columns * width, rows * height)])
        self._layers.append(functools.partial(_field, colours=colours, width=columns * width, height=rows * height))

    def word(self, x: float, y: float, text: str, *, size: float = TEXT, colour: str = INK, align: float = 0.0, angle: float = 0.0) -> None:
        """Text whose middle line goes through (x, y), where it begins (`align` 0), has its middle (0.5) or ends (1).

        `angle` turns it about that point, in degrees and against the clock. Each line of it is aligned for itself.
        """
        right, up = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        lines = text.split("\n")
        for number, line in enumerate(lines):
            along, down = -align * width_of(line, size), (number - (len(lines) - 1) / 2) * _LEADING * size
            for edge in (down - size / 2, down + size / 2):
                self._reach([(x + u * right + edge * up, y - u * up + edge * right) for u in (along, along + width_of(line, size))])
            down += _MIDDLE * size
            for character in line:
                if character != " ":
                    place = (round(x + along * right + down * up, 2), round(y - along * up + down * right, 2))
                    self._stamps.setdefault((character, size, colour, angle), []).append(place)
                along += _glyph(character)[2] * size

    def picture(self, alt: str) -> Picture:
        """The drawing as SVG, words above everything else."""
        import matplotlib
        from matplotlib.backends.backend_svg import RendererSVG
        from matplotlib.path import Path
        from matplotlib.transforms import Affine2D

        (left, top), (right, bottom) = self._low, self._high
        left, top = math.floor(left - _MARGIN), math.floor(top - _MARGIN)
        width, height = math.ceil(right + _MARGIN) - left, math.ceil(bottom + _MARGIN) - top
        place = Affine2D().translate(-left, -top - height).scale(1, -1)  # the writer's y goes up from the foot of the page
        buffer = io.StringIO()
        with matplotlib.rc_context({"svg.hashsalt": "evalbook"}):  # otherwise a random number is in its ids
            writer: Any = RendererSVG(width, height, buffer, metadata={"Date": None, "Creator": None})  # type: ignore[no-untyped-call]
            page = [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]
            _paint(writer, writer.new_gc(), place, paths=[page], fill="#ffffff")
            for layer in self._layers:
                layer(writer, writer.new_gc(), place)
            for (character, size, colour, angle), points in self._stamps.items():
                vertices, codes, _ = _glyph(character)
                outline = Affine2D().rotate_deg(angle).transform(vertices * size).round(2)
                _stamp(writer, writer.new_gc(), place, path=Path(outline, codes), points=points, colour=colour)
            writer.finalize()
        return Picture(buffer.getvalue(), alt)

    def _reach(self, points: Iterable[Point]) -> None:
        for point in points:
            for axis, value in enumerate(point):
                self._low[axis], self._high[axis] = min(self._low[axis], value), max(self._high[axis], value)


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
    font.set_text(character, flags=LoadFlags.NO_HINTING)  # warns of a character that the font lacks; the audit looks for that
    vertices, codes = font.get_path()
    glyph = font.load_glyph(font.get_char_index(ord(character)), flags=LoadFlags.NO_HINTING)
    return vertices / 100, codes, round(glyph.linearHoriAdvance / 6_553_600, 4)


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

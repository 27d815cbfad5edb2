"""matplotlib as our reports need it: shipped Chinese fonts, outlined text, the same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .fonts import FAMILY, register

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Colours of dimensions: distinguishable in print and for colour-blind readers (Okabe–Ito order, muted).
PALETTE = ("#2f5d8a", "#d98e2b", "#4f8f6b", "#a4486b", "#7a6bb0", "#8a8a3a", "#3f9bb5", "#b5563f")
INK, GRID, ACCENT, PALE = "#222222", "#d9dde2", "#b3261e", "#f1f3f5"


def settings() -> Any:
    """rcParams of every figure."""
    register()
    return {
        "font.family": [FAMILY],
        "font.size": 9.5,
        "svg.fonttype": "path",
        "svg.hashsalt": "evalbook",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": GRID,
        "axes.labelcolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "text.color": INK,
        "axes.titlesize": 11,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "figure.facecolor": "white",
    }


def stamp(axes: Any, marks: Iterable[tuple[float, float, str, str]], size: float) -> None:
    """Put short words (numbers, crosses) on points of the axes, centred: ``(x, y, word, colour)`` each, ``size`` in points.

    The same few words recur hundreds of times on a field of cells: each is outlined once and only placed again. They have no part in the
    layout, since they lie inside their cells.
    """
    from matplotlib.collections import PathCollection
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath
    from matplotlib.transforms import Affine2D

    places: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for x, y, word, colour in marks:
        places.setdefault((word, colour), []).append((x, y))
    font = FontProperties(family=FAMILY)
    # Digits stand on one line whatever their own heights are.
    middle = TextPath((0, 0), "0", size=size, prop=font).get_extents().y1 / 2
    for (word, colour), points in places.items():
        outline = TextPath((0, 0), word, size=size, prop=font)
        box = outline.get_extents()
        path = outline.transformed(Affine2D().translate(-(box.x0 + box.x1) / 2, -middle))
        words = PathCollection([path], offsets=points, offset_transform=axes.transData, facecolors=colour, linewidths=0)
        words.set_transform(Affine2D().scale(1 / 72) + axes.figure.dpi_scale_trans)
        words.set_clip_on(False)
        words.set_in_layout(False)
        axes.add_collection(words, autolim=False)


class Picture:
    """A figure as SVG with alternative text, independent of the notebook's inline backend."""

    def __init__(self, figure: Figure, alt: str) -> None:
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, bbox_inches="tight", pad_inches=0.08)
        self.svg, self.alt = buffer.getvalue(), alt

    def __repr__(self) -> str:
        return self.alt  # never an address: the same run gives the same bytes

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        return {"image/svg+xml": self.svg}, {"image/svg+xml": {"alt": self.alt}}

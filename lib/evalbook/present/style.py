"""matplotlib as our reports need it: shipped Chinese fonts, outlined text, the same bytes every time."""

from __future__ import annotations

import io
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

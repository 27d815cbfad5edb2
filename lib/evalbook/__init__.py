"""Evaluation workbook: official evaluation schemes (考核办法) as data, exact scoring, executed reports as evidence.

>>> from evalbook.exact import exact
>>> exact("31.4") - exact("30.1") == exact("8.6") - exact("7.3")
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Workbook", "__version__", "open_comparison", "open_robustness", "open_run", "open_trend"]

if TYPE_CHECKING:
    from .run.study import open_comparison, open_robustness, open_trend
    from .workbook import Workbook, open_run


def __getattr__(name: str) -> Any:
    """The front door, loaded when first asked for, so that the command line starts light."""
    if name in ("Workbook", "open_run"):
        from . import workbook

        return getattr(workbook, name)
    if name in ("open_comparison", "open_robustness", "open_trend"):
        from .run import study

        return getattr(study, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

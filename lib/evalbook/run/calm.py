"""The garbage collector, told how little garbage there is."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

#: Objects made before the collector looks for garbage, and how many times more for the older generations.
_CALM = (100_000, 50, 100)


@contextlib.contextmanager
def calm_collector() -> Iterator[None]:
    """Few garbage collections: a run makes millions of small objects that live to its end, and what it imports stays for ever; to look
    through them again and again took a tenth of its time."""
    before = gc.get_threshold()
    gc.set_threshold(*_CALM)
    try:
        yield
    finally:
        gc.set_threshold(*before)

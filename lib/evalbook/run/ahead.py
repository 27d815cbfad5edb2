"""Work that is done while a kernel computes: the supervising process would only wait for it.

A thread, since it needs no copy of the evaluation and is there on every system; it writes nothing, so a run that fails or is
stopped meanwhile leaves nothing of it behind.

Two threads that import at the same time are in danger: Ctrl-C in the middle of an import can leave Python's import lock taken for
ever (the interruption hits a callback of the import system and is lost), and the other thread would wait for it. So everything is
imported before the thread begins, and where the lock has been lost by then the work is done at once, in the thread that holds it.
"""

from __future__ import annotations

import _imp
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Ahead(Generic[Made]):
    """What ``make`` returns, begun now and waited for when it is asked for.

    >>> Ahead(lambda: 6 * 7).result()
    42
    """

    def __init__(self, make: Callable[[], Made]) -> None:
        from . import preload  # noqa: F401 - imports, and uses once, what a run needs

        self._future: Future[Made] = Future()
        if _imp.lock_held():
            self._run(make)
        else:
            # A thread that nobody waits for: an interrupted run ends at once.
            Thread(target=self._run, args=(make,), daemon=True).start()

    def _run(self, make: Callable[[], Made]) -> None:
        try:
            self._future.set_result(make())
        except BaseException as error:
            self._future.set_exception(error)

    def result(self) -> Made:
        """What was made; raises what its making raised."""
        return self._future.result()

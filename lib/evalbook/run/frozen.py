"""The forkserver's preload; all that it makes stays for ever, so no garbage collector need look at it, its own as little as a worker's."""

import gc

gc.disable()

from . import preload  # noqa: E402, F401 - after the collector is off

gc.freeze()
gc.enable()

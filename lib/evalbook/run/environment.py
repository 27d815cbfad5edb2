"""The clean room of a kernel: private folders, a fixed environment, nothing of the user's settings.

What a user, a login script or the machine set (start-up files, ``PYTHONPATH``, other kernels, locale, time zone, hash seed, number
of threads) must not be able to change a result, so the environment is built from nothing instead of being cleaned.
"""

from __future__ import annotations

import contextlib
import os
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import Self

from .. import durable

#: The zone in which the evaluated offices live; reports carry no times, so this only guards against ``now()`` in a notebook.
ZONE = "Asia/Shanghai"
HASH_SEED = "0"
_PREFIX = "evb-"
_SOCKET_PATH_LIMIT = 100
#: A folder without a living owner is removed once it is older than this (a newborn one may not be locked yet).
_LEFTOVER_SECONDS = 60.0
_FONT_LIST = "fontlist-*.json"


class PrivateFolder:
    """A temporary folder that only this user can enter (0700), gone with its owner: at the end, or when another run clears up.

    >>> with PrivateFolder() as place:
    ...     exists = place.folder.is_dir()
    >>> exists, place.folder.exists()
    (True, False)
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_short_folder()))
        self._lock = durable.Lock(self.folder / "lock")
        self._lock.acquire()

    def close(self) -> None:
        """Remove the folder."""
        if self._lock.held:
            self._lock.release()
            durable.remove_tree(self.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class KernelHome(PrivateFolder):
    """Private folder of one kernel: home, IPython and Jupyter folders, temporary files, sockets.

    Parameters
    ----------
    cache
        Folder that outlives runs and keeps matplotlib's list of fonts (reading all fonts costs seconds); None for none.

    Examples
    --------
    >>> with KernelHome() as home:
    ...     environment = home.environment()
    >>> environment["TZ"], environment["PYTHONHASHSEED"], home.folder.exists()
    ('Asia/Shanghai', '0', False)
    """

    def __init__(self, cache: Path | None = None) -> None:
        super().__init__()
        self._cache = cache
        for name in ("home", "ipython", "jupyter", "runtime", "matplotlib", "tmp"):
            (self.folder / name).mkdir(mode=0o700)
        self._fonts("in")

    def environment(self, *, zone: str = ZONE, hash_seed: str = HASH_SEED) -> dict[str, str]:
        """Everything the kernel's environment holds."""
        folder = self.folder
        found = {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), *os.defpath.split(os.pathsep)]),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "TZ": zone,
            "PYTHONHASHSEED": hash_seed,
            "PYTHONSAFEPATH": "1",
            "PYTHONNOUSERSITE": "1",
            "PYTHONUTF8": "1",
            "HOME": str(folder / "home"),
            "TMPDIR": str(folder / "tmp"),
            "IPYTHONDIR": str(folder / "ipython"),
            "JUPYTER_CONFIG_DIR": str(folder / "jupyter"),
            "JUPYTER_DATA_DIR": str(folder / "jupyter"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "JUPYTER_NO_CONFIG": "1",
            "MPLCONFIGDIR": str(folder / "matplotlib"),
            # Without it, warnings name cells by process id and a random folder.
            "IPYKERNEL_CELL_NAME": "<cell>",
            # Sums over several threads may differ in their last bits with the number of threads.
            **{f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM")},
        }
        if library := _library_folder():
            found["PYTHONPATH"] = library
        if sys.platform == "win32":
            found |= {name: os.environ[name] for name in ("SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC") if name in os.environ}
            found |= {"USERPROFILE": found["HOME"], "APPDATA": found["HOME"], "TEMP": found["TMPDIR"], "TMP": found["TMPDIR"]}
        return found

    def close(self) -> None:
        """Keep the list of fonts, remove the folder."""
        if self._lock.held:
            self._fonts("out")
        super().close()

    def _fonts(self, direction: str) -> None:
        """Carry matplotlib's font list between the private folder and the cache, whole or not at all."""
        if self._cache is None:
            return
        own = self.folder / "matplotlib"
        source, target = (self._cache, own) if direction == "in" else (own, self._cache)
        try:
            for path in source.glob(_FONT_LIST):
                if not (target / path.name).exists():
                    target.mkdir(parents=True, exist_ok=True)
                    durable.replace(target / path.name, path.read_bytes())
        except OSError:
            # Only a cache: without it the next kernel reads the fonts itself.
            return


def remove_leftovers() -> None:
    """Remove private folders whose owner is gone (it was killed and could not clear up)."""
    now = time.time()
    for folder in _short_folder().glob(f"{_PREFIX}*"):
        try:
            if now - folder.stat().st_mtime < _LEFTOVER_SECONDS or not _mine(folder):
                continue
            lock = durable.Lock(folder / "lock")
            if lock.acquire(timeout=0):
                lock.release()
                durable.remove_tree(folder)
        except OSError:
            continue


def machine_memory() -> int:
    """Bytes of memory of this machine, or of the container in which this process runs, whichever is less."""
    import psutil

    total: int = psutil.virtual_memory().total
    for name in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with contextlib.suppress(OSError, ValueError):
            total = min(total, int(Path(name).read_text("ascii")))
    return total


def _mine(folder: Path) -> bool:
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()


def _short_folder() -> Path:
    """Where temporary folders go; a socket's path may have about a hundred bytes only, so a long TMPDIR is passed over."""
    usual = Path(tempfile.gettempdir())
    short = Path("/tmp")  # noqa: S108 - mkdtemp makes a private folder of unguessable name in it
    if len(os.fsencode(usual)) + 40 > _SOCKET_PATH_LIMIT and short.is_dir():
        return short
    return usual


def _library_folder() -> str:
    """Folder to put on the kernel's path so that it loads this very library; none when it is installed as a package."""
    package = Path(__file__).resolve().parents[1]
    installed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    return "" if str(package.parent) in installed else str(package.parent)

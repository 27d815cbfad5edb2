"""Files that survive what happens to them: locks, flushes to disk, renames that never replace.

Everything that must be either wholly there or not there at all goes through these few functions, on POSIX and on Windows.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

#: A lock is taken on one byte far behind any content, so that on Windows others can still read who holds it.
_LOCK_OFFSET = 1 << 30
_NOREPLACE = 1
_AT_FDCWD = -100


class Lock:
    """Exclusive lock on a file, held by one process and freed by the system when that process ends, however it ends.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.lock"
    >>> with Lock(path) as first:
    ...     Lock(path).acquire(timeout=0)
    False
    >>> Lock(path).acquire(timeout=0)
    True
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None

    def acquire(self, timeout: float | None = None) -> bool:
        """Take the lock, waiting at most ``timeout`` seconds (forever when None); whether it was taken."""
        deadline = None if timeout is None else time.monotonic() + timeout
        pause = 0.002
        while True:
            if self._try():
                return True
            if deadline is not None and time.monotonic() >= deadline:
                return False
            time.sleep(pause)
            pause = min(pause * 2, 0.05)

    def _try(self) -> bool:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOINHERIT", 0), 0o666)
        try:
            if not _lock(fd) or not _same_file(fd, self.path):
                os.close(fd)
                return False
        except BaseException:
            os.close(fd)
            raise
        self._fd = fd
        return True

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._fd is not None

    def write(self, line: str) -> None:
        """Add a line to what the lock file says (who holds it, what is about to happen), and flush it.

        Lines are added, never replaced: a writer that dies in the middle leaves the line before, not an empty file.
        """
        assert self._fd is not None
        assert "\n" not in line
        _add(self._fd, f"{line}\n".encode())

    def read(self) -> str:
        """The last whole line of the lock file; empty when there is none."""
        assert self._fd is not None
        os.lseek(self._fd, 0, os.SEEK_SET)
        parts = []
        while part := os.read(self._fd, 65536):
            parts.append(part)
        whole, _, _torn = b"".join(parts).rpartition(b"\n")
        return whole.rpartition(b"\n")[2].decode("utf-8", errors="replace")

    def release(self, *, remove: bool = False) -> None:
        """Give the lock back; with ``remove`` the file goes too (only for locks that belong to one run)."""
        if self._fd is None:
            return
        fd, self._fd = self._fd, None
        try:
            if remove and sys.platform != "win32":
                self.path.unlink(missing_ok=True)
        finally:
            os.close(fd)
        if remove and sys.platform == "win32":
            with contextlib.suppress(OSError):
                self.path.unlink(missing_ok=True)

    def __enter__(self) -> Lock:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def _lock(fd: int) -> bool:
    try:
        if sys.platform == "win32":
            os.lseek(fd, _LOCK_OFFSET, os.SEEK_SET)
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            return False
        raise
    return True


def _same_file(fd: int, path: Path) -> bool:
    """Whether the locked file is still the one of that name (its last holder may have removed it meanwhile)."""
    if sys.platform == "win32":
        return True
    try:
        named = path.stat()
    except FileNotFoundError:
        return False
    opened = os.fstat(fd)
    return (named.st_dev, named.st_ino) == (opened.st_dev, opened.st_ino)


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def _add(fd: int, data: bytes) -> None:
    """Write at the end and flush; when that fails (a full disk), the file is cut back to what it was."""
    size = os.lseek(fd, 0, os.SEEK_END)
    try:
        _write_all(fd, data)
        os.fsync(fd)
    except BaseException:
        with contextlib.suppress(OSError):
            os.ftruncate(fd, size)
        raise


def append(path: Path, data: bytes) -> None:
    """Append to a file and flush it: all of the data or, where the disk refuses, none of it."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
    try:
        _add(fd, data)
    finally:
        os.close(fd)


def flush(path: Path) -> None:
    """Flush one file or folder to the disk. A failed flush is never tried again: what the disk holds is then unknown."""
    if sys.platform == "win32" and path.is_dir():
        return
    fd = os.open(path, os.O_RDONLY if sys.platform != "win32" else os.O_RDWR)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def flush_tree(folder: Path, *, threads: int = 1) -> None:
    """Flush every file and folder below, the deepest first.

    With several ``threads`` files are flushed at the same time, which a journalling file system does in one go; folders after them.
    """
    folders = list(os.walk(folder, topdown=False))
    files = [Path(parent, name) for parent, _, names in folders for name in names]
    if threads == 1:
        for path in files:
            flush(path)
    else:
        with ThreadPoolExecutor(threads) as pool:
            # The first failure comes out, and nothing is renamed.
            list(pool.map(flush, files))
    for parent, _, _ in folders:
        flush(Path(parent))


def flush_upwards(folder: Path, top: Path) -> None:
    """Flush a folder and those above it up to ``top``: a new folder is safe only when the one that names it is."""
    while True:
        flush(folder)
        if folder == top or folder == folder.parent:
            return
        folder = folder.parent


def replace(path: Path, data: bytes) -> None:
    """Write a file anew so that a reader sees the old content or the new, never a piece."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def rename(source: Path, target: Path) -> None:
    """Move a folder to a name that must be free, in one step; FileExistsError when it is taken.

    Linux does it in the kernel (``renameat2``), Windows refuses to replace by itself; elsewhere, and on file systems that cannot,
    the caller's lock and a look before make the window small, and a folder that is not empty is never replaced.
    """
    if sys.platform.startswith("linux"):
        failed = _renameat2(source, target)
        if failed == 0:
            return
        if failed == errno.EEXIST:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
        if failed not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
            raise OSError(failed, os.strerror(failed), str(target))
    if target.exists() or target.is_symlink():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    try:
        source.rename(target)
    except OSError as error:
        # Somebody else's folder of that name appeared since the look.
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from error
        raise


def _renameat2(source: Path, target: Path) -> int:
    """Error number of ``renameat2(…, RENAME_NOREPLACE)``; ENOSYS where the C library does not have it."""
    import ctypes

    function = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if function is None:
        return errno.ENOSYS
    done = function(_AT_FDCWD, os.fsencode(source), _AT_FDCWD, os.fsencode(target), _NOREPLACE)
    return 0 if done == 0 else ctypes.get_errno()


def sha256(path: Path) -> str:
    """Hash of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file below by its relative name (posix), in one order on every machine."""
    found = [(path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file()]
    yield from sorted(found)


def remove_tree(folder: Path) -> None:
    """Remove a folder even where something in it is read-only; what cannot be removed is left for the next start."""

    def again(_function: object, name: str, _info: object) -> None:
        with contextlib.suppress(OSError):
            os.chmod(name, 0o700)  # noqa: PTH101 - the name comes as text
            os.unlink(name)  # noqa: PTH108

    shutil.rmtree(folder, onerror=again)

"""Whether a folder is a place where an archive can stay: what it must be able to do, and where it must not lie."""

from __future__ import annotations

import errno
import secrets
from pathlib import Path

from ..durable import Lock, flush, remove_tree, rename
from ..errors import Fault, Refused

__all__ = ["prove_place"]

#: A disk that is full, broken or not ours to write on says nothing about what it can do.
_OF_THE_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM})


def prove_place(archive: Path) -> None:
    """Try what archiving relies on, in the folder itself. Refused where it does not hold, or inside a work tree of git.

    A version control system changes line ends and removes what it does not know (``git clean``); a network share may lack locks,
    flushing, or a rename that never replaces.
    """
    for folder in (archive, *archive.parents):
        if (folder / ".git").exists():
            message = f"归档文件夹在 git 工作区（{folder.name}）里：git 会改换行符，清理时会删掉不认识的文件"
            remedy = "请把归档放到别处：在 signing/policy.yaml 写 archive: ../归档文件夹，或用 --to 指明"
            raise Refused([Fault("archive.in_git", message, remedy, file=archive.name)], "没有归档")
    archive.mkdir(parents=True, exist_ok=True)
    probe = archive / ".staging" / f"probe-{secrets.token_hex(4)}"
    try:
        _probe(probe)
    except OSError as error:
        if error.errno in _OF_THE_DISK:
            raise
        message = "这个文件夹所在的磁盘不能可靠地归档（加锁、写盘或改名的试验没有通过，可能是网络盘）"
        remedy = "请把归档放到本机磁盘，归档后再整体复制过去"
        raise Refused(
            [Fault("archive.place", message, remedy, file=archive.name, value=str(error.strerror or error))], "没有归档"
        ) from error
    finally:
        remove_tree(probe)


def _probe(folder: Path) -> None:
    """Lock, write, flush, rename; OSError when one of them does not do what it should."""
    for name in ("one", "two"):
        (folder / name).mkdir(parents=True)
        (folder / name / "file").write_bytes(name.encode())
        flush(folder / name / "file")
        flush(folder / name)
    with Lock(folder / "lock"):
        if Lock(folder / "lock").acquire(timeout=0):
            raise OSError("locks exclude nobody")
    rename(folder / "one", folder / "moved")
    try:
        rename(folder / "two", folder / "moved")
    except FileExistsError:
        pass
    else:
        raise OSError("a rename replaced a folder")
    if (folder / "moved" / "file").read_bytes() != b"one":
        raise OSError("a rename lost a file")

"""A bag that arrives as one file (zip or tar): looked at whole before a single byte is written, and refused for anything odd.

Members are written by this module, never by ``extractall``: only plain files and folders, under safe names, each once, as large as
it says. What a hostile file can contain otherwise (ways out, links, devices, doubles, bombs) does not occur in bags of ours.
"""

from __future__ import annotations

import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from ..errors import Fault, Refused, visible
from . import tree
from .names import is_safe

__all__ = ["is_packed", "unpack"]

ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz")
_MOST_MEMBERS, _MOST_BYTES, _MOST_RATIO = 200_000, 20 << 30, 200
#: Below this size a member may be packed as tightly as it likes.
_SMALL = 16 << 20
_SET_BITS = stat.S_ISUID | stat.S_ISGID | stat.S_ISVTX


@dataclass(frozen=True)
class _Member:
    """One entry of the list of contents; ``oddity`` says what is wrong with it."""

    name: str
    folder: bool
    size: int
    oddity: str
    open: Callable[[], IO[bytes] | None]


def is_packed(path: Path) -> bool:
    """Whether a path is a file that this module unpacks."""
    return path.is_file() and path.name.lower().endswith(ENDINGS)


def unpack(path: Path, target: Path) -> Path:
    """Unpack into an empty folder; returns the bag's folder in it.

    Raises
    ------
    Refused
        Every odd member at once; nothing has been written then. Or the file is damaged.
    """
    with ExitStack() as stack:
        try:
            members = list(_members(path, stack))
        except (OSError, zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, UnicodeDecodeError, NotImplementedError, RuntimeError):
            raise Refused(
                [Fault("unpack.damaged", "打不开：不是 zip 或 tar，或已损坏", "请重新取得", file=path.name)], "没有解包"
            ) from None
        if faults := _oddities(members, path.name):
            raise Refused(faults, "没有解包")
        try:
            for member in members:
                _write(member, target / member.name)
        except (
            OSError,
            zipfile.BadZipFile,
            tarfile.TarError,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            ValueError,
        ) as error:
            message, remedy = "解包时出错，文件已损坏或磁盘已满", "请重新取得文件，检查磁盘空间"
            raise Refused([Fault("unpack.damaged", message, remedy, file=path.name, value=str(error)[:80])], "没有解包") from error
    tops = list(target.iterdir())
    return tops[0] if len(tops) == 1 and tops[0].is_dir() else target


def _oddities(members: list[_Member], shown: str) -> list[Fault]:
    faults = []
    if len(members) > _MOST_MEMBERS or sum(member.size for member in members) > _MOST_BYTES:
        return [Fault("unpack.too_large", "解开后过大，可能是压缩炸弹", "请核对来源", file=shown)]
    for member in members:
        if not is_safe(member.name):
            message, remedy = "文件名不安全（绝对路径、..、反斜杠或非英文名）", "档案包里不会有这样的文件，请核对来源"
            faults.append(Fault("unpack.name", message, remedy, file=shown, value=visible(member.name)))
        if member.oddity:
            faults.append(
                Fault("unpack.member", member.oddity, "档案包里不会有这样的成员，请核对来源", file=shown, value=visible(member.name))
            )
    files = [member.name for member in members if not member.folder]
    for fault in tree.twins(files, shown):
        faults.append(Fault("unpack.twice", fault.message, "请核对来源", file=fault.file))
    inside = {name[: name.rfind("/")] for name in [*files, *(member.name for member in members)] if "/" in name}
    for name in sorted(inside & set(files)):
        faults.append(Fault("unpack.twice", "同一个名称既是文件又是文件夹", "请核对来源", file=f"{shown}/{name}"))
    return faults


def _members(path: Path, stack: ExitStack) -> Iterator[_Member]:
    if zipfile.is_zipfile(path):
        # Names without the UTF-8 mark come from Windows in Chinese offices; the default reading shows them as other signs.
        archive = stack.enter_context(zipfile.ZipFile(path, metadata_encoding="gbk"))
        for info in archive.infolist():
            yield _Member(info.filename.removesuffix("/"), info.is_dir(), info.file_size, _zip_oddity(info), partial(archive.open, info))
    else:
        tar = stack.enter_context(tarfile.open(path, "r:*"))  # noqa: SIM115 - the stack closes it
        for item in tar.getmembers():
            yield _Member(item.name, item.isdir(), item.size, _tar_oddity(item), partial(tar.extractfile, item))


def _zip_oddity(info: zipfile.ZipInfo) -> str:
    mode = info.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "是链接或设备"
    if mode & _SET_BITS:
        return "带有特权位"
    if info.flag_bits & 1:
        return "是加密的"
    if info.file_size > _SMALL and info.file_size > _MOST_RATIO * max(info.compress_size, 1):
        return "压缩比异常，可能是压缩炸弹"
    return ""


def _tar_oddity(item: tarfile.TarInfo) -> str:
    if not (item.isreg() or item.isdir()):
        return "是链接或设备"
    return "带有特权位" if item.mode & _SET_BITS else ""


def _write(member: _Member, target: Path) -> None:
    if member.folder:
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    source = member.open()
    if source is None:
        raise ValueError(member.name)
    left = member.size
    with source, target.open("xb") as out:
        while block := source.read(1 << 20):
            left -= len(block)
            if left < 0:
                raise ValueError(f"{member.name} is larger than it says")
            out.write(block)
    if left:
        raise ValueError(f"{member.name} is smaller than it says")

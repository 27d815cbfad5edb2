"""The files of a folder that is to be signed or packed: plain files only, in one order, under one digest."""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ..durable import sha256
from ..errors import Fault

__all__ = ["digest", "hashes", "odd", "twins", "walk"]


def walk(folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Every entry below by its relative name (posix), links not followed, in one order on every machine."""

    def below(path: Path, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
        with os.scandir(path) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        for entry in found:
            yield f"{prefix}{entry.name}", entry
            if entry.is_dir(follow_symlinks=False):
                yield from below(Path(entry.path), f"{prefix}{entry.name}/")

    yield from below(folder, "")


def odd(folder: Path, shown: str) -> list[Fault]:
    """What is neither a plain file nor a folder: links, pipes, sockets, and files that have a second name elsewhere."""
    faults = []
    for name, entry in walk(folder):
        if entry.is_symlink():
            message = "是链接，可能指向文件夹之外"
        elif entry.is_dir(follow_symlinks=False):
            continue
        elif not entry.is_file(follow_symlinks=False) or not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
            message = "不是普通文件"
        else:
            continue
        faults.append(Fault("tree.link", message, "请换成文件本身，或移出这个文件夹", file=f"{shown}/{name}"))
    return faults


def twins(names: Iterable[str], shown: str) -> list[Fault]:
    """Names that some machines take for the same: they differ only in case or in how a character is composed."""
    first: dict[str, str] = {}
    faults = []
    for name in names:
        key = unicodedata.normalize("NFC", name).casefold()
        if key in first:
            message = f"与 {first[key]} 只差大小写或字符的组合方式，在有些系统上是同一个文件"
            faults.append(Fault("tree.twins", message, "请改名后重新执行", file=f"{shown}/{name}"))
        first.setdefault(key, name)
    return faults


def hashes(folder: Path) -> dict[str, str]:
    """Name → SHA-256 of every plain file below."""
    return {name: sha256(Path(entry.path)) for name, entry in walk(folder) if entry.is_file(follow_symlinks=False)}


def digest(files: Mapping[str, str]) -> str:
    """One hash over the names and hashes of a folder's files.

    >>> digest({"b": "1", "a": "2"}) == digest({"a": "2", "b": "1"}) != digest({"a": "1", "b": "2"})
    True
    """
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(f"{name}\0{files[name]}\n".encode())
    return total.hexdigest()

"""Whether a folder is a bag of our profile, byte by byte: the format alone, whatever it holds. Reads only, in pieces."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ..errors import Fault
from . import tree
from .bag_format import DECLARATION, DECLARED, INFO, digest_of, manifest_name, parse_info, parse_manifest, tag_manifest_name
from .names import is_safe
from .policy import ALWAYS, MORE

__all__ = ["CheckedBag", "check_bag"]

_KEEP = "请保留现场，用另一份副本核对并恢复"
#: Tag files are small; what is larger is not read into memory.
_MOST_TEXT = 64 << 20
_DEEPEST = 60


@dataclass
class CheckedBag:
    """What a bag turned out to be: ``files`` is payload name → SHA-256 as listed, ``digest`` the hash of the bag."""

    folder: Path
    faults: list[Fault] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    info: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""
    bytes: int = 0


def check_bag(folder: Path, shown: str) -> CheckedBag:
    """Check a bag; every fault names the file as ``shown/…``."""
    return _Check(folder, shown).run()


class _Check:
    def __init__(self, folder: Path, shown: str) -> None:
        self.bag, self.folder, self.shown = CheckedBag(folder), folder, shown
        self.present: set[str] = set()
        self.empty: list[str] = []
        self.algorithms: tuple[str, ...] = ALWAYS
        self.listed: dict[str, dict[str, str]] = {}
        self.oxum = ""

    def fault(self, code: str, message: str, remedy: str = _KEEP, file: str = "", row: int | None = None, value: str = "") -> None:
        self.bag.faults.append(Fault(code, message, remedy, file=f"{self.shown}/{file}" if file else self.shown, row=row, value=value))

    def run(self) -> CheckedBag:
        if not self.folder.is_dir() or self.folder.is_symlink():
            self.fault("bag.no_folder", "没有这个档案包", "请核对路径")
            return self.bag
        self._walk()
        if DECLARED not in self.present:
            self.fault("bag.no_bagit", "没有 bagit.txt，不是档案包（或归档时中断）", "请指明 v1、v2 … 这样的文件夹")
            return self.bag
        if self._text(DECLARED) != DECLARATION:
            self.fault("bag.version", "bagit.txt 不是 BagIt 1.0、UTF-8 的声明", file=DECLARED)
        self._algorithms()
        for algorithm in self.algorithms:
            self._read_manifest(manifest_name(algorithm), algorithm, "data/")
            self._read_manifest(tag_manifest_name(algorithm), algorithm, "")
        self._agree(manifest_name)
        self._agree(tag_manifest_name)
        listed = self.listed.get(manifest_name(ALWAYS[0]), {})
        # As listed, so that a changed file is told once and not again by everything that is computed from it.
        self.bag.files = {name.removeprefix("data/"): digest for name, digest in listed.items()}
        self._unlisted()
        self._hash()
        self._info()
        first = tag_manifest_name(ALWAYS[0])
        if first in self.present:
            self.bag.digest = digest_of(self.folder / first, (ALWAYS[0],))[0][ALWAYS[0]]
        return self.bag

    def _walk(self) -> None:
        """Every name in the folder; what must not be there is told at once."""
        self.bag.faults += tree.odd(self.folder, self.shown)
        folders: set[str] = set()
        for name, entry in tree.walk(self.folder):
            if entry.is_symlink():
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.add(name)
            elif entry.is_file(follow_symlinks=False):
                self.present.add(name)
            if not is_safe(name) or name.count("/") > _DEEPEST:
                self.fault("bag.name", "文件名不是安全的英文名（只能用字母、数字和 . _ -）", "档案包内的文件不应改名或添加", name)
        used = {parent for name in self.present for parent in _parents(name)}
        self.empty = sorted(folders - used)
        self.bag.faults += tree.twins(sorted(self.present), self.shown)

    def _text(self, name: str) -> str | None:
        path = self.folder / name
        try:
            if path.stat().st_size > _MOST_TEXT:
                raise ValueError
            return path.read_bytes().decode("utf-8")
        except (OSError, ValueError):
            self.fault("bag.unreadable", "读不出来（不是UTF-8，或过大）", file=name)
            return None

    def _algorithms(self) -> None:
        """The set of algorithms is fixed: two always, a third where it was ordered; anything else is a weaker lock beside ours."""
        self.algorithms = (
            *ALWAYS,
            *(name for name in MORE if manifest_name(name) in self.present or tag_manifest_name(name) in self.present),
        )
        for name in list(self.algorithms):
            try:
                hashlib.new(name)
            except ValueError:
                self.algorithms = tuple(one for one in self.algorithms if one != name)
                self.fault("bag.algorithm", f"这台机器的 Python 不能算 {name}，该清单未核对", "请换一台能算的机器再核对")

    def _read_manifest(self, name: str, algorithm: str, prefix: str) -> None:
        if name not in self.present:
            self.fault("bag.no_manifest", "缺少清单：四份清单（sha256、sha512，文件和标签各一）都不可少", file=name)
            return
        text = self._text(name)
        if text is None:
            return
        found, wrong = parse_manifest(text, algorithm)
        for row, what in wrong:
            self.fault("bag.manifest_line", what, file=name, row=row)
        for path in sorted(found):
            inside = path.startswith("data/") == bool(prefix) and is_safe(path)
            if not inside:
                self.fault("bag.path", f"清单列出了不该列的路径 {path}", "清单只应列出档案包内的文件", name)
                del found[path]
        self.listed[name] = found

    def _agree(self, named: Callable[[str], str]) -> None:
        """All manifests of a kind list the same files."""
        lists = [named(algorithm) for algorithm in self.algorithms if named(algorithm) in self.listed]
        for name in lists[1:]:
            for path in sorted(self.listed[lists[0]].keys() ^ self.listed[name].keys()):
                self.fault("bag.manifests_differ", f"{lists[0]} 和 {name} 列出的文件不同：{path}", file=name)

    def _unlisted(self) -> None:
        payload, tags = self._together(manifest_name), self._together(tag_manifest_name)
        beyond = {tag_manifest_name(algorithm) for algorithm in (*ALWAYS, *MORE)}
        own = {DECLARED, INFO, *(manifest_name(algorithm) for algorithm in self.algorithms)}
        for name in sorted(self.present - payload - beyond):
            if name == "fetch.txt":
                self.fault("bag.fetch", "fetch.txt 让人到别处取文件，档案包必须自带全部文件", file=name)
            elif name not in own:
                self.fault("bag.unlisted", "清单里没有这个文件，是后来添加的", "请查明来历，移出档案包后再核对", name)
            elif tags and name not in tags:
                self.fault("bag.unlisted", "标签清单里没有这个文件", file=name)
        for name in sorted(tags - own - {"fetch.txt"}):
            self.fault("bag.tag_file", f"标签清单列出了多余的文件 {name}", "档案包只应有规定的几个标签文件", name)
        for name in self.empty:
            self.fault("bag.unlisted", "空文件夹，清单里没有", "请查明来历，移出档案包后再核对", name)

    def _together(self, named: Callable[[str], str]) -> set[str]:
        return {path for algorithm in self.algorithms for path in self.listed.get(named(algorithm), {})}

    def _hash(self) -> None:
        """Read every listed file once and hold it against all manifests."""
        total = count = 0
        for name in sorted(self._together(manifest_name) | self._together(tag_manifest_name)):
            if name not in self.present:
                self.fault("bag.missing", "清单里有，档案包里没有", file=name)
                continue
            try:
                found, size = digest_of(self.folder / name, self.algorithms)
            except OSError as error:
                self.fault("bag.unreadable", "读不出来", file=name, value=error.strerror or "")
                continue
            named = manifest_name if name.startswith("data/") else tag_manifest_name
            wrong = [a for a in self.algorithms if name in (listed := self.listed.get(named(a), {})) and listed[name] != found[a]]
            if wrong:
                lists = "、".join(named(algorithm) for algorithm in wrong)
                self.fault("bag.changed", f"内容与清单 {lists} 不符{self._since(name)}", file=name)
            self.bag.bytes += size
            if name.startswith("data/"):
                total, count = total + size, count + 1
        self.oxum = f"{total}.{count}"

    def _since(self, name: str) -> str:
        """What the file system says of when; somebody who wants to can set it, an accident does not."""
        try:
            moment = datetime.fromtimestamp(os.lstat(self.folder / name).st_mtime, UTC)
        except OSError:
            return ""
        return f"，文件系统记载的修改时间是{moment.isoformat(timespec='seconds')}"

    def _info(self) -> None:
        if INFO not in self.present:
            self.fault("bag.no_info", "没有 bag-info.txt", file=INFO)
            return
        text = self._text(INFO)
        info = parse_info(text) if text is not None else None
        if info is None:
            self.fault("bag.info", "写法不对，或同一项写了两次", file=INFO)
            return
        self.bag.info = info
        if info.get("Payload-Oxum") != self.oxum and not self.bag.faults:
            message = f"字节数和文件数（Payload-Oxum）写的是{info.get('Payload-Oxum')}，实为{self.oxum}"
            self.fault("bag.oxum", message, file=INFO)


def _parents(name: str) -> list[str]:
    parts = name.split("/")[:-1]
    return ["/".join(parts[: n + 1]) for n in range(len(parts))]

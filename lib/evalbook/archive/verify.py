"""Verification: reads only, trusts nothing, needs nothing but the bags and the public keys; names what, where, and since when.

Stricter than RFC 8493 asks: a bag must be of our profile, its parts must agree, its signatures must be those the policy asks for,
its place must be what it says, and it must be the very bag that was entered in the chain.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import ledger
from ..errors import Fault, UsageError
from .bag_check import CheckedBag, check_bag
from .bag_format import DECLARED
from .chain import CHAIN, Entry, entries, head
from .content import BagContent
from .keys import Key
from .stamp import ANCHORS, check_stamps

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

__all__ = ["CHECKS", "Verification", "record_check", "verify_archive", "verify_bag"]

#: Log of verifications and drills inside ``outputs/``, of the make of the ledger.
CHECKS = "checks.jsonl"

STAGING, LOCKS = ".staging", ".locks"
_KEEP = "请保留现场，用另一份副本和另存的归档摘要核对"
#: Fewer bags than these are not worth the start of other processes.
_WORTH_PROCESSES = 12


@dataclass(frozen=True)
class Verification:
    """What came of verifying an archive; ``head`` is the hash of the chain's newest line."""

    bags: int
    files: int
    bytes: int
    head: str
    faults: tuple[Fault, ...]
    notes: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not any(fault.severity == "error" for fault in self.faults)

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for ``--json``."""
        return {
            "ok": self.sound,
            "bags": self.bags,
            "files": self.files,
            "bytes": self.bytes,
            "head": self.head,
            "faults": [fault.as_dict() for fault in self.faults],
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class _Bag:
    """What a worker hands back of one bag."""

    shown: str
    digest: str
    info: Mapping[str, str]
    files: int
    bytes: int
    faults: tuple[Fault, ...]


def verify_bag(folder: Path, keys: Mapping[str, Key] | None = None, *, shown: str = "") -> list[Fault]:
    """Everything wrong with one bag by itself; empty when it is sound.

    Parameters
    ----------
    keys
        Public keys that the verifier trusts; None takes the bag's own.
    shown
        How faults call the bag; its scheme, period and version unless told otherwise.
    """
    return list(_verify(folder, keys, shown or _shown(folder)).faults)


def is_bag(folder: Path) -> bool:
    """Whether a folder is meant to be a bag."""
    return (folder / DECLARED).is_file() or (folder / "data").is_dir()


def _shown(folder: Path) -> str:
    return "/".join(folder.resolve().parts[-3:]) if is_bag(folder) else folder.name


def _verify(folder: Path, keys: Mapping[str, Key] | None, shown: str) -> _Bag:
    bag: CheckedBag = check_bag(folder, shown)
    faults = list(bag.faults)
    # Parts that changed would only be told twice; a bag that is none has no parts.
    if bag.files:
        told = {fault.file for fault in faults}
        faults += [fault for fault in BagContent(bag, shown, keys).check() if fault.file not in told or fault.code.startswith("signoff")]
    return _Bag(shown, bag.digest, bag.info, len(bag.files), bag.bytes, tuple(faults))


def verify_archive(
    archive: Path,
    keys: Mapping[str, Key] | None = None,
    *,
    anchor: str = "",
    roots: Sequence[Certificate] = (),
    workers: int | None = None,
) -> Verification:
    """Verify a whole archive: each bag, the chain, and that neither has what the other lacks.

    Parameters
    ----------
    anchor
        A head that was printed or kept elsewhere: if the chain no longer leads through it, it was cut or written anew.
    roots
        Root certificates of the time stamp authorities that the verifier trusts.
    """
    if not archive.is_dir():
        raise UsageError(f"没有这个归档文件夹：{archive}")
    anchor = anchor.strip().lower()
    chain = list(entries(archive))
    faults = [_as_archive(fault) for fault in ledger.verify(archive, name=CHAIN)]
    if not (archive / CHAIN).is_file():
        message = "归档文件夹里没有归档链 archive.jsonl"
        faults.append(Fault("archive.no_chain", message, "请核对路径；链条丢失时请用另一份副本恢复", file=archive.name))
    faults += _anchored(chain, anchor)
    folders = {path.relative_to(archive).as_posix(): path for path in _bag_folders(archive)}
    faults += _stray(archive)
    bags = {bag.shown: bag for bag in _verify_all(folders, keys, workers)}
    entered = {entry.folder: entry for entry in chain}
    faults += _versions(chain)
    for name in sorted(folders.keys() | entered.keys()):
        faults += _held_against_chain(name, bags.get(name), entered.get(name))
    stamped, proved = check_stamps(archive, roots)
    faults += stamped
    notes = () if keys is not None else ("签名是用档案包自带的公钥核对的，公钥本身是否属实请另行核对（--keys 指明可信的公钥文件夹）",)
    files, size = sum(bag.files for bag in bags.values()), sum(bag.bytes for bag in bags.values())
    return Verification(len(bags), files, size, head(archive), tuple(faults), (*notes, *proved))


def _as_archive(fault: Fault) -> Fault:
    return replace(fault, code=fault.code.replace("ledger.", "archive.chain_"))


def _bag_folders(archive: Path) -> list[Path]:
    """Folders at the place of a bag, whether or not they are one."""
    return [path for path in sorted(archive.glob("*/*/*")) if path.is_dir() and path.parts[-3] not in (STAGING, LOCKS, ANCHORS)]


def _stray(archive: Path) -> list[Fault]:
    """What lies in the archive at a place where nothing of ours lies."""
    known = {STAGING, LOCKS, ANCHORS, CHAIN, "README.md"}
    found = [path for path in archive.glob("*") if path.name not in known and (path.is_symlink() or not path.is_dir())]
    inner = [path for pattern in ("*/*", "*/*/*") for path in archive.glob(pattern)]
    found += [path for path in inner if path.relative_to(archive).parts[0] not in known and (path.is_symlink() or not path.is_dir())]
    message = "归档文件夹里不该有的文件"
    return [Fault("archive.stray", message, "请查明来历并移出", file=path.relative_to(archive).as_posix()) for path in sorted(found)]


def _anchored(chain: list[Entry], anchor: str) -> list[Fault]:
    if not anchor or anchor in {ledger.FIRST, *(entry.hash for entry in chain)}:
        return []
    message = "归档链里没有这个摘要：最新的档案被撤下，或整条链被重写过"
    return [Fault("archive.rolled_back", message, _KEEP, file=CHAIN, value=anchor)]


def _verify_all(folders: Mapping[str, Path], keys: Mapping[str, Key] | None, workers: int | None) -> list[_Bag]:
    workers = workers or os.cpu_count() or 1
    if workers == 1 or len(folders) < _WORTH_PROCESSES:
        return [_verify(path, keys, name) for name, path in folders.items()]
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        return list(pool.map(_verify, folders.values(), [keys] * len(folders), folders.keys(), chunksize=8))


def _versions(chain: list[Entry]) -> list[Fault]:
    """Versions of a period follow one another, each naming the one it supersedes."""
    faults: list[Fault] = []
    last: dict[tuple[str, str], int] = {}
    for entry in chain:
        before = last.get((entry.scheme, entry.period), 0)
        supersedes = entry.line.get("supersedes")
        if entry.version != before + 1 or supersedes != (before or None):
            message = f"版本不连续：v{entry.version} 之前应是 v{entry.version - 1}，链上是 v{before}（更正自 {supersedes}）"
            faults.append(Fault("archive.versions", message, _KEEP, file=CHAIN, value=entry.folder))
        last[entry.scheme, entry.period] = entry.version
    return faults


def _held_against_chain(name: str, bag: _Bag | None, entry: Entry | None) -> list[Fault]:
    """One place of the archive: what lies there and what the chain says of it."""
    if bag is None:
        assert entry is not None
        return [Fault("archive.missing_bag", f"归档链登记了这个档案包（{entry.entered}），现在没有了", _KEEP, file=name)]
    faults = list(bag.faults)
    if entry is None:
        message, remedy = "归档链没有登记这个文件夹", "若归档时中断，请再执行一次 evalbook archive make；否则请查明来历"
        return [*faults, Fault("archive.not_entered", message, remedy, file=name)]
    if bag.digest != entry.bag_sha256:
        message = f"不是登记的那个档案包：清单与{entry.entered}归档时的不同"
        faults.append(Fault("archive.other_bag", message, _KEEP, file=name))
    elif faults:
        faults = [
            replace(fault, message=f"{fault.message}（{entry.entered}归档时完好）") if _is_damage(fault) else fault for fault in faults
        ]
    told = {"External-Identifier": name, "Evalbook-Previous": entry.previous, "Evalbook-Run-SHA256": entry.run_sha256}
    for label, value in told.items():
        if bag.info.get(label) != value:
            message = f"档案包说明的 {label} 是“{bag.info.get(label, '无')}”，按其位置和归档链应为“{value}”"
            faults.append(Fault("archive.place", message, "档案包可能被挪动或调换，请用另一份副本核对", file=name))
    return faults


def _is_damage(fault: Fault) -> bool:
    return fault.code in ("bag.changed", "bag.missing", "bag.unlisted", "bag.unreadable")


def record_check(outputs: Path, kind: str, place: Path, *, ok: bool, **more: Any) -> None:
    """Enter a verification or a restore drill in the workbook's log of checks: when, where, by whom, with what result."""
    from ..run.identity import circumstances

    who = {name: value for name, value in circumstances(outputs.parent).items() if name in ("host", "user")}
    ledger.append(outputs, {"kind": kind, "place": str(place), "ok": ok, **who, **more}, name=CHECKS)

"""The records of a workbook: ledger, sign-offs, archive, and what killed runs left behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .. import ledger
from ..archive import release, signoff
from ..archive.chain import CHAIN, entries
from ..archive.verify import verify_archive
from ..durable import Lock
from ..errors import Fault
from ..run import collecting
from ..run.publication import LOCKS, STAGING
from .check import Check, judged

__all__ = ["look"]

_MOST = 3


def look(root: Path, archive: Path, *, deep: bool = False) -> Iterator[Check]:
    """Everything about the records; ``deep`` reads every byte of the archive."""
    outputs = root / "outputs"
    yield _faults("台账", ledger.verify(outputs), (outputs / ledger.NAME).is_file(), "evalbook ledger verify")
    yield _faults("签发记录", signoff.log_faults(outputs), (outputs / signoff.LOG).is_file(), "evalbook ledger verify")
    yield _faults("公布记录", release.log_faults(outputs), (outputs / release.LOG).is_file(), "evalbook ledger verify")
    yield _faults("收表记录", ledger.verify(outputs, name=collecting.LOG), (outputs / collecting.LOG).is_file(), "evalbook ledger verify")
    waiting = [f"{run}（{why}）" for run, why in signoff.unsigned(outputs)]
    if waiting:
        yield Check("待签发", "note", _some(waiting), "evalbook sign 运行")
    yield _archive(archive, deep=deep)
    left = _left(outputs, archive)
    remedy = "再执行一次 evalbook run 或 archive make 会收拾；公布件的残留可直接删除"
    yield judged("中断的残留", not left, _some(left) if left else "没有", remedy)


def _faults(subject: str, faults: list[Fault], exists: bool, command: str) -> Check:
    errors = [str(fault) for fault in faults if fault.severity == "error"]
    if errors:
        return Check(subject, "wrong", _some(errors), command)
    if faults:
        return Check(subject, "note", _some([str(fault) for fault in faults]), command)
    return Check(subject, "ok", "完整，链条未断" if exists else "还没有")


def _archive(archive: Path, *, deep: bool) -> Check:
    if not (archive / CHAIN).is_file():
        return Check("归档", "note", "还没有归档", "定稿并签发后：evalbook archive make 年度")
    if deep:
        found = verify_archive(archive)
        return _faults("归档", list(found.faults), True, "evalbook archive verify")
    faults = list(ledger.verify(archive, name=CHAIN))
    gone = [entry.folder for entry in entries(archive) if not (archive / entry.folder / "bagit.txt").is_file()]
    faults += [Fault("archive.missing_bag", "登记过的档案包不见了", file=name) for name in gone]
    return _faults("归档", faults, True, "evalbook archive verify 逐字节核对")


def _left(outputs: Path, archive: Path) -> list[str]:
    """Folders and locks of what no longer runs, relative to the workbook."""
    live = set()
    for path in (outputs / LOCKS).glob("run-*.lock"):
        lock = Lock(path)
        if lock.acquire(timeout=0):
            lock.release()
        else:
            live.add(path.stem.removeprefix("run-"))
    found = [path for path in (outputs / STAGING).glob("*") if path.name.partition(".")[0] not in live]
    found += [path for path in (outputs / LOCKS).glob("run-*.lock") if path.stem.removeprefix("run-") not in live]
    found += [path for path in (outputs / release.PUBLISHED).glob("*/*/.staging-*") if path.is_dir()]
    found += [path for path in (archive / ".staging").glob("*") if path.is_dir()]
    return [path.name for path in sorted(found)]


def _some(texts: list[str]) -> str:
    return "、".join(texts[:_MOST]) + (f" 等{len(texts)}处" if len(texts) > _MOST else "")

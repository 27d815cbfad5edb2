"""``archive make``: the year's signed runs into bags, one after the other, each wholly there or not at all.

One maker holds the archive's lock. A bag is built in ``.staging``, flushed, renamed to its place (never over another) and entered in
the chain; what a killed maker left is finished or undone by the next, as its lock file says.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .. import ledger
from ..durable import Lock, flush_tree, flush_upwards, remove_tree, rename, sha256
from ..errors import Fault, Refused, UsageError, visible
from ..periods import Period
from ..run.publication import MANIFEST, now
from ..workbook import Workbook
from .approval import Approval
from .bag_format import tag_manifest_name
from .chain import CHAIN, Entry, head, latest
from .pack import Version, pack
from .place import prove_place
from .policy import read_policy
from .signoff import LOG, SignedRun, approval_of, log_errors, read_run
from .verify import LOCKS, STAGING

__all__ = ["Correction", "Made", "make"]

_LOCK_SECONDS = 30.0
#: Files of a bag that are flushed at the same time.
_FLUSHES = 16
Progress = Callable[[str], None]
#: A run that may be archived, and who signed it.
Ready = tuple[SignedRun, Approval]


@dataclass(frozen=True)
class Correction:
    """A correction of one archived period: the version it corrects (which must be the newest) and the reason."""

    supersedes: int
    reason: str


@dataclass(frozen=True)
class Made:
    """What was archived: chain entries by folder, what was archived before already, what is not ready (with ``ready_only``)."""

    archive: Path
    folders: tuple[str, ...]
    before: tuple[str, ...]
    waiting: tuple[Fault, ...]
    head: str


def make(
    book: Workbook,
    year: int,
    archive: Path,
    *,
    scheme: str = "",
    period: str = "",
    correction: Correction | None = None,
    ready_only: bool = False,
    progress: Progress = lambda _text: None,
) -> Made:
    """Archive the final, signed runs of a year.

    Raises
    ------
    Refused
        A period has no final run, it is not signed, something changed since; everything is archived already; a correction does not
        cite the newest version; the folder is no place for an archive. Nothing is archived then, except what went before a disk error.
    """
    if correction and not (scheme and period):
        raise UsageError("更正只针对一个考核期，请用 --scheme 和 --period 指明")
    if correction and (not correction.reason.strip() or correction.reason != visible(correction.reason)):
        raise UsageError("请用 --reason 写明更正理由")
    ready, faults = _select(book, year, scheme, period)
    prove_place(archive)
    lock = Lock(archive / LOCKS / "maker.lock")
    if not lock.acquire(_LOCK_SECONDS):
        raise Refused([Fault("archive.busy", "另一个归档正在进行", "请等它结束后再执行", file=archive.name)], "没有归档")
    try:
        _recover(archive, lock)
        todo, before, refused = _versions(archive, ready, correction)
        faults += refused
        if faults and not ready_only:
            raise Refused(faults, "没有归档")
        if not todo:
            told = [Fault("archive.exists", f"{one} 已经归档，且没有新的定稿", "更正须先重新定稿并签发", file=one) for one in before]
            raise Refused(told or faults or [Fault("archive.nothing", f"{year}年没有可归档的定稿", "请先定稿并签发")], "没有归档")
        _clock(archive, book.root / "outputs")
        made = []
        for number, ((run, approval), version) in enumerate(todo, 1):
            progress(f"归档 {number}/{len(todo)}：{run.manifest['scheme']} {run.manifest['period']} v{version.number}")
            made.append(_one(archive, run, approval, version, lock))
        return Made(archive, tuple(made), tuple(before), tuple(faults), head(archive))
    finally:
        lock.release()


# --- choosing -----------------------------------------------------------------------------------------------------------------


def _select(book: Workbook, year: int, scheme: str, period: str) -> tuple[list[Ready], list[Fault]]:
    """The newest final run of each period of the year, and what keeps others from being archived."""
    if scheme and scheme not in book.schemes():
        from ..errors import nearest

        raise UsageError(f"没有名为“{scheme}”的考核办法；{nearest(scheme, book.schemes())}")
    outputs = book.root / "outputs"
    policy = read_policy(book.root)
    ready: list[Ready] = []
    faults: list[Fault] = []
    broken = log_errors(outputs)
    wanted = [(s, p) for s, p in book.all_periods() if Period.parse(p).year == year and scheme in ("", s) and period in ("", p)]
    if not wanted:
        raise UsageError(f"没有{year}年的考核期" + (f"（{scheme} {period}）" if scheme else ""))
    for one, when in wanted:
        folder = _newest_final(outputs / one / when)
        if folder is None:
            message, remedy = "还没有定稿", f"evalbook run {one} {when} --final，签发后再归档"
            faults.append(Fault("archive.no_final", message, remedy, file=f"outputs/{one}/{when}"))
            continue
        try:
            run = read_run(folder, outputs)
        except Refused as refused:
            faults += refused.faults
            continue
        if (run.manifest["scheme"], run.manifest["period"]) != (one, when):
            message = "运行清单写的是另一个办法或考核期，文件夹可能被挪动"
            faults.append(Fault("archive.other_place", message, "请恢复原位", file=f"outputs/{run.name}"))
            continue
        approval = approval_of(run, policy, broken)
        faults += approval.faults
        if approval.missing:
            message, remedy = f"待签发：还差{approval.wanted}", f"evalbook sign {folder.name} --role … --key …"
            faults.append(Fault("archive.unsigned", message, remedy, file=f"outputs/{run.name}"))
        elif not approval.faults:
            ready.append((run, approval))
    return ready, list(dict.fromkeys(faults))


def _newest_final(folder: Path) -> Path | None:
    """The newest completed final run: an older one must not be archived in its stead because that is signed."""
    for path in sorted(folder.glob(f"*-final-*/{MANIFEST}"), reverse=True):
        try:
            manifest = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            return path.parent
        if isinstance(manifest, dict) and manifest.get("outcome") == "completed":
            return path.parent
    return None


def _versions(
    archive: Path, ready: list[Ready], correction: Correction | None
) -> tuple[list[tuple[Ready, Version]], list[str], list[Fault]]:
    """Which version each run becomes; runs that are archived already; what is no correction and would have to be one."""
    todo, before, faults = [], [], []
    for one in ready:
        run, _approval = one
        newest = latest(archive, run.manifest["scheme"], run.manifest["period"])
        if newest is not None and newest.run_sha256 == run.identity["run_sha256"]:
            before.append(newest.folder)
        elif newest is None and correction is None:
            todo.append((one, Version(1)))
        elif newest is not None and correction is not None and correction.supersedes == newest.version:
            todo.append((one, Version(newest.version + 1, correction.reason.strip())))
        else:
            faults.append(_no_correction(run, newest, correction))
    if correction and before and not faults:
        message = f"{before[0]} 就是这次定稿，没有可更正的"
        faults.append(Fault("archive.same", message, "请先重新定稿并签发", file=before[0]))
    return todo, before, faults


def _no_correction(run: SignedRun, newest: Entry | None, correction: Correction | None) -> Fault:
    name = f"{run.manifest['scheme']}/{run.manifest['period']}"
    if newest is None:
        return Fault("archive.nothing_to_correct", "还没有归档，谈不上更正", "请去掉 --supersedes 和 --reason", file=name)
    if correction is None:
        remedy = f"确需更正：--scheme … --period … --supersedes v{newest.version} --reason 理由"
        return Fault("archive.correction", f"已归档 v{newest.version}，现在有另一次定稿", remedy, file=name)
    message = f"更正须针对最新的版本：最新是 v{newest.version}（{newest.entered}归档），写的是 v{correction.supersedes}"
    return Fault("archive.not_latest", message, "请先看过最新的版本再更正", file=name)


def _clock(archive: Path, outputs: Path) -> None:
    moment = now().isoformat(timespec="seconds")
    for folder, name in ((archive, CHAIN), (outputs, ledger.NAME), (outputs, LOG)):
        last = max((str(line.get("entered", "")) for line in ledger.entries(folder, name=name)), default="")
        if moment < last:
            message = f"本机时钟（{moment}）早于 {name} 最后一次登记（{last}）"
            raise Refused([Fault("archive.clock", message, "请校准时钟后再归档")], "没有归档")


# --- one bag ------------------------------------------------------------------------------------------------------------------


def _one(archive: Path, run: SignedRun, approval: Approval, version: Version, lock: Lock) -> str:
    """Build, flush, move, enter; returns the bag's folder relative to the archive."""
    policy = read_policy(run.root)
    staged = archive / STAGING / f"{os.getpid()}-{secrets.token_hex(4)}"
    try:
        line = pack(run, approval, policy, version, staged, previous=head(archive), moment=now())
        name = f"{run.manifest['scheme']}/{run.manifest['period']}/v{version.number}"
        target = archive / name
        flush_tree(staged, threads=_FLUSHES)
        target.parent.mkdir(parents=True, exist_ok=True)
        lock.write(json.dumps({"target": name, "line": line}, ensure_ascii=False))
        try:
            rename(staged, target)
        except FileExistsError:
            message, remedy = "这个版本的文件夹已经在那里，但归档链没有登记", "请查明来历并移出归档文件夹"
            raise Refused([Fault("archive.taken", message, remedy, file=name)], "没有归档") from None
        flush_upwards(target.parent, archive)
        ledger.append(archive, line, name=CHAIN)
        return name
    finally:
        remove_tree(staged)


def _recover(archive: Path, lock: Lock) -> None:
    """Finish or undo what a killed maker left; the lock is held."""
    for staged in _staged(archive):
        remove_tree(staged)
    try:
        intent = json.loads(lock.read())
        name, line = str(intent["target"]), dict(intent["line"])
        known = latest(archive, line["scheme"], line["period"])
    except (ValueError, KeyError, TypeError):
        return
    if name != f"{line['scheme']}/{line['period']}/v{line.get('version')}" or (known and known.version >= line["version"]):
        return
    tagged = archive / name / tag_manifest_name("sha256")
    if tagged.is_file() and sha256(tagged) == line.get("bag_sha256"):
        ledger.append(archive, line, name=CHAIN)


def _staged(archive: Path) -> Iterator[Path]:
    folder = archive / STAGING
    yield from sorted(folder.iterdir()) if folder.is_dir() else ()

"""One run, or many at once: what ``evalbook run`` calls."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .environment import remove_leftovers
from .job import Job, Progress, Report, failed_report, perform
from .publication import recover
from .warm import WarmServer, wanted

if TYPE_CHECKING:
    from ..workbook import Workbook
    from .cluster import Cluster
    from .execute import Limits
    from .workers import Workers

_INDEX_SECONDS = 30.0


def run_one(
    book: Workbook,
    scheme: str,
    period: str,
    *,
    status: str = "draft",
    progress: Progress = lambda _text: None,
    warm: bool | None = None,
    overrides: Mapping[str, Any] | None = None,
    reason: str = "",
    limits: Limits | None = None,
) -> Report:
    """Check, execute and publish one evaluation in this process.

    Raises
    ------
    UsageError
        No such scheme or period.
    """
    begun = time.monotonic()
    with started(book.root / "outputs" / ".cache", warm, count=1) as address, terminable():
        # A name that does not exist is a slip of the hand, not a run: told at once, not entered in the ledger.
        book.scheme_exists(scheme, period)
        recover(book.root / "outputs")
        job = Job(book.root, scheme, period, status=status, overrides=overrides or {}, reason=reason, address=address, limits=limits)
        try:
            report = perform(job, progress)
        except KeyboardInterrupt:
            report = failed_report(job, "已中断，未发布任何结果", time.monotonic() - begun, "interrupted")
    _refresh_index(book.root, [(scheme, period)])
    return report


def run_many(
    book: Workbook,
    jobs: Sequence[tuple[str, str]],
    *,
    workers: int | None = None,
    status: str = "draft",
    force: bool = False,
    progress: Progress = lambda _text: None,
    warm: bool | None = None,
    limits: Limits | None = None,
    cluster: str = "",
) -> list[Report]:
    """Run several periods at once, the largest first; one failure does not stop the rest. Reports come in the order asked for.

    ``cluster`` is the address of a Dask scheduler, or ``local``; without it workers are processes of this one.
    """
    begun = time.monotonic()
    count = min(workers or os.cpu_count() or 1, len(jobs))
    reports: dict[tuple[str, str], Report] = {}
    # Every worker of a cluster has a warm server of its own.
    with started(book.root / "outputs" / ".cache", warm, count=0 if cluster else len(jobs)) as address, terminable():
        recover(book.root / "outputs")
        template = Job(book.root, "", "", status=status, fresh=force, address=address, limits=limits)
        ordered = _ordered(book, jobs)
        crew = _crew(book, count, cluster, warm)
        try:
            for report in crew.run([replace(template, scheme=s, period=p) for s, p in ordered], progress):
                reports[report.scheme, report.period] = report
                progress(f"{report.scheme} {report.period}：{_word(report)}（{len(reports)}/{len(jobs)}）")
                # What the lists at the end need is imported while the workers work.
                from ..publish import index  # noqa: F401
        except KeyboardInterrupt:
            crew.kill()
        # A worker that was killed could not clear up after itself; the next run would, but the ledger need not wait for it.
        with contextlib.suppress(OSError):
            recover(book.root / "outputs")
    for scheme, period in jobs:
        if (scheme, period) not in reports:
            job = Job(book.root, scheme, period, status=status)
            reports[scheme, period] = failed_report(job, "已中断，未发布任何结果", time.monotonic() - begun, "interrupted")
    _refresh_index(book.root, list(jobs))
    return [reports[job] for job in jobs]


def _crew(book: Workbook, count: int, cluster: str, warm: bool | None) -> Workers | Cluster:
    if cluster:
        from .cluster import Cluster

        return Cluster(cluster, count, book.root / "outputs", warm=wanted(warm))
    from .workers import Workers

    return Workers(count)


def _word(report: Report) -> str:
    from ..terms import OUTCOMES

    return "未变，沿用" if report.skipped else OUTCOMES[report.outcome]


def _ordered(book: Workbook, jobs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The longest first, which ends the whole soonest; the periods of a scheme together, for a worker need not prepare one again that
    another has read."""
    weights = {job: _weight(book, *job) for job in jobs}
    largest = {scheme: max(weights[job] for job in jobs if job[0] == scheme) for scheme, _ in jobs}
    return sorted(jobs, key=lambda job: (-largest[job[0]], job[0], -weights[job]))


def _weight(book: Workbook, scheme: str, period: str) -> int:
    """How long a run will take, roughly: the bytes of its figures."""
    folder = book.data_folder(scheme, period)
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0


@contextlib.contextmanager
def started(cache: Path, warm: bool | None, *, count: int) -> Iterator[str]:
    """A warm server, importing while the first checks run; its address, empty where kernels start cold."""
    remove_leftovers()
    if not wanted(warm) or not count:
        yield ""
        return
    with WarmServer(cache) as server:
        yield server.address


@contextlib.contextmanager
def terminable() -> Iterator[None]:
    """SIGTERM stops a run as Ctrl-C does: cleared up, entered in the ledger. Either is told as what it is, whatever it met."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGTERM"):
        yield
        return
    told = []

    def stop(number: int, _frame: object) -> None:
        told.append(number)
        raise KeyboardInterrupt

    # Whoever started us may want a signal ignored (nohup, a shell's background jobs).
    heard = [number for number in (signal.SIGTERM, signal.SIGINT) if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, stop) for number in heard}
    try:
        yield
    except Exception as error:
        # An interruption inside a compiled library may come out as an error of that library.
        if told:
            raise KeyboardInterrupt from error
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _refresh_index(root: Path, periods: list[tuple[str, str]]) -> None:
    """Rewrite the lists of runs; they are conveniences, so a disk that is full does not turn a finished run into a failed one."""
    from ..durable import Lock
    from ..publish.index import write_index

    outputs = root / "outputs"
    with contextlib.suppress(OSError):
        lock = Lock(outputs / ".locks" / "index.lock")
        if lock.acquire(_INDEX_SECONDS):
            try:
                write_index(outputs, periods)
            finally:
                lock.release()

"""Worker processes that carry out jobs one after the other and tell the runner how it goes.

A worker is a process of its own, so that a crash, a leak or a stuck job costs that job only. Where there is a forkserver it has
imported papermill, nbconvert and this library once, and each worker is a fork of it; elsewhere workers are spawned.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from .job import Job, Progress, Report, failed_report, perform
from .kept import Kept

#: Imported once by the forkserver: what every job needs and a fork then has for nothing.
PRELOAD = ("evalbook.run.frozen",)
#: A worker is replaced after this many jobs, so that memory stays flat over thousands.
JOBS_PER_WORKER = 40
_DIE_WITH_PARENT = 1


def _context() -> Any:
    if "forkserver" in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(PRELOAD))
        return context
    return multiprocessing.get_context("spawn")


def begin_imports() -> None:
    """Let the forkserver import while whoever will want workers is still finding out for what."""
    _context()
    if "forkserver" in multiprocessing.get_all_start_methods():
        from multiprocessing.forkserver import ensure_running

        ensure_running()


def _serve(pipe: Connection) -> None:
    """Inside a worker: jobs come in, texts of progress and reports go out."""
    # Ctrl-C is the runner's to answer: it ends its workers, and each kernel ends with its worker.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform.startswith("linux"):
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)

    def tell(text: str) -> None:
        # A job that finds nobody to tell has lost its runner; it ends as interrupted instead of publishing behind its back.
        try:
            pipe.send(text)
        except OSError:
            raise KeyboardInterrupt from None

    kept = Kept()
    with contextlib.suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            job: Job | None = pipe.recv()
            if job is None:
                return
            pipe.send(_carry_out(job, tell, kept))


def _carry_out(job: Job, progress: Progress, kept: Kept) -> Report:
    try:
        return perform(job, progress, kept)
    except Exception as error:
        # A fault of the program, not of the inputs: it costs this job, and says where to look.
        import traceback

        where = traceback.extract_tb(error.__traceback__)[-1]
        return failed_report(job, f"程序内部错误 {type(error).__name__}（{os.path.basename(where.filename)}:{where.lineno}）：{error}")  # noqa: PTH119


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    job: Job | None = None
    done: int = 0

    def give(self, job: Job) -> None:
        self.job = job
        self.pipe.send(job)

    def end(self) -> None:
        with contextlib.suppress(OSError):
            self.pipe.send(None)
        self.pipe.close()


class Workers:
    """A fixed number of workers over a list of jobs.

    Parameters
    ----------
    count
        How many jobs run at once.
    """

    def __init__(self, count: int) -> None:
        self._context = _context()
        self._count = count
        self._workers: list[_Worker] = []

    def run(self, jobs: Iterable[Job], progress: Progress, done: Callable[[Report], None] = lambda _report: None) -> Iterator[Report]:
        """Reports in the order in which jobs end. A worker that dies costs its job only."""
        waiting = list(jobs)[::-1]
        for _ in range(min(self._count, len(waiting))):
            self._start().give(waiting.pop())
        while self._workers:
            for pipe in wait([worker.pipe for worker in self._workers]):
                worker = next(w for w in self._workers if w.pipe is pipe)
                report = self._hear(worker, progress)
                if report is None:
                    continue
                done(report)
                yield report
                self._next(worker, waiting)

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs,), daemon=True)
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _hear(self, worker: _Worker, progress: Progress) -> Report | None:
        """What a worker says: progress (told on, None) or the report of its job."""
        assert worker.job is not None
        try:
            said = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join(timeout=5)
            code = worker.process.exitcode
            worker.done = JOBS_PER_WORKER
            return failed_report(worker.job, f"执行进程意外退出（代码{code}，可能是内存不足或被系统终止）")
        if isinstance(said, str):
            progress(said)
            return None
        worker.done += 1
        assert isinstance(said, Report)
        return said

    def _next(self, worker: _Worker, waiting: list[Job]) -> None:
        if worker.done >= JOBS_PER_WORKER or not waiting:
            self._workers.remove(worker)
            worker.end()
            if not waiting:
                return
            worker = self._start()
        worker.give(waiting.pop())

    def stop(self) -> None:
        """End what runs, from another thread: each job comes back as lost."""
        for worker in list(self._workers):
            worker.process.kill()

    def kill(self) -> list[Job]:
        """End every worker at once; returns the jobs that were running. Guards end the kernels when their pipes close."""
        running = [worker.job for worker in self._workers if worker.job is not None]
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join(timeout=5)
            worker.pipe.close()
        self._workers.clear()
        return running

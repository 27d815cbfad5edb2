"""Many runs on more than one machine: Dask hands the same jobs to workers that may come and go.

A job whose worker is lost is given to another; what the lost one had begun is undone by whoever starts next, as after any kill. A
job that had already been published, but not reported, is recognised and not published twice.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import Fault, Refused
from .job import Job, Progress, Report, failed_report
from .publication import LOCKS, now
from .remote import Pledge, carry_out, identity

LOCAL = "local"
#: Seconds to wait for the scheduler, for a first worker, and between two words about having none.
CONNECT_SECONDS, WORKER_SECONDS, TELL_SECONDS = 10.0, 60.0, 30.0
_STOP_SECONDS = 5.0


class Cluster:
    """Workers of a Dask scheduler, with the face of :class:`~evalbook.run.workers.Workers`.

    Parameters
    ----------
    address
        Of a running scheduler (``tcp://host:8786``), or ``local`` for one of this machine's own.
    count
        Workers of a local cluster.
    outputs
        The outputs folder, which every worker must see under the same path.
    warm
        Whether kernels are forked from warm servers.

    Raises
    ------
    Refused
        Dask is not installed, or the scheduler does not answer.
    """

    def __init__(self, address: str, count: int, outputs: Path, *, warm: bool = True) -> None:
        self._outputs = outputs
        self._client, self._own = _connect(address, count)
        file = outputs / LOCKS / f"cluster-{secrets.token_hex(8)}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("runner\n", "ascii")
        library, environment = identity()
        self._pledge = Pledge(file.resolve(), library, environment, warm)

    def run(self, jobs: Iterable[Job], progress: Progress) -> Iterator[Report]:
        """Reports in the order in which jobs end; the first jobs are begun first."""
        self._wait_for_a_worker(progress)
        begun = now().isoformat(timespec="seconds")
        futures: dict[Any, Job] = {}
        for number, job in enumerate(jobs):
            told = replace(job, root=job.root.resolve(), since=begun)
            future = self._client.submit(
                carry_out, told, self._pledge, pure=False, priority=-number, key=f"{job.name}-{secrets.token_hex(4)}"
            )
            futures[future] = job
        try:
            for future in self._ended(list(futures), progress):
                yield _report(futures[future], future)
        finally:
            self.kill()

    def _wait_for_a_worker(self, progress: Progress) -> None:
        if not self._workers():
            progress("等待集群的工作进程……")
        deadline = time.monotonic() + WORKER_SECONDS
        while not self._workers():
            if time.monotonic() > deadline:
                self.kill()
                remedy = "请在各台机器上启动工作进程：.venv/bin/dask worker 调度地址 --nthreads 1"
                raise Refused([Fault("cluster.no_workers", "集群没有工作进程", remedy)], "未执行")
            time.sleep(0.2)

    def _workers(self) -> int:
        return len(self._client.scheduler_info(n_workers=-1)["workers"])

    def _ended(self, waiting: list[Any], progress: Progress) -> Iterator[Any]:
        """Futures as they end; tells from time to time when there is nobody left to work."""
        told = time.monotonic()
        while waiting:
            ended = [future for future in waiting if future.done()]
            for future in ended:
                waiting.remove(future)
                yield future
            if not ended:
                time.sleep(0.05)
            if self._client.status not in ("running", "connecting"):
                raise Refused(
                    [Fault("cluster.lost", "与集群调度进程的连接中断", "请检查调度进程和网络后再执行一次；已完成的会被沿用")], "执行中断"
                )
            if waiting and time.monotonic() - told > TELL_SECONDS:
                told = time.monotonic()
                if not self._workers():
                    progress(f"集群暂时没有工作进程，还有{len(waiting)}个待执行，等待中……")

    def kill(self) -> None:
        """Stop what still runs, and leave."""
        if not self._pledge.file.exists():
            return
        self._pledge.file.unlink()
        with contextlib.suppress(Exception):
            deadline = time.monotonic() + _STOP_SECONDS
            while any(self._client.processing().values()) and time.monotonic() < deadline:
                time.sleep(0.1)
        # Leaving must not fail because the others have left already.
        with contextlib.suppress(Exception):
            self._client.close(timeout=2)
        if self._own is not None:
            with contextlib.suppress(Exception):
                self._own.close(timeout=5)


def _connect(address: str, count: int) -> tuple[Any, Any]:
    """(client, own local cluster or None)."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        remedy = "请在能取得软件包的机器上执行 python bootstrap.py setup --extras，或去掉 --cluster"
        raise Refused([Fault("cluster.missing", "没有安装集群组件（dask、distributed）", remedy)], "未执行") from None
    import logging

    # Dask tells developers in English what users are told by faults.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    if address == LOCAL:
        own = LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=count, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=logging.CRITICAL
        )
        return Client(own, set_as_default=False), own  # type: ignore[no-untyped-call]
    try:
        return Client(address, timeout=CONNECT_SECONDS, set_as_default=False), None  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as error:
        remedy = "请核对地址（如 tcp://10.0.0.5:8786），并确认已用 .venv/bin/dask scheduler 启动调度进程"
        raise Refused([Fault("cluster.unreachable", "连不上集群的调度进程", remedy, value=address)], "未执行") from error


def _report(job: Job, future: Any) -> Report:
    if future.status == "finished":
        report: Report = future.result()
        return report
    if future.status == "cancelled":
        return failed_report(job, "集群取消了这个任务", outcome="interrupted")
    error = future.exception()
    if type(error).__name__ == "KilledWorker":
        return failed_report(job, "执行它的工作进程接连意外退出（可能是内存不足）")
    return failed_report(job, f"集群的工作进程出错 {type(error).__name__}：{error}")

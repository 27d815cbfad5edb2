"""What a worker of a cluster does: the same job, in a process of its own, with a warm server of the machine it is on.

The *pledge* is a file of the runner's in the shared outputs. A worker that cannot see it looks at another folder and must not run;
one that no longer sees it has lost its runner, or the user has asked to stop, and ends its job within a second.
"""

from __future__ import annotations

import atexit
import multiprocessing
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from ..errors import Fault
from .job import Job, Report
from .warm import WarmServer, wanted
from .workers import Workers

_LOOK_SECONDS = 0.5


@dataclass(frozen=True)
class Pledge:
    """What the runner vouches for: the file that it keeps while it lives, and the identity of library and packages."""

    file: Path
    library: str
    environment: Mapping[str, str]
    warm: bool


def identity() -> tuple[str, dict[str, str]]:
    """Library and packages of this process, as they enter the hash of every run."""
    from .identity import environment, library_sha256

    return library_sha256(), environment()


def carry_out(job: Job, pledge: Pledge) -> Report:
    """Carry out a job on a worker; what is wrong with the worker itself comes back as a fault of the job."""
    if faults := _unfit(pledge):
        return Report(job.scheme, job.period, "failed", 0.0, faults=tuple(faults))
    # Dask marks its workers as daemons, which may have no children. Ours end with their worker by the forkserver's pipe.
    multiprocessing.process.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
    crew = Workers(1)
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(pledge.file, crew, over), daemon=True)
    watcher.start()
    try:
        (report,) = crew.run([replace(job, address=_address(job.outputs) if pledge.warm else "")], lambda _text: None)
    finally:
        over.set()
        watcher.join()
    return report


def _unfit(pledge: Pledge) -> list[Fault]:
    import socket

    host = socket.gethostname()
    if not pledge.file.is_file():
        message = "集群的工作进程看不到工作簿文件夹"
        remedy = "请把工作簿放在各台机器以同一路径都能读写的共享文件夹里；已停止的执行无须处理"
        return [Fault("cluster.folder", message, remedy, file=str(pledge.file.parents[2]), value=host)]
    library, environment = identity()
    message, remedy = (
        "集群的工作进程与本机的程序不同，结果不会逐字节相同",
        "请在该机器用同一份工作簿重新准备运行环境（bootstrap.py setup --extras）",
    )
    if library != pledge.library:
        return [Fault("cluster.library", message, remedy, value=host)]
    names = [name for name in pledge.environment if environment.get(name) != pledge.environment[name]]
    told = "、".join(f"{name} {environment.get(name, '无')}" for name in names)
    return [Fault("cluster.environment", message, remedy, value=f"{host}：{told}")] if names else []


def _watch(file: Path, crew: Workers, over: threading.Event) -> None:
    while not over.wait(_LOOK_SECONDS):
        if not file.is_file():
            crew.stop()


@cache
def _address(outputs: Path) -> str:
    """A warm server for all jobs of this worker."""
    if not wanted(None):
        return ""
    server = WarmServer(outputs / ".cache")
    atexit.register(server.stop)
    return server.address

"""Warm kernels: forked from one process that has imported the scientific stack once.

Importing ipykernel, numpy, matplotlib and this library takes a second or two; a fork takes milliseconds. The server is started
in the clean environment of :mod:`evalbook.run.environment`, imports, and then forks one guarded process per notebook
(:mod:`evalbook.run.guard`). Each kernel has its own process, folder, environment and sockets; nothing a notebook does reaches the
server or another kernel. Where there is no fork, or with ``EVALBOOK_WARM=0``, kernels start cold and give the same bytes.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .environment import KernelHome

#: What a kernel of an evaluation needs anyway.
PRELOAD = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipykernel.debugger",
    "ipykernel.subshell_manager",
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "tornado.platform.asyncio",
    "matplotlib.backends.backend_svg",
    "evalbook.workbook",
    "evalbook.intake.period_data",
    "evalbook.scoring.evaluation",
    "evalbook.present",
    "evalbook.analysis.doubts",
    "evalbook.analysis.waivers",
    "evalbook.scheme.lint",
    "evalbook.run.kernel",
)
_REQUEST_LIMIT = 1 << 20
_REQUEST_SECONDS = 10.0


def wanted(warm: bool | None) -> bool:
    """Whether kernels shall be forked: where it can be done and neither argument nor ``EVALBOOK_WARM=0`` says otherwise."""
    if not hasattr(os, "fork") or not hasattr(socket, "AF_UNIX"):
        return False
    return os.environ.get("EVALBOOK_WARM", "1") != "0" if warm is None else warm


class WarmServer:
    """The process that kernels are forked from; ends with the process that started it.

    It answers from the first moment: a kernel asked for while it still imports is forked as soon as it can be.
    """

    def __init__(self, cache: Path | None = None) -> None:
        self._home = KernelHome(cache)
        self.address = str(self._home.folder / "server")
        environment = self._home.environment()
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(self.address)
        listener.listen(64)
        with (self._home.folder / "server.log").open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-s", "-P", "-m", __name__, str(listener.fileno())],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=environment,
                cwd=self._home.folder / "tmp",
                pass_fds=[listener.fileno()],
                start_new_session=True,
            )
        listener.close()

    @property
    def pid(self) -> int:
        """Process id of the server."""
        return self._process.pid

    def stop(self) -> None:
        """End the server; kernels that still run end with their runners."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._home.close()

    def __enter__(self) -> WarmServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def fork_kernel(address: str, request: Mapping[str, Any]) -> socket.socket:
    """Ask the server for a kernel; the socket to its guard. OSError when the server is gone."""
    control = socket.socket(socket.AF_UNIX)
    try:
        control.connect(address)
        control.sendall(json.dumps(request).encode("utf-8") + b"\n")
    except BaseException:
        control.close()
        raise
    return control


# --- inside the server ---------------------------------------------------------------------------------------------------


def _serve(listener: socket.socket) -> None:
    """Import, then fork a guarded kernel for each request until the starter is gone."""
    from .kernel import refuse_debugger

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What is imported stays: to look for garbage among it took a tenth of the time.
    gc.disable()
    refuse_debugger()
    for name in PRELOAD:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    # Only a head start: without it each kernel does the same for itself.
    with contextlib.suppress(Exception):
        _draw_once()
    # Without the freeze the collector would touch, and so copy, these pages in every kernel.
    gc.freeze()
    starter = sys.stdin.fileno()
    while True:
        readable, _, _ = select.select([listener, starter], [], [], 1.0)
        _reap()
        if starter in readable and not os.read(starter, 1):
            return
        if listener in readable:
            _accept(listener, starter)


def _draw_once() -> None:
    """The first figure of a process loads the font, the first field the writer of images; every kernel then has them."""
    import numpy as np

    from ..present.style import Sheet

    sheet = Sheet()
    sheet.cells(np.zeros((1, 1, 4), dtype=np.uint8), 1, 1)
    sheet.word(0, 0, "题 0123456789")
    sheet.picture("题")


def _accept(listener: socket.socket, starter: int) -> None:
    control, _ = listener.accept()
    with control:
        request = _read_request(control)
        if request is not None and os.fork() == 0:
            _become_guard(listener, starter, control, request)


def _read_request(control: socket.socket) -> dict[str, Any] | None:
    control.settimeout(_REQUEST_SECONDS)
    data = b""
    try:
        while not data.endswith(b"\n"):
            part = control.recv(65536)
            if not part or len(data) > _REQUEST_LIMIT:
                return None
            data += part
        request: dict[str, Any] = json.loads(data)
    except (OSError, ValueError):
        return None
    control.settimeout(None)
    return request


def _become_guard(listener: socket.socket, starter: int, control: socket.socket, request: dict[str, Any]) -> None:
    from . import guard

    try:
        listener.close()
        os.close(starter)
        os.setsid()
        guard.watch(control, lambda: _become_kernel(request), request["limits"])
    finally:
        os._exit(0)


def _become_kernel(request: dict[str, Any]) -> None:
    """Take on the folder and the environment of the run, then serve as a kernel."""
    gc.enable()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    os.chdir(request["cwd"])
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(nothing, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    from .kernel import serve

    serve(request["connection_file"])


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))

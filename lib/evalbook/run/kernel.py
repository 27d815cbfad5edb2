"""The kernel process: an IPython kernel that reads no configuration, runs no startup file and keeps no history.

Cold kernels are started as ``python -m evalbook.run.kernel -f FILE``; warm ones are forked with everything imported. Both are
the same application with the same settings, so that the notebook cannot tell them apart.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from mmap import mmap
from typing import Any

from ipykernel import kernelapp
from ipykernel.iostream import IOPubThread, OutStream
from ipykernel.kernelapp import IPKernelApp
from traitlets import default

from .calm import calm_collector
from .messages import KernelSession


class PortlessThread(IOPubThread):
    """Broadcasts without a pipe for children: that would be a port, in reach of every user where the network is not cut."""

    def _setup_pipe_in(self) -> None:
        self._pipe_flag = False

    def schedule(self, f: Callable[[], object]) -> None:
        """Have something done in this thread, in turn; its loop is told directly and not by a message through a socket."""
        if self.thread.is_alive():
            self.io_loop.add_callback(f)
        else:
            f()


class TimelyStream(OutStream):
    """An output stream that waits for the broadcasting thread only when it has written something: a cell flushes both streams six
    times and more, and mostly has printed nothing."""

    _written = False

    def write(self, string: str) -> int:
        """Write, and remember that there is something to hand over."""
        try:
            return super().write(string)  # type: ignore[return-value]
        finally:
            self._written = True

    def flush(self) -> None:
        """Hand over what was written; it is sent when this returns."""
        if self._written:
            self._written = False
            super().flush()  # type: ignore[no-untyped-call]


class Reserve:
    """Memory that is given back when a cell has used up all there is: without it the kernel may lack what it needs to say so, and its
    supervisor would wait for an answer that never comes."""

    _BYTES = 64 << 20

    def __init__(self, shell: Any) -> None:
        self._kept = mmap(-1, self._BYTES)  # counts against the limit and takes no memory: nothing is written to it
        shell.set_custom_exc((MemoryError,), self._tell)

    def _tell(self, shell: Any, kind: type[BaseException], error: BaseException, trace: Any, tb_offset: int | None = None) -> None:
        self._kept.close()
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset, running_compiled_code=True)


class EvidenceKernelApp(IPKernelApp):
    """Kernel application without files of the user or the machine between the notebook and its result."""

    name = "evalbook-kernel"

    def load_config_file(self, *_args: Any, **_kwargs: Any) -> None:
        """No configuration is read, neither the user's nor the machine's."""

    def init_iopub(self, context: Any) -> None:
        """As always, with a thread of ours."""
        kernelapp.IOPubThread = PortlessThread  # type: ignore[attr-defined]
        super().init_iopub(context)  # type: ignore[no-untyped-call]

    @default("session")
    def _terse(self) -> KernelSession:
        return KernelSession(parent=self)

    def init_shell(self) -> None:
        """As always, with something in reserve."""
        super().init_shell()  # type: ignore[no-untyped-call]
        self._reserve = Reserve(self.shell)

    def init_heartbeat(self) -> None:
        """No heartbeat: whoever watches the kernel (its guard, the process that started it) knows at once when it ends."""

    def init_control(self, context: Any) -> None:
        """As always, but cells are taken by the main thread itself and not by way of another: there is one client, with one cell at a
        time."""
        super().init_control(context)  # type: ignore[no-untyped-call]
        self.shell_channel_thread.io_loop.close()
        self.shell_channel_thread = None

    def _run_startup_files(self) -> None:
        """No startup file is run: one of them can change what ``sum`` means."""


def settings() -> dict[str, dict[str, Any]]:
    """Settings of the application, for both ways of starting it."""
    return {
        # The working folder is not on the path: a file of the same name there must not stand in for a library.
        "InteractiveShellApp": {"ignore_cwd": True, "exec_PYTHONSTARTUP": False},
        "HistoryManager": {"enabled": False},
        "IPKernelApp": {"outstream_class": f"{TimelyStream.__module__}.{TimelyStream.__qualname__}"},
        # What a kernel says for debugging goes nowhere, and need not be put into words for each message.
        "Application": {"logging_config": {"loggers": {EvidenceKernelApp.__name__: {"level": "WARNING"}}}},
        # Sending without a copy takes a thread and sockets of its own, which take longer to start than any copy.
        "Session": {"copy_threshold": 1 << 40},
    }


def refuse_debugger() -> None:
    """No debugger can be loaded from now on: a cell that is stopped and changed is no evidence, and importing it takes longer than all
    else that a warm kernel does to start."""
    sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type]


def serve(connection_file: str) -> None:
    """Serve one notebook over the sockets named in the connection file."""
    from traitlets.config import Config

    refuse_debugger()
    with calm_collector():
        EvidenceKernelApp.launch_instance(argv=["-f", connection_file], config=Config(settings()))


if __name__ == "__main__":
    serve(sys.argv[sys.argv.index("-f") + 1])

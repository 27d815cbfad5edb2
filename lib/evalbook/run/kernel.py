"""The kernel process: an IPython kernel that reads no configuration, runs no startup file and keeps no history.

Cold kernels are started as ``python -m evalbook.run.kernel -f FILE``; warm ones are forked with everything imported. Both are
the same application with the same settings, so that the notebook cannot tell them apart.
"""

from __future__ import annotations

import sys
from typing import Any

from ipykernel import kernelapp
from ipykernel.iostream import IOPubThread
from ipykernel.kernelapp import IPKernelApp

from .calm import calm_collector


class PortlessThread(IOPubThread):
    """Broadcasts without a pipe for children: that would be a port, in reach of every user where the network is not cut."""

    def _setup_pipe_in(self) -> None:
        self._pipe_flag = False


class EvidenceKernelApp(IPKernelApp):
    """Kernel application without files of the user or the machine between the notebook and its result."""

    name = "evalbook-kernel"

    def load_config_file(self, *_args: Any, **_kwargs: Any) -> None:
        """No configuration is read, neither the user's nor the machine's."""

    def init_iopub(self, context: Any) -> None:
        """As always, with a thread of ours."""
        kernelapp.IOPubThread = PortlessThread  # type: ignore[attr-defined]
        super().init_iopub(context)  # type: ignore[no-untyped-call]

    def _run_startup_files(self) -> None:
        """No startup file is run: one of them can change what ``sum`` means."""


def settings() -> dict[str, dict[str, Any]]:
    """Settings of the application, for both ways of starting it."""
    return {
        # The working folder is not on the path: a file of the same name there must not stand in for a library.
        "InteractiveShellApp": {"ignore_cwd": True, "exec_PYTHONSTARTUP": False},
        "HistoryManager": {"enabled": False},
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

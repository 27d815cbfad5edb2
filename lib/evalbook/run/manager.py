"""Kernel manager of our own: pinned to this interpreter, private sockets, a guard around the kernel, no wasted waiting.

The manager never looks for a ``kernel.json``: which program a kernel is cannot be changed from outside. It is an asynchronous
manager, because under a synchronous one nbclient silently ignores every time limit.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from queue import Empty
from types import MappingProxyType
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Type, default

from . import guard, warm
from .environment import KernelHome
from .messages import TimelessSession

#: Kernel start-up speaks English to developers; what users must know is said by faults.
LOG = logging.getLogger("evalbook.run")
LOG.addHandler(logging.NullHandler())
LOG.propagate = False

POSIX = os.name == "posix"
_END_SECONDS = 10.0


class GuardedProvisioner(LocalProvisioner):
    """Starts a kernel behind a guard: forked from the warm server, or as a program of its own."""

    address: str = ""
    log_file: str = os.devnull
    limits: Mapping[str, int] = MappingProxyType({})
    kind = "cold"
    network = "open"
    _control: socket.socket | None = None
    _code: int | None = None
    _heard = b""

    @property
    def has_process(self) -> bool:
        """Whether a kernel was started and not waited for yet."""
        return self._control is not None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start the kernel, warm when there is a server that answers."""
        environment = {name: str(value) for name, value in kwargs["env"].items()}
        self.cwd = kwargs.get("cwd")
        self._code = None
        self._control = self._fork(cmd, environment) or self._spawn(cmd, environment)
        self._control.setblocking(False)
        return self.connection_info

    def _fork(self, cmd: list[str], environment: dict[str, str]) -> socket.socket | None:
        if not self.address:
            return None
        request = {"connection_file": cmd[-1], "cwd": str(self.cwd), "env": environment, "log": self.log_file, "limits": dict(self.limits)}
        try:
            control = warm.fork_kernel(self.address, request)
        except OSError:
            return None
        self.kind = "warm"
        return control

    def _spawn(self, cmd: list[str], environment: dict[str, str]) -> socket.socket:
        own, theirs = socket.socketpair()
        self.kind = "cold"
        with theirs, Path(self.log_file).open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-I", "-S", guard.__file__, str(theirs.fileno()), json.dumps(dict(self.limits)), *cmd],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                cwd=self.cwd,
                pass_fds=[theirs.fileno()],
            )
        return own

    async def poll(self) -> int | None:
        """Exit code of the kernel; None while it lives."""
        if self._control is None or self._code is not None:
            return self._code if self._code is not None else 0
        try:
            while data := self._control.recv(4096):
                self._hear(data)
            if self._code is None:
                self._code = -9
        except BlockingIOError:
            pass
        except OSError:
            self._code = -9
        return self._code

    def _hear(self, data: bytes) -> None:
        *lines, self._heard = (self._heard + data).split(b"\n")
        for line in lines:
            word, _, number = line.partition(b" ")
            if word == b"pid":
                self.pid = int(number)
            elif word == b"network":
                self.network = number.decode("ascii")
            elif word == b"exit":
                self._code = int(number)

    async def wait(self) -> int | None:
        """Wait until guard and kernel have ended."""
        while await self.poll() is None:
            await asyncio.sleep(0.005)
        self.close()
        return self._code

    def close(self) -> None:
        """Hang up and wait for the guard to have killed whatever still ran."""
        if self._control is not None:
            with contextlib.suppress(OSError):
                self._control.shutdown(socket.SHUT_WR)
                self._control.settimeout(_END_SECONDS)
                while self._control.recv(4096):
                    pass
            self._control.close()
            self._control = None
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=_END_SECONDS)
            self.process = None

    async def send_signal(self, signum: int) -> None:
        """Interrupt or kill; the guard does it, so that no process id can have been taken over by another process."""
        import signal

        self._say(b"interrupt\n" if signum == signal.SIGINT else b"kill\n")

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel and all it started."""
        self._say(b"kill\n")

    async def terminate(self, restart: bool = False) -> None:
        """The same as :meth:`kill`: an evaluation kernel has nothing to save."""
        self._say(b"kill\n")

    def _say(self, word: bytes) -> None:
        if self._control is not None:
            with contextlib.suppress(OSError):
                self._control.send(word)


class PatientChannel(AsyncZMQSocketChannel):
    """A channel that, where it shall wait for ever, waits for the message itself and not first for the news that there is one."""

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:  # type: ignore[override]
        """The next message; ``Empty`` when none comes in time."""
        if timeout is not None:
            return await super().get_msg(timeout)
        _, parts = self.session.feed_identities(await self.socket.recv_multipart())
        return self.session.deserialize(parts)


class EvidenceKernelClient(AsyncKernelClient):
    """Client that is ready when the kernel is, instead of after a fixed pause."""

    iopub_channel_class = Type(PatientChannel)

    def start_channels(self, *args: Any, **kwargs: Any) -> None:
        """Without the heartbeat: the guard knows at once when the kernel ends."""
        super().start_channels(*args, **{**kwargs, "hb": False})

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Ask until the kernel answers on the shell channel and says that it is idle on the broadcast channel."""
        deadline = time.monotonic() + (timeout or 60.0)
        while True:
            asked = self.kernel_info()
            if await self._answered(self.shell_channel, asked, "kernel_info_reply", 1.0) and await self._answered(
                self.iopub_channel, asked, "status", 0.5, "idle"
            ):
                return
            if not await self._async_is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > deadline:
                raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")

    @staticmethod
    async def _answered(channel: Any, asked: str, kind: str, seconds: float, state: str = "") -> bool:
        try:
            while True:
                message = await channel.get_msg(timeout=seconds)
                answers = message["msg_type"] == kind and message["parent_header"].get("msg_id") == asked
                if answers and (not state or message["content"].get("execution_state") == state):
                    return True
        except Empty:
            return False


class PinnedKernelManager(AsyncKernelManager):
    """Manager for exactly one kernel in its :class:`KernelHome`."""

    def __init__(self, home: KernelHome, address: str = "", limits: Mapping[str, int] = MappingProxyType({})) -> None:
        runtime = home.folder / "runtime"
        super().__init__(log=LOG, kernel_name="evalbook", connection_file=str(runtime / "kernel.json"))
        self.client_factory = EvidenceKernelClient
        self.log_file = home.folder / "kernel.log"
        argv = [sys.executable, "-s", "-P", "-m", "evalbook.run.kernel", "-f", "{connection_file}"]
        self._own_spec = KernelSpec(argv=argv, language="python", metadata={"supported_encryption": "curve"})
        if POSIX:
            # Sockets in a folder only this user can enter; ports would be open to everyone on the machine, and scarce.
            self.transport, self.ip = "ipc", str(runtime / "k")
            self.provisioner = GuardedProvisioner(kernel_spec=self._own_spec, parent=self)
            self.provisioner.address, self.provisioner.log_file, self.provisioner.limits = address, str(self.log_file), limits
        else:
            self.transport_encryption = "required"
            self.provisioner = LocalProvisioner(kernel_spec=self._own_spec, parent=self)

    @default("session")
    def _timeless(self) -> TimelessSession:
        return TimelessSession(parent=self)

    @property
    def kernel_spec(self) -> KernelSpec:
        """Our own, whatever kernels the user has installed."""
        return self._own_spec

    @property
    def kind(self) -> str:
        """``warm`` or ``cold``."""
        return getattr(self.provisioner, "kind", "cold")

    @property
    def network(self) -> str:
        """``cut`` where the kernel could be given an empty network, else ``open``."""
        return getattr(self.provisioner, "network", "open")

    async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:
        await super()._async_launch_kernel(kernel_cmd, **kw)
        if POSIX:
            await self._sockets_bound()

    async def _sockets_bound(self, seconds: float = 60.0) -> None:
        """Wait until the kernel listens: a connection tried earlier is only tried again a tenth of a second later."""
        ports = [getattr(self, f"{name}_port") for name in ("shell", "iopub", "stdin", "control")]
        paths = [Path(f"{self.ip}-{port}") for port in ports]
        deadline = time.monotonic() + seconds
        while not all(path.exists() for path in paths):
            if time.monotonic() > deadline or not await self.is_alive():
                return
            await asyncio.sleep(0.003)

    def kill_now(self) -> None:
        """End the kernel without waiting for an event loop; used when anything went wrong or the user asked to stop."""
        if isinstance(self.provisioner, GuardedProvisioner):
            self.provisioner.close()
        elif (process := getattr(self.provisioner, "process", None)) is not None:
            process.kill()

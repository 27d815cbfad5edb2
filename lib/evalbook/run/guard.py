"""A guard around one process: when that process ends, or whoever asked for it goes away, nothing of it is left running.

The guard is a small process of its own between the runner and the kernel. It holds one end of a socket whose other end the
runner holds; when the runner dies, however it dies, the socket closes and the guard kills the kernel and everything the kernel
started (it is the sub-reaper of its descendants, so that none escapes by a double fork). A kernel inside a C function that never
returns is killed too, which the kernel's own watch over its parent cannot do.

The guard also closes the world off: where the system allows it, the process has no network at all (its sockets are files), and it
may not take more memory or write larger files than it was given, so that a notebook gone wild fails instead of the machine.

On the socket: ``network cut`` or ``network open``, ``pid N`` and ``exit N`` from the guard; ``interrupt`` and ``kill`` to it.
Standard library only, and no relative import: a cold kernel's guard runs this file by its path in an isolated interpreter.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

_SET_DEATH_SIGNAL, _SET_SUBREAPER = 1, 36
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
#: How often the guard looks after its process, in seconds: while it works, and when it has been killed.
_TICK, _MOMENT = 0.05, 0.001


def _prctl(option: int, value: int) -> None:
    """``prctl`` of Linux; elsewhere nothing (the process group is then all that is killed)."""
    if sys.platform.startswith("linux"):
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def watch(control: socket.socket, start: Callable[[], None], limits: Mapping[str, int]) -> int:
    """Run ``start`` in a child and stay with it to the end; returns the child's exit code (negative for a signal).

    ``limits`` maps names of ``resource.RLIMIT_…`` to bytes.
    """
    _prctl(_SET_SUBREAPER, 1)
    cut = _cut_network()
    guard = os.getpid()
    child = os.fork()
    if child == 0:
        _become_child(guard, control, start, limits)
    with contextlib.suppress(OSError):
        control.sendall(f"network {'cut' if cut else 'open'}\npid {child}\n".encode("ascii"))
    code = _attend(control, child)
    _sweep()
    with contextlib.suppress(OSError):
        control.sendall(f"exit {code}\n".encode("ascii"))
    control.close()
    return code


def _cut_network() -> bool:
    """Move into an empty network of one's own; whether that was allowed (Linux: by root or by user namespaces)."""
    if not sys.platform.startswith("linux"):
        return False
    import ctypes

    unshare = getattr(ctypes.CDLL(None, use_errno=True), "unshare", None)
    if unshare is None:
        return False
    user, group = os.getuid(), os.getgid()
    if unshare(_NEW_NETWORK) == 0:
        return True
    if unshare(_NEW_USER | _NEW_NETWORK) != 0:
        return False
    # Inside its own user namespace a process is nobody until it says which user it is outside.
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with contextlib.suppress(OSError):
            Path("/proc/self", name).write_text(text, "ascii")
    return True


def _limit(limits: Mapping[str, int]) -> None:
    """Lower limits for good: what runs under them cannot raise them again."""
    import resource

    for name, size in limits.items():
        number = getattr(resource, f"RLIMIT_{name}", None)
        if number is not None:
            hard = resource.getrlimit(number)[1]
            size = size if hard == resource.RLIM_INFINITY else min(size, hard)
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(number, (size, size))


def _become_child(guard: int, control: socket.socket, start: Callable[[], None], limits: Mapping[str, int]) -> None:
    code = 1
    try:
        os.setsid()
        _prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != guard:
            os._exit(1)
        control.close()
        _limit(limits)
        start()
        code = 0
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _attend(control: socket.socket, child: int) -> int:
    """Pass on what the runner asks for until the child has ended; its exit code."""
    pending = b""
    open_end = True
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if not open_end:
            # It has been killed: this takes a moment, and the runner is waiting for it.
            time.sleep(_MOMENT)
            continue
        readable, _, _ = select.select([control], [], [], _TICK)
        if not readable:
            continue
        try:
            data = control.recv(4096)
        except OSError:
            data = b""
        if not data:
            _signal_group(child, signal.SIGKILL)
            open_end = False
            continue
        *words, pending = (pending + data).split(b"\n")
        for word in words:
            if word == b"interrupt":
                _signal_group(child, signal.SIGINT)
            elif word == b"kill":
                _signal_group(child, signal.SIGKILL)


def _signal_group(leader: int, number: int) -> None:
    """Signal the child's process group; the child alone where it has not made its group yet."""
    try:
        os.killpg(leader, number)
    except ProcessLookupError:
        with contextlib.suppress(ProcessLookupError):
            os.kill(leader, number)


def _sweep(seconds: float = 5.0) -> None:
    """Kill what the child left behind: as sub-reaper the guard inherits every orphan, generation after generation."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            done, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            # As a rule nothing is left; to find that out from /proc takes longer than all else that a guard does.
            return
        if not done:
            for pid in _children():
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(_MOMENT)


def _children() -> list[int]:
    """Direct children of this process, from /proc (none where there is no /proc)."""
    mine, found = str(os.getpid()), []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            # The command name stands in brackets and may hold anything, blanks and brackets included.
            fields = (entry / "stat").read_text("utf-8", errors="replace").rpartition(")")[2].split()
            if fields[1] == mine:
                found.append(int(entry.name))
    return found


def main(arguments: list[str]) -> int:
    """``guard.py FD LIMITS PROGRAM ARGUMENT …``: guard a program; FD is the number of the inherited socket, LIMITS are JSON."""
    import json

    control = socket.socket(fileno=int(arguments[0]))
    limits = json.loads(arguments[1])
    program = arguments[2:]
    # Ctrl-C in the terminal is the runner's to answer: the guard and its child are in groups of their own.
    with contextlib.suppress(OSError):
        os.setsid()
    code = watch(control, lambda: os.execv(program[0], program), limits)  # noqa: S606 - the program is ours
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

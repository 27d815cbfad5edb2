"""A small workbook in which things go wrong, and what must hold afterwards, whatever went wrong.

Every test of a row ends with :meth:`Workshop.sound`: no half-written run can be seen, no process is left, no earlier run is lost
or changed, the ledger's chain holds. What stopped a run must be an instruction in Chinese, and the exit code is not 0.
"""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import re
import runpy
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from nbformat import NotebookNode, v4

from evalbook import durable, ledger
from evalbook.cli import main
from evalbook.run import runner, template
from evalbook.run.execute import Execution, Limits, execute
from evalbook.run.job import Job, Report, perform
from evalbook.run.publication import MANIFEST, Stage, output_hashes, recover
from evalbook.run.warm import WarmServer, wanted

ROOT = Path(__file__).resolve().parents[2]
SCHEME, PERIOD = "county_trial", "2019"
_PARAMETERS = 'scheme = ""\nperiod = ""\nrun_file = ""\nrun_file_sha256 = ""'
_OPEN = "from evalbook import open_run, present\n\nrun = open_run(scheme, period, run_file, run_file_sha256)"
_CHINESE = re.compile(r"[\u4e00-\u9fff]{4,}")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmServer | None]:
    """One server of warm kernels for all tests of a process; None where there is no fork."""
    if not wanted(True):
        yield None
        return
    with WarmServer(tmp_path_factory.mktemp("cache")) as started:
        yield started


def notebook(*sources: str) -> NotebookNode:
    """The smallest template that gives evidence, with code cells between opening and sealing."""
    code = [_OPEN, *sources, "present.seal(run)"]
    cells = [v4.new_markdown_cell("# 题"), v4.new_code_cell(_PARAMETERS, metadata={"tags": ["parameters"]}), *map(v4.new_code_cell, code)]
    for number, cell in enumerate(cells):
        cell["id"] = f"c{number}"
    return v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}})


def fill(root: Path) -> None:
    """Parameters and figures of the county trial, and the smallest template."""
    for name in (f"params/{SCHEME}", f"data/{SCHEME}"):
        shutil.copytree(ROOT / name, root / name)
    (root / "notebooks").mkdir()
    nbformat.write(notebook(), root / "notebooks" / "evaluation.ipynb")


@pytest.fixture(scope="session")
def earlier(tmp_path_factory: pytest.TempPathFactory, server: WarmServer | None) -> Path:
    """Outputs with one completed run: every workshop begins with a copy of it, and at the end it must be there, unchanged."""
    root = tmp_path_factory.mktemp("earlier") / "工作簿"
    fill(root)
    report = perform(Job(root, SCHEME, PERIOD, address=server.address if server else ""))
    assert report.outcome == "completed", report.faults
    return root / "outputs"


class Workshop:
    """A workbook with one small scheme and one earlier run, and everything a test does to it."""

    def __init__(
        self, root: Path, earlier: Path, server: WarmServer | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.root, self.outputs, self._server, self._patch, self._capsys = root, root / "outputs", server, monkeypatch, capsys
        self.scheme, self.period = SCHEME, PERIOD
        self.address = server.address if server else ""
        fill(root)
        shutil.copytree(earlier, self.outputs)
        self._kept = {folder.name: _hashes(folder) for folder in self._folders()}
        self.earlier = next(iter(self._folders()))
        assert len(self._kept) == 1

    def _folders(self) -> list[Path]:
        return sorted(path.parent for path in self.outputs.glob(f"{SCHEME}/*/2*/{MANIFEST}"))

    # --- provoking ------------------------------------------------------------------------------------------------------------

    def template(self, *sources: str, anything: bool = False) -> None:
        """Write the template. With ``anything`` the lint is set aside, to show that what is behind it holds alone."""
        nbformat.write(notebook(*sources), self.root / "notebooks" / "evaluation.ipynb")
        if anything:
            self._patch.setattr(template, "lint", lambda *_args, **_more: [])

    def edit(self, name: str, change: Callable[[str], str]) -> None:
        """Change a file of the workbook, which must really change."""
        path = self.root / name
        before = path.read_bytes().decode("utf-8")
        after = change(before)
        assert after != before
        path.write_bytes(after.encode("utf-8"))

    def job(self, **more: Any) -> Job:
        """The job that the tests run."""
        return Job(self.root, SCHEME, PERIOD, **{"address": self.address, **more})

    def perform(self, progress: Callable[[str], None] = lambda _text: None, *, recovering: bool = True, **more: Any) -> Report:
        """Carry out the job in this process."""
        if recovering:
            recover(self.outputs)
        return perform(self.job(**more), progress)

    def main(self, *arguments: str, warm: bool = True) -> tuple[int, str]:
        """A command in this process: exit code and what stands on the screen. Kernels come from the tests' server."""
        with self._patch.context() as patch:
            if warm and self.address:
                patch.setattr(runner, "started", lambda *_args, **_more: contextlib.nullcontext(self.address))
            self._capsys.readouterr()
            code = main([*arguments, "--root", str(self.root)])
        shown = self._capsys.readouterr()
        return code, shown.out + shown.err

    def run(self, *options: str) -> tuple[int, str]:
        """``evalbook run`` of the period."""
        return self.main("run", SCHEME, PERIOD, *options)

    def start(self, *arguments: str, environment: dict[str, str] | None = None, **more: Any) -> subprocess.Popen[str]:
        """A command as a process of its own, in a session of its own."""
        command = [sys.executable, "-m", "evalbook", *(arguments or ("run", SCHEME, PERIOD)), "--root", str(self.root)]
        return subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            encoding="utf-8",
            env={**os.environ, **(environment or {})},
            **more,
        )

    def in_a_cell(self, *arguments: str) -> subprocess.Popen[str]:
        """A run as a process of its own that has come to a cell without end, inside C and holding the interpreter's lock."""
        self.template("3 ** (10**9)")
        process = self.start(*arguments)
        assert process.stderr is not None
        for line in process.stderr:
            if "执行笔记本" in line:
                break
        deadline = time.monotonic() + 60
        while not self.orphans(seconds=0) or not any(one.cpu_times().user > 0.5 for one in self._processes()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        return process

    def call(self, *arguments: str, **more: Any) -> tuple[int, str]:
        """A command as a process of its own, to its end."""
        process = self.start(*arguments, **more)
        out, err = process.communicate(timeout=120)
        return process.returncode, out + err

    # --- judging --------------------------------------------------------------------------------------------------------------

    def runs(self) -> list[str]:
        """Names of the completed runs published since the earlier one."""
        return [folder.name for folder in self._folders() if folder.name not in self._kept]

    def outcomes(self) -> list[str]:
        """What the ledger says of each run since the earlier one, oldest first."""
        return [entry["outcome"] for entry in ledger.entries(self.outputs)][1:]

    def refuses(self, *codes: str, outcome: str = "failed", **more: Any) -> Report:
        """The job must not complete, for one of these reasons, told as an instruction; no new run is published."""
        report = self.perform(**more)
        assert report.outcome == outcome, report.faults
        assert {fault.code for fault in report.faults} & set(codes), report.faults
        for fault in report.faults:
            instructs(str(fault))
            assert fault.remedy, fault
        assert self.runs() == []
        return report

    def changed_since_earlier(self) -> list[str]:
        """Files of the newest run that are not byte for byte those of the earlier one; the manifest alone may differ."""
        newest, before = output_hashes(self.outputs / SCHEME / PERIOD / self.runs()[-1]), output_hashes(self.earlier)
        return sorted(name for name in newest | before if newest.get(name) != before.get(name))

    def sound(self, *, recovered: bool = True) -> None:
        """What must hold after each fault; ``recovered``: after the next start has cleared up."""
        if recovered:
            recover(self.outputs)
            assert not list(self.outputs.glob(".staging/*")), "staging is empty"
            assert not list(self.outputs.glob(".locks/run-*")), "no lock is left"
        for folder in [*self.outputs.glob(f"{SCHEME}/*/2*"), *self.outputs.glob(f"{SCHEME}/*/_failed/*")]:
            manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
            assert manifest["outputs"] == output_hashes(folder), f"{folder.name} is whole"
            if recovered:
                entered = [
                    e["outcome"] for e in ledger.entries(self.outputs) if e.get("folder") == folder.relative_to(self.outputs).as_posix()
                ]
                assert entered == [manifest["outcome"]], f"{folder.name} is entered once, as what it is"
        assert {folder.name: _hashes(folder) for folder in self._folders() if folder.name in self._kept} == self._kept, (
            "the earlier run is as it was"
        )
        assert [fault for fault in ledger.verify(self.outputs) if fault.severity == "error"] == []
        assert self.orphans() == []

    def orphans(self, seconds: float = 5.0) -> list[str]:
        """Processes that belong to runs of this workbook and did not end with them."""
        deadline = time.monotonic() + seconds
        while True:
            found = [f"{process.pid} {' '.join(process.cmdline())}" for process in self._processes()]
            if not found or time.monotonic() > deadline:
                return found
            time.sleep(0.02)

    def _processes(self) -> Iterator[psutil.Process]:
        mine = {process.pid for process in psutil.Process(self._server.pid).children(recursive=True)} if self._server else set()
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                    continue
                if process.pid in mine or str(self.root) in process.cwd() + "\0".join(process.cmdline()):
                    yield process


def _hashes(folder: Path) -> dict[str, str]:
    return {name: durable.sha256(path) for name, path in durable.files(folder)}


def instructs(text: str) -> None:
    """What is on the screen tells a person what happened, in Chinese and without a traceback."""
    assert _CHINESE.search(text), text
    assert "Traceback" not in text, text
    assert "程序内部错误" not in text, text


@pytest.fixture
def workshop(
    tmp_path: Path, earlier: Path, server: WarmServer | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Workshop:
    """A workbook of its own for each test."""
    return Workshop(tmp_path / "工作簿", earlier, server, monkeypatch, capsys)


@pytest.fixture
def screen() -> Callable[[str], None]:
    """Checks that a text is an instruction: :func:`instructs`."""
    return instructs


@pytest.fixture
def cells(tmp_path: Path, server: WarmServer | None) -> Callable[..., Execution]:
    """Execute code cells in a kernel, behind no lint and before no gate."""

    def run(*sources: str, cold: bool = False, parameters: dict[str, str] | None = None, **options: Any) -> Execution:
        first = v4.new_code_cell('period = "2023"', metadata={"tags": ["parameters"]})
        template = v4.new_notebook(cells=[first, *map(v4.new_code_cell, sources)])
        folder = tmp_path / "cells"
        folder.mkdir(exist_ok=True)
        limits = Limits(**options.pop("limits", {}))
        address = server.address if server and not cold else ""
        return execute(template, parameters or {}, folder=folder, address=address, limits=limits, **options)

    return run


@pytest.fixture
def printed() -> Callable[[Execution], list[str]]:
    """What the cells of an execution printed or returned, one text per cell that said something."""

    def texts(execution: Execution) -> list[str]:
        outputs = [cell.get("outputs", []) for cell in execution.notebook["cells"]]
        said = ["".join(o.get("text", "") or o.get("data", {}).get("text/plain", "") for o in one) for one in outputs]
        return [text.strip() for text in said if text]

    return texts


def gone(pid: int, seconds: float = 5.0) -> bool:
    """Whether a process ends within some seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(psutil.NoSuchProcess):
            if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.02)
                continue
        return True
    return False


@pytest.fixture
def ends() -> Callable[[int], bool]:
    """Whether a process ends within five seconds: :func:`gone`."""
    return gone


# --- publishing, operation by operation ---------------------------------------------------------------------------------------

RUN = {"scheme": SCHEME, "period": PERIOD, "status": "draft"}


class Publishing:
    """The protocol of publishing alone, without kernels: fast enough to be stopped at each of its operations."""

    def __init__(self, outputs: Path) -> None:
        self.outputs = outputs

    def publish(self, text: str = "报告", name: str = "") -> Path:
        """Stage a small run and publish it, under a name that is free unless one is given."""
        name = name or f"20240101T000000Z-draft-{secrets.token_hex(4)}"
        with Stage(self.outputs, RUN) as stage:
            (stage.folder / "report.html").write_text(text * 200, "utf-8")
            (stage.folder / "tables").mkdir()
            (stage.folder / "tables" / "totals.csv").write_text(text, "utf-8")
            return stage.publish(f"{SCHEME}/{PERIOD}", name, {"outcome": "completed", "outputs": output_hashes(stage.folder)})

    def visible(self) -> list[str]:
        """Names of the runs a reader sees."""
        return sorted(path.name for path in self.outputs.glob(f"{SCHEME}/*/2*"))

    def sound(self, *, whole: bool = True) -> list[str]:
        """After recovery, twice: every folder whole and entered once, nothing else left; returns what is visible."""
        recover(self.outputs)
        once = (self.visible(), [entry["outcome"] for entry in ledger.entries(self.outputs)])
        recover(self.outputs)
        assert (self.visible(), [entry["outcome"] for entry in ledger.entries(self.outputs)]) == once, "a second recovery changes nothing"
        for folder in self.outputs.glob(f"{SCHEME}/*/2*"):
            manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
            assert manifest["outputs"] == output_hashes(folder)
            texts = {path.read_text("utf-8")[:2] for _, path in durable.files(folder) if path.name != MANIFEST}
            assert len(texts) == 1, "no folder holds pieces of two runs"
        entered = sorted(str(entry.get("folder", "")).rpartition("/")[2] for entry in ledger.entries(self.outputs) if "folder" in entry)
        assert entered == self.visible(), "what is visible is entered, once, and the other way round"
        assert [fault for fault in ledger.verify(self.outputs) if fault.severity == "error"] == []
        assert not list(self.outputs.glob(".staging/*"))
        assert not list(self.outputs.glob(".locks/run-*"))
        return self.visible()


@pytest.fixture
def publishing(tmp_path: Path) -> Iterator[Publishing]:
    """Publishing into an empty outputs folder, in memory where there is such a disk: flushes by the thousand take their time."""
    memory = Path("/dev/shm")  # noqa: S108 - a private folder is made in it
    if not os.access(memory, os.W_OK):
        yield Publishing(tmp_path / "outputs")
        return
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Publishing(Path(folder) / "outputs")


class Operations:
    """Counts operations on files below a folder and lets the N-th (or the N-th and all after it) come to grief."""

    def __init__(self, below: Path, number: int, act: Callable[[], None], *, persistent: bool = False) -> None:
        self.below, self.number, self.act, self.persistent = str(below), number, act, persistent
        self.count = 0
        self._patch = pytest.MonkeyPatch()

    def __enter__(self) -> Operations:
        for name in ("open", "mkdir", "unlink", "rmdir", "replace", "rename"):
            self._patch.setattr(os, name, self._on_path(getattr(os, name)))
        for name in ("fsync", "ftruncate"):
            self._patch.setattr(os, name, self._on_file(getattr(os, name)))
        self._patch.setattr(os, "write", self._write(os.write))
        self._patch.setattr(io, "open", self._open(io.open))
        self._patch.setattr(durable, "_renameat2", self._on_path(durable._renameat2))
        return self

    def __exit__(self, *_: object) -> None:
        self._patch.undo()

    def _due(self, path: Any) -> bool:
        """Count an operation on a path below; whether this is the one."""
        if not isinstance(path, (str, os.PathLike)) or not os.fspath(path).startswith(self.below):
            return False
        self.count += 1
        return self.count == self.number or (self.persistent and self.count > self.number)

    def _on_path(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any, *args: Any, **more: Any) -> Any:
            if self._due(path):
                self.act()
            return function(path, *args, **more)

        return call

    def _on_file(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(number: int, *args: Any) -> Any:
            if self._due(_named(number)):
                self.act()
            return function(number, *args)

        return call

    def _write(self, function: Callable[..., int]) -> Callable[..., int]:
        def call(number: int, data: bytes) -> int:
            if self._due(_named(number)):
                # Half of the data is on the disk before it comes to grief.
                function(number, bytes(data)[: len(data) // 2])
                self.act()
            return function(number, data)

        return call

    def _open(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(file: Any, mode: str = "r", *args: Any, **more: Any) -> Any:
            if mode[:1] in "wax" and self._due(file):
                self.act()
            return function(file, mode, *args, **more)

        return call


def _named(number: int) -> str:
    """Path of an open file (Linux)."""
    try:
        return str(Path(f"/proc/self/fd/{number}").readlink())
    except OSError:
        return ""


def failing(number: int) -> Callable[[], None]:
    """An operation that ends with this error."""

    def fail() -> None:
        raise OSError(number, os.strerror(number))

    return fail


def killed() -> None:
    """An operation in which the process is killed."""
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture
def operations() -> type[Operations]:
    """The class that lets the N-th operation fail."""
    return Operations


@pytest.fixture
def disk_errors() -> dict[str, Callable[[], None]]:
    """What a disk answers when it is full, broken, over quota, or a file too large."""
    return {name: failing(getattr(errno, name)) for name in ("ENOSPC", "EIO", "EDQUOT", "EFBIG")}


@pytest.fixture
def kill_here() -> Callable[[], None]:
    """Ends the process at once: :func:`killed`."""
    return killed


def forked(function: Callable[[], Any]) -> int:
    """Start a process that does one thing; its id. It ends with 0, with 1 after an OSError, with 2 after anything else."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid:
        return pid
    code = 2
    try:
        function()
        code = 0
    except OSError:
        code = 1
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(code)


def ended(pid: int) -> int:
    """Exit code of a forked process, negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.fixture
def fork() -> Callable[[Callable[[], Any]], int]:
    """Starts a process: :func:`forked`."""
    if not hasattr(os, "fork"):
        pytest.skip("no fork on this system")
    return forked


@pytest.fixture
def join() -> Callable[[int], int]:
    """Waits for a process: :func:`ended`."""
    return ended


# --- namespaces ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def unshared() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a shell script in namespaces of its own (``unshare`` of Linux); skips where the system does not allow them."""

    def run(script: str, *flags: str, arguments: Sequence[str] = (), timeout: float = 120) -> subprocess.CompletedProcess[str]:
        program = shutil.which("unshare")
        for user in ((), ("--user", "--map-root-user")):
            command = [program or "unshare", *user, *flags, "sh", "-c"]
            if program and subprocess.run([*command, "true"], capture_output=True, timeout=20).returncode == 0:
                return subprocess.run([*command, script, "sh", *arguments], capture_output=True, timeout=timeout, encoding="utf-8")
        pytest.skip(f"unshare {' '.join(flags)} is not allowed on this system")

    return run


# --- an office with an archive ------------------------------------------------------------------------------------------------

_OFFICE = runpy.run_path(str(ROOT / "tests" / "archive" / "conftest.py"))
archiving, archived, office = (_OFFICE[name] for name in ("archiving", "archived", "office"))

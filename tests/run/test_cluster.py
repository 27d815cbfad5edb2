"""Runs on a cluster: scheduler and workers are processes of their own, and workers come and go."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from evalbook import ledger
from evalbook.cli import main
from evalbook.run import remote
from evalbook.run.job import Job
from evalbook.run.publication import output_hashes

ROOT = Path(__file__).resolve().parents[2]
SCHEMES = ("county_trial", "hunan_trial")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workbook of eight periods."""
    found = tmp_path / "工作簿"
    for scheme in SCHEMES:
        for room in ("params", "data"):
            shutil.copytree(ROOT / room / scheme, found / room / scheme)
    shutil.copytree(ROOT / "notebooks", found / "notebooks")
    return found


class Processes:
    """A scheduler and workers."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "scheduler.json"
        self.all: list[subprocess.Popen[bytes]] = []
        self.start("scheduler", "--port", "0", "--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(self.file))
        deadline = time.monotonic() + 60
        while not self.file.exists() or not self.file.read_text("utf-8"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        self.address: str = json.loads(self.file.read_text("utf-8"))["address"]

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """``dask …`` as a process."""
        with (self.folder / f"{len(self.all)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments], stdout=log, stderr=log, cwd=self.folder, start_new_session=True
            )
        self.all.append(process)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        """One more worker."""
        more = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(self.folder))
        return self.start("worker", self.address, *more)

    def end(self) -> None:
        """Kill what is left."""
        for process in self.all:
            with contextlib.suppress(psutil.Error):
                for one in [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]:
                    one.kill()
            process.wait()


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    """A scheduler without workers yet."""
    folder = tmp_path / "dask"
    folder.mkdir()
    made = Processes(folder)
    yield made
    made.end()


@pytest.mark.slow
def test_worker_is_killed_in_the_middle(root: Path, processes: Processes) -> None:
    """Three workers, one killed at work, another one joins: eight runs, each published once, the same bytes as by one process."""
    first, *_ = [processes.worker() for _ in range(3)]
    command = [sys.executable, "-m", "evalbook", "run", "--all", "--force", "--cluster", processes.address, "--root", str(root)]
    runner = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
    assert runner.stderr is not None
    at_work: list[psutil.Process] = []
    deadline = time.monotonic() + 90
    while not any("kernel" in " ".join(one.cmdline()) or str(root) in one.cwd() for one in at_work if one.is_running()):
        assert time.monotonic() < deadline
        with contextlib.suppress(psutil.Error):
            at_work = psutil.Process(first.pid).children(recursive=True)
        time.sleep(0.01)
    os.kill(first.pid, signal.SIGKILL)
    processes.worker()
    out, err = runner.communicate(timeout=240)
    assert runner.returncode == 0, out + err
    assert "共8个，完成8个" in out
    _, alive = psutil.wait_procs(at_work, timeout=10)
    assert [one for one in alive if one.status() != psutil.STATUS_ZOMBIE] == [], "what the lost worker had started is gone"
    entered = Counter(entry["outcome"] for entry in ledger.entries(root / "outputs"))
    assert entered["completed"] == 8
    assert set(entered) <= {"completed", "interrupted"}
    assert ledger.verify(root / "outputs") == []
    assert not list((root / "outputs").glob(".staging/*"))
    assert not list((root / "outputs" / ".locks").glob("cluster-*"))
    for scheme in SCHEMES:
        period = sorted(path.name for path in (root / "outputs" / scheme).glob("2*"))[0]
        assert main(["run", scheme, period, "--root", str(root)]) == 0
        distributed, local = sorted(path.parent for path in (root / "outputs" / scheme / period).glob("2*/manifest.json"))
        assert output_hashes(distributed) == output_hashes(local)


@pytest.mark.campaign
def test_local_cluster_and_unchanged_runs(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A cluster of this machine's own; a second time everything is recognised as unchanged."""
    command = [
        sys.executable,
        "-m",
        "evalbook",
        "run",
        "--all",
        "--period",
        "2019",
        "--cluster",
        "local",
        "--jobs",
        "2",
        "--root",
        str(root),
    ]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("完成 ") == 2
    capsys.readouterr()
    assert main(["run", "--all", "--period", "2019", "--root", str(root)]) == 0
    assert capsys.readouterr().out.count("未变，沿用") == 2


@pytest.mark.slow
def test_nobody_answers(root: Path) -> None:
    """No scheduler at the address: an instruction, and exit code 1."""
    command = [sys.executable, "-m", "evalbook", "run", "--all", "--cluster", "tcp://127.0.0.1:1", "--root", str(root)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False)
    assert done.returncode == 1
    assert "连不上集群的调度进程" in done.stderr
    assert "dask scheduler" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_the_extra(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Dask is optional: who asks for it without having it is told how to get it."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["run", "--all", "--cluster", "local", "--root", str(root)]) == 1
    assert "python bootstrap.py setup --extras" in capsys.readouterr().err


@pytest.mark.parametrize("options", [("county_trial", "2019", "--cluster", "local"), ("--all", "--cluster", "tcp://x:1", "--jobs", "2")])
def test_wrong_usage(root: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]) -> None:
    """A cluster is for many runs, and has its own number of workers."""
    assert main(["run", *options, "--root", str(root)]) == 2
    assert "集群" in capsys.readouterr().err or "--cluster" in options


@pytest.fixture
def pledge(tmp_path: Path) -> remote.Pledge:
    """What a runner of this very library vouches for."""
    file = tmp_path / "outputs" / ".locks" / "cluster-x"
    file.parent.mkdir(parents=True)
    file.write_text("runner\n", "ascii")
    library, environment = remote.identity()
    return remote.Pledge(file, library, environment, warm=False)


def test_unfit_worker_says_why(tmp_path: Path, pledge: remote.Pledge) -> None:
    """Another folder, another library, another package: the job is not carried out, and each is told with the host."""
    job = Job(tmp_path, "county_trial", "2019")
    for spoilt, code in (
        (replace(pledge, file=tmp_path / "outputs" / ".locks" / "cluster-y"), "cluster.folder"),
        (replace(pledge, library="0" * 64), "cluster.library"),
        (replace(pledge, environment={**pledge.environment, "papermill": "0.1"}), "cluster.environment"),
    ):
        report = remote.carry_out(job, spoilt)
        assert report.outcome == "failed"
        assert [fault.code for fault in report.faults] == [code]
        assert report.faults[0].remedy

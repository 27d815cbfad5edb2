"""Locks, flushes and renames under several processes: nothing is lost, nothing is overwritten, nothing is half."""

from __future__ import annotations

import errno
import importlib
import multiprocessing
import os
import stat
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from evalbook import durable
from evalbook.durable import Lock, append, files, flush, flush_tree, flush_upwards, remove_tree, rename, replace, sha256

SPAWN = multiprocessing.get_context("spawn")
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="renameat2 is Linux")
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows refuses what is provoked here")

# What the processes run. A spawned process imports it by name, so it is a module of its own.
WORKERS = '''
import time
from pathlib import Path

from evalbook.durable import Lock, append, rename


def started(folder, name):
    """Say that this process is there and wait for the others."""
    (folder / f"ready-{name}").touch()
    while not (folder / "go").exists():
        time.sleep(0.001)


def step(folder):
    """Read, wait, write: loses steps unless nobody else does it at the same time."""
    number = int((folder / "number").read_text())
    time.sleep(0.0005)
    (folder / "number").write_text(str(number + 1))


def count(folder, name, steps):
    started(folder, name)
    for _ in range(steps):
        with Lock(folder / "x.lock"):
            step(folder)


def count_once(folder, name, steps):
    started(folder, name)
    for _ in range(steps):
        lock = Lock(folder / "x.lock")
        lock.acquire()
        step(folder)
        lock.release(remove=True)


def add(folder, name, steps):
    started(folder, name)
    for number in range(steps):
        with Lock(folder / "x.lock"):
            append(folder / "lines", f"{name} {number} {'x' * 300}\\n".encode())


def move(folder, name, steps):
    started(folder, name)
    for number in range(steps):
        mine = folder / f"{name}-{number}"
        mine.mkdir()
        (mine / "who").write_text(name)
        try:
            rename(mine, folder / f"won-{number}")
        except FileExistsError:
            pass


def hold(folder, name, seconds):
    lock = Lock(folder / "x.lock")
    lock.acquire()
    lock.write(name)
    (folder / "held").touch()
    time.sleep(seconds)
'''


@pytest.fixture
def workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The functions above, importable by this process and by those it starts."""
    (tmp_path / "durable_workers.py").write_text(WORKERS, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "durable_workers", raising=False)
    return importlib.import_module("durable_workers")


def race(task: Any, folder: Path, names: list[str], steps: int) -> bool:
    """Run one task in several processes that begin together; whether all of them ended well."""
    processes = [SPAWN.Process(target=task, args=(folder, name, steps)) for name in names]
    for process in processes:
        process.start()
    deadline = time.monotonic() + 30
    while not all((folder / f"ready-{name}").exists() for name in names) and time.monotonic() < deadline:
        time.sleep(0.005)
    (folder / "go").touch()
    for process in processes:
        process.join(60)
    return [process.exitcode for process in processes] == [0] * len(names)


# --- locks -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("task", ["count", "count_once"], ids=["kept-file", "removed-file"])
def test_a_lock_lets_one_in_at_a_time(workers: ModuleType, tmp_path: Path, task: str) -> None:
    """Three processes count to 40 each in one file without losing a step, also where each run takes its lock file away."""
    (tmp_path / "number").write_text("0", "utf-8")
    assert race(getattr(workers, task), tmp_path, ["a", "b", "c"], 40)
    assert (tmp_path / "number").read_text("utf-8") == "120"


def test_counting_without_the_lock_loses_steps(workers: ModuleType, tmp_path: Path) -> None:
    """The count of the test before goes wrong where the lock does nothing: it proves what it says."""
    text = WORKERS.replace('with Lock(folder / "x.lock"):', "if True:")
    assert text != WORKERS
    (tmp_path / "unlocked_workers.py").write_text(text, "utf-8")
    (tmp_path / "number").write_text("0", "utf-8")
    unlocked = importlib.import_module("unlocked_workers")
    ended_well = race(unlocked.count, tmp_path, ["a", "b", "c"], 40)
    assert not ended_well or int((tmp_path / "number").read_text("utf-8")) < 120


def test_the_system_frees_the_lock_of_a_dead_process(workers: ModuleType, tmp_path: Path) -> None:
    """A process that is killed while it holds the lock leaves it free, and what it wrote can be read."""
    process = SPAWN.Process(target=workers.hold, args=(tmp_path, "运行甲", 60))
    process.start()
    deadline = time.monotonic() + 30
    while not (tmp_path / "held").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    other = Lock(tmp_path / "x.lock")
    assert other.acquire(timeout=0) is False
    process.kill()
    process.join(30)
    assert other.acquire(timeout=5) is True
    assert other.read() == "运行甲"
    other.release()


def test_waiting_has_an_end(tmp_path: Path) -> None:
    """acquire gives up after the time it was given, and not before."""
    with Lock(tmp_path / "x.lock") as held:
        assert held.held
        began = time.monotonic()
        assert Lock(tmp_path / "x.lock").acquire(timeout=0.2) is False
        assert 0.2 <= time.monotonic() - began < 2


def test_what_a_lock_file_says(tmp_path: Path) -> None:
    """The last whole line counts; a torn one, left by a writer that died, does not."""
    lock = Lock(tmp_path / "a" / "x.lock")
    assert lock.acquire(timeout=0)
    assert lock.read() == ""
    lock.write("准备：2023")
    lock.write("发布：2023")
    assert lock.read() == "发布：2023"
    with lock.path.open("ab") as stream:
        stream.write("半".encode()[:2])
    assert lock.read() == "发布：2023"
    lock.release()
    lock.release()
    assert not lock.held


@POSIX
def test_a_lock_on_a_file_that_its_last_holder_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between opening and locking the holder removes the file: the lock is then taken on the new file, which others see."""
    path, real, calls = tmp_path / "x.lock", durable._lock, []

    def meanwhile(descriptor: int) -> bool:
        calls.append(descriptor)
        if len(calls) == 1:
            path.unlink()
        return real(descriptor)

    monkeypatch.setattr(durable, "_lock", meanwhile)
    lock = Lock(path)
    assert lock.acquire(timeout=5)
    assert Lock(path).acquire(timeout=0) is False
    assert len(calls) == 3
    lock.release()


def test_a_lock_file_that_was_taken_away(tmp_path: Path) -> None:
    """Removing the file of a lock that belongs to one run leaves nothing, and the name can be locked anew."""
    lock = Lock(tmp_path / "x.lock")
    lock.acquire()
    lock.release(remove=True)
    assert list(tmp_path.iterdir()) == []
    assert lock.acquire(timeout=0)
    lock.release()


# --- appending ---------------------------------------------------------------------------------------------------------


def test_lines_of_several_processes_stay_whole(workers: ModuleType, tmp_path: Path) -> None:
    """Three processes append 40 lines each: all 120 are there, each whole, each process's own in its order."""
    assert race(workers.add, tmp_path, ["a", "b", "c"], 40)
    lines = [line.split() for line in (tmp_path / "lines").read_text("utf-8").splitlines()]
    assert {len(line) for line in lines} == {3}
    assert {line[2] for line in lines} == {"x" * 300}
    for name in "abc":
        assert [int(number) for who, number, _ in lines if who == name] == list(range(40))


@pytest.mark.parametrize("where", ["write", "fsync"])
def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """When a part was written and the disk is full, or the flush fails, the file is cut back to what it held."""
    path = tmp_path / "x"
    append(path, b"old\n")
    real = os.write

    def half(descriptor: int, data: Any) -> int:
        if len(data) < 5:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, bytes(data)[: len(data) // 2])

    def fails(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, where, half if where == "write" else fails)
    with pytest.raises(OSError, match=r"No space|Input/output"):
        append(path, b"new and rather long\n")
    monkeypatch.undo()
    assert path.read_bytes() == b"old\n"
    append(path, b"next\n")
    assert path.read_bytes() == b"old\nnext\n"


def test_a_short_write_is_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system may take less than it is given: the rest follows."""
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, bytes(data)[:3]))
    append(tmp_path / "x", b"0123456789")
    assert (tmp_path / "x").read_bytes() == b"0123456789"


# --- replacing and renaming --------------------------------------------------------------------------------------------


def test_replacing_shows_old_or_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed rewrite leaves the old bytes and nothing beside; a good one the new bytes."""
    path = tmp_path / "x"
    path.write_bytes(b"old")
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", lambda descriptor: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device")))
        with pytest.raises(OSError, match="No space"):
            replace(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["x"]
    replace(path, b"new")
    assert path.read_bytes() == b"new"


def test_of_several_renames_to_one_name_one_wins(workers: ModuleType, tmp_path: Path) -> None:
    """Three processes rename a folder to the same 25 names: each name has one winner, and every loser still has its own folder."""
    assert race(workers.move, tmp_path, ["a", "b", "c"], 25)
    winners = [(tmp_path / f"won-{number}" / "who").read_text("utf-8") for number in range(25)]
    for number, winner in enumerate(winners):
        left = sorted(name for name in "abc" if (tmp_path / f"{name}-{number}" / "who").exists())
        assert left == sorted(set("abc") - {winner})


TAKEN = {
    "file": lambda target: target.write_text("x", "utf-8"),
    "folder": lambda target: target.mkdir(),
    "full-folder": lambda target: (target.mkdir(), (target / "a").touch()),
    "dangling-link": lambda target: target.symlink_to(target.parent / "nowhere"),
}


@POSIX
@pytest.mark.parametrize("in_kernel", [pytest.param(True, marks=LINUX), False], ids=["kernel", "elsewhere"])
@pytest.mark.parametrize("take", TAKEN.values(), ids=TAKEN)
def test_a_name_that_is_taken_is_never_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, take: Any, in_kernel: bool) -> None:
    """Whatever stands under the name stays, the source stays, and the caller is told; also where the kernel cannot do it in one step."""
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    (source / "x").touch()
    take(target)
    before = target.lstat()
    if not in_kernel:
        monkeypatch.setattr(durable, "_renameat2", lambda *_: errno.EINVAL)
    with pytest.raises(FileExistsError):
        rename(source, target)
    assert (source / "x").exists()
    assert (target.lstat().st_ino, target.lstat().st_mode) == (before.st_ino, before.st_mode)


@pytest.mark.parametrize("in_kernel", [pytest.param(True, marks=LINUX), False], ids=["kernel", "elsewhere"])
def test_a_free_name_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_kernel: bool) -> None:
    """The folder is under the new name with all it holds, and no longer under the old."""
    source = tmp_path / "源"
    source.mkdir()
    (source / "x").write_text("1", "utf-8")
    if not in_kernel:
        monkeypatch.setattr(durable, "_renameat2", lambda *_: errno.ENOSYS)
    rename(source, tmp_path / "终")
    assert (tmp_path / "终" / "x").read_text("utf-8") == "1"
    assert not source.exists()


@LINUX
def test_other_failures_of_the_kernel_are_told(tmp_path: Path) -> None:
    """A source that is not there is no name that is taken."""
    with pytest.raises(FileNotFoundError):
        rename(tmp_path / "nothing", tmp_path / "x")


def test_a_folder_that_appears_between_look_and_rename(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the kernel cannot do it in one step, somebody's folder that appears in the window is refused, not replaced."""
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    real = Path.rename

    def meanwhile(self: Path, to: Path) -> Path:
        to.mkdir()
        (to / "theirs").touch()
        return real(self, to)

    monkeypatch.setattr(durable, "_renameat2", lambda *_: errno.ENOSYS)
    monkeypatch.setattr(Path, "rename", meanwhile)
    with pytest.raises(FileExistsError):
        rename(source, target)
    assert [p.name for p in target.iterdir()] == ["theirs"]


# --- flushing, listing, removing ---------------------------------------------------------------------------------------


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Folders three deep with files."""
    (tmp_path / "t" / "b" / "c").mkdir(parents=True)
    for name in ("z.txt", "b/乙.txt", "b/c/甲.txt", "a.txt"):
        (tmp_path / "t" / name).write_text(name, "utf-8")
    return tmp_path / "t"


def test_everything_is_flushed_the_deepest_first(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file is flushed before its folder, each folder before the one above."""
    seen: list[str] = []
    monkeypatch.setattr(durable, "flush", lambda path: seen.append(path.relative_to(tree.parent).as_posix()))
    flush_tree(tree)
    assert set(seen) == {"t", "t/b", "t/b/c", "t/z.txt", "t/a.txt", "t/b/乙.txt", "t/b/c/甲.txt"}
    order = {name: number for number, name in enumerate(seen)}
    assert all(order[name] < order[name.rpartition("/")[0]] for name in seen if "/" in name)


def test_folders_above_are_flushed_up_to_the_top(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new folder is safe when every folder that names it is."""
    seen: list[Path] = []
    monkeypatch.setattr(durable, "flush", seen.append)
    flush_upwards(tree / "b" / "c", tree)
    assert seen == [tree / "b" / "c", tree / "b", tree]


def test_flushing_what_is_not_there(tmp_path: Path) -> None:
    """A flush that cannot be done is told: the caller must not believe the file is safe."""
    with pytest.raises(FileNotFoundError):
        flush(tmp_path / "nothing")
    flush(tmp_path)


def test_files_are_listed_alike_everywhere(tree: Path) -> None:
    """By their names with forward slashes, in one order, folders left out."""
    assert [name for name, _ in files(tree)] == ["a.txt", "b/c/甲.txt", "b/乙.txt", "z.txt"]


def test_hash_of_a_file(tmp_path: Path) -> None:
    """FIPS 180-4's example: the hash of `abc`."""
    (tmp_path / "x").write_bytes(b"abc")
    assert sha256(tmp_path / "x") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@POSIX
def test_read_only_files_are_removed_too(tree: Path) -> None:
    """Inputs of a run are read-only; its scratch folder goes all the same."""
    (tree / "b" / "乙.txt").chmod(stat.S_IRUSR)
    (tree / "b" / "c").chmod(stat.S_IRUSR | stat.S_IXUSR)
    remove_tree(tree)
    assert not (tree / "b" / "乙.txt").exists()
    remove_tree(tree / "never was")

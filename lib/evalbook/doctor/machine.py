"""The machine: interpreter, packages against the lock, fonts, kernel, disk, file system, clock, browser."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .. import ledger
from ..archive.chain import CHAIN
from ..archive.library import lock_of
from ..run.identity import PACKAGES, altered_packages
from .check import Check, judged

__all__ = ["file_system", "look"]

_OLDEST, _NEWEST = (3, 11), (3, 13)
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)
_LEAST_FREE, _LITTLE_FREE = 500_000_000, 2_000_000_000
_NETWORK = ("nfs", "cifs", "smb", "fuse.sshfs", "9p", "afs", "ceph", "glusterfs", "davfs", "fuse.davfs", "lustre", "ncpfs")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge", "microsoft-edge", "firefox")
_SAMPLE = "考核评价办法指标得分排名激励名单"
_EARLIEST = datetime(2024, 1, 1, tzinfo=UTC)


def look(root: Path, archive: Path, now: datetime | None = None) -> Iterator[Check]:
    """Everything about the machine on which a workbook lies."""
    outputs = root / "outputs"
    place = outputs if outputs.is_dir() else root
    yield _interpreter()
    yield from _packages(root)
    yield _fonts()
    yield _kernel()
    yield _zone()
    yield _disk(place)
    yield _writable(place)
    yield _local(place)
    yield from _clock(outputs, archive, now or datetime.now(UTC))
    yield _browser()


def _interpreter() -> Check:
    found = ".".join(str(part) for part in sys.version_info[:3])
    return judged("Python", _OLDEST <= sys.version_info[:2] <= _NEWEST, found, "请用 Python 3.11 至 3.13")


def _packages(root: Path) -> Iterator[Check]:
    """Versions against the lock, and files against what was installed."""
    lock = lock_of(root)
    again = "请重新准备环境：python bootstrap.py setup"
    if lock is None:
        yield Check("环境锁定", "wrong", "没有 requirements.lock", "请从程序包中恢复；没有它，归档的运行不能重建环境")
    else:
        # One package may be pinned to several versions, each for some interpreters.
        wanted: dict[str, list[str]] = {}
        for name, pinned in _PIN.findall(lock.read_text("utf-8")):
            wanted.setdefault(name, []).append(pinned)
        found = {name: installed for name in wanted if (installed := _installed(name))}
        others = [f"{name} {found[name]}（锁定 {'或'.join(wanted[name])}）" for name in sorted(found) if found[name] not in wanted[name]]
        lacking = [name for name in PACKAGES if name in wanted and name not in found]
        yield judged("环境锁定", not others, "、".join(others) or f"已装的{len(found)}个软件包与锁定的版本相同", again)
        yield judged("必需的软件包", not lacking, f"没有安装 {'、'.join(lacking)}" if lacking else "齐全", again)
    altered = altered_packages()
    told = f"与安装时不同：{'、'.join(altered)}" if altered else "与安装时的校验码相同"
    yield judged("软件包的文件", not altered, told, f"安装之后被改动；{again}")


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _fonts() -> Check:
    from ..fonts import BOLD, REGULAR, covered

    remedy = "请重新安装程序（字体随程序带来，不用系统字体）"
    if not (REGULAR.is_file() and BOLD.is_file()):
        return Check("字体", "wrong", "随程序的中文字体不见了", remedy)
    try:
        lacking = set(_SAMPLE) - covered()
    except Exception as error:
        return Check("字体", "wrong", f"字体文件读不出来（{type(error).__name__}）", remedy)
    return judged("字体", not lacking, f"缺字：{''.join(sorted(lacking))}" if lacking else "随程序的中文字体可用", remedy)


def _kernel() -> Check:
    ok = importlib.util.find_spec("ipykernel") is not None
    warm = "可预热（fork）" if hasattr(os, "fork") else "逐个启动（本系统没有 fork，较慢）"
    return judged("笔记本内核", ok, warm if ok else "没有安装 ipykernel", "请重新准备环境：python bootstrap.py setup")


def _zone() -> Check:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo("Asia/Shanghai")
    except (ZoneInfoNotFoundError, ValueError):
        return Check("时区", "wrong", "系统没有时区数据 Asia/Shanghai", "请安装 tzdata")
    return Check("时区", "ok", "Asia/Shanghai 可用")


def _disk(place: Path) -> Check:
    free = shutil.disk_usage(place).free
    told, remedy = f"剩余{free / 1e9:.1f}GB", "请清理磁盘或把工作簿移到别处；一次大的运行要用几百MB"
    if free < _LEAST_FREE:
        return Check("磁盘", "wrong", told, remedy)
    return Check("磁盘", "note", told, remedy) if free < _LITTLE_FREE else Check("磁盘", "ok", told)


def _writable(place: Path) -> Check:
    try:
        with tempfile.TemporaryFile(dir=place) as probe:
            probe.write(b"evalbook")
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        return Check("写入", "wrong", f"{place.name} 不能写入（{error.strerror}）", "请核对文件夹的权限，或磁盘是否已满、只读")
    return Check("写入", "ok", f"{place.name} 可写")


def _local(place: Path) -> Check:
    kind = file_system(place)
    remote = kind == "network" or kind.startswith(_NETWORK)
    remedy = "网络盘的加锁和写盘不可靠：请把工作簿放到本机磁盘，再把结果复制过去"
    return judged("文件系统", not remote, f"{kind or '本机'}", remedy)


def file_system(place: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """Kind of the file system on which a folder lies; ``network`` for a drive of Windows that is one, nothing where it is not known."""
    if sys.platform == "win32":
        import ctypes

        return "network" if ctypes.windll.kernel32.GetDriveTypeW(place.resolve().anchor) == 4 else ""
    best, kind = -1, ""
    try:
        lines = mounts.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    for line in lines:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        # Blanks and backslashes of a mount point are written as octal numbers.
        point = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), fields[1])
        if place.resolve().is_relative_to(point) and len(point) >= best:
            best, kind = len(point), fields[2]
    return kind


def _clock(outputs: Path, archive: Path, now: datetime) -> Iterator[Check]:
    """Whether the clock is plausible and later than anything that was entered."""
    told = now.astimezone().strftime("%Y-%m-%d %H:%M:%S %z")
    remedy = "请校准系统时钟；时钟被拨回时不能签发和归档"
    if now < _EARLIEST:
        yield Check("时钟", "wrong", f"{told}，早于程序本身", remedy)
        return
    for name, folder, file in (("台账", outputs, ledger.NAME), ("归档链", archive, CHAIN)):
        newest = max((str(line.get("entered", "")) for line in ledger.entries(folder, name=file)), default="")
        try:
            entered = datetime.fromisoformat(newest) if newest else None
        except ValueError:
            entered = None
        if entered is not None and entered.tzinfo is not None and entered > now:
            yield Check("时钟", "wrong", f"{told}，早于{name}最后一次登记（{newest}）", remedy)
            return
    yield Check("时钟", "ok", told)


def _browser() -> Check:
    found = next((name for name in _BROWSERS if shutil.which(name)), "")
    if not found and sys.platform == "win32":
        found = "系统默认浏览器"
    remedy = "报告可以复制到任何有浏览器的电脑上打开"
    return Check("浏览器", "ok", found) if found else Check("浏览器", "note", "没有找到浏览器", remedy)

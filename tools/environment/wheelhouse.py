"""./wheelhouse: every file that the lock names, so that the workbook can be set up and tested without network."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from environment import lockfile
from environment.console import SetupError, last_lines, run_quietly, say
from environment.virtualenv import NO_NETWORK_HELP, Environment

# pip takes a platform literally, and wheels for Linux carry the oldest C library they run with.
PLATFORMS = {
    "win_amd64": ["win_amd64"],
    "win_arm64": ["win_arm64"],
    "linux_x86_64": [f"manylinux_2_{minor}_x86_64" for minor in range(28, 4, -1)] + ["manylinux2014_x86_64", "linux_x86_64"],
    "linux_aarch64": [f"manylinux_2_{minor}_aarch64" for minor in range(28, 16, -1)] + ["manylinux2014_aarch64", "linux_aarch64"],
    "macosx_arm64": [f"macosx_{major}_0_arm64" for major in range(14, 10, -1)],
}
PYTHONS = ("3.11", "3.12", "3.13")

# Run by the Python of .venv, which has `packaging`: keeps what a target platform needs. pip evaluates markers for itself only.
SELECT = """
import json, sys
from packaging.markers import Marker
entries, target = json.loads(sys.argv[1]), json.loads(sys.argv[2])
print(json.dumps([i for i, marker in enumerate(entries) if not marker or Marker(marker).evaluate(target)]))
"""


def marker_variables(platform: str, full_version: str) -> dict[str, str]:
    """What the markers of the lock are evaluated against for another machine."""
    system, _, machine = platform.partition("_")
    names = {"win": ("win32", "nt", "Windows"), "linux": ("linux", "posix", "Linux"), "macosx": ("darwin", "posix", "Darwin")}
    sys_platform, os_name, platform_system = names[system]
    return {
        "sys_platform": sys_platform,
        "os_name": os_name,
        "platform_system": platform_system,
        "platform_machine": "AMD64" if platform == "win_amd64" else machine,
        "python_version": full_version.rpartition(".")[0],
        "python_full_version": full_version,
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }


def select(environment: Environment, locked: Sequence[lockfile.Locked], platform: str, full_version: str) -> list[lockfile.Locked]:
    """What `platform` with that Python needs of the lock."""
    markers, target = json.dumps([entry.marker for entry in locked]), json.dumps(marker_variables(platform, full_version))
    code, output = run_quietly([str(environment.python), "-I", "-c", SELECT, markers, target])
    if code != 0:
        raise SetupError(f"无法判断 {platform} 需要哪些软件包。\n技术信息：\n{last_lines(output)}")
    return [locked[index].unconditional for index in json.loads(output)]


def make(environment: Environment, platforms: Sequence[str], pythons: Sequence[str]) -> None:
    """Fill ./wheelhouse for this machine, or for each of `platforms` with each of `pythons`."""
    lock = lockfile.read(environment.root)
    locked = [entry for name in lockfile.SECTIONS for entry in lock[name]]
    folder = environment.wheelhouse
    folder.mkdir(exist_ok=True)
    if not platforms:
        say("下载本机所需的软件包……")
        download(environment, locked, [])
    for platform in platforms:
        for python in pythons:
            say(f"下载 {platform}、Python {python} 所需的软件包……")
            tags = [word for tag in PLATFORMS[platform] for word in ("--platform", tag)]
            # The first and the last patch release: the lock may tell them apart, and offices have either.
            for full_version in (f"{python}.0", f"{python}.99"):
                wanted = select(environment, locked, platform, full_version)
                download(environment, wanted, [*tags, "--python-version", full_version, "--implementation", "cp"])
    dropped = prune(folder, locked)
    files = sorted(folder.glob("*.whl"))
    size = sum(path.stat().st_size for path in files) / 1e6
    say(
        f"wheelhouse 已就绪：{len(files)} 个文件，{size:.0f} MB"
        + (f"；删去 {dropped} 个不在 requirements.lock 中的旧文件。" if dropped else "。")
    )
    say("把它放在项目文件夹中，bootstrap.py 会自动使用，不再访问网络。")


def download(environment: Environment, locked: Sequence[lockfile.Locked], target: Sequence[str]) -> None:
    """Fetch the files of `locked`; wheels only, since an office machine has no compiler."""
    requirements = environment.requirements("wheelhouse", locked)
    command = [*environment.pip(), "download", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:"]
    code, output = run_quietly([*command, *target, "--dest", str(environment.wheelhouse), "-r", str(requirements)])
    if code != 0:
        raise SetupError(f"下载失败，wheelhouse 不完整。\n{NO_NETWORK_HELP}\n技术信息：\n{last_lines(output)}")


def prune(folder: Path, locked: Sequence[lockfile.Locked]) -> int:
    """Remove wheels that the lock does not name (of an earlier lock, or changed on the way); how many."""
    known = frozenset[str]().union(*(entry.hashes for entry in locked))
    strangers = [path for path in folder.glob("*.whl") if hashlib.sha256(path.read_bytes()).hexdigest() not in known]
    for path in strangers:
        path.unlink()
    return len(strangers)

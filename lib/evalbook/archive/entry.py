"""Replay this archive bag with nothing but Python: `python3 replay.py`.

Checks every file of the bag against its manifests, builds the environment of then from the lock (from a wheelhouse where there is no
network), installs the library of then from the bag, executes the run anew and compares every byte. Standard library only: this file
is laid into each bag as data/replay.py and must work where nothing is installed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 13)


def main(arguments: list[str] | None = None) -> int:
    """Exit codes: 0 every byte as published, 1 a difference or a damaged bag, 2 usage, 3 the environment could not be built."""
    parser = argparse.ArgumentParser(description="按档案包里的环境、程序和数据重新执行，并逐字节比较。", allow_abbrev=False)
    parser.add_argument("bag", nargs="?", type=Path, default=Path(__file__).resolve().parents[1], help="档案包（默认本文件所在的）")
    parser.add_argument("--wheelhouse", type=Path, default=None, help="放安装包的文件夹：不联网时从这里安装")
    parser.add_argument("--venv", type=Path, default=None, help="在哪里建立环境（默认临时文件夹，结束后删除）")
    parser.add_argument("--json", action="store_true", help="输出 JSON，供程序读取")
    options = parser.parse_args(arguments)
    bag = options.bag.resolve()
    if not (bag / "bagit.txt").is_file():
        return complain(f"这不是档案包：{bag}", 2)
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        return complain("需要 Python 3.11 至 3.13，当前是 " + sys.version.split()[0], 2)
    if wrong := damaged(bag):
        for text in wrong[:20]:
            complain(text, 1)
        return complain(f"档案包有{len(wrong)}处与清单不符，没有复演。", 1)
    then = json.loads((bag / "data/run/manifest.json").read_text("utf-8"))["environment"].get("python", "")
    if then.split(".")[:2] != sys.version.split()[0].split(".")[:2]:
        complain(f"说明：当时的 Python 是 {then}，现在是 {sys.version.split()[0]}；最好用相同版本复演。", 0)
    if options.venv is not None:
        return replay(bag, options.venv, options.wheelhouse, options.json)
    with tempfile.TemporaryDirectory(prefix="evalbook-replay-") as folder:
        return replay(bag, Path(folder) / "venv", options.wheelhouse, options.json)


def complain(text: str, code: int) -> int:
    """Write a line to the screen, whatever the console speaks; hand back the exit code."""
    sys.stderr.buffer.write((text + "\n").encode("utf-8"))
    sys.stderr.flush()
    return code


def damaged(bag: Path) -> list[str]:
    """Files that are not what the manifests say."""
    wrong = []
    for manifest in ("tagmanifest-sha256.txt", "manifest-sha256.txt"):
        try:
            lines = (bag / manifest).read_text("utf-8").splitlines()
        except OSError:
            return [f"缺少 {manifest}"]
        for line in lines:
            digest, _, name = line.partition("  ")
            path = bag / name
            if path.is_symlink() or not path.resolve().is_relative_to(bag) or not path.is_file() or sha256(path) != digest:
                wrong.append(f"{name} 缺失，或与清单不符")
    return wrong


def sha256(path: Path) -> str:
    """Hash of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def replay(bag: Path, place: Path, wheelhouse: Path | None, as_json: bool) -> int:
    """Build the environment, execute and compare."""
    complain("· 建立当时的运行环境", 0)
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    try:
        venv.create(place, with_pip=True, clear=True)
        lock = place / "requirements.txt"
        lock.write_text(needed((bag / "data/environment/requirements.lock").read_text("utf-8")), "utf-8")
        (wheel,) = (bag / "data/library").glob("*.whl")
        source = ["--no-index", "--find-links", str(wheelhouse.resolve())] if wheelhouse else []
        pip = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--no-deps"]
        subprocess.run([*pip, *source, "--require-hashes", "-r", str(lock)], check=True, env=clean)  # noqa: S603 - pip of our own venv
        subprocess.run([*pip, "--no-index", str(wheel)], check=True, env=clean)  # noqa: S603
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        hint = "请核对 --wheelhouse 里的安装包是否齐全" if wheelhouse else "不联网时请用 --wheelhouse 指明放安装包的文件夹"
        return complain(f"建立环境没有成功（{error}）；{hint}。", 3)
    complain("· 重新执行并比较", 0)
    command = [str(python), "-m", "evalbook", "archive", "replay", str(bag), "--here", *(["--json"] if as_json else [])]
    return subprocess.run(command, env=clean, check=False).returncode  # noqa: S603


def needed(lock: str) -> str:
    """The part of the lock that runs need: the sections [setup] and [run] where the lock has sections.

    What set-up needs is also what some packages need later, so it stands in the lock only once.
    """
    found = re.findall(r"^# \[(?:setup|run)\].*?(?=^# \[|\Z)", lock, re.MULTILINE | re.DOTALL)
    return "".join(found) or lock


if __name__ == "__main__":
    sys.exit(main())

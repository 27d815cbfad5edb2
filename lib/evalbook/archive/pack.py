"""One signed run as a bag: what goes in, under which names, with which description."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from .. import __version__, ledger
from ..errors import Fault, Refused
from ..run.identity import library_sha256
from . import library, tree
from .approval import Approval
from .bag_write import BagWriter
from .content import ENTRY, ENTRY_MODULE, KEYS, LIBRARY, LOCK, NAMES, POLICY, RECORDS, RUN
from .crate import METADATA, crate
from .keys import KEYS as KEY_FOLDER
from .keys import read_keys
from .names import safe_name
from .policy import Policy
from .signoff import SignedRun, records

__all__ = ["Version", "pack"]

README = """# 档案包怎么核对、怎么复演

1. 核对：在本文件夹的上一级执行（Linux、macOS，或 Windows 的 Git Bash、WSL）
       sha256sum -c manifest-sha256.txt
       sha256sum -c tagmanifest-sha256.txt
   两条命令都应全部显示 OK；tagmanifest-sha256.txt 本身的 SHA-256 就是归档链登记的档案包摘要。
2. 看报告：用浏览器打开 data/run/report.html，不需要联网。
3. 复演：有 Python 3.11 至 3.13 即可执行
       python3 data/replay.py
   它按 data/environment/requirements.lock 建立当时的环境（离线时加 --wheelhouse 文件夹），安装 data/library 中当时的程序，
   按 data/run/inputs 中的参数和数据重新执行，并与 data/run 中的文件逐字节比较。
4. 签发：data/signoff/records.jsonl 是签名记录，data/signoff/keys 是公钥；公钥是否属实，请与单位另行核对编号。

data/names.json 列出原名不是英文的文件（档案包里改用英文名）。
"""


@dataclass(frozen=True)
class Version:
    """Which version a bag becomes, and why: a correction names what it corrects and the reason."""

    number: int
    reason: str = ""

    @property
    def supersedes(self) -> int | None:
        """The version before, for a correction."""
        return self.number - 1 or None


def pack(
    run: SignedRun, approval: Approval, policy: Policy, version: Version, folder: Path, *, previous: str, moment: datetime
) -> dict[str, Any]:
    """Write the bag into an empty folder; returns its line for the chain.

    Raises
    ------
    Refused
        The library or lock that made the run were not kept, names collide, or the run changed while it was copied.
    """
    shown = f"outputs/{run.name}"
    kept = _library(run, shown)
    names = {name: safe_name(f"{RUN}{name}") for name in run.files}
    if faults := [*tree.twins(run.files, shown), *tree.twins(names.values(), shown)]:
        raise Refused(faults, "没有归档")
    bag = BagWriter(folder, policy.algorithms)
    for name, safe in names.items():
        if bag.add(safe, run.folder / name) != run.files[name]:
            message = "文件在归档时被改动"
            raise Refused([Fault("archive.changed", message, "请查明后重新归档", file=f"{shown}/{name}")], "没有归档")
    renamed = {safe: f"{RUN}{name}" for name, safe in names.items() if safe != f"{RUN}{name}"}
    if renamed:
        bag.add(NAMES, _dump(renamed))
    lines = records(run.outputs, run.identity["run_sha256"])
    bag.add(RECORDS, b"".join(_line(line) for line in lines))
    keys = read_keys(run.root / KEY_FOLDER)
    for signature in {one.key: one for one in approval.signatures}.values():
        bag.add(f"{KEYS}/{signature.key}.yaml", keys[signature.key].text().encode("utf-8"))
    bag.add(POLICY, _dump(policy.as_dict()))
    entered = [line for line in ledger.entries(run.outputs) if line.get("folder") == run.name]
    bag.add("ledger.jsonl", b"".join(_line(line) for line in entered))
    wheel = next(kept.glob("*.whl"))
    wheel_sha256 = bag.add(f"{LIBRARY}{wheel.name}", wheel)
    bag.add(LOCK, kept / library.LOCK)
    bag.add(ENTRY, library.read_wheel(wheel, ENTRY_MODULE, wheel_sha256).entry)
    bag.add("README.md", README.encode("utf-8"))
    known_as = {name: renamed.get(name, name) for name in bag.names}
    template = safe_name(f"{RUN}inputs/{run.manifest['template']['name']}")
    bag.add(METADATA, crate(run.manifest, approval, known_as, wheel=f"{LIBRARY}{wheel.name}", template=template))
    digest = bag.close(_info(run, approval, version, previous, moment))
    line = {**run.identity, "version": version.number, "supersedes": version.supersedes, "reason": version.reason}
    return {**line, "approved_by": list(approval.persons("approved")), "run": run.name, "bag_sha256": digest}


def _library(run: SignedRun, shown: str) -> Path:
    wanted = run.manifest["library"]["sha256"]
    kept = library.find(run.outputs, wanted)
    if kept is None and wanted == library_sha256():
        kept = library.keep(run.outputs, run.root)
    if kept is None:
        message = "没有留存定稿时的程序源码和环境锁定文件（requirements.lock），将来无法复演"
        raise Refused([Fault("archive.library", message, "请用现在的程序重新定稿并签发", file=shown)], "没有归档")
    lock = (kept / library.LOCK).read_text("utf-8")
    if others := library.lock_versions(lock, run.manifest["environment"]):
        message = f"定稿时的软件包与环境锁定文件不符：{'、'.join(others[:5])}"
        remedy = "请用 bootstrap.py setup 建立的环境重新定稿"
        raise Refused([Fault("archive.lock", message, remedy, file=library.LOCK)], "没有归档")
    return kept


def _info(run: SignedRun, approval: Approval, version: Version, previous: str, moment: datetime) -> list[tuple[str, str]]:
    """The bag's description: Chinese titles stand here, never in file names."""
    manifest = run.manifest
    found = [
        ("Bag-Software-Agent", f"evalbook {__version__}"),
        ("Bagging-Date", moment.date().isoformat()),
        ("External-Identifier", f"{manifest['scheme']}/{manifest['period']}/v{version.number}"),
        ("External-Description", str(manifest.get("title", ""))),
        ("Internal-Sender-Identifier", run.name),
        ("Evalbook-Scheme", manifest["scheme"]),
        ("Evalbook-Period", manifest["period"]),
        ("Evalbook-Version", str(version.number)),
        ("Evalbook-Run-SHA256", run.identity["run_sha256"]),
        ("Evalbook-Result-SHA256", manifest["result_sha256"]),
        ("Evalbook-Previous", previous),
        ("Evalbook-Signed-By", "；".join(f"{one.role} {one.person} {one.key}" for one in approval.signatures)),
    ]
    if version.supersedes:
        found += [("Evalbook-Supersedes", f"v{version.supersedes}"), ("Evalbook-Reason", version.reason)]
        found += [("Evalbook-Approved-By", "、".join(approval.persons("approved")))]
    return found


def _dump(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")


def _line(line: Mapping[str, Any]) -> bytes:
    return (json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode("utf-8")

"""Archiving a year and verifying many bags: ``python benchmarks/archive.py [--runs 40] [--bags 1000]``.

Executes two shipped periods (a small one, and one with 91 pages of units), makes copies of them under other names, signs each with
three keys, archives the year as ``evalbook archive make`` does, and verifies that archive again and again until so many bags were
verified. The copies lie on this machine's temporary disk; signing is not counted.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from evalbook import durable, ledger
from evalbook.archive.keys import load_private, new_key
from evalbook.archive.make import make
from evalbook.archive.signoff import read_run, sign
from evalbook.run.job import Job, perform
from evalbook.run.publication import dump
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[1]
BASES = (("county_trial", "2019"), ("zhejiang_county", "2022"))
ROLES = ("prepared", "checked", "approved")


def base_runs(root: Path) -> list[Path]:
    """Two shipped periods, executed."""
    for name in ("params", "data", "notebooks", "docs"):
        shutil.copytree(ROOT / name, root / name)
    found = []
    for scheme, period in BASES:
        report = perform(Job(root, scheme, period))
        assert report.folder is not None, report.faults
        found.append(report.folder)
    return found


def clone(root: Path, run: Path, number: int) -> Path:
    """The run as a final one of another scheme of the same year, entered in the ledger."""
    scheme, year = f"copy_{number:03}", "2023"
    (root / f"params/{scheme}/periods").mkdir(parents=True)
    for name in ("2020.yaml", f"periods/{year}.yaml"):
        (root / f"params/{scheme}/{name}").write_text("schema: 1\n", "utf-8")
    folder = root / f"outputs/{scheme}/{year}/{run.name.replace('-draft-', '-final-')}"
    shutil.copytree(run, folder)
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest |= {"scheme": scheme, "period": year, "status": "final"}
    (folder / "manifest.json").write_bytes(dump(manifest))
    entry = {"folder": folder.relative_to(root / "outputs").as_posix(), "outcome": "completed"}
    ledger.append(root / "outputs", entry | {"manifest_sha256": durable.sha256(folder / "manifest.json")})
    return folder


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--bags", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "workbook"
        bases = base_runs(root)
        for scheme in [path for path in (root / "params").iterdir() if path.is_dir()]:
            shutil.rmtree(scheme)
        keys = {role: load_private(new_key(root, role, [role], private=Path(place) / f"{role}.pem")[0]) for role in ROLES}
        for number in range(options.runs):
            run = clone(root, bases[number % len(bases)], number)
            for role, private in keys.items():
                sign(read_run(run, root / "outputs"), private, role)
        archive = Path(place) / "archive"
        started = time.perf_counter()
        made = make(Workbook(root), 2023, archive)
        print(f"archived {len(made.folders)} runs in {time.perf_counter() - started:.1f} s")
        seconds, bags, memory = 0.0, 0, 0
        command = [sys.executable, "-m", "evalbook", "archive", "verify", str(archive), "--head", made.head, "--root", str(root)]
        while bags < options.bags:
            started = time.perf_counter()
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - this interpreter
            _, status, used = os.wait4(process.pid, 0)
            assert status == 0
            process.returncode = 0
            seconds, bags, memory = seconds + time.perf_counter() - started, bags + len(made.folders), max(memory, used.ru_maxrss)
        size = sum(path.stat().st_size for path in archive.rglob("*") if path.is_file())
        print(f"verified {bags} bags of {size / len(made.folders) / 1e6:.1f} MB in {seconds:.1f} s")
        print(f"no process took more than {memory / 1024:.0f} MiB")


if __name__ == "__main__":
    main()

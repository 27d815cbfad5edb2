"""The whole shipped campaign against what one would do by hand with papermill and nbconvert, in one sitting.

``python benchmarks/campaign.py [--runs 5] [--stock FOLDER [--stock-runs N]] [--ways ABCD] [--only SCHEME]`` measures in turn,
A B D C A B D C …:

A  ``evalbook run --all --force``: checks, gate, tables, xlsx, audited offline page, manifest, ledger
B  a shell loop of ``papermill`` and ``jupyter nbconvert --to html`` on the same notebooks, in this environment
C  the same loop in a stock environment (``pip install jupyterlab papermill`` and this project), when ``--stock`` names its folder
D  papermill's Python API in a loop with nbconvert in the same process, in this environment

and prints medians, pairwise ratios to A, and the floor: the cells' own computing plus HTML, measured inside A's runs. B, C and D check
nothing, write no tables and leave a page that loads scripts from outside: the least that one would do by hand.

Processor time of each way and everything it started is measured, too (Linux). It does not depend on what else the machine does: where
that is much, ``processor time of B ÷ (processor time of A ÷ cores)`` is what the clocks of a quiet machine would come close to.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[1]
#: Orphans come to the process that asked for them with this (Linux ``prctl``).
_SUBREAPER = 36
API_LOOP = """
import json, sys
import nbformat, papermill
from nbconvert import HTMLExporter
for scheme, period, notebook, out in json.loads(sys.argv[1]):
    papermill.execute_notebook(notebook, out + ".ipynb", parameters={"scheme": scheme, "period": period}, cwd=".", progress_bar=False)
    body, _ = HTMLExporter().from_notebook_node(nbformat.read(out + ".ipynb", as_version=4))
    open(out + ".html", "w", encoding="utf-8").write(body)
"""


class Took(NamedTuple):
    """Seconds on the clock, and of processors."""

    wall: float
    processor: float


def timed(commands: list[list[str]]) -> Took:
    """What commands take, one after the other, with all that they start; a failing one ends the measurement."""
    started, before = time.perf_counter(), _children()
    for command in commands:
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)  # noqa: S603 - commands written below
    wall = time.perf_counter() - started
    # What outlives its command by a moment (servers that end when their starter has) comes to this process, and is counted when it ends.
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    return Took(wall, _children() - before)


def _children() -> float:
    """Processor seconds of all ended descendants."""
    found = os.times()
    return found.children_user + found.children_system


def shell_loop(folder: Path, jobs: list[tuple[str, str, str]], scratch: Path) -> list[list[str]]:
    """papermill and nbconvert of an environment, one pair of commands per notebook."""
    commands = []
    for scheme, period, notebook in jobs:
        out = scratch / f"{scheme}-{period}.ipynb"
        commands.append(
            [str(folder / "papermill"), notebook, str(out), "-k", "python3", "-r", "scheme", scheme, "-r", "period", period, "--cwd", "."]
        )
        commands.append([str(folder / "jupyter"), "nbconvert", "--to", "html", str(out)])
    return commands


def floor(jobs: list[tuple[str, str, str]]) -> float:
    """Seconds that the cells and the pages of all jobs take by themselves, from one more pass in this process."""
    from evalbook.run.contents import Contents
    from evalbook.run.environment import HASH_SEED, ZONE
    from evalbook.run.execute import execute
    from evalbook.run.job import Job
    from evalbook.run.plan import Plan
    from evalbook.run.warm import WarmServer

    total = 0.0
    with tempfile.TemporaryDirectory() as folder, WarmServer() as server:
        for warm_up in (True, False):
            total = 0.0
            for scheme, period, _ in jobs[:1] if warm_up else jobs:
                plan = Plan(Job(ROOT, scheme, period, address=server.address))
                with tempfile.TemporaryDirectory(dir=folder) as place:
                    contents = Contents(plan, Path(place), cache=ROOT / "outputs" / ".cache")
                    contents._copy_inputs()
                    empty = execute(_only_prose(plan.template), plan.parameters, folder=contents.folder, address=server.address)
                    contents._execute(cold=False, zone=ZONE, hash_seed=HASH_SEED)
                    started = time.perf_counter()
                    contents._render()
                    total += contents.execution.seconds - empty.seconds + time.perf_counter() - started
    return total


def _only_prose(template: object) -> object:
    from copy import deepcopy

    bare = deepcopy(template)
    for cell in bare["cells"]:  # type: ignore[index]
        if cell["cell_type"] == "code" and "parameters" not in cell["metadata"].get("tags", []):
            cell["source"] = "0"
    return bare


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--stock", type=Path, default=None, help="folder of a stock environment's programs (bin)")
    parser.add_argument("--stock-runs", type=int, default=None, help="measure the stock environment in the first rounds only")
    parser.add_argument("--ways", default="ABCD", help="which ways to measure, A among them")
    parser.add_argument("--only", default=None, help="one scheme only")
    options = parser.parse_args()
    book = Workbook(ROOT)
    pairs = [(s, p) for s, p in book.all_periods() if options.only in (None, s)]
    jobs = [(s, p, f"notebooks/{book.scheme(s, p).meta.notebook}") for s, p in pairs]
    scratch = Path(tempfile.mkdtemp(prefix="bench-"))
    here = Path(sys.executable).parent
    ours = [[sys.executable, "-m", "evalbook", "run", "--all", "--force", *(["--scheme", options.only] if options.only else [])]]
    api = [(s, p, n, str(scratch / f"api-{s}-{p}")) for s, p, n in jobs]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    ways: dict[str, Callable[[], Took]] = {
        "A evalbook run --all": lambda: timed(ours),
        "B shell loop, this environment": lambda: timed(shell_loop(here, jobs, scratch)),
        "D papermill API and nbconvert": lambda: timed([[sys.executable, "-c", API_LOOP, json.dumps(api)]]),
    }
    if options.stock:
        ways["C shell loop, stock environment"] = lambda: timed(shell_loop(options.stock, jobs, scratch))
    ways = {name: way for name, way in ways.items() if name[0] in {"A", *options.ways}}
    times: dict[str, list[Took]] = {name: [] for name in ways}
    try:
        timed(ours)
        for number in range(options.runs):
            for name, way in ways.items():
                if name.startswith("C") and options.stock_runs is not None and number >= options.stock_runs:
                    continue
                took = way()
                times[name].append(took)
                told = f"{took.wall:7.1f} s, of processors {took.processor:7.1f} s, load {os.getloadavg()[0]:.1f}"
                print(f"round {number + 1}  {name:34} {told}", flush=True)
        least = floor(jobs)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    base = times["A evalbook run --all"]
    cores = min(os.cpu_count() or 1, len(jobs))
    print(f"{len(jobs)} notebooks, medians of {options.runs}; times A on the clock, and by processor time on {cores} quiet cores")
    for name, found in sorted(times.items()):
        clock = statistics.median(b.wall / a.wall for a, b in zip(base, found, strict=False))
        share = 1 if found is base else cores
        quiet = statistics.median(share * b.processor / a.processor for a, b in zip(base, found, strict=False))
        print(f"{name:34} {statistics.median(took.wall for took in found):7.1f} s   {clock:5.1f}   {quiet:5.1f}   ({len(found)} rounds)")
    wall, least_wall = statistics.median(took.wall for took in base), least / cores
    print(f"floor (cells and HTML, one core)   {least:7.1f} s   {least_wall:.1f} s on {cores} cores")
    print(f"per notebook in A {wall / len(jobs):.2f} s, of which beyond the floor {(wall - least_wall) / len(jobs):.2f} s")
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

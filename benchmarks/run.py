"""The main job against papermill and nbconvert called in a shell loop on the same notebooks, in one sitting.

``python benchmarks/run.py [RUNS]``: A = ``evalbook run --all --force``; B = for each scheme and period ``papermill …`` and then
``jupyter nbconvert --to html``. The two are run in turn, A B A B …; medians and the median of the pairwise ratios are printed.
B makes no checks, no tables, no xlsx, no manifest and a page that loads scripts from outside: it is the least that one would do by hand.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


def timed(commands: list[list[str]]) -> float:
    """Wall seconds of commands run one after the other; a failing one ends the measurement."""
    started = time.perf_counter()
    for command in commands:
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)  # noqa: S603 - commands written above
    return time.perf_counter() - started


def main() -> int:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    jobs = Workbook(ROOT).all_periods()
    scratch = Path(tempfile.mkdtemp(prefix="bench-"))
    ours = [[sys.executable, "-m", "evalbook", "run", "--all", "--force"]]
    loop: list[list[str]] = []
    for scheme, period in jobs:
        out = scratch / f"{scheme}-{period}.ipynb"
        parameters = ["-r", "scheme", scheme, "-r", "period", period, "--cwd", "."]
        loop.append([str(BIN / "papermill"), "notebooks/evaluation.ipynb", str(out), *parameters])
        loop.append([str(BIN / "jupyter"), "nbconvert", "--to", "html", str(out)])
    times: list[tuple[float, float]] = []
    try:
        timed(ours)
        for number in range(runs):
            pair = (timed(ours), timed(loop))
            times.append(pair)
            print(f"pair {number + 1}: evalbook {pair[0]:.1f} s, shell loop {pair[1]:.1f} s", flush=True)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    first, second = (statistics.median(column) for column in zip(*times, strict=True))
    ratio = statistics.median(b / a for a, b in times)
    print(f"{len(jobs)} runs, medians of {runs}: evalbook {first:.1f} s, papermill + nbconvert {second:.1f} s, ratio {ratio:.1f}")
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

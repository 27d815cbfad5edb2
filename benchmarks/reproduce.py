"""``evalbook reproduce`` of a run against the run itself: every byte compared, within 1.5 times the time.

``python benchmarks/reproduce.py [SCHEME PERIOD] [--repeat 5]`` runs and reproduces in turn, each as a command, and prints medians.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scheme", nargs="?", default="zhejiang_city")
    parser.add_argument("period", nargs="?", default="2023")
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    times: dict[str, list[float]] = {"run": [], "reproduce": []}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        root = Path(folder)
        for name in ("params", "data", "notebooks"):
            shutil.copytree(ROOT / name, root / name)

        def call(*arguments: str) -> float:
            begun = time.perf_counter()
            command = [sys.executable, "-m", "evalbook", *arguments, "--root", folder]
            subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - written here
            return time.perf_counter() - begun

        call("run", options.scheme, options.period)
        for _ in range(options.repeat):
            times["run"].append(call("run", options.scheme, options.period))
            newest = max(path.parent for path in (root / "outputs" / options.scheme / options.period).glob("2*/manifest.json"))
            times["reproduce"].append(call("reproduce", str(newest)))
    run, again = (statistics.median(found) for found in times.values())
    ratio = statistics.median(b / a for a, b in zip(*times.values(), strict=True))
    told = f"run {run:.2f} s, reproduce {again:.2f} s, {ratio:.2f} times"
    print(f"{options.scheme} {options.period}: {told} (medians of {options.repeat}, load {os.getloadavg()[0]:.1f})")
    return 0


if __name__ == "__main__":
    sys.exit(main())

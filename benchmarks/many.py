"""A thousand small notebooks: is the memory flat, is none lost, does the last hundred go as fast as the first? And on how many workers?

``python benchmarks/many.py [--notebooks 1000] [--jobs 2]`` writes a synthetic workbook of that many months (twelve units, two indicators,
a notebook of eight cells) and runs it once with this machine's workers. It prints, for each hundred, notebooks per second and the memory of
all processes together (proportional set size, so that shared pages count once), and at the end what is left in the ledger.

``python benchmarks/many.py --grid 25,50,100 --workers 1,2 [--repeat 5]`` does it on a local Dask cluster for every pair and prints medians:
how time grows with notebooks and workers.
"""

from __future__ import annotations

import argparse
import itertools
import os
import platform
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import nbformat
import psutil
from nbformat import v4

from evalbook import ledger
from evalbook.run.runner import run_many
from evalbook.workbook import Workbook

UNITS = [f"示例{n:02d}县" for n in range(1, 13)]
EDITION = """\
schema: 1
edition: {title: 合成评价（测速）, number: 测速, issuer: 本工具, issued: "2000-01-01", governs: {from: "1900"}, official: false}
tables:
  units: {label: 县, columns: {trade: {label: 进出口总额, uom: 万元}, fdi: {label: 实际使用外资, uom: 万美元}}}
tree:
  total: {label: 总分, marks: 20, clause: 自定, children: [trade_increment, fdi_increment]}
  trade_increment: {label: 进出口增量, marks: 10, clause: 自定, measure: {value: $trade}, rule: {thirds: [10, 6, 2]}}
  fdi_increment: {label: 外资增量, marks: 10, clause: 自定, measure: {value: $fdi}, rule: {thirds: [10, 6, 2]}}
rankings: {place: {of: total, clause: 自定}}
"""
PERIOD = 'schema: 1\nperiod: "{period}"\nas_of: "2000-01-01"\nprepared_by: 测速\n'
CALLS = ["summary", "basis", "scores", "totals", "provenance"]


def months(count: int) -> list[str]:
    """So many months, from January 1950."""
    return [f"{1950 + number // 12}-{number % 12 + 1:02d}" for number in range(count)]


def write(root: Path, count: int) -> None:
    """A workbook of so many months, each with figures of its own."""
    chance = random.Random(1)  # noqa: S311 - any figures will do
    params, notebooks = root / "params" / "many", root / "notebooks"
    (params / "periods").mkdir(parents=True)
    notebooks.mkdir()
    (params / "2000.yaml").write_text(EDITION, "utf-8")
    code = ["from evalbook import open_run, present\n\nrun = open_run(scheme, period, run_file, run_file_sha256)"]
    code += [f"present.{name}(run)" for name in CALLS] + ["present.seal(run)"]
    names = "\n".join(f'{name} = ""' for name in ("scheme", "period", "run_file", "run_file_sha256"))
    first = v4.new_code_cell(names, metadata={"tags": ["parameters"]})
    cells = [v4.new_markdown_cell("# 结果"), first, *map(v4.new_code_cell, code)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), notebooks / "evaluation.ipynb")
    for period in months(count):
        (params / "periods" / f"{period}.yaml").write_text(PERIOD.format(period=period), "utf-8")
        folder = root / "data" / "many" / period
        folder.mkdir(parents=True)
        rows = [(f"9900{n:02d}", name) for n, name in enumerate(UNITS, 1)]
        (folder / "units.csv").write_text("unit_code,unit_name\n" + "".join(f"{code},{name}\n" for code, name in rows), "utf-8")
        lines = ["unit_code,unit_name,indicator,period,stage,value,uom,source,origin"]
        for code, name in rows:
            for indicator, uom in (("trade", "万元"), ("fdi", "万美元")):
                lines.append(f"{code},{name},{indicator},{period},verified,{chance.randrange(10**5)},{uom},合成,synthetic")
        (folder / "values.csv").write_text("\n".join(lines) + "\n", "utf-8")


class Memory(threading.Thread):
    """Watches the memory of this process and all below it."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.now = self.most = 0.0
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(1.0):
            self.now = self._measure()
            self.most = max(self.most, self.now)

    def stop(self) -> None:
        """End watching."""
        self._over.set()
        self.join()

    @staticmethod
    def _measure() -> float:
        total = 0
        for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
            try:
                found = process.memory_full_info()
                total += getattr(found, "pss", found.rss)
            except psutil.Error:
                continue
        return total / (1 << 20)


def run(root: Path, count: int, workers: int, *, cluster: str = "", tell: bool = False) -> float:
    """Run all of them once; wall seconds. With ``tell`` a line per hundred, and what was lost."""
    begun = time.perf_counter()
    marks, memory = [begun], Memory()
    seen: list[float] = []

    def progress(text: str) -> None:
        if f"/{count}）" not in text:
            return
        seen.append(time.perf_counter())
        if tell and len(seen) % 100 == 0:
            marks.append(seen[-1])
            print(f"{len(seen):5d}  {100 / (marks[-1] - marks[-2]):5.2f} notebooks/s  {memory.now:6.0f} MiB", flush=True)

    memory.start()
    jobs = [("many", period) for period in months(count)]
    reports = run_many(Workbook(root), jobs, workers=workers, force=True, progress=progress, cluster=cluster)
    memory.stop()
    seconds = time.perf_counter() - begun
    outcomes = Counter(report.outcome for report in reports)
    assert outcomes == {"completed": count}, (outcomes, [report.faults for report in reports if report.faults][:3])
    if tell:
        rates = [100 / (later - earlier) for earlier, later in itertools.pairwise(marks)]
        entered = Counter(entry["outcome"] for entry in ledger.entries(root / "outputs"))
        print(f"{count} notebooks, {workers} workers: {seconds:.1f} s, {count / seconds:.2f}/s")
        print(f"most memory {memory.most:.0f} MiB; ledger {dict(entered)}")
        if len(rates) > 1:
            print(f"slowest hundred {min(rates) / rates[0]:.0%}, last hundred {rates[-1] / rates[0]:.0%} of the first hundred's throughput")
    return seconds


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notebooks", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--grid", default="", help="numbers of notebooks on a local Dask cluster")
    parser.add_argument("--workers", default="1,2", help="numbers of workers for --grid")
    parser.add_argument("--repeat", type=int, default=1)
    options = parser.parse_args()
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{machine}, load {os.getloadavg()[0]:.1f}")
    if not options.grid:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            write(Path(folder), options.notebooks)
            run(Path(folder), options.notebooks, options.jobs, tell=True)
        return 0
    for count in map(int, options.grid.split(",")):
        for workers in map(int, options.workers.split(",")):
            times = []
            for _ in range(options.repeat):
                with tempfile.TemporaryDirectory(prefix="bench-") as folder:
                    write(Path(folder), count)
                    times.append(run(Path(folder), count, workers, cluster="local"))
            middle = statistics.median(times)
            print(
                f"{count:5d} notebooks  {workers:2d} workers  {middle:7.1f} s  {count / middle:5.2f}/s  (median of {len(times)})",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())

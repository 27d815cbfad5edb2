"""Unit sheets for the largest shipped evaluation: 230 zones, a page and a workbook with live formulas each.

    python benchmarks/publication.py [SCHEME PERIOD]

Prints seconds on the clock and of processor time for reading and scoring, and for writing the sheets. Figure to reach: sheets under 15 s.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from evalbook.publish.disclosure import write_unit_sheets
from evalbook.publish.report import page_info
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Measure once."""
    scheme, period = sys.argv[1:3] if len(sys.argv) > 2 else ("etdz", "2023")
    clock, spent = time.perf_counter(), time.process_time()
    run = Workbook(ROOT).prepare(scheme, period)
    print(f"prepare: {time.perf_counter() - clock:.1f} s, processor {time.process_time() - spent:.1f} s")
    with tempfile.TemporaryDirectory() as place:
        clock, spent = time.perf_counter(), time.process_time()
        faults = write_unit_sheets(run.evaluation, page_info(run), Path(place), lambda _text: None)
        print(f"{len(run.evaluation.unit_codes)} units: {time.perf_counter() - clock:.1f} s, processor {time.process_time() - spent:.1f} s")
        print(f"{len(list(Path(place).iterdir()))} files, {len(faults)} faults")


if __name__ == "__main__":
    main()

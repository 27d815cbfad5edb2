"""Writes docs/faults.md: every row of rows.csv and what became of it. ``python tests/faults/table.py`` after adding a test.

A row is tested when there is ``tests/faults/<letter>/test_<id>.py``. What a reader should know besides stands in remarks.csv with a
state: ``later`` (another part of the project brings it; the remark goes away by itself once there is a test), ``cannot`` (it cannot be
provoked here, and why), ``note`` (beside a test). A row with neither test nor remark is a fault that the tests find.
"""

from __future__ import annotations

import ast
import csv
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "faults.md"
GROUPS = {
    "A": "Bad input",
    "B": "Interrupted run",
    "C": "Concurrency",
    "D": "Tampering",
    "E": "Injection",
    "F": "Nondeterminism",
    "G": "Archive and the long term",
    "H": "Supply chain and environment",
}
HEAD = """# What can go wrong

Written by `python tests/faults/table.py`; do not edit. Rows stand in `tests/faults/rows.csv`; a test is named after its row. After each
fault of a run the tests demand: no half-written run is visible, no process is left, no earlier run is lost, the ledger's chain holds, and
what stands on the screen is an instruction. Series marked "campaign" run with `make campaign`, a sample of each with every test run.
"""


def read(name: str) -> list[dict[str, str]]:
    """The rows of a table beside this file."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tests() -> dict[str, Path]:
    """Row → file of its tests."""
    return {path.stem.removeprefix("test_"): path for path in sorted(HERE.glob("[a-h]/test_*.py"))}


def counted(path: Path) -> str:
    """How many tests a file has, and how many of them only run in the campaign."""
    functions = [node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)]
    functions = [node for node in functions if node.name.startswith("test_")]
    long = sum("mark.campaign" in ast.unparse(mark) for node in functions for mark in node.decorator_list)
    number = f"{len(functions)} test" + "s" * (len(functions) != 1)
    return f"{number}, {long} of them campaign" if long else number


def state(row: str, tested: dict[str, Path], remark: dict[str, str] | None) -> str:
    """The last column."""
    text = remark["remark"] if remark else ""
    if row in tested:
        path = tested[row]
        name = path.relative_to(HERE.parents[1]).as_posix()
        return f"[{path.name}](../{name}): {counted(path)}" + (f". {text}" if text else "")
    return {"later": "Not yet: ", "cannot": "Cannot be provoked here: "}.get(remark["state"] if remark else "", "") + text


def page() -> Iterator[str]:
    """The lines of docs/faults.md."""
    tested, remarks = tests(), {remark["id"]: remark for remark in read("remarks.csv")}
    rows = read("rows.csv")
    yield HEAD
    yield "| group | rows | tested | cannot be provoked here | not yet |"
    yield "|---|---|---|---|---|"
    for letter, title in GROUPS.items():
        own = [row["id"] for row in rows if row["id"][0] == letter]
        states = ["tested" if row in tested else remarks.get(row, {}).get("state", "") for row in own]
        yield f"| {letter} {title} | {len(own)} | " + " | ".join(str(states.count(word)) for word in ("tested", "cannot", "later")) + " |"
    yield "\n## The ten guards that matter most\n"
    yield "Without any of them the test of its row goes red: `tests/faults/test_guards.py` takes each away."
    yield "\n| row | guard | where |\n|---|---|---|"
    for guard in runpy.run_path(str(HERE / "guards.py"))["GUARDS"]:
        name = f"lib/evalbook/{guard.file}"
        yield f"| {guard.row} | {guard.what} | [{guard.file}](../{name}) |"
    for letter, title in GROUPS.items():
        yield f"\n## {letter} · {title}\n\n| row | what goes wrong | what must hold | where |\n|---|---|---|---|"
        for row in rows:
            if row["id"][0] == letter:
                yield f"| {row['id']} | {row['scenario']} | {row['expected']} | {state(row['id'], tested, remarks.get(row['id']))} |"


def main() -> int:
    """Write the page, and drop remarks that a test has overtaken."""
    remarks = read("remarks.csv")
    kept = [remark for remark in remarks if remark["state"] != "later" or remark["id"] not in tests()]
    if kept != remarks:
        with (HERE / "remarks.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["id", "state", "remark"], lineterminator="\n")
            writer.writeheader()
            writer.writerows(kept)
    PAGE.write_bytes(("\n".join(page()) + "\n").encode("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())

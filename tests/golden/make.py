"""Rewrites the golden notebooks and tables from the shipped data: a reviewed act, never part of a test run.

``python tests/golden/make.py`` executes the template for each golden period and stores it with its outputs; the totals and
outcomes of every shipped period are stored as csv. Look at the difference before committing it.

Two notebooks are executed in a kernel and compared by nbval. One more for each other scheme and procedure is carried out cell by
cell in this process, which takes a second and not ten; checksums in them are masked, so that they change only when what a reader
sees does. What would be larger than 2 MB is kept as a checksum per cell.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from evalbook.workbook import Workbook

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
#: Notebooks kept with outputs; the tables of all shipped periods are kept besides.
NOTEBOOKS = (("zhejiang_city", "2023"), ("county_trial", "2019"))
#: Reports carried out in this process: each other scheme, and each procedure with a template of its own.
REPORTS = (
    ("anyang", "2021"),
    ("anyang", "2021H1"),
    ("county_opening", "2024"),
    ("etdz", "2023"),
    ("haizhou", "2019H1"),
    ("hunan_trial", "2018"),
    ("jining_observation", "2015Q1"),
)
#: Reports too large to keep: a checksum per cell tells which section changed.
CHECKSUMS = (("zhejiang_county", "2023"), ("haizhou", "2019"))
_CHECKSUM = re.compile(r"\b[0-9a-f]{64}\b|(?<=结果 )[0-9a-f]{12}\b")


def execute(scheme: str, period: str) -> nbformat.NotebookNode:
    """The template with this scheme and period as defaults, executed from the golden folder."""
    notebook = nbformat.read(ROOT / "notebooks" / "evaluation.ipynb", as_version=4)
    cell = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", []))
    cell.source = f'scheme = "{scheme}"\nperiod = "{period}"\nrun_file = ""\nrun_file_sha256 = ""'
    NotebookClient(notebook, timeout=120, record_timing=False, resources={"metadata": {"path": str(HERE)}}).execute()
    notebook.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return notebook


def carry_out(scheme: str, period: str) -> nbformat.NotebookNode:
    """The scheme's template, cell by cell in this process, with what a kernel would show of each last expression."""
    from IPython.core.formatters import DisplayFormatter

    notebook = nbformat.read(ROOT / "notebooks" / Workbook(ROOT).scheme(scheme, period).meta.notebook, as_version=4)
    shown, names = DisplayFormatter(), dict[str, Any]()
    number = 0
    with contextlib.chdir(ROOT):
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            if "parameters" in cell.metadata.get("tags", []):
                cell.source = f'scheme = "{scheme}"\nperiod = "{period}"\nrun_file = ""\nrun_file_sha256 = ""'
            number += 1
            cell.execution_count = number
            *before, last = cell.source.strip().splitlines()
            if re.match(r"\w+ = |import |from ", last):
                exec(cell.source, names)  # noqa: S102 - our own template
                continue
            exec("\n".join(before), names)  # noqa: S102 - our own template
            data, metadata = shown.format(eval(last, names))  # noqa: S307 - our own template
            masked = {mime: masked_text(value) for mime, value in data.items() if mime != "text/plain"}
            cell.outputs = [nbformat.v4.new_output("execute_result", masked, metadata=metadata, execution_count=number)]
    return notebook


def masked_text(value: Any) -> Any:
    """Text or JSON without its checksums."""
    if isinstance(value, str):
        return _CHECKSUM.sub("校验码", value)
    return json.loads(_CHECKSUM.sub("校验码", json.dumps(value, ensure_ascii=False)))


def report_text(scheme: str, period: str) -> str:
    """A report as it is kept."""
    return f"{nbformat.writes(carry_out(scheme, period))}\n"


def checksums(scheme: str, period: str) -> str:
    """One line per code cell: the checksum of what it shows, and its source."""
    cells = [cell for cell in carry_out(scheme, period).cells if cell.cell_type == "code"]
    lines = [(json.dumps([o.data for o in cell.outputs], ensure_ascii=False, sort_keys=True), cell.source) for cell in cells]
    return "".join(f"{hashlib.sha256(text.encode()).hexdigest()}  {source.splitlines()[-1]}\n" for text, source in lines)


def table_text(scheme: str, period: str) -> str:
    """Totals, indicator points and outcomes of a period as one csv text."""
    evaluation = Workbook(ROOT).prepare(scheme, period).evaluation
    parts = [("totals", evaluation.totals()), ("points", evaluation.matrix())]
    parts += [(name, evaluation.outcome(name)) for name in evaluation.scheme.outcomes]
    return "\n".join(f"# {name}\n{frame.to_csv(index=name == 'points', lineterminator=chr(10))}" for name, frame in parts)


def main() -> None:
    """Write everything."""
    for scheme, period in NOTEBOOKS:
        nbformat.write(execute(scheme, period), HERE / f"{scheme}-{period}.ipynb")
    for scheme, period in REPORTS:
        (HERE / f"{scheme}-{period}.ipynb").write_text(report_text(scheme, period), encoding="utf-8", newline="\n")
    for scheme, period in CHECKSUMS:
        (HERE / f"{scheme}-{period}.sha256").write_text(checksums(scheme, period), encoding="utf-8", newline="\n")
    for scheme, period in Workbook(ROOT).all_periods():
        (HERE / f"{scheme}-{period}.csv").write_text(table_text(scheme, period), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())

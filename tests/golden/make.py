"""Rewrites the golden notebooks and tables from the shipped data: a reviewed act, never part of a test run.

``python tests/golden/make.py`` executes the template for each golden period and stores it with its outputs; the totals and
outcomes of every shipped period are stored as csv. Look at the difference before committing it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from evalbook.workbook import Workbook

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
#: Notebooks kept with outputs; the tables of all shipped periods are kept besides.
NOTEBOOKS = (("zhejiang_city", "2023"), ("county_trial", "2019"))


def execute(scheme: str, period: str) -> nbformat.NotebookNode:
    """The template with this scheme and period as defaults, executed from the golden folder."""
    notebook = nbformat.read(ROOT / "notebooks" / "evaluation.ipynb", as_version=4)
    cell = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", []))
    cell.source = f'scheme = "{scheme}"\nperiod = "{period}"\nrun_file = ""\nrun_file_sha256 = ""'
    NotebookClient(notebook, timeout=120, record_timing=False, resources={"metadata": {"path": str(HERE)}}).execute()
    notebook.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return notebook


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
    for scheme, period in Workbook(ROOT).all_periods():
        (HERE / f"{scheme}-{period}.csv").write_text(table_text(scheme, period), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())

"""F09: papermill and Jupyter write times, paths and random ids into the notebook."""

from __future__ import annotations

import json
from typing import Any


def test_second_run_is_the_same_file(workshop: Any) -> None:
    """Page, notebook, tables and workbook of a second run are the first one's, byte for byte."""
    report = workshop.perform()
    assert report.outcome == "completed", report.faults
    assert workshop.changed_since_earlier() == []
    workshop.sound()


def test_notebook_tells_nothing_of_its_run(workshop: Any) -> None:
    """No time, duration, path, host or random id is left in the published notebook."""
    text = (workshop.earlier / "report.ipynb").read_text("utf-8")
    notebook = json.loads(text)
    assert sorted(notebook["metadata"]) == ["kernelspec", "language_info"]
    assert {key for cell in notebook["cells"] for key in cell["metadata"]} <= {"tags", "alt", "caption"}
    assert [cell["id"] for cell in notebook["cells"]] == [f"cell-{number}" for number in range(1, len(notebook["cells"]) + 1)]
    manifest = json.loads((workshop.earlier / "manifest.json").read_text("utf-8"))
    assert [word for word in (manifest["started"], manifest["host"], "/outputs/", "papermill") if word in text] == []

"""The gate: each way in which a notebook can look executed without being evidence is refused."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode, v4

from evalbook.exact import exact
from evalbook.publish.normalise import RESULT_MIME
from evalbook.run.gate import judge, reconcile
from evalbook.scoring.evaluation import Evaluation
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
INJECTED = 'period = "2021"\n'
EXPECTED: dict[str, Any] = {
    "scheme": "s",
    "period": "2021",
    "run_file_sha256": "a" * 64,
    "inputs": {"data/s/2021/values.csv": "b" * 64},
    "result_sha256": "c" * 64,
}


@pytest.fixture
def template(make_template: Callable[..., NotebookNode]) -> NotebookNode:
    """Three code cells, the last of which seals the result."""
    return make_template("present.totals(run)", "present.seal(run)")


@pytest.fixture
def executed(template: NotebookNode) -> NotebookNode:
    """The template as a kernel leaves it: injected cell, counts, outputs, sealed result."""
    notebook = deepcopy(template)
    notebook.cells.insert(2, v4.new_code_cell(INJECTED, metadata={"tags": ["injected-parameters"]}))
    for count, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), 1):
        cell.execution_count = count
    notebook.cells[3].outputs = [v4.new_output("execute_result", {"text/html": "<table></table>"}, execution_count=3)]
    notebook.cells[4].outputs = [v4.new_output("execute_result", {RESULT_MIME: deepcopy(EXPECTED), "text/plain": "c"}, execution_count=4)]
    return notebook


def codes(executed: NotebookNode, template: NotebookNode) -> list[str]:
    return [fault.code for fault in judge(executed, template, INJECTED, EXPECTED, file="notebooks/x.ipynb")]


def test_good_notebook_passes(executed: NotebookNode, template: NotebookNode) -> None:
    """What ran from top to bottom and sealed the expected result is evidence."""
    assert codes(executed, template) == []


def test_cell_that_did_not_run(executed: NotebookNode, template: NotebookNode) -> None:
    """sys.exit(0) and a dead kernel leave later cells without a count."""
    executed.cells[3].execution_count, executed.cells[3].outputs = None, []
    assert codes(executed, template) == ["gate.not_executed"]


def test_cells_out_of_order(executed: NotebookNode, template: NotebookNode) -> None:
    """Counts run 1, 2, 3 …: a cell run twice or before its turn shows."""
    executed.cells[3].execution_count, executed.cells[4].execution_count = 4, 3
    assert codes(executed, template) == ["gate.not_in_order", "gate.not_in_order"]


@pytest.mark.parametrize("position", [1, 2, 3], ids=["parameters", "injected", "code"])
def test_changed_source(executed: NotebookNode, template: NotebookNode, position: int) -> None:
    """A cell whose source is not the template's (or, injected, not the parameters') is found."""
    executed.cells[position].source += "\n1"
    assert codes(executed, template) == ["gate.source"]


def test_added_and_removed_cells(executed: NotebookNode, template: NotebookNode) -> None:
    """A notebook with a cell more or less is not the template's."""
    executed.cells.append(v4.new_markdown_cell("第一名：甲市"))
    assert "gate.cells" in codes(executed, template)


def test_changed_prose(executed: NotebookNode, template: NotebookNode) -> None:
    """Prose counts too: it is what readers believe."""
    executed.cells[0].source = "# 另一个题目"
    assert codes(executed, template) == ["gate.source"]


@pytest.mark.parametrize(
    ("output", "code"),
    [
        (v4.new_output("stream", name="stderr", text="DATA INCOMPLETE"), "notebook.stderr"),
        (v4.new_output("error", ename="ValueError", evalue="x", traceback=[]), "notebook.error"),
        (v4.new_output("display_data", {"text/vnd.mermaid": "graph"}), "notebook.unknown_mime"),
        (v4.new_output("display_data", {"application/javascript": "1"}), "notebook.unknown_mime"),
        (v4.new_output("execute_result", {"text/plain": "<object at 0x7f3a5c1d2e40>"}), "notebook.address"),
    ],
    ids=["warning", "swallowed error", "mermaid", "javascript", "address"],
)
def test_outputs_that_are_no_evidence(executed: NotebookNode, template: NotebookNode, output: NotebookNode, code: str) -> None:
    """Warnings, errors of threads, active content and memory addresses keep a notebook from being published."""
    executed.cells[3].outputs.append(output)
    assert codes(executed, template) == [code]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("scheme", "t"),
        ("period", "2020"),
        ("run_file_sha256", "d" * 64),
        ("inputs", {"data/s/2021/values.csv": "d" * 64}),
        ("inputs", {}),
        ("result_sha256", "d" * 64),
    ],
    ids=["scheme", "period", "run file", "input changed", "input missing", "result"],
)
def test_sealed_result_differs(executed: NotebookNode, template: NotebookNode, key: str, value: object) -> None:
    """The notebook must have computed for the parameters asked for, from the inputs checked, what the supervisor computes."""
    executed.cells[4].outputs[0]["data"][RESULT_MIME][key] = value
    assert codes(executed, template) == ["gate.result"]


def test_no_result_and_two_results(executed: NotebookNode, template: NotebookNode) -> None:
    """Exactly one result is sealed."""
    twice = deepcopy(executed)
    twice.cells[4].outputs.append(deepcopy(twice.cells[4].outputs[0]))
    executed.cells[4].outputs = []
    assert codes(executed, template) == ["gate.no_result"]
    assert codes(twice, template) == ["gate.two_results"]


def test_totals_that_do_not_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A total that is a hundredth more than its parts is found by its unit, whatever computed it; the right ones are silent."""
    evaluation = Workbook(ROOT).prepare("county_trial", "2019").evaluation
    assert reconcile(evaluation) == []
    points = Evaluation.points

    def wrong(self: Evaluation, name: str, row: int) -> Any:
        found = points(self, name, row)
        return found + exact("0.01") if (name, row) == ("total", 3) else found

    monkeypatch.setattr(Evaluation, "points", wrong)
    (fault,) = reconcile(evaluation)
    assert fault.code == "gate.total"
    assert evaluation.unit_names[3] in fault.message
    assert fault.path == "tree.total"

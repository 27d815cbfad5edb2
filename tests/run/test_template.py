"""Templates: prose, calls and plain names; everything else is refused before a kernel starts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode, v4

from evalbook.run.template import check_parameters, declared, expected_cells, lint

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda p: p.stem)
def test_shipped_templates_are_clean(path: Path) -> None:
    """Every shipped notebook passes the lint and carries no outputs and no execution counts.

    The desk for JupyterLab is no template: nothing is run with parameters there, and nothing is sealed.
    """
    notebook = nbformat.read(path, as_version=4)
    assert {fault.code for fault in lint(notebook)} <= ({"template.parameters_cell"} if path.stem == "what_if" else set())
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert notebook.metadata["kernelspec"]["name"] == "python3"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("!rm -rf x", "template.magic"),
        ("%%bash\nexit 3", "template.magic"),
        ("%matplotlib inline", "template.magic"),
        ("help?", "template.magic"),
        ("def points(x):\n    return x", "template.definition"),
        ("f = lambda x: x", "template.definition"),
        ("class A: pass", "template.definition"),
        ("import os", "template.import"),
        ("from subprocess import run", "template.import"),
        ("from . import x", "template.import"),
        ("eval('1')", "template.name"),
        ("open('x')", "template.name"),
        ("get_ipython()", "template.name"),
        ("import pandas as pd\npd.Timestamp.now()", "template.clock"),
        ("try:\n    pass\nexcept ValueError:\n    pass", "template.control"),
        ("raise SystemExit(0)", "template.control"),
        ('period = "2024"', "template.reassigned"),
        ("for period in ['2024']:\n    period", "template.reassigned"),
        ("x = (", "template.syntax"),
    ],
    ids=lambda value: value.replace("\n", " ")[:18] if "template" not in value else value,
)
def test_what_cannot_give_evidence_is_refused(make_template: Callable[..., NotebookNode], source: str, code: str) -> None:
    """Shell commands, definitions, imports, clocks, swallowed errors and re-assigned parameters are found, with cell and row."""
    faults = lint(make_template("period", source), file="notebooks/x.ipynb")
    assert [fault.code for fault in faults] == [code]
    assert faults[0].path.startswith("第4个单元格")
    assert faults[0].remedy


def test_prose_calls_and_names_pass(make_template: Callable[..., NotebookNode]) -> None:
    """What a report consists of is not complained about."""
    assert lint(make_template("from evalbook import open_run, present", "run = open_run('a', period)", "present.summary(run)")) == []


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ([], "template.parameters_cell"),
        (["parameters", "raises-exception"], "template.tag"),
        (["parameters", "skip-execution"], "template.tag"),
    ],
    ids=["no parameters cell", "errors allowed", "cell skipped"],
)
def test_tags_that_hide_what_happened(tags: list[str], code: str) -> None:
    """Without a parameters cell papermill runs the default; cells that may fail or be skipped prove nothing."""
    notebook = v4.new_notebook(cells=[v4.new_code_cell('period = ""', metadata={"tags": tags})])
    assert [fault.code for fault in lint(notebook)] == [code]


def test_two_parameter_cells_and_an_injected_one() -> None:
    """A template has one parameters cell, and none that a run has injected."""
    cells = [v4.new_code_cell('a = ""', metadata={"tags": [tag]}) for tag in ("parameters", "parameters", "injected-parameters")]
    assert {f.code for f in lint(v4.new_notebook(cells=cells))} >= {"template.parameters_cell", "template.injected_cell"}


def test_computed_defaults_are_refused() -> None:
    """Parameters are texts: a computed default could decide something."""
    notebook = v4.new_notebook(cells=[v4.new_code_cell("period = str(2023)", metadata={"tags": ["parameters"]})])
    assert [fault.code for fault in lint(notebook)] == ["template.parameters_plain"]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("priod", "2023", "template.unknown_parameter"),
        ("x=1;print('INJ');period", "2023", "template.parameter_name"),
        ("周期", "2023", "template.parameter_name"),
        ("class", "2023", "template.parameter_name"),
        ("period", 2023, "template.parameter_type"),
    ],
    ids=["misspelt", "code", "chinese", "keyword", "number"],
)
def test_parameters_are_declared_names_with_texts(make_template: Callable[..., NotebookNode], name: str, value: object, code: str) -> None:
    """papermill only warns of an unknown name, turns numbers around and executes code in a name; we refuse all three."""
    faults = check_parameters(make_template(), {name: value})
    assert [fault.code for fault in faults] == [code]


def test_misspelt_parameter_names_the_nearest(make_template: Callable[..., NotebookNode]) -> None:
    """The instruction says which name was meant."""
    assert "period" in check_parameters(make_template(), {"priod": "2023"})[0].remedy


def test_declared_and_expected_cells(make_template: Callable[..., NotebookNode]) -> None:
    """The executed notebook is the template plus one cell behind its parameters."""
    template = make_template("1")
    assert declared(template) == ["period"]
    assert [kind for kind, _ in expected_cells(template, "period = '2021'")] == ["markdown", "code", "code", "code"]
    assert expected_cells(template, "period = '2021'")[2] == ("code", "period = '2021'")

"""D11: the executed source is not the template's."""

from __future__ import annotations

import json
from typing import Any

import pytest


def edited(text: str) -> str:
    notebook = json.loads(text)
    cell = notebook["cells"][-1]
    cell["source"] = [*cell["source"], "\n", "run = None"]
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def added(text: str) -> str:
    notebook = json.loads(text)
    notebook["cells"].insert(1, json.loads(json.dumps(notebook["cells"][0])))
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def second_injection(text: str) -> str:
    notebook = json.loads(text)
    injected = next(cell for cell in notebook["cells"] if "injected-parameters" in cell["metadata"].get("tags", []))
    notebook["cells"].insert(2, injected)
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


@pytest.mark.parametrize("change", [edited, added, second_injection])
def test_cells_must_be_the_templates(office: Any, change: Any) -> None:
    """Whatever was written anew around it: the archived notebook has the template's cells and one of parameters."""
    office.replace_run("2019", "report.ipynb", change)
    assert "content.sources" in office.bag_codes(office.bag())

"""Small templates and a project of their own: running needs no large report."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from nbformat import NotebookNode, v4

from evalbook.run.warm import WarmServer, wanted

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A workbook with the county trial only, whose runs do not touch the shipped one."""
    root = tmp_path / "工作簿 一"
    for name in ("params/county_trial", "data/county_trial", "notebooks"):
        shutil.copytree(ROOT / name, root / name)
    return root


@pytest.fixture
def make_template() -> Callable[..., NotebookNode]:
    """Builds a template with a parameters cell and the given code cells."""

    def make(*sources: str) -> NotebookNode:
        first = v4.new_code_cell('period = "2023"', metadata={"tags": ["parameters"]})
        return v4.new_notebook(cells=[v4.new_markdown_cell("# 题"), first, *(v4.new_code_cell(source) for source in sources)])

    return make


@pytest.fixture(scope="session")
def warm_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server of warm kernels, shared by the tests of one process; empty where there is no fork."""
    if not wanted(True):
        yield ""
        return
    with WarmServer(tmp_path_factory.mktemp("cache")) as server:
        yield server.address

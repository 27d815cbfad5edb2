"""F11: an upgraded library reads files with another reader than before."""

from __future__ import annotations

import ast
from pathlib import Path

import evalbook


def test_nobody_leaves_the_choice_of_a_reader_to_pandas() -> None:
    """The library reads no file through pandas at all: which program reads a spreadsheet is written in our own code."""
    found = []
    for path in sorted(Path(evalbook.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Attribute)
                and node.attr.startswith("read_")
                and isinstance(node.value, ast.Name)
                and node.value.id == "pd"
            ):
                found.append(f"{path.name}:{node.lineno} {node.attr}")
    assert found == []

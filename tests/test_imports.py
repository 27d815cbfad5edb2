"""Rooms import only towards the front: a figure walks one way, from the vocabulary to the command line."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "lib" / "evalbook"

#: Rooms in the order of the design, the foremost first. ``lab`` starts JupyterLab for the command line.
ORDER = (
    *("terms", "errors", "exact", "periods", "safe", "durable", "fonts", "kinds", "scheme", "scoring", "intake", "analysis", "workbook"),
    *("present", "publish", "ledger", "run", "archive", "doctor", "lab", "cli"),
)
#: The package's own door: `evalbook.Workbook` is looked up lazily, `__version__` is read by everybody.
DOOR = {"__init__", "__main__"}

#: (room, room it imports against the order): reason. Empty, and meant to stay so.
EXCEPTIONS: dict[tuple[str, str], str] = {}

MODULES = sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    """Room of a module: its top-level folder or file."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(text: str, package: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """(line, room) of every import of ours in a module of ``package`` (its folders below evalbook), in functions too."""
    for node in ast.walk(ast.parse(text)):
        targets: list[tuple[str, ...]] = []
        if isinstance(node, ast.ImportFrom):
            module = tuple(node.module.split(".")) if node.module else ()
            if node.level:
                module = package[: len(package) - node.level + 1] + module
            elif module[:1] == ("evalbook",):
                module = module[1:]
            else:
                continue
            targets = [module] if module else [(alias.name,) for alias in node.names]
        elif isinstance(node, ast.Import):
            targets = [tuple(alias.name.split("."))[1:] for alias in node.names if alias.name.startswith("evalbook.")]
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in ("import_module", "__import__"):
            names = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            targets = [tuple(name.split("."))[1:] for name in names if name.startswith("evalbook.")]
        for target in targets:
            if target and target[0] != "__version__":
                yield node.lineno, target[0]


def against_the_order(text: str, package: tuple[str, ...], room: str) -> list[tuple[int, str]]:
    """Imports of a module that lead away from the front."""
    ahead = set(ORDER) if room in DOOR else set(ORDER[: ORDER.index(room)]) | {room}
    return [(line, other) for line, other in imported_rooms(text, package) if other not in ahead]


def test_every_room_has_its_place() -> None:
    """A room that the order does not know would escape the rule."""
    rooms = {room_of(path) for path in MODULES} - DOOR
    assert rooms - set(ORDER) == set()


@pytest.mark.parametrize("path", MODULES, ids=[path.relative_to(PACKAGE).as_posix() for path in MODULES])
def test_imports_lead_to_the_front(path: Path) -> None:
    """No module imports from a room behind its own, neither at the top nor inside a function nor for types only."""
    room = room_of(path)
    found = against_the_order(path.read_text("utf-8"), path.relative_to(PACKAGE).parent.parts, room)
    assert [(line, other) for line, other in found if (room, other) not in EXCEPTIONS] == []


def test_exceptions_are_needed_and_have_reasons() -> None:
    """An exception that no module uses any more is taken away, and each says why it is there."""
    used = {
        (room_of(path), other)
        for path in MODULES
        for _, other in against_the_order(path.read_text("utf-8"), path.relative_to(PACKAGE).parent.parts, room_of(path))
    }
    assert set(EXCEPTIONS) - used == set()
    assert [pair for pair, reason in EXCEPTIONS.items() if not reason] == []


WRONG = {
    "relative": ("from ..scoring.walk import x", ("scheme",), "scoring"),
    "relative-two-up": ("from ...cli import main", ("scheme", "checks"), "cli"),
    "package": ("from .. import intake", ("kinds",), "intake"),
    "absolute": ("from evalbook.present.tables import x", ("kinds",), "present"),
    "absolute-module": ("import evalbook.run.job as job", ("analysis",), "run"),
    "absolute-package": ("from evalbook import workbook", ("scoring",), "workbook"),
    "lazy": ("def f():\n    from ..intake.folder import x", ("scoring",), "intake"),
    "for-types": ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ..workbook import Workbook", ("analysis",), "workbook"),
    "by-name": ("import importlib\nimportlib.import_module('evalbook.cli.parser')", ("run",), "cli"),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_each_way_of_importing_backwards_is_seen(case: tuple[str, tuple[str, ...], str]) -> None:
    """However an import towards the back is written, the rule sees it."""
    text, package, target = case
    assert [other for _, other in against_the_order(text, package, package[0])] == [target]


@pytest.mark.parametrize(
    ("text", "package"),
    [
        ("from .column import Column", ("kinds",)),
        ("from ..errors import Fault", ("kinds",)),
        ("from ...errors import Fault\nfrom ..definition import Scheme", ("scheme", "checks")),
        ("from .. import __version__", ("run",)),
        ("import json, numpy.linalg\nfrom yaml import parse", ("kinds",)),
    ],
    ids=["own-room", "front", "two-up", "version", "others"],
)
def test_imports_to_the_front_are_fine(text: str, package: tuple[str, ...]) -> None:
    """What stands before a room, in it or outside the package is free."""
    assert against_the_order(text, package, package[0]) == []

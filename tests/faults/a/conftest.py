"""A made-up scheme in which nobody has filed (``tests/faults/dirty.py``), files made for one fault, and ``collect`` on them."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from evalbook.cli import main

_FILE = Path(__file__).resolve().parents[1] / "dirty.py"


def _module() -> ModuleType:
    name = "dirty_workbooks"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, _FILE)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture
def dirty() -> ModuleType:
    """The module with the corpus."""
    return _module()


@pytest.fixture
def kit(tmp_path: Path, dirty: ModuleType) -> Any:
    """A project of its own, and a folder for what comes back."""
    folder = tmp_path / "收表"
    folder.mkdir()
    return dirty.Kit(dirty.project(tmp_path / "工作簿"), folder)


@pytest.fixture
def collect(kit: Any, dirty: ModuleType, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, dict[str, Any]]]:
    """``evalbook collect --json`` on the folder: exit code and what it says."""

    def run(*options: str) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        command = ["collect", dirty.SCHEME, dirty.PERIOD, str(kit.folder), "--json", "--date", "2024-02-20", "--root", str(kit.root)]
        code = main([*command, *options])
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        said = json.loads(shown.out) if shown.out.startswith("{") else {}
        return code, said if "counts" in said else {"error": shown.out + shown.err}

    return run


@pytest.fixture
def refused(kit: Any, collect: Any, dirty: ModuleType, screen: Any) -> Callable[[Path, str, str], str]:
    """A file must be refused for a reason, as an instruction; nothing of it is taken and no file of the period changes."""

    def check(path: Path, code: str, hint: str) -> str:
        before = {p: p.read_bytes() for p in _data(kit, dirty)}
        exit_code, said = collect()
        assert exit_code == 1
        found = [fault for fault in said["faults"] if fault["code"] == code]
        assert found, said["faults"]
        text = f"{found[0]['message']}；{found[0]['remedy']}；{found[0]['value']}"
        screen(text)
        assert hint in text
        assert found[0]["file"] == path.name
        assert found[0]["remedy"]
        assert {p: p.read_bytes() for p in _data(kit, dirty)} == before
        assert said["collection"] == ""
        return text

    return check


@pytest.fixture
def value(kit: Any, collect: Any, dirty: ModuleType) -> Callable[..., str]:
    """What is taken of one figure: the text in values.csv after collecting."""

    def check(unit: str = "330100", quantity: str = "trade", note: str = "") -> str:
        _, said = collect()
        assert said["faults"] == []
        codes = [entry["code"] for entry in said["notes"]]
        assert not note or note in codes, said["notes"]
        rows = csv.DictReader(io.StringIO((kit.root / f"data/{dirty.SCHEME}/{dirty.PERIOD}/values.csv").read_text("utf-8-sig")))
        (row,) = [r for r in rows if (r["unit_code"], r["indicator"], r["period"], r["stage"]) == (unit, quantity, "2023", "reported")]
        assert row["cell"]
        assert len(row["sha256"]) == 64
        return str(row["value"])

    return check


def _data(kit: Any, dirty: ModuleType) -> Iterator[Path]:
    return (path for path in sorted((kit.root / f"data/{dirty.SCHEME}/{dirty.PERIOD}").rglob("*")) if path.is_file())

"""H06: a module in the working folder hides a library of the same name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

MODULES = ["html", "json", "pandas", "defusedxml", "rapidfuzz"]


def test_working_folder_is_not_searched(said: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules of the standard library, imported ones, ones not imported yet: each is the installed one."""
    (tmp_path / "cells").mkdir()
    for place in (tmp_path / "cells", tmp_path):
        for name in MODULES:
            (place / f"{name}.py").write_text("raise SystemError('shadowed')", "utf-8")
    monkeypatch.chdir(tmp_path)
    found = said(f"import importlib, sys\nprint([importlib.import_module(n).__file__ for n in {MODULES}], '' in sys.path)")
    assert str(tmp_path) not in found
    assert found.endswith("False")

"""H07: an environment variable makes every Python load code before anything else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


def test_session_loads_nothing_into_kernels(said: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """sitecustomize and usercustomize by PYTHONPATH and PYTHONUSERBASE: rounding stays rounding, and the variables are not there."""
    user = tmp_path / "lib" / "python3.11" / "site-packages"
    user.mkdir(parents=True)
    for place, name in ((tmp_path, "sitecustomize"), (tmp_path, "usercustomize"), (user, "usercustomize")):
        (place / f"{name}.py").write_text("import builtins\nbuiltins.round = lambda *_: 42\n", "utf-8")
    variables = {
        "PYTHONPATH": str(tmp_path),
        "PYTHONUSERBASE": str(tmp_path),
        "PYTHONBREAKPOINT": "os.abort",
        "PYTHONWARNINGS": "ignore",
        "LD_LIBRARY_PATH": str(tmp_path),
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = said(f"import os\nprint(round(2.4), [n for n in {list(variables)} if str(os.environ.get(n, '')) == {variables}[n]])")
    assert found == "2 []"

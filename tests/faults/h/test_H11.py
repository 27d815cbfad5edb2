"""H11: an upgrade of papermill or nbclient changes what a failure looks like."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from evalbook.run import identity
from evalbook.run.plan import Plan

ROOT = Path(__file__).resolve().parents[3]
LAYERS = ("papermill", "nbclient", "jupyter-client", "ipykernel", "nbformat", "nbconvert")


def test_contract_of_failures_is_tested_on_what_is_locked() -> None:
    """B01 to B10 are the contract; they run on exactly the locked versions, so an upgrade of the lock runs them anew."""
    assert {path.stem for path in (ROOT / "tests/faults/b").glob("test_*.py")} >= {f"test_B{number:02}" for number in range(1, 11)}
    locked = dict(re.findall(r"^([a-z0-9.-]+)==([^\s;]+)", (ROOT / "requirements.lock").read_text("utf-8"), re.M))
    assert {name: version(name) for name in LAYERS} == {name: locked[name] for name in LAYERS}


@pytest.mark.parametrize("name", ["papermill", "nbclient", "python"])
def test_upgraded_layer_is_another_run(workshop: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """An unchanged run of the old version is not taken for one of the new."""
    before = Plan(workshop.job())
    assert before.unchanged() is not None
    upgraded = {**identity.environment(), name: "99.0"}
    monkeypatch.setattr(identity, "environment", lambda: upgraded)
    after = Plan(workshop.job())
    assert after.inputs_sha256 != before.inputs_sha256
    assert after.unchanged() is None

"""An office with an archive for each test: see ``tests/archiving.py``."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

_ARCHIVING = SimpleNamespace(**runpy.run_path(str(Path(__file__).resolve().parents[1] / "archiving.py")))


@pytest.fixture(scope="session")
def archiving() -> Any:
    """What the office is made of."""
    return _ARCHIVING


@pytest.fixture(scope="session")
def archived(archiving: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The office as it was made."""
    place: Path = archiving.shared(archiving.base_of(tmp_path_factory))
    return place


@pytest.fixture
def office(archiving: Any, archived: Path, tmp_path: Path) -> Any:
    """An office of its own for each test: 2019 and 2022 final, signed and archived."""
    return archiving.copied(archived, tmp_path / "office")

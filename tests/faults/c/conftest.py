"""The archived office of ``tests/archiving.py`` for the rows of this letter."""

from __future__ import annotations

import runpy
from pathlib import Path

_FIXTURES = runpy.run_path(str(Path(__file__).resolve().parents[2] / "archive" / "conftest.py"))
archiving, archived, office = (_FIXTURES[name] for name in ("archiving", "archived", "office"))

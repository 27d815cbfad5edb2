"""docs/mechanics.md shows what the cases prove."""

from __future__ import annotations

import importlib.util
from pathlib import Path

HERE = Path(__file__).resolve().parent
_SPEC = importlib.util.spec_from_file_location("mechanics_page", HERE / "mechanics.py")
assert _SPEC is not None
assert _SPEC.loader is not None
mechanics = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(mechanics)


def test_the_page_is_what_the_cases_say() -> None:
    """Every mechanic has a case whose YAML is on the page; a case that is renamed or changed turns this red."""
    assert mechanics.PAGE.read_text("utf-8") == mechanics.page()


def test_every_rule_of_the_sister_schemes_is_there() -> None:
    """Thirty rules, none twice."""
    cases = [(file, case) for examples in mechanics.MECHANICS.values() for file, case, _ in examples]
    assert len(mechanics.MECHANICS) == 30
    assert len(set(cases)) >= 29

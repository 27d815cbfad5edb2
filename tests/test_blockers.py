"""What blocks a final run does not depend on whether anybody has looked at all notes before."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalbook.scheme.scheme import period_ids, scheme_ids
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[1]
LATEST = [(scheme, period_ids(ROOT, scheme)[-1]) for scheme in scheme_ids(ROOT)]


@pytest.mark.parametrize(("scheme", "period"), LATEST)
def test_blockers_are_the_same_with_and_without_all_notes(scheme: str, period: str) -> None:
    """Leaving out the checks that only raise questions leaves out no blocker, of the period or of those it reads."""
    asked, unasked = Workbook(ROOT).prepare(scheme, period), Workbook(ROOT).prepare(scheme, period)
    assert asked.notes is not None
    assert all(other.notes is not None for other in asked.others.values())

    assert asked.blockers == unasked.blockers

"""The garbage collector during a run."""

from __future__ import annotations

import gc

import pytest

from evalbook.run.calm import calm_collector


def test_the_collector_is_as_before() -> None:
    """Outside a run the garbage collector has the thresholds it had, whatever happened inside."""
    before, inside = gc.get_threshold(), []

    def work() -> None:
        with calm_collector():
            inside.append(gc.get_threshold())
            raise ValueError("甲")

    with pytest.raises(ValueError, match="甲"):
        work()
    assert inside != [before]
    assert gc.get_threshold() == before

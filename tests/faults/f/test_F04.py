"""F04: the order of equal values depends on what the processor can do."""

from __future__ import annotations

from typing import Any

import numpy as np


def test_processor_does_not_decide(workshop: Any) -> None:
    """With everything beyond the baseline switched off in the supervisor (not in the kernel): it agrees with the kernel, byte for byte."""
    umath = np._core._multiarray_umath  # type: ignore[attr-defined]
    features = [name for name in umath.__cpu_dispatch__ if umath.__cpu_features__.get(name)]
    code, text = workshop.call(environment={"NPY_DISABLE_CPU_FEATURES": " ".join(features)})
    assert code == 0, text
    assert workshop.changed_since_earlier() == []
    workshop.sound()


def test_ties_keep_the_order_of_the_roster(situation: Any) -> None:
    """Forty units with two totals: within each, the order is that of the roster."""
    found = situation(
        {
            "units": "40",
            "edition": {
                "tree": {"total": {"marks": 10, "measure": {"value": "$score"}, "rule": {"judged": "marks"}}},
                "rankings": {"place": {"of": "total"}},
            },
            "figures": {"score": [str(5 + row % 2) for row in range(40)]},
        }
    ).evaluate()
    assert list(found.order) == [*range(1, 40, 2), *range(0, 40, 2)]

"""B16: only a warning says that the data are incomplete."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    "source",
    [
        "import warnings\nwarnings.warn('DATA INCOMPLETE')",
        "import pandas as pd\npd.Series([1, 2], dtype='int64').iloc[[0]] = 1.5",
        "import sys\nprint('x', file=sys.stderr)",
    ],
    ids=["warning", "deprecation", "stderr"],
)
def test_warning_is_no_evidence(workshop: Any, screen: Any, source: str) -> None:
    """Anything on stderr fails the run and is shown."""
    workshop.template(source, anything=True)
    code, text = workshop.run()
    assert code == 3
    screen(text)
    assert workshop.runs() == []
    assert workshop.outcomes() == ["failed"]
    workshop.sound()

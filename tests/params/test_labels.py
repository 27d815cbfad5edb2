"""What a reader of a shipped report would see instead of words."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalbook.workbook import Workbook

BOOK = Workbook(Path(__file__).resolve().parents[2])


@pytest.mark.parametrize("scheme", BOOK.schemes())
def test_everything_has_a_word(scheme: str) -> None:
    """No result and no column of a shipped scheme goes by its name in code."""
    for period in BOOK.periods(scheme):
        definition = BOOK.scheme(scheme, str(period))
        columns = [name for table in definition.tables.values() for name in table.columns if not table.columns[name].label]
        assert [name for name in definition.names if definition.label(name) == name] == []
        assert columns == []

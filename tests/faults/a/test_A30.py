"""A30: a web page or text called xls, a truncated or an encrypted workbook."""

from __future__ import annotations

from typing import Any

import pytest

NAMES = ["web-page-called-xls", "csv-called-xlsx", "xlsx-called-xls", "file-truncated", "file-empty", "file-with-password", "file-of-wps"]


@pytest.mark.parametrize("name", NAMES)
def test_content_decides(kit: Any, dirty: Any, refused: Any, name: str) -> None:
    """What the file contains is told, with one thing to do; nothing is read by guess."""
    case = next(case for case in dirty.CASES if case.name == name)
    refused(case.make(kit), case.code, case.hint)

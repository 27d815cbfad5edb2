"""A31: workbooks that explode: a cell at the far corner, a packed sheet, entity bombs, 50 MB."""

from __future__ import annotations

import time
from typing import Any

import pytest


@pytest.mark.parametrize("name", ["file-with-a-far-cell", "file-with-entities"])
def test_bombs_are_not_opened(kit: Any, dirty: Any, refused: Any, name: str) -> None:
    """Refused before anything is read, within a second."""
    case = next(case for case in dirty.CASES if case.name == name)
    path = case.make(kit)
    begun = time.process_time()
    refused(path, case.code, case.hint)
    assert time.process_time() - begun < 3


def test_packed_sheet(kit: Any, dirty: Any, refused: Any) -> None:
    """A megabyte that unpacks to hundreds is refused by its ratio."""
    path = dirty.rezip(kit.wide(), lambda _name, data: data, {"xl/media/x.bin": bytes(60_000_000)})
    assert path.stat().st_size < 1_000_000
    refused(path, "workbook.unreadable", "解压后过大")


def test_file_of_fifty_megabytes(kit: Any, refused: Any) -> None:
    """A file that is too large is neither opened nor hashed nor kept."""
    path = kit.folder / "附照片.xlsx"
    with path.open("wb") as stream:
        stream.truncate(50_000_001)
    refused(path, "file.too_large", "删去图片")

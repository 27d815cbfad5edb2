"""What every reader of files delivers: a grid of texts with its place. Nothing is interpreted yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from .remarks import Place


class Merge(NamedTuple):
    """A merged range, both ends included, counted from 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Grid:
    """All rows of one csv file or sheet; row 1 of the file is ``rows[0]``.

    ``numeric`` holds (row, column) indices of cells that a spreadsheet stored as numbers, where a code may have lost zeros;
    ``blind`` says that their number formats could not be seen (xls), so that 0.125 may have been shown as 12.5%.
    """

    file: str
    sheet: str
    rows: list[list[str]]
    numeric: frozenset[tuple[int, int]] = frozenset()
    merged: tuple[Merge, ...] = ()
    blind: bool = False

    def place(self, row: int | None = None, column: str = "") -> Place:
        """Place of a row (index in ``rows``)."""
        return Place(self.file, self.sheet, None if row is None else row + 1, column)

"""The figures as checks look at them: numbers of one column with what they were before, groups, places of cells."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ...errors import Fault
from ...exact import Exact, plain
from ...periods import Period
from ...scheme.doubts import Doubt
from ...scheme.tables import Quantity
from ...scoring.dataset import Cell
from ...scoring.evaluation import Evaluation

#: Makes the median absolute deviation of normal figures their standard deviation.
_NORMAL = 0.6745
#: Deviations of half the units are nil: then the mean deviation stands in, which for normal figures is 0.7979 of the standard deviation.
_MEAN_NORMAL = 0.7979


@dataclass(frozen=True)
class Number:
    """One figure of the period: row of its unit, cell used and value; under which key (``was``) the ``earlier`` figures may have it."""

    row: int
    cell: Cell
    value: Exact
    was: tuple[str, str, str]
    earlier: Mapping[tuple[str, str, str], Cell]

    @property
    def before(self) -> Cell | None:
        """The cell used a period before, None where there is none; asking reads that period's file."""
        return self.earlier.get(self.was)

    @cached_property
    def ratio(self) -> float | None:
        """Value over the value before, None unless both are positive. A binary float: it raises questions only."""
        before = self.before
        if before is None or not isinstance(before.value, Exact) or before.value <= 0 or self.value <= 0:
            return None
        return float(self.value / before.value)


class View:
    """One evaluation under the eyes of the checks."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation, self.scheme, self.dataset = evaluation, evaluation.scheme, evaluation.dataset
        self.period = evaluation.scheme.period
        self.names = evaluation.unit_names
        self.columns = evaluation.scheme.tables["units"].columns

    @cached_property
    def before(self) -> Period:
        """What the period is compared with: the year before it, or the same part of the year before."""
        return self.period.year_before()

    @cached_property
    def groups(self) -> list[str]:
        """Group of each unit."""
        column = self.dataset.units.columns.get(("group", ""))
        return ["" if value is None else str(value) for value in column.listed()] if column else [""] * len(self.names)

    @cached_property
    def targets(self) -> frozenset[str]:
        """Columns that are targets: what was set, not what was done."""
        from ..targets import targets_of

        return frozenset(target.target.name for target in targets_of(self.scheme))

    @cached_property
    def _numbers(self) -> dict[str, list[Number]]:
        rows = {code: row for row, code in enumerate(self.evaluation.unit_codes)}
        now, then = str(self.period), str(self.before)
        found: dict[str, list[Number]] = {}
        for (code, quantity, period), figure in self.dataset.figures.items():
            if period != now or self.columns[quantity].type not in ("number", "integer"):
                continue
            cell = figure.used
            if isinstance(cell.value, Exact):
                one = Number(rows[code], cell, cell.value, (code, quantity, then), self.dataset.earlier)
                found.setdefault(quantity, []).append(one)
        return found

    def numbers(self) -> Iterator[tuple[str, Quantity, list[Number]]]:
        """(name, column, figures of this period) of every column of numbers."""
        for name, found in self._numbers.items():
            yield name, self.columns[name], found

    def in_groups(self, numbers: Sequence[Number]) -> Iterator[tuple[str, list[Number]]]:
        """(group, its figures) of every group, in the order of the roster."""
        found: dict[str, list[Number]] = {group: [] for group in self.groups}
        for one in numbers:
            found[self.groups[one.row]].append(one)
        yield from found.items()

    def who(self, row: int, label: str) -> str:
        """A figure in words."""
        return f"“{self.names[row]}”{label}"

    def fault(self, setting: Doubt, code: str, message: str, ask: str, cell: Cell | None = None, value: str = "") -> Fault:
        """A hit of a check, at a cell."""
        folder = f"data/{self.scheme.id}/{self.period}"
        file = f"{folder}/{cell.file}" if cell is not None and cell.file else folder
        sheet, row = (cell.sheet, cell.row or None) if cell is not None else ("", None)
        return Fault(f"doubt.{code}", message, ask, file=file, sheet=sheet, row=row, value=value, severity=setting.severity)


def robust_z(values: Sequence[float]) -> list[float] | None:
    """Robust z of each value: 0.6745·(x − median) ÷ MAD; with half of the values equal, 0.7979·(x − median) ÷ mean deviation.

    None where all are equal.

    >>> [round(z, 2) for z in robust_z([1.0, 2.0, 3.0, 4.0, 100.0])]
    [-1.35, -0.67, 0.0, 0.67, 65.43]
    """
    middle = median(values)
    deviations = [abs(value - middle) for value in values]
    mad = median(deviations)
    scale = mad / _NORMAL if mad > 0 else math.fsum(deviations) / len(values) / _MEAN_NORMAL
    return None if scale <= 0 else [(value - middle) / scale for value in values]


def median(values: Sequence[float]) -> float:
    """Middle value, or the mean of the two in the middle.

    >>> median([3.0, 1.0]), median([3.0, 1.0, 9.0])
    (2.0, 3.0)
    """
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def told(value: Exact, quantity: Quantity) -> str:
    """A number with its unit of measure."""
    return f"{plain(value)}{quantity.uom}"

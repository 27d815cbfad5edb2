"""One number or one item of an evaluation changed: the change in words, the values that are tried, the figures with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..exact import Exact, exact, plain, round_half_up
from ..kinds.column import Column, objects
from ..scoring.dataset import Dataset
from .draws import Key

#: Relative changes below this are told as a bound: where a tie is all that decides, the digits of the change say nothing.
_LEAST = exact("0.0001")


@dataclass(frozen=True)
class Change:
    """One number that becomes another: what it is called, its unit of measure, old and new value."""

    figure: str
    uom: str
    value: Exact
    to: Exact

    @property
    def relative(self) -> Exact:
        """Size of the change as a share of the number; of 1 where the number is zero."""
        return abs(self.to - self.value) / (abs(self.value) or exact(1))

    @property
    def sentence(self) -> str:
        """The change in words, with a bound instead of digits where it is next to nothing.

        >>> [Change("贸易", "亿元", exact("90"), exact(to)).sentence for to in ("100.01", "90.00000012")]
        ['贸易由90亿元增加10.01亿元（11.12%）', '贸易由90亿元增加不到0.009亿元（不到0.01%，即稍有变动）']
        >>> Change("事故", "起", exact(0), exact(1)).sentence
        '事故由0起增加1起'
        """
        way = "增加" if self.to > self.value else "减少"
        amount, share = plain(abs(self.to - self.value)), f"（{plain(round_half_up(self.relative * 100, 2))}%）"
        if self.relative < _LEAST:
            amount, share = f"不到{plain(_LEAST * (abs(self.value) or exact(1)))}", "（不到0.01%，即稍有变动）"
        return f"{self.figure}由{plain(self.value)}{self.uom}{way}{amount}{self.uom}{share if self.value else ''}"


def roundest(value: Exact, beyond: float, *, whole: bool = False) -> Iterator[Exact]:
    """Values just beyond a turn, seen from ``value``, with as few decimals as keep the change within 1% of the smallest; then finer.

    Numbers of things (``whole``) stay whole.

    >>> [plain(v) for v in roundest(exact("100"), 103.2051)][0], [plain(v) for v in roundest(exact("100"), 96.79)][0]
    ('103.21', '96.79')
    """
    turn = exact(f"{beyond:.9f}")
    change = abs(turn - value)
    for decimals in range(1 if whole else 9):
        scale = exact(10) ** decimals
        scaled = turn * scale
        below = scaled.numerator // scaled.denominator
        outward = exact(int(below if turn < value or below == scaled else below + 1)) / scale
        if (whole or abs(outward - turn) * 100 <= change) and outward != value:
            yield outward


def with_value(dataset: Dataset, key: Key, row: int, value: Exact) -> Dataset:
    """The same figures with another number in one row of a column."""
    table = dataset.tables[key[0]]
    column = table.columns[key[1], key[2]]
    values = list(column.values)
    values[row] = value
    columns = {**table.columns, (key[1], key[2]): Column(objects(values), column.states)}
    return replace(dataset, tables={**dataset.tables, key[0]: replace(table, columns=columns)})


def without_item(dataset: Dataset, name: str, row: int) -> Dataset:
    """The same figures with one item of a list left out."""
    return replace(dataset, tables={**dataset.tables, name: dataset.tables[name].without(row)})

"""Payments (兑付): what an outcome pays or deducts, exact to the cent (分), by whom, to whom and for what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...exact import Exact, exact

#: Units of measure of money and what one of them is worth in yuan.
YUAN: dict[str, Exact] = {uom: exact(worth) for uom, worth in (("元", 1), ("千元", 1000), ("万元", 10_000), ("亿元", 100_000_000))}
#: Decimals of an amount in yuan.
CENTS = 2


@dataclass(frozen=True)
class Payment:
    """One line of the payment sheet (兑现表). A negative ``amount`` (in yuan) is deducted from the unit and goes to ``account``.

    ``account`` is the treasury that pays; ``unit`` is the row of the unit, None for what a division among tied units leaves over.
    """

    amount: Any
    account: str
    recipient: str
    purpose: str
    basis: str
    unit: int | None = None


def divided(total: Exact, shares: int, uom: str = "元") -> tuple[Exact, Exact]:
    """Equal shares of an amount, cut to the cent, and the remainder that has a line of its own.

    >>> [str(part) for part in divided(exact(200000), 3)]
    ['3333333/50', '1/50']
    >>> share, rest = divided(exact(-100), 7)
    >>> share * 7 + rest == -100 and abs(rest) < exact("0.07")
    True
    """
    in_cents = YUAN[uom] * 10**CENTS
    cents = abs(total) * in_cents / shares
    share = exact(int(cents.numerator // cents.denominator)) / in_cents
    share = share if total >= 0 else -share
    return share, total - share * shares

"""The payment sheet (兑付表): every payment and deduction of the outcomes, and what each treasury pays net, exact to the cent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..exact import Exact, exact, to_decimal
from ..kinds.outcomes.payment import CENTS

if TYPE_CHECKING:
    import pandas as pd

    from .evaluation import Evaluation

_SHEET = ("outcome", "unit_code", "unit_name", "amount", "payer", "recipient", "purpose", "basis", "clause")
_ACCOUNT = ("payer", "rewards", "deductions", "remainders", "net")


def payment_sheet(evaluation: Evaluation) -> pd.DataFrame:
    """The payments (:func:`payments`) as a frame."""
    import pandas as pd

    return pd.DataFrame(payments(evaluation), columns=list(_SHEET), dtype=object)


def payments(evaluation: Evaluation) -> list[dict[str, Any]]:
    """One record per payment, in yuan with two decimals, in the order of the scheme's outcomes.

    A deduction is negative: the unit pays it and the treasury receives it. What an equal division among tied units leaves over
    has a record of its own, without unit and recipient.
    """
    rows = []
    for name, variants in evaluation.scheme.outcomes.items():
        for payment in evaluation.decision(name).payments:
            who = "" if payment.unit is None else evaluation.unit_names[payment.unit]
            deducted = payment.amount < 0 and bool(who)
            rows.append(
                {
                    "outcome": variants.main.label or name,
                    "unit_code": "" if payment.unit is None else evaluation.unit_codes[payment.unit],
                    "unit_name": who,
                    "amount": to_decimal(payment.amount, CENTS),
                    "payer": who if deducted else payment.account,
                    "recipient": payment.account if deducted else payment.recipient,
                    "purpose": "" if deducted else payment.purpose,
                    "basis": payment.basis,
                    "clause": variants.main.clause,
                }
            )
    return rows


def accounts(evaluation: Evaluation) -> pd.DataFrame:
    """奖惩相抵 (:func:`balances`) as a frame."""
    import pandas as pd

    return pd.DataFrame(balances(evaluation), columns=list(_ACCOUNT), dtype=object)


def balances(evaluation: Evaluation) -> list[dict[str, Any]]:
    """奖惩相抵: per treasury its rewards, deductions, remainders of equal divisions and what it pays net; several have a sum last."""
    sums: dict[str, list[Exact]] = {}
    for decision in evaluation.walk.decisions.values():
        for payment in decision.payments:
            parts = sums.setdefault(payment.account, [exact(0), exact(0), exact(0)])
            parts[2 if payment.unit is None else int(payment.amount < 0)] += payment.amount
    if len(sums) > 1:
        sums["合计"] = [sum(parts, exact(0)) for parts in zip(*sums.values(), strict=True)]
    rows = [[account, *(to_decimal(part, CENTS) for part in (*parts, sum(parts, exact(0))))] for account, parts in sums.items()]
    return [dict(zip(_ACCOUNT, row, strict=True)) for row in rows]

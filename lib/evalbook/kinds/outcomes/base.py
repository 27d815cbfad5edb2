"""Base of the outcomes (考核结果运用): who is rewarded, warned or paid, with what, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from ...exact import plain
from ...terms import Standing, State
from ..base import Flag, Kind, KindFault, OutcomeScope, Quoted, RankingView, Ref, Text
from ..column import ZERO, Column, objects
from ..places import Places
from .payment import CENTS, YUAN, Payment

_STATES = {
    Standing.PENDING: State.MISSING,
    Standing.UNRANKED: State.UNRANKED,
    Standing.NOT_APPLICABLE: State.NOT_APPLICABLE,
}


def _text_or_column(value: Any) -> Any:
    if isinstance(value, Ref):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("text_or_column", "应为文字，或以 $ 开头的列名")
    return Ref.parse(value) if value.startswith("$") and not isinstance(value, Quoted) else str(value)


#: A text that holds for every row, or ``$column`` that gives each row its own.
TextOrColumn = Annotated[
    Any, BeforeValidator(_text_or_column), PlainSerializer(str, return_type=str), WithJsonSchema({"type": ["string", "number"]})
]


@dataclass(frozen=True)
class Line:
    """What an outcome says of one row of a child table: the item, the unit it belongs to, standing, verdict and causes."""

    item: int
    unit: int
    standing: Standing
    verdict: Any
    causes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Remark:
    """A text on some units: how something was settled, or, if ``pending``, what must be ruled or filed before it is."""

    text: str
    units: frozenset[int]
    pending: bool


@dataclass(frozen=True)
class Finding:
    """What a check found: the text, what to ask, and the unit and item it speaks of, if one."""

    text: str
    ask: str
    severity: str
    unit: int | None = None
    item: int | None = None


@dataclass(frozen=True)
class Decision:
    """What an outcome says of each unit, and what follows.

    ``verdicts`` are words, or amounts as exact numbers, per unit, ``standings`` the :class:`~evalbook.terms.Standing` behind
    them; ``order`` the row numbers in the order in which the list is read; ``places`` the place among those who may be listed;
    ``margins`` the distance to the cut-off, None where there is none; ``causes`` why each unit is listed. ``lines`` speak of the
    rows of a child table.
    """

    verdicts: np.ndarray
    standings: np.ndarray
    order: tuple[int, ...]
    places: tuple[int | None, ...] = ()
    margins: tuple[Any, ...] = ()
    causes: tuple[tuple[str, ...], ...] = ()
    remarks: tuple[Remark, ...] = ()
    payments: tuple[Payment, ...] = ()
    lines: tuple[Line, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def listed(self) -> tuple[int, ...]:
        """Rows of the units listed, in list order."""
        listed = self.standings == Standing.LISTED
        return tuple(row for row in self.order if listed[row])

    @property
    def pending(self) -> tuple[str, ...]:
        """What must be ruled or filed before the decision is final."""
        return tuple(remark.text for remark in self.remarks if remark.pending)

    @property
    def notes(self) -> tuple[str, ...]:
        """How ties and the like were settled."""
        return tuple(remark.text for remark in self.remarks if not remark.pending)

    def column(self) -> Column:
        """The decision as numbers: the amount, or 1 for a unit listed and 0 for one that is not."""
        values = [int(s == Standing.LISTED) if isinstance(v, str) else v for v, s in zip(self.verdicts, self.standings, strict=True)]
        states = np.array([_STATES.get(Standing(int(s)), State.OK) for s in self.standings], dtype=np.uint8)
        ok = states == State.OK
        return Column(objects([v + ZERO if fine else ZERO for v, fine in zip(values, ok, strict=True)]), states)


def merged(decisions: Sequence[Decision], chosen: np.ndarray) -> Decision:
    """One decision from the by-variants of an outcome: each unit takes what its own variant says."""
    if len(decisions) == 1:
        return decisions[0]

    def per_unit(attribute: str) -> tuple[Any, ...]:
        parts = [getattr(d, attribute) for d in decisions]
        return tuple(parts[n][row] for row, n in enumerate(chosen)) if any(len(part) for part in parts) else ()

    def joined(attribute: str) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(item for d in decisions for item in getattr(d, attribute)))

    return Decision(
        verdicts=objects(per_unit("verdicts")),
        standings=np.array(per_unit("standings"), dtype=int),
        order=decisions[0].order,
        places=per_unit("places"),
        margins=per_unit("margins"),
        causes=per_unit("causes"),
        remarks=joined("remarks"),
        payments=tuple(p for d in decisions for p in d.payments),
        lines=tuple(sorted((line for d in decisions for line in d.lines), key=lambda line: line.item)),
        findings=joined("findings"),
    )


class Outcome(Kind):
    """One use of the results.

    ``word`` is what is said of those listed; ``benefits`` and ``consequences`` are printed on the sheet of every unit listed.
    ``payer``, ``recipient`` (the unit itself when left out) and ``purpose`` belong to every payment that the outcome makes.
    ``part`` is the chapter of a report in which it stands, where the report tells them apart: how targets were set, what was reported
    in the course of the period, what inspection found, what is rewarded, what is withheld or criticised.
    """

    title: ClassVar[str] = ""
    #: Whether a ruling of the period file can decide what the outcome leaves open.
    ruled: ClassVar[bool] = True
    #: Fields that speak of the columns of the child table whose rows the outcome reads.
    of_child: ClassVar[tuple[str, ...]] = ("among", "where", "payer", "recipient")

    label: Text = ""
    clause: Text = ""
    note: Text = ""
    official: Flag = True
    word: Text = ""
    benefits: list[Text] = Field(default_factory=list)
    consequences: list[Text] = Field(default_factory=list)
    uom: Text = ""
    payer: TextOrColumn = ""
    recipient: TextOrColumn = ""
    purpose: Text = ""
    part: Literal["targets", "progress", "inspection", "rewards", "sanctions"] = "rewards"

    @property
    def numeric(self) -> bool:
        """Whether the verdicts are numbers, which conditions then compare as such."""
        return False

    def child_table(self) -> str:
        """The child table whose rows the outcome speaks of, empty for units."""
        return ""

    def decide(self, scope: OutcomeScope, name: str, mine: np.ndarray) -> Decision:
        """The decision over the units; ``mine`` are those that this by-variant is for, and only they are told about."""
        raise NotImplementedError

    def sentence(self) -> str:
        """What the outcome does, in Chinese."""
        raise NotImplementedError

    def amounts(self) -> list[Any]:
        """Every amount of money that the YAML states, in ``uom``."""
        return []

    def says(self, standing: Standing) -> str:
        """The word printed for a standing."""
        return self.word if self.word and standing == Standing.LISTED else standing.label

    def says_of_unit(self, standing: Standing) -> str:
        """The word for a unit, where the outcome speaks of its items."""
        return self.says(standing)

    def text(self, verdict: Any) -> str:
        """A verdict as a reader sees it: the word, or the amount with its unit of measure."""
        if isinstance(verdict, str):
            return verdict
        return money(verdict, self.uom) if self.uom in YUAN else plain(verdict) + self.uom


class Draft:
    """A decision while it is made: standings, values and causes per unit, what waits, what is noted, what is paid."""

    def __init__(self, outcome: Outcome, scope: OutcomeScope, name: str, mine: np.ndarray) -> None:
        self.outcome, self.scope, self.name, self.mine = outcome, scope, name, mine
        rows = scope.rows()
        self.standings = np.full(rows, int(Standing.NOT_LISTED))
        self.values: list[Any] = [None] * rows
        self.causes: list[list[str]] = [[] for _ in range(rows)]
        self.remarks: list[Remark] = []
        self.payments: list[Payment] = []
        self.lines: list[Line] = []
        self.findings: list[Finding] = []
        self.ruling = scope.ruling(name)
        self.contested: dict[str, str] = {}
        self.order: Sequence[int] = range(rows)
        self.places: Sequence[int | None] = ()
        self.margins: Sequence[Any] = ()

    def names(self, rows: Any) -> str:
        """Names of units, as a sentence lists them."""
        return "、".join(self.scope.unit_name(int(row)) for row in rows)

    def wait(self, text: str, rows: Any) -> None:
        """Say what must be ruled or filed; the units it concerns wait."""
        self.standings[np.asarray(rows, dtype=int)] = Standing.PENDING
        self.leave_open(text, rows)

    def contest(self, rows: Any) -> None:
        """Remember that these units are open: a ruling may speak of them and of no others."""
        self.contested |= {self.scope.unit_key(int(row)): self.scope.unit_name(int(row)) for row in rows}

    def close_ruling(self, owners: Mapping[str, int] | None = None) -> None:
        """Refuse a ruling that names what is not open; note one that decided nothing.

        ``owners`` maps what the ruling may name to the row of its unit, where that is not the units themselves.
        """
        if self.ruling is None:
            return
        rows = {self.scope.unit_key(row): row for row in range(self.scope.rows())} if owners is None else owners
        if not self.contested:
            self.tell(f"没有须裁定的对象，裁定（{self.ruling.by} {self.ruling.date}）未用到，请核对后删去", np.flatnonzero(self.mine))
            return
        strangers = [code for code in self.ruling.units if code not in self.contested and (code not in rows or self.mine[rows[code]])]
        if strangers:
            raise KindFault(
                "ruling.not_open",
                f"裁定列出的代码{'、'.join(strangers)}不在须裁定的对象（{'、'.join(self.contested.values())}）之中",
                "请按代码列出须裁定的对象中应列入的",
            )

    def read_by(self, view: RankingView, contenders: np.ndarray, found: Places, *, last: bool = False) -> None:
        """Read the list group by group in the order of a ranking, from the end with ``last``, and show the places found."""
        ranked, toward = view.places.ok, -1 if last else 1
        rows = range(self.scope.rows())
        self.order = sorted(rows, key=lambda r: (int(view.groups[r]), not ranked[r], toward * int(view.order[r]), r))
        self.places = [int(found.low[r]) if contenders[r] else None for r in rows]

    def leave_open(self, text: str, rows: Any) -> None:
        """Say what must be ruled or filed, if it concerns a unit of this variant."""
        self._remark(text, rows, pending=True)

    def tell(self, text: str, rows: Any) -> None:
        """Note how something was settled, if it concerns a unit of this variant."""
        self._remark(text, rows, pending=False)

    def _remark(self, text: str, rows: Any, *, pending: bool) -> None:
        if self.mine[np.asarray(rows, dtype=int)].any():
            self.remarks.append(Remark(text, frozenset(map(int, rows)), pending))

    def pay(self, amount: Any, basis: str, unit: int | None, *, row: int | None = None) -> None:
        """Pay an amount in the outcome's uom; ``row`` is the item where the outcome speaks of a child table."""
        if unit is not None and not self.mine[unit]:
            return
        outcome, table = self.outcome, self.outcome.child_table()
        scope, at = (self.scope.child(table)[0], row) if table else (self.scope, unit)

        def text(value: Any) -> str:
            if not isinstance(value, Ref):
                return str(value)
            return "" if at is None else scope.show(value.local, at)

        worth = YUAN[outcome.uom or "元"]
        yuan = amount * (float(worth) if isinstance(amount, float) else worth)
        if unit is None:  # nobody gets it: it stays where it is until the office says otherwise
            self.payments.append(Payment(yuan, text(outcome.payer), "", "", basis))
            return
        recipient = text(outcome.recipient) or self.scope.unit_name(unit)
        self.payments.append(Payment(yuan, text(outcome.payer), recipient, outcome.purpose, basis, unit))

    def decision(self) -> Decision:
        """The finished decision."""
        standings = self.standings.tolist()
        words = {standing: self.outcome.says_of_unit(Standing(standing)) for standing in set(standings)}
        settled = {int(Standing.LISTED), int(Standing.NOT_LISTED)}
        verdicts = [
            value if value is not None and standing in settled else words[standing]
            for value, standing in zip(self.values, standings, strict=True)
        ]
        return Decision(
            verdicts=objects(verdicts),
            standings=self.standings,
            order=tuple(self.order),
            places=tuple(self.places),
            margins=tuple(self.margins),
            causes=tuple(tuple(causes) for causes in self.causes),
            remarks=tuple(self.remarks),
            payments=tuple(self.payments),
            lines=tuple(self.lines),
            findings=tuple(self.findings),
        )


def may_be_listed(standings: np.ndarray) -> np.ndarray:
    """Mask of those who are on the list or wait for a ruling that may put them there."""
    return (standings == Standing.LISTED) | (standings == Standing.PENDING)


def money(amount: Any, uom: str = "元") -> str:
    """An amount as a reader expects it: yuan with two decimals, larger units as they are.

    >>> from evalbook.exact import exact
    >>> money(exact(200000)), money(exact("-1.5"), "万元")
    ('200000.00元', '-1.5万元')
    """
    return f"{plain(amount, CENTS) if uom == '元' else plain(amount)}{uom}"

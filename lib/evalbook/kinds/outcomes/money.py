"""Money by place, for the first and the last (按名次奖惩)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from ...exact import Exact, exact, is_number_text, plain
from ...terms import Standing
from ..base import KindFault, Name, OutcomeScope
from ..column import ZERO
from ..conditions import FALSE, TRUE, UNKNOWN, Condition
from .base import Decision, Draft, Outcome, money
from .payment import divided
from .selection import DecidedBy, SharedTie, view_places

#: ``first``, ``last``, ``3``, ``2-4``; ``last 2``, ``last 1-3`` count from the end.
_PLACES = re.compile(r"(last )?([1-9][0-9]{0,5})(?:-([1-9][0-9]{0,5}))?")
_NAMED = {"first": "1", "last": "last 1"}


@dataclass(frozen=True)
class PlaceAmount:
    """An amount for the places ``low`` to ``high``, counted from the end where ``last`` is set."""

    last: bool
    low: int
    high: int
    amount: Exact

    @property
    def key(self) -> str:
        """The places as the YAML writes them."""
        places = str(self.low) if self.low == self.high else f"{self.low}-{self.high}"
        return f"last {places}" if self.last else places

    @property
    def words(self) -> str:
        """The places in Chinese."""
        places = str(self.low) if self.low == self.high else f"{self.low}—{self.high}"
        return "最后一名" if (self.last, self.high) == (True, 1) else f"{'倒数' if self.last else ''}第{places}名"


def _parse(raw: Any) -> tuple[PlaceAmount, ...]:
    """Amounts from ``{1-5: 20000, last: -200000}``; bands of places do not overlap."""
    if isinstance(raw, tuple):
        return raw
    if not isinstance(raw, dict) or not raw:
        raise PydanticCustomError("place_amounts", "应写成 {example}", {"example": "{first: 200000, 2-5: 100000, last: -200000}"})
    found = []
    for key, amount in raw.items():
        places = _PLACES.fullmatch(_NAMED.get(str(key), str(key)))
        if places is None or not is_number_text(str(amount)):
            context = {"key": str(key), "amount": str(amount), "known": "first、last、3、2-4、last 1-3"}
            raise PydanticCustomError("place_amount", "“{key}: {amount}”应写成 名次: 金额，名次如 {known}", context)
        low, high = int(places[2]), int(places[3] or places[2])
        if high < low:
            raise PydanticCustomError("place_reversed", "名次“{key}”前后颠倒", {"key": str(key)})
        found.append(PlaceAmount(places[1] is not None, low, high, exact(str(amount))))
    found.sort(key=lambda band: (band.last, band.low))
    for one, other in pairwise(found):
        if one.last == other.last and other.low <= one.high:
            raise PydanticCustomError("places_overlap", "“{one}”与“{other}”的名次重叠", {"one": one.key, "other": other.key})
    return tuple(found)


AmountTable = Annotated[
    Any,
    BeforeValidator(_parse),
    PlainSerializer(lambda bands: {band.key: plain(band.amount) for band in bands}, return_type=dict),
    WithJsonSchema({"type": "object", "description": "名次: 金额", "additionalProperties": {"type": ["number", "string"]}}),
]
_TIES = {
    "shared": "所占名次的金额合计后平均分配到分，余数单列",
    "each_full": "并列者各得全额",
    "none": "并列者均不奖不扣",
    "pending": "待裁定",
}


class Money(Outcome):
    """按名次奖惩: ``{money: {first: 200000, last: -200000}, by: place_in_group, payer: 市财政}`` in each group of the ranking.

    Places are ``first``, ``last``, ``3``, ``2-4``, and ``last 2`` or ``last 1-3`` counted from the end. Tied units take up several
    places; where these are worth different amounts ``across_tie`` decides: ``shared`` (the amounts of the places are added and
    divided equally, cut to the cent, the remainder is a line of its own), ``each_full``, ``none``, ``pending`` or
    ``{decided_by: [result, …]}``. Where the same units are first and last, a ruling must put them in order, whatever the policy:
    its codes take the better places in the order written; a unit alone in its group takes the first place's amount if the
    ruling names it, else none. A unit that is not ``eligible`` gets no reward, but is not spared a deduction.
    Examples: AY-5.3, AY-5.5; CO-3.2b ``{1-5: 20000, 6-10: 10000}`` by the ranking of those that met the target.
    """

    title: ClassVar[str] = "按名次奖惩"
    money: AmountTable
    by: Name
    across_tie: SharedTie = "shared"
    eligible: Condition | None = None
    uom: Literal["元", "万元"] = "元"

    @property
    def numeric(self) -> bool:
        return True

    def decide(self, scope: OutcomeScope, name: str, mine: np.ndarray) -> Decision:
        return _Payout(self, scope, name, mine).decision()

    def worth(self, place: int, size: int) -> tuple[Exact, Exact]:
        """Amounts that a place in a field of ``size`` is worth, counted from the front and from the end.

        >>> table = Money.model_validate({"money": {"first": 9, "2-3": 5, "last": -9}, "by": "x"})
        >>> [tuple(map(int, table.worth(place, 4))) for place in (1, 2, 3, 4)]
        [(9, 0), (5, 0), (5, 0), (0, -9)]
        """
        at = (place, size + 1 - place)
        front, back = (
            next((band.amount for band in self.money if band.last == last and band.low <= at[last] <= band.high), ZERO)
            for last in (False, True)
        )
        return front, back

    def amounts(self) -> list[Any]:
        return [band.amount for band in self.money]

    def sentence(self) -> str:
        table = "、".join(f"{band.words}{'奖' if band.amount >= 0 else '扣'}{money(abs(band.amount), self.uom)}" for band in self.money)
        tie = _TIES[self.across_tie] if isinstance(self.across_tie, str) else f"由{'、'.join(map(str, self.across_tie.decided_by))}决定先后"
        return f"{table}；并列时：{tie}"


class _Payout:
    """Pays one table of amounts over the groups of a ranking."""

    def __init__(self, model: Money, scope: OutcomeScope, name: str, mine: np.ndarray) -> None:
        self.model, self.scope = model, scope
        self.draft = Draft(model, scope, name, mine)
        self.truth = np.full(scope.rows(), TRUE) if model.eligible is None else model.eligible.settled(scope)

    def decision(self) -> Decision:
        """The finished decision."""
        draft, view = self.draft, self.scope.ranking(self.model.by)
        ranked = view.places.ok
        draft.standings[~ranked] = Standing.UNRANKED
        found = view_places(view, ranked)
        for group in np.unique(view.groups[ranked]):
            rows = np.flatnonzero(ranked & (view.groups == group))
            for low in np.unique(found.low[rows]):
                self._settle(rows[found.low[rows] == low], int(low), len(rows), self.model.across_tie)
        draft.close_ruling()
        draft.read_by(view, ranked, found)
        return draft.decision()

    def _settle(self, tied: np.ndarray, low: int, size: int, policy: Any) -> None:
        """Pay the units that take up the places from ``low`` on in a field of ``size``."""
        draft = self.draft
        worth = [self.model.worth(place, size) for place in range(low, low + len(tied))]
        amounts, torn = [front + back for front, back in worth], _torn(worth)
        if not torn and len(set(amounts)) == 1:
            self._give(tied, amounts[0], f"{'并列' if len(tied) > 1 else ''}{_places(low, len(tied))}（共{size}名）")
            return
        places = f"{draft.names(tied)}{'并列' if len(tied) > 1 else '同时是'}{_places(low, len(tied))}"
        draft.contest(tied)
        if draft.ruling is not None:
            draft.tell(f"{places}，依裁定（{draft.ruling.by} {draft.ruling.date}：{draft.ruling.reason}）处理", tied)
            self._rule(tied, low, size)
        elif isinstance(policy, DecidedBy) and len(tied) > 1:
            draft.tell(f"{places}，由{policy.names(self.scope)}决定先后", tied)
            found = policy.places(self.scope, tied).low[tied]
            for first in np.unique(found):
                self._settle(tied[found == first], low + int(first) - 1, size, "pending")
        elif torn:
            draft.wait(f"{places}，既在受奖名次又在受罚名次，须在考核期文件 rulings 中裁定", tied)
        elif policy == "pending":
            draft.wait(f"{places}，所占名次金额不同，须在考核期文件 rulings 中裁定", tied)
        elif policy == "shared":
            self._share(tied, sum(amounts, ZERO), places, low)
        else:
            full = max(amounts, key=abs) if policy == "each_full" else ZERO
            draft.tell(f"{places}，{_TIES[policy]}", tied)
            self._give(tied, full, f"并列{_places(low, len(tied))}")

    def _rule(self, tied: np.ndarray, low: int, size: int) -> None:
        """The codes of the ruling take the better places in the order written, the others the rest."""
        draft, keys = self.draft, {self.scope.unit_key(int(row)): int(row) for row in tied}
        assert draft.ruling is not None
        named = [keys[code] for code in draft.ruling.units if code in keys]
        for place, row in enumerate(named, low):
            front, back = self.model.worth(place, size)
            self._give(np.array([row]), front or back, f"第{place}名（裁定）")
        rest = np.array([row for row in keys.values() if row not in named], dtype=int)
        if not len(rest):
            return
        worth = [self.model.worth(place, size) for place in range(low + len(named), low + len(tied))]
        amounts = {ZERO} if _torn(worth) else {front + back for front, back in worth}
        if len(amounts) > 1:
            raise KindFault("ruling.incomplete", f"裁定没有排出{draft.names(rest)}的先后", "请在 units 中按先后列出全部并列对象的代码")
        self._give(rest, amounts.pop(), "依裁定")

    def _share(self, tied: np.ndarray, total: Exact, places: str, low: int) -> None:
        """Divide the amounts of the places taken up equally, the remainder apart."""
        draft, uom = self.draft, self.model.uom
        share, rest = divided(total, len(tied), uom)
        left = f"，余数{money(rest, uom)}单列" if rest else ""
        draft.tell(f"{places}，所占名次金额合计{money(total, uom)}，平均分配，每个{money(share, uom)}{left}", tied)
        self._give(tied, share, f"并列{_places(low, len(tied))}，平均分配{money(total, uom)}")
        if rest and draft.mine[tied].any():
            draft.pay(rest, f"{places}，平均分配{money(total, uom)}的余数", None)

    def _give(self, rows: np.ndarray, amount: Exact, basis: str) -> None:
        """An amount for each row; a reward only for those who may have it."""
        for row in map(int, rows):
            if amount > 0 and (self.truth[row] == FALSE or not self.scope.eligible()[row]):
                self.draft.standings[row] = Standing.BARRED
            elif amount > 0 and self.truth[row] == UNKNOWN:
                self.draft.wait(f"{self.scope.unit_name(row)}缺少判定受奖资格所需的数据", [row])
            else:
                self.draft.values[row] = amount
                if amount:
                    self.draft.standings[row] = Standing.LISTED
                    self.draft.pay(amount, basis, row)


def _torn(worth: list[tuple[Exact, Exact]]) -> bool:
    """Whether the same units take up a place counted from the front and one counted from the end."""
    return any(front for front, _ in worth) and any(back for _, back in worth)


def _places(low: int, count: int) -> str:
    return f"第{low}名" if count == 1 else f"第{low}—{low + count - 1}名"

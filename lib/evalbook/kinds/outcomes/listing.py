"""All rows for which a condition holds, with the cause (名单): targets met, vetoes, yellow cards, criticism, statements."""

from __future__ import annotations

import builtins
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ...terms import Standing
from ..base import ExactNumber, Model, Operand, OutcomeScope, Scope, Text, Whole
from ..conditions import FALSE, TRUE, UNKNOWN, Condition, fact
from .base import Decision, Draft, may_be_listed, money
from .rows import RowOutcome, standings_of


class Cause(Model):
    """One reason to be on the list: ``when`` it holds, for which rows it counts (``among``), its words, what is shown with it."""

    when: Condition
    cause: Text = ""
    among: Condition | None = None
    show: list[Operand] = Field(default_factory=list)

    def counts(self, scope: Scope) -> np.ndarray:
        """Truth per row of whether the reason counts for it."""
        return np.full(scope.rows(), TRUE) if self.among is None else self.among.settled(scope)

    def sentence(self, scope: Scope, row: int) -> str:
        """The reason with the figures it read."""
        facts = [self.when.facts(scope, row), *(fact(scope, ref, row) for ref in self.show)]
        shown = "，".join(f for f in facts if f)
        return f"{self.cause or self.when.sentence(scope)}{'（' + shown + '）' if shown else ''}"


def _causes(raw: Any) -> Any:
    """A condition alone is one cause."""
    if isinstance(raw, Condition) or (isinstance(raw, dict) and "when" not in raw):
        return [{"when": raw}]
    return [raw] if isinstance(raw, dict) else raw


class Listing(RowOutcome):
    """名单: every row for which a condition holds: ``{list: {lt: [done, 100]}, word: 通报批评}``.

    Several named causes: ``need`` says whether one is enough (``any``), all that count for the row must hold (``all``) or k of
    them. ``table`` lists rows of a child table. ``amount`` is what each row listed is paid::

        {word: 一票否决, list: [{when: {lt: [fdi_done, 100]}, cause: 未完成实际利用外资任务, among: {not: {missing: $fdi_target}},
                                show: [fdi_gap]}, …]}
        {list: {is: $approved}, table: nominees, word: 授予荣誉称号}

    A row whose figures do not suffice is 待裁定, until they are filed or a ruling names the rows listed. A row that is not
    ``eligible`` is not listed, and the report says so (CO-3.5: the head of a unit under a veto). What a list bars is said
    by whatever reads it (``{not: {listed: veto}}``): a node's ``when`` (points), a ranking's ``among`` (rank), a rung's ``when``
    (grade), ``eligible`` of an award. Examples: CO-3.5 一票否决; CO-2.2b 黄牌; HZ-4.5b 表态发言和整改措施.
    """

    title: ClassVar[str] = "名单"
    list: Annotated[builtins.list[Cause], BeforeValidator(_causes), Field(min_length=1)]
    need: Literal["any", "all"] | Whole = "any"
    eligible: Condition | None = None
    amount: ExactNumber | None = None

    @model_validator(mode="after")
    def _possible(self) -> Listing:
        if isinstance(self.need, int) and not 1 <= self.need <= len(self.list):
            raise PydanticCustomError("need", "need 应为 any、all，或1到所列情形数{count}之间的数", {"count": len(self.list)})
        return self

    def decide(self, scope: OutcomeScope, name: str, mine: np.ndarray) -> Decision:
        draft = Draft(self, scope, name, mine)
        rows, units = self.looked_at(scope)
        holds = np.stack([cause.when.settled(rows) for cause in self.list])
        counts = np.stack([cause.counts(rows) for cause in self.list])
        seen = np.where((counts == FALSE).all(axis=0), FALSE, self.seen(rows))
        standings = self._rule(draft, rows, units, self._barred(rows, standings_of(self._needed(holds, counts), seen)))
        listed = [int(row) for row in np.flatnonzero(standings == Standing.LISTED)]
        causes: builtins.list[builtins.list[str]] = [[] for _ in range(rows.rows())]
        for row in () if scope.is_float() else [*listed, *map(int, np.flatnonzero(standings == Standing.BARRED))]:
            reasons = np.flatnonzero((holds[:, row] == TRUE) & (counts[:, row] == TRUE))
            causes[row] = [self.list[n].sentence(rows, row) for n in reasons]
        self.spread(draft, standings, units, causes)
        for row in listed if self.amount is not None else ():
            basis = "；".join(causes[row]) or self.says(Standing.LISTED)
            draft.pay(self.amount, f"{rows.row_name(row)}：{basis}" if self.table else basis, int(units[row]), row=row)
        return draft.decision()

    def _barred(self, rows: Scope, standings: np.ndarray) -> np.ndarray:
        """Take those who are not eligible off the list; who may or may not be waits."""
        if self.eligible is None:
            return standings
        truth, contends = self.eligible.settled(rows), may_be_listed(standings)
        found = [contends & (truth == FALSE), contends & (truth == UNKNOWN)]
        return np.select(found, [int(Standing.BARRED), int(Standing.PENDING)], standings)

    def _rule(self, draft: Draft, rows: Scope, units: np.ndarray, standings: np.ndarray) -> np.ndarray:
        """Let the ruling of the period file decide what waits; say what else does."""
        waiting, ruling = standings == Standing.PENDING, draft.ruling
        named = self.ruled_on(draft, rows, units, waiting)
        if ruling is None:
            for row in np.flatnonzero(waiting):
                draft.leave_open(f"{rows.row_name(int(row))}缺少判定所需的数据", [units[row]])
            return standings
        if waiting.any():
            who = "、".join(rows.row_name(int(row)) for row in np.flatnonzero(waiting))
            draft.tell(f"{who}缺少判定所需的数据，依裁定（{ruling.by} {ruling.date}：{ruling.reason}）处理", units[waiting])
        return np.where(waiting, np.where(named, int(Standing.LISTED), int(Standing.NOT_LISTED)), standings)

    def _needed(self, holds: np.ndarray, counts: np.ndarray) -> np.ndarray:
        """Truth per row of whether enough of the causes that count for it hold."""
        sure = ((counts == TRUE) & (holds == TRUE)).sum(axis=0)
        open_ = ((counts != FALSE) & (holds != FALSE)).sum(axis=0) - sure
        if self.need != "all":
            least = 1 if self.need == "any" else self.need
            return np.select([sure >= least, sure + open_ >= least], [TRUE, UNKNOWN], FALSE)
        against = ((counts == TRUE) & (holds == FALSE)).any(axis=0)
        doubtful = (open_ > 0) | ((counts == UNKNOWN) & (holds == FALSE)).any(axis=0)
        return np.select([against, doubtful, sure > 0], [FALSE, UNKNOWN, TRUE], FALSE)

    def says_of_unit(self, standing: Standing) -> str:
        return standing.label if self.table else self.says(standing)

    def amounts(self) -> builtins.list[Any]:
        return [] if self.amount is None else [self.amount]

    def sentence(self) -> str:
        least = {"any": "有下列情形之一的", "all": "适用的下列情形全部出现的"}.get(str(self.need), f"下列情形出现{self.need}项以上的")
        causes = "；".join(cause.cause for cause in self.list if cause.cause)
        alone = f"{causes}的" if causes and len(self.list) == 1 else ""
        which = alone or f"{least}（{causes}）" if causes else "符合条件的" if len(self.list) == 1 else least.replace("下列", "所列")
        each = f"，每个{money(self.amount, self.uom or '元')}" if self.amount is not None else ""
        return f"{which}：{self.says(Standing.LISTED)}{each}" + ("；须有入选资格" if self.eligible is not None else "")

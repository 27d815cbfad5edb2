"""A percentage of an amount, row by row (按比例奖励)."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from ...exact import plain
from ...terms import Standing
from ..base import Clip, ExactNumber, KindFault, Operand, OutcomeScope, Scope, like
from ..column import ZERO, Column
from ..conditions import TRUE, Condition
from .base import Decision, Draft, Line, Outcome, money
from .payment import CENTS, YUAN
from .rows import standings_of


class Percentage(Outcome):
    """按比例奖励: ``percentage`` per cent of ``of``, for each row of the child table or each unit, rounded half up to the cent.

    ``where`` says which rows are rewarded, ``clip`` bounds each amount in yuan; ``of`` is money in whatever unit of measure.
    Columns beside ``of`` are those of the same table::

        {percentage: 1, of: $projects.fixed_assets, where: {is: $introduced}, recipient: $intermediary, payer: $treasury}

    A unit's verdict is the sum over its rows. A row without the amount is 待裁定, not nothing.
    Example: CO-3.3: intermediaries get 1% of the fixed assets in place, paid by the treasury that benefits.
    """

    title: ClassVar[str] = "按比例奖励"
    ruled: ClassVar[bool] = False
    percentage: ExactNumber
    of: Operand
    where: Condition | None = None
    clip: Clip | None = None
    uom: Literal["元"] = "元"

    @model_validator(mode="after")
    def _sensible(self) -> Percentage:
        if self.percentage <= 0:
            raise PydanticCustomError("percentage", "比例应大于0（1% 写 1）")
        if self.of.kind not in ("column", "result"):
            raise PydanticCustomError("percentage_of", "of 应为 $列名、$清单.列名或结果名")
        return self

    @property
    def numeric(self) -> bool:
        return True

    def child_table(self) -> str:
        return str(self.of.table)

    def decide(self, scope: OutcomeScope, name: str, mine: np.ndarray) -> Decision:
        draft = Draft(self, scope, name, mine)
        table = self.child_table()
        rows, units = scope.child(table) if table else (scope, np.arange(scope.rows()))
        truth = np.full(rows.rows(), TRUE) if self.where is None else self.where.settled(rows)
        amounts = self._amounts(rows)
        standings = standings_of(truth, np.where(amounts.ok | (truth != TRUE), TRUE, -TRUE))
        totals: list[Any] = [amounts.number(ZERO)] * scope.rows()
        for row, unit in enumerate(map(int, units)):
            standing = Standing(int(standings[row]))
            if standing == Standing.PENDING:
                draft.wait(f"{rows.row_name(row)}缺少{rows.label(self.of.local)}或判定所需的数据", [unit])
            elif standing == Standing.LISTED:
                totals[unit] = totals[unit] + amounts.at(row)
                if amounts.at(row):  # a project without assets in place earns nothing yet, and nothing is no payment
                    draft.pay(amounts.at(row), self._basis(rows, row), unit, row=row)
            if table and mine[unit]:
                draft.lines.append(Line(row, unit, standing, amounts.at(row) if standing == Standing.LISTED else standing.label))
        paid = np.array([total != 0 for total in totals]) & (draft.standings != Standing.PENDING)
        draft.standings[paid] = Standing.LISTED
        draft.values = totals
        return draft.decision()

    def _amounts(self, rows: Scope) -> Column:
        """The amount in yuan for every row that has a figure."""
        uom = rows.uom(self.of.local)
        if uom not in YUAN:
            raise KindFault("percentage.uom", f"{rows.label(self.of.local)}的计量单位“{uom}”不是金额", f"计量单位应为{'、'.join(YUAN)}")
        base = rows.column(self.of.local).settled()
        share = self.percentage / 100 * YUAN[uom]
        amounts = base.map(lambda values: values * like(values, share))
        return (self.clip.apply(amounts) if self.clip else amounts).rounded(CENTS)

    def _basis(self, rows: Scope, row: int) -> str:
        figure = f"{rows.label(self.of.local)} {rows.show(self.of.local, row)}{rows.uom(self.of.local)} × {plain(self.percentage)}%"
        return f"{rows.row_name(row)}：{figure}" if self.child_table() else figure

    def sentence(self) -> str:
        bounds = self.clip or Clip()
        limits = [f"最少{money(bounds.floor)}"] if bounds.floor is not None else []
        limits += [f"最多{money(bounds.cap)}"] if bounds.cap is not None else []
        return "，".join([f"按{plain(self.percentage)}%计算，四舍五入到分", *limits])

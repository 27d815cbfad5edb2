"""What must hold, for each row or for the field as a whole; where it does not, a finding says what to ask (核对)."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from ...terms import Standing
from ..base import OutcomeScope, Scope, Text
from ..conditions import FALSE, UNKNOWN, Condition
from .base import Decision, Draft, Finding, may_be_listed
from .rows import RowOutcome, standings_of

_WORDS = {Standing.LISTED: "不符", Standing.NOT_LISTED: "符合", Standing.PENDING: "无法核对"}


class Check(RowOutcome):
    """核对: ``{check: {ge: [targets_sum, 3900]}, per: field, ask: …}`` must hold; where it fails, the report has a finding.

    ``per: row`` looks at each unit (or row of ``table``); ``per: field`` is one statement on all of them and tells one finding.
    A finding (问题记录) blocks a final run until a ruling of the period file names the units (or items) whose case is explained;
    ``severity: note`` only records it. A figure that the check needs and that is missing is a finding too. Of several conditions
    under ``all`` only those are told that do not hold.
    Examples: CO-1 unit targets add up to at least the county's; AY-6.2 no sham starts.
    """

    title: ClassVar[str] = "核对"
    check: Condition
    per: Literal["row", "field"] = "row"
    ask: Text = ""
    severity: Literal["finding", "note"] = "finding"

    def decide(self, scope: OutcomeScope, name: str, mine: np.ndarray) -> Decision:
        draft = Draft(self, scope, name, mine)
        rows, units = self.looked_at(scope)
        parts = self.check.all or [self.check]
        truth = self.check.settled(rows)
        truths = [part.settled(rows) for part in parts] if self.check.all else [truth]
        standings = standings_of(np.where(truth < 0, truth, 1 - truth), self.seen(rows))
        failing = may_be_listed(standings)
        at_fault, ruling = [int(row) for row in np.flatnonzero(failing & mine[units])], draft.ruling
        if self.per == "field":
            at_fault, explained = at_fault[:1], np.full(rows.rows(), ruling is not None)
        else:
            explained = self.ruled_on(draft, rows, units, failing)
        causes: list[list[str]] = [[] for _ in range(rows.rows())]
        for row in () if scope.is_float() else at_fault:
            failed = standings[row] == Standing.LISTED
            told = [part for part, holds in zip(parts, truths, strict=True) if holds[row] == (FALSE if failed else UNKNOWN)]
            text = ("不符合" if failed else "缺少数据，无法核对") + "、".join(self._told(part, rows, row) for part in told)
            causes[row] = [text]
            if ruling is not None and explained[row]:
                causes[row].append(f"已说明（{ruling.by} {ruling.date}：{ruling.reason}）")
                continue
            one = self.per == "row"
            who = f"{rows.row_name(row)}：" if one else ""
            draft.findings.append(
                Finding(f"{who}{text}", self.ask, self.severity, int(units[row]) if one else None, row if one and self.table else None)
            )
        self.spread(draft, standings, units, causes)
        return draft.decision()

    @staticmethod
    def _told(part: Condition, rows: Scope, row: int) -> str:
        """What should hold, with the figures it read."""
        facts = part.facts(rows, row)
        return f"“{part.sentence(rows)}”" + (f"（{facts}）" if facts else "")

    def says(self, standing: Standing) -> str:
        return self.word if self.word and standing == Standing.LISTED else _WORDS.get(standing) or standing.label

    def sentence(self) -> str:
        return "不符合的列为问题记录" + (f"，{self.ask}" if self.ask else "") if self.severity == "finding" else "不符合的予以记录"

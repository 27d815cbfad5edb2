"""Results of other periods (跨期): the year from its quarters, last year's place, how often within the last n periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from ..exact import equals, plain
from ..periods import Period
from ..terms import State
from .aggregates.base import counted
from .base import KindFault, Measure, Operand, PeriodView, Ref, Scope, like, refs_in
from .column import ZERO, Column, in_any_draw, objects
from .conditions import TRUE, UNKNOWN, Condition
from .windows import BACK, COUNTS, PARTS, How, Last, Over, PeriodId, Weights, Window, part_key

_WORDS = {"mean": "平均", "sum": "合计", "min": "最低", "max": "最高", "last": "取最后一期"}
_GAP_WORDS = {"skip": "不计", "zero": "按0计", "missing": "", "refuse": ""}
_GAPS = (State.MISSING, State.UNDEFINED)
Policy = Literal["refuse", "skip", "missing", "zero"]


@dataclass(frozen=True)
class Part:
    """One period of the window: its view (None where the period does not exist), the values of ``of`` and the truth of ``where``."""

    period: Period
    view: PeriodView | None
    column: Column | None
    truth: np.ndarray | None


class History(Measure):
    """跨期结果: what one result was in other periods, brought together.

    ``over`` names the periods: ``previous`` (上期), ``year_before`` (上年同期), ``quarters``, ``halves`` or ``months`` of the period
    evaluated, ``year_to_date`` (本年至本期), ``{last: n}`` with this one, ``{before: n}`` without. ``since`` lets the window start at a
    period. ``of`` is a result or column as that period's own evaluation has it, under the edition of its own year. ``where`` keeps the
    periods in which a condition held there.
    ``how``: mean, sum, last, min, max, ``{weights: {Q1: 20%, …}}`` of ``of``; or, without ``of``, ``count`` of the periods in which
    ``where`` held and ``streak``, how many of them in a row up to the latest.
    ``absent`` says what a period that does not exist means, ``missing`` what a unit without a value there means: ``refuse``,
    ``skip`` (left out), ``zero`` (counts as 0, does not meet ``where``), ``missing`` (the result is missing). What did not apply to a
    unit there (不适用, 免评, 本期不考核, 不参与排名) is left out under every policy.

    Example: AY-5.5 the year from its quarters: ``{of: total, over: quarters, how: mean}``; ETDZ-1b 连续三年内两次列末5位:
    ``{where: {le: [from_end, 5]}, over: {last: 3}, how: count, since: 2021, absent: skip}``.
    """

    title: ClassVar[str] = "跨期结果"
    over: Over
    of: Operand | None = None
    how: How | None = None
    where: Condition | None = None
    since: PeriodId | None = None
    absent: Policy = "refuse"
    missing: Policy = "missing"

    @model_validator(mode="after")
    def _whole(self) -> History:
        if self.how is None and self.over not in BACK:
            raise PydanticCustomError("how", "取多期时应写明 how（怎样合成），如 {example}", {"example": "how: mean"})
        if self.how in COUNTS and (self.where is None or self.of is not None):
            raise PydanticCustomError("count", "{how} 数的是满足 where 的期数：应写 where，不写 of", {"how": self.how})
        if self.how not in COUNTS and self.of is None:
            raise PydanticCustomError("of", "应在 of 中写明取哪个结果；数满足条件的期数用 how: count 或 streak")
        if self.of is not None and self.of.kind not in ("result", "column"):
            raise PydanticCustomError("of_name", "of 应为结果名或 $列名")
        if isinstance(self.how, Weights):
            keys = [part_key(p) for p in Period(2000).parts(PARTS[self.over])] if self.over in PARTS else []
            if not keys:
                raise PydanticCustomError("weights_over", "权重只用于 over: quarters、halves 或 months")
            if set(self.how.weights) != set(keys):
                raise PydanticCustomError("weights_keys", "应给每一部分写明权重：{keys}", {"keys": "、".join(keys)})
        return self

    @property
    def reads_current(self) -> bool:
        """Whether the window includes the period evaluated, so that results of this period are read too."""
        return isinstance(self.over, Last) or self.over == "year_to_date"

    def window(self, period: Period) -> tuple[Period, ...]:
        """The periods read when ``period`` is evaluated, in time order, whether they exist or not.

        >>> [str(p) for p in History(of="total", over={"last": 3}, how="mean", since="2021").window(Period(2022))]
        ['2021', '2022']
        """
        if isinstance(self.over, Window):
            latest = 0 if isinstance(self.over, Last) else -1
            found = tuple(period.shift(latest - step) for step in reversed(range(self.over.size)))
        elif self.over == "year_to_date":
            found = tuple(period.shift(-step) for step in reversed(range(period.number)))
        elif self.over in PARTS:
            found = period.parts(PARTS[self.over])
        else:
            found = (period.previous() if self.over == "previous" else period.year_before(),)
        return tuple(p for p in found if self.since is None or p.first_day >= self.since.first_day)

    def refs(self) -> list[Ref]:
        """Columns and results that are read in each period of the window."""
        return [ref for ref in refs_in([self.of, self.where]) if ref.kind in ("column", "result")]

    def parts(self, scope: Scope) -> list[Part]:
        """The window as it was, period by period. KindFault when an edition of then does not know a name."""
        return list(scope.once(self, "parts", lambda: self._look(scope)))

    def _look(self, scope: Scope) -> list[Part]:
        found, strange = [], []
        for period in self.window(scope.period()):
            view = scope.view(period)
            if view is not None and (lacking := [f"{ref}：{near}" for ref in self.refs() if (near := view.lacks(ref))]):
                strange.append((view, lacking))
            elif view is not None:
                column = None if self.of is None else view.column(self.of)
                found.append(Part(period, view, column, None if self.where is None else view.truth(self.where)))
            else:
                found.append(Part(period, None, None, None))
        if strange:
            where = "；".join(f"{view.label}所用的{view.edition}没有{'、'.join(lacking)}" for view, lacking in strange)
            raise KindFault("history.unknown", f"其他考核期没有这个名称：{where}", "请核对名称，或用 since 限定从哪一期起")
        return found

    def measure(self, scope: Scope) -> Column:
        parts = self.parts(scope)
        self._check(scope, parts)
        rows = scope.rows()
        blank = np.zeros(rows) if scope.is_float() else objects([ZERO] * rows)
        columns = [blank if part.column is None else part.column.values for part in parts]
        truths = [np.full(rows, TRUE) if part.truth is None else part.truth for part in parts]
        shape = np.broadcast_shapes((rows,), *(a.shape for a in (*columns, *truths)))
        values, holds, passed = [], [], []
        lost, apart = np.zeros(rows, dtype=bool), np.zeros(rows, dtype=np.uint8)
        for part, column, truth in zip(parts, columns, truths, strict=True):
            gap, aside = self._gap(part, rows)
            policy = self.absent if part.view is None else self.missing
            lost |= gap & (policy == "missing")
            apart = np.maximum(apart, np.where(aside, State.OK if part.column is None else part.column.states, State.OK)).astype(np.uint8)
            zero = gap & (policy == "zero") & (self.how not in COUNTS)
            values.append(np.where(zero, like(column, ZERO), np.broadcast_to(column, shape)))
            holds.append(np.broadcast_to(((truth == TRUE) & ~gap & ~aside) | zero, shape))
            passed.append(gap & (policy == "skip"))
        if self.how in COUNTS:
            number = _streak(holds, passed) if self.how == "streak" else np.sum(holds, axis=0, dtype=int, initial=0)
            number = np.broadcast_to(number, shape)
            states = np.where(lost, State.MISSING, State.OK).astype(np.uint8)
            counts = number.astype(float) if scope.is_float() else objects([ZERO + int(n) for n in number])
            return Column(counts, states).with_values(counts)
        nothing = np.full(rows, State.MISSING, dtype=np.uint8)
        if not parts:
            return Column(blank, nothing)
        combined, some = self.combine([part.period for part in parts], np.stack(values), np.stack(holds))
        states = np.where(in_any_draw(~some), np.where(apart > State.OK, apart, nothing), State.OK)
        return Column(combined, np.where(lost, State.MISSING, states).astype(np.uint8)).with_values(combined)

    def _gap(self, part: Part, rows: int) -> tuple[np.ndarray, np.ndarray]:
        """Masks of the rows without a value in a period, and of those to whom it did not apply there."""
        if part.view is None:
            return np.ones(rows, dtype=bool), np.zeros(rows, dtype=bool)
        asked = np.ones(rows, dtype=bool) if part.truth is None else in_any_draw(part.truth == TRUE)
        gap = np.zeros(rows, dtype=bool) if part.truth is None else in_any_draw(part.truth == UNKNOWN)
        if part.column is None:
            return np.asarray(gap), np.zeros(rows, dtype=bool)
        blank = np.isin(part.column.states, _GAPS)
        return np.asarray(gap | (asked & blank)), np.asarray(asked & ~blank & ~part.column.ok)

    def _check(self, scope: Scope, parts: list[Part]) -> None:
        """Faults where a policy is ``refuse``."""
        absent = [part.period for part in parts if part.view is None]
        if absent and self.absent == "refuse":
            names = "、".join(f"{p.label}（{p}）" for p in absent)
            new = scope.new_period_command(absent[0])
            raise KindFault("history.absent", f"没有{names}的考核期", f"请补建并填报（{new}）{_other(scope, self, 'absent')}")
        if self.missing != "refuse":
            return
        lacking: dict[int, list[str]] = {}
        for part in parts:
            if part.view is not None:
                for row in np.flatnonzero(self._gap(part, scope.rows())[0]):
                    word = "没有结果" if part.view.on_roster(int(row)) else "不在名单"
                    lacking.setdefault(int(row), []).append(f"{part.view.label}{word}")
        if lacking:
            remedy = f"请补齐该期数据；名单代码改过的，在名单别名列写上原代码{_other(scope, self, 'missing')}"
            raise KindFault("history.missing", "往期没有结果，而假设规定即拒绝", remedy, rows=tuple(lacking), names=lacking)

    def combine(self, periods: Sequence[Period], values: np.ndarray, holds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values (periods, …, rows) brought together over the periods that count, and the mask (…, rows) of those that have one."""
        zero, one = like(values, ZERO), like(values, ZERO + 1)
        some = np.asarray(holds.any(axis=0))
        kept = np.where(holds, values, zero)
        if isinstance(self.how, Weights):
            given = [like(values, self.how.weights[part_key(period)]) for period in periods]
            each = np.stack([np.where(held, weight, zero) for held, weight in zip(holds, given, strict=True)])
            total = each.sum(axis=0)
            some = np.asarray(some & (total != zero))
            return (each * kept).sum(axis=0) / np.where(some, total, one), some
        if self.how in ("mean", "sum"):
            total = kept.sum(axis=0)
            return (total / counted(holds, values) if self.how == "mean" else total), some
        better = {"min": np.minimum, "max": np.maximum}.get(self.how or "last", lambda _found, value: value)
        found, seen = kept[0], holds[0]
        for value, held in zip(kept[1:], holds[1:], strict=True):
            found = np.where(held & seen, better(found, value), np.where(held, value, found))
            seen = seen | held
        return found, some

    # words -------------------------------------------------------------------------------------------------------------

    def told(self, scope: Scope, row: int, value: Any) -> str:
        return super().told(scope, row, value) if value is not None else "、".join(self.pieces(scope, row)) or "窗口内没有往期"

    def sentence(self, scope: Scope, row: int, value: Any) -> str:
        pieces = self.pieces(scope, row)
        if self.over in BACK:
            return pieces[0] + self.rounding_note()
        listing = f"{self._told_condition(scope)}{'、'.join(pieces)}" if pieces else "窗口内没有往期"
        if self.how in COUNTS:
            return f"{listing}，{'连续' if self.how == 'streak' else '共'} {plain(value)} 期"
        word = "加权平均" if isinstance(self.how, Weights) else _WORDS[self.how or "last"]
        return f"{listing}，{word} {equals(value, self.round)}{self.uom(scope)}{self.rounding_note()}"

    def _told_condition(self, scope: Scope) -> str:
        view = next((part.view for part in self.parts(scope) if part.view is not None), None)
        if self.where is None or view is None:
            return ""
        return f"{view.condition(self.where)}：" if self.how in COUNTS else f"只计{view.condition(self.where)}的期："

    def pieces(self, scope: Scope, row: int) -> list[str]:
        """What each period of the window gave a unit, in words: ``第一季度 86.2``, ``第二季度 缺失（不计）``."""
        return [f"{self.period_name(part)} {self.found(part, row, with_uom=self.over in BACK)}" for part in self.parts(scope)]

    def period_name(self, part: Part) -> str:
        """How a period of the window is called: shortly where it is a part of the period evaluated."""
        if self.over in PARTS or self.over == "year_to_date":
            return part.period.label_in_year
        return part.period.label if part.view is None else part.view.label

    def found(self, part: Part, row: int, *, with_uom: bool = True) -> str:
        """What one period gave a unit and what becomes of it."""
        if part.view is None:
            return _aside("没有该考核期", self.absent)
        if not part.view.on_roster(row):
            return _aside("不在名单", self.missing)
        truth = TRUE if part.truth is None else int(part.truth[row])
        facts = "" if self.where is None else part.view.facts(self.where, row)
        if truth == UNKNOWN:
            return _aside(f"无法判定（{facts}）", self.missing)
        if self.how in COUNTS:
            return ("是" if truth == TRUE else "否") + (f"（{facts}）" if facts else "")
        if truth != TRUE:
            return f"不计（{facts}）" if facts else "不计"
        assert part.column is not None
        value = part.column.at(row)
        if value is None:
            state = State(int(part.column.states[row]))
            return _aside(state.label, self.missing if state in _GAPS else "skip")
        weight = f"×{plain(self.how.weights[part_key(part.period)])}" if isinstance(self.how, Weights) else ""
        uom = self._uom_in(part) if with_uom else ""
        return f"{plain(value)}{uom}{weight}" + (f"（{facts}）" if facts else "")

    def uom(self, scope: Scope) -> str:
        return "期" if self.how in COUNTS else next((self._uom_in(part) for part in self.parts(scope) if part.view is not None), "")

    def _uom_in(self, part: Part) -> str:
        return "" if part.view is None or self.of is None else part.view.uom(self.of)


def _streak(holds: list[np.ndarray], passed: list[np.ndarray]) -> np.ndarray:
    """Periods in a row, counted back from the latest, in which a mask holds; periods passed over do not break the row."""
    number: Any = 0
    alive: Any = True
    for held, over in zip(reversed(holds), reversed(passed), strict=True):
        number = number + (alive & held)
        alive = alive & (held | over)
    return np.asarray(number)


def _aside(word: str, policy: str) -> str:
    return f"{word}（{_GAP_WORDS[policy]}）" if _GAP_WORDS[policy] else word


def _other(scope: Scope, model: History, field: str) -> str:
    """End of a remedy: which assumption lets another policy be chosen."""
    names = scope.assumptions_on(model, field)
    return f"，或在考核期文件 assumptions 中改选“{'”“'.join(names)}”" if names else f"，或在考核期文件 changes 中改 {field} 的取值"

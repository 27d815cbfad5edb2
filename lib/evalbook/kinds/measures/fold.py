"""Figures of child rows brought up to the unit (汇总): sum, mean, trimmed mean, highest, lowest, the latest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from ...exact import equals, plain
from ...terms import State
from ..base import ColumnRef, ExactNumber, Grading, KindFault, Measure, Model, Name, Ref, Rule, Scope, uses_marks
from ..column import ZERO, Column
from ..conditions import FALSE, UNKNOWN, Condition
from ..discovery import one_of
from ..folding import How, Rows, SameItem
from ..rules import RULES
from ..rules.field_rule import FieldRule
from .choose import Choose
from .completion import Completion
from .elapsed import Elapsed
from .gap import Gap
from .growth import Growth
from .holds import Holds
from .lookup import Lookup
from .mix import Mix
from .ratio import Ratio
from .value import Value

#: Measures of one row of a child table.
RowMeasure: Any = one_of(
    {cls.name(): cls for cls in (Choose, Completion, Elapsed, Gap, Growth, Holds, Lookup, Mix, Ratio, Value)}, "逐项口径", operand=ColumnRef
)
#: Rules that grade one row: those that need no field.
RowRule: Any = one_of({name: cls for name, cls in RULES.items() if not issubclass(cls, FieldRule)}, "逐项计分规则")
_WORDS = {
    "sum": "合计",
    "mean": "平均",
    "trimmed_mean": "去掉最高和最低后的平均",
    "max": "最高",
    "min": "最低",
    "last": "最近一期",
}
_SAME_WORDS = {"highest": "同一项目取最高，", "lowest": "同一项目取最低，", "once": "同一项目只计一次，"}


class Per(Model):
    """Rows are first folded within each value of ``column`` (a sub-period, a list, a body), and each of these kept in bounds."""

    column: ColumnRef
    how: How = "sum"
    floor: ExactNumber | None = None
    cap: ExactNumber | None = None

    @model_validator(mode="after")
    def _order(self) -> Per:
        if self.floor is not None and self.cap is not None and self.cap < self.floor:
            raise PydanticCustomError("cap_below_floor", "上限{cap}低于下限{floor}", {"cap": plain(self.cap), "floor": plain(self.floor)})
        return self

    def sentence(self) -> str:
        """The bounds in Chinese, empty without any."""
        floor = "" if self.floor is None else f"不低于{plain(self.floor)}"
        cap = "" if self.cap is None else f"不超过{plain(self.cap)}"
        return f"（各{'、'.join(part for part in (floor, cap) if part)}）" if floor or cap else ""


class Fold(Measure):
    """汇总: ``{fold: $ratings.score, how: mean}`` over the unit's rows that meet ``where``.

    In this order: the value of each row (a column, or a measure of the row in the table ``of``) → ``rule`` (points of the row) →
    ``same_item`` (rows with one item id: ``add`` each, only the ``highest`` or ``lowest``, or ``once``, where they must agree) →
    ``per`` (folded within each sub-period first, each with floor and cap) → ``how``. ``weight`` multiplies the rows of a sum and weighs
    those of a mean (votes, shares of an item between units). ``last`` takes the row that is latest by ``sequence`` (cumulative
    series). ``trimmed_mean`` leaves out one highest and one lowest value and needs at least three. A blank cell among the rows
    makes the result missing; ``empty`` says what a unit without rows gets: ``missing``, ``zero``, or
    ``not_applicable`` where such units are not asked for any (a unit all of whose rows ``where`` leaves out is missing).
    Examples: ZJ 附件1 专家评价: the mean of the panel's scores; 济宁市2015年一季度观摩评比: (第一名票数×100+第二名票数×97+…)÷总票数 →
    ``{fold: $ballots.place, rule: {steps: {first: 100, each: -3}}, weight: $ballots.votes, how: mean}``.
    """

    title: ClassVar[str] = "汇总"
    of_child: ClassVar[tuple[str, ...]] = ("fold", "where", "weight", "sequence", "per")
    fold: RowMeasure
    of: Name | None = None
    how: How | Literal["last"] = "sum"
    where: Condition | None = None
    rule: RowRule | None = None
    weight: ColumnRef | None = None
    sequence: ColumnRef | None = None
    same_item: SameItem = "add"
    per: Per | None = None
    empty: Literal["missing", "zero", "not_applicable"] = "missing"

    @model_validator(mode="after")
    def _whole(self) -> Fold:
        named = self.fold.table if isinstance(self.fold, Ref) else ""
        if bool(named) == (self.of is not None):
            raise PydanticCustomError(
                "fold_table", "写明哪张清单：{column}，或 {measure}", {"column": "fold: $清单.列", "measure": "{fold: {口径 …}, of: 清单}"}
            )
        others: list[Any] = [ref for ref in (self.weight, self.sequence, None if self.per is None else self.per.column) if ref is not None]
        for ref in others:
            if ref.table and ref.table != self.child_table():
                raise PydanticCustomError(
                    "fold_other_table", "“{ref}”不在所汇总的清单“{table}”中", {"ref": str(ref), "table": self.child_table()}
                )
        if (self.how == "last") != (self.sequence is not None):
            raise PydanticCustomError("fold_sequence", "取最近一期（how: last）要写明时序列 sequence，其他汇总方式不写")
        if self.how == "last" and (self.weight is not None or self.per is not None or self.same_item != "add"):
            raise PydanticCustomError("fold_last", "取最近一期时不用 weight、per 和 same_item")
        first = self.per.how if self.per is not None else self.how
        if self.weight is not None and first not in ("sum", "mean"):
            raise PydanticCustomError("fold_weight", "权重只用于合计和平均")
        if self.weight is not None and self.same_item in ("highest", "lowest"):
            raise PydanticCustomError("fold_weight_item", "同一项目取最高或最低时不用权重")
        if self.rule is not None and uses_marks(self.rule):
            raise PydanticCustomError("fold_marks", "清单的一行没有分值，逐项计分规则中请写出分数，不写 marks 或百分比")
        return self

    def child_table(self) -> str:
        return self.of or str(self.fold.table)

    def measure(self, scope: Scope) -> Column:
        rows, units, states = self._read(scope)
        values = rows.values
        out = np.full((*values.values.shape[:-1], scope.rows()), values.number(ZERO), dtype=values.values.dtype)
        for unit, mine in enumerate(units):
            if states[unit] != State.OK or not mine:
                continue
            if self.how == "last":
                out[..., unit] = values.values[..., rows.latest(mine)[0]]
            else:
                out[..., unit] = rows.fold(self.how, mine, self._first, self._bounded(values))
        return Column(out, states)

    @property
    def _first(self) -> str:
        """How the rows themselves are folded."""
        return self.how if self.per is None else self.per.how

    def _bounded(self, values: Column) -> Callable[[np.ndarray], np.ndarray]:
        floor, cap = (None, None) if self.per is None else (self.per.floor, self.per.cap)

        def bound(parts: np.ndarray) -> np.ndarray:
            parts = parts if floor is None else np.maximum(parts, values.number(floor))
            return parts if cap is None else np.minimum(parts, values.number(cap))

        return bound

    def _read(self, scope: Scope) -> tuple[Rows, list[list[int]], np.ndarray]:
        """The rows of the child table, which of them each unit has, and each unit's state."""
        found: tuple[Rows, list[list[int]], np.ndarray] = scope.once(self, "rows", lambda: self._found_rows(scope))
        return found

    def _found_rows(self, scope: Scope) -> tuple[Rows, list[list[int]], np.ndarray]:
        child, parent = scope.child(self.child_table())
        values = self._graded(child, parent, self._measured(child))
        weights = None if self.weight is None else child.column(self.weight.local)
        keys = None if self.per is None else child.texts(self.per.column.local)
        order, blank = self._order(child)
        truth = np.ones(len(parent), dtype=int) if self.where is None else self.where.settled(child)
        blank |= truth == UNKNOWN
        blank |= False if self.how == "last" else ~values.ok
        blank |= False if weights is None else ~weights.ok
        blank |= False if keys is None else keys == ""
        units: list[list[int]] = [[] for _ in range(scope.rows())]
        for row in np.flatnonzero(truth != FALSE):
            units[parent[row]].append(int(row))
        rows = Rows(values, weights, keys, order, child.item_ids(), self.same_item)
        asked = np.isin(np.arange(scope.rows()), parent)
        states = [self._state(rows, mine, unit, bool(blank[mine].any()), bool(asked[unit])) for unit, mine in enumerate(units)]
        return rows, units, np.array(states, dtype=np.uint8)

    def _measured(self, child: Scope) -> Column:
        if isinstance(self.fold, Ref):
            return child.column(self.fold.local)
        found: Column = child.once(self.fold, "compute", lambda: self.fold.compute(child))
        return found

    def _graded(self, child: Scope, parent: np.ndarray, column: Column) -> Column:
        """Points of each row; a complaint of the rule names the items and stands at their units."""
        rule: Rule | None = self.rule
        if rule is None:
            return column
        ok = np.flatnonzero(column.ok)
        out = np.full_like(column.values, column.number(ZERO))
        try:
            out[..., ok] = rule.points(column.values[..., ok], Grading(ZERO))
        except KindFault as fault:
            wrong = [int(ok[row]) for row in fault.rows]
            ids = child.item_ids()
            fault.message += "（项目：" + "、".join(dict.fromkeys(ids[row] for row in wrong)) + "）" if wrong else ""
            fault.rows, fault.found = tuple(dict.fromkeys(int(parent[row]) for row in wrong)), ()
            raise
        return Column(out, column.states)

    def _order(self, child: Scope) -> tuple[np.ndarray | None, np.ndarray]:
        """Place in time of each row, and which rows have none."""
        if self.sequence is None:
            return None, np.zeros(child.rows(), dtype=bool)
        ref = self.sequence.local
        if child.type_of(ref) == "text":
            texts = child.texts(ref)
            return texts, texts == ""
        column = child.column(ref)
        return column.values, ~column.ok

    def _state(self, rows: Rows, mine: list[int], unit: int, blank: bool, asked: bool) -> State:
        """Whether the rows of a unit can be folded; ``asked`` says whether it has any, counted or not."""
        if not mine and self.empty == "zero":
            return State.OK
        if not asked and self.empty == "not_applicable":
            return State.NOT_APPLICABLE
        if blank or not mine:
            return State.MISSING
        if self.how == "last":
            latest = rows.latest(mine)
            if len(latest) > 1:
                items = "、".join(rows.ids[row] for row in latest)
                message = f"最近一期有{len(latest)}行（项目：{items}），不知取哪一行"
                raise KindFault("fold.two_last", message, "请删去多余的行，或改正时序", rows=(unit,))
            return State(int(rows.values.states[latest[0]]))
        differing = rows.differing(mine) if self.same_item == "once" else []
        if differing:
            message = f"同一项目（{'、'.join(differing)}）只计一次，各行的数却不同"
            raise KindFault("fold.item_differs", message, "请核对各行，或改选同一项目的计法", rows=(unit,))
        if not rows.enough(mine, self.how):
            return State.MISSING
        return State.UNDEFINED if self._first == "mean" and rows.weightless(mine) else State.OK

    def sentence(self, scope: Scope, row: int, value: Any) -> str:
        child, _ = scope.child(self.child_table())
        rows, units, _ = self._read(scope)
        named = isinstance(self.fold, Ref)
        what = child.label(self.fold.local) if named else f"{scope.table_label(self.child_table())}各项{self.fold.title}"
        if self.sequence is not None:  # the latest row alone is read, and a weekly series has fifty
            latest = child.show(self.sequence.local, rows.latest(units[row])[0])
            return f"{what}（共{len(units[row])}期，最近一期{latest}） {equals(value, self.round)}{self.rounding_note()}"
        shown = "、".join(self._told_row(child, rows, item) for item in units[row]) or "无"
        # the sum of a column needs no unit of measure of its own: the formula has it from its terms
        uom = "" if named and self.rule is None else self.uom(scope)
        return f"{what}（{shown}）{self._steps(child)} {equals(value, self.round)}{uom}{self.rounding_note()}"

    def _told_row(self, child: Scope, rows: Rows, item: int) -> str:
        """One row in the formula: value, points, weight."""
        measured = child.show(self.fold.local, item) if isinstance(self.fold, Ref) else _plain(self._measured(child).at(item))
        points = "" if self.rule is None else f"→{_plain(rows.values.at(item))}分"
        weight = "" if self.weight is None else f"×{child.show(self.weight.local, item)}"
        return f"{measured}{points}{weight}"

    def _steps(self, child: Scope) -> str:
        """How the rows are folded, in words."""
        word = ("加权" if self.weight is not None else "") + _WORDS[self._first]
        same = _SAME_WORDS.get(self.same_item, "")
        if self.per is None:
            return same + word
        column, bounds = child.label(self.per.column.local), self.per.sentence()
        return f"{same}按{column}分别{word}{bounds}，再{_WORDS[self.how]}"

    def uom(self, scope: Scope) -> str:
        if self.rule is not None:
            return "分"
        child, _ = scope.child(self.child_table())
        return child.uom(self.fold.local) if isinstance(self.fold, Ref) else self.fold.uom(child)


def _plain(value: Any) -> str:
    return "缺失" if value is None else plain(value)

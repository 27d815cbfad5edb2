"""Words turned into numbers by a table (查表取值): grades, levels, answers."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field

from ...exact import plain
from ..base import ExactNumber, KindFault, Measure, Operand, Scope, Text
from ..column import Column


class Lookup(Measure):
    """查表取值: the number that ``table`` gives for the text; ``else`` says what a text has that is not in it.

    ``else: refuse`` (the default) refuses and names it, ``missing`` leaves the unit without a value, a number stands for all others.
    Example: 国家级5分、省级3分、市级1分 → ``{lookup: $level, table: {国家级: 5, 省级: 3, 市级: 1}}``.
    """

    title: ClassVar[str] = "查表取值"
    lookup: Operand
    table: dict[Text, ExactNumber] = Field(min_length=1)
    else_: Literal["refuse", "missing"] | ExactNumber = Field("refuse", alias="else")

    def measure(self, scope: Scope) -> Column:
        texts = scope.texts(self.lookup)
        strangers = [row for row, text in enumerate(texts) if text and text not in self.table]
        if strangers and self.else_ == "refuse":
            raise KindFault(
                "lookup.unknown",
                f"{scope.label(self.lookup)}不在取值表中（{'、'.join(self.table)}）",
                "请核对填报的文字，或补充取值表",
                rows=tuple(strangers),
                found=tuple(str(texts[row]) for row in strangers),
            )
        others = None if isinstance(self.else_, str) else self.else_
        found = Column.of([self.table.get(text, others) if text else None for text in texts])
        return Column(found.values.astype(float), found.states) if scope.is_float() else found

    def sentence(self, scope: Scope, row: int, value: Any) -> str:
        return f"{scope.label(self.lookup)}“{scope.show(self.lookup, row)}”取值{plain(value)}"

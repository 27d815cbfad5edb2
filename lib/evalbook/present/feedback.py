"""反馈单: what one unit is told of its own evaluation, and nothing of any other unit but its own place among them.

A report explains a number with whatever it came from, other units' best values and totals included. A sheet that is handed to one unit
is therefore built from that unit's own results, and every text that people wrote is held against the names and codes of the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..analysis.explain import Trace, unit_traces
from ..exact import Exact, plain
from ..kinds.base import Ref
from ..kinds.fields.position import Position
from ..kinds.fields.share import Share
from ..kinds.fields.statistic import Statistic
from ..kinds.outcomes.check import Check
from ..kinds.rules.field_rule import FieldRule
from ..scheme.definition import parts
from ..scheme.models import Branch, Leaf
from ..scheme.scheme import result_refs
from ..scoring.evaluation import Evaluation, decimal
from ..scoring.results import LeafResult
from ..terms import HEADINGS, Standing, State
from .html import DASH, Column, Html, bullets, esc, heading, join, paragraph, table
from .outcomes import line_text, word

#: Stands for a text that names another unit.
WITHHELD = "（涉及其他对象，略）"
#: Stands for a value from which other units' figures could be told.
COMPARED = "与其他对象比较得出"
_OF_THE_FIELD = (Statistic, Share, Position)


@dataclass(frozen=True)
class Line:
    """A node of the tree as one unit sees it; ``missed`` is what it lacks of the marks, None where it has no points or no marks."""

    name: str
    depth: int
    label: str
    branch: bool
    clause: str
    marks: Exact | None
    points: Exact | None
    missed: Exact | None
    place: str
    figure: str
    rule: str
    state: str


class Feedback:
    """The sheets of one evaluation."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation

    # --- what may be said --------------------------------------------------------------------------------------------------------

    @cached_property
    def _others(self) -> re.Pattern[str]:
        """Any unit's name, or code where it stands by itself; the longest first, so that a name inside a longer one is not taken for it."""
        evaluation = self.evaluation
        names = sorted({n for n in evaluation.unit_names if n}, key=lambda n: (-len(n), n))
        codes = sorted({c for c in evaluation.unit_codes if c}, key=lambda c: (-len(c), c))
        words = [re.escape(name) for name in names] + [rf"(?<![0-9A-Za-z]){re.escape(code)}(?![0-9A-Za-z])" for code in codes]
        return re.compile("|".join(words) or r"(?!)")

    def own(self, text: str, row: int) -> str:
        """A text as the unit may read it: withheld where it names another unit."""
        mine = {self.evaluation.unit_names[row], self.evaluation.unit_codes[row]}
        return text if all(found[0] in mine for found in self._others.finditer(text)) else WITHHELD

    # --- points ------------------------------------------------------------------------------------------------------------------

    def lines(self, row: int) -> Iterator[Line]:
        """The whole tree in the document's order, without what is not for this unit."""
        evaluation = self.evaluation
        for name, depth in evaluation.nodes:
            result, models = evaluation.node(name), evaluation.scheme.tree[name].models
            variant = int(result.variant[row])
            if variant < 0:
                continue
            model = models[variant][1]
            points, state = result.points.at(row), State(int(result.points.states[row]))
            marks = result.marks[row] if result.marks[row] else None
            missed = marks - points if points is not None and marks is not None and not model.extra else None
            place, figure = self._leaf(name, model, row) if isinstance(model, Leaf) else ("", "")
            rule = model.aggregate.sentence(evaluation.scheme.label) if isinstance(model, Branch) else model.rule.title
            yield Line(
                name=name,
                depth=depth,
                label=model.label,
                branch=isinstance(model, Branch),
                clause=model.clause,
                marks=marks,
                points=points,
                missed=missed,
                place=place,
                figure=figure,
                rule=rule,
                state="" if state == State.OK else state.label,
            )

    def _leaf(self, name: str, model: Leaf, row: int) -> tuple[str, str]:
        """Place on an indicator that goes by places, and the value measured."""
        result = self.evaluation.node(name)
        assert isinstance(result, LeafResult)
        graded, value = result.graded, result.measured.at(row)
        shown = "" if value is None else COMPARED if self._compares(model.measure) else plain(value) + self._uom(model.measure)
        place = graded.at(row) if isinstance(model.rule, FieldRule) else None
        if place is None or graded.size is None:
            return "", shown
        return f"第{plain(place)}名（共{int(graded.size[row])}个）", shown

    def _uom(self, measure: Any) -> str:
        scope = self.evaluation.walk.scope()
        return scope.uom(measure) if isinstance(measure, Ref) else str(measure.uom(scope))

    def _compares(self, measure: Any) -> bool:
        """Whether a value is made of other units' figures (best, mean, total of the field): from it they could be told."""
        todo, seen = [measure], set()
        while todo:
            block = todo.pop()
            if any(isinstance(part, _OF_THE_FIELD) for _, part in parts(block)):
                return True
            for name in result_refs(block):
                if name not in seen and name in self.evaluation.scheme.measures:
                    seen.add(name)
                    todo += self.evaluation.scheme.measures[name]
        return False

    # --- the sheet ---------------------------------------------------------------------------------------------------------------

    def head(self, row: int) -> str:
        """Place and total in a line."""
        evaluation = self.evaluation
        if not (evaluation.main_ranking and evaluation.main_root):
            return ""
        place, total = evaluation.place(evaluation.main_ranking, row), evaluation.points(evaluation.main_root, row)
        told = f"第{place}名" if place is not None else "不参与排名"
        for name, ranking in evaluation.scheme.rankings.items():
            within = evaluation.place(name, row)
            if name != evaluation.main_ranking and ranking.main.of.name in evaluation.scheme.tree and within is not None:
                told += f"，{evaluation.scheme.label(name)}第{within}名"
        marks = evaluation.node(evaluation.main_root).marks[row]
        out_of = f"（满分{plain(marks)}分）" if marks else ""
        return f"{told}；{evaluation.scheme.label(evaluation.main_root)} {DASH if total is None else plain(total)}分{out_of}"

    def page(self, row: int) -> Html:
        """The whole sheet of one unit."""
        lines = list(self.lines(row))
        pieces = [paragraph(self.head(row), "result") if self.head(row) else Html(""), self._missed(lines)]
        pieces += [heading(2, "各项得分"), self._points(lines)] if lines else []
        outcomes = join(self._outcomes(row))
        pieces += [heading(2, "结果运用"), outcomes] if outcomes else []
        found = self.figures(row)
        pieces += [heading(2, "所依据的本单位数据"), _figures(found)] if found else []
        pieces.append(paragraph("本单只反馈给本单位。对数据或得分有异议的，请写明指标和依据，按办法规定的时限申请复核。", "note"))
        return join(pieces)

    @staticmethod
    def _missed(lines: list[Line]) -> Html:
        """The leaves on which most was left, at most five, in a sentence."""
        lost = sorted((line for line in lines if not line.branch and line.missed), key=lambda line: -(line.missed or 0))
        lost = [line for line in lost if line.missed is not None and line.missed > 0][:5]
        listing = "、".join(f"{line.label}（{plain(line.missed)}分）" for line in lost)
        return paragraph(f"失分较多的指标：{listing}。") if lost else Html("")

    @staticmethod
    def _points(lines: list[Line]) -> Html:
        rows = [
            [
                Html("&emsp;" * line.depth) + esc(line.label),
                line.clause,
                "" if line.marks is None else plain(line.marks),
                line.figure,
                line.place,
                decimal(line.points),
                decimal(line.missed),
                line.rule,
                line.state,
            ]
            for line in lines
        ]
        columns = [
            Column("指标"),
            Column("条款", optional=True),
            Column("分值", "right", optional=True),
            Column("计分所用值", "right", optional=True),
            Column("名次", optional=True),
            Column("得分", "number"),
            Column("失分", "number", optional=True),
            Column("计分方式"),
            Column("状态", optional=True),
        ]
        return table(columns, rows, row_classes=["branch" if line.branch else "gap" if line.state else "" for line in lines])

    def _outcomes(self, row: int) -> Iterator[Html]:
        evaluation = self.evaluation
        for name, variants in evaluation.scheme.outcomes.items():
            model, decision = variants.main, evaluation.decision(name)
            standing = Standing(int(decision.standings[row]))
            if standing in (Standing.NOT_APPLICABLE, Standing.UNRANKED) or (isinstance(model, Check) and standing != Standing.LISTED):
                continue
            if isinstance(model, Check) and model.per == "field":
                continue
            yield paragraph(f"{model.label or name}：{word(evaluation, name, row)}" + (f"（{model.clause}）" if model.clause else ""))
            told = [self.own(text, row) for text in decision.causes[row]] if decision.causes else []
            items = [line for line in decision.lines if line.unit == row and line.standing in (Standing.LISTED, Standing.PENDING)]
            told += [self.own(line_text(evaluation, model, line), row) for line in items]
            listed = standing == Standing.LISTED
            yield bullets([*told, *(model.benefits if listed else ()), *(model.consequences if listed else ())])

    def figures(self, row: int) -> list[list[Any]]:
        """The unit's own figures with their trail, each once."""
        evaluation = self.evaluation
        seen: dict[tuple[str, ...], None] = {}
        for trace in unit_traces(evaluation, row):
            seen.setdefault(self._told(trace, row))
        return [list(line) for line in seen]

    def _told(self, trace: Trace, row: int) -> tuple[str, ...]:
        texts = (trace.label, trace.period, trace.measured, trace.calibre, trace.trail, trace.source, trace.evidence_id, trace.note)
        return (texts[0], texts[1], *(self.own(text, row) for text in texts[2:]))


def _figures(rows: list[list[Any]]) -> Html:
    columns = [
        Column("数据"),
        Column("所属期"),
        Column("所用值", "long"),
        Column(HEADINGS["calibre"], optional=True),
        Column("经过", "long"),
        Column("来源"),
        Column("佐证", optional=True),
        Column("说明", "long", optional=True),
    ]
    return table(columns, rows)

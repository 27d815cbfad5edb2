"""The what-if desk (试算台) without its widgets: what can be set, what follows from it, and saving it as a what-if run.

Whatever is set goes through the same paths as ``evalbook run --set``; nothing is written until it is saved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..analysis.readings import differences
from ..analysis.rescore import rescore
from ..errors import UsageError
from ..exact import Exact, exact, is_number_text, plain
from ..present.html import Column, Html, bullets, paragraph, table
from ..scheme.models import Leaf
from ..scoring.evaluation import Evaluation, decimal
from ..workbook import Prepared, Workbook

#: So many changed verdicts are told one by one.
_MOST = 40


@dataclass(frozen=True)
class Knob:
    """One thing that can be set: its path, what it is called, its official value as text, and for a reading the choices."""

    path: str
    label: str
    value: str
    options: tuple[tuple[str, str], ...] = ()


class Desk:
    """One period with what has been set on it. ``evaluation`` always is the last state that could be scored."""

    def __init__(self, book: Workbook, scheme: str, period: str) -> None:
        self.book = book
        self.base: Prepared = book.prepare(scheme, period)
        self.settings: dict[str, str] = {}
        self.evaluation: Evaluation = self.base.evaluation

    # what can be set ---------------------------------------------------------------------------------------------------

    @property
    def units(self) -> list[tuple[str, str]]:
        """(name, code) of each unit, in roster order."""
        official = self.base.evaluation
        return list(zip(official.unit_names, official.unit_codes, strict=True))

    def figures(self, code: str) -> list[Knob]:
        """Every figure of a unit."""
        official, found = self.base.evaluation, []
        for (unit, name, period), figure in official.dataset.figures.items():
            if unit == code:
                spec = official.scheme.quantity("units", name)
                own = period in ("", str(official.scheme.period))
                label = (spec.label if spec else name) + ("" if own else f"（{period}）")
                label += f"，{spec.uom}" if spec and spec.uom else ""
                found.append(Knob(".".join(("values", code, name, *(() if own else (period,)))), label, _text(figure.used.value)))
        return found

    def weights(self) -> list[Knob]:
        """Marks of every indicator that has the same for all units."""
        scheme, found = self.base.definition, []
        for name in scheme.leaves():
            (_, model), *others = scheme.tree[name].models
            if isinstance(model, Leaf) and model.marks is not None and not others:
                found.append(Knob(f"tree.{name}.marks", scheme.label(name), plain(model.marks)))
        return found

    def readings(self) -> list[Knob]:
        """Every silent clause with its readings."""
        return [
            Knob(f"assumptions.{a.name}", a.silent, a.choice, tuple((label, name) for name, label in a.options.items()))
            for a in self.base.definition.assumptions
            if len(a.options) > 1
        ]

    # setting -----------------------------------------------------------------------------------------------------------

    def set(self, knob: Knob, text: str) -> None:
        """Set one thing and score again; its official value takes the setting away. What cannot be scored is raised and not kept."""
        settings = {path: value for path, value in self.settings.items() if path != knob.path}
        if not same(text.strip(), knob.value):
            if not text.strip():
                raise UsageError(f"“{knob.label}”没有填；要恢复原值请填 {knob.value or '缺失'}")
            settings[knob.path] = text.strip()
        official = self.base.evaluation
        self.evaluation = rescore(self.book.root, official, settings) if settings else official
        self.settings = settings

    def reset(self) -> None:
        """Take every setting away."""
        self.settings, self.evaluation = {}, self.base.evaluation

    def save(self, reason: str) -> Any:
        """Make a what-if run (试算) of the settings; its report. UsageError without settings or reason."""
        from ..run.runner import run_one

        if not self.settings:
            raise UsageError("还没有改动，不用保存；正式运行请用 evalbook run")
        if not reason.strip():
            raise UsageError("请先写明理由：它印在报告首屏，记入运行清单")
        return run_one(
            self.book, self.base.scheme, self.base.period, status="what-if", overrides=dict(self.settings), reason=reason.strip()
        )

    # what follows ------------------------------------------------------------------------------------------------------

    def places(self) -> Html:
        """Totals, places and distances to the cut-offs, before and after, in the order of the trial."""
        now, was = self.evaluation, self.base.evaluation
        scheme = now.scheme
        roots = [root for root in scheme.roots if root in was.scheme.roots]
        rankings = [name for name in scheme.rankings if name in was.scheme.rankings]
        lists = [name for name in scheme.outcomes if any(m is not None for m in now.decision(name).margins)]
        columns = [Column("考核对象")]
        for name in (*roots, *rankings):
            columns += [Column(scheme.label(name), "number"), Column("原为", "number")]
        for name in lists:
            columns += [Column(scheme.label(name)), Column("距名额线", "number")]
        before = {code: row for row, code in enumerate(was.unit_codes)}
        rows, classes = [], []
        for row in now.order:
            old = before[now.unit_codes[row]]
            values: list[Any] = [now.unit_names[row]]
            for root in roots:
                values += [decimal(now.points(root, row)), decimal(was.points(root, old))]
            for ranking in rankings:
                values += [now.place(ranking, row), was.place(ranking, old)]
            for name in lists:
                decision = now.decision(name)
                values += [scheme.outcomes[name].main.text(decision.verdicts[row]), decimal(decision.margins[row])]
            rows.append(values)
            moved = any(now.place(ranking, row) != was.place(ranking, old) for ranking in rankings)
            classes.append("selected" if moved else "")
        return table(columns, rows, row_classes=classes, caption="试算结果（底色为名次有变动的）", wide=True)

    def changes(self) -> Html:
        """What is set, and which results it turns."""
        if not self.settings:
            return paragraph("尚未改动，与正式口径相同。")
        label = self.evaluation.scheme.label
        totals, shifts, changed, paid = differences(self.base.evaluation, self.evaluation)
        lead = f"试算，不是正式结果。改动{len(self.settings)}处：{totals}个总分、{len(shifts)}个名次、{len(changed)}个结果不同"
        lead += f"，金额相差{plain(paid)}元。" if paid is not None else "。"
        told = [f"{path} = {value}" for path, value in self.settings.items()]
        verdicts = [f"{label(one.outcome)} {one.unit}：{one.before} → {one.after}" for one in changed[:_MOST]]
        findings = [fault.message for fault in self.evaluation.scheme.told]
        return paragraph(lead) + bullets(told) + bullets(findings) + bullets(verdicts)


def _text(value: Any) -> str:
    """A figure as it may be typed in again."""
    if value is None:
        return ""
    if not isinstance(value, Exact):
        return str(value)
    text = plain(value)
    return str(value) if text.startswith("≈") else text


def same(text: str, official: str) -> bool:
    """Whether two texts mean the same value.

    >>> same("6.0", "6"), same("6.1", "6"), same("", "")
    (True, False, True)
    """
    if is_number_text(text) and is_number_text(official):
        return bool(exact(text) == exact(official))
    return text == official

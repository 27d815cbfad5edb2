"""What stands in the way of a final run (定稿) and is not exempted by name: figures that nobody verified, findings that are open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..errors import Fault, nearest
from ..scheme.models import Waiver
from ..scoring.evaluation import Evaluation

_MOST_NAMED = 12


def unverified(evaluation: Evaluation) -> list[Fault]:
    """Figures that are neither verified nor exempted, in one blocker; and exemptions that name what there is not."""
    scheme, dataset = evaluation.scheme, evaluation.dataset
    file = scheme.files[-1] if scheme.files else ""
    waivers = [waiver for waiver in scheme.settings.waivers if waiver.what == "unverified"]
    reads = {leaf: {name for name, _ in scheme.needed(leaf)} for leaf in scheme.leaves()}
    found = list(_unknown(evaluation, waivers, set(reads), file))
    names = dict(zip(evaluation.unit_codes, evaluation.unit_names, strict=True))
    open_figures = []
    for code, quantity, period in (key for key, figure in dataset.figures.items() if not figure.verified):
        called = {quantity, *(leaf for leaf, read in reads.items() if quantity in read)}
        if not any(_covers(waiver, {code, names[code]}, called) for waiver in waivers):
            open_figures.append(f"{names[code]}{scheme.label(quantity)}" + (f"（{period}）" if period != str(scheme.period) else ""))
    if open_figures:
        listed = "、".join(open_figures[:_MOST_NAMED]) + ("等" if len(open_figures) > _MOST_NAMED else "")
        remedy = "请补核定值，或在 waivers 中写明 what: unverified 及理由（可用 units、indicators 限定对象和指标）"
        found.append(Fault("final.unverified", f"{len(open_figures)}个数据未经核实：{listed}", remedy, file=file))
    return found


def _covers(waiver: Waiver, unit: set[str], indicator: set[str]) -> bool:
    return (not waiver.units or bool(unit & set(waiver.units))) and (not waiver.indicators or bool(indicator & set(waiver.indicators)))


def _unknown(evaluation: Evaluation, waivers: Sequence[Waiver], leaves: set[str], file: str) -> Iterator[Fault]:
    units = {*evaluation.unit_codes, *evaluation.unit_names}
    known = leaves | set(evaluation.scheme.tables["units"].columns)
    for waiver in waivers:
        for what, named, options in (("考核对象", waiver.units, units), ("指标", waiver.indicators, known)):
            for name in named:
                if name not in options:
                    yield Fault("final.waiver_unknown", f"豁免写的{what}“{name}”不存在", nearest(name, options), file=file, path="waivers")


def open_findings(evaluation: Evaluation, notes: Sequence[Fault]) -> list[Fault]:
    """Findings that no exemption covers."""
    waivers = [waiver for waiver in evaluation.scheme.settings.waivers if waiver.what == "findings"]
    if any(not waiver.codes for waiver in waivers):
        return []
    waived = {code for waiver in waivers for code in waiver.codes}
    return [note for note in notes if note.severity == "finding" and note.code not in waived]

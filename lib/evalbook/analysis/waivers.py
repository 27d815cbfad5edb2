"""What stands in the way of a final run (定稿) and is not exempted by name: figures and items of lists that nobody
verified, findings that are open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..errors import Fault, nearest
from ..scheme.models import Waiver
from ..scoring.evaluation import Evaluation
from .verification import item_lines

_MOST_NAMED = 12
_MOST_OF_A_LIST = 3


def unverified(evaluation: Evaluation) -> list[Fault]:
    """Figures and items that are neither verified nor exempted, in a blocker each; and exemptions that name what there is not."""
    scheme, dataset = evaluation.scheme, evaluation.dataset
    file = scheme.files[-1] if scheme.files else ""
    waivers = [waiver for waiver in scheme.settings.waivers if waiver.what == "unverified"]
    reads = {leaf: {name for name, _ in scheme.needed(leaf)} for leaf in scheme.leaves()}
    found = list(_unknown(evaluation, waivers, set(reads), file))
    names = dict(zip(evaluation.unit_codes, evaluation.unit_names, strict=True))
    open_figures = [key for key, figure in dataset.figures.items() if not figure.verified]
    if waivers:
        called = {quantity: {quantity, *(leaf for leaf, read in reads.items() if quantity in read)} for _, quantity, _ in open_figures}
        open_figures = [
            (code, quantity, period)
            for code, quantity, period in open_figures
            if not any(_covers(waiver, {code, names[code]}, called[quantity], "") for waiver in waivers)
        ]
    if open_figures:
        first = [
            f"{names[code]}{scheme.label(quantity)}" + (f"（{period}）" if period != str(scheme.period) else "")
            for code, quantity, period in open_figures[: _MOST_NAMED + 1]
        ]
        remedy = "请补核定值，或在 waivers 中写明 what: unverified 及理由（可用 units、indicators 限定对象和指标）"
        found.append(Fault("final.unverified", f"{len(open_figures)}个数据未经核实：{_listing(first)}", remedy, file=file))
    tables = {leaf: scheme.tables_of(leaf) for leaf in reads}
    readers = {table: {leaf for leaf, read in tables.items() if table in read} for table in scheme.tables}
    open_items: dict[str, list[str]] = {}
    for line in item_lines(evaluation):
        table, code = line.which.table, line.which.unit_code
        if not any(_covers(waiver, {code, names[code]}, readers[table], table) for waiver in waivers):
            open_items.setdefault(table, []).append(f"{line.unit_name} {line.which.item_id}")
    if open_items:
        listed = "；".join(
            f"{scheme.tables[table].label}{len(items)}个（{_listing(items, _MOST_OF_A_LIST)}）" for table, items in open_items.items()
        )
        message = f"{sum(map(len, open_items.values()))}个清单项目未经核实：{listed}"
        remedy = f"请核实，或在 waivers 中写明 what: unverified、lists: [{', '.join(open_items)}] 及理由（可用 units 限定对象）"
        found.append(Fault("final.unverified_items", message, remedy, file=file))
    return found


def _listing(named: Sequence[str], most: int = _MOST_NAMED) -> str:
    return "、".join(named[:most]) + ("等" if len(named) > most else "")


def _covers(waiver: Waiver, unit: set[str], indicators: set[str], table: str) -> bool:
    """Whether an exemption covers a figure, or an item of a list (``table``). One that names neither indicators nor lists covers both."""
    if waiver.units and not unit & set(waiver.units):
        return False
    everything = not waiver.indicators and not waiver.lists
    return everything or bool(indicators & set(waiver.indicators)) or table in waiver.lists


def _unknown(evaluation: Evaluation, waivers: Sequence[Waiver], leaves: set[str], file: str) -> Iterator[Fault]:
    tables = evaluation.scheme.tables
    units = {*evaluation.unit_codes, *evaluation.unit_names}
    known, lists = leaves | set(tables["units"].columns), {name for name, spec in tables.items() if spec.belongs_to}
    for waiver in waivers:
        for what, named, options in (
            ("考核对象", waiver.units, units),
            ("指标", waiver.indicators, known),
            ("清单", waiver.lists, lists),
        ):
            for name in named:
                if name not in options:
                    remedy = nearest(name, options) if options else "本办法没有清单"
                    yield Fault("final.waiver_unknown", f"豁免写的{what}“{name}”不存在", remedy, file=file, path="waivers")


def open_findings(evaluation: Evaluation, notes: Sequence[Fault]) -> list[Fault]:
    """Findings that no exemption covers."""
    waivers = [waiver for waiver in evaluation.scheme.settings.waivers if waiver.what == "findings"]
    if any(not waiver.codes for waiver in waivers):
        return []
    waived = {code for waiver in waivers for code in waiver.codes}
    return [note for note in notes if note.severity == "finding" and note.code not in waived]

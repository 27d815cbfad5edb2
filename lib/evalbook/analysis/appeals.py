"""复核: what each decision on an appeal moved. The period is evaluated with the decision and without it, by the same library."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..errors import Refused
from ..exact import Exact
from ..scoring.dataset import Appeal, Cell, Dataset, Figure
from ..scoring.evaluation import Evaluation, evaluate
from ..terms import STAGES, State
from .spot_check import Effect, effect

_ORDER = list(STAGES)


@dataclass(frozen=True)
class Moved:
    """One unit that a decision moved: total, place and awards without it and with it (None: none)."""

    unit: str
    points: tuple[Exact | None, Exact | None]
    places: tuple[int | None, int | None]
    awards: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Decided:
    """An appeal whose decision changed a value: the value before, and every unit whose points, place or award moved.

    ``refused`` says that the period cannot be evaluated without the decision.
    """

    appeal: Appeal
    before: Cell | None
    moved: tuple[Moved, ...] = ()
    refused: bool = False


def before_decision(figure: Figure, appeal: Appeal) -> Cell | None:
    """The cell that was used before a decision; None where there was none."""
    entry = int(appeal.decided.entry) if appeal.decided is not None else 0
    earlier = [cell for cell in figure.history if int(cell.entry or 0) < entry]
    return max(earlier, key=lambda cell: (_ORDER.index(cell.stage), int(cell.entry or 0)), default=None)


def appealed(dataset: Dataset, appeal: Appeal) -> Figure | None:
    """The trail of what an appeal is about; None where there is none."""
    if appeal.item is None:
        return dataset.figures.get((appeal.unit_code, appeal.indicator, appeal.period))
    item = dataset.items[appeal.item]
    return item.figure(appeal.indicator) if appeal.indicator else item.whole


def _undone(dataset: Dataset, appeal: Appeal, before: Cell | None) -> Dataset:
    """The figures as they were without a decision."""
    assert appeal.decided is not None
    if appeal.item is not None:
        item = dataset.items[appeal.item]
        entries = tuple(entry for entry in item.entries if entry[1].entry != appeal.decided.entry)
        return dataset.with_item(appeal.item, replace(item, entries=entries))
    value = None if before is None else before.value
    state = State.OK if value is not None else State.MISSING
    return dataset.with_values({(appeal.unit_code, appeal.indicator, appeal.period): (value, state)})


def decided(evaluation: Evaluation) -> list[Decided]:
    """Every appeal that changed a value in force, with what it moved."""
    found = []
    for appeal in evaluation.dataset.appeals:
        figure = appealed(evaluation.dataset, appeal)
        if appeal.decided is None or appeal.result != "changed" or figure is None or figure.used.entry != appeal.decided.entry:
            continue
        before = before_decision(figure, appeal)
        try:
            without = evaluate(evaluation.scheme, _undone(evaluation.dataset, appeal, before), evaluation.others)
        except Refused:
            found.append(Decided(appeal, before, refused=True))
            continue
        found.append(Decided(appeal, before, tuple(_moved(without, evaluation, effect(without, evaluation)))))
    return found


def _moved(without: Evaluation, now: Evaluation, one: Effect) -> list[Moved]:
    rows = sorted({*one.awards, *one.places, *one.points})
    ranking, root = now.main_ranking, now.main_root
    found = []
    for row in rows:
        awards = []
        for name, variants in now.scheme.outcomes.items():
            before, after = (str(variants.main.text(e.decision(name).verdicts[row])) for e in (without, now))
            if before != after and row in one.awards:
                awards.append((now.scheme.label(name), before, after))
        points = (without.points(root, row), now.points(root, row)) if root else (None, None)
        places = (without.place(ranking, row), now.place(ranking, row)) if ranking else (None, None)
        found.append(Moved(now.unit_names[row], points, places, tuple(awards)))
    return found

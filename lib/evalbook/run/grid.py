"""A grid of trials (试算): several values for one path or more, every combination scored, and what each would do to whom.

The combinations are scored here, exactly and in one process; nothing is published. One that is wanted as a report is run by itself.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..scheme.source import parse_yaml, scalar
from ..terms import Standing

if TYPE_CHECKING:
    from ..scoring.evaluation import Evaluation
    from ..workbook import Prepared, Workbook

#: More combinations than these are no grid any more: robustness studies draw from bounds instead.
MOST = 200
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")


def read_settings(texts: Sequence[str]) -> dict[str, list[Any]]:
    """``path=value`` texts as paths with their values; several values are parted by commas, blocks are written ``{…}`` or ``[…]``.

    >>> read_settings(["tree.x.marks=8,9", "assumptions.ties=dense", "tree.x.rule={per_item: 1}"])
    {'tree.x.marks': ['8', '9'], 'assumptions.ties': ['dense'], 'tree.x.rule': [{'per_item': '1'}]}
    """
    found: dict[str, list[Any]] = {}
    for text in texts:
        path, equals, value = text.partition("=")
        path, value = path.strip(), value.strip()
        if not equals or not path:
            raise UsageError(f"--set 应写成 路径=值，如 tree.trade_increment.marks=8；实为“{text}”")
        if path in found:
            raise UsageError(f"--set 把“{path}”写了两次；多个值请写在一起，如 {path}=8,9,10")
        if _THOUSANDS.fullmatch(value):
            together, apart = value.replace(",", ""), value.replace(",", ", ")
            raise UsageError(f"“{value}”有两种读法：一个数请写 {together}；几个数请在逗号后面空一格：{path}='{apart}'")
        found[path] = [_block(value)] if value[:1] in ("{", "[", '"', "'") else [scalar(part.strip()) for part in value.split(",")]
        if not value.startswith(("{", "[")) and len(found[path]) != len(set(map(str, found[path]))):
            raise UsageError(f"--set 的“{path}”有相同的值；请各写一次")
    return found


def _block(text: str) -> Any:
    return parse_yaml(f"value: {text}", "--set").data["value"]


def combinations(settings: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Every combination, the last path changing fastest. UsageError for a grid that explodes."""
    count = 1
    for values in settings.values():
        count *= len(values)
    if count > MOST:
        sizes = " × ".join(str(len(values)) for values in settings.values())
        raise UsageError(f"组合太多：{sizes} ＝ {count}个，至多{MOST}个；请减少取值，或分几次试算")
    return [dict(zip(settings, chosen, strict=True)) for chosen in itertools.product(*settings.values())]


@dataclass(frozen=True)
class Trial:
    """One combination, scored: places by unit code, and per outcome the codes of the units listed."""

    overrides: Mapping[str, Any]
    places: Mapping[str, int | None]
    listed: Mapping[str, tuple[str, ...]]
    pending: int

    @classmethod
    def of(cls, prepared: Prepared) -> Trial:
        """What matters of a prepared period."""
        evaluation = prepared.evaluation
        return cls(prepared.overrides, places_of(evaluation), listed_in(evaluation), len(evaluation.pending))


@dataclass(frozen=True)
class Grid:
    """The official reading (``base``) and every combination; ``names`` and ``labels`` are those of units and outcomes."""

    base: Trial
    trials: tuple[Trial, ...]
    names: Mapping[str, str]
    labels: Mapping[str, str]

    def moved(self, trial: Trial) -> list[str]:
        """Codes of the units whose place is another one than in the base."""
        return [code for code, place in self.base.places.items() if trial.places.get(code) != place]

    def entered(self, trial: Trial, outcome: str) -> tuple[list[str], list[str]]:
        """(who gets onto a list, who falls off it), by code."""
        before, after = self.base.listed.get(outcome, ()), trial.listed.get(outcome, ())
        return [code for code in after if code not in before], [code for code in before if code not in after]


def places_of(evaluation: Evaluation) -> dict[str, int | None]:
    """Place of each unit in the ranking of the total, in order of rank; none where there is no ranking."""
    if evaluation.main_ranking is None:
        return {}
    return {evaluation.unit_codes[row]: evaluation.place(evaluation.main_ranking, row) for row in evaluation.order}


def listed_in(evaluation: Evaluation) -> dict[str, tuple[str, ...]]:
    """Outcome → codes of the units listed, in the order of the list."""
    found = {}
    for name in evaluation.scheme.outcomes:
        decision = evaluation.decision(name)
        rows = [row for row in decision.order if decision.standings[row] == Standing.LISTED]
        found[name] = tuple(evaluation.unit_codes[row] for row in rows)
    return found


def score_grid(
    book: Workbook,
    scheme: str,
    period: str,
    settings: Mapping[str, Sequence[Any]],
    *,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Grid:
    """Score every combination. Refused as a whole when one of them cannot be scored, with what is wrong in it."""
    wanted = combinations(settings)
    base = book.prepare(scheme, period)
    trials = []
    for number, overrides in enumerate(wanted, 1):
        trials.append(Trial.of(book.prepare(scheme, period, overrides=overrides)))
        progress(number, len(wanted))
    evaluation = base.evaluation
    names = dict(zip(evaluation.unit_codes, evaluation.unit_names, strict=True))
    return Grid(Trial.of(base), tuple(trials), names, {name: evaluation.scheme.label(name) for name in evaluation.scheme.outcomes})

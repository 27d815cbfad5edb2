"""What everybody may see (公布名单): units, places, rewards, and totals where the scheme publishes them; nothing more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..exact import Exact
from ..kinds.outcomes.check import Check
from ..kinds.outcomes.choose import Choose
from ..scheme.models import Publishes
from ..scoring.evaluation import Evaluation, decimal
from ..terms import HEADINGS, Standing
from .html import Column, Html, facts, heading, join, paragraph, table
from .outcomes import word

_TOTALS = ("按办法规定公布综合得分", "办法没有规定公布综合得分，本表不列")


@dataclass(frozen=True)
class RankedUnit:
    """A line of a published ranking; ``total`` is None where totals are not published."""

    place: int
    name: str
    group: str
    total: Exact | None


@dataclass(frozen=True)
class PublicRanking:
    """A published ranking, best first; ``unranked`` counts the units that take no place, by name nowhere.

    ``plain`` tells that a place is one more than the number of units with a higher total: no tie-breakers, no other tie policy.
    """

    label: str
    plain: bool
    lines: tuple[RankedUnit, ...]
    unranked: int


@dataclass(frozen=True)
class PublicOutcome:
    """Who is listed, with the word or amount for each; ``pending`` says that something still has to be ruled."""

    label: str
    clause: str
    listed: tuple[tuple[str, str], ...]
    pending: bool


@dataclass(frozen=True)
class PublicList:
    """Everything that a public list says, in the order in which it says it."""

    title: str
    number: str
    issuer: str
    period: str
    unit_word: str
    total_label: str
    totals: bool
    scope_note: str
    rankings: tuple[PublicRanking, ...]
    outcomes: tuple[PublicOutcome, ...]
    notes: tuple[str, ...] = field(default=())


def publishes(evaluation: Evaluation) -> Publishes:
    """What may be published: the period file's word, else the edition's, else as little as there is."""
    scheme = evaluation.scheme
    return scheme.settings.publishes or scheme.meta.publishes or Publishes()


def public_list(evaluation: Evaluation) -> PublicList:
    """What an evaluation lets everybody see."""
    scheme, allowed = evaluation.scheme, publishes(evaluation)
    main = evaluation.main_ranking
    shown = [name for name, model in scheme.rankings.items() if name == main or model.main.of.name in scheme.tree]
    if main is None:
        shown = []
    note = _TOTALS[not allowed.totals] + (f"（{allowed.clause}）" if allowed.clause else "")
    return PublicList(
        title=scheme.meta.title,
        number=scheme.meta.number,
        issuer=scheme.meta.issuer,
        period=scheme.called(scheme.period),
        unit_word=scheme.meta.unit_word,
        total_label=scheme.label(evaluation.main_root) if evaluation.main_root else "",
        totals=allowed.totals and main is not None,
        scope_note=note if main is not None else "",
        rankings=tuple(_ranking(evaluation, name, totals=allowed.totals and name == main) for name in shown),
        outcomes=tuple(_outcome(evaluation, name, rewards=name not in allowed.outcomes) for name in _published(evaluation, allowed)),
    )


def _ranking(evaluation: Evaluation, name: str, *, totals: bool) -> PublicRanking:
    view, scheme = evaluation.ranking(name), evaluation.scheme
    scope = evaluation.walk.scope()
    ranked = [row for row in range(len(evaluation.unit_codes)) if view.places.ok[row]]
    ranked.sort(key=lambda row: (int(view.groups[row]), int(view.order[row]), row))
    lines = tuple(
        RankedUnit(
            int(evaluation.place(name, row) or 0),
            evaluation.unit_names[row],
            scope.group_name(name, row) or "",
            view.of.at(row) if totals else None,
        )
        for row in ranked
    )
    model = scheme.rankings[name].main
    plain_places = not model.then and model.ties in ("competition", "mean_points") and model.order == "desc" and model.missing != "last"
    return PublicRanking(scheme.label(name), plain_places, lines, len(evaluation.unit_codes) - len(ranked))


def _published(evaluation: Evaluation, allowed: Publishes) -> list[str]:
    """Rewards to whole units, and what the scheme publishes besides; checks and records of progress stay inside."""
    found = []
    for name, variants in evaluation.scheme.outcomes.items():
        model = variants.main
        against = isinstance(model, Check) or bool(model.consequences) or getattr(model, "from_", "") == "last"
        record = isinstance(model, Choose) and not model.numeric and not model.benefits
        reward = model.part == "rewards" and not against and not record and not model.child_table() and not getattr(model, "shortlist", "")
        if reward or name in allowed.outcomes:
            found.append(name)
    return found


def _outcome(evaluation: Evaluation, name: str, *, rewards: bool) -> PublicOutcome:
    """Who is listed; of money that is given to some and taken from others, with ``rewards`` only what is given."""
    model, decision = evaluation.scheme.outcomes[name].main, evaluation.decision(name)
    rows = [row for row in decision.order if int(decision.standings[row]) == Standing.LISTED]
    if rewards and model.numeric:
        rows = [row for row in rows if not isinstance(decision.verdicts[row], str) and decision.verdicts[row] > 0]
    listed = tuple((evaluation.unit_names[row], word(evaluation, name, row)) for row in rows)
    return PublicOutcome(model.label or name, model.clause, listed, bool(decision.pending))


# --- as a page -----------------------------------------------------------------------------------------------------------------


def public_page(found: PublicList, *, head: str = "") -> Html:
    """The body of the public page; ``head`` is the archive's head, by which paper and file cross-check."""
    parts: list[Html] = []
    for outcome in found.outcomes:
        parts += [heading(2, outcome.label), paragraph(outcome.clause, "clause") if outcome.clause else Html("")]
        if outcome.pending:
            parts.append(paragraph("有待裁定的事项，裁定之前不公布。", "note"))
        parts.append(_listed(found, outcome))
    for ranking in found.rankings:
        parts += [heading(2, ranking.label), _ranking_table(found, ranking)]
        if ranking.unranked:
            parts.append(paragraph(f"另有{ranking.unranked}个{found.unit_word}不参与本排名。", "note"))
    pairs = [("公布范围", found.scope_note)] if found.scope_note else []
    pairs += [("归档摘要", head)] if head else []
    parts.append(heading(2, "说明") + facts(pairs) if pairs else Html(""))
    return join(parts)


def _listed(found: PublicList, outcome: PublicOutcome) -> Html:
    if not outcome.listed:
        return paragraph("无。")
    rows: list[list[Any]] = [[str(number), *line] for number, line in enumerate(outcome.listed, 1)]
    return table([Column("序号", "right"), Column(found.unit_word), Column("结果")], rows)


def _ranking_table(found: PublicList, ranking: PublicRanking) -> Html:
    rows = [[one.group, str(one.place), one.name, decimal(one.total)] for one in ranking.lines]
    total = Column(found.total_label, "number")
    columns = [Column(HEADINGS["group"], optional=True), Column("名次", "right"), Column(found.unit_word)]
    if found.totals and any(one.total is not None for one in ranking.lines):
        return table([*columns, total], rows)
    return table(columns, [row[:3] for row in rows])

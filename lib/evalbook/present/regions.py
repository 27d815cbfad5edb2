"""Rankings within groups (分地区、省内), the orders that follow from results, and who takes part by which decision."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..scoring.evaluation import Evaluation, decimal
from ..terms import HEADINGS, State
from .html import DASH, Column, Html, heading, join, paragraph, table

if TYPE_CHECKING:
    from ..workbook import Prepared

#: Up to this many groups each has a table of its own, above it one table holds them all.
TABLES_PER_RANKING = 6
_UNIT = Column(HEADINGS["unit_name"])


def group_rankings(run: Prepared) -> Html:
    """Each ranking of points within groups: a table per group, or one with a column for the group where there are many."""
    evaluation = run.evaluation
    rankings, tree = evaluation.scheme.rankings, evaluation.scheme.tree
    found = [name for name, v in rankings.items() if v.main.within is not None and v.main.of.name in tree]
    return join(part for name in found for part in _ranking(evaluation, name)) or paragraph("本办法不分组排名。")


def result_rankings(run: Prepared) -> Html:
    """Each ranking of a result that is no node of the tree (a mean of several periods), group by group, of those who have a place."""
    evaluation = run.evaluation
    found = [name for name, v in evaluation.scheme.rankings.items() if v.main.of.name not in evaluation.scheme.tree]
    return join(part for name in found for part in _ranking(evaluation, name)) or paragraph("本期没有按往期结果排出的名单。")


def _ranking(evaluation: Evaluation, name: str) -> Iterator[Html]:
    """Heading, clause and tables of one ranking."""
    model, view, scope = evaluation.scheme.rankings[name].main, evaluation.ranking(name), evaluation.walk.scope()
    rows = sorted(map(int, view.places.ok.nonzero()[0]), key=lambda row: (int(view.groups[row]), int(view.order[row]), row))
    yield heading(3, evaluation.scheme.label(name))
    if not rows:
        yield paragraph("；".join(filter(None, [model.clause, "没有参加排序的对象。"])), "clause")
        return
    groups = list(dict.fromkeys(int(view.groups[row]) for row in rows))
    told = f"参加排序的{len(rows)}个" + (f"，分{len(groups)}组" if model.within else "")
    yield paragraph("；".join(filter(None, [model.clause, told])), "clause")
    apart = model.within is not None and len(groups) > TABLES_PER_RANKING
    for group in [None] if apart else groups:
        members = [row for row in rows if group is None or view.groups[row] == group]
        caption = scope.group_name(name, members[0]) if group is not None else ""
        yield _table(evaluation, name, members, caption and f"{caption}（{len(members)}个）", with_group=apart)


def _table(evaluation: Evaluation, name: str, rows: list[int], caption: str, *, with_group: bool) -> Html:
    """One table of a ranking: place, unit, the value ranked, and the main ranking's place beside it."""
    view, scope, main = evaluation.ranking(name), evaluation.walk.scope(), evaluation.main_ranking
    of = evaluation.scheme.rankings[name].main.of
    dimensions = evaluation.dimensions if of.name == evaluation.main_root else ()
    other = None if main in (None, name) else main
    lines, css = [], []
    for row in rows:
        place = evaluation.place(name, row)
        line: list[Any] = [scope.group_name(name, row)] if with_group else []
        line += [str(place), evaluation.unit_names[row], evaluation.unit_codes[row], decimal(view.of.at(row))]
        line += [decimal(evaluation.points(dimension, row)) for dimension in dimensions]
        line += ["" if other is None or evaluation.place(other, row) is None else str(evaluation.place(other, row))]
        lines.append(line)
        assert view.places.low is not None
        assert view.places.high is not None
        css.append("tied" if view.places.high[row] > view.places.low[row] else "")
    columns = [
        *([Column(HEADINGS["group"])] if with_group else []),
        Column("名次", "right"),
        _UNIT,
        Column("代码"),
        Column(scope.label(of), "number"),
        *(Column(evaluation.scheme.label(dimension), "number") for dimension in dimensions),
        Column("" if other is None else evaluation.scheme.label(other), "right", optional=True),
    ]
    return table(columns, lines, caption=caption, row_classes=css, wide=bool(dimensions))


def participation(run: Prepared) -> Html:
    """参评方式: how many units take part how, by which decision, from when to when; those who do not simply take part by name."""
    evaluation = run.evaluation
    ranking = evaluation.main_ranking
    places = None if ranking is None else evaluation.ranking(ranking).places.states
    found: dict[tuple[str, ...], list[str]] = {}
    for row, one in enumerate(evaluation.walk.participation):
        placed = places is None or places[row] == State.OK
        what = one.label if placed or not one.plain else State(int(places[row])).label  # type: ignore[index]
        found.setdefault((what, one.basis, one.since, one.until, "" if placed else "否"), []).append(evaluation.unit_names[row])
    order = sorted(found, key=lambda key: -len(found[key]))
    rows = [
        [*key[:4], key[4] or "是", str(len(found[key])), DASH if place == 0 and len(order) > 1 else "、".join(found[key])]
        for place, key in enumerate(order)
    ]
    if len(order) == 1:
        return paragraph(f"{len(evaluation.unit_names)}个{evaluation.scheme.meta.unit_word}都参评并参与排名。")
    columns = [
        Column(HEADINGS["participation"]),
        *(Column(HEADINGS[f"participation_{part}"], optional=True) for part in ("basis", "from", "until")),
        Column("占名次"),
        Column("个数", "right"),
        Column("名单", "long"),
    ]
    return table(columns, rows, caption="参评方式（得分照常列示，不占名次的不影响他人名次）")

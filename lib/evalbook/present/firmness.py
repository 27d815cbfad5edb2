"""How firm one evaluation is: what each reading of the text, each single figure and other weights would make of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..exact import plain, round_half_up
from .html import Column, Html, join, paragraph, table
from .readings import effects, few, standing

if TYPE_CHECKING:  # every report loads this module, and only studies make what it shows
    from ..analysis.firmness import Firmness
    from ..analysis.robustness import Interval, Without

#: So many rows of distances or turns are shown; the tables beside the page have all.
_ROWS = 60


def firmness_summary(found: Firmness) -> Html:
    """What holds under every reading, and how near the rest is."""
    parts = [standing(found.standing, found.label)] if found.standing else []
    if found.flips:
        one = min(found.flips, key=lambda flip: abs(flip.change) / abs(flip.value) if flip.value else 1)
        parts.append(paragraph(f"改动最小就能改变结果的一个数：{found.label(one.outcome)}，{one.sentence}。"))
    return join(parts) if parts else paragraph("本期没有名单，也没有一个数能改变的结果。")


def reading_effects(found: Firmness) -> Html:
    """Every other reading alone: totals, places, results and money that differ."""
    caption = f"逐条换一种读法（{len(found.single)}种；全部组合{found.combinations}种，用 evalbook readings 计算）"
    return effects(found.single, found.label, caption=caption) if found.single else paragraph("本办法没有登记未写明之处。")


def margin_distances(found: Firmness) -> Html:
    """Each unit's distance to each cut-off."""
    rows = [
        [found.label(one.outcome), one.unit, one.word, one.place, plain(round_half_up(one.margin, 4)) if one.margin is not None else None]
        for one in found.distances[:_ROWS]
    ]
    columns = [Column("项目"), Column("考核对象"), Column("结果"), Column("位次", "number"), Column("距名额线", "number")]
    return table(columns, rows, caption=_caption("距名额线", len(found.distances))) if rows else paragraph("本期没有名额线。")


def margin_turns(found: Firmness) -> Html:
    """The smallest change of one figure, and the single expert's score, that turn a result."""
    rows = [
        [found.label(one.outcome), one.sentence, "评定分" if one.judged else "", "" if one.verified else "未经核实"]
        for one in found.flips[:_ROWS]
    ]
    columns = [Column("项目"), Column("怎样改会改变结果", "long"), Column("性质", optional=True), Column("核实", optional=True)]
    caption = _caption("只改一个数就会改变结果的", len(found.flips))
    parts = [table(columns, rows, caption=caption)] if rows else [paragraph("没有哪一个数单独改动能改变结果。")]
    experts = [
        [found.label(one.outcome), one.unit, one.indicator, one.item, plain(one.score), plain(one.to), one.turns_to]
        for one in found.experts[:_ROWS]
    ]
    if experts:
        heads = [Column("项目"), Column("考核对象"), Column("指标"), Column("评分人"), Column("评分", "number"), Column("改为", "number")]
        parts.append(table([*heads, Column("即为")], experts, caption=_caption("一名专家改分就会改变结果的", len(found.experts))))
    return join(parts)


def rank_intervals(found: Firmness) -> Html:
    """Where each unit's place lies when weights and figures vary, and in how many of the draws it is listed."""
    if found.drawn is None:
        return paragraph(f"{found.not_drawn}。")
    text = f"{found.study.words(found.label)}；幅度出自：{found.bounds_from}。"
    parts = [paragraph(text + ("各项权重变动后按比例调回原来的总分。" if found.study.weights else ""))]
    parts += [paragraph(f"{found.label(name)}随结果运用而定，不在此列。") for name in found.drawn.left_out]
    parts += [_intervals(rows, f"{found.label(ranking)}的范围") for ranking, rows in found.drawn.intervals.items()]
    for outcome, shares in found.drawn.shares.items():
        ordered = sorted(((unit, share) for unit, share in shares.items() if share), key=lambda item: -item[1])
        listed = [[unit, f"{share:.1%}"] for unit, share in ordered]
        heads = [Column("考核对象"), Column("列入的比例", "number")]
        parts.append(table(heads, listed, caption=f"{found.label(outcome)}：各次抽样中列入的比例"))
    return join(parts)


def expert_intervals(found: Firmness) -> Html:
    """Where each unit's place lies when as many experts are drawn again from those who scored."""
    if found.panels is None:
        return paragraph("没有由多名专家评分、可以重抽的指标。")
    return join(_intervals(rows, f"重抽专家时{found.label(ranking)}的范围") for ranking, rows in found.panels.intervals.items())


def left_out(found: Firmness) -> Html:
    """What leaving out one indicator, or one unit, does to the places of the others."""
    units, why = found.without_units
    parts = [_without(rows, word, found) for word, rows in (("指标", found.without_indicators), ("考核对象", units)) if rows]
    if why:
        parts.append(paragraph(f"去掉一个考核对象不能计算：{why}。"))
    return join(parts) if parts else paragraph("没有可以去掉一项再比较的总分。")


def sensitivity_indices(found: Firmness) -> Html:
    """How much of the shift of places each weight makes alone, and with all its interactions."""
    indices, why = found.indices
    if not indices:
        return paragraph(f"{why}。" if why else "没有可以变动的权重。")
    rows = [[one.name, f"{one.main:.3f}", f"{one.total:.3f}"] for one in sorted(indices, key=lambda one: (-round(one.total, 3), one.name))]
    columns = [Column("指标"), Column("主效应", "number"), Column("总效应", "number")]
    return table(columns, rows, caption="权重对名次平均变动的敏感度（Sobol 指数，总效应由大到小）")


def _without(found: list[Without], word: str, of: Firmness) -> Html:
    rows = [[one.what, one.moved, one.most or None, one.who if one.most else "", _lists(one, of)] for one in found]
    columns = [Column(f"去掉的{word}"), Column("名次变的", "number"), Column("最多变几名", "number"), Column("谁", "long")]
    return table([*columns, Column("名单的变化", "long", optional=True)], rows, caption=f"逐一去掉一个{word}")


def _lists(one: Without, found: Firmness) -> str:
    texts = [f"{found.label(outcome)} {unit}列入" for outcome, units in one.gained.items() for unit in units]
    texts += [f"{found.label(outcome)} {unit}落选" for outcome, units in one.lost.items() for unit in units]
    return few(texts)


def _intervals(rows: list[Interval], caption: str) -> Html:
    columns = [Column("考核对象"), Column("名次", "number"), Column("九成情况在"), Column("最好", "number"), Column("最差", "number")]
    return table(columns, [[one.unit, one.place, f"{one.low}—{one.high}", one.best, one.worst] for one in rows], caption=caption)


def _caption(text: str, number: int) -> str:
    return f"{text}（{number}处）" if number <= _ROWS else f"{text}（共{number}处，列出{_ROWS}处，其余见 tables）"

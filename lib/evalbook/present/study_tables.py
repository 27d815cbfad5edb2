"""Tables beside a study, for spreadsheets: every move and difference, also those that the page cuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..analysis.compare import Comparison
from ..analysis.firmness import Firmness
from ..analysis.replay import GROUPS
from ..analysis.trend import Trend
from ..terms import HEADINGS

if TYPE_CHECKING:
    import pandas as pd

_WHAT = {"total": "总分", "place": "名次", "money": "金额（元）", "points": "得分", "rank": "其他排名"}


def comparison_tables(comparison: Comparison) -> dict[str, pd.DataFrame]:
    """Differences, moves with the part of each cause (exact, as a fraction where it has no end), verdicts."""
    import pandas as pd

    labels = comparison.labels
    moves = [
        [
            _WHAT[move.what] if not move.name else comparison.label(move.name),
            move.unit,
            comparison.units[move.unit],
            move.before,
            move.after,
            move.change,
            *(None if move.parts is None else move.parts.get(cause) for cause in labels),
        ]
        for move in comparison.moves
    ]
    heads = ["项目", HEADINGS["unit_code"], HEADINGS["unit_name"], "甲", "乙", "变化", *labels.values()]
    differences = [[GROUPS[d.group], d.path, d.label, d.before, d.after, d.place] for d in comparison.differences]
    verdicts = [
        [
            comparison.label(v.outcome),
            v.unit,
            comparison.units[v.unit],
            v.before,
            v.after,
            "、".join(labels[c] for c in v.alone),
            "、".join(labels[c] for c in v.needed),
        ]
        for v in comparison.verdicts
    ]
    own = ["项目", HEADINGS["unit_code"], HEADINGS["unit_name"], "甲", "乙", "单独改变即可的原因", "不可缺的原因"]
    return {
        "differences": pd.DataFrame(differences, columns=["类别", "路径", "什么", "甲", "乙", "在哪里"], dtype=object),
        "moves": pd.DataFrame(moves, columns=heads, dtype=object),
        "verdicts": pd.DataFrame(verdicts, columns=own, dtype=object),
    }


def trend_tables(trend: Trend) -> dict[str, pd.DataFrame]:
    """Places and totals by unit and period, and why periods are not measured alike."""
    import pandas as pd

    rows = [
        [code, trend.units[code], label, point.place, point.total, "" if point.on_roster else "不在名单"]
        for code, points in trend.points.items()
        for label, point in zip(trend.labels, points, strict=True)
    ]
    heads = [HEADINGS["unit_code"], HEADINGS["unit_name"], HEADINGS["period"], "名次", "总分", "说明"]
    breaks = [[one.before, one.after, one.kind, one.text] for one in trend.breaks]
    return {
        "trend": pd.DataFrame(rows, columns=heads, dtype=object),
        "breaks": pd.DataFrame(breaks, columns=["前一期", "后一期", "类别", "不同之处"], dtype=object),
    }


def firmness_tables(found: Firmness) -> dict[str, pd.DataFrame]:
    """Readings with every place and result that differ, distances, single figures that turn a result."""
    import pandas as pd

    read = []
    for one in found.single:
        words = "；".join(one.words)
        read += [[words, found.label(shift.ranking), shift.unit, shift.before, shift.after] for shift in one.shifts]
        read += [[words, found.label(change.outcome), change.unit, change.before, change.after] for change in one.changes]
    distances = [[found.label(d.outcome), d.unit, d.word, d.place, d.margin] for d in found.distances]
    turns = [
        [found.label(f.outcome), f.unit, f.figure, f.uom, f.value, f.to, f.turns_to, "已核实" if f.verified else "未核实"]
        for f in found.flips
    ]
    name = HEADINGS["unit_name"]
    frames = {
        "readings": (["未写明之处：别的读法", "项目", name, "现读法", "别的读法"], read),
        "distances": (["项目", name, "结果", "位次", "距名额线"], distances),
        "turns": (["项目", name, "数据", "计量单位", "现值", "改为", "即为", "核实"], turns),
    }
    return {key: pd.DataFrame(rows, columns=heads, dtype=object) for key, (heads, rows) in frames.items()}

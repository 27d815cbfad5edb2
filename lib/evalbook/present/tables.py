"""The frames of an evaluation as published tables: Chinese headings, ready for csv and xlsx."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..terms import CALIBRES, HEADINGS, STAGES

if TYPE_CHECKING:
    import pandas as pd

    from ..workbook import Prepared

#: What comes back: the form of a unit, the sheet of whoever checked it.
_PAPERS = (("form", "填报表"), ("check", "核实表"))
_HEADINGS = (
    HEADINGS
    | STAGES
    | {
        "label": "名称",
        "measured": "指标值",
        "state": "状态",
        "adjustment": "核减（增）",
        "place": "出处",
        **{f"{paper}_{part}": f"{word}{HEADINGS[part]}" for paper, word in _PAPERS for part in ("file", "sheet", "cell", "sha256")},
        "verdict": "结果",
        "margin": "与名额线分差",
        "other_calibre": "另一口径数值",
        "assumption": "假设",
        "silent": "文件未写明",
        "choice": "读法代号",
        "default": "来由",
        "alternatives": "其他读法",
        "origin": "数据性质",
        "cause": "情形",
        "amount": "金额（元）",
        "outcome": "奖惩项目",
        "payer": "付款方",
        "recipient": "收款方",
        "purpose": "用途",
        "basis": "依据",
        "rewards": "奖励（元）",
        "deductions": "扣减（元）",
        "remainders": "平分余数（元）",
        "net": "净支出（元）",
        "found": "该期结果",
        "result_sha256": "该期结果校验码",
    }
)
_NAMES = {
    "totals": "综合得分",
    "scores": "指标得分",
    "measures": "指标完成情况",
    "history": "跨期结果",
    "figures": "数据",
    "assumptions": "假设与口径",
    "participation": "不参与排名或另有规定的对象",
    "exemptions": "免评的指标",
    "calibres": "两种口径的数据",
    "payments": "兑付表",
    "accounts": "奖惩相抵",
    "trial": "试算改动",
}


#: Headings of single tables, whose names may mean something else where columns are called after results.
_OWN = {
    "exemptions": {"reason": "免评理由", "by": "批准"},
    "assumptions": {"label": "本期读法", "reason": "理由", "by": "裁定"},
    "calibres": {
        **{name: f"{word}口径" for name, word in CALIBRES.items()},
        "difference": "差额（后−前）",
        "used": "计分所用口径",
        "changed": "管辖范围调整日期",
    },
}


def published_tables(run: Prepared) -> dict[str, pd.DataFrame]:
    """Name (ASCII, for file names) → frame with Chinese headings."""
    scheme = run.evaluation.scheme
    found = {"trial": _trial(run)} if run.trial else {}
    for name, frame in run.evaluation.tables().items():
        headings = _HEADINGS | _OWN.get(name, {})
        labels = {c: headings.get(c) or scheme.label(c) for c in frame.columns}
        if "total" in labels and name.startswith("outcome_"):
            ranking = scheme.rankings[run.evaluation.ranked_by(name.removeprefix("outcome_"))].main
            labels["total"] = run.evaluation.walk.scope().label(ranking.of)
        found[name] = frame.set_axis([labels[c] for c in frame.columns], axis="columns")
    return found


def _trial(run: Prepared) -> pd.DataFrame:
    """What a trial sets otherwise: the first table of its files, so that nobody takes the others for the result."""
    import pandas as pd

    rows = [[one.label, one.path, one.old, one.new, run.reason] for one in run.trial]
    return pd.DataFrame(rows, columns=["改动", "路径", "原为", "试算为", "理由"], dtype=object)


def table_title(run: Prepared, name: str) -> str:
    """Chinese title of a published table."""
    label = run.evaluation.scheme.label
    if name.startswith("items_"):
        return f"{label(name.removeprefix('items_'))}·明细"
    return _NAMES.get(name) or label(name.removeprefix("outcome_"))

"""The field's vocabulary: column names, Chinese labels, states, statuses and flags.

Every word a reader can meet is written once, here (design: words). Code uses the English term, people read the Chinese one.
"""

from __future__ import annotations

from enum import IntEnum

#: English column name → Chinese heading. Data files may use either; outputs print the Chinese one.
HEADINGS: dict[str, str] = {
    "unit_code": "单位代码",
    "unit_name": "考核对象",
    "group": "分组",
    "participation": "参评方式",
    "participation_basis": "参评依据",
    "participation_from": "参评方式起",
    "participation_until": "参评方式止",
    "aliases": "别名",
    "indicator": "指标",
    "period": "考核期",
    "calibre": "口径",
    "stage": "环节",
    "value": "数值",
    "uom": "计量单位",
    "source": "数据来源",
    "evidence_id": "佐证编号",
    "origin": "数据性质",
    "by": "经办",
    "date": "日期",
    "note": "备注",
    "table": "清单",
    "item_id": "项目编号",
    "item_name": "项目名称",
    "item_key": "项目识别",
    "title": "材料名称",
    "file": "文件",
    "page": "页码",
    "sha256": "校验码",
    "supports": "证明事项",
    "sheet": "工作表",
    "row": "行",
    "column": "列",
    "cell": "单元格",
    "entry": "序号",
    "appeal_id": "复核编号",
    "disputed": "对照值",
    "result": "复核结论",
    "reason": "原因代码",
    "department": "核实部门",
    "chain": "链",
    "rule": "规则",
    "remedy": "处理办法",
    "clause": "条款",
    "marks": "分值",
    "points": "得分",
    "rank": "排名",
    "total": "综合得分",
    "dimension": "一级指标",
}

#: Sheets (or csv files) of a period's figures → the Chinese names they may have instead.
SHEETS: dict[str, tuple[str, ...]] = {
    "units": ("名单", "考核对象"),
    "values": ("数据", "数值"),
    "items": ("清单", "项目"),
    "evidence": ("佐证", "佐证材料"),
    "adjustments": ("核定记录", "调整记录"),
    "references": ("旁证数据", "其他来源"),
}
#: Sheets for the reader only.
PROSE_SHEETS = ("说明", "填报说明", "填表说明", "数据说明", "来源说明", "封面", "目录", "SOURCE")

#: Stages a figure passes (ZJ-6.1 to 6.3); the last one present is the figure used. A decision on an appeal stands above all.
STAGES: dict[str, str] = {"reported": "填报值", "verified": "核定值", "spot_check": "抽查值", "appeal": "复核值"}
#: An entry of the record (核定记录) that opens an appeal: it changes no figure.
APPEAL_OPEN = "appeal_open"
#: What can be entered in the record: the stages after the filing, and an appeal.
ENTRIES: dict[str, str] = {**{name: word for name, word in STAGES.items() if name != "reported"}, APPEAL_OPEN: "提出复核"}
#: What the record can say of an item of a list as a whole: all as filed, not recognised, recognised again. Changed is what a sheet says
#: of an item of which some columns get another value: the record then holds those.
CONFIRMED, STRUCK, RECOGNISED, CHANGED = "属实", "不予认定", "予以认定", "调整"
#: What a decision on an appeal comes to.
RESULTS: dict[str, str] = {"changed": "变更", "upheld": "维持", "withdrawn": "撤回"}
#: Why a department's value is what it is (原因代码). The first one says that nothing was changed.
REASONS: dict[str, str] = {
    "R00": "核实无误",
    "R01": "统计口径不符",
    "R02": "所属时段不符",
    "R03": "重复计算",
    "R04": "计量单位有误",
    "R05": "录入或计算错误",
    "R06": "佐证不足",
    "R07": "不符合认定条件",
    "R08": "部门数据更新或修订",
    "R09": "漏报补计",
    "R10": "查实虚报",
    "R99": "其他（在说明中写明）",
}
#: Sources of a figure that report it and therefore do not verify it.
SELF_REPORTED = frozenset({"地方上报", "单位上报", "单位自报", "自报", "各单位填报", "附表", "另行下发"})

#: Where a figure comes from. Synthetic figures are flagged on every page.
ORIGINS: dict[str, str] = {"official": "官方公布", "press": "新闻报道", "derived": "推算", "synthetic": "模拟"}

#: ... or, where it is no figure, from the evaluation of a period.
PERIOD_RESULT = "考核期结果"

#: How a unit takes part in the evaluation, the gravest last: of several that hold for a unit the gravest does.
PARTICIPATIONS: dict[str, str] = {
    "ranked": "参评",
    "not_eligible": "参评但无入选资格",
    "no_task": "无任务",
    "files_only": "只报数据不排名",
    "disqualified": "取消资格",
}

#: Boundary on which a figure was counted, where the boundary of the unit changed.
CALIBRES: dict[str, str] = {"before": "调整前", "after": "调整后"}

#: Run status and outcome (design: runs).
STATUSES: dict[str, str] = {"final": "定稿", "draft": "初稿", "what-if": "试算", "look": "试看"}
OUTCOMES: dict[str, str] = {
    "completed": "完成",
    "refused": "被拒绝",
    "failed": "失败",
    "timeout": "超时",
    "interrupted": "中断",
}
#: Studies of several evaluations: executed notebooks too, but no results.
STUDIES: dict[str, str] = {"compare": "比较", "trend": "趋势", "robustness": "稳健性"}
FLAGS: dict[str, str] = {"synthetic": "含模拟数据", "trial": "试评", "unofficial": "含未公开口径", "incomplete": "数据不全"}


class State(IntEnum):
    """State of one result of one unit. Missing is not zero, zero is not "not applicable".

    >>> State.MISSING.label
    '缺失'
    """

    OK = 0
    MISSING = 1
    UNDEFINED = 2
    NOT_APPLICABLE = 3
    EXEMPT = 4
    NOT_ASSESSED = 5
    UNRANKED = 6

    @property
    def label(self) -> str:
        """Chinese word that the report prints for this state."""
        return _STATE_LABELS[self]


class Standing(IntEnum):
    """What an outcome makes of one unit. One that waits for a ruling is neither listed nor not listed.

    >>> Standing.PENDING.label
    '待裁定'
    """

    NOT_LISTED = 0
    LISTED = 1
    PENDING = 2
    BARRED = 3
    UNRANKED = 4
    NOT_APPLICABLE = 5

    @property
    def label(self) -> str:
        """Chinese word that the report prints where the outcome has no word of its own."""
        return _STANDING_LABELS[self]


_STANDING_LABELS = {
    Standing.NOT_LISTED: "未列入",
    Standing.LISTED: "列入",
    Standing.PENDING: "待裁定",
    Standing.BARRED: "无入选资格",
    Standing.UNRANKED: "不参与排名",
    Standing.NOT_APPLICABLE: "不适用",
}
_STATE_LABELS = {
    State.OK: "正常",
    State.MISSING: "缺失",
    State.UNDEFINED: "无法计算",
    State.NOT_APPLICABLE: "不适用",
    State.EXEMPT: "免评",
    State.NOT_ASSESSED: "本期不考核",
    State.UNRANKED: "不参与排名",
}

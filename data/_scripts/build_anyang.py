"""Build data/anyang/*: judged scores of six quarters, two on-site observations and the rosters of two years, every figure synthetic.

Only the names and codes of the counties and districts are real. Scores are drawn (shipping.Draw); the last place of each group, which
costs money, and everything else that speaks against a unit is given to fictitious ones. What a test or a report must be able to
meet is planned in the tables below and not left to chance.

Usage: ``python data/_scripts/build_anyang.py [--out FOLDER]`` (default: the data folder itself).
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
    VALUE_COLUMNS,
    Draw,
    plain,
    tenths,
    write_csv,
    write_text,
)

draw = Draw("evalbook-anyang-1")

#: Code → name, group. Divisions as of 2020 and 2021; 滑县 and the development zones are not settled by the document and left out.
UNITS = {
    "410581": ("林州市", "县（市）"), "410522": ("安阳县", "县（市）"), "410523": ("汤阴县", "县（市）"), "410527": ("内黄县", "县（市）"),
    "410598": ("示例县", "县（市）"), "410502": ("文峰区", "区"), "410503": ("北关区", "区"), "410505": ("殷都区", "区"),
    "410506": ("龙安区", "区"), "410599": ("示例区", "区"),
}  # fmt: skip
#: Departments are observed on site twice a year and file quarterly reports, but are not scored by quarter.
DEPARTMENTS = {"410591": ("示例部门甲", "部门"), "410592": ("示例部门乙", "部门")}
FICTITIOUS = ("410598", "410599")
QUARTERS = ("2020Q3", "2020Q4", "2021Q1", "2021Q2", "2021Q3", "2021Q4")
HALVES, YEARS = ("2021H1", "2021H2"), ("2020", "2021")

#: Item → highest score, judging department (document, chapter 四).
ITEMS = {
    "s_planning": (3, "市重点项目办"), "s_reserve_major": (10, "市发展改革委"), "s_reserve_quality": (5, "市发展改革委"),
    "s_reserve_landing": (5, "市发展改革委"), "s_reserve_key": (7, "市重点项目办"), "s_outside_capital": (3, "市商务局"),
    "s_signed": (5, "市商务局"), "s_signed_quality": (2, "市商务局"), "s_landed": (5, "市商务局"), "s_joint_start": (5, "市重点项目办"),
    "s_started": (5, "市统计局"), "s_completed": (3, "市统计局"), "s_progress": (5, "市统计局"), "s_annual_plan": (7, "市重点项目办"),
    "s_central_budget": (5, "市发展改革委"), "s_special_bonds": (5, "市财政局"), "s_weak_links": (5, "市发展改革委"),
    "s_reform": (2, "市政务服务和大数据局"), "s_measures": (3, "市重点项目办"), "s_joint_approval": (10, "市住房城乡建设局"),
}  # fmt: skip
#: Quarter → (unit, the unit whose total it equals): the two best of a group share the first place.
TIES = {"2021Q1": ("410506", "410503"), "2021Q3": ("410523", "410581")}
#: Quarter → the units that are best of their groups, so that a planned tie is one for the first place.
BEST = {"2021Q1": ("410503", "410522"), "2021Q3": ("410581", "410502")}
NO_JOINT_START = {("2021Q2", "410598")}
NO_REPORT = {("2021Q4", "410598"), ("2021Q2", "410592")}
#: (quarter, unit) of a project that was reported as started and saw no investment afterwards.
SHAM_START = {("2021Q3", "410599")}
#: (quarter, unit) of a project whose approval took longer than half of 100 working days.
SLOW_APPROVAL = {("2021Q2", "410599"), ("2021Q4", "410599")}
#: Quarter → first month, month after the last.
MONTHS = {"Q1": ("01", "04"), "Q2": ("04", "07"), "Q3": ("07", "10"), "Q4": ("10", "01")}


def scores(period: str, code: str) -> dict[str, Decimal]:
    """Judged scores of one unit in steps of 0.1."""
    low, high = (30, 52) if code in FICTITIOUS else (90, 97) if code in BEST.get(period, ()) else (62, 88)
    return {name: tenths(Decimal(draw(most * low, most * high, period, code, name)).scaleb(-2)) for name, (most, _) in ITEMS.items()}


def quarter(period: str) -> dict[str, dict[str, Decimal]]:
    """Scores of all units, planned ties carried out: the same scores, two of them exchanged between items of equal weight."""
    found = {code: scores(period, code) for code in UNITS}
    if period in TIES:
        unit, like = TIES[period]
        same = dict(found[like])
        same["s_reserve_quality"], same["s_reserve_landing"] = same["s_reserve_landing"], same["s_reserve_quality"]
        found[unit] = same
    return found


def unit_rows(period: str) -> list[dict[str, str]]:
    """The roster: departments besides in the half-years, and in the quarters, where they owe a written report but are not scored."""
    rows = []
    for code, (name, group) in (UNITS if period in YEARS else UNITS | DEPARTMENTS).items():
        row = {"unit_code": code, "unit_name": name, "participation": "ranked", "group": group}
        if group == "部门" and period in QUARTERS:
            row |= {"participation": "no_task", "participation_basis": "五（三）只对县（市、区）打分；六（三）部门报送书面汇报"}
        rows.append(row)
    return rows


def value_row(code: str, name: str, indicator: str, period: str, value: Decimal, source: str, evidence: str) -> dict[str, str]:
    """One judged score."""
    return {
        "unit_code": code,
        "unit_name": name,
        "indicator": indicator,
        "period": period,
        "stage": "verified",
        "value": plain(value),
        "uom": "分",
        "source": source,
        "evidence_id": evidence,
        "origin": "synthetic",
        "by": f"{source}（模拟）",
        "note": "模拟评定分",
    }


def item_rows(period: str) -> list[dict[str, str]]:
    """Joint starts, projects started and written reports of one quarter."""
    year, part = period[:4], period[4:]
    first, after = MONTHS[part]
    following = str(int(year) + (part == "Q4"))
    trail = {"origin": "synthetic", "source": SYNTHETIC, "by": "示例科室", "note": "模拟"}
    rows = []
    for number, (code, (name, _)) in enumerate(UNITS.items(), 1):
        if (period, code) not in NO_JOINT_START:
            rows.append(
                {"table": "starts", "item_id": f"JZ{period}-{number:02d}", "unit_code": code, "item_name": f"{name}集中开工活动（模拟）",
                 "held_on": f"{year}-{first}-{draw(5, 25, 'day', period, code):02d}"} | trail
            )  # fmt: skip
        for serial in (1, 2):
            planned = serial == 2
            days = draw(28, 50, "days", period, code, str(serial))
            invested = draw(12, 180, "invested", period, code, str(serial)) * 50
            rows.append(
                {"table": "projects", "item_id": f"XM{period}-{number:02d}-{serial}", "unit_code": code,
                 "item_name": f"模拟项目{number:02d}-{serial}（{name}）",
                 "started_on": f"{year}-{first}-{draw(3, 28, 'start', period, code, str(serial)):02d}",
                 "later_investment": "0" if planned and (period, code) in SHAM_START else str(invested),
                 "approval_days": str(draw(61, 79, "slow", period, code)) if planned and (period, code) in SLOW_APPROVAL else str(days)}
                | trail
            )  # fmt: skip
    for number, (code, (name, _)) in enumerate((UNITS | DEPARTMENTS).items(), 1):
        filed = "" if (period, code) in NO_REPORT else f"{following}-{after}-{draw(1, 9, 'report', period, code):02d}"
        rows.append(
            {"table": "reports", "item_id": f"HB{period}-{number:02d}", "unit_code": code, "item_name": f"{name}{period}书面汇报（模拟）",
             "filed_on": filed} | trail
        )  # fmt: skip
    return rows


def build(out: Path) -> None:
    """Write every period."""
    departments = list(dict.fromkeys(source for _, source in ITEMS.values()))
    item_columns = [*ITEM_KEYS, "held_on", "started_on", "later_investment", "approval_days", "filed_on", *ITEM_TRAIL]
    for period in (*QUARTERS, *HALVES, *YEARS):
        folder = out / "anyang" / period
        values: list[dict[str, str]] = []
        evidence: list[dict[str, str]] = []
        items: list[dict[str, str]] = []
        if period in QUARTERS:
            ids = {source: f"PD{period}-{number}" for number, source in enumerate(departments, 1)}
            for code, found in quarter(period).items():
                for name, value in found.items():
                    values.append(value_row(code, UNITS[code][0], name, period, value, ITEMS[name][1], ids[ITEMS[name][1]]))
            evidence = [
                {"evidence_id": ids[s], "title": f"{s}{period}评定记录（模拟）", "supports": f"{s}各项评定分 {period}", "note": "模拟"}
                for s in departments
            ]
            items = item_rows(period)
        elif period in HALVES:
            for code, (name, _) in (UNITS | DEPARTMENTS).items():
                low, high = (55, 68) if code in FICTITIOUS else (74, 93)
                score = Decimal(draw(low * 10, high * 10, "observed", period, code)).scaleb(-1)
                values.append(value_row(code, name, "observation", period, score, "工作推进专班", f"GM{period}"))
            evidence = [
                {
                    "evidence_id": f"GM{period}",
                    "title": f"{period}观摩评价记录（模拟）",
                    "supports": f"半年观摩评价 {period}",
                    "note": "模拟",
                }
            ]
        write_csv(folder / "units.csv", ["unit_code", "unit_name", "participation", "participation_basis", "group"], unit_rows(period))
        write_csv(folder / "values.csv", VALUE_COLUMNS, values)
        write_csv(folder / "items.csv", item_columns, items)
        write_csv(folder / "evidence.csv", EVIDENCE_COLUMNS, evidence)
        write_text(folder / "SOURCE.md", SOURCE.format(period=period, planned=planned_text(period)))


def planned_text(period: str) -> str:
    """What is planned in a period, for its SOURCE.md."""
    names = {code: name for code, (name, _) in (UNITS | DEPARTMENTS).items()}
    found = []
    if period in TIES:
        unit, like = TIES[period]
        found.append(f"{names[like]}与{names[unit]}总分相同，并列本组第一（奖励平分）")
    found += [f"{names[c]}没有开展集中开工活动" for p, c in sorted(NO_JOINT_START) if p == period]
    found += [f"{names[c]}没有报送书面汇报" for p, c in sorted(NO_REPORT) if p == period]
    found += [f"{names[c]}一个项目报了开工、之后没有投资" for p, c in sorted(SHAM_START) if p == period]
    found += [f"{names[c]}一个项目审批超过50个工作日" for p, c in sorted(SLOW_APPROVAL) if p == period]
    if period in QUARTERS:
        found.append("每组最后一名（扣款）是虚构的示例县、示例区")
    if period == "2020":
        found.append("全年只有第三、第四季度的考评")
    return "\n".join(f"- {text}" for text in found) or "- 无"


SOURCE = """# 数据说明：安阳市“四比四看” {period}

全部数值为模拟，由 `data/_scripts/build_anyang.py` 以固定种子生成，每行标明 synthetic，不反映任何地方的实际工作。
县（市、区）名称和代码取自2020、2021年行政区划；滑县和各类开发区是否参评文件没有写明，未列入。示例县、示例区、示例部门为虚构。

本期有意安排的情形：

{planned}
"""


def main() -> None:
    """Read the options and build."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=DATA)
    build(parser.parse_args().out)


if __name__ == "__main__":
    main()

"""Build data/county_trial/{2019,2022,2024} from the raw table of the twelve counties of Shaoyang. Real figures only.

Nothing is computed: every value is the text of the raw file, with its own unit of measure. Which years stand side by side
follows the breaks recorded in data/_sources/README.md: a pair across a break is never shipped.

Usage: ``python data/_scripts/build_county_trial.py [--out FOLDER]`` (default: the data folder itself).
"""

from __future__ import annotations

import argparse
from pathlib import Path

from shipping import (
    DATA,
    EVIDENCE_COLUMNS,
    ITEM_KEYS,
    ITEM_TRAIL,
    UNIT_COLUMNS,
    VALUE_COLUMNS,
    read_source,
    sha256,
    write_csv,
    write_text,
)

RAW = "shaoyang_counties_annual.csv"
SOURCE = "邵阳市统计局《邵阳统计月报》"
RANK = "_增速位次(公布)"

#: The roster in the order of the administrative codes, with the other names under which sources list a county.
COUNTIES: dict[str, tuple[str, str]] = {
    "430502": ("双清区", "双清"),
    "430503": ("大祥区", "大祥"),
    "430511": ("北塔区", "北塔"),
    "430522": ("新邵县", "新邵"),
    "430523": ("邵阳县", ""),
    "430524": ("隆回县", "隆回"),
    "430525": ("洞口县", "洞口"),
    "430527": ("绥宁县", "绥宁"),
    "430528": ("新宁县", "新宁"),
    "430529": ("城步苗族自治县", "城步、城步县"),
    "430581": ("武冈市", "武冈"),
    "430582": ("邵东市", "邵东、邵东县"),
}

#: Quantity → its name in the raw file.
NAMES = {"fdi_actual": "实际使用外资", "trade_total": "货物进出口总额", "domestic_capital": "实际利用内资"}
RANKS = {"fdi_actual": "fdi_growth_rank", "trade_total": "trade_growth_rank", "domestic_capital": "domestic_capital_growth_rank"}

#: Period → quantity → last month of the cumulative figures that are set side by side.
PERIODS: dict[str, dict[str, int]] = {
    "2019": {"fdi_actual": 12, "trade_total": 11, "domestic_capital": 12},
    "2022": {"fdi_actual": 12, "domestic_capital": 12},
    "2024": {"fdi_actual": 12, "trade_total": 12},
}

REMARKS: dict[tuple[str, str], str] = {
    ("2019", "trade_total"): "1—11月累计（两年同为1—11月；月报中进出口滞后一月），非全年数；美元口径",
    ("2024", "trade_total"): "2023年原表以亿元计、保留一位小数，2024年以万元计；增量含2023年的舍入误差",
}

PAGE = """# county_trial {period} 数据来源说明

**试评**：办法附件2的三分档规则套用到邵阳市12个县（市、区）的公开统计数据，仅用于检验计算，不是任何机关的考核结果。
三项指标及分值由本项目自定。全部数值为**公布的真实数据**，没有模拟数据。

已公布数据未经本办法核实程序：全部记为“填报”（stage = reported），性质为“官方公布”（origin = official）。

## 来源
邵阳市统计局《邵阳统计月报》（xlsx），由公开代码库 Sl-001-gif/ai-agent-data-platform 解析；本库取其整理表
`data/_sources/{raw}`，来历、许可、核对情况见 `data/_sources/README.md`。每行备注写明原始表的行号与月报编号。
`evidence.csv` 的 file 相对于仓库根目录，sha256 为该原始表的校验码。

## 各列
| 列 | 内容 |
|---|---|
| unit_code、unit_name | 行政区划代码（文本）与现行名称；aliases 以“、”分隔，含旧称（邵东2019年撤县设市） |
| indicator | {quantities} |
| period | 数据年份；上年数是增量的基数 |
| value、uom | 原始表的文字与计量单位，逐行照录，不换算、不舍入；空白＝来源无数据 |
| by | 发布机构；date 空白：公布日期来源未载 |
| items.csv | 只有表头：本试评没有清单类指标 |

## 本期各数量
{table}

## 口径
{remarks}

## 公布位次
{ranks}

由 `data/_scripts/build_county_trial.py` 生成，重新运行得到相同的字节。
"""

RANK_REMARKS = {
    "2019": "由本期数据计算增速（四舍五入到0.1，并列占位1、2、2、4）得到的位次：外资9个县与公布位次全部一致（北塔、绥宁、城步无数据），"
    "进出口12个、内资12个全部一致。",
    "2022": "同法：外资12个县全部一致；内资12个县中8个一致，其余4个（北塔、邵阳县、绥宁、武冈）无法复现，来源未说明。",
    "2024": "外资增速位次来源未公布。进出口12个县中9个一致，其余3个（邵阳县、绥宁、新宁）无法复现，来源未说明"
    "（2023年数只到0.1亿元，可能与此有关）。",
}
BREAKS = {
    "2019": "- 外资、内资为2018、2019两年1—12月累计；2019→2020内资、2020→2021外资口径有变，跨年不可相减，故不取2020年。",
    "2022": "- 外资、内资为2021、2022两年1—12月累计，同一口径。\n- 进出口2022年仅有1—3月数据，本期不考核。",
    "2024": "- 外资、进出口为2023、2024两年1—12月累计。\n- 内资2024年来源无数据，本期不考核。",
}


def span(year: int, month: int) -> str:
    """The raw file's way to write the months from January."""
    return f"{year}-01..{year}-{month:02d}"


def build(period: str, out: Path) -> None:
    """Write the files of one period into ``out``."""
    raw = {(row["indicator"], row["period"], row["unit_code"]): (line, row) for line, row in read_source(RAW)}
    own, before = int(period), int(period) - 1
    rows: list[dict[str, str]] = []
    evidence: list[dict[str, str]] = []
    summary = ["| 数量 | 年份 | 计量单位 | 有数据的县数 |", "|---|---|---|---|"]

    def add(quantity: str, name: str, year: int, month: int, remark: str) -> None:
        found = {code: raw[name, span(year, month), code] for code in COUNTIES if (name, span(year, month), code) in raw}
        if not found:
            return
        evidence_id = f"{quantity}-{year}"
        uoms = {row["unit_of_measure"] for _, row in found.values()}
        if len(uoms) != 1:
            raise SystemExit(f"{name} {year}: {uoms}")
        (uom,) = uoms
        for code, (unit, _) in COUNTIES.items():
            cell = {
                "unit_code": code, "unit_name": unit, "indicator": quantity, "period": str(year), "stage": "reported", "uom": uom,
                "source": SOURCE, "evidence_id": evidence_id, "origin": "official", "by": "邵阳市统计局",
            }  # fmt: skip
            if code in found:
                line, source = found[code]
                trace = source["note"].split("；")[0].replace("row id ", "解析行").replace(", stat_doc_id ", "、月报编号")
                note = f"原始表第{line}行（{trace}）" + (f"；{remark}" if remark else "")
                rows.append({**cell, "value": source["value"], "note": note})
            else:
                rows.append({**cell, "value": "", "evidence_id": "", "note": "来源无数据"})
        lines = [line for line, _ in found.values()]
        evidence.append({
            "evidence_id": evidence_id, "title": f"{SOURCE}：{name.replace('_', '·')} {year}年1—{month}月", "file": f"data/_sources/{RAW}",
            "page": f"第{min(lines)}至{max(lines)}行", "sha256": sha256(RAW), "supports": f"{quantity} {year}", "note": "公布数据整理表",
        })  # fmt: skip
        summary.append(f"| {quantity}（{name.replace('_', '·')}） | {year}年1—{month}月 | {uom} | {len(found)} |")

    for quantity, month in PERIODS[period].items():
        remark = REMARKS.get((period, quantity), "")
        add(quantity, NAMES[quantity], before, month, remark)
        add(quantity, NAMES[quantity], own, month, remark)
    for quantity, month in PERIODS[period].items():
        add(RANKS[quantity], NAMES[quantity] + RANK, own, month, "公布的增速位次")

    folder = out / "county_trial" / period
    units = [{"unit_code": c, "unit_name": n, "participation": "ranked", "aliases": a} for c, (n, a) in COUNTIES.items()]
    write_csv(folder / "units.csv", UNIT_COLUMNS, units)
    write_csv(folder / "values.csv", VALUE_COLUMNS, rows)
    write_csv(folder / "items.csv", ITEM_KEYS + ITEM_TRAIL, [])
    write_csv(folder / "evidence.csv", EVIDENCE_COLUMNS, evidence)
    remarks = [BREAKS[period], *(f"- {NAMES[q]}：{REMARKS[period, q]}。" for q in PERIODS[period] if (period, q) in REMARKS)]
    present = list(dict.fromkeys(row["indicator"] for row in rows))
    page = {"quantities": "、".join(present), "table": "\n".join(summary), "remarks": "\n".join(remarks), "ranks": RANK_REMARKS[period]}
    write_text(folder / "SOURCE.md", PAGE.format(period=period, raw=RAW, **page))


def main() -> None:
    """Build all periods."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=DATA)
    out = parser.parse_args().out
    for period in PERIODS:
        build(period, out)


if __name__ == "__main__":
    main()

"""Build examples/data: published figures for the Human Development Index, synthetic ones for the two Chinese documents.

Usage: ``python data/_scripts/build_examples.py [--out FOLDER]`` (default: examples/data).
"""

from __future__ import annotations

import argparse
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
    read_source,
    write_csv,
    write_text,
)

HDR = "undp_hdr2024_first75.csv"
HDR_SOURCE = "联合国开发计划署《2023/2024年人类发展报告》统计附件"
#: Column of the raw file → (quantity, unit of measure).
HDR_COLUMNS = {
    "le_2022": ("life", "年"),
    "eys_2022": ("expected_schooling", "年"),
    "mys_2022": ("mean_schooling", "年"),
    "gnipc_2022": ("income", "美元"),
    "hdi_2022": ("hdi_published", ""),
    "hdi_rank_2022": ("rank_published", ""),
}
NOTE = "模拟数据，不代表任何地方"


def row(code: str, name: str, quantity: str, period: str, value: str, uom: str, **more: str) -> dict[str, str]:
    """One figure, synthetic unless ``more`` says otherwise."""
    rest = {"stage": "verified", "source": SYNTHETIC, "origin": "synthetic", "by": "示例科室", "note": NOTE, **more}
    return {"unit_code": code, "unit_name": name, "indicator": quantity, "period": period, "value": value, "uom": uom, **rest}


def write(
    folder: Path, units: dict[str, str], rows: list[dict[str, str]], items: list[dict[str, str]], columns: list[str], page: str
) -> None:
    """The files of one period."""
    write_csv(folder / "units.csv", UNIT_COLUMNS, [{"unit_code": c, "unit_name": n, "participation": "ranked"} for c, n in units.items()])
    write_csv(folder / "values.csv", VALUE_COLUMNS, rows)
    write_csv(folder / "items.csv", [*ITEM_KEYS, *columns, *ITEM_TRAIL], items)
    write_csv(folder / "evidence.csv", EVIDENCE_COLUMNS, [])
    write_text(folder / "SOURCE.md", page + "\n由 `data/_scripts/build_examples.py` 生成，重新运行得到相同的字节。\n")


# ---------------------------------------------------------------------------------------------------- Human Development Index

HDI_PAGE = f"""# hdi 2022 数据来源说明

人类发展指数位次1至75的国家和地区，2022年数据，全部是**公布的真实数据**：联合国开发计划署《2023/2024年人类发展报告》（2024-03-13）统计附件，
复合指数完整时间序列表（CC BY 3.0 IGO）；本库摘录四项成分、公布的指数和位次，见 `data/_sources/{HDR}`，中文名称为本库所加。

计算方法：同一报告技术说明1。位次靠前的75个与全球位次连续相同，所以名次可以直接对照。
"""


def build_hdi(out: Path) -> None:
    """The 75 first countries and areas of the data year 2022."""
    units, rows = {}, []
    for line, source in read_source(HDR):
        units[source["iso3"]] = source["name_zh"]
        trail = {"stage": "reported", "source": HDR_SOURCE, "origin": "official", "by": "联合国开发计划署", "note": f"原始表第{line}行"}
        for column, (quantity, uom) in HDR_COLUMNS.items():
            rows.append(row(source["iso3"], source["name_zh"], quantity, "2022", source[column], uom, **trail))
    write(out / "hdi" / "2022", units, rows, [], [], HDI_PAGE)


# ------------------------------------------------------------------------------------------------------------- air quality

CITIES = {f"C{n:02d}": f"示例{name}市" for n, name in enumerate("甲乙丙丁戊己庚辛壬癸子丑", 1)}
#: Pollutant → (unit of measure, range drawn from, decimals to shift).
POLLUTANTS = {
    "so2": ("微克/立方米", 6, 15, 0),
    "no2": ("微克/立方米", 18, 38, 0),
    "pm10": ("微克/立方米", 45, 95, 0),
    "pm25": ("微克/立方米", 22, 52, 0),
    "co": ("毫克/立方米", 8, 18, 1),
    "o3": ("微克/立方米", 130, 190, 0),
}
#: Planned situations of 2023: an equal change, a worse city within every limit, a city without change and with an exact half.
AIR_PLANNED: dict[tuple[str, str], dict[str, str]] = {
    ("C01", "2022"): {"so2": "6", "no2": "20", "pm10": "49", "pm25": "21", "co": "0.8", "o3": "128"},
    ("C01", "2023"): {"so2": "9", "no2": "24", "pm10": "56", "pm25": "28", "co": "0.8", "o3": "144"},
    ("C02", "2022"): {"so2": "12", "no2": "32", "pm10": "84", "pm25": "42", "co": "1.2", "o3": "176"},
    ("C02", "2023"): {"so2": "9", "no2": "28", "pm10": "70", "pm25": "35", "co": "1.0", "o3": "160"},
    ("C03", "2022"): {"so2": "9", "no2": "30", "pm10": "77", "pm25": "35", "co": "1.2", "o3": "164"},
    ("C03", "2023"): {"so2": "9", "no2": "30", "pm10": "77", "pm25": "35", "co": "1.2", "o3": "164"},
    ("C04", "2022"): {"so2": "12", "no2": "32", "pm10": "84", "pm25": "42", "co": "1.2", "o3": "176"},
    ("C04", "2023"): {"so2": "12", "no2": "26", "pm10": "70", "pm25": "35", "co": "1.0", "o3": "160"},
}

AIR_PAGE = """# air_quality {period} 数据来源说明

12个虚构城市，全部数值为**模拟数据**，只用来演示两份文件的算法：
- 《城市环境空气质量排名技术规定》，环办〔2014〕64号，环境保护部办公厅；
- 《城市环境空气质量变化程度排名方案》，环境保护部办公厅，2017-02-12。

浓度限值为《环境空气质量标准》（GB 3095—2012）二级标准。

计划的情形（2023年）：示例甲市变差但六项都达标（不参与恶化排名）；示例乙市与示例丁市变化率相同；示例丙市没有变化，
六项之和恰为4.325（四舍六入五成双取4.32，四舍五入取4.33）。
"""


def build_air(out: Path) -> None:
    """Two years of twelve fictitious cities."""
    draw = Draw("examples/air_quality")
    for period in ("2022", "2023"):
        rows = []
        for code, name in CITIES.items():
            for pollutant, (uom, low, high, shift) in POLLUTANTS.items():
                drawn = draw(low, high, code, period, pollutant)
                text = f"{drawn // 10}.{drawn % 10}" if shift else str(drawn)
                rows.append(row(code, name, pollutant, period, AIR_PLANNED.get((code, period), {}).get(pollutant, text), uom))
        write(out / "air_quality" / period, CITIES, rows, [], [], AIR_PAGE.format(period=period))


# ---------------------------------------------------------------------------------------------------------- water resources

#: Years of the term before its last one.
EARLIER = ("2016", "2017", "2018", "2019")
PROVINCES = {"P1": "示例一省", "P2": "示例二省", "P3": "示例三省", "P4": "示例四省"}
#: Quantity → (unit of measure, target, what a province that meets it has, what one that misses it has).
WATER = {
    "water_use": ("亿立方米", "120", "118.6", "121.3"),
    "gdp_use_cut": ("%", "5", "5.4", "4.6"),
    "industry_use_cut": ("%", "4", "4.3", "3.5"),
    "irrigation": ("", "0.545", "0.551", "0.539"),
    "zone_quality": ("%", "80", "84.2", "76.9"),
    "pollutant_cut": ("吨", "900", "950", "870"),
}
#: Province → year → (targets missed, points for institutions, points for measures, bonus points asked for).
WATER_PLAN: dict[str, dict[str, tuple[tuple[str, ...], str, str, tuple[str, ...]]]] = {
    "P1": dict.fromkeys(EARLIER, ((), "28.5", "33", ("1",))) | {"2020": ((), "29", "34", ("2", "2"))},
    "P2": dict.fromkeys(EARLIER, (("irrigation",), "27", "30", ())) | {"2020": ((), "26", "31", ())},
    "P3": dict.fromkeys(EARLIER, (("water_use",), "20", "25", ())) | {"2020": (("zone_quality",), "22", "27.5", ())},
    "P4": dict.fromkeys(EARLIER, ((), "29", "34", ())) | {"2020": ((), "29", "34", ())},
}

WATER_PAGE = """# water_resources {period} 数据来源说明

4个虚构省份，全部数值为**模拟数据**，只用来演示两份文件的算法：
- 《“十三五”实行最严格水资源管理制度考核工作实施方案》，水资源〔2016〕463号，水利部等9部门，2016-12-27；
- 《实行最严格水资源管理制度考核办法》，国办发〔2013〕2号，国务院办公厅，2013-01-02（等级界限）。

计划的情形（2020年）：示例一省加分申请4分，以3分为限；示例四省各项都好，但有一票否决事项，等级为不合格。
"""


def build_water(out: Path) -> None:
    """Five years of four fictitious provinces."""
    for period in (*EARLIER, "2020"):
        rows, items = [], []
        for code, name in PROVINCES.items():
            missed, institutions, measures, bonus = WATER_PLAN[code][period]
            for quantity, (uom, target, good, bad) in WATER.items():
                rows.append(row(code, name, quantity, period, bad if quantity in missed else good, uom))
                rows.append(row(code, name, f"{quantity}_target", period, target, uom))
            rows.append(row(code, name, "institutions_score", period, institutions, "分"))
            rows.append(row(code, name, "measures_score", period, measures, "分"))
            veto = "是" if (code, period) == ("P4", "2020") else "否"
            rows.append(row(code, name, "vetoed", period, veto, ""))
            items += [
                {"table": "merits", "item_id": f"{code}-{n}", "unit_code": code, "item_name": f"示例加分事项{n}", "points": points}
                | {"origin": "synthetic", "source": SYNTHETIC, "note": NOTE}
                for n, points in enumerate(bonus, 1)
            ]
        write(out / "water_resources" / period, PROVINCES, rows, items, ["points"], WATER_PAGE.format(period=period))


def main() -> None:
    """Build everything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=DATA.parent / "examples" / "data")
    out = parser.parse_args().out
    build_hdi(out)
    build_air(out)
    build_water(out)


if __name__ == "__main__":
    main()

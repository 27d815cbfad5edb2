"""Build data/zhejiang_city/{2022,2023}: eleven cities, real figures where a public source holds them, synthetic ones elsewhere.

Synthetic figures are drawn (shipping.Draw) in whole tenths or units. What a test or a report must be able to meet (ties, a gap,
a fall, a project in two libraries, stages that differ) is planned in the tables below and not left to chance.

Usage: ``python data/_scripts/build_zhejiang_city.py [--out FOLDER]`` (default: the data folder itself).
"""

from __future__ import annotations

import argparse
from collections import Counter
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
    read_source,
    sha256,
    tenths,
    write_csv,
    write_text,
)

SEED = "evalbook-zhejiang-city-1"
draw = Draw(SEED)
TRADE_RAW = "zhejiang11_trade.csv"
FDI_RAW = "zhejiang_fdi_ecommerce_partial.csv"

CITIES: dict[str, str] = {
    "330100": "杭州市", "330200": "宁波市", "330300": "温州市", "330400": "嘉兴市", "330500": "湖州市", "330600": "绍兴市",
    "330700": "金华市", "330800": "衢州市", "330900": "舟山市", "331000": "台州市", "331100": "丽水市",
}  # fmt: skip
CODES = {name[:2]: code for code, name in CITIES.items()}
PERIODS = ("2022", "2023")

LABELS = {
    "trade_total": "货物贸易进出口总额",
    "cbec_retail": "跨境网络零售进出口总额",
    "fdi_actual": "实际使用外资",
    "contracting_turnover": "对外工程承包营业额",
    "information_adopted": "信息采用量",
    "mechanism_sound": "工作机制健全",
    "risk_mechanism": "风险防范机制已建立",
}
UOMS = {"trade_total": "亿元", "cbec_retail": "亿元", "fdi_actual": "亿美元", "contracting_turnover": "万美元", "information_adopted": "条"}
TWO_YEARS = ("trade_total", "cbec_retail", "fdi_actual")
VERIFIERS = {
    "trade_total": "省商务厅", "cbec_retail": "省商务厅", "fdi_actual": "省商务厅", "contracting_turnover": "省商务厅",
    "information_adopted": "省发展改革委", "mechanism_sound": "省发展改革委", "risk_mechanism": "省发展改革委",
}  # fmt: skip

# ---------------------------------------------------------------------------------------------------------------- plan of figures

#: The province's published totals, 亿元: the synthetic trade of the base years fills them up exactly.
PROVINCE_TRADE = {"2021": Decimal(41400), "2022": Decimal(46800)}
#: The city that takes the remainder of the province's total.
REMAINDER = {"2021": "杭州", "2022": "金华"}
#: Growth in the year after, in tenths of a percent (lowest, highest): from these the synthetic trade of the base year follows.
TRADE_GROWTH = {
    "2022": {"湖州": (70, 95), "绍兴": (75, 95), "舟山": (55, 75), "台州": (15, 30), "丽水": (75, 95)},
    "2021": {"湖州": (95, 125), "绍兴": (240, 280), "舟山": (350, 420), "台州": (90, 120), "丽水": (20, 60)},
}

#: Retail across borders 亿元: level of 2021 in tenths (lowest, highest), then growth per year in tenths of a percent.
CBEC = {
    "杭州": (11200, 11900, {"2022": (120, 150), "2023": (140, 170)}),
    "宁波": (17600, 18400, {"2022": (160, 190), "2023": (80, 110)}),
    "温州": (2650, 2900, {"2022": (180, 230), "2023": (175, 215)}),
    "嘉兴": (1180, 1320, {"2022": (90, 120), "2023": (100, 130)}),
    "湖州": (560, 640, {"2022": (60, 85), "2023": (130, 160)}),
    "绍兴": (820, 900, {"2022": (200, 240), "2023": (60, 90)}),
    "金华": (10300, 10900, {"2022": (100, 125), "2023": (190, 225)}),
    "衢州": (108, 116, {}),
    "舟山": (150, 170, {"2022": (20, 50)}),
    "台州": (930, 1010, {"2022": (140, 165), "2023": (30, 60)}),
    "丽水": (70, 76, {}),
}
#: Planned: 衢州 and 丽水 both grow by exactly 25 % in 2023 (no binary float says so); 舟山 has no figure in 2023.
CBEC_PLANNED = {"2022": {"衢州": "13.2", "丽水": "8.4"}, "2023": {"衢州": "16.5", "丽水": "10.5", "舟山": ""}}

#: Actual FDI 亿美元. Planned increments: 2022 温州 = 台州 = 衢州 = 1.1 and 嘉兴 falls; 2023 嘉兴 = 台州 = 衢州 = 1.3 and 湖州 falls.
#: 宁波 2021 and 舟山 2022 are not here: they are real.
FDI_PLANNED = {
    "温州": {"2021": "4.2", "2022": "5.3"},
    "嘉兴": {"2021": "30.6", "2022": "30.1", "2023": "31.4"},
    "衢州": {"2021": "1.8", "2022": "2.9", "2023": "4.2"},
    "台州": {"2021": "6.2", "2022": "7.3", "2023": "8.6"},
    "湖州": {"2022": "14.7", "2023": "13.9"},
}
#: The others in hundredths (lowest, highest).
FDI_DRAWN = {
    "杭州": {"2021": (7650, 7750), "2022": (7780, 7850), "2023": (8320, 8410)},
    "宁波": {"2022": (3680, 3740), "2023": (3960, 4030)},
    "温州": {"2023": (572, 588)},
    "湖州": {"2021": (1310, 1345)},
    "绍兴": {"2021": (1060, 1090), "2022": (1120, 1140), "2023": (1180, 1210)},
    "金华": {"2021": (410, 440), "2022": (470, 490), "2023": (720, 760)},
    "舟山": {"2021": (410, 430), "2023": (488, 499)},
    "丽水": {"2021": (61, 70), "2022": (82, 93), "2023": (101, 112)},
}

#: Turnover of contracted projects abroad, ten thousand dollars: level of 2022 (lowest, highest), change to 2023 in per mille.
CONTRACTING = {
    "杭州": (186000, 194000, (40, 80)),
    "宁波": (212000, 220000, (-20, 20)),
    "温州": (41000, 45000, (30, 90)),
    "嘉兴": (18600, 20100, (60, 120)),
    "湖州": (9200, 10400, (-60, 30)),
    "绍兴": (93000, 99000, (20, 70)),
    "金华": (61000, 66000, (50, 110)),
    "衢州": (3100, 3900, (0, 90)),
    "舟山": (12800, 14400, (10, 80)),
    "台州": (27000, 29500, (-40, 60)),
    "丽水": (1500, 2100, (30, 100)),
}
CONTRACTING_PLANNED = {"2022": {"丽水": ""}, "2023": {}}

#: Items adopted: planned, with a tie in each period (2022 温州 = 湖州, 2023 金华 = 绍兴).
INFORMATION = {
    "杭州": {"2022": 168, "2023": 196},
    "宁波": {"2022": 187, "2023": 181},
    "温州": {"2022": 121, "2023": 117},
    "嘉兴": {"2022": 109, "2023": 134},
    "湖州": {"2022": 121, "2023": 92},
    "绍兴": {"2022": 96, "2023": 128},
    "金华": {"2022": 152, "2023": 128},
    "衢州": {"2022": 64, "2023": 71},
    "舟山": {"2022": 83, "2023": 88},
    "台州": {"2022": 77, "2023": 85},
    "丽水": {"2022": 58, "2023": 66},
}

#: Figures whose reported value differs from the verified one: (period, quantity, city) → (reported, neutral reason).
REPORTED: dict[tuple[str, str, str], tuple[str, str]] = {
    ("2022", "cbec_retail", "绍兴"): ("+2.4", "统计截止日不同"),
    ("2022", "fdi_actual", "杭州"): ("-0.35", "跨年到资归属期调整"),
    ("2022", "information_adopted", "台州"): ("+2", "重复刊发合并计数"),
    ("2022", "contracting_turnover", "金华"): ("-380", "补计年末结算项目"),
    ("2023", "cbec_retail", "金华"): ("-6.3", "统计截止日不同"),
    ("2023", "fdi_actual", "宁波"): ("+0.42", "跨年到资归属期调整"),
    ("2023", "information_adopted", "嘉兴"): ("-3", "补计年末采用信息"),
    ("2023", "contracting_turnover", "绍兴"): ("+615", "折算汇率统一"),
    ("2023", "contracting_turnover", "湖州"): ("-120", "折算汇率统一"),
}
#: One spot check per period: the value found on site is the one used; it is above the verified one by this much.
SPOT = {("2022", "contracting_turnover", "台州"): "260", ("2023", "contracting_turnover", "湖州"): "185"}
#: Filed and not yet verified.
UNVERIFIED = {
    ("2022", "fdi_actual", "丽水"),
    ("2022", "cbec_retail", "舟山"),
    ("2022", "information_adopted", "衢州"),
    ("2022", "risk_mechanism", "丽水"),
    ("2023", "fdi_actual", "舟山"),
    ("2023", "cbec_retail", "丽水"),
    ("2023", "contracting_turnover", "衢州"),
    ("2023", "information_adopted", "台州"),
    ("2023", "mechanism_sound", "丽水"),
}

# ------------------------------------------------------------------------------------------------------------------ plan of lists

#: Columns of the plan below. "ev-" does not qualify; "na" national library and "ta" task force, newly listed; "na-" listed earlier;
#: "pr" provincial library only; "both" in the provincial library and already newly in the national one; "si-" signed, not yet started.
COLUMNS = ("ev", "ev-", "na", "na-", "ta", "pr", "both", "si", "si-", "task", "res", "plat", "instr", "innov", "innov-", "risk")
PLAN: dict[str, dict[str, tuple[int, ...]]] = {
    "2022": {
        #        ev ev- na na- ta pr bo si si- ta re pl in in in- ri
        "杭州": (8, 1, 0, 1, 1, 6, 1, 2, 0, 2, 4, 1, 1, 4, 0, 1),
        "宁波": (9, 0, 1, 0, 1, 8, 1, 3, 0, 3, 4, 1, 1, 4, 0, 1),
        "温州": (6, 0, 1, 0, 0, 5, 0, 2, 0, 2, 3, 1, 0, 3, 0, 0),
        "嘉兴": (5, 0, 1, 0, 1, 6, 0, 2, 0, 2, 2, 1, 1, 3, 0, 0),
        "湖州": (4, 0, 0, 0, 1, 4, 0, 1, 1, 1, 2, 1, 0, 2, 0, 0),
        "绍兴": (5, 1, 0, 0, 1, 5, 1, 2, 0, 2, 3, 0, 1, 3, 0, 0),
        "金华": (9, 0, 1, 0, 1, 7, 0, 3, 0, 3, 3, 1, 1, 4, 0, 1),
        "衢州": (2, 0, 0, 0, 0, 2, 0, 1, 0, 1, 1, 0, 0, 2, 0, 0),
        "舟山": (4, 0, 0, 1, 1, 3, 0, 1, 0, 2, 2, 1, 0, 2, 1, 0),
        "台州": (3, 0, 0, 0, 1, 4, 0, 1, 0, 1, 2, 0, 0, 2, 0, 0),
        "丽水": (2, 0, 0, 0, 0, 2, 0, 0, 0, 1, 1, 0, 0, 1, 0, 0),
    },
    "2023": {
        "杭州": (11, 0, 1, 0, 1, 8, 1, 3, 0, 3, 5, 1, 1, 5, 0, 1),
        "宁波": (8, 1, 1, 1, 0, 7, 1, 2, 0, 3, 4, 1, 1, 4, 0, 1),
        "温州": (7, 0, 1, 0, 1, 6, 0, 2, 0, 3, 3, 1, 1, 4, 0, 0),
        "嘉兴": (6, 0, 1, 0, 1, 7, 1, 2, 0, 2, 3, 1, 1, 3, 0, 0),
        "湖州": (5, 0, 0, 0, 1, 4, 0, 1, 0, 2, 2, 0, 0, 3, 0, 0),
        "绍兴": (8, 0, 1, 0, 1, 7, 0, 3, 0, 3, 4, 1, 1, 4, 0, 1),
        "金华": (9, 1, 1, 0, 1, 8, 1, 3, 0, 2, 3, 1, 1, 3, 1, 0),
        "衢州": (3, 0, 1, 0, 0, 3, 0, 1, 0, 1, 2, 0, 0, 2, 0, 0),
        "舟山": (5, 0, 0, 1, 1, 4, 0, 1, 1, 2, 2, 1, 0, 2, 0, 0),
        "台州": (4, 0, 0, 0, 1, 5, 0, 2, 0, 2, 2, 0, 0, 2, 0, 0),
        "丽水": (2, 0, 0, 0, 0, 3, 0, 1, 0, 1, 1, 0, 0, 2, 0, 0),
    },
}
#: Experts of the panel, and around which score (tenths) a city is judged.
EXPERTS = {"2022": 5, "2023": 7}
JUDGED = {
    "杭州": {"2022": 86, "2023": 91},
    "宁波": {"2022": 90, "2023": 87},
    "温州": {"2022": 84, "2023": 83},
    "嘉兴": {"2022": 83, "2023": 86},
    "湖州": {"2022": 79, "2023": 80},
    "绍兴": {"2022": 82, "2023": 85},
    "金华": {"2022": 88, "2023": 89},
    "衢州": {"2022": 75, "2023": 78},
    "舟山": {"2022": 80, "2023": 81},
    "台州": {"2022": 77, "2023": 79},
    "丽水": {"2022": 74, "2023": 76},
}

COLUMNS_OF_ITEMS = [
    "kind", "qualified", "list", "newly_listed", "active", "finished_on_time", "level", "handled_badly", "effective", "score",
]  # fmt: skip


# ------------------------------------------------------------------------------------------------------------------------ figures


class Real:
    """The public figures: (quantity, city code, year) → value as in the raw file, origin, source, note, and its evidence."""

    def __init__(self) -> None:
        self.cells: dict[tuple[str, str, str], dict[str, str]] = {}
        self.growth: dict[tuple[str, str], Decimal] = {}
        for line, row in read_source(TRADE_RAW):
            key = (row["unit_code"], row["period"])
            if row["indicator"] == "货物进出口总额" and row["unit_of_measure"] == "亿元" and row["unit_code"] in CITIES:
                self._take("trade_total", TRADE_RAW, line, row)
            elif row["indicator"] == "货物进出口总额_同比增速(公布)":
                self.growth[key] = Decimal(row["value"])
        for line, row in read_source(FDI_RAW):
            # Whole years of the very measure only; a lower bound ("more than") is no figure.
            usable = ".." not in row["period"] and "下限" not in row["note"]
            if row["indicator"] == "实际使用外资" and row["unit_code"] in CITIES and usable:
                self._take("fdi_actual", FDI_RAW, line, row)

    def _take(self, quantity: str, file: str, line: int, row: dict[str, str]) -> None:
        origin = "derived" if "推算" in row["note"] else "official" if "年鉴" in row["source"] else "press"
        note = f"{'推算值' if origin == 'derived' else '公布值'}：原始表第{line}行"
        self.cells[quantity, row["unit_code"], row["period"]] = {
            "value": row["value"],
            "origin": origin,
            "source": row["source"],
            "evidence_id": f"{quantity}-{row['unit_code']}-{row['period']}",
            "note": f"{note}（{row['note'].removeprefix('推算值：')}）" if row["note"] else note,
            "file": file,
            "line": str(line),
        }


def trade(real: Real) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Synthetic trade of the base years: (quantity, code, year) → (value, note). The eleven add up to the province's total."""
    out: dict[tuple[str, str, str], tuple[str, str]] = {}

    def level(code: str, year: str) -> Decimal:
        cell = real.cells.get(("trade_total", code, year))
        return Decimal(cell["value"] if cell else out["trade_total", code, year][0])

    for year in ("2022", "2021"):
        after = str(int(year) + 1)
        for city, code in CODES.items():
            if ("trade_total", code, year) in real.cells or city == REMAINDER[year]:
                continue
            if (code, after) in real.growth:
                growth = real.growth[code, after]
                note = f"按公布的{after}年增速{growth}%反推"
            else:
                growth = Decimal(draw(*TRADE_GROWTH[year][city], "trade", code, year)) / 10
                note = "缺公布值，设定增速反推"
            out["trade_total", code, year] = (plain(tenths(level(code, after) / (1 + growth / 100))), f"模拟：{note}")
        rest = CODES[REMAINDER[year]]
        others = sum(level(code, year) for code in CITIES if code != rest)
        total = PROVINCE_TRADE[year]
        out["trade_total", rest, year] = (plain(total - others), f"模拟：公布的全省总额{total}亿元减去其余十市")
    return out


def figures(real: Real) -> dict[tuple[str, str, str], tuple[str, str]]:
    """All synthetic figures finally used (the last stage): (quantity, code, year) → (value, note)."""
    out = trade(real)
    for city, code in CODES.items():
        low, high, growths = CBEC[city]
        now = Decimal(draw(low, high, "cbec", code, "2021")) / 10
        out["cbec_retail", code, "2021"] = (plain(now), "模拟")
        for year in PERIODS:
            text = CBEC_PLANNED[year].get(city)
            if text is None:
                now = tenths(now * (1 + Decimal(draw(*growths[year], "cbec", code, year)) / 1000))
                text = plain(now)
            elif text:
                now = Decimal(text)
            out["cbec_retail", code, year] = (text, "模拟" if text else "缺失：未报送（模拟）")
        for year in ("2021", *PERIODS):
            if ("fdi_actual", code, year) in real.cells:
                continue
            text = FDI_PLANNED.get(city, {}).get(year)
            out["fdi_actual", code, year] = (text or plain(Decimal(draw(*FDI_DRAWN[city][year], "fdi", code, year)) / 100), "模拟")
        low, high, change = CONTRACTING[city]
        turnover = draw(low, high, "contracting", code, "2022")
        for year in PERIODS:
            if year == "2023":
                turnover += turnover * draw(*change, "contracting", code, year) // 1000
            text = CONTRACTING_PLANNED[year].get(city, str(turnover))
            out["contracting_turnover", code, year] = (text, "模拟" if text else "缺失：未报送（模拟）")
            out["information_adopted", code, year] = (str(INFORMATION[city][year]), "模拟")
            out["mechanism_sound", code, year] = ("是", "模拟")
            out["risk_mechanism", code, year] = ("是", "模拟")
    return out


# ---------------------------------------------------------------------------------------------------------------------- the files


def value_rows(period: str, real: Real, synthetic: dict[tuple[str, str, str], tuple[str, str]]) -> list[dict[str, str]]:
    """Rows of values.csv: the base year verified, the own year with the stages it passed."""
    rows: list[dict[str, str]] = []
    for quantity in LABELS:
        for city, code in CODES.items():
            for year in (str(int(period) - 1), period) if quantity in TWO_YEARS else (period,):
                cell = {"unit_code": code, "unit_name": CITIES[code], "indicator": quantity, "period": year, "uom": UOMS.get(quantity, "")}
                key = (period, quantity, city)
                if (quantity, code, year) in real.cells:
                    rows += real_stages(cell, real.cells[quantity, code, year], key)
                    continue
                value, note = synthetic[quantity, code, year]
                cell |= {"origin": "synthetic", "source": SYNTHETIC, "value": value, "note": note}
                rows += filed_stages(cell, key) if year == period else [base_stage(cell, key)]
    return rows


def verified(cell: dict[str, str], year: int, *key: str) -> dict[str, str]:
    """The cell as verified in the year given."""
    return {**cell, "stage": "verified", "by": f"{VERIFIERS[cell['indicator']]}（模拟）", "date": draw.day(year, 3, 4, 22, *key)}


def real_stages(cell: dict[str, str], known: dict[str, str], key: tuple[str, str, str]) -> list[dict[str, str]]:
    """A public figure: entered from the source, and verified in play; the value is never changed."""
    cell = {**cell, **{name: known[name] for name in ("value", "origin", "source", "evidence_id", "note")}}
    entered = {**cell, "stage": "reported", "by": "公开资料录入"}
    checked = verified(cell, int(key[0]) + 1, "verified", *key) | {"note": f"{known['note']}；数值非模拟，核实环节及日期为模拟"}
    return [entered, checked] if cell["period"] == key[0] else [checked]


def base_stage(cell: dict[str, str], key: tuple[str, str, str]) -> dict[str, str]:
    """A synthetic figure of the base year."""
    period, quantity, city = key
    late = (cell["period"], quantity, city) in UNVERIFIED
    history = "上年填报值，后经补充核实" if late else "上年核定值"
    return verified(cell, int(period), "base", *key) | {"note": f"{cell['note']}；{history}"}


def filed_stages(cell: dict[str, str], key: tuple[str, str, str]) -> list[dict[str, str]]:
    """A synthetic figure of the own year: reported, mostly verified, here and there spot-checked. The last value is the planned one."""
    filed = int(key[0]) + 1
    cell = {**cell, "stage": "reported", "by": f"{cell['unit_name']}填报（模拟）", "date": draw.day(filed, 2, 6, 24, "reported", *key)}
    if not cell["value"]:
        return [cell]
    cell |= {"note": "模拟"}
    if draw(0, 2, "evidence", *key) == 0:
        cell |= {"evidence_id": f"{key[1]}-{cell['unit_code']}-{key[0]}"}
    if key in UNVERIFIED:
        return [cell | {"note": "模拟；尚未核实"}]
    found_on_site = Decimal(SPOT.get(key, "0"))
    value = cell["value"] if key not in SPOT else plain(Decimal(cell["value"]) - found_on_site)
    shift, reason = REPORTED.get(key, ("0", ""))
    rows = [
        cell | {"value": plain(Decimal(value) + Decimal(shift)) if reason else value},
        verified(cell, filed, "verified", *key) | {"value": value, "note": f"模拟；核实差异：{reason}" if reason else "模拟"},
    ]
    if key in SPOT:
        note = "模拟；现场补齐结算单据，据实增加"
        rows.append(cell | {"stage": "spot_check", "by": "省联合抽查组（模拟）", "date": f"{filed}-04-11", "note": note})
    return rows


def item_rows(period: str) -> list[dict[str, str]]:
    """Rows of items.csv after the plan: names and levels are made up, nothing here is a real project or event."""
    rows: list[dict[str, str]] = []
    filed = str(int(period) + 1)

    def add(table: str, letter: str, code: str, number: int, name: str, note: str = "", **columns: str) -> None:
        item_id = f"{letter}{period}-{code[:4]}-{number:02d}"
        evidence = item_id if draw(0, 3, "item", item_id) == 0 else ""
        rows.append({
            "table": table, "item_id": item_id, "unit_code": code, "item_name": f"模拟{name}{number:02d}（{CITIES[code][:2]}）", **columns,
            "evidence_id": evidence, "origin": "synthetic", "source": SYNTHETIC, "by": f"{CITIES[code]}填报（模拟）",
            "date": f"{filed}-02-{draw(6, 24, 'item', table, code):02d}", "note": f"模拟；{note}" if note else "模拟",
        })  # fmt: skip

    for city, code in CODES.items():
        plan = dict(zip(COLUMNS, PLAN[period][city], strict=True))
        for n in range(1, plan["ev"] + plan["ev-"] + 1):
            kind = "国际会议" if draw(0, 1, "event", period, code, str(n)) else "文化交流活动"
            counts = n <= plan["ev"]
            note = "" if counts else "主办单位为市级部门，不计分"
            add("events", "HD", code, n, kind, note, kind=kind, qualified="是" if counts else "否")
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
        for n in range(1, plan["task"] + 1):
            add("tasks", "RW", code, n, "标志性工程任务", finished_on_time="是")
        for n in range(1, plan["res"] + 1):
            level = "国际高峰论坛成果清单" if draw(0, 3, "result", period, code, str(n)) == 0 else "省级成果清单"
            add("results", "CG", code, n, "成果", level=level)
        for n in range(1, plan["plat"] + 1):
            level = "国家级" if draw(0, 2, "platform", period, code, str(n)) == 0 else "省级"
            add("platforms", "PT", code, n, "平台", level=level)
        for n in range(1, plan["instr"] + 1):
            level = "国家有关部门" if draw(0, 2, "instruction", period, code, str(n)) == 0 else "省级领导"
            add("instructions", "PS", code, n, "批示", level=level)
        for n in range(1, plan["risk"] + 1):
            add("risks", "FX", code, n, "风险事项", "处置得当", handled_badly="否")
        for n in range(1, plan["innov"] + plan["innov-"] + 1):
            counts = n <= plan["innov"]
            add("innovations", "CX", code, n, "创新活动", "" if counts else "年内启动，成效下年认定", effective="是" if counts else "否")
    for city, code in CODES.items():
        for n in range(1, EXPERTS[period] + 1):
            score = Decimal(JUDGED[city][period] + draw(-6, 6, "expert", period, code, str(n))) / 10
            rows.append({
                "table": "ratings", "item_id": f"E{n:02d}", "unit_code": code, "item_name": f"专家E{n:02d}",
                "score": plain(min(score, Decimal(10))), "origin": "synthetic", "source": SYNTHETIC,
                "by": "专家评审组（模拟）", "date": f"{filed}-04-18", "note": "模拟",
            })  # fmt: skip
    order = ["events", "projects", "tasks", "results", "platforms", "instructions", "risks", "innovations", "ratings"]
    return sorted(rows, key=lambda r: order.index(r["table"]))


def evidence_rows(real: Real, values: list[dict[str, str]], items: list[dict[str, str]]) -> list[dict[str, str]]:
    """One row per evidence id that the other files name, in their order."""
    out: dict[str, dict[str, str]] = {}
    for row in values:
        eid = row.get("evidence_id", "")
        if not eid or eid in out:
            continue
        supports = f"{row['unit_name']} {LABELS[row['indicator']]} {row['period']}年"
        known = real.cells.get((row["indicator"], row["unit_code"], row["period"]))
        if known:
            place = {"file": f"data/_sources/{known['file']}", "page": f"第{known['line']}行", "sha256": sha256(known["file"])}
            found = {"title": known["source"], "note": "公开资料", **place}
        else:
            found = {"title": f"模拟佐证：{LABELS[row['indicator']]}统计证明", "note": "模拟，无实际文件"}
        out[eid] = {"evidence_id": eid, "supports": supports, **found}
    for row in items:
        eid = row.get("evidence_id", "")
        if eid and eid not in out:
            supports = f"{CITIES[row['unit_code']]} {row['item_name']}"
            out[eid] = {"evidence_id": eid, "supports": supports, "title": "模拟佐证：证明材料", "note": "模拟，无实际文件"}
    return list(out.values())


PAGE = """# zhejiang_city {period} 数据来源说明

**含模拟数据**：除下表所列公布值、推算值外，其余数值、全部清单项目和专家评分都是**模拟**的，用于演示计算过程。
由此得出的得分和名次不是任何城市的真实考核结果，不得引用。模拟数据中没有对任何城市扣分、处罚或认定问题的内容。

## 真实数值
| 指标 | 城市 | 年份 | 性质 | 出处 |
|---|---|---|---|---|
{real}

原始表见 `data/_sources/`（逐行地址、许可、核对情况见其中 README.md）。新闻报道中的总额多为约数或由出口、进口相加，见各行备注。

**增量只有两年都是真实数（公布或推算）才算真实**，本期为：{increments}。其余城市的增量以模拟数为一端，应视为模拟。

没有采用的公开数：嘉兴2021年实际使用外资“超过30亿美元”（只是下限）；不满一年的外资数；海关口径的“跨境电商出口”“跨境电商进出口”
（与“跨境网络零售”不是同一指标）；全省合计数（只用于校准，见下）。

## 各列
| 列 | 真实部分 | 模拟部分 |
|---|---|---|
| unit_code、unit_name | 行政区划代码（文本）与名称 | 无；aliases 以“、”分隔 |
| values.csv：trade_total | 上表所列 | 其余全部；基年空缺见下“校准” |
| values.csv：fdi_actual | 上表所列 | 其余全部 |
| values.csv：cbec_retail、contracting_turnover、information_adopted、mechanism_sound、risk_mechanism | 无 | 全部 |
| values.csv：stage、by、date | 无 | 全部：填报、核实、抽查环节及日期都是模拟的；真实数值的核实环节也是模拟的，数值未改动 |
| items.csv | 无 | 全部：项目、活动、任务、成果、平台、批示、风险、创新与专家（E01起）均为虚构 |
| evidence.csv | 有 sha256 的行：`data/_sources/` 中的原始表（file 相对于仓库根目录） | 其余行只有编号，没有实际文件 |

每行的 origin（official 官方公布、press 新闻报道、derived 推算、synthetic 模拟）、source 与 note 分别注明。
本期 values.csv 各性质行数：{origins}。

**校准**：货物贸易基年的空缺，有公布增速的按增速反推，其余按设定增速反推，{remainder}取余数，
使十一市合计等于公布的全省总额{total}亿元。

## 有意安排的情形
{situations}

## 生成
脚本 `data/_scripts/build_zhejiang_city.py`，种子 `{seed}`：抽取的模拟数由种子与该数自身名称的 SHA-256 取整得到，
有意安排的情形直接写在脚本的计划表里；不用浮点数，重新运行得到相同的字节。
"""

SITUATIONS = {
    "2022": """- 并列：实际使用外资增量 温州5.3−4.2＝台州7.3−6.2＝衢州2.9−1.8＝1.1（浮点数会分出先后）；信息采用量 温州＝湖州＝121。
- 负增长：嘉兴实际使用外资30.1−30.6＝−0.5。
- 缺失：丽水对外工程承包营业额（空值行）。
- 一个项目同时列入国家库和省库：杭州、宁波、绍兴各一个（同一编号两行）。
- 不计分的项目：活动不合条件（杭州、绍兴），国家库非本期新增（杭州、舟山），签约未启动（湖州），创新成效待认定（舟山）。
- 填报值与核定值不同：绍兴跨境网络零售、杭州外资、台州信息、金华工程承包；抽查：台州工程承包。
- 未核实：丽水外资与风险机制、舟山跨境网络零售、衢州信息。""",
    "2023": """- 并列：实际使用外资增量 嘉兴31.4−30.1＝台州8.6−7.3＝衢州4.2−2.9＝1.3，跨境网络零售增长率
  衢州16.5÷13.2＝丽水10.5÷8.4（＋25%），浮点数都会分出先后；信息采用量 绍兴＝金华＝128。
- 负增长：湖州实际使用外资13.9−14.7＝−0.8；温州货物贸易2821.905−2949.6＝−127.695（两年均为真实数）。
- 缺失：舟山跨境网络零售2023年数（空值行）。
- 一个项目同时列入国家库和省库：杭州、宁波、嘉兴、金华各一个（同一编号两行）。
- 不计分的项目：活动不合条件（宁波、金华），国家库非本期新增（宁波、舟山），签约未启动（舟山），创新成效待认定（金华）。
- 填报值与核定值不同：金华跨境网络零售、宁波外资、嘉兴信息、绍兴和湖州工程承包；抽查：湖州工程承包。
- 未核实：舟山外资、丽水跨境网络零售与工作机制、衢州工程承包、台州信息。""",
}


def page(period: str, real: Real, values: list[dict[str, str]]) -> str:
    """SOURCE.md of one period."""
    names = {"official": "公布", "press": "新闻报道", "derived": "推算", "synthetic": "模拟"}
    before = str(int(period) - 1)
    known = [(key, cell) for key, cell in sorted(real.cells.items()) if key[2] in (before, period)]
    table = "\n".join(
        f"| {LABELS[q]} | {CITIES[code]} | {year} | {names[cell['origin']]} | {cell['source']}，{cell['file']} 第{cell['line']}行 |"
        for (q, code, year), cell in known
    )
    pairs = [(q, code) for (q, code, year), _ in known if year == period and (q, code, before) in real.cells]
    increments = "、".join(f"{CITIES[code]}{LABELS[q]}" for q, code in pairs) or "无"
    counts = Counter(row["origin"] for row in values)
    return PAGE.format(
        period=period, real=table, increments=increments, remainder=f"{REMAINDER[before]}市", total=PROVINCE_TRADE[before], seed=SEED,
        origins="、".join(f"{names[o]} {counts[o]} 行" for o in names), situations=SITUATIONS[period],
    )  # fmt: skip


def main() -> None:
    """Build both periods."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=DATA)
    out = parser.parse_args().out
    real = Real()
    synthetic = figures(real)
    for period in PERIODS:
        folder = out / "zhejiang_city" / period
        values, items = value_rows(period, real, synthetic), item_rows(period)
        units = [{"unit_code": c, "unit_name": n, "participation": "ranked", "aliases": n.removesuffix("市")} for c, n in CITIES.items()]
        write_csv(folder / "units.csv", UNIT_COLUMNS, units)
        write_csv(folder / "values.csv", VALUE_COLUMNS, values)
        write_csv(folder / "items.csv", ITEM_KEYS + COLUMNS_OF_ITEMS + ITEM_TRAIL, items)
        write_csv(folder / "evidence.csv", EVIDENCE_COLUMNS, evidence_rows(real, values, items))
        write_text(folder / "SOURCE.md", page(period, real, values))


if __name__ == "__main__":
    main()

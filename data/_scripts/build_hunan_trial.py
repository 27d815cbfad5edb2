"""Build data/hunan_trial/{2018 … 2022} from the raw table of Hunan's fourteen prefectures. Real figures, and two that follow from them.

Levels and growth rates are the texts of the raw file. Derived, and marked so: the base that a published rate implies,
level ÷ (1 + rate), half up at four decimals; and the places of the published rates, since the source prints rates and no places.

Usage: ``python data/_scripts/build_hunan_trial.py [--out FOLDER]`` (default: the data folder itself).
"""

from __future__ import annotations

import argparse
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from shipping import (
    DATA,
    EVIDENCE_COLUMNS,
    ITEM_KEYS,
    ITEM_TRAIL,
    UNIT_COLUMNS,
    VALUE_COLUMNS,
    plain,
    read_source,
    sha256,
    write_csv,
    write_text,
)

RAW = "hunan14_trade.csv"
SOURCE = "邵阳市统计局《邵阳统计月报》"
PERIODS = ("2018", "2019", "2020", "2021", "2022")

#: The roster in the order of the administrative codes, with the other names under which sources list a prefecture.
UNITS: dict[str, tuple[str, str]] = {
    "430100": ("长沙市", ""),
    "430200": ("株洲市", ""),
    "430300": ("湘潭市", ""),
    "430400": ("衡阳市", ""),
    "430500": ("邵阳市", ""),
    "430600": ("岳阳市", ""),
    "430700": ("常德市", ""),
    "430800": ("张家界市", ""),
    "430900": ("益阳市", ""),
    "431000": ("郴州市", ""),
    "431100": ("永州市", ""),
    "431200": ("怀化市", ""),
    "431300": ("娄底市", ""),
    "433100": ("湘西土家族苗族自治州", "湘西州、湘西自治州"),
}

#: Quantity → (its name in the raw file, first period for which both years are there).
QUANTITIES = {"export": ("货物出口总额", "2018"), "trade": ("货物进出口总额", "2022")}
RATE = "_同比增速(公布)"

PAGE = """# hunan_trial {period} 数据来源说明

**试评**：浙江附件1的名次分档（按11个设区市设定）按比例折算到14个市州，套用到湖南省14个市州公布的进出口数据，仅用于检验计算，
不是任何机关的考核结果。没有模拟数据。

已公布数据未经本办法核实程序：全部记为“填报”（stage = reported）。公布的水平值和增速性质为“官方公布”（origin = official）；
由它们推算的记为“推算”（origin = derived）。

## 来源
邵阳市统计局《邵阳统计月报》“分市州进出口”表，经公开代码库 Sl-001-gif/ai-agent-data-platform 解析；本库取其整理表
`data/_sources/{raw}`，来历、许可、核对情况见 `data/_sources/README.md`。每行备注写明原始表的行号、解析行与月报编号。
`evidence.csv` 的 file 相对于仓库根目录，sha256 为该原始表的校验码。

## 各数量
| 数量 | 内容 | 性质 |
|---|---|---|
| export_total | 货物出口总额，本年和上年（亿元），逐行照录 | 官方公布 |
| export_growth_published | 随数公布的同比增速（%），照录 | 官方公布 |
| export_growth_rank | 由公布增速排出的位次（并列占位1、2、2、4）；来源只公布增速，不公布位次 | 推算 |
| export_base_implied | 本年数÷（1＋公布增速），四舍五入到4位小数 | 推算 |
{trade}
## 基数
{base}

增量的两个基数都是真实数才算真实增量：用当年首次公布的上年数，两端都是官方公布；用推算的修订基数，增量随之是推算值，
误差来自增速只公布一位小数（增速差0.05个百分点时，千亿元的基数差不到1亿元）。

由 `data/_scripts/build_hunan_trial.py` 生成，重新运行得到相同的字节。
"""

TRADE = """| trade_* | 货物进出口总额，四个数量含义同上；来源只有2021、2022两年 | 同上 |
"""

BASES = {
    "2018": "14个市州按水平值推算的增速与公布增速相差都在1个百分点以内，看不出修订；由增速排出的位次全部一致。按推算的基数，"
    "株洲市与娄底市互换（第8、9名）：两者增加值只差0.03亿元，小于增速一位小数带来的误差，不说明基数修订过。",
    "2019": "14个市州按水平值推算的增速与公布增速相差都在1个百分点以内，看不出修订；由增速排出的位次全部一致，换用推算的基数名次不变。",
    "2020": "14个市州按水平值推算的增速与公布增速相差都在1个百分点以内，看不出修订；换用推算的基数名次不变。由增速排出的位次只有长沙市不同"
    "（按水平值10.9%，第5名；公布10.8%，第6名）。",
    "2021": "只有株洲市相差超过1个百分点（按水平值21.1%，公布23%）；换用推算的基数名次不变，由增速排出的位次全部一致。",
    "2022": "出口有5个市州（长沙、株洲、衡阳、常德、益阳）、进出口有7个市州（另有湘潭、娄底）相差超过1个百分点：2021年数在2022年作过修订。"
    "益阳市变动最大：出口按首次公布的2021年数214.4211亿元减少19.4511亿元，列第14名；按公布增速11.9%推算的基数174.2359亿元增加20.7341亿元，列第9名"
    "（只对相差超过1个百分点的市州换用推算基数时列第8名）。进出口由第13名到第7名。",
}


def build(period: str, out: Path) -> None:
    """Write the files of one period into ``out``."""
    raw = {(row["indicator"], row["period"], row["unit_code"]): (line, row) for line, row in read_source(RAW)}
    before = str(int(period) - 1)
    rows: list[dict[str, str]] = []
    evidence: list[dict[str, str]] = []

    def add(quantity: str, year: str, evidence_id: str, cells: dict[str, tuple[str, str]], *, uom: str, origin: str) -> None:
        rows.extend(
            {
                "unit_code": code, "unit_name": UNITS[code][0], "indicator": quantity, "period": year, "stage": "reported", "value": value,
                "uom": uom, "source": SOURCE, "evidence_id": evidence_id, "origin": origin, "by": "邵阳市统计局", "note": note,
            }
            for code, (value, note) in cells.items()
        )  # fmt: skip

    def published(quantity: str, name: str, year: str, uom: str) -> dict[str, str]:
        found = {code: raw[name, year, code] for code in UNITS}
        evidence_id = f"{quantity}-{year}"
        cells = {}
        for code, (line, row) in found.items():
            if row["unit_of_measure"] != uom:
                raise SystemExit(f"{name} {year} {code}: {row['unit_of_measure']}")
            trace = row["note"].split(", sheet")[0].replace("row id ", "解析行").replace(", stat_doc_id ", "、月报编号")
            # a rate below 1 could be meant as a fraction, so that each cell names its unit, as the raw file's own column does
            cells[code] = (row["value"] + ("%" if uom == "%" else ""), f"原始表第{line}行（{trace}）")
        add(quantity, year, evidence_id, cells, uom=uom, origin="official")
        lines = [line for line, _ in found.values()]
        evidence.append({
            "evidence_id": evidence_id, "title": f"{SOURCE}：{name.replace('_', '·')} {year}年", "file": f"data/_sources/{RAW}",
            "page": f"第{min(lines)}至{max(lines)}行", "sha256": sha256(RAW), "supports": f"{quantity} {year}", "note": "公布数据整理表",
        })  # fmt: skip
        return {code: row["value"] for code, (_, row) in found.items()}

    present = [stem for stem, (_, first) in QUANTITIES.items() if period >= first]
    for stem in present:
        name = QUANTITIES[stem][0]
        published(f"{stem}_total", name, before, "亿元")
        level = published(f"{stem}_total", name, period, "亿元")
        rate = published(f"{stem}_growth_published", name + RATE, period, "%")
        places = {code: 1 + sum(Decimal(other) > Decimal(rate[code]) for other in rate.values()) for code in UNITS}
        remark = "由公布增速排出，来源未公布位次"
        ranks = {code: (str(place), remark) for code, place in places.items()}
        add(f"{stem}_growth_rank", period, f"{stem}_growth_published-{period}", ranks, uom="名", origin="derived")
        implied = {}
        for code in UNITS:
            value = (Decimal(level[code]) / (1 + Decimal(rate[code]) / 100)).quantize(Decimal("0.0001"), ROUND_HALF_UP)
            implied[code] = (plain(value), f"{level[code]}÷（1＋{rate[code]}%），四舍五入到4位小数")
        add(f"{stem}_base_implied", period, f"{stem}_growth_published-{period}", implied, uom="亿元", origin="derived")

    folder = out / "hunan_trial" / period
    units = [{"unit_code": c, "unit_name": n, "participation": "ranked", "aliases": a} for c, (n, a) in UNITS.items()]
    write_csv(folder / "units.csv", UNIT_COLUMNS, units)
    write_csv(folder / "values.csv", VALUE_COLUMNS, rows)
    write_csv(folder / "items.csv", ITEM_KEYS + ITEM_TRAIL, [])
    write_csv(folder / "evidence.csv", EVIDENCE_COLUMNS, evidence)
    trade = TRADE if "trade" in present else ""
    write_text(folder / "SOURCE.md", PAGE.format(period=period, raw=RAW, trade=trade, base=BASES[period]))


def main() -> None:
    """Build all periods."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=DATA)
    out = parser.parse_args().out
    for period in PERIODS:
        build(period, out)


if __name__ == "__main__":
    main()

"""Build data/etdz/{2020,2021,2022,2023}: national economic and technological development zones, every figure synthetic.

Names, provinces and regions of the zones are real where a name is in the table below; zones called 示例开发区 are fictitious and hold
the places of the names left out. A figure is the zone's level on the indicator (its size class, its own strength there, growth by
year), drawn without floats (shipping.Draw), so that one zone or year can be added without moving another. What is planned (who is
last in a region, a tie across the last five, a boundary that moves, a finding) stands in the tables and concerns 示例 zones only.

Usage: ``python data/_scripts/build_etdz.py [--out FOLDER]`` (default: the data folder itself).
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from shipping import DATA, EVIDENCE_COLUMNS, ITEM_KEYS, SYNTHETIC, Draw, plain, tenths, write_csv, write_text

SEED = "evalbook-etdz-1"
draw = Draw(SEED)
PERIODS = ("2020", "2021", "2022", "2023")
SUFFIX = "经济技术开发区"

#: Region, province, zones. ``*``: upgraded in 2021; ``=``: the full name, the others end with SUFFIX.
REAL = """
东部 北京市 北京
东部 天津市 天津 天津西青 北辰 东丽 天津子牙 武清
东部 河北省 廊坊 石家庄 邯郸 秦皇岛 唐山曹妃甸 沧州临港 *张家口
东部 辽宁省 大连 沈阳 大连长兴岛 锦州 旅顺 盘锦辽滨沿海 沈阳辉山 营口
东部 上海市 上海金桥 =上海漕河泾新兴技术开发区 闵行 虹桥 上海化学工业 松江
东部 江苏省 江宁 昆山 南京 南通 =苏州工业园区 吴中 镇江 海安 淮安 靖江 连云港 如皋 苏州浒墅关
东部 江苏省 太仓港 吴江 锡山 相城 宿迁 徐州 盐城 扬州 宜兴 张家港 常熟 *无锡惠山
东部 浙江省 杭州 宁波 富阳 杭州湾上虞 杭州余杭 湖州 嘉善 嘉兴 金华 丽水 =宁波大榭开发区 宁波杭州湾
东部 浙江省 宁波石化 平湖 衢州 绍兴柯桥 温州 萧山 义乌 长兴 *台州湾
东部 福建省 东侨 福清融侨 福州 龙岩 泉州 =泉州台商投资区 =厦门海沧台商投资区 =漳州台商投资区 漳州招商局
东部 山东省 东营 青岛 烟台 滨州 德州 聊城 临沂 日照 威海 威海临港 潍坊滨海 邹平 *滕州
东部 广东省 广州 广州南沙 惠州大亚湾 增城 湛江 珠海 *揭东
东部 海南省 =海南洋浦经济开发区
中部 山西省 大同 晋城 晋中 太原
中部 吉林省 长春 吉林 长春汽车
中部 黑龙江省 宾西 大庆 哈尔滨 哈尔滨利民 牡丹江
中部 安徽省 合肥 安庆 池州 滁州 淮南 六安 马鞍山 宁国 桐城 铜陵 芜湖 宣城 *合肥蜀山
中部 江西省 南昌 赣州 井冈山 九江 龙南 萍乡 瑞金 上饶 南昌小蓝 宜春
中部 河南省 鹤壁 开封 洛阳 漯河 濮阳 新乡 许昌 郑州
中部 湖北省 武汉 黄石 荆州 十堰 武汉临空港 襄阳 *枣阳 *汉川
中部 湖南省 长沙 浏阳 宁乡 望城 湘潭 岳阳 常德 *永州 *邵阳
西部 内蒙古自治区 呼和浩特 呼伦贝尔
西部 广西壮族自治区 =广西-东盟经济技术开发区 南宁 钦州港 =中国-马来西亚钦州产业园区 *=广西北海工业园区
西部 重庆市 万州 长寿 重庆
西部 四川省 成都 德阳 广安 广元 绵阳 内江 遂宁 宜宾临港 *成都青白江 *雅安
西部 贵州省 遵义 贵阳
西部 云南省 昆明 曲靖
西部 西藏自治区 拉萨
西部 陕西省 汉中 陕西航空 陕西航天 西安 榆林
西部 甘肃省 兰州 天水 张掖
西部 青海省 西宁
西部 宁夏回族自治区 银川
西部 新疆维吾尔自治区 乌鲁木齐 阿拉尔 库尔勒 石河子 乌鲁木齐甘泉堡 五家渠 准东
"""
#: Fictitious zones of each region by number; 025 leaves the list after the round of 2021.
FICTITIOUS = {"东部": range(1, 9), "中部": range(9, 17), "西部": (*range(17, 25), 25)}
GONE = 25

#: Period → last five of each region, from the end: numbers of fictitious zones.
LAST: dict[str, dict[str, tuple[int, ...]]] = {
    "2020": {"全国": (25, 17, 9, 1, 18)},
    "2021": {"东部": (1, 2, 3, 4, 5), "中部": (9, 10, 11, 12, 13), "西部": (17, 18, 19, 20, 21)},
    "2022": {"东部": (1, 6, 7, 8, 5), "中部": (14, 15, 16, 9, 10, 11), "西部": (22, 23, 24, 17, 18)},
    "2023": {"东部": (2, 3, 6, 4, 1), "中部": (12, 14, 13, 15, 16), "西部": (19, 20, 22, 21, 23)},
}
#: In 2022 these two of 中部 are alike in every figure, and share the fifth and sixth places from the end.
ALIKE = ("2022", 10, 11)
#: Last five in the round before that of 2021, which is not shipped.
LAST_BEFORE = (25, 18)
#: Zone → (day on which its boundary moved, growth of its figures by the wider boundary in per cent).
MOVED = {7: ("2021-06-30", 12), 24: ("2022-05-10", 8)}
#: (period, zone) → finding (confirmed, text).
FRAUD = {
    ("2022", 12): ("否", "企业多报出口额的举报，经核查不属实"),
    ("2023", 5): ("是", "组织企业虚报进出口数据，经核查属实"),
}
#: Zones whose processing revenue is below the region's threshold in a period, in 亿元; one stands exactly on it.
REVENUE = {("2021", 1): "29.9", ("2022", 1): "30", ("2022", 17): "14.9", ("2023", 2): "29.9", ("2023", 22): "15"}
#: (period, zone, indicator) → figure reported, where the department verified another one.
REPORTED = {
    ("2020", 2, "fdi_actual"): "+5.5",
    ("2021", 3, "trade_total"): "+12.3",
    ("2022", 20, "fdi_actual"): "+2.5",
    ("2023", 6, "trade_total"): "-0.8",
}
#: (period, zone, indicator) → factor in per cent: a figure far from that of the year before.
JUMP = {("2022", 19, "trade_total"): 160}
#: Blank at every stage: the department confirms that there are no figures.
ABSENT = {("2021", 8, "innovation_5"), ("2022", 19, "opening_6"), ("2023", 23, "green_3"), ("2020", 10, "industry_9")}

#: Edition → quantities in order.
METHOD_2016 = (
    ["fdi_actual", "trade_total", *(f"industry_{n}" for n in range(3, 16))]
    + ["rd_intensity", "hightech_firms", *(f"innovation_{n}" for n in range(3, 12))]
    + [f"lead_{n}" for n in range(1, 10)]
    + ["energy_use", *(f"environment_{n}" for n in range(2, 10))]
    + [f"efficiency_{n}" for n in range(1, 10)]
)
METHOD_2021 = (
    ["fdi_actual", "trade_total", *(f"opening_{n}" for n in range(3, 8))]
    + [f"quality_{n}" for n in range(1, 9)]
    + ["rd_intensity", "hightech_firms", *(f"innovation_{n}" for n in range(3, 7))]
    + ["energy_use", *(f"green_{n}" for n in range(2, 6))]
    + [f"coordination_{n}" for n in range(1, 5)]
)
#: Range of the named quantities (low, high, divisor, unit of measure); the others run from 10.0 to 99.9 without one.
NAMED = {
    "fdi_actual": (8, 900, 10, "亿美元"),
    "trade_total": (60, 24000, 10, "亿元"),
    "rd_intensity": (104, 620, 100, "%"),
    "hightech_firms": (6, 900, 1, "家"),
    "energy_use": (8, 140, 100, "吨标准煤/万元"),
}
LESS_IS_BETTER = {"energy_use"}


@dataclass(frozen=True)
class Zone:
    """A zone; ``number`` is that of a fictitious one, else 0; ``new``: upgraded in 2021."""

    code: str
    name: str
    province: str
    region: str
    number: int = 0
    new: bool = False


def zones() -> list[Zone]:
    """Every zone in the order of its code; codes are the project's own."""
    found: list[Zone] = []
    for line in REAL.split("\n"):
        region, province, *names = line.split() or ("", "")
        for mark in names:
            bare = mark.lstrip("*=")
            name = bare if "=" in mark else bare + SUFFIX
            found.append(Zone(f"KFQ{len(found) + 1:03d}", name, province, region, new="*" in mark))
    for region, numbers in FICTITIOUS.items():
        for number in numbers:
            found.append(Zone(f"KFQ9{number:02d}", f"示例开发区{number:03d}", f"示例省（{region}）", region, number=number))
    return found


ZONES = zones()


def on_list(zone: Zone, period: str) -> bool:
    """Whether the zone is on the list of a period: 218 zones for 2020, 230 from 2021 on."""
    return not zone.new if period == "2020" else zone.number != GONE


def level(zone: Zone, quantity: str, period: str) -> int:
    """Strength in thousandths: that of the zone, its own on the quantity, and a small change by year; planned for the last ones."""
    who = zone.code if (period, zone.number) != (ALIKE[0], ALIKE[2]) else f"KFQ9{ALIKE[1]:02d}"
    number = zone.number if who == zone.code else ALIKE[1]
    last = LAST[period].get(zone.region) or LAST[period].get("全国", ())
    if number in last and quantity not in ("fdi_actual", "trade_total"):
        place = last.index(number)
        return 10 + 28 * place + draw(0, 24, "last", who, quantity, period)
    base = 330 if zone.number else draw(340, 840, "zone", who)
    own = draw(-110, 110, "own", who, quantity)
    return max(190, min(990, base + own + draw(-12, 30, "year", who, quantity, period)))


def figure(zone: Zone, quantity: str, period: str) -> str:
    """The figure that counts, as text; blank where there is none."""
    if (period, zone.number, quantity) in ABSENT and zone.number:
        return ""
    if quantity == "mfg_revenue":
        if (period, zone.number) in REVENUE:
            return REVENUE[period, zone.number]
        return plain(Decimal(draw(400, 9000, "revenue", zone.code, period)) / 10)
    low, high, divisor, _ = NAMED.get(quantity, (100, 999, 10, ""))
    share = level(zone, quantity, period)
    share = 1000 - share if quantity in LESS_IS_BETTER else share
    steps = (low + (high - low) * share // 1000) * JUMP.get((period, zone.number, quantity), 100) // 100
    return plain(Decimal(steps) / divisor)


def quantities(period: str) -> list[str]:
    """Columns of a period, in order."""
    return METHOD_2016 if period == "2020" else ["mfg_revenue", *METHOD_2021]


def value_rows(period: str) -> list[dict[str, str]]:
    """Rows of values.csv."""
    rows: list[dict[str, str]] = []
    filed = str(int(period) + 1)
    for zone in ZONES:
        for quantity in quantities(period) if on_list(zone, period) else ():
            uom = "亿元" if quantity == "mfg_revenue" else NAMED.get(quantity, (0, 0, 0, ""))[3]
            value, cell = figure(zone, quantity, period), {"unit_code": zone.code, "indicator": quantity, "period": period, "uom": uom}
            cell |= {"stage": "verified", "value": value or "缺失", "source": SYNTHETIC, "origin": "synthetic"}
            both = moved(zone, period)
            if shift := REPORTED.get((period, zone.number, quantity)):
                told = {"stage": "reported", "value": plain(Decimal(value) + Decimal(shift)), "by": f"{zone.name}填报（模拟）"}
                rows.append(cell | told | {"date": f"{filed}-04-10"})
                cell |= {"by": "省级商务主管部门（模拟）", "date": f"{filed}-05-20", "note": "模拟；核实更正"}
            elif not value:
                rows.append(cell | {"stage": "reported", "value": "", "by": f"{zone.name}填报（模拟）", "date": f"{filed}-04-10"})
                cell |= {"by": "省级商务主管部门（模拟）", "date": f"{filed}-05-20", "note": "模拟；当年无数据"}
            if not both:
                rows.append(cell)
                continue
            wider = Decimal(value) * (100 + MOVED[zone.number][1]) / 100 if value else None
            rows.append(cell | {"calibre": "before"})
            rows.append(cell | {"calibre": "after", "value": "缺失" if wider is None else plain(whole_or_tenths(wider, quantity))})
    return rows


def whole_or_tenths(value: Decimal, quantity: str) -> Decimal:
    """Rounded as the quantity is filed."""
    return Decimal(int(value)) if quantity == "hightech_firms" else tenths(value)


def moved(zone: Zone, period: str) -> bool:
    """Whether the zone files two series in a period: the boundary has moved by its end."""
    return zone.number in MOVED and MOVED[zone.number][0][:4] <= period


def unit_rows(period: str) -> list[dict[str, str]]:
    """The roster of a period."""
    rows = []
    for zone in ZONES:
        if not on_list(zone, period):
            continue
        row = {"unit_code": zone.code, "unit_name": zone.name, "region": zone.region, "province": zone.province}
        if period == "2020":
            row["last_five_before"] = "是" if zone.number in LAST_BEFORE else "否"
        elif zone.new:
            row |= {"participation": "files_only", "participation_basis": "商资函〔2021〕523号第七条", "participation_from": "2021"}
            row["participation_until"] = "2022"
        if period != "2020" and zone.number in MOVED and MOVED[zone.number][0][:4] <= period:
            row |= {"boundary_changed": MOVED[zone.number][0], "boundary_basis": "示例批复（模拟）"}
        if zone.number:
            row["note"] = "虚构"
        rows.append(row)
    return rows


def item_rows(period: str) -> list[dict[str, str]]:
    """Findings on statistics: fictitious, of fictitious zones."""
    rows = []
    for (when, number), (confirmed, text) in FRAUD.items():
        if when == period:
            zone = next(zone for zone in ZONES if zone.number == number)
            keys = {"table": "fraud_findings", "item_id": f"TJ{when}-{number:03d}", "unit_code": zone.code, "item_name": f"模拟：{text}"}
            trail = {
                "origin": "synthetic",
                "source": SYNTHETIC,
                "by": "联合核查组（模拟）",
                "date": f"{int(period) + 1}-06-15",
                "note": "模拟",
            }
            rows.append(keys | {"confirmed": confirmed} | trail)
    return rows


PAGE = """# etdz {period} 数据来源说明（数据年度{period}，{round}年考核评价）

**含模拟数据**：除开发区名称及其所在省（区、市）外，**全部数值都是模拟的**，用于演示计算过程。得分、名次、退出、警示都不是任何开发区的
真实考核结果，不得引用。**指标名称未公开**：公开材料能见到的指标用其名称，其余写“指标1.3”等；权重分配和计分公式未公开，为自定口径。

## 名单
本期{count}家（东部{east}、中部{central}、西部{west}），其中{real}家用公开的名称（国务院历次批复设立、升级的国家级经济技术开发区，名单经公开网页和
公开代码库中的汇总表核对），{fictitious}家是虚构的“示例开发区”，占用其余开发区的位置；名单中没有列出某一开发区，不表示对它的任何评价。
示例开发区归入虚构的“示例省”，各地区末5位、退出、警示、统计造假、管辖范围调整、低于门槛的都只安排在示例开发区。
代码是本项目自编的（KFQ001…，示例为KFQ9…），各期相同。三大地区按商务部通行口径：东部含辽宁，中部含吉林、黑龙江，西部含内蒙古、广西。
{roster}

## 各列
| 列 | 说明 |
|---|---|
| units.csv | 地区、省份真实（示例除外）；{attributes} |
| values.csv | 全部模拟，每行 origin 为 synthetic；没有写填报值的，只有核定值 |
| items.csv | {items} |

## 有意安排的情形
{situations}

## 生成
脚本 `data/_scripts/build_etdz.py`，种子 `{seed}`：由种子与该数自身名称的 SHA-256 取整得到，不用浮点数，重新运行得到相同的字节。
"""
ROSTER = {
    "2020": "按2016年版办法参与排名的218家。2021年新升级的13家依第七条在2021年考核评价中只报送数据，其报送的数据不在本期表内。",
    "2021": "上期218家中示例开发区025退出，2021年新升级13家（units.csv 中注明只报数据不排名及依据、起止）。",
    "2022": "与上期相同。新升级的13家自2023年考核评价（数据年度2022）起参与排名。",
    "2023": "与上期相同。",
}
SITUATIONS = {
    "2020": """- 全国末5位：示例开发区001、009、017、018、025；其中018、025上一轮也列末5位（units.csv 所注），连续两年的退出。
- 核实差异：示例开发区002实际使用外资；缺失：示例开发区010指标1.9。""",
    "2021": """- 末5位：东部001—005、中部009—013、西部017—021（新办法第一轮，窗口内只有一期，没有退出候选）。
- 13家新升级开发区只报数据不排名（2022年考核评价）。
- 管辖范围调整：示例开发区007（2021-06-30）报两种口径，用调整前口径。
- 门槛：示例开发区001制造业企业主营业务收入29.9亿元，低于东部30亿元。
- 核实差异：示例开发区003进出口总额；缺失：示例开发区008指标3.5。""",
    "2022": """- 末5位：东部001、006、007、008、005；中部014、015、016、009及并列的010、011（各项数据完全相同，并列跨越末5位，
  期文件裁定010列入）；西部022、023、024、017、018。两轮均列末5位的001、005、009、010、017、018成为退出候选。
- 13家新升级开发区首次参与排名（2023年考核评价）；按“数据年度”读法本期仍不排名。
- 管辖范围调整：示例开发区007（第二年）、024（2022-05-10）用调整前口径。
- 门槛：示例开发区001恰为30亿元（不低于）；示例开发区017为14.9亿元，低于西部15亿元。
- 统计问题：示例开发区012的举报不属实，不影响参评。
- 与上年相差过大：示例开发区019进出口总额增加50%以上。
- 核实差异：示例开发区020实际使用外资；缺失：示例开发区019指标1.6。""",
    "2023": """- 末5位：东部002、003、006、004、001；中部012、014、013、015、016；西部019、020、022、021、023。
  三轮中两轮以上列末5位的：东部001（三轮）、002、003、004、006；中部012—016；西部019—023；
  其中002、003、004、012、013、019、020、021是2021和2023两轮，不连续。2022年已成为候选而本期没有列末5位的005、009、010、017、018，仍在三年窗口内，仍为候选。
- 管辖范围调整：示例开发区007进入第三年，用调整后口径；024仍用调整前口径。
- 统计造假：示例开发区005查实，列示得分，不参与排名（虚构）。
- 门槛：示例开发区002为29.9亿元；示例开发区022恰为15亿元（不低于）。
- 核实差异：示例开发区006进出口总额；缺失：示例开发区023指标4.3。""",
}
ATTRIBUTES = {"2020": "上一轮是否列全国末5位（虚构）", "": "参评方式、依据和起止；管辖范围调整日期与依据（虚构）"}


def page(period: str) -> str:
    """SOURCE.md of a period."""
    listed = [zone for zone in ZONES if on_list(zone, period)]
    regions = [sum(zone.region == region for zone in listed) for region in ("东部", "中部", "西部")]
    real = sum(not zone.number for zone in listed)
    return PAGE.format(
        period=period,
        round=int(period) + 1,
        count=len(listed),
        east=regions[0],
        central=regions[1],
        west=regions[2],
        real=real,
        fictitious=len(listed) - real,
        roster=ROSTER[period],
        attributes=ATTRIBUTES.get(period, ATTRIBUTES[""]),
        items="统计问题核查（虚构）" if item_rows(period) else "本期没有",
        situations=SITUATIONS[period],
        seed=SEED,
    )


def main() -> None:
    """Build every period."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=DATA)
    out = parser.parse_args().out
    for period in PERIODS:
        folder = out / "etdz" / period
        values = ["unit_code", "indicator", "period", "stage", "value", "uom", "source", "origin", "by", "date", "note"]
        units = ["unit_code", "unit_name", "region", "province"]
        if period == "2020":
            units += ["last_five_before", "note"]
        else:
            values.insert(3, "calibre")
            units += ["participation", "participation_basis", "participation_from", "participation_until"]
            units += ["boundary_changed", "boundary_basis", "note"]
        write_csv(folder / "units.csv", units, unit_rows(period))
        write_csv(folder / "values.csv", values, value_rows(period))
        write_csv(folder / "items.csv", [*ITEM_KEYS, "confirmed", "origin", "source", "by", "date", "note"], item_rows(period))
        write_csv(folder / "evidence.csv", EVIDENCE_COLUMNS, [])
        write_text(folder / "SOURCE.md", page(period))


if __name__ == "__main__":
    main()

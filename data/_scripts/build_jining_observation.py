"""Build data/jining_observation/2015Q1 from the published result of Jining's observation. Real figures only, nothing computed.

Ballots are not published and none are made up: the total scores and the places stand as the notice gives them.

Usage: ``python data/_scripts/build_jining_observation.py [--out FOLDER]`` (default: the data folder itself).
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

RAW = "jining2015_observation.csv"
PERIOD = "2015Q1"
EVIDENCE = "result-2015Q1"
#: Codes of the two development zones, which have no administrative code.
ZONES = {"济宁高新区": "JNGX", "济宁经济技术开发区": "JNJK"}

PAGE = f"""# jining_observation {PERIOD} 数据来源说明

**试评**：用公布的总分重排名次，与公布名次对照；不是任何机关的考核结果。全部数值为**公布的真实数据**，没有模拟数据。

已公布数据未经核实程序：全部记为“填报”（stage = reported），性质为“新闻报道”（origin = press），结果由报纸刊登。

## 来源
济宁市现场观摩会秘书组《全市一季度工业项目观摩评比结果（2015年4月）》，13个县（市、区）和开发区的总分和名次；
整理表 `data/_sources/{RAW}`，来历见 `data/_sources/README.md`。`evidence.csv` 的 sha256 为该表的校验码。

## 核对
- 13个总分合计 1066.00 ＝ 13 × 82：名次分 100、97、…、64 的平均数是82，完整的选票必使合计如此。
- 嘉祥县、汶上县同为77.93分，都是第9名，下一名是第11名。
- 各张选票没有公布，本文件夹没有选票。名次票怎样折成分，`tests/cases/jining_ballots.yaml` 用一组与公布总分相合的票数演示。

两个开发区没有行政区划代码，代码 JNGX、JNJK 为本库自编。

由 `data/_scripts/build_jining_observation.py` 生成，重新运行得到相同的字节。
"""


def build(out: Path) -> None:
    """Write the files of the period into ``out``."""
    units, rows = [], []
    raw = read_source(RAW)
    for line, row in raw:
        code = row["unit_code"] or ZONES[row["unit"]]
        units.append({"unit_code": code, "unit_name": row["unit"], "participation": "ranked"})
        for indicator, value, uom in (("score", row["value"], "分"), ("published_rank", row["official_rank"], "名")):
            rows.append({
                "unit_code": code, "unit_name": row["unit"], "indicator": indicator, "period": PERIOD, "stage": "reported", "value": value,
                "uom": uom, "source": row["source"], "evidence_id": EVIDENCE, "origin": "press", "by": "济宁市现场观摩会秘书组",
                "note": f"原始表第{line}行",
            })  # fmt: skip
    evidence = {
        "evidence_id": EVIDENCE, "title": raw[0][1]["source"], "file": f"data/_sources/{RAW}", "page": f"第2至{raw[-1][0]}行",
        "sha256": sha256(RAW), "supports": "总分和名次", "note": "公布数据整理表",
    }  # fmt: skip
    folder = out / "jining_observation" / PERIOD
    write_csv(folder / "units.csv", UNIT_COLUMNS, units)
    write_csv(folder / "values.csv", VALUE_COLUMNS, rows)
    write_csv(folder / "items.csv", ITEM_KEYS + ITEM_TRAIL, [])
    write_csv(folder / "evidence.csv", EVIDENCE_COLUMNS, [evidence])
    write_text(folder / "SOURCE.md", PAGE)


def main() -> None:
    """Build the period."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=DATA)
    build(parser.parse_args().out)


if __name__ == "__main__":
    main()

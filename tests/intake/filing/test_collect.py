"""Collecting: what comes back is read, matched, compared and kept; nothing is overwritten, nothing decided silently."""

from __future__ import annotations

import json
from typing import Any

VALUES = {
    "trade_total@2023": 8029.72,
    "cbec_retail@2023": "1,500.5",
    "fdi_actual@2023": "８８．２",
    "contracting_turnover@2023": "12.5亿美元",
    "mechanism_sound@2023": "是",
    "risk_mechanism@2023": "缺失",
}


def test_a_filled_form_becomes_figures(desk: Any) -> None:
    """Each value stands in values.csv as typed, with file, sheet, cell and hash; the rest of the units have not filed."""
    path = desk.fill("330100", VALUES, lists={"授牌平台": [["330100-5-01", "甲平台", "国家级"]]}, evidence=[["330100-Z01", "授牌文件"]])
    code, said = desk.collect()
    assert said["faults"] == []
    assert code == 1
    assert len(said["not_filed"]) == 12
    row = desk.figures()["330100", "trade_total", "2023"]
    assert (row["value"], row["uom"], row["by"], row["date"]) == ("8029.72", "亿元", "杭州市 张三", "2024-02-10")
    assert (row["file"], row["sheet"], row["cell"]) == (
        f"_collected/001/returned/{path.name}",
        "指标",
        desk.cell("330100", "trade_total@2023"),
    )
    assert len(row["sha256"]) == 64
    assert desk.figures()["330100", "cbec_retail", "2023"]["value"] == "1,500.5"
    (platform,) = desk.items("platforms")
    assert (platform["item_id"], platform["unit_code"], platform["level"], platform["cell"]) == ("330100-5-01", "330100", "国家级", "A5")
    record = json.loads((desk.data / "_collected/001/record.json").read_text("utf-8"))
    assert record["files"][0]["sha256"] == row["sha256"]
    code, text = desk.main("check", desk.scheme, desk.period)
    assert code == 0, text

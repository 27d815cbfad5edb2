"""Small executed notebooks, written by hand: publishing needs no kernel."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest
from nbformat import NotebookNode, v4

from evalbook.publish.html import PageInfo

CITIES = ["杭州市", "宁波市", "温州市", "嘉兴市", "湖州市", "绍兴市", "金华市", "衢州市", "舟山市", "台州市", "丽水市"]
INDICATORS = [
    "货物贸易进出口总额增加值",
    "服务贸易进出口额",
    "跨境电商出口额",
    "实际使用外资",
    "对外承包工程营业额",
    "开放平台建设",
    "推进重大项目·国家库",
    "推进重大项目·省库",
    "国际航线",
    "中欧班列开行列数",
    "信息采用",
    "经验推广",
    "友城交往",
    "境外园区",
    "风险防控",
    "工作机制",
    "专家评价",
]
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><rect width="60" height="20" fill="#2f5d8a"/></svg>'


def table(head: list[str], rows: list[list[str]], caption: str = "") -> str:
    """A table as the present room writes it, without classes of kinds."""
    top = "".join(f'<th scope="col">{h}</th>' for h in head)
    body = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    title = f"<caption>{caption}</caption>" if caption else ""
    return f'<div class="table-box"><table class="sheet">{title}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def shown(number: int, data: dict[str, Any], metadata: dict[str, Any] | None = None, source: str = "present.totals(run)") -> NotebookNode:
    """An executed cell with one rich output."""
    return code(number, [v4.new_output("execute_result", data, execution_count=number, metadata=metadata or {})], source)


def code(number: int, outputs: list[NotebookNode], source: str = "present.totals(run)", tags: tuple[str, ...] = ()) -> NotebookNode:
    """An executed cell."""
    return v4.new_code_cell(source, execution_count=number, outputs=outputs, metadata={"tags": list(tags)} if tags else {})


def notebook(*cells: NotebookNode) -> NotebookNode:
    """A notebook of the cells, with what papermill would have left in it."""
    nb = v4.new_notebook(cells=list(cells), metadata={"kernelspec": {"name": "python3", "display_name": "x", "language": "python"}})
    nb.metadata["papermill"] = {"start_time": "2026-01-01T00:00:00", "output_path": "somewhere/out.ipynb"}
    return nb


@pytest.fixture
def build() -> ModuleType:
    """The helpers above (test modules cannot import one another under importlib mode)."""
    return sys.modules[__name__]


@pytest.fixture
def page() -> PageInfo:
    """A page with everything on it."""
    return PageInfo(
        title="浙江省打造“一带一路”枢纽督查激励评价（设区市）",
        subtitle="设区市年度评价：得分、排名与拟激励名单",
        audience="评价工作专班、复核和审计人员",
        number="浙发改开放〔2020〕101号",
        period_label="2023年",
        status="draft",
        flags=("synthetic", "trial", "unofficial"),
        as_of="2024-03-31",
        prepared_by="示例 经办人",
        preliminary_lines=("拟激励：宁波市、杭州市、金华市；第3名与第4名相差0.30分。",),
        provenance=(("程序", "evalbook 0.1.0"), ("结果校验码", "9f2b" * 16)),
    )


@pytest.fixture
def report() -> NotebookNode:
    """A report with chapters, parameters, a ranking, a table too wide for a page on end, and a figure."""
    ranking = [[str(i), c, f"{3301 + i}00", f"{93.5 - 2.3 * i:.2f}", f"{46.2 - i:.2f}", "—"] for i, c in enumerate(CITIES, 1)]
    wide = [[c, *(f"{(i * 7 + j * 3) % 60 / 10:.2f}" for j in range(len(INDICATORS)))] for i, c in enumerate(CITIES)]
    return notebook(
        v4.new_markdown_cell("# 评价结果\n\n本报告由参数和数据自动生成。见[总分与排名](#二、总分与排名)。"),
        code(1, [], 'scheme = "zhejiang_city"', ("parameters",)),
        code(2, [], 'scheme = "zhejiang_city"\nperiod = "2023"  # 考核期', ("injected-parameters",)),
        v4.new_markdown_cell("# 一、依据\n\n## 指标体系\n\n文件没有写明之处，**逐项**列出。\n\n> 引文\n\n- 一\n- 二"),
        shown(3, {"text/html": table(["指标", *INDICATORS], wide, "得分一览"), "text/plain": "<Html at 0x7f0000000000>"}),
        v4.new_markdown_cell("# 二、总分与排名"),
        shown(4, {"text/html": table(["排名", "考核对象", "代码", "综合得分", "主要指标", "状态"], ranking, "综合得分排名")}),
        shown(5, {"image/svg+xml": SVG, "text/plain": "<Figure>"}, {"image/svg+xml": {"alt": "各市综合得分，宁波最高"}}),
        code(6, [v4.new_output("stream", name="stdout", text="合计核对无误\n")]),
        shown(7, {"application/vnd.evalbook.result+json": {"scheme": "zhejiang_city"}, "text/plain": "seal"}),
    )

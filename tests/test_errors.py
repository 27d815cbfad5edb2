"""Errors are instructions: where, what, the rule, what to do; all at once; nothing that could drive a terminal."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalbook.errors import EvalbookError, Fault, Refused, RunFailed, UsageError, nearest, visible


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault("x", "应为数", file="values.csv", row=7, column="数值"), "values.csv 第7行 “数值”列：应为数"),
        (Fault("x", "应为数", "请核对", value="12a"), "应为数：“12a”；请核对"),
        (Fault("x", "缺少", file="a.xlsx", sheet="数据", row=3), "a.xlsx 工作表“数据” 第3行：缺少"),
        (
            Fault("x", "必须大于0", file="2020.yaml", row=41, path="tree.x.marks", value="-5"),
            "2020.yaml 第41行 tree.x.marks：必须大于0，原文为“-5”",
        ),
        (Fault("x", "缺少"), "缺少"),
        (Fault("x", "首行", file="a.csv", row=0), "a.csv 第0行：首行"),
    ],
    ids=["cell", "value", "sheet", "yaml", "bare", "row-zero"],
)
def test_a_fault_reads_as_an_instruction(fault: Fault, expected: str) -> None:
    """Place, rule, value found and remedy stand in this order, and what is not known is left out."""
    assert str(fault) == expected


def test_a_refusal_lists_every_fault_with_a_number() -> None:
    """The reader sees how many there are and all of them."""
    text = str(Refused([Fault("a", "甲错"), Fault("b", "乙错", file="x.csv", row=2)]))
    assert text.splitlines() == ["输入有误，未执行（共2处）：", "  1. 甲错", "  2. x.csv 第2行：乙错"]


@pytest.mark.parametrize(
    ("error", "code"),
    [(Refused([]), 1), (UsageError("x"), 2), (RunFailed("x"), 3), (RunFailed("x", "timeout"), 3)],
    ids=lambda v: str(v)[:7],
)
def test_exit_codes(error: EvalbookError, code: int) -> None:
    """1 refused, 2 usage, 3 a run failed; all are errors of this package."""
    assert isinstance(error, EvalbookError)
    assert error.exit_code == code


def test_a_failed_run_keeps_its_outcome() -> None:
    """What the ledger records as the outcome travels with the error."""
    assert RunFailed("超过时限", "timeout").outcome == "timeout"
    assert RunFailed("中断").outcome == "failed"


def test_a_fault_travels_as_json() -> None:
    """``--json`` carries every field, and Chinese as it is."""
    fault = Fault("judged.range", "超出范围", "请核对", "values.csv", "", 7, "数值", "11", "tree.expert")
    found = json.loads(json.dumps(fault.as_dict(), ensure_ascii=False))
    assert found == {
        "code": "judged.range",
        "message": "超出范围",
        "remedy": "请核对",
        "file": "values.csv",
        "sheet": "",
        "row": 7,
        "column": "数值",
        "value": "11",
        "path": "tree.expert",
        "severity": "error",
    }


@given(st.text())
def test_data_cannot_drive_a_terminal(text: str) -> None:
    """Whatever stands in a cell, a fault prints no control, direction or other invisible character."""
    shown = str(Fault("x", "应为数", file=text, value=text))
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("杭州市", "杭州市"),
        ("a\tb", "a\\tb"),
        ("\x1b[2J", "\\x1b[2J"),
        ("甲\u202e乙", "甲\\u202e乙"),
        ("\ufeff代码", "\\ufeff代码"),
        ("甲\u3000乙", "甲\u3000乙"),
    ],
    ids=["plain", "tab", "escape", "override", "bom", "ideographic-space"],
)
def test_invisible_characters_are_spelled_out(text: str, expected: str) -> None:
    """The reader sees that something invisible is there; ordinary text stays."""
    assert visible(text) == expected


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("totl", ["total", "main"], "最接近的名称是“total”"),
        ("trade", ["trade_total", "main"], "最接近的名称是“trade_total”"),
        ("zzz", ["total", "main", "main"], "可用的名称：main、total"),
        ("zzz", [], "此处没有可用的名称"),
        ("杭州", ["杭州市", "宁波市"], "最接近的名称是“杭州市”"),
        ("zzz", [f"n{i:03d}" for i in range(90)], "可用的名称有90个，如“n000”"),
    ],
    ids=["near", "prefix", "none-near", "nothing", "chinese", "many"],
)
def test_a_misspelt_name_gets_the_nearest_one(name: str, known: list[str], expected: str) -> None:
    """The nearest name, or the names there are (not all of very many)."""
    assert nearest(name, known) == expected

"""Faults found while scoring: where the figure stands, what lacks, all of them at once, and no echo in what depends on them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from evalbook.errors import Fault, Refused
from evalbook.scoring.evaluation import evaluate

Build = Callable[[Any], Any]


def refused(build: Build, text: str) -> list[Fault]:
    """The faults with which a situation is refused."""
    with pytest.raises(Refused) as error:
        build(text).evaluate()
    return error.value.faults


def place(fault: Fault) -> tuple[str, int | None, str, str]:
    """Where a fault points and what it found there."""
    return fault.file, fault.row, fault.column, fault.value


JUDGED = """
units: {甲: {unit_code: "330100"}, 乙: {unit_code: "330200"}}
edition:
  tree:
    total: {label: 总分, marks: 13, children: [a, b]}
    a: {label: 谋划, marks: 3, measure: {value: $a}, rule: {judged: marks}}
    b: {label: 储备, marks: 10, measure: {value: $b}, rule: {judged: marks}}
  rankings: {place: {of: total}}
  outcomes: {awarded: {quota: 1, by: place}}
figures:
  a: {甲: "3.5", 乙: 2}
  b: {甲: 4, 乙: {reported: 9, verified: "-1"}}
"""


def test_every_fault_is_told_with_its_cell(situation: Build) -> None:
    """Two figures out of range in two indicators: each with file, row, column, value, unit, rule and remedy; the totals add no echo."""
    first, second = refused(situation, JUDGED)
    assert str(first) == "values.csv 第2行 “数值”列 tree.a：谋划（甲）：评定分超出范围（0—3分），原文为“3.5”；请核对评定分"
    assert place(second) == ("values.csv", 6, "数值", "-1")
    assert "储备（乙）" in second.message


def test_the_cell_used_is_the_one_blamed(situation: Build) -> None:
    """A verified value out of range is blamed where it was verified, not where it was reported."""
    _, second = refused(situation, JUDGED)
    assert second.row == 6


def test_a_sheet_is_named(situation: Build) -> None:
    """A figure from a workbook is found by file, sheet and row."""
    built = situation(JUDGED)
    figures = {
        key: f._replace(cells=tuple(c._replace(file="填报.xlsx", sheet="数据") for c in f.cells))
        for key, f in built.dataset.figures.items()
    }
    with pytest.raises(Refused) as error:
        evaluate(built.scheme, dataclasses.replace(built.dataset, figures=figures))
    assert error.value.faults[0].place == "填报.xlsx 工作表“数据” 第2行 “数值”列 tree.a"


def test_a_named_measure_is_followed_to_its_figure(situation: Build) -> None:
    """The fault of a leaf that reads a named measure stands at the figure the measure reads."""
    (fault,) = refused(
        situation,
        """
units: [甲, 乙]
edition:
  measures: {score: {value: $a}}
  tree: {a: {label: 谋划, marks: 3, measure: score, rule: {judged: marks}}}
figures: {a: [1, 7]}
""",
    )
    assert place(fault) == ("values.csv", 3, "数值", "7")


def test_a_fault_in_a_measure_is_told_once(situation: Build) -> None:
    """A measure that refuses is told under its own name; leaves, totals, rankings and outcomes that read it stay silent."""
    (fault,) = refused(
        situation,
        """
units: [甲, 乙]
edition:
  measures: {rate: {label: 完成率, ratio: $done, to: $target, undefined: refuse}}
  tree:
    total: {marks: 10, children: [x]}
    x: {marks: 10, measure: rate, rule: {line: {}}}
    y: {marks: 10, measure: {rank: rate}, rule: {line: {}}}
  rankings: {place: {of: total}}
  outcomes: {awarded: {quota: 1, by: place}, listed: {shortlist: awarded, margin: 1}}
figures: {done: [1, 2], target: [5, 0]}
""",
    )
    assert (fault.code, fault.path, fault.row, fault.value) == ("ratio.zero_divisor", "measures.rate", 5, "0")
    assert "完成率（乙）" in fault.message


def test_the_base_is_blamed_where_the_base_is_wrong(situation: Build) -> None:
    """A growth over a zero base points at the figure of the earlier period, not at this period's."""
    (fault,) = refused(
        situation,
        """
units: [甲, 乙]
edition: {tree: {x: {marks: 10, measure: {growth: $v, against: previous, undefined: refuse}, rule: {line: {}}}}}
figures: {v: [1, 2], v@previous: [5, 0]}
""",
    )
    assert place(fault) == ("values.csv", 5, "数值", "0")
    assert "上期（2022年）" in fault.message


@pytest.mark.parametrize(
    ("figures", "row", "lacks"),
    [
        ("{v: {甲: 1, 乙: null}, v@previous: [5, 6]}", 3, "（缺2023年v）"),
        ("{v: {甲: 1}, v@previous: [5, 6]}", None, "（缺2023年v）"),
        ("{v: [1, 2], v@previous: {甲: 5}}", None, "（缺2022年v）"),
        ("{v: {甲: 1}, v@previous: {甲: 5, 乙: null}}", 4, "（缺2023年v、2022年v）"),
    ],
    ids=["blank", "not-filed", "base-not-filed", "both"],
)
def test_a_blank_is_named(situation: Build, figures: str, row: int | None, lacks: str) -> None:
    """Which figure of which period lacks is said in words; a blank that was filed is also shown by its row."""
    (fault,) = refused(
        situation,
        f"""
units: [甲, 乙]
edition: {{tree: {{x: {{marks: 10, measure: {{gap: $v, against: previous}}, rule: {{thirds: [3, 2, 1], missing: refuse}}}}}}}}
figures: {figures}
""",
    )
    assert fault.code == "rank.missing"
    assert "x（乙）" in fault.message
    assert fault.message.endswith(lacks)
    assert fault.row == row


def test_a_branch_names_what_each_unit_lacks(situation: Build) -> None:
    """One fault per unit, each with the indicators that this unit lacks and no other's."""
    first, second = refused(
        situation,
        """
units: [甲, 乙, 丙]
edition:
  tree:
    total: {label: 总分, marks: 20, children: [a, b], missing: refuse}
    a: {label: 投资, marks: 10, measure: {value: $a}, rule: {line: {}}}
    b: {label: 项目, marks: 10, measure: {value: $b}, rule: {line: {}}}
figures: {a: {甲: 1, 丙: 3}, b: {甲: null, 乙: 2, 丙: 3}}
""",
    )
    assert (first.message, first.row) == ("总分（甲）：下级指标缺少数据，而假设规定缺数即拒绝：项目（缺2023年b）", 4)
    assert (second.message, second.row) == ("总分（乙）：下级指标缺少数据，而假设规定缺数即拒绝：投资（缺2023年a）", None)


def test_a_wrong_roster_is_a_fault_of_the_scheme(situation: Build) -> None:
    """Bands for eleven and ten units: the fault stands in the parameters, names both numbers and what to do."""
    (fault,) = refused(
        situation,
        """
units: 10
edition: {tree: {x: {label: 营业额, marks: 6, measure: {value: $v}, rule: {rank_bands: {1: 6, 2-4: 5, 5-7: 4, 8-10: 3, 11: 2}}}}}
figures: {v: {first: 100, each: -1}}
""",
    )
    assert fault.path == "tree.x"
    assert "按11个对象设定，本期参评对象为10个" in fault.message
    assert "按比例重划分档" in fault.remedy


def test_faults_of_many_indicators_come_together(situation: Build) -> None:
    """Independent faults are told in one refusal, in the order of the scheme."""
    found = refused(
        situation,
        """
units: [甲, 乙]
edition:
  tree:
    a: {marks: 3, measure: {value: $a}, rule: {judged: marks}}
    b: {marks: 3, measure: {ratio: $a, to: $zero, undefined: refuse}, rule: {line: {}}}
    c: {marks: 3, measure: {rank: $a}, rule: {bands: {1: 3}}}
    d: {marks: {by: $group, 县: 3}, measure: {value: $a}, rule: {line: {}}}
    e: {marks: 3, measure: {value: $ok}, rule: {line: {}}}
  tables: {units: {attributes: {group: {label: 组别, type: text}}}}
figures: {a: [9, 1], zero: [0, 1], ok: [1, 1]}
""",
    )
    assert [(f.code, f.path) for f in found] == [
        ("judged.range", "tree.a"),
        ("ratio.zero_divisor", "tree.b"),
        ("bands.beyond", "tree.c"),
        ("by.no_key", "tree.d"),
        ("by.no_key", "tree.d"),
    ]
    assert [f.message.partition("：")[0] for f in found[-2:]] == ["d（甲）", "d（乙）"]
    assert "“组别”" in found[-1].message
    assert found[-1].value == "空白"


def test_a_refusal_reads_as_a_list(situation: Build) -> None:
    """Printed, the refusal says how many faults there are and numbers them."""
    with pytest.raises(Refused) as error:
        situation(JUDGED).evaluate()
    lines = str(error.value).splitlines()
    assert lines[0] == "输入有误，未执行（共2处）："
    assert [line.strip().partition(".")[0] for line in lines[1:]] == ["1", "2"]

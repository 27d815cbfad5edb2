"""Haizhou's award lists of 2019, worked out from the csv files by a second route: the standard library, fractions and the document.

Nothing of the library is used to find the winners; only the last test asks it whether it agrees. The route, list by list
(四（三）; the number in brackets is the item of the clause):

* fixed assets (1), enclave economy (3), tax assistance (4), domestic capital and foreign capital (5), funds obtained (6): the
  verified amount of the year, largest first. Tax and capital are for those that have a task in it; funds for departments other
  than the two that assess it (四（二）); units without a task enter (1), (2), (3) and (6) (四（五）).
* scale (2): the sizes of the unit's projects of at least 5000万元 that were started or completed. Technology: how many of them
  are marked 科技含量高. Effect: the output of its industrial projects of at least 1亿元 that were started and produced this year.
* rate of starts (5): started ÷ signed. Growth of foreign capital (5): this year ÷ last year − 1.
* comprehensive: completion × marks, at most 120 % of them, each rounded half up to the cent; what a unit has no task in is left out
  and the rest scaled to the marks of its group (departments: to 85, then with funds to 100; the two assessors of funds × 100 ÷ 85).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from pathlib import Path

import pytest

from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "data" / "haizhou" / "2019"

#: List → its winners in order, as the plain route below gives them, with the figures that decide.
WINNERS = {
    "fixed": ["韩家店镇", "示例四局", "东梁街道"],  # 26856, 20500, 17205万元; then 16016
    "scale": ["区发改局", "示例四局", "东梁街道"],  # 21.8, 21.05, 10.95亿元; then 8
    "technology": ["韩家店镇", "河北街道", "区发改局"],  # two projects each; then one
    "effect": ["韩家店镇", "东梁街道", "区项目与招商服务中心"],  # 5200, 4100, 3300万元; then 2600
    "enclave": ["韩家店镇", "东梁街道", "示例四局"],  # 6618, 5148, 5100万元; then 4572
    "tax": ["韩家店镇", "新兴街道", "和平街道"],  # 5772, 4021, 3658万元; then 3604
    "domestic": ["韩家店镇", "区商务局", "新兴街道"],  # 10251, 9918, 6816万元; then 6642
    "start_rate": ["区项目与招商服务中心"],  # 10 of 10; then three with 7 of 8 for the two seats left
    "fdi": ["韩家店镇", "区商务局", "示例街道"],  # 135, 129, 90万美元; then 67
    "fdi_growth": ["示例街道", "区商务局", "韩家店镇"],  # 100 %, 160/7 % ≈ 22.86, 250/11 % ≈ 22.73; then 20 %
    "funds": ["示例四局", "区项目与招商服务中心", "区商务局"],  # 41000, 33810, 32460万元; then 27430
}
TIED = {"start_rate": {"韩家店镇", "区商务局", "东梁街道"}}


def read(name: str) -> list[dict[str, str]]:
    """Rows of a file as they are."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


UNITS = {row["unit_code"]: row for row in read("units")}
PROJECTS = [row for row in read("items") if row["table"] == "projects"]
NAMES = [row["unit_name"] for row in UNITS.values()]
GROUP = {row["unit_name"]: row["group"] for row in UNITS.values()}
TEXTS = {
    (row["unit_name"], row["indicator"], row["period"]): row["value"]
    for stage in ("reported", "verified")
    for row in read("values")
    if row["stage"] == stage
}


def number(unit: str, quantity: str, year: str = "2019") -> Fraction | None:
    """A filed number; None where there is none (missing, or 不适用)."""
    text = TEXTS.get((unit, quantity, year), "")
    return Fraction(text) if text and text != "不适用" else None


def filed(quantity: str, units: Iterable[str] = NAMES, *, task: str = "") -> dict[str, Fraction]:
    """Unit → its amount, for units that filed one and, where a task is named, have one."""
    found = {unit: number(unit, quantity) for unit in units if not task or number(unit, task) is not None}
    return {unit: value for unit, value in found.items() if value is not None}


def size(project: Mapping[str, str]) -> Fraction:
    """A project's investment in 亿元."""
    return Fraction(project["size"])


def of_projects(worth: Callable[[Mapping[str, str]], Fraction]) -> dict[str, Fraction]:
    """Unit → what its projects are worth together; units with nothing are left out."""
    found: dict[str, Fraction] = {}
    for project in PROJECTS:
        unit = UNITS[project["unit_code"]]["unit_name"]
        found[unit] = found.get(unit, Fraction(0)) + worth(project)
    return {unit: value for unit, value in found.items() if value > 0}


def new(project: Mapping[str, str]) -> bool:
    """Started or completed this year, of at least 5000万元."""
    return "是" in (project["started"], project["completed"]) and size(project) >= Fraction("0.5")


def scale(project: Mapping[str, str]) -> Fraction:
    return size(project) if new(project) else Fraction(0)


def technology(project: Mapping[str, str]) -> Fraction:
    return Fraction(int(new(project) and project["high_tech"] == "是"))


def effect(project: Mapping[str, str]) -> Fraction:
    counts = project["started"] == "是" and project["industrial"] == "是" and size(project) >= 1
    return Fraction(project["output"] or 0) if counts else Fraction(0)


def orders() -> dict[str, dict[str, Fraction]]:
    """List → unit → what decides on it."""
    signed = filed("signed", task="domestic_target")
    before = {unit: number(unit, "fdi", "2018") for unit in filed("fdi", task="fdi_target")}
    departments = [unit for unit in NAMES if GROUP[unit] == "部门" and unit not in ("区发改局", "区财政局")]
    return {
        "fixed": filed("fixed_assets"),
        "scale": of_projects(scale),
        "technology": of_projects(technology),
        "effect": of_projects(effect),
        "enclave": filed("enclave"),
        "tax": filed("tax", task="tax_target"),
        "domestic": filed("domestic", task="domestic_target"),
        "start_rate": {unit: filed("signed_started")[unit] / count for unit, count in signed.items() if count},
        "fdi": filed("fdi", task="fdi_target"),
        "fdi_growth": {unit: filed("fdi")[unit] / base - 1 for unit, base in before.items() if base},
        "funds": filed("funds", departments),
    }


def seated(order: Mapping[str, Fraction], quota: int) -> tuple[list[str], set[str]]:
    """Who is surely among the first ``quota``, in order, and who is tied for the seats left."""
    better = {unit: sum(other > value for other in order.values()) for unit, value in order.items()}
    shared = {unit: sum(other >= value for other in order.values()) for unit, value in order.items()}
    sure = [unit for unit in order if shared[unit] <= quota]
    return sorted(sure, key=lambda unit: better[unit]), {u for u in order if better[u] < quota < shared[u]}


@pytest.mark.parametrize("award", WINNERS)
def test_single_lists(award: str) -> None:
    """The three (or the surely seated) of each of the eleven lists follow from the files."""
    assert seated(orders()[award], 3) == (WINNERS[award], TIED.get(award, set()))


# ------------------------------------------------------------------------------------------------------------ comprehensive

MARKS = {
    "fixed": {"镇街": 25, "部门": 20}, "starts": 15, "large": 10, "reserve": 10, "completed": 10, "enclave": 10, "domestic": 5, "fdi": 5,
    "tax": {"镇街": 10, "部门": 0},
}  # fmt: skip
TIERS = [(20, Fraction(3)), (10, Fraction(2)), (5, Fraction("1.5")), (1, Fraction(1))]
COMPREHENSIVE = {
    "镇街": ["东梁街道", "韩家店镇", "新兴街道", "河北街道"],
    "部门": ["区项目与招商服务中心", "区发改局", "区商务局", "区营商局", "区财政局"],
}


def cents(value: Fraction) -> Fraction:
    """Half up to two decimals; all values here are positive."""
    return Fraction(int(value * 100 + Fraction(1, 2)), 100)


def done(unit: str, task: str) -> Fraction | None:
    """What a unit did under a task; projects are counted from the list."""
    own = [p for p in PROJECTS if UNITS[p["unit_code"]]["unit_name"] == unit]
    at_least = Fraction("0.5")
    counts = {
        "starts": sum((Fraction(1) for p in own if p["started"] == "是" and size(p) >= at_least), Fraction(0)),
        "large": sum((next(w for s, w in TIERS if size(p) >= s) for p in own if p["started"] == "是" and size(p) >= 1), Fraction(0)),
        "reserve": sum((Fraction(1) for p in own if p["reserve"] == "是" and size(p) >= 1), Fraction(0)),
        "completed": sum((Fraction(1) for p in own if p["completed"] == "是" and size(p) >= at_least), Fraction(0)),
    }
    return counts[task] if task in counts else number(unit, {"fixed": "fixed_assets"}.get(task, task))


def earned(unit: str, task: str, marks: int) -> Fraction | None:
    """Points of a task: None without one, nothing where no figure was filed."""
    target, reached = number(unit, f"{task}_target"), done(unit, task)
    if target is None or not marks:
        return None
    return cents(min((reached or Fraction(0)) / target, Fraction("1.2")) * marks)


def total(unit: str) -> Fraction:
    """The weighted total of a unit with tasks."""
    group = GROUP[unit]
    out_of, points = 0, Fraction(0)
    for task, given in MARKS.items():
        marks = given if isinstance(given, int) else given[group]
        found = earned(unit, task, marks)
        if found is not None:
            out_of, points = out_of + marks, points + found
    if group == "镇街":
        return cents(points * 100 / out_of)
    tasks = cents(points * 85 / out_of)
    funds = None if unit in ("区发改局", "区财政局") else earned(unit, "funds", 15)
    return cents(tasks * 100 / 85) if funds is None else tasks + funds


@pytest.mark.parametrize("group", COMPREHENSIVE, ids=["towns", "departments"])
def test_comprehensive_list(group: str) -> None:
    """The first five of each group; among the towns two share the fifth place: four are sure of theirs."""
    totals = {
        row["unit_name"]: total(row["unit_name"]) for row in UNITS.values() if (row["group"], row["participation"]) == (group, "ranked")
    }
    tied = {"平安西部街道", "工人村街道"} if group == "镇街" else set()
    assert seated(totals, 5) == (COMPREHENSIVE[group], tied)


def test_the_library_agrees() -> None:
    """The evaluation lists the same winners, and the same totals to the cent."""
    evaluation = Workbook(ROOT).prepare("haizhou", "2019").evaluation
    found = {name: [evaluation.unit_names[row] for row in evaluation.decision(f"{name}_award").listed] for name in WINNERS}
    assert found == WINNERS
    assert [evaluation.unit_names[row] for row in evaluation.decision("comprehensive_award").listed] == [
        *COMPREHENSIVE["镇街"],
        *COMPREHENSIVE["部门"],
    ]
    ranked = [row for row, name in enumerate(evaluation.unit_names) if evaluation.points("total", row) is not None]
    assert {evaluation.unit_names[row]: Fraction(str(evaluation.points("total", row))) for row in ranked} == {
        evaluation.unit_names[row]: total(evaluation.unit_names[row]) for row in ranked
    }

"""What rests on figures nobody verified, who verifies what, and which exemptions let a final run through."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from evalbook.analysis.verification import ORGANISER, changes, departments, differences, reliance
from evalbook.exact import exact
from evalbook.workbook import Prepared, Workbook

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def run() -> Prepared:
    return Workbook(ROOT).prepare("zhejiang_city", "2023")


def test_points_that_rest_on_unverified_figures(run: Prepared) -> None:
    """SOURCE.md and stored points: 衢州 contracting 3, 舟山 foreign capital 3, 台州 information 1.5, 丽水 retail 6 and mechanism 3.
    Items of lists apart, of which none is verified."""
    figures_only = replace(run.evaluation, dataset=replace(run.evaluation.dataset, items={}))
    actual = {name: one.unverified for name, one in reliance(figures_only).items() if one.indicators}
    expected = {"衢州市": exact(3), "舟山市": exact(3), "台州市": exact("1.5"), "丽水市": exact(9)}
    assert actual == expected


def test_differences_per_unit_are_those_of_the_source(run: Prepared) -> None:
    """Five figures were changed: 宁波 −0.42 of 40.7 亿美元 among them; departments are the sources that do not report themselves."""
    found = {one.who: one for one in changes(run.evaluation, "unit")}
    by_department = differences(run.evaluation, "department")
    assert set(found) == {"宁波市", "嘉兴市", "湖州市", "绍兴市", "金华市"}
    assert (found["宁波市"].amount, found["宁波市"].reported) == (exact("-0.42"), exact("40.7"))
    assert found["宁波市"].share == exact("-0.42") / exact("40.7")
    assert {name: (one.cut, one.raised) for name, one in by_department.items()} == {"省商务厅": (2, 2), "省发展改革委": (0, 1)}


def test_departments_are_the_sources_that_do_not_report(run: Prepared) -> None:
    """地方上报 verifies nothing; a figure with no source falls to the office that evaluates."""
    assert departments(run.definition)["trade_total"] == ("省商务厅",)
    assert departments(run.definition)["risk_mechanism"] == ("省发展改革委", "省商务厅")
    assert set(departments(Workbook(ROOT).prepare("county_trial", "2024").definition).values()) == {(ORGANISER,)}


@pytest.mark.parametrize(
    ("waiver", "left"),
    [
        ("units: [丽水市]", 4),
        ("indicators: [cbec_retail]", 4),
        ("units: ['331100'], indicators: [cbec_growth]", 5),
        ("reason: 全部", 0),
        ("units: [丽水]", None),
        ("indicators: [cbec]", None),
    ],
    ids=["unit", "indicator", "both", "all", "no-unit", "no-indicator"],
)
def test_exemptions_name_units_and_indicators(tmp_path: Path, waiver: str, left: int | None) -> None:
    """Six figures are unverified: an exemption covers what it names and nothing else; a name that does not exist blocks."""
    for folder in ("params/zhejiang_city", "data/zhejiang_city", "data/_sources"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    path = tmp_path / "params/zhejiang_city/periods/2023.yaml"
    about = "" if "reason" in waiver else ", reason: 平台数据未出"
    line = f"waivers: [{{what: unverified, {waiver}{about}, by: 张某, date: 2024-04-01}}]\n"
    path.write_text(path.read_text("utf-8") + line, "utf-8")
    found = {fault.code: fault.message for fault in Workbook(tmp_path).prepare("zhejiang_city", "2023").blockers}
    if left is None:
        assert "final.waiver_unknown" in found
    elif left:
        assert found["final.unverified"].startswith(f"{left}个数据未经核实")
    else:
        assert "final.unverified" not in found


def test_an_exemption_of_findings_names_their_kind(tmp_path: Path) -> None:
    """The only finding as shipped is a gap: exempting gaps lets it through, exempting something else does not."""
    for folder in ("params/zhejiang_city", "data/zhejiang_city", "data/_sources"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    path = tmp_path / "params/zhejiang_city/periods/2023.yaml"
    before = path.read_text("utf-8")
    for code, blocked in (("figure.missing", False), ("doubt.sources", True)):
        path.write_text(before + f"waivers: [{{what: findings, codes: [{code}], reason: x, by: 张某, date: 2024-04-01}}]\n", "utf-8")
        codes = {fault.code for fault in Workbook(tmp_path).prepare("zhejiang_city", "2023").blockers}
        assert ("final.findings" in codes) == blocked

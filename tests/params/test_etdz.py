"""The two editions for zones: their shape, which year takes which, and that every other reading changes what it should."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evalbook.errors import EvalbookError, Refused
from evalbook.exact import exact, round_half_up
from evalbook.scheme.lint import lint_edition
from evalbook.scheme.scheme import load_scheme
from evalbook.scoring.evaluation import Evaluation
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
PERIODS = ["2020", "2021", "2022", "2023"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the scheme and its figures, to be changed."""
    for folder in ("params/etdz", "data/etdz"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


@pytest.fixture
def choosing(project: Path) -> Callable[..., Evaluation]:
    """Evaluates a period under readings of assumptions; other periods keep theirs unless ``everywhere``."""

    def evaluate(period: str, *, everywhere: bool = False, **readings: str) -> Evaluation:
        chosen = ", ".join(f"{name}: {choice}" for name, choice in readings.items())
        for when in PERIODS[1:] if everywhere else [period]:
            path = project / f"params/etdz/periods/{when}.yaml"
            path.write_text(path.read_text("utf-8").replace("assumptions: {}", f"assumptions: {{{chosen}}}"), "utf-8")
        return Workbook(project).prepare("etdz", period).evaluation

    return evaluate


def zones(*numbers: int) -> set[str]:
    """Codes of fictitious zones."""
    return {f"KFQ9{number:02d}" for number in numbers}


def listed(evaluation: Evaluation, outcome: str) -> set[str]:
    """Codes on the list of an outcome."""
    return {evaluation.unit_codes[row] for row in evaluation.decision(outcome).listed}


# ------------------------------------------------------------------------------------------------------------------------ editions


@pytest.mark.parametrize(("period", "edition", "label"), [
    ("2020", "2016", "数据年度2020（2021年考核评价）"), ("2021", "2021", "数据年度2021（2022年考核评价）"),
    ("2023", "2021", "数据年度2023（2024年考核评价）"),
])  # fmt: skip
def test_the_edition_follows_the_data_year(period: str, edition: str, label: str) -> None:
    """Data year 2020 takes the method of 2016, later ones that of 2021; both years are told."""
    scheme = load_scheme(ROOT, "etdz", period)
    assert scheme.edition_file == f"params/etdz/{edition}.yaml"
    assert scheme.called(scheme.period) == label


@pytest.mark.parametrize(("period", "asked"), [("2020", "2021"), ("2021", "2016")])
def test_an_edition_against_its_dates_is_refused(project: Path, period: str, asked: str) -> None:
    """A period file that names the other edition is refused with the one that governs."""
    path = project / f"params/etdz/periods/{period}.yaml"
    governing = "2016" if asked == "2021" else "2021"
    path.write_text(path.read_text("utf-8").replace(f"edition: {governing}", f"edition: {asked}"), "utf-8")
    with pytest.raises(Refused) as refused:
        load_scheme(project, "etdz", period)
    assert [fault.code for fault in refused.value.faults] == ["edition.against_dates"]
    assert f"适用的是{governing}版" in refused.value.faults[0].message


def test_what_if_may_take_the_other_edition() -> None:
    """As a trial the method of 2021 may be loaded for data year 2020; it then wants the period file's names to fit."""
    with pytest.raises(EvalbookError):
        Workbook(ROOT).prepare("etdz", "2020", overrides={"edition": "2021"})


@pytest.mark.parametrize("period", PERIODS)
def test_every_reading_can_be_used(period: str) -> None:
    """Lint finds nothing, each other reading tried one by one."""
    assert [fault for fault in lint_edition(ROOT, "etdz", period) if fault.severity == "error"] == []


def shape(period: str) -> list[tuple[str, str, int]]:
    """Dimensions: label, marks, number of indicators."""
    scheme = load_scheme(ROOT, "etdz", period)
    dimensions = (scheme.tree[name].main for name in scheme.tree["total"].main.children)
    return [(model.label, str(model.marks), len(model.children)) for model in dimensions]


def test_shape_of_the_method_of_2021() -> None:
    """Five dimensions with marks and numbers of indicators, 30 in all; the number that is inferred is marked."""
    expected = [("对外开放", "30", 7), ("发展质量", "30", 8), ("科技创新", "15", 6), ("绿色发展", "15", 5), ("统筹协调", "10", 4)]
    assert shape("2021") == expected
    assert sum(count for _, _, count in expected) == 30
    scheme = load_scheme(ROOT, "etdz", "2021")
    assert (scheme.tree["quality"].main.official, scheme.tree["opening"].main.official) == (False, True)
    assert "推得" in scheme.tree["quality"].main.note


def test_shape_of_the_method_of_2016() -> None:
    """Five dimensions by name and 53 indicators; how they are divided is ours, and is marked so."""
    found = shape("2020")
    assert [label for label, _, _ in found] == ["产业基础", "科技创新", "区域带动", "生态环保", "行政效能"]
    assert sum(count for _, _, count in found) == 53
    assert not any(group.main.official for group in load_scheme(ROOT, "etdz", "2020").tree.values())


@pytest.mark.parametrize("period", ["2020", "2021"])
def test_what_is_not_public_is_marked(period: str) -> None:
    """No indicator passes for official: neither name nor weight nor formula is public."""
    scheme = load_scheme(ROOT, "etdz", period)
    assert [name for name in scheme.leaves() if scheme.tree[name].main.official] == []
    assert "指标名称未公开" in "".join(scheme.meta.notes)


# -------------------------------------------------------------------------------------------------------------------- other readings


def test_data_years_instead_of_rounds(choosing: Callable[..., Evaluation]) -> None:
    """Read as data years, the thirteen newcomers still only file in data year 2022."""
    evaluation = choosing("2022", round_or_year="data")
    assert sum(evaluation.place("national_place", row) is None for row in range(230)) == 13


@pytest.mark.parametrize(
    ("reading", "used"),
    [
        ({}, {7: "after", 24: "before"}),
        ({"boundary_years": "calendar_years"}, {7: "before", 24: "before"}),
        ({"third_year": "before"}, {7: "before", 24: "before"}),
    ],
    ids=["default", "calendar-years", "third-year-old"],
)
def test_boundary_years(choosing: Callable[..., Evaluation], reading: dict[str, str], used: dict[int, str]) -> None:
    """2023: two years from 30 June 2021 are over, counted in calendar years they are not; the third year may keep the old boundary."""
    told = choosing("2023", **reading).dataset.calibres
    assert {code: one.used for code, one in told.items()} == {f"KFQ9{number:02d}": side for number, side in used.items()}


def test_window_that_reaches_back(choosing: Callable[..., Evaluation]) -> None:
    """With the rounds before 2021 counted, 001, 009, 017 and 018 have been among the last twice by data year 2021."""
    assert listed(choosing("2021", window="reaches_back"), "exit_candidates") == zones(1, 9, 17, 18)


READINGS: list[tuple[str, dict[str, str], str]] = [
    ("2021", {"formula": "efficacy"}, "points"),
    ("2021", {"field": "nation"}, "points"),
    ("2021", {"weights": "named_first"}, "points"),
    ("2021", {"carbon": "double"}, "points"),
    ("2021", {"rounding": "four"}, "points"),
    ("2021", {"missing": "fewer"}, "points"),
    ("2020", {"formula": "efficacy"}, "points"),
    ("2020", {"weights": "named_first"}, "points"),
    ("2021", {"publicity_number": "thirty"}, "publicity"),
    ("2021", {"publicity_number": "region"}, "publicity"),
    ("2023", {"talks": "last_only"}, "warning_talk"),
    ("2023", {"talks": "candidates"}, "warning_talk"),
    ("2020", {"talks": "exit_only"}, "warning_talk"),
    ("2021", {"threshold": "exit"}, "exit_candidates"),
    ("2023", {"threshold": "exit"}, ""),
    ("2023", {"exit_mean": "worst"}, "exit_score"),
    ("2023", {"exit_mean": "latest"}, "exit_score"),
    ("2023", {"fraud": "ranked"}, "places"),
]


@pytest.mark.parametrize(
    ("period", "reading", "changes"), READINGS, ids=lambda value: "-".join(value.values()) if isinstance(value, dict) else None
)
def test_alternatives_change_what_they_should(
    choosing: Callable[..., Evaluation], period: str, reading: dict[str, str], changes: str
) -> None:
    """Each other reading changes what it is about, and where it speaks of outcomes only the points stay as they are."""
    default, other = Workbook(ROOT).prepare("etdz", period).evaluation, choosing(period, **reading)

    def look(evaluation: Evaluation) -> dict[str, Any]:
        rows = range(len(evaluation.unit_codes))
        found: dict[str, Any] = {name: listed(evaluation, name) for name in evaluation.scheme.outcomes}
        found["points"] = [evaluation.points("total", row) for row in rows]
        found["places"] = [evaluation.place("national_place", row) for row in rows]
        if "exit_score" in evaluation.scheme.periods:
            column = evaluation.walk.results["exit_score"].column
            found["exit_score"] = [column.at(row) for row in rows]
        return found

    before, after = look(default), look(other)
    differing = {name for name in before if before[name] != after[name]}
    assert (changes in differing) == bool(changes)
    assert changes == "points" or "points" not in differing


def test_carbon_weight(choosing: Callable[..., Evaluation]) -> None:
    """Energy use counting three of seven parts: the dimension is (3 × energy + the four others) ÷ 7."""
    evaluation = choosing("2021", carbon="double")
    for row in range(3):
        parts = [evaluation.points(name, row) for name in ("energy_use", "green_2", "green_3", "green_4", "green_5")]
        expected = (3 * parts[0] + sum(parts[1:], exact(0))) / 7  # type: ignore[operator, arg-type]
        assert evaluation.points("green", row) == round_half_up(expected, 2)


def test_a_tie_without_a_ruling_waits(project: Path) -> None:
    """Without the ruling of 2022 the tied 010 and 011 wait, and their candidacy with them."""
    path = project / "params/etdz/periods/2022.yaml"
    text = path.read_text("utf-8")
    start, end = text.index("rulings:"), text.index("# 未公开")
    path.write_text(text[:start] + text[end:], "utf-8")
    evaluation = Workbook(project).prepare("etdz", "2022").evaluation
    assert any("示例开发区010、示例开发区011并列" in text for text in evaluation.pending)
    assert not zones(10, 11) & listed(evaluation, "exit_candidates")


@pytest.mark.parametrize(("choice", "expected"), [("all_in", zones(10, 11)), ("none_in", set()), ("exports_decide", set())])
def test_readings_of_a_tie_across_the_last_five(project: Path, choice: str, expected: set[str]) -> None:
    """All in, none in; exports alike decide nothing, so that both wait."""
    path = project / "params/etdz/periods/2022.yaml"
    text = path.read_text("utf-8").replace("assumptions: {}", f"assumptions: {{last_tie: {choice}}}")
    start, end = text.index("rulings:"), text.index("# 未公开")
    path.write_text(text[:start] + text[end:], "utf-8")
    assert listed(Workbook(project).prepare("etdz", "2022").evaluation, "last_five") & zones(10, 11) == expected


# ------------------------------------------------------------------------------------------------------------------------- bad input


def test_an_incomplete_second_series_is_refused(project: Path) -> None:
    """A zone whose boundary moved must file both series: what is left out is named."""
    path = project / "data/etdz/2022/values.csv"
    lines = path.read_text("utf-8-sig").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("KFQ924,trade_total,2022,after")]
    assert len(lines) - len(kept) == 1
    path.write_text("".join(kept), "utf-8-sig", newline="")
    with pytest.raises(Refused) as refused:
        Workbook(project).prepare("etdz", "2022")
    assert [fault.code for fault in refused.value.faults] == ["calibre.incomplete"]
    assert "调整后口径的“进出口总额”" in refused.value.faults[0].message


def test_a_region_that_is_none_is_refused(project: Path) -> None:
    """A misspelt region is told at its cell, with those there are."""
    path = project / "data/etdz/2021/units.csv"
    path.write_text(path.read_text("utf-8-sig").replace("北京经济技术开发区,东部", "北京经济技术开发区,东区"), "utf-8-sig", newline="")
    with pytest.raises(Refused) as refused:
        Workbook(project).prepare("etdz", "2021")
    fault = refused.value.faults[0]
    assert (fault.file, fault.row, fault.value) == ("data/etdz/2021/units.csv", 2, "东区")

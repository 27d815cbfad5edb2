"""The county edition says what 附件2 says, and each reading of its silent clauses does what it promises.

Small rosters, figures made up for the situation; points worked out with pencil and paper from 浙发改开放〔2020〕101号 附件2.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evalbook.analysis.explain import explain
from evalbook.errors import Refused
from evalbook.exact import exact
from evalbook.scheme.lint import lint_edition, lint_scheme
from evalbook.scheme.scheme import choose_edition, load_scheme
from evalbook.scheme.source import load_yaml
from evalbook.scoring.evaluation import Evaluation

ROOT = Path(__file__).resolve().parents[2]
EDITION = "params/zhejiang_county/2020.yaml"
FIGURES = ["export_total@previous", "export_total", "fdi_actual@previous", "fdi_actual", "contracting_turnover", "information_adopted"]

#: The 13 scored lines of 附件2 in its order, with their marks.
LINES = {
    "export_increment": 10, "fdi_increment": 10, "contracting": 10, "national_projects": 5, "provincial_projects": 5,
    "signed_projects": 5, "exchange_events": 10, "landmark_tasks": 15, "information": 10, "results_list": 5, "platform_awards": 5,
    "leader_instructions": 5, "innovation": 5,
}  # fmt: skip


@pytest.fixture
def judge(situation: Callable[[Any], Any]) -> Callable[..., Evaluation]:
    """Scores a roster by the shipped edition: figures by column, items by list, readings by assumption."""

    def scored(units: Any, figures: dict[str, Any], items: dict[str, Any] | None = None, **readings: str) -> Evaluation:
        edition = load_yaml(ROOT / EDITION, EDITION).data
        unfiled = {column: {} for column in FIGURES if column not in figures}
        raw = {"edition": edition, "units": units, "figures": {**unfiled, **figures}, "items": items or {}}
        return situation({**raw, "settings": {"assumptions": readings}}).evaluate()

    return scored


def points(evaluation: Evaluation, name: str) -> list[Any]:
    """Points of a node per unit as texts, None where it has none."""
    return [None if value is None else str(value) for value in evaluation.node(name).points.listed()]


def texts(values: list[Any]) -> list[Any]:
    """Expected points in the same form, exact."""
    return [None if value is None else str(exact(str(value))) for value in values]


# ------------------------------------------------------------------------------------------------------------- the annex


def test_lines_and_marks_are_those_of_the_annex() -> None:
    """Thirteen lines in the annex's order, one kind of indicator, 100 points, quota 6."""
    scheme = load_scheme(ROOT, "zhejiang_county", "2023")
    assert {name: int(scheme.tree[name].main.marks) for name in scheme.leaves()} == LINES
    assert [scheme.tree[name].main.clause for name in scheme.leaves()] == [f"附件2 第{n}行" for n in range(1, 14)]
    assert sum(LINES.values()) == 100
    assert scheme.tree["work"].main.marks == 100
    assert scheme.outcomes["awarded"].main.quota == 6


@pytest.mark.parametrize("period", ["2022", "2023"])
def test_every_reading_can_be_used(period: str) -> None:
    """Neither the edition nor any reading of any silent clause has a fault."""
    assert lint_scheme(load_scheme(ROOT, "zhejiang_county", period)) == []
    assert lint_edition(ROOT, "zhejiang_county", period) == []


def test_the_edition_governs_from_2020() -> None:
    """The document applies to 2020 and later; an earlier year has no edition."""
    edition = load_yaml(ROOT / EDITION, EDITION)
    assert choose_edition([edition], "zhejiang_county", 2020) is edition
    with pytest.raises(Refused, match="没有适用于2019年的版本"):
        choose_edition([edition], "zhejiang_county", 2019)


PROJECT = {"newly_listed": "是", "active": "是"}
COUNTED = [
    ("national_projects", "projects", {**PROJECT, "list": "国家库"}, {0: 0, 1: 5, 2: 5}),
    ("national_projects", "projects", {**PROJECT, "list": "国家重大外资专班"}, {0: 0, 1: 5, 2: 5}),
    ("national_projects", "projects", {**PROJECT, "list": "国家库", "newly_listed": "否"}, {1: 0}),
    ("provincial_projects", "projects", {**PROJECT, "list": "省库"}, {0: 0, 1: 1, 4: 4, 5: 5, 7: 5}),
    ("signed_projects", "projects", {**PROJECT, "list": "签约项目"}, {0: 0, 1: 5, 3: 5}),
    ("signed_projects", "projects", {**PROJECT, "list": "签约项目", "active": "否"}, {2: 0}),
    ("exchange_events", "events", {"kind": "国际会议", "qualified": "是"}, {0: 0, 1: 5, 2: 10, 3: 10}),
    ("exchange_events", "events", {"kind": "文化交流活动", "qualified": "否"}, {2: 0}),
    ("landmark_tasks", "tasks", {"finished_on_time": "是"}, {0: 0, 1: 5, 3: 15, 4: 15}),
    ("landmark_tasks", "tasks", {"finished_on_time": "否"}, {2: 0}),
    ("results_list", "results", {"level": "省级成果清单"}, {0: 0, 1: 1, 5: 5, 6: 5}),
    ("platform_awards", "platforms", {"level": "国家级"}, {0: 0, 1: 5, 2: 5}),
    ("leader_instructions", "instructions", {"level": "省级领导"}, {0: 0, 1: 5, 2: 5}),
    ("innovation", "innovations", {"effective": "是"}, {0: 0, 1: 2, 2: 4, 3: 5}),
    ("innovation", "innovations", {"effective": "否"}, {2: 0}),
]


@pytest.mark.parametrize(("line", "table", "item", "expected"), COUNTED, ids=[f"{c[0]}-{n}" for n, c in enumerate(COUNTED)])
def test_points_per_item(judge: Callable[..., Evaluation], line: str, table: str, item: dict[str, str], expected: dict[int, int]) -> None:
    """So many items of the list give so many points, never more than the marks; what does not meet the clause gives none."""
    units = [f"县{count}" for count in expected]
    rows = [{"unit": f"县{count}", "id": f"{count}-{n}", **item} for count in expected for n in range(count)]
    evaluation = judge(units, {}, {table: rows})
    assert points(evaluation, line) == texts(list(expected.values()))


def test_a_project_in_both_libraries_counts_as_national_only(judge: Callable[..., Evaluation]) -> None:
    """甲: one project in both libraries and one in the provincial alone: 5 and 1. A project of the task force stays countable in the
    province's library, unless the reading says otherwise."""
    rows = [
        {"unit": "甲", "id": "P1", "list": "国家库", **PROJECT},
        {"unit": "甲", "id": "P1", "list": "省库", **PROJECT},
        {"unit": "甲", "id": "P2", "list": "省库", **PROJECT},
        {"unit": "乙", "id": "P3", "list": "国家重大外资专班", **PROJECT},
        {"unit": "乙", "id": "P3", "list": "省库", **PROJECT},
    ]
    plain = judge(["甲", "乙"], {}, {"projects": rows})
    assert points(plain, "national_projects") == ["5", "5"]
    assert points(plain, "provincial_projects") == ["1", "1"]
    strict = judge(["甲", "乙"], {}, {"projects": rows}, library_overlap="both")
    assert points(strict, "provincial_projects") == ["1", "0"]


# ------------------------------------------------------------------------------------------------------- thirds and places


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        ("ceil", [10, 10, 10, 6, 6, 2, 2, None]),  # 7/3 → 3, 14/3 → 5
        ("floor", [10, 10, 6, 6, 2, 2, 2, None]),  # 2 and 4
        ("half_up", [10, 10, 6, 6, 6, 2, 2, None]),  # 2.33 → 2, 4.67 → 5
    ],
)
def test_thirds_of_seven_with_data(judge: Callable[..., Evaluation], reading: str, expected: list[Any]) -> None:
    """Eight counties, seven with data: the thirds are cut at 7 ÷ 3 and 14 ÷ 3, each reading in its way; the eighth is not ranked."""
    turnover = [700, 600, 500, 400, 300, 200, 100, None]
    evaluation = judge(8, {"contracting_turnover": turnover}, thirds=reading)
    assert points(evaluation, "contracting") == texts(expected)


def test_increments_are_ranked_and_not_levels(judge: Callable[..., Evaluation]) -> None:
    """甲 trades most and falls (−2), 乙 grows by 0.3, 丙 by 0.2: 2, 10 and 6 points, for exports and for foreign investment."""
    levels = {"previous": {"甲": 900, "乙": "8.0", "丙": "3.1"}, "own": {"甲": 898, "乙": "8.3", "丙": "3.3"}}
    for column, line in (("export_total", "export_increment"), ("fdi_actual", "fdi_increment")):
        evaluation = judge(["甲", "乙", "丙"], {f"{column}@previous": levels["previous"], column: levels["own"]})
        assert points(evaluation, line) == texts([2, 10, 6])


TIES = {
    # 9 7 7 5 3 1: thirds end at places 2 and 4
    "competition": ([10, 10, 10, 6, 2, 2], [10, "9.7", "9.7", "9.1", "8.8", "8.5"]),
    "dense": ([10, 10, 10, 6, 6, 2], [10, "9.7", "9.7", "9.4", "9.1", "8.8"]),
    "worst": ([10, 6, 6, 6, 2, 2], [10, "9.4", "9.4", "9.1", "8.8", "8.5"]),
    "mean_points": ([10, 8, 8, 6, 2, 2], [10, "9.55", "9.55", "9.1", "8.8", "8.5"]),
}


@pytest.mark.parametrize("reading", TIES)
def test_ties(judge: Callable[..., Evaluation], reading: str) -> None:
    """Two counties on places 2 and 3, where the first third of six ends: each reading, for thirds and for the falling steps."""
    evaluation = judge(6, {"contracting_turnover": [9, 7, 7, 5, 3, 1], "information_adopted": [9, 7, 7, 5, 3, 1]}, ties=reading)
    thirds, steps = TIES[reading]
    assert points(evaluation, "contracting") == texts(thirds)
    assert points(evaluation, "information") == texts(steps)


def test_dense_places_reach_the_final_ranking(judge: Callable[..., Evaluation]) -> None:
    """Totals 10 5 5 0: the fourth county is third under the dense reading, fourth otherwise."""
    rows = [
        {"unit": unit, "id": f"{unit}{n}", "level": "省级成果清单"}
        for unit, count in (("甲", 3), ("乙", 2), ("丙", 2), ("丁", 1))
        for n in range(count)
    ]
    plain, dense = (judge(["甲", "乙", "丙", "丁"], {}, {"results": rows}, ties=reading) for reading in ("competition", "dense"))
    assert [plain.place("place", row) for row in range(4)] == [1, 2, 2, 4]
    assert [dense.place("place", row) for row in range(4)] == [1, 2, 2, 3]


def test_information_stops_at_zero_from_place_35(judge: Callable[..., Evaluation]) -> None:
    """10 − 0.3 × 33 = 0.1 for place 34; place 35 would get −0.2 and place 36 −0.5: 0 both, unless the reading lets them fall."""
    adopted = {"information_adopted": {"first": 100, "each": -1}}
    assert points(judge(36, adopted), "information")[33:] == texts(["0.1", 0, 0])
    assert points(judge(36, adopted, information_floor="below"), "information")[33:] == texts(["0.1", "-0.2", "-0.5"])


def test_zero_is_a_figure_unless_read_otherwise(judge: Callable[..., Evaluation]) -> None:
    """Four counties of which one reports no turnover: thirds of 4 end at 2 and 3; where zero is no data, thirds of 3."""
    figures = {"contracting_turnover": [30, 20, 10, 0], "information_adopted": [4, 3, 2, 1]}
    counted = judge(4, figures)
    assert points(counted, "contracting") == texts([10, 10, 6, 2])
    assert points(counted, "total") == texts([20, "19.7", "15.4", "11.1"])
    apart = judge(4, figures, zero_value="no_data")
    assert points(apart, "contracting") == texts([10, 6, 2, None])
    assert points(apart, "total") == texts([20, "15.7", "11.4", "9.1"])


# ------------------------------------------------------------------------------------------------------------- gaps


GAPS = {"contracting_turnover": {"甲": 30, "乙": 20, "丙": 10, "丁": None}, "information_adopted": [4, 3, 2, 1]}


def test_missing_gives_no_points_and_no_place(judge: Callable[..., Evaluation]) -> None:
    """丁 has no turnover: thirds of three, 丁 unranked with 0 points and a sentence that says so."""
    evaluation = judge(["甲", "乙", "丙", "丁"], GAPS)
    assert points(evaluation, "contracting") == texts([10, 6, 2, None])
    assert points(evaluation, "total") == texts([20, "15.7", "11.4", "9.1"])
    assert explain(evaluation, "丁", "contracting").sentence == "对外工程承包营业额缺失；不参加该指标排名；计0分"


def test_missing_after_the_last(judge: Callable[..., Evaluation]) -> None:
    """Placed after the three with data, 丁 is in the last third."""
    assert points(judge(["甲", "乙", "丙", "丁"], GAPS, missing="last"), "contracting") == texts([10, 6, 2, 2])


def test_missing_rescales(judge: Callable[..., Evaluation]) -> None:
    """All have foreign investment and exports; 丁 (2 + 2 + 9.1 = 13.1 of 90) is scaled to 13.1 ÷ 90 × 100 = 14.56, the others are not."""
    grown = {"first": 40, "each": -1}
    level = [10, 10, 10, 10]
    figures = {**GAPS, "export_total@previous": level, "export_total": grown, "fdi_actual@previous": level, "fdi_actual": grown}
    evaluation = judge(["甲", "乙", "丙", "丁"], figures, missing="rescale")
    assert points(evaluation, "export_increment") == texts([10, 10, 6, 2])
    assert points(evaluation, "total") == texts([40, "35.7", "23.4", "14.56"])


def test_missing_is_refused(judge: Callable[..., Evaluation]) -> None:
    """Where the office wants every figure, the missing ones are named, one fault per county and line."""
    with pytest.raises(Refused) as refused:
        judge(["甲", "乙"], {"contracting_turnover": {"甲": 5}, "information_adopted": {"甲": 3, "乙": 2}}, missing="refuse")
    named = [fault.message for fault in refused.value.faults if fault.code == "rank.missing" and "对外工程承包" in fault.message]
    assert len(named) == 1
    assert "乙" in named[0]


def test_an_increment_needs_both_years(judge: Callable[..., Evaluation]) -> None:
    """Data this year and none last year: no increment, not ranked, and not part of the number that is cut in thirds."""
    figures = {"export_total@previous": {"甲": 1, "乙": 1, "丙": 1}, "export_total": {"甲": 4, "乙": 3, "丙": 2, "丁": 99}}
    assert points(judge(["甲", "乙", "丙", "丁"], figures), "export_increment") == texts([10, 6, 2, None])


# ----------------------------------------------------------------------------------------------------------- no filing


SILENCE = {"information_adopted": {"甲": 2}}
FILED = {"events": [{"unit": "乙", "id": "H1", "kind": "国际会议", "qualified": "否"}]}


def test_silence_is_listed_with_zero_and_not_eligible(judge: Callable[..., Evaluation]) -> None:
    """甲 files a figure, 乙 an event that does not qualify (0 points), 丙 nothing: only 丙 has no chance of an award."""
    evaluation = judge(["甲", "乙", "丙"], SILENCE, FILED)
    assert list(evaluation.decision("filing").verdicts) == ["已报送", "已报送", "未报送"]
    assert points(evaluation, "total") == texts([10, 0, 0])
    assert [evaluation.place("place", row) for row in range(3)] == [1, 2, 2]
    assert list(evaluation.decision("awarded").verdicts) == ["入选", "入选", "无入选资格"]
    assert list(evaluation.decision("recommended").verdicts) == ["入选", "入选", "无入选资格"]


@pytest.mark.parametrize(
    ("reading", "verdict", "place"), [("unranked", "不参与排名", None), ("eligible", "入选", 2)], ids=["unranked", "eligible"]
)
def test_other_readings_of_silence(judge: Callable[..., Evaluation], reading: str, verdict: str, place: int | None) -> None:
    """Outside the ranking, or treated as any other county with 0 points: in both the total stays 0."""
    evaluation = judge(["甲", "乙", "丙"], SILENCE, FILED, no_filing=reading)
    assert points(evaluation, "total") == texts([10, 0, 0])
    assert evaluation.place("place", 2) == place
    assert evaluation.decision("awarded").verdicts[2] == verdict


def test_silence_stays_at_zero_where_gaps_are_placed_last(judge: Callable[..., Evaluation]) -> None:
    """With missing figures placed last the lines would give points to whoever files nothing; the total does not."""
    evaluation = judge(["甲", "丙"], {"contracting_turnover": {"甲": 5}, "information_adopted": {"甲": 2}}, missing="last")
    assert points(evaluation, "work") == texts([24, "15.7"])
    assert points(evaluation, "total") == texts([24, 0])


@pytest.mark.parametrize("column", [column for column in FIGURES if "@" not in column])
def test_any_figure_of_this_period_is_a_filing(judge: Callable[..., Evaluation], column: str) -> None:
    """One figure of this period is enough; last year's base is none of it."""
    assert judge(["甲"], {column: {"甲": 0}}).decision("filing").verdicts[0] == "已报送"
    assert judge(["甲"], {"export_total@previous": {"甲": 5}}).decision("filing").verdicts[0] == "未报送"


@pytest.mark.parametrize(("line", "table", "item", "expected"), [c for c in COUNTED if 0 in c[3]], ids=[c[0] for c in COUNTED if 0 in c[3]])
def test_any_item_is_a_filing(judge: Callable[..., Evaluation], line: str, table: str, item: dict[str, str], expected: Any) -> None:
    """One item in any of the seven lists is enough."""
    evaluation = judge(["甲", "乙"], {}, {table: [{"unit": "甲", "id": "I1", **item}]})
    assert list(evaluation.decision("filing").verdicts) == ["已报送", "未报送"]


# ------------------------------------------------------------------------------------------------- quota and shortlist


def listed(judge: Callable[..., Evaluation], results: list[int], tasks: dict[int, int] | None = None, **readings: str) -> Evaluation:
    """Counties whose totals are set by results (1 point each, at most 5) and yearly tasks (5 points each)."""
    units = [f"县{n:02d}" for n in range(1, len(results) + 1)]
    rows = [
        {"unit": unit, "id": f"{unit}-{n}", "level": "省级成果清单"}
        for unit, count in zip(units, results, strict=True)
        for n in range(count)
    ]
    done = [
        {"unit": units[row], "id": f"R{row}-{n}", "finished_on_time": "是"} for row, count in (tasks or {}).items() for n in range(count)
    ]
    return judge(units, {}, {"results": rows, "tasks": done}, **readings)


#: Totals 20 19 18 17 16 | 5 5 | 4 3 2 2 1: the seats end between the two 5, the shortlist of nine after the county with 3.
TASKS = {0: 3, 1: 3, 2: 3, 3: 3, 4: 3, 5: 1}
RESULTS = [5, 4, 3, 2, 1, 0, 5, 4, 3, 2, 2, 1]


@pytest.mark.parametrize(
    ("reading", "sixth", "seventh"),
    [("pending", "待裁定", "待裁定"), ("all_in", "入选", "入选"), ("none_in", "未入选", "未入选"), ("landmark_decides", "入选", "未入选")],
    ids=["pending", "all-in", "none-in", "landmark"],
)
def test_a_tie_across_the_quota(judge: Callable[..., Evaluation], reading: str, sixth: str, seventh: str) -> None:
    """Counties 6 (one task) and 7 (five results) have 5 points each and one seat is left."""
    evaluation = listed(judge, RESULTS, TASKS, quota_tie=reading)
    assert points(evaluation, "total") == texts([20, 19, 18, 17, 16, 5, 5, 4, 3, 2, 2, 1])
    verdicts = list(evaluation.decision("awarded").verdicts)
    assert verdicts[:5] == ["入选"] * 5
    assert verdicts[5:7] == [sixth, seventh]
    assert verdicts[7:] == ["未入选"] * 5
    assert len(evaluation.pending) == (1 if reading == "pending" else 0)


@pytest.mark.parametrize(("reading", "size"), [("half", 9), ("third", 8), ("none", 6)])
def test_size_of_the_shortlist(judge: Callable[..., Evaluation], reading: str, size: int) -> None:
    """6 × 1.5 = 9, 6 × 4/3 = 8, 6 × 1 = 6."""
    evaluation = listed(judge, [5, 4, 3, 2, 1, 0, 4, 3, 2, 1], dict.fromkeys(range(6), 3), shortlist_margin=reading)
    assert list(evaluation.decision("recommended").verdicts).count("入选") == size


@pytest.mark.parametrize(
    ("reading", "word"), [("all_in", "入选"), ("none_in", "未入选"), ("pending", "待裁定")], ids=["all-in", "none-in", "pending"]
)
def test_a_tie_across_the_shortlist(judge: Callable[..., Evaluation], reading: str, word: str) -> None:
    """Places 9 and 10 are shared and the list holds nine: all in by default."""
    evaluation = listed(judge, [5, 4, 3, 2, 1, 0, 4, 3, 2, 2, 1], dict.fromkeys(range(6), 3), shortlist_tie=reading)
    verdicts = list(evaluation.decision("recommended").verdicts)
    assert verdicts[:8] == ["入选"] * 8
    assert verdicts[8:10] == [word] * 2
    assert verdicts[10] == "未入选"


@pytest.mark.parametrize(("reading", "expected"), [("two", "9.55"), ("one", "9.6"), ("three", "9.55")])
def test_rounding_shows_on_shared_points(judge: Callable[..., Evaluation], reading: str, expected: str) -> None:
    """Places 2 and 3 share (9.7 + 9.4) ÷ 2 = 9.55, which is 9.6 to one decimal, half up."""
    evaluation = judge(3, {"information_adopted": [9, 7, 7]}, ties="mean_points", rounding=reading)
    assert points(evaluation, "information") == texts([10, expected, expected])

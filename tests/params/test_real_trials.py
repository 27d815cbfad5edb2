"""The two trials on real figures give the places and points that the raw tables give by hand, under each reading.

Hand figures: data/_sources/hunan14_trade.csv (邵阳统计月报) and jining2015_observation.csv (结果通告, 2015年4月).
"""

from __future__ import annotations

import csv
import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from evalbook.scheme.lint import lint_edition
from evalbook.scoring.evaluation import Evaluation
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]

#: 2022 export increments in 亿元 over the first published 2021 level, by place: bands 1, 2–5, 6–9, 10–13, 14 give 6, 5, 4, 3, 2.
EXPORT_2022 = {
    "长沙市": "6", "永州市": "5", "衡阳市": "5", "娄底市": "5", "湘潭市": "5", "常德市": "4", "怀化市": "4", "郴州市": "4", "邵阳市": "4",
    "岳阳市": "3", "张家界市": "3", "湘西土家族苗族自治州": "3", "株洲市": "3", "益阳市": "2",
}  # fmt: skip
TRADE_2022 = {
    "长沙市": "6", "永州市": "5", "岳阳市": "5", "衡阳市": "5", "常德市": "5", "郴州市": "4", "怀化市": "4", "湘潭市": "4", "邵阳市": "4",
    "娄底市": "3", "张家界市": "3", "湘西土家族苗族自治州": "3", "益阳市": "3", "株洲市": "2",
}  # fmt: skip


def evaluated(root: Path, scheme: str, period: str, **readings: str) -> Evaluation:
    """A period under the readings named, from a copy of the shipped scheme when they differ from the defaults."""
    if not readings:
        return Workbook(ROOT).prepare(scheme, period).evaluation
    for part in ("params", "data"):
        shutil.copytree(ROOT / part / scheme, root / part / scheme)
    settings = root / f"params/{scheme}/periods/{period}.yaml"
    chosen = ", ".join(f"{name}: {choice}" for name, choice in readings.items())
    settings.write_text(settings.read_text("utf-8").replace("assumptions: {}", f"assumptions: {{{chosen}}}"), "utf-8")
    return Workbook(root).prepare(scheme, period).evaluation


def points(evaluation: Evaluation, name: str) -> dict[str, str]:
    """Points of a node by unit."""
    return {unit: str(evaluation.points(name, row)) for row, unit in enumerate(evaluation.unit_names)}


def places(evaluation: Evaluation, ranking: str) -> dict[str, int | None]:
    """Places by unit."""
    return {unit: evaluation.place(ranking, row) for row, unit in enumerate(evaluation.unit_names)}


@pytest.mark.parametrize(("scheme", "period"), [("hunan_trial", "2018"), ("hunan_trial", "2022"), ("jining_observation", "2015Q1")])
def test_every_reading_is_clean(scheme: str, period: str) -> None:
    """Lint finds nothing under any reading."""
    assert lint_edition(ROOT, scheme, period) == []


def test_points_of_2022_on_the_first_published_base(tmp_path: Path) -> None:
    """Points of both increments for all 14 prefectures, worked by hand; 长沙 12 in all, 衡阳 10."""
    evaluation = evaluated(tmp_path, "hunan_trial", "2022")
    assert points(evaluation, "export_increment") == EXPORT_2022
    assert points(evaluation, "trade_increment") == TRADE_2022
    totals = points(evaluation, "total")
    assert (totals["长沙市"], totals["衡阳市"], totals["益阳市"]) == ("12", "10", "5")


def test_who_moves_with_the_base(tmp_path: Path) -> None:
    """On the revised base 益阳's exports grow by 20.7341 instead of falling by 19.4511: 9th instead of 14th, five others give way."""
    evaluation = evaluated(tmp_path, "hunan_trial", "2022")
    first, revised = places(evaluation, "export_first_place"), places(evaluation, "export_revised_place")
    moved = {unit: (first[unit], revised[unit]) for unit in first if first[unit] != revised[unit]}
    expected = {
        "益阳市": (14, 9), "邵阳市": (9, 10), "岳阳市": (10, 11), "张家界市": (11, 12), "湘西土家族苗族自治州": (12, 13),
        "株洲市": (13, 14),
    }  # fmt: skip
    assert moved == expected
    listed = evaluation.outcome("moved")
    assert set(listed.loc[listed["verdict"] == "名次变动", "unit_name"]) == {*expected, "怀化市"}  # 怀化: total trade, 7th → 9th
    assert places(evaluation, "trade_revised_place")["益阳市"] == 7


@pytest.mark.parametrize(("reading", "export"), [("revised", "4"), ("revised_where_apart", "4")])
def test_the_base_is_an_assumption(tmp_path: Path, reading: str, export: str) -> None:
    """Either revised reading lifts 益阳's exports from the last band (2) to that of places 6–9 (4)."""
    evaluation = evaluated(tmp_path, "hunan_trial", "2022", base=reading)
    assert points(evaluation, "export_increment")["益阳市"] == export
    assert points(evaluation, "export_increment")["株洲市"] == "2"


def test_thirds_instead_of_recut_bands(tmp_path: Path) -> None:
    """Thirds of 14 end at ceil(14/3) = 5 and ceil(28/3) = 10: 岳阳, 10th, still gets 4, 张家界, 11th, gets 2."""
    evaluation = evaluated(tmp_path, "hunan_trial", "2022", bands="thirds")
    actual = points(evaluation, "export_increment")
    assert [actual[unit] for unit in ("长沙市", "湘潭市", "常德市", "岳阳市", "张家界市", "益阳市")] == ["6", "6", "4", "4", "2", "2"]


def revised(evaluation: Evaluation, check: str) -> list[str]:
    """Units that a check of the bases names."""
    frame = evaluation.outcome(check)
    return sorted(frame.loc[frame["verdict"] != "符合", "unit_name"])


@pytest.mark.parametrize(
    ("period", "apart"),
    [("2018", []), ("2019", []), ("2020", []), ("2021", ["株洲市"]), ("2022", ["常德市", "株洲市", "益阳市", "衡阳市", "长沙市"])],
    ids=["2018", "2019", "2020", "2021", "2022"],
)
def test_published_rates_tell_a_revised_base(tmp_path: Path, period: str, apart: list[str]) -> None:
    """2018–2020 all rates are within a point of the levels', 2021 all but 株洲, 2022 nine of fourteen."""
    assert revised(evaluated(tmp_path, "hunan_trial", period), "export_base_revised") == sorted(apart)


@pytest.mark.parametrize(
    ("period", "apart"),
    [("2018", set()), ("2019", set()), ("2020", {"长沙市"}), ("2021", set())],
    ids=["2018", "2019", "2020", "2021"],
)
def test_places_of_growth_equal_those_of_the_published_rates(tmp_path: Path, period: str, apart: set[str]) -> None:
    """Where the base was not revised, our places of growth are those of the published rates, but for 长沙 in 2020 (10.9 against 10.8)."""
    evaluation = evaluated(tmp_path, "hunan_trial", period)
    ours = places(evaluation, "export_growth_place")
    rates = published_rates(period)
    source = {unit: 1 + sum(other > rate for other in rates.values()) for unit, rate in rates.items()}
    assert {unit for unit in ours if ours[unit] != source[unit]} == apart


def published_rates(year: str) -> dict[str, Fraction]:
    """Export growth of the prefectures as the raw file prints it."""
    with (ROOT / "data/_sources/hunan14_trade.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["indicator"] == "货物出口总额_同比增速(公布)" and row["period"] == year]
    return {row["unit"]: Fraction(row["value"]) for row in rows if row["unit"] != "湖南省"}


def test_observation_places_with_its_tie(tmp_path: Path) -> None:
    """The 13 published places come out, 嘉祥 and 汶上 both 9th and 梁山 11th; the sum of 1066.00 holds."""
    evaluation = evaluated(tmp_path, "jining_observation", "2015Q1")
    expected = {
        "兖州区": 1, "济宁高新区": 2, "邹城市": 3, "曲阜市": 4, "任城区": 5, "金乡县": 6, "微山县": 7, "泗水县": 8, "嘉祥县": 9,
        "汶上县": 9, "梁山县": 11, "鱼台县": 12, "济宁经济技术开发区": 13,
    }  # fmt: skip
    assert places(evaluation, "place") == expected
    assert evaluation.findings == ()


def test_a_miscopied_score_breaks_the_sum(tmp_path: Path) -> None:
    """With 汶上's 77.93 misread as 79.73 the scores no longer make 1066.00, and the check says so."""
    evaluated(tmp_path, "jining_observation", "2015Q1", ties="competition")
    file = tmp_path / "data/jining_observation/2015Q1/values.csv"
    lines = file.read_bytes().decode("utf-8").split("\r\n")
    miscopied = [line.replace("77.93", "79.73") if line.startswith("370830") else line for line in lines]
    file.write_bytes("\r\n".join(miscopied).encode("utf-8"))
    found = Workbook(tmp_path).prepare("jining_observation", "2015Q1").evaluation.findings
    assert len(found) == 1
    assert "1067.8" in found[0].message


@pytest.mark.parametrize(("reading", "after"), [("dense", [9, 9, 10]), ("worst", [10, 10, 11])])
def test_other_readings_of_the_tie(tmp_path: Path, reading: str, after: list[int]) -> None:
    """嘉祥, 汶上 and 梁山: dense 9, 9, 10; worst 10, 10, 11; neither is what was published (9, 9, 11)."""
    actual = places(evaluated(tmp_path, "jining_observation", "2015Q1", ties=reading), "place")
    assert [actual[unit] for unit in ("嘉祥县", "汶上县", "梁山县")] == after

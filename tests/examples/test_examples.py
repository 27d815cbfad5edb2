"""The three examples, documents nobody here had seen before the kinds were written, come out as published or as worked by hand.

Sources: UNDP Human Development Report 2023-24 (technical note 1, statistical annex); 环办〔2014〕64号 with the plan of 2017-02-12;
水资源〔2016〕463号 五 with 国办发〔2013〕2号 第五条. The figures of the last two are synthetic,
expected values are worked from them by hand.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from evalbook.scheme.lint import lint_edition
from evalbook.scoring.evaluation import Evaluation
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
PERIODS = Workbook(EXAMPLES).all_periods()


def evaluated(scheme: str, period: str, root: Path = EXAMPLES) -> Evaluation:
    """One period of an example."""
    return Workbook(root).prepare(scheme, period).evaluation


def reading(root: Path, scheme: str, **choices: str) -> Path:
    """A copy of an example in which every period chooses these readings."""
    for part in ("params", "data"):
        shutil.copytree(EXAMPLES / part / scheme, root / part / scheme)
    chosen = ", ".join(f"{name}: {choice}" for name, choice in choices.items())
    for file in (root / "params" / scheme / "periods").glob("*.yaml"):
        file.write_text(file.read_text("utf-8").replace("assumptions: {}", f"assumptions: {{{chosen}}}"), "utf-8")
    return root


def points(evaluation: Evaluation, name: str) -> dict[str, Fraction | None]:
    """Points of a node by unit code."""
    values = {code: evaluation.points(name, row) for row, code in enumerate(evaluation.unit_codes)}
    return {code: None if value is None else Fraction(str(value)) for code, value in values.items()}


def places(evaluation: Evaluation, ranking: str) -> dict[str, int | None]:
    """Places by unit code."""
    return {code: evaluation.place(ranking, row) for row, code in enumerate(evaluation.unit_codes)}


def verdicts(evaluation: Evaluation, outcome: str) -> dict[str, str]:
    """Verdicts by unit code."""
    frame = evaluation.outcome(outcome)
    return dict(zip(frame["unit_code"], frame["verdict"], strict=True))


# ------------------------------------------------------------------------------------------------------------- the project


def test_examples_are_a_project_of_their_own() -> None:
    """`--root examples` finds them; the workbook itself does not, so that `run --all` leaves them alone."""
    assert Workbook.discover(EXAMPLES / "params").root == EXAMPLES
    assert set(Workbook(EXAMPLES).schemes()) == {"hdi", "air_quality", "water_resources"}
    assert not set(Workbook(ROOT).schemes()) & set(Workbook(EXAMPLES).schemes())


def test_the_template_is_the_shipped_one() -> None:
    """examples/notebooks/evaluation.ipynb is a copy of notebooks/evaluation.ipynb: copy it again when that changes."""
    shipped = (ROOT / "notebooks/evaluation.ipynb").read_text("utf-8")
    copied = (EXAMPLES / "notebooks/evaluation.ipynb").read_text("utf-8")
    assert copied == shipped


def test_a_rebuild_gives_the_same_bytes(tmp_path: Path) -> None:
    """Running the committed script again reproduces every file of figures, byte for byte."""
    subprocess.run([sys.executable, str(ROOT / "data/_scripts/build_examples.py"), "--out", str(tmp_path)], check=True)
    shipped = {p.relative_to(EXAMPLES / "data").as_posix(): p.read_bytes() for p in (EXAMPLES / "data").rglob("*") if p.is_file()}
    rebuilt = {p.relative_to(tmp_path).as_posix(): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert rebuilt == shipped


@pytest.mark.parametrize(("scheme", "period"), PERIODS, ids=lambda value: str(value))
def test_every_reading_is_clean(scheme: str, period: str) -> None:
    """Lint finds nothing under any reading."""
    assert lint_edition(EXAMPLES, scheme, period) == []


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "period"), [("hdi", "2022"), ("air_quality", "2023"), ("water_resources", "2020")])
def test_each_runs(tmp_path: Path, scheme: str, period: str) -> None:
    """`evalbook run` executes each in a copy of the examples and publishes one report."""
    project = tmp_path / "examples"
    shutil.copytree(EXAMPLES, project, ignore=shutil.ignore_patterns("outputs"))
    command = [sys.executable, "-m", "evalbook", "run", scheme, period, "--root", str(project)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    reports = list((project / "outputs" / scheme / period).glob("2*/report.html"))
    assert len(reports) == 1


# ------------------------------------------------------------------------------------------------ hdi: a published oracle


def test_all_75_published_indices_and_ranks_come_out() -> None:
    """Index to three decimals and rank, with its ties (丹麦 and 瑞典 both 5th, 德国 7th), equal the statistical annex for all 75."""
    with (ROOT / "data/_sources/undp_hdr2024_first75.csv").open(encoding="utf-8-sig", newline="") as stream:
        annex = {row["iso3"]: row for row in csv.DictReader(stream)}
    evaluation = evaluated("hdi", "2022")
    assert len(annex) == 75
    assert points(evaluation, "hdi") == {code: Fraction(row["hdi_2022"]) for code, row in annex.items()}
    assert places(evaluation, "place") == {code: int(row["hdi_rank_2022"]) for code, row in annex.items()}
    assert evaluation.findings == ()


def test_china_by_hand() -> None:
    """健康 (78.587−20)÷65; 教育 the mean of 15.21793605÷18 and 8.106910446÷15; 收入 ln 180.2488747 ÷ ln 750; cube root 0.7884."""
    evaluation = evaluated("hdi", "2022")
    expected = {"health": "0.901338462", "education": "0.692950794", "income": "0.784634606", "hdi": "0.788"}
    actual = {name: points(evaluation, name)["CHN"] for name in expected}
    assert actual == {name: Fraction(value) for name, value in expected.items()}
    assert verdicts(evaluation, "tier")["CHN"] == "高"


def test_what_lies_beyond_the_goalposts_counts_as_the_goalpost() -> None:
    """列支敦士登's income of 146673 counts as 75000, 澳大利亚's 21.1 years of schooling as 18."""
    evaluation = evaluated("hdi", "2022")
    assert points(evaluation, "income")["LIE"] == 1
    assert points(evaluation, "expected")["AUS"] == 1


def test_ties_of_the_index_are_ties_of_three_decimals(tmp_path: Path) -> None:
    """On nine decimals nobody ties: the published ties (丹麦 and 瑞典, both 0.952) are those of the rounded index."""
    exact = places(evaluated("hdi", "2022", reading(tmp_path, "hdi", place_of="exact")), "place")
    assert len(set(exact.values())) == 75
    rounded = places(evaluated("hdi", "2022"), "place")
    assert rounded["DNK"] == rounded["SWE"] == 5


# ----------------------------------------------------------------------------------------------------------- air quality


def test_index_is_the_sum_of_ratios_to_the_limits() -> None:
    """示例甲市 2023: 9/60 + 24/40 + 56/70 + 28/35 + 0.8/4 + 144/160 = 3.45; 2022: 2.90; 示例乙市: 4.10."""
    now, before = points(evaluated("air_quality", "2023"), "index"), points(evaluated("air_quality", "2022"), "index")
    assert (now["C01"], before["C01"], now["C02"]) == (Fraction("3.45"), Fraction("2.9"), Fraction("4.1"))


def test_the_less_the_better_and_equal_changes_tie() -> None:
    """甲 is first by index; 乙 and 丁 both go from 4.80 to 4.10 and share the second place of improvement."""
    evaluation = evaluated("air_quality", "2023")
    assert places(evaluation, "place")["C01"] == 1
    better = places(evaluation, "better_place")
    assert (better["C02"], better["C04"]) == (2, 2)


def test_who_meets_every_limit_is_not_ranked_as_worse() -> None:
    """甲 rose by 19 % but meets all six limits; 乙 lies on three of them, which meets them; 丙 did not change: on neither list."""
    evaluation = evaluated("air_quality", "2023")
    worse = places(evaluation, "worse_place")
    assert (worse["C01"], worse["C02"]) == (None, None)
    assert verdicts(evaluation, "worsened")["C01"] == "不参与排名"
    assert {verdicts(evaluation, "improved")["C03"], verdicts(evaluation, "worsened")["C03"]} == {"无入选资格"}
    assert worse["C03"] is not None


def test_the_first_year_has_no_change() -> None:
    """2022 has no year before it: indices are ranked, changes are missing, nobody is listed."""
    evaluation = evaluated("air_quality", "2022")
    assert set(places(evaluation, "better_place").values()) == {None}
    assert "改善较大" not in verdicts(evaluation, "improved").values()


def test_an_exact_half_goes_to_the_even_digit(tmp_path: Path) -> None:
    """示例丙市: 9/60 + 30/40 + 77/70 + 35/35 + 1.2/4 + 164/160 = 4.325, by GB/T 8170 4.32, half up 4.33."""
    half_up = evaluated("air_quality", "2023", reading(tmp_path, "air_quality", rounding="half_up"))
    assert points(evaluated("air_quality", "2023"), "index")["C03"] == Fraction("4.32")
    assert points(half_up, "index")["C03"] == Fraction("4.33")


def test_unrounded_index(tmp_path: Path) -> None:
    """示例戊市: 10/60 + 22/40 + 49/70 + 37/35 + 1.6/4 + 179/160 = 3.99256 counts as 3.99 unless the reading says otherwise."""
    exact = evaluated("air_quality", "2023", reading(tmp_path, "air_quality", rate_on="exact"))
    assert points(evaluated("air_quality", "2023"), "index")["C05"] == Fraction("3.99")
    assert points(exact, "index")["C05"] == Fraction("3.992559524")


# ------------------------------------------------------------------------------------------------------- water resources


def test_a_year_is_three_parts_and_a_capped_bonus() -> None:
    """2016: 35+28.5+33+1, 30+27+30, 25+20+25, 35+29+34; 2020: a bonus of 2+2 counts 3, so 101."""
    expected = {"P1": Fraction("97.5"), "P2": Fraction(87), "P3": Fraction(70), "P4": Fraction(98)}
    assert points(evaluated("water_resources", "2016"), "annual") == expected
    assert points(evaluated("water_resources", "2020"), "annual")["P1"] == 101


def test_the_end_of_the_term_by_hand() -> None:
    """Half the mean of four years, half the last: 99.25, 89.5, 74.25, 98, as whole numbers 99, 90, 74, 98."""
    evaluation = evaluated("water_resources", "2020")
    assert points(evaluation, "final") == {"P1": 99, "P2": 90, "P3": 74, "P4": 98}


def test_grades_follow_the_rounded_score_and_the_veto() -> None:
    """89.5 is 90 and 优秀; 98 with a veto is 不合格; a year's own grade of 87 is 良好."""
    assert verdicts(evaluated("water_resources", "2020"), "grade") == {"P1": "优秀", "P2": "优秀", "P3": "合格", "P4": "不合格"}
    assert verdicts(evaluated("water_resources", "2016"), "grade") == {"P1": "优秀", "P2": "良好", "P3": "合格", "P4": "优秀"}


def test_other_readings_of_water(tmp_path: Path) -> None:
    """A veto that hits the points: P4 (98+0)÷2 = 49. Without bonus in any year: P1 (96.5+98)÷2 = 97.25, so 97."""
    hit = evaluated("water_resources", "2020", reading(tmp_path / "hit", "water_resources", veto_hits="points"))
    assert points(hit, "final")["P4"] == 49
    plain = evaluated("water_resources", "2020", reading(tmp_path / "plain", "water_resources", mean_of="without"))
    assert points(plain, "final")["P1"] == 97

"""Comparisons: cases worked by hand, parts that add up on random pairs, and every pair that cannot be compared."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from evalbook.analysis.compare import Comparison
from evalbook.analysis.replay import Recorded, Side
from evalbook.cli import main
from evalbook.errors import Refused
from evalbook.exact import exact
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]


def side(root: Path, scheme: str, period: str, name: str = "", overrides: dict[str, Any] | None = None, **more: Any) -> Side:
    prepared = Workbook(root).prepare(scheme, period, overrides=overrides)
    return Side(name or f"{period}{overrides or ''}", root, prepared.evaluation, **more)


def parts(comparison: Comparison, what: str, unit: str, name: str = "") -> dict[str, str] | None:
    """Parts of one move as texts; empty where nothing moved."""
    for move in comparison.moves:
        if (move.what, move.name, move.unit) == (what, name, unit):
            return None if move.parts is None else {cause: str(part) for cause, part in move.parts.items()}
    return {}


def test_rules_and_performance_by_hand(hand: Path) -> None:
    """西县: 25+28 = 53 under the old rules in 2019, 40+35 = 75 under the new ones in 2020. The other two mixtures: new rules on 2019
    give 50+28 = 78, old rules on 2020 give 20+35 = 55. Rules: (25 + 20) / 2 = 22.5; performance: (2 − 3) / 2 = −0.5.
    Its place goes from 1 to 2 by the rules alone."""
    comparison = Comparison(side(hand, "hand", "2019"), side(hand, "hand", "2020"), together=True)
    assert parts(comparison, "total", "02") == {"rules": "45/2", "performance": "-1/2"}
    assert parts(comparison, "place", "02") == {"rules": "1", "performance": "0"}
    assert parts(comparison, "place", "01") == {"rules": "-1", "performance": "0"}
    assert parts(comparison, "total", "01") == {"rules": "30", "performance": "0"}


def test_what_two_editions_differ_in(hand: Path) -> None:
    """Both files, and every parameter by its path: marks of both indicators and the slope of one."""
    comparison = Comparison(side(hand, "hand", "2019"), side(hand, "hand", "2020"))
    told = {(d.path, d.before, d.after) for d in comparison.differences if d.group == "edition"}
    assert told == {
        ("edition", "params/hand/2015.yaml", "params/hand/2020.yaml"),
        ("tree.a.marks", "50", "60"),
        ("tree.a.rule.line.slope", "1", "2"),
        ("tree.b.marks", "50", "40"),
    }


def test_the_reverse_is_the_same_with_the_other_sign(hand: Path) -> None:
    """Whether one looks forward or back, the parts are the same."""
    there = Comparison(side(hand, "hand", "2019"), side(hand, "hand", "2020"), together=True)
    back = Comparison(side(hand, "hand", "2020"), side(hand, "hand", "2019"), together=True)
    assert parts(back, "total", "02") == {"rules": "-45/2", "performance": "1/2"}
    assert {m.unit: m.parts for m in there.moved("total")}.keys() == {m.unit: m.parts for m in back.moved("total")}.keys()


def test_awards_and_money_by_hand(hand: Path) -> None:
    """The award and its 100 yuan go from 西县 to 东县: the new rules alone bring that, the new figures alone do not."""
    comparison = Comparison(side(hand, "hand", "2019"), side(hand, "hand", "2020"), together=True)
    told = {verdict.unit: (verdict.alone, verdict.needed) for verdict in comparison.verdicts}
    assert told == {"01": (("rules",), ("rules",)), "02": (("rules",), ("rules",))}
    assert parts(comparison, "money", "01") == {"rules": "100", "performance": "0"}
    assert parts(comparison, "money", "02") == {"rules": "-100", "performance": "0"}


def test_a_roster_that_changes(hand: Path) -> None:
    """南县 leaves and 北县 comes: neither has a move, both are named; those on both rosters are attributed."""
    comparison = Comparison(side(hand, "hand", "2020"), side(hand, "hand", "2021"))
    assert (comparison.left, comparison.entered) == ({"03": "南县"}, {"04": "北县"})
    assert set(comparison.units) == {"01", "02"}
    assert comparison.groups == ("data", "roster")
    # 西县 40+35 = 75 → 40+30 = 70, by its figures; who else is on the roster does not touch a total
    assert parts(comparison, "total", "02") == {"data": "-5", "roster": "0"}


def test_one_figure_and_one_parameter_by_hand(hand: Path) -> None:
    """Trade of 西县 20 → 25 and its slope 2 → 3: min(slope × trade, 60) is 40, 50 with the figure, 60 with the slope, 60 with both.
    Data: (10 + 0)/2, parameters: (20 + 10)/2."""
    overrides = {"tree.a.rule.line.slope": "3", "values.02.trade": "25"}
    comparison = Comparison(side(hand, "hand", "2020"), side(hand, "hand", "2020", overrides=overrides))
    assert parts(comparison, "points", "02", "a") == {"parameters": "15", "data": "5"}
    told = {(d.group, d.path, d.before, d.after) for d in comparison.differences}
    assert told == {("parameters", "tree.a.rule.line.slope", "2", "3"), ("data", "values.02.trade.2020", "20", "25")}


def test_edition_edited_in_place(hand: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same file with another number in it is a change of the edition, told by its path."""
    import shutil

    other = tmp_path_factory.mktemp("other")
    shutil.copytree(hand, other, dirs_exist_ok=True)
    path = other / "params/hand/2020.yaml"
    path.write_text(path.read_text("utf-8").replace("slope: 2", "slope: 1"), "utf-8")
    comparison = Comparison(side(hand, "hand", "2020", "前"), side(other, "hand", "2020", "后"))
    assert [(d.group, d.path, d.before, d.after) for d in comparison.differences] == [("edition", "tree.a.rule.line.slope", "2", "1")]
    assert parts(comparison, "total", "02") == {"edition": "-20"}


def test_what_a_program_of_another_version_recorded(hand: Path) -> None:
    """A run recorded 70 where the program of today computes 75: the library has the 5, the other causes what is left; all adds up."""
    recorded = Recorded(totals={"01": exact(80), "02": exact(70), "03": exact(30)}, places={"01": exact(1), "02": exact(2), "03": exact(3)})
    before = side(hand, "hand", "2020", "前", program=("0.0", "a" * 64), recorded=recorded)
    after = side(hand, "hand", "2020", "后", overrides={"values.02.trade": "21"}, program=("0.1", "b" * 64))
    comparison = Comparison(before, after)
    assert parts(comparison, "total", "02") == {"data": "2", "library": "5"}
    assert parts(comparison, "total", "01") == {}
    assert comparison.labels == {"data": "数据", "library": "程序"}


def test_what_means_nothing_in_the_other_edition_stays_behind(hand: Path, write_period: Any) -> None:
    """A change and a reading that only one edition knows are not carried into the other, and that is told."""
    text = (hand / "params/hand/2020.yaml").read_text("utf-8")
    text += (
        "  other: {clause: 二, silent: 别的, default: {one: 一}, alternatives: {two: {label: 二, patch: {tree.a.rule.line.slope: 1}}}}\n"
    )
    (hand / "params/hand/2020.yaml").write_text(text, "utf-8")
    write_period(hand, "2020", "assumptions: {other: two}\n")
    comparison = Comparison(side(hand, "hand", "2019"), side(hand, "hand", "2020"))
    assert set(comparison.groups) == {"edition", "assumptions", "data"}
    for move in comparison.moved("total"):
        assert move.parts is not None
        assert sum(move.parts.values(), exact(0)) == move.after - move.before  # type: ignore[operator]
    assert any("other" in note for note in comparison.notes)


def test_columns_that_lack_are_named(hand: Path, write_figures: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """An edition that wants a figure which a period does not have cannot be applied to it: the columns are named."""
    path = hand / "params/hand/2020.yaml"
    text = path.read_text("utf-8").replace(
        "      funds: {label: 引资, uom: 分}", "      funds: {label: 引资, uom: 分}\n      jobs: {label: 就业, uom: 分}"
    )
    path.write_text(text.replace("{value: $funds}", "{value: $jobs}"), "utf-8")
    write_figures(hand, "2020", {"01": ("30", "20"), "02": ("20", "35"), "03": ("10", "10")}, jobs={"01": "1", "02": "2", "03": "3"})
    comparison = Comparison(side(hand, "hand", "2019"), side(hand, "hand", "2020"), together=True)
    assert all(move.parts is None for move in comparison.moves)
    assert comparison.refused is not None
    (fault,) = comparison.refused.faults
    assert (fault.code, fault.file) == ("compare.columns", "data/hand/2019")
    assert "就业（jobs）" in fault.message
    assert main(["compare", "hand/2019", "2020", "--root", str(hand)]) == 1
    told = capsys.readouterr()
    assert "名次有变化的" in told.out
    assert "就业（jobs）" in told.err
    # filed for comparison, they are noted by the edition that does not use them, and the split can be told
    write_figures(hand, "2019", {"01": ("30", "20"), "02": ("25", "28"), "03": ("10", "10")}, jobs={"01": "1", "02": "2", "03": "3"})
    prepared = Workbook(hand).prepare("hand", "2019")
    assert [note.code for note in prepared.notes] == ["figure.other_edition"]
    again = Comparison(side(hand, "hand", "2019"), side(hand, "hand", "2020"), together=True)
    # 西县: old rules on 2019: 25+28 = 53, on 2020: 20+35 = 55; new rules on 2019: 50+2 = 52, on 2020: 40+2 = 42
    assert parts(again, "total", "02") == {"rules": "-7", "performance": "-4"}


_MARKS = ("trade_increment", "fdi_growth")


def _random_overrides(draw: random.Random) -> dict[str, Any]:
    """Some readings, marks, bands and figures of 浙江 2023, at random."""
    units = ("330100", "330200", "330300", "330400", "330500", "330600", "330700", "330800", "330900", "331000", "331100")
    choices: list[tuple[str, Any]] = [
        ("assumptions.ties", draw.choice(["dense", "worst", "mean_points"])),
        ("tree.trade_increment.marks", str(draw.randint(1, 12))),
        ("tree.trade_increment.rule.rank_bands.1", str(draw.randint(1, 9))),
        (f"values.{draw.choice(units)}.trade_total", str(draw.randint(100, 20000))),
        (f"values.{draw.choice(units)}.trade_total.2022", str(draw.randint(100, 20000))),
        ("edition.round.decimals", str(draw.randint(0, 3))),
    ]
    return dict(draw.sample(choices, draw.randint(1, len(choices))))


@pytest.mark.parametrize("seed", range(10))
def test_the_parts_add_up_on_random_pairs(seed: int) -> None:
    """Ten random pairs of trials: the parts of every quantity add up exactly, and the full mixture is the other side itself."""
    draw = random.Random(seed)  # noqa: S311 - examples, not secrets
    before, after = (side(ROOT, "zhejiang_city", "2023", name, _random_overrides(draw)) for name in ("甲", "乙"))
    comparison = Comparison(before, after)
    assert comparison.moves or not comparison.groups or before.evaluation.digest() != after.evaluation.digest()
    for move in comparison.moves:
        assert move.parts is not None
        assert sum(move.parts.values(), exact(0)) == move.after - move.before  # type: ignore[operator]
    replayed = Comparison(before, after).replay
    replayed._everything = frozenset({"nothing"})
    mixed = replayed.evaluate(frozenset(comparison.groups))
    for name, _ in mixed.nodes:
        assert mixed.node(name).points.listed() == after.evaluation.node(name).points.listed()


def test_the_same_twice(hand: Path) -> None:
    """Nothing differs, nothing moves."""
    comparison = Comparison(side(hand, "hand", "2020", "前"), side(hand, "hand", "2020", "后"))
    assert (comparison.differences, comparison.moves, comparison.verdicts) == ((), (), ())


def test_edition_that_no_longer_scores(hand: Path, write_figures: Any) -> None:
    """A mixture that cannot be scored leaves the moves without parts and says why."""
    path = hand / "params/hand/2020.yaml"
    path.write_text(path.read_text("utf-8").replace("rule: {line: {cap: marks}}", "rule: {judged: 40}"), "utf-8")
    write_figures(hand, "2019", {"01": ("30", "20"), "02": ("25", "48"), "03": ("10", "10")})
    comparison = Comparison(side(hand, "hand", "2019"), side(hand, "hand", "2020"))
    assert comparison.moved("total")
    assert isinstance(comparison.refused, Refused)


def test_a_scheme_without_points_moves_by_its_measures() -> None:
    """A county's opinion gives no points: what moves are its measures."""
    comparison = Comparison(side(ROOT, "county_opening", "2024Q1"), side(ROOT, "county_opening", "2024Q2"))
    assert comparison.moved("points")
    assert {move.name for move in comparison.moves} <= set(comparison.after.scheme.measures)


def test_etdz_under_both_editions() -> None:
    """The shipped zones have the columns of one edition each: every column that lacks is named, and no part is made up."""
    comparison = Comparison(side(ROOT, "etdz", "2020"), side(ROOT, "etdz", "2021"), together=True)
    assert comparison.moved("place")
    assert all(move.parts is None for move in comparison.moved("place"))
    assert "制造业企业主营业务收入（mfg_revenue）" in comparison.refused_why[0]

"""Readings: what another reading of a silent clause changes, worked out by hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evalbook.analysis.readings import Readings
from evalbook.errors import Refused
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def city() -> Readings:
    return Readings(ROOT, Workbook(ROOT).prepare("zhejiang_city", "2023").evaluation)


def test_each_alternative_is_read_once(city: Readings) -> None:
    """As many readings as the edition offers beside those chosen, each of one assumption."""
    expected = sum(len(a.alternatives) for a in city.evaluation.scheme.assumptions)
    assert len(city.single) == expected
    assert {len(one.choices) for one in city.single} == {1}


def test_smaller_margin_shortens_the_list(city: Readings) -> None:
    """3 × (1 + 0) is 3 and 3 × (1 + 1/3) is 4 places instead of 5: the fifth goes, or the fourth and fifth."""
    changed = {one.choices["shortlist_margin"]: one for one in city.single if "shortlist_margin" in one.choices}
    fifth = {"嘉兴市"}
    assert {change.unit for change in changed["third"].changes} == fifth
    assert {change.unit for change in changed["none"].changes} == fifth | {"绍兴市"}
    assert changed["none"].totals == 0


def test_reading_that_needs_figures_we_lack_says_so(city: Readings) -> None:
    """缺数即拒绝 cannot be scored while 舟山市 has no figure: told, not left out."""
    refused = next(one for one in city.single if one.choices.get("missing") == "refuse")
    assert "舟山市" in refused.refused[0].message
    assert not refused.silent


def test_a_reading_is_the_what_if_of_the_same_choice(city: Readings) -> None:
    """Each reading has the totals and places of a what-if run with that assumption."""
    book = Workbook(ROOT)
    for one in city.single[:4]:
        if one.refused:
            continue
        overrides = {f"assumptions.{name}": choice for name, choice in one.choices.items()}
        other = book.prepare("zhejiang_city", "2023", overrides=overrides).evaluation
        own = city.evaluation
        moved = [
            (name, own.place("place", row), other.place("place", row))
            for row, name in enumerate(own.unit_names)
            if own.place("place", row) != other.place("place", row)
        ]
        assert [(s.unit, s.before, s.after) for s in one.shifts if s.ranking == "place"] == moved


def test_standing_counts_readings(city: Readings) -> None:
    """Units on a list under every reading scored, and others with how often."""
    single = [one for one in city.single if not one.refused]
    found = Readings(ROOT, city.evaluation)
    assert len(found.single) == len(city.single)
    awarded = found.standing()["awarded"]
    assert all(of == len(single) + 1 for _, of in awarded.values())
    assert awarded["杭州市"][0] == len(single) + 1


def test_too_many_combinations_are_refused(city: Readings) -> None:
    """The number is told, with what to do, before anything is scored."""
    with pytest.raises(Refused) as caught:
        list(city.combined(3))
    assert "--most" in caught.value.faults[0].remedy


def test_combinations_of_two(city: Readings) -> None:
    """With only the two active alternatives of one assumption and one of another, 2 × 1 pairs are combined."""
    found = Readings(ROOT, city.evaluation)
    found.__dict__["single"] = tuple(
        one
        for one in city.single
        if one.choices.items() <= {"shortlist_margin": "third"}.items()
        or one.choices.items() <= {"shortlist_margin": "none"}.items()
        or one.choices.items() <= {"ties": "dense"}.items()
    )
    combined = list(found.combined(10))
    assert sorted(sorted(one.choices.values()) for one in combined) == [["dense", "none"], ["dense", "third"]]


def test_run_folder_is_enough(tmp_path: Path) -> None:
    """The inputs of a run are a project: readings need nothing else."""
    for name in ("params", "data", "docs", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=lambda folder, names: [n for n in names if n in ("etdz", "haizhou", "anyang")])
    evaluation = Workbook(tmp_path).prepare("county_trial", "2019").evaluation
    assert len(Readings(tmp_path, evaluation).single) == sum(len(a.alternatives) for a in evaluation.scheme.assumptions)


def test_readings_that_hold_for_a_kind_of_period() -> None:
    """A clause that is silent in quarters only (by: period_kind) has its readings in a quarter, and is none in the year."""
    quarter, year = (Workbook(ROOT).prepare("county_opening", period).evaluation for period in ("2024Q4", "2024"))
    name, words = "zero_progress", "任何一项有任务的指标没有进展"
    assert any(one.choices.get(name) == "some" and words in one.words[0] for one in Readings(ROOT, quarter).single)
    assert name not in Readings(ROOT, year).alternatives

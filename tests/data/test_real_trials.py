"""The two trials on real figures, hunan_trial and jining_observation, ship what their raw files hold and nothing else.

Expected values are read from the raw files in data/_sources or worked out by hand from them, never taken from the build scripts.
"""

from __future__ import annotations

import csv
import hashlib
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "data"
HUNAN = [DATA / "hunan_trial" / year for year in ("2018", "2019", "2020", "2021", "2022")]
JINING = DATA / "jining_observation" / "2015Q1"
FOLDERS = [*HUNAN, JINING]
each_year = pytest.mark.parametrize("folder", HUNAN, ids=lambda f: f.name)
NAMES = {"export": "货物出口总额", "trade": "货物进出口总额"}


def read(path: Path) -> list[dict[str, str]]:
    """Rows of a csv file."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def raw() -> dict[tuple[str, str, str], str]:
    """Texts of Hunan's raw file by (code, indicator, year)."""
    return {(r["unit_code"], r["indicator"], r["period"]): r["value"] for r in read(DATA / "_sources/hunan14_trade.csv")}


def cells(folder: Path, quantity: str) -> dict[tuple[str, str], dict[str, str]]:
    """Rows of one quantity by (code, year)."""
    return {(r["unit_code"], r["period"]): r for r in read(folder / "values.csv") if r["indicator"] == quantity}


def test_a_rebuild_gives_the_same_bytes(tmp_path: Path) -> None:
    """Running the committed scripts again reproduces every shipped file, byte for byte."""
    for script in ("build_hunan_trial.py", "build_jining_observation.py"):
        subprocess.run([sys.executable, str(DATA / "_scripts" / script), "--out", str(tmp_path)], check=True)
    shipped = {p.relative_to(DATA).as_posix(): p.read_bytes() for folder in FOLDERS for p in folder.iterdir()}
    rebuilt = {p.relative_to(tmp_path).as_posix(): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert rebuilt == shipped


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f"{f.parent.name}-{f.name}")
def test_every_row_is_real_and_has_its_evidence(folder: Path) -> None:
    """Nothing is synthetic; every row names a piece of evidence whose file exists with the stated hash; no id is idle."""
    rows, evidence = read(folder / "values.csv"), read(folder / "evidence.csv")
    assert {r["origin"] for r in rows} <= {"official", "press", "derived"}
    assert {r["evidence_id"] for r in rows} == {e["evidence_id"] for e in evidence}
    for row in evidence:
        assert hashlib.sha256((DATA.parent / row["file"]).read_bytes()).hexdigest() == row["sha256"]


# ------------------------------------------------------------------------------------------------------------------- hunan_trial


@each_year
def test_levels_and_rates_are_the_texts_of_the_raw_file(folder: Path) -> None:
    """Both years' levels and the published rate of all 14 prefectures equal the raw cells; trade is there in 2022 only."""
    source, year = raw(), folder.name
    present = ("export", "trade") if year == "2022" else ("export",)
    assert {r["indicator"].split("_")[0] for r in read(folder / "values.csv")} == set(present)
    for stem in present:
        levels = {key: (r["value"], r["uom"], r["origin"]) for key, r in cells(folder, f"{stem}_total").items()}
        years = (str(int(year) - 1), year)
        codes = {code for code, *_ in source if code != "430000"}
        assert levels == {(c, y): (source[c, NAMES[stem], y], "亿元", "official") for c in codes for y in years}
        rates = {key: (r["value"], r["origin"]) for key, r in cells(folder, f"{stem}_growth_published").items()}
        assert rates == {(c, year): (source[c, NAMES[stem] + "_同比增速(公布)", year] + "%", "official") for c in codes}
        assert len(codes) == 14


@each_year
def test_what_follows_from_the_rates_is_marked_derived(folder: Path) -> None:
    """An implied base times (1 + rate) gives the level to 4 decimals; a place counts the larger rates; both are marked derived."""
    source, year = raw(), folder.name
    for stem in ("export", "trade") if year == "2022" else ("export",):
        rates = {
            c: Fraction(v) for (c, name, y), v in source.items() if name == NAMES[stem] + "_同比增速(公布)" and y == year and c != "430000"
        }
        bases, places = cells(folder, f"{stem}_base_implied"), cells(folder, f"{stem}_growth_rank")
        assert {r["origin"] for r in (*bases.values(), *places.values())} == {"derived"}
        for code, rate in rates.items():
            exact = Fraction(source[code, NAMES[stem], year]) / (1 + rate / 100)
            assert abs(Fraction(bases[code, year]["value"]) - exact) <= Fraction(1, 20000)
            assert int(places[code, year]["value"]) == 1 + sum(other > rate for other in rates.values())


def test_revised_base_by_hand() -> None:
    """益阳市 2022: 194.97 ÷ 1.119 = 174.23592…, half up 174.2359; first published 214.4211."""
    folder = HUNAN[-1]
    assert cells(folder, "export_base_implied")["430900", "2022"]["value"] == "174.2359"
    assert cells(folder, "export_total")["430900", "2021"]["value"] == "214.4211"


# ------------------------------------------------------------------------------------------------------------ jining_observation


def test_observation_is_the_published_table() -> None:
    """Scores and places are those of the raw file; the scores add up to 13 × 82 = 1066.00; no ballots are shipped."""
    source = read(DATA / "_sources/jining2015_observation.csv")
    rows = read(JINING / "values.csv")
    actual = {r["unit_name"]: r["value"] for r in rows if r["indicator"] == "score"}
    assert actual == {r["unit"]: r["value"] for r in source}
    places = {r["unit_name"]: r["value"] for r in rows if r["indicator"] == "published_rank"}
    assert places == {r["unit"]: r["official_rank"] for r in source}
    assert sum(map(Fraction, actual.values())) == 13 * 82
    assert actual["嘉祥县"] == actual["汶上县"] == "77.93"
    assert read(JINING / "items.csv") == []

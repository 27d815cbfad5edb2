"""The zones under both of their editions, at full size: each period is given the columns that only the other edition wants."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import pytest

from evalbook.analysis.compare import Comparison
from evalbook.cli import main
from evalbook.errors import Refused
from evalbook.exact import exact
from evalbook.run.sides import sides_of
from evalbook.scheme.source import load_yaml
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
#: A zone whose boundary changed in 2021 files both series from then on.
SPLIT = "KFQ907"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), extrasaction="ignore", restval="")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zones with the figures of both editions in 2020 and 2021; what the other edition wants is taken from the other year."""
    root = tmp_path_factory.mktemp("zones")
    for name in ("params/etdz", "data/etdz", "notebooks"):
        shutil.copytree(ROOT / name, root / name)

    def columns(year: str) -> set[str]:
        tables: dict[str, Any] = load_yaml(root / f"params/etdz/{year}.yaml", "x").data["tables"]
        return set(tables["units"]["columns"])

    wanted = {"2020": columns("2021") - columns("2016"), "2021": columns("2016") - columns("2021")}
    values = {period: _rows(root / f"data/etdz/{period}/values.csv") for period in wanted}
    for period, other in (("2020", "2021"), ("2021", "2020")):
        codes = {row["unit_code"] for row in _rows(root / f"data/etdz/{period}/units.csv")}
        more = []
        for row in values[other]:
            if row["indicator"] in wanted[period] and row["unit_code"] in codes and row.get("calibre", "") in ("", "before"):
                moved = {**row, "period": str(int(row["period"]) + int(period) - int(other)), "evidence_id": "", "calibre": ""}
                split = period == "2021" and row["unit_code"] == SPLIT
                more += [{**moved, "calibre": series} for series in (("before", "after") if split else ("",))]
        _write(root / f"data/etdz/{period}/values.csv", [*values[period], *more])
    units = _rows(root / "data/etdz/2021/units.csv")
    _write(root / "data/etdz/2021/units.csv", [{**row, "last_five_before": "0"} for row in units])
    return root


@pytest.mark.campaign
def test_rules_and_performance_of_all_zones(project: Path) -> None:
    """Every zone that is ranked in all four mixtures has a change of place split in two parts that add up exactly."""
    comparison = Comparison(*sides_of(["etdz/2020", "2021"], project), together=True)
    assert comparison.refused_why == []
    split = [move for move in comparison.moved("place") if move.parts is not None]
    assert len(split) > 200
    assert all(sum(move.parts.values(), exact(0)) == move.change for move in split if move.parts is not None)
    assert any(move.parts["rules"] and move.parts["performance"] for move in split if move.parts is not None)


@pytest.mark.campaign
@pytest.mark.parametrize("period", ["2020", "2021"])
def test_the_other_editions_figures_do_not_score(project: Path, period: str) -> None:
    """They are noted, and the points of the period stay what they were."""
    here, there = (Workbook(root).prepare("etdz", period).evaluation for root in (project, ROOT))
    assert here.totals().equals(there.totals())


@pytest.fixture
def borrowed(hand: Path) -> Path:
    """The small project whose edition of 2015 scores loans and staff, of which no period has filed anything."""
    path = hand / "params/hand/2015.yaml"
    two = "loans: {label: 贷款, uom: 分}\n      staff: {label: 人员, uom: 分}"
    text = path.read_text("utf-8").replace("funds: {label: 引资, uom: 分}", two)
    text = text.replace("value: $funds", "value: $loans").replace("value: $trade", "value: $staff")
    path.write_text(text, "utf-8")
    return hand


def test_a_trial_under_an_edition_whose_figures_are_not_there(borrowed: Path) -> None:
    """2021 under the edition of 2015: refused before anything is scored, both columns named, with what to do."""
    with pytest.raises(Refused) as refused:
        Workbook(borrowed).prepare("hand", "2021", overrides={"edition": "2015"})

    fault = next(one for one in refused.value.faults if one.code == "trial.columns")
    assert "params/hand/2015.yaml 要用的2项：贷款（loans）、人员（staff）" in fault.message
    assert (fault.file, "values.csv" in fault.remedy) == ("data/hand/2021", True)


def test_the_command_line_refuses_such_a_trial(borrowed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Code 1 and the same words; nothing is published."""
    options = ["--set", "edition=2015", "--reason", "试", "--root", str(borrowed)]
    assert main(["run", "hand", "2021", *options]) == 1
    assert "贷款（loans）、人员（staff）" in capsys.readouterr().err
    assert not list(borrowed.glob("outputs/hand/2021/*what-if*"))

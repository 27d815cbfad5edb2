"""What must hold of any evaluation, on the shipped data of every scheme: order is irrelevant, states are whole, money balances."""

from __future__ import annotations

import csv
import io
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from evalbook.scoring.evaluation import Evaluation
from evalbook.scoring.payments import accounts, payment_sheet
from evalbook.terms import Standing
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
#: One period of each scheme and procedure.
PERIODS = [
    ("zhejiang_city", "2023"), ("zhejiang_county", "2023"), ("etdz", "2021"), ("anyang", "2021Q1"), ("anyang", "2021"),
    ("county_opening", "2024"), ("haizhou", "2019"), ("hunan_trial", "2022"), ("jining_observation", "2015Q1"), ("county_trial", "2019"),
]  # fmt: skip
each = pytest.mark.parametrize(("scheme", "period"), PERIODS, ids=["-".join(p) for p in PERIODS])


@pytest.fixture(scope="module")
def evaluated() -> Any:
    """Evaluations as shipped, each worked out once."""
    done: dict[tuple[str, str], Evaluation] = {}

    def get(scheme: str, period: str) -> Evaluation:
        if (scheme, period) not in done:
            done[scheme, period] = Workbook(ROOT).prepare(scheme, period).evaluation
        return done[scheme, period]

    return get


def shuffled(path: Path, chance: random.Random) -> None:
    """The rows of a csv file in another order, its heading where it was."""
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    body = rows[1:]
    chance.shuffle(body)
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows([rows[0], *body])
    path.write_bytes(buffer.getvalue().encode("utf-8-sig"))


def results(evaluation: Evaluation) -> dict[str, Any]:
    """Everything that was found, by unit and not by row."""
    codes = evaluation.unit_codes
    payments = payment_sheet(evaluation)
    return {
        "points": {(codes[row], name): evaluation.points(name, row) for row in range(len(codes)) for name, _ in evaluation.nodes},
        "states": {(codes[row], name): evaluation.state(name, row) for row in range(len(codes)) for name, _ in evaluation.nodes},
        "places": {(codes[row], name): evaluation.place(name, row) for row in range(len(codes)) for name in evaluation.scheme.rankings},
        "outcomes": {
            (codes[row], name): (str(evaluation.decision(name).verdicts[row]), int(evaluation.decision(name).standings[row]))
            for row in range(len(codes))
            for name in evaluation.scheme.outcomes
        },
        "payments": sorted(map(str, payments.drop(columns=["basis"], errors="ignore").to_numpy().tolist())),
    }


@each
def test_the_order_of_rows_changes_nothing(tmp_path: Path, evaluated: Any, scheme: str, period: str) -> None:
    """Roster, figures and lists in another order: every point, place, verdict and payment is the same."""
    for name in ("params", "data"):
        shutil.copytree(ROOT / name / scheme, tmp_path / name / scheme)
    chance = random.Random(3)  # noqa: S311 - an order, no secret
    for path in sorted((tmp_path / "data" / scheme).rglob("*.csv")):
        shuffled(path, chance)
    assert results(Workbook(tmp_path).prepare(scheme, period).evaluation) == results(evaluated(scheme, period))


@each
def test_every_unit_is_in_exactly_one_state(evaluated: Any, scheme: str, period: str) -> None:
    """Under each ranking a place or none, under each outcome one standing, and the list holds exactly those listed."""
    evaluation = evaluated(scheme, period)
    for name in evaluation.scheme.rankings:
        ranking = evaluation.ranking(name).places
        assert [evaluation.place(name, row) is not None for row in range(len(ranking))] == [bool(ok) for ok in ranking.ok]
    for name in evaluation.scheme.outcomes:
        decision = evaluation.decision(name)
        assert {int(s) for s in decision.standings} <= {int(s) for s in Standing}
        assert sorted(decision.listed) == [row for row, s in enumerate(decision.standings) if s == Standing.LISTED]
    assert sorted(evaluation.order) == list(range(len(evaluation.unit_codes)))


@pytest.mark.parametrize(
    ("scheme", "period"), [("anyang", "2021Q1"), ("anyang", "2021"), ("county_opening", "2024"), ("haizhou", "2019")], ids=str
)
def test_money_balances(evaluated: Any, scheme: str, period: str) -> None:
    """What each treasury pays net is what it gives, takes back and has left over, and the payment sheet says the same, to the cent."""
    evaluation = evaluated(scheme, period)
    sheet, balance = payment_sheet(evaluation), accounts(evaluation)
    treasuries = balance[balance["payer"] != "合计"]
    assert not sheet.empty
    assert sum(treasuries["net"]) == sum(sheet["amount"])
    assert list(balance["net"]) == [sum(parts) for parts in balance[["rewards", "deductions", "remainders"]].itertuples(index=False)]
    assert all(amount == round(amount, 2) for amount in sheet["amount"])

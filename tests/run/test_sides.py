"""What can be compared and what cannot: runs and periods, gone or changed inputs, a record of another program."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from evalbook.analysis.compare import Comparison
from evalbook.cli import main
from evalbook.errors import Refused, UsageError
from evalbook.exact import exact
from evalbook.run.runner import run_one
from evalbook.run.sides import run_side, sides_of
from evalbook.workbook import Workbook

SCHEME, PERIOD = "county_trial", "2019"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with one completed run; tests work on copies."""
    root = tmp_path_factory.mktemp("published") / "工作簿"
    for name in ("params/county_trial", "params/hunan_trial", "data/county_trial", "data/hunan_trial", "notebooks"):
        shutil.copytree(ROOT / name, root / name)
    report = run_one(Workbook(root), SCHEME, PERIOD)
    assert report.outcome == "completed", report.faults
    return root


@pytest.fixture
def run(published: Path, tmp_path: Path) -> Path:
    root = tmp_path / "工作簿"
    shutil.copytree(published, root)
    return next((root / "outputs" / SCHEME / PERIOD).glob("2*"))


def edit_manifest(run: Path, **entries: Any) -> None:
    manifest = json.loads((run / "manifest.json").read_text("utf-8")) | entries
    (run / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), "utf-8")


def test_a_run_against_the_files_of_today(run: Path) -> None:
    """A run and its period: nothing differs until a figure is changed, and then that one cell does."""
    root = run.parents[3]
    same = Comparison(*sides_of([run.name, f"{SCHEME}/{PERIOD}"], root))
    assert (same.differences, same.moves) == ((), ())
    path = root / "data" / SCHEME / PERIOD / "values.csv"
    lines = path.read_text("utf-8-sig").splitlines(keepends=True)
    cells = lines[1].split(",")
    cells[5] = str(float(cells[5]) + 1000)
    path.write_text("\ufeff" + "".join([lines[0], ",".join(cells), *lines[2:]]), "utf-8")
    other = Comparison(*sides_of([run.name, f"{SCHEME}/{PERIOD}"], root))
    (difference,) = other.differences
    assert (difference.group, difference.after) == ("data", str(int(float(cells[5]))))
    assert "values.csv 第2行" in difference.place


def test_a_record_of_another_program(run: Path) -> None:
    """A total that was recorded otherwise is attributed to the program, read from the tables that were published."""
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    edit_manifest(run, result_sha256="0" * 64, library={"version": "0.0.9", "sha256": "f" * 64})
    table = run / "tables" / "totals.csv"
    rows = [line.split(",") for line in table.read_text("utf-8-sig").splitlines()]
    total = rows[1][3]
    rows[1][3] = "1"
    table.write_text("\ufeff" + "\n".join(",".join(row) for row in rows), "utf-8")
    comparison = Comparison(*sides_of([str(run), f"{SCHEME}/{PERIOD}"], run.parents[3]))
    (move,) = comparison.moved("total")
    assert (move.unit, str(move.before), move.parts) == (rows[1][0], "1", {"library": exact(total) - 1})
    assert any(d.group == "library" and "0.0.9" in d.before for d in comparison.differences)
    assert manifest["library"]["sha256"] != "f" * 64


@pytest.mark.parametrize(
    ("spoil", "code"), [("gone", "compare.input_gone"), ("changed", "compare.input_changed"), ("all", "compare.input_gone")]
)
def test_inputs_that_are_gone_or_changed(run: Path, spoil: str, code: str) -> None:
    """A run whose inputs are not what it recorded says so, file by file."""
    path = run / "inputs" / "data" / SCHEME / PERIOD / "values.csv"
    if spoil == "gone":
        path.unlink()
    elif spoil == "changed":
        path.write_text("x", "utf-8")
    else:
        shutil.rmtree(run / "inputs")
    with pytest.raises(Refused) as refused:
        run_side(run)
    assert {fault.code for fault in refused.value.faults} == {code}
    assert all(fault.remedy for fault in refused.value.faults)


@pytest.mark.parametrize(
    "entries",
    [{"inputs": None}, {"library": {}}, {"inputs": [{"name": "../../x", "sha256": ""}]}],
    ids=["no-inputs", "no-library", "outside"],
)
def test_a_manifest_that_cannot_be_used(run: Path, entries: dict[str, Any]) -> None:
    """A manifest without what is needed, or that leads out of the run, is refused."""
    edit_manifest(run, **entries)
    with pytest.raises(Refused):
        run_side(run)


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["county_trial/2019", "hunan_trial/2019"], "同一考核办法"),
        (["county_trial/2019", "2019"], "没有差别"),
        (["county_trail/2019", "2022"], "county_trial"),
        (["county_trial/2018", "2022"], "没有考核期"),
        (["nothing", "2022"], "没有名为“nothing”的运行"),
    ],
    ids=["schemes", "same", "scheme", "period", "run"],
)
def test_what_cannot_be_compared(published: Path, texts: list[str], words: str) -> None:
    """Slips of the hand, with the nearest name."""
    with pytest.raises(UsageError, match=words):
        sides_of(texts, published)


def test_a_run_that_failed_has_nothing_to_compare(run: Path) -> None:
    """Only a completed run has a result."""
    edit_manifest(run, outcome="failed")
    with pytest.raises(UsageError, match="没有可以比较的结果"):
        run_side(run)


def test_in_the_terminal(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two periods: table and JSON; the parts in the JSON add up."""
    assert main(["compare", "county_trial/2019", "2022", "--root", str(published)]) == 0
    out = capsys.readouterr().out
    assert "名次有变化的" in out
    assert main(["compare", "county_trial/2019", "2022", "--json", "--root", str(published)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["ok"]
    totals = [move for move in found["moves"] if move["what"] == "total"]
    assert totals
    for move in totals:
        if move["parts"] is not None:
            assert sum((exact(part) for part in move["parts"].values()), exact(0)) == exact(move["after"]) - exact(move["before"])
